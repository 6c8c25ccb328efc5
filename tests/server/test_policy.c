/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's policies over HTTP. */
#include "tests/run.h"
#include "tests/server/share.h"
#include "web/request.h"

#define EQ    CU_ASSERT_STRING_EQUAL
#define RULES "{'rules':[{'id':'r','effect':'permit','scopes':['view'],'when':{'anyone':true}}]}"
#define DOC   "{\"rules\":[{\"id\":\"r\",\"effect\":\"permit\",\"scopes\":[\"view\"]," \
	"\"when\":{\"anyone\":true}}]}"

static const char *her_token;

static void
start(void)
{
	share_open();
	her_token = bearer(access_token("", world.c.alice, SCOPE_OWNER));
}

static const char *
at(const char *method, const char *resource)
{
	return format("%s /policy/%s", method, id_of(resource));
}

static void
a_policy_is_set_read_and_removed(void)
{
	struct said a = say(at("PUT", "photo1"), alice(), RULES);

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(a.body, DOC);
	EQ(header(a, "ETag"), "\"1\"");
	EQ(say(at("GET", "photo1"), alice(), NULL).body, DOC);
	CU_ASSERT_EQUAL(say(at("DELETE", "photo1"), alice(), NULL).status, 204);
	CU_ASSERT_EQUAL(say(at("GET", "photo1"), alice(), NULL).status, 404);
	CU_ASSERT_EQUAL(say(at("DELETE", "photo1"), alice(), NULL).status, 404);
	CU_ASSERT_EQUAL(audited("policy.set"), 1);
	CU_ASSERT_EQUAL(audited("policy.removed"), 1);
}

static void
an_owner_has_a_default_for_a_server(void)
{
	CU_ASSERT_EQUAL(say("GET /policy", alice(), NULL).status, 404);
	CU_ASSERT_EQUAL(say("PUT /policy", alice(), RULES).status, 200);
	EQ(say("GET /policy", alice(), NULL).body, DOC);
	EQ(granted(redeem(ticket("photo1{view} album{view}"), "")), "photo1{view} album{view}");
	CU_ASSERT_EQUAL(say("GET /policy", pat(world.c.alice, "filez"), NULL).status, 404);
	CU_ASSERT_EQUAL(say("GET /policy", pat(world.c.erin, "photoz"), NULL).status, 404);
	CU_ASSERT_EQUAL(say("DELETE /policy", alice(), NULL).status, 204);
	EQ(granted(redeem(ticket("photo1{view}"), "")), "403 request_denied");
}

static void
foreign_and_missing_look_alike(void)
{
	const char *others[] = { pat(world.c.erin, "photoz"), pat(world.c.alice, "filez"),
		bearer(access_token("", world.c.erin, SCOPE_OWNER)) };

	say(at("PUT", "photo1"), alice(), RULES);
	for (size_t i = 0; i < 3; i++) {
		EQ(say(at("GET", "photo1"), others[i], NULL).body,
		   say(at("GET", "00000000000000000000000000"), others[i], NULL).body);
		CU_ASSERT_EQUAL(say(at("GET", "photo1"), others[i], NULL).status, 404);
		CU_ASSERT_EQUAL(say(at("PUT", "photo1"), others[i], "{'rules':[]}").status, 404);
		CU_ASSERT_EQUAL(say(at("DELETE", "photo1"), others[i], NULL).status, 404);
	}
	EQ(say(at("GET", "photo1"), alice(), NULL).body, DOC);
}

static void
an_owners_token_reaches_all_her_resources(void)
{
	const char *elsewhere = text(say("POST /resource_set", pat(world.c.alice, "filez"),
					 "{'resource_scopes':['view']}"), "_id");

	EQ(say(at("PUT", "photo1"), her_token, RULES).body, DOC);
	EQ(say(at("PUT", elsewhere), her_token, RULES).body, DOC);
	EQ(granted(redeem(ticket("photo1{view}"), "")), "photo1{view}");
	EQ(say(at("GET", elsewhere), pat(world.c.alice, "filez"), NULL).body, DOC);
	CU_ASSERT_EQUAL(say(at("DELETE", "photo1"), her_token, NULL).status, 204);
}

