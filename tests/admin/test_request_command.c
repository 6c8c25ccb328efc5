/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "model/token.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

struct question {
	const char *resource;
	char id[64];
};

/* Asks the owner like the server for a rule with effect "ask". */
static enum err
request_ask(struct work *w, void *arg)
{
	struct question *q = arg;
	struct permission **last;
	struct consent c = { .rs = "photos", .client = "viewer", .party_name = "bob@example.net" };
	struct permission *p;
	struct account alice;

	TRY(account_by_login(w, "alice", ERR_NOT_FOUND, &alice));
	c.owner = alice.id;
	last = &c.requested;
	p = permission_add(w->arena, &last, q->resource);
	str_list_add(w->arena, &p->scopes, "view");
	str_list_add(w->arena, &p->scopes, "print");
	p->rule = "r1";
	TRY(consent_ask(w, &c, "bob"));
	snprintf(q->id, sizeof q->id, "%s", c.id);
	return OK;
}

static struct question
request_create(struct cli_fixture *d)
{
	static char resource[32];
	struct question q = { .resource = resource };

	snprintf(resource, sizeof resource, "%s", cli_fixture_resource(d, "Holiday"));
	cli_fixture_work(d, "acme", request_ask, &q);
	return q;
}

static enum err
request_read_outcome(struct work *w, void *arg)
{
	struct {
		const char *id;
		char text[256];
	} *l = arg;
	struct account alice;
	struct consent c;

	TRY(account_by_login(w, "alice", ERR_NOT_FOUND, &alice));
	TRY(consent_find(w, alice.id, l->id, ERR_NOT_FOUND, &c));
	snprintf(l->text, sizeof l->text, "%s %s", consent_state_names[c.state],
		 c.granted != NULL
			 ? str_list_join(w->arena, &permissions_join(w->arena, c.granted)->scopes,
					 " ")
			 : "-");
	return OK;
}

/* State and scopes of the owner's answer. */
static const char *
request_outcome(struct cli_fixture *d, const char *id)
{
	static struct {
		const char *id;
		char text[256];
	} l;

	l.id = id;
	cli_fixture_work(d, "acme", request_read_outcome, &l);
	return l.text;
}

static const char *
request_words(const char *before, const char *id, const char *resource, const char *scope)
{
	static char line[512];

	snprintf(line, sizeof line, "%s %s%s%s%s%s", before, id,
		 resource != NULL ? " --resource " : "", resource != NULL ? resource : "",
		 scope != NULL ? " --scope " : "", scope != NULL ? scope : "");
	return line;
}

static int
request_approve(struct cli_fixture *d, const struct question *q, const char *resource,
		const char *scope)
{
	return cli_fixture_exit_code(d, NULL,
				     request_words("request approve acme", q->id, resource, scope));
}

static void
questions_to_owners_are_listed_by_owner(void)
{
	struct json_object *o, *one;
	struct question q;
	struct cli_fixture d;

	cli_fixture_open(&d);
	q = request_create(&d);
	o = json_object_object_get(cli_fixture_json(&d, NULL, "request list acme"), "requests");
	CU_ASSERT_EQUAL_FATAL(json_object_array_length(o), 1);
	one = json_object_array_get_idx(o, 0);
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(one, "id"), q.id);
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(one, "state"), "open");
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(one, "owner"), "alice");
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(one, "client"), "viewer");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(cli_fixture_run(&d, NULL, "request list acme --owner alice")->out,
		       "Holiday: view, print"));
	o = cli_fixture_json(&d, NULL, "request list acme --owner bob");
	CU_ASSERT_EQUAL(json_object_array_length(json_object_object_get(o, "requests")), 0);
	cli_fixture_close(&d);
}

static void
an_answer_is_stored_and_may_be_revoked(void)
{
	struct question q;
	struct cli_fixture d;

	cli_fixture_open(&d);
	q = request_create(&d);
	CU_ASSERT_EQUAL(request_approve(&d, &q, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(request_outcome(&d, q.id), "approved view print");
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL,
					      request_words("request deny acme", q.id, NULL, NULL)),
			0);
	CU_ASSERT_STRING_EQUAL(request_outcome(&d, q.id), "denied -");
	cli_fixture_close(&d);
}

static void
a_part_of_the_requested_scopes_may_be_approved_and_not_more(void)
{
	struct question q;
	struct cli_output *cli_output;
	struct cli_fixture d;

	cli_fixture_open(&d);
	q = request_create(&d);
	CU_ASSERT_EQUAL(request_approve(&d, &q, q.resource, "view"), 0);
	CU_ASSERT_STRING_EQUAL(request_outcome(&d, q.id), "approved view");
	CU_ASSERT_EQUAL(request_approve(&d, &q, q.resource, "delete"), 65);
	cli_output =
		cli_fixture_run(&d, NULL,
				request_words("request approve acme", q.id, q.resource, "delete"));
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->err, "scope delete of resource "));
	CU_ASSERT_EQUAL(request_approve(&d, &q, "another", NULL), 65);
	cli_output = cli_fixture_run(&d, NULL,
				     request_words("request approve acme", q.id, "another", NULL));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(cli_output->err, "resource another is not part of this request"));
	CU_ASSERT_EQUAL(request_approve(&d, &q, NULL, "view"), 64);
	CU_ASSERT_STRING_EQUAL(request_outcome(&d, q.id), "approved view");
	CU_ASSERT_EQUAL(request_approve(&d, &q, q.resource, NULL), 0);
	CU_ASSERT_STRING_EQUAL(request_outcome(&d, q.id), "approved view print");
	cli_fixture_close(&d);
}

static void
another_tenant_cannot_answer(void)
{
	struct question q;
	struct cli_fixture d;

	cli_fixture_open(&d);
	q = request_create(&d);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(
				&d, NULL, request_words("request approve beta", q.id, NULL, NULL)),
			67);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL,
					      request_words("request deny beta", q.id, NULL, NULL)),
			67);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, "request deny acme nonsense"), 67);
	CU_ASSERT_STRING_EQUAL(request_outcome(&d, q.id), "open -");
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = {
	{ "questions to owners are listed by owner", questions_to_owners_are_listed_by_owner },
	{ "an answer is stored and may be revoked", an_answer_is_stored_and_may_be_revoked },
	{ "a part of the requested scopes may be approved, and not more",
	  a_part_of_the_requested_scopes_may_be_approved_and_not_more },
	{ "another tenant cannot answer [T-M01]", another_tenant_cannot_answer },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo request_command_suite = { "admin/request_command", NULL, NULL, NULL, NULL, tests };
