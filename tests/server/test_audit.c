/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each decision, in the commit that makes it. */
#include "base/json.h"
#include "model/audit.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
start(void)
{
	share_open();
	permits("photo1", "view");
}

static enum err
keep_last(void *arg, const struct audit_entry *e)
{
	struct buf b = { .arena = world.c.s.arena };

	audit_print(&b, e, NULL);
	*(const char **)arg = b.data;
	return OK;
}

/* The youngest row; the clock goes on before each act, so that there is one. */
static struct said
last(void)
{
	static struct http_out nothing;
	const char *row = "", *why;

	CU_ASSERT_EQUAL(audit_each(&world.c.s.w, 0, keep_last, &row), OK);
	return (struct said){ .body = row, .out = &nothing,
			      .json = json_parse(world.c.s.arena, bytes_of(row), &why) };
}

static size_t rows_before;

static void
next_second(int64_t second)
{
	world_at(second);
	rows_before = audited(NULL);
}

static void
expect(const char *event, size_t more)
{
	EQ(text(last(), "event"), event);
	CU_ASSERT_EQUAL(audited(NULL), rows_before + more);
}

static void
a_grant_says_who_got_what_by_which_rule(void)
{
	const char *t;
	struct said a;

	policy("photo1", "{'id':'friends','effect':'permit','scopes':['view'],"
			 "'when':{'email':'bob@example.net'}}");
	next_second(1);
	t = ticket("photo1{view}");
	expect("ticket.issued", 1);
	EQ(text(last(), "actor"), "photoz");
	next_second(2);
	redeem(t, pushed("viewer", "{}"));
	expect("rpt.granted", 1);
	a = last();
	EQ(text(a, "actor"), "viewer");
	EQ(text(a, "owner"), world.c.alice);
	EQ(text(a, "rs"), "photoz");
	EQ(text(a, "party"), "bob@example.net at " IDP);
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, format("{\"resource\":\"%s\",\"scopes\":[\"view\"],"
		"\"rule\":\"friends\"}", id_of("photo1"))));
}

static void
a_refusal_names_the_rule(void)
{
	const char *t = ticket("photo1{view}");

	policy("photo1", "{'id':'never','effect':'deny','scopes':'all','when':{'anyone':true}}");
	next_second(1);
	redeem(t, "");
	expect("rpt.denied", 1);
	EQ(text(last(), "rule"), "never");
}

static void
what_goes_on_is_noted(void)
{
	const char *t = ticket("photo1{view}"), *t2 = ticket("photo1{view}");

	policy("photo1", "{'id':'ask','effect':'ask','scopes':'all','when':{'anyone':true}}");
	next_second(1);
	redeem(t, "");
	expect("rpt.submitted", 1);
	CU_ASSERT_EQUAL(strlen(text(last(), "object")), 22);
	policy("photo1", "{'effect':'permit','scopes':'all','when':{'email':'a@example.net'}}");
	next_second(2);
	redeem(t2, "&claim_token=x&claim_token_format=y");
	expect("rpt.need_info", 1);
	EQ(text(last(), "why"), "claim tokens of that format are not taken");
}

static void
resources_and_policies_are_noted(void)
{
	const char *id;

	next_second(1);
	id = text(say("POST /resource_set", alice(), "{'resource_scopes':['view']}"), "_id");
	expect("resource.created", 1);
	EQ(text(last(), "object"), id);
	next_second(2);
	say(format("PUT /resource_set/%s", id), alice(), "{'resource_scopes':[]}");
	expect("resource.updated", 1);
	next_second(3);
	policy(id, "");
	expect("policy.set", 1);
	EQ(text(last(), "object"), id);
	next_second(4);
	no_policy(id);
	expect("policy.removed", 1);
	next_second(5);
	say(format("DELETE /resource_set/%s", id), alice(), NULL);
	expect("resource.deleted", 1);
}

/* It would make the audit a means to fill the store. */
static void
what_decides_nothing_leaves_no_row(void)
{
	const char *token = text(redeem(ticket("photo1{view}"), ""), "access_token");

	next_second(1);
	say("POST /introspect", alice(), format("token=%s", token));
	say("GET /resource_set", alice(), NULL);
	say("POST /token", basic_raw("nobody:wrong"), "grant_type=x");
	say("POST /token", NULL, "a=a&a=b");
	say("GET /nowhere", NULL, NULL);
	say("POST /resource_set", alice(), "{}");
	CU_ASSERT_EQUAL(audited(NULL), rows_before);
}

static enum err
has_secret(void *arg, struct bytes key, struct bytes row)
{
	for (const char **secret = arg; *secret != NULL; secret++)
		CU_ASSERT_PTR_NULL(memmem(row.data, row.size, *secret, strlen(*secret)));
	return OK;
}

static void
no_secret_is_in_it(void)
{
	const char *t = ticket("photo1{view}");
	struct said a = redeem(t, pushed("viewer", "{}"));
	const char *secrets[] = {
		t, text(a, "access_token"), text(a, "refresh_token"), text(a, "pct"),
		cast_secret(&world.c, "viewer"), alice() + strlen("Bearer "), NULL,
	};

	redeem(t, "");
	say("POST /revoke", basic("viewer"), format("token=%s", secrets[1]));
	CU_ASSERT_EQUAL(store_scan(world.c.s.w.db, world.c.s.w.tenant->id, T_AUDIT, BYTES_NONE,
				   BYTES_NONE, has_secret, secrets), OK);
}

static CU_TestInfo tests[] = {
	{ "a grant says who got what by which rule [T-G01]",
	  a_grant_says_who_got_what_by_which_rule },
	{ "a refusal names the rule [T-G01]", a_refusal_names_the_rule },
	{ "what goes on is noted [T-G01]", what_goes_on_is_noted },
	{ "resources and policies are noted [T-G01]", resources_and_policies_are_noted },
	{ "what decides nothing leaves no row [T-O02]", what_decides_nothing_leaves_no_row },
	{ "no secret is in it [T-G02]", no_secret_is_in_it },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo audit_suite = { "server/audit", NULL, NULL, start, world_close, tests };