static void
an_owners_token_reaches_nothing_else(void)
{
	static const char *const doors[] = {
		"GET /policy", "GET /resource_set", "POST /permission", "POST /introspect"
	};

	for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
		struct said a = say(doors[i], her_token, i == 3 ? "token=x" : i == 2 ? "{}" : NULL);

		CU_ASSERT_EQUAL(a.status, 403);
		EQ(header(a, "WWW-Authenticate"), "Bearer realm=\"uma\", "
		   "error=\"insufficient_scope\", scope=\"uma_protection\"");
	}
}

static void
an_owners_token_dies_with_her_account(void)
{
	struct work *w = &world.c.s.w;
	struct account her;

	CU_ASSERT_EQUAL(account_find(w, world.c.alice, ERR_NOT_FOUND, &her), OK);
	her.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &her), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	CU_ASSERT_EQUAL(say(at("PUT", "photo1"), her_token, RULES).status, 401);
	CU_ASSERT_EQUAL(account_find(w, world.c.alice, ERR_NOT_FOUND, &her), OK);
	CU_ASSERT_EQUAL(account_remove(w, &her), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	CU_ASSERT_EQUAL(say(at("PUT", "photo1"), her_token, RULES).status, 401);
}

static void
what_is_no_policy_is_refused(void)
{
	struct said a = say(at("PUT", "photo1"), alice(), "{'rules':[{'effect':'permit',"
			    "'scopes':'all','when':{'all':[]}}]}");

	CU_ASSERT_EQUAL(a.status, 400);
	CU_ASSERT_PTR_NOT_NULL(strstr(text(a, "error_description"), "rules[0].when.all"));
	CU_ASSERT_EQUAL(say(at("PUT", "photo1"), alice(), "[]").status, 400);
	CU_ASSERT_EQUAL(say(at("PUT", "photo1"), alice(), "{").status, 400);
	CU_ASSERT_EQUAL(say(at("GET", "photo1"), alice(), NULL).status, 404);
}

static void
entity_tags_guard_against_lost_changes(void)
{
	say(at("PUT", "photo1"), alice(), RULES);
	world.if_none_match = "\"1\"";
	CU_ASSERT_EQUAL(say(at("GET", "photo1"), alice(), NULL).status, 304);
	world.if_none_match = NULL;
	world.if_match = "\"2\"";
	CU_ASSERT_EQUAL(say(at("PUT", "photo1"), alice(), RULES).status, 412);
	CU_ASSERT_EQUAL(say(at("DELETE", "photo1"), alice(), NULL).status, 412);
	world.if_match = "\"1\"";
	EQ(header(say(at("PUT", "photo1"), alice(), RULES), "ETag"), "\"2\"");
}

static CU_TestInfo tests[] = {
	{ "a policy is set, read and removed", a_policy_is_set_read_and_removed },
	{ "an owner has a default for a server", an_owner_has_a_default_for_a_server },
	{ "foreign and missing look alike [D-19 T-U04 T-U16]", foreign_and_missing_look_alike },
	{ "an owner's token reaches all her resources",
	  an_owners_token_reaches_all_her_resources },
	{ "an owner's token reaches nothing else [T-U06 T-J04]",
	  an_owners_token_reaches_nothing_else },
	{ "an owner's token dies with her account [T-U15]",
	  an_owners_token_dies_with_her_account },
	{ "what is no policy is refused with its place [G-ASM-13 T-U13]",
	  what_is_no_policy_is_refused },
	{ "entity tags guard against lost changes", entity_tags_guard_against_lost_changes },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo policy_suite = { "server/policy", NULL, NULL, start, world_close, tests };
