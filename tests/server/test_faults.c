/* SPDX-License-Identifier: Apache-2.0 */
/* Every request of a list, with each of its reads failing in turn: the answer is 503, nothing is
 * kept, and the same request is served afterwards as if nothing had been. */
#include <stdio.h>

#include "tests/run.h"
#include "tests/server/share.h"

#define UMA "grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s%s"

static void
start(void)
{
	share_open();
	permits("photo1", "view");
	permits("badge", "all");
	policy("photo2",
	       "{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	policy("album", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
}

static struct said
once(struct exchange *x)
{
	x->out = (struct http_out){ 0 };
	world.store.calls = 0;
	serve_round(world.server, &x, 1);
	scene_begin(&world.c.s);
	return heard(x);
}

/* Fails the first read, the second, … until none is left to fail; gives the good answer. */
static struct said
with_every_fault(struct exchange *x)
{
	size_t rows = audited(NULL), n;
	struct said a;

	for (n = 1; n < 200; n++) {
		world.store.fail_call = n;
		a = once(x);
		if (world.store.calls < n)
			break;
		if (a.status != 503)
			fprintf(stderr, "%s: read %zu failed: %d %s\n", x->in.uri, n, a.status,
				a.body);
		CU_ASSERT_EQUAL(a.status, 503);
		CU_ASSERT_FALSE(has(a, "error_description"));
		CU_ASSERT_EQUAL(audited(NULL), rows);
	}
	world.store.fail_call = 0;
	CU_ASSERT(n > 2 && n < 200);
	return a;
}

static struct said
faulty(const char *line, const char *auth, const char *body)
{
	return with_every_fault(ask(line, auth, body));
}

static struct said
faulty_redeem(const char *permissions, const char *more)
{
	return faulty("POST /token", basic("viewer"), format(UMA, ticket(permissions), more));
}

static void
grants(void)
{
	struct said a = faulty_redeem("photo1{view} badge{}", "");
	struct said pushing = faulty_redeem("photo2{view}", pushed("viewer", "{'jti':'1'}"));

	CU_ASSERT_EQUAL(a.status, 200);
	CU_ASSERT_EQUAL(pushing.status, 200);
	CU_ASSERT_EQUAL(faulty_redeem("photo2{view}",
				      format("&pct=%s", text(pushing, "pct"))).status,
			200);
	a = faulty_redeem("badge{}", format("&rpt=%s", text(a, "access_token")));
	CU_ASSERT(has(a, "upgraded"));
	CU_ASSERT_EQUAL(faulty("POST /token", basic("viewer"),
		format("grant_type=refresh_token&refresh_token=%s",
		       text(a, "refresh_token"))).status,
		200);
	CU_ASSERT_EQUAL(faulty("POST /token", basic("photoz"),
			       "grant_type=client_credentials").status,
			200);
}

static void
refusals(void)
{
	struct said a = faulty_redeem("photo2{view}", "");
	const char *used;

	CU_ASSERT_STRING_EQUAL(text(a, "error"), "need_info");
	a = faulty_redeem("album{view}", "");
	CU_ASSERT_STRING_EQUAL(text(a, "error"), "request_submitted");
	answer_question("album{view}");
	a = faulty("POST /token", basic("viewer"), format(UMA, text(a, "ticket"), ""));
	CU_ASSERT_STRING_EQUAL(granted(a), "album{view}");
	CU_ASSERT_EQUAL(faulty("POST /introspect", alice(),
		format("token=%s", text(a, "access_token"))).status, 200);
	CU_ASSERT_STRING_EQUAL(text(faulty_redeem("diary{read}", ""), "error"), "request_denied");
	world_set("replay_revokes", "yes");
	used = ticket("photo1{view}");
	redeem(used, "");
	CU_ASSERT_EQUAL(faulty("POST /token", basic("viewer"), format(UMA, used, "")).status, 400);
}

static void
tokens(void)
{
	struct said a = redeem(ticket("photo1{view}"), "");
	const char *rpt = text(a, "access_token"), *refresh = text(a, "refresh_token");
	const char *hers = access_token("photoz", world.c.alice, "uma_protection");
	const char *pct = text(redeem(ticket("photo2{view}"), pushed("viewer", "{}")), "pct");

	CU_ASSERT_EQUAL(faulty("POST /introspect", alice(), format("token=%s", rpt)).status, 200);
	CU_ASSERT_EQUAL(faulty("POST /introspect", basic("photoz"),
			       format("token=%s", rpt)).status, 200);
	CU_ASSERT_EQUAL(faulty("POST /introspect", alice(), format("token=%s", hers)).status, 200);
	CU_ASSERT_EQUAL(faulty("POST /introspect", basic("viewer"),
			       format("token=%s", refresh)).status,
			200);
	CU_ASSERT_EQUAL(faulty("POST /revoke", basic("viewer"), format("token=%s", rpt)).status,
			200);
	CU_ASSERT_EQUAL(faulty("POST /revoke", basic("viewer"),
			       format("token=%s", refresh)).status, 200);
	CU_ASSERT_EQUAL(faulty("POST /revoke", basic("viewer"), format("token=%s", pct)).status,
			200);
	CU_ASSERT_EQUAL(faulty("POST /revoke", basic("photoz"), format("token=%s", hers)).status,
			200);
}

static void
resources(void)
{
	const char *one = format("/resource_set/%s", id_of("photo1"));
	const char *its = format("/policy/%s", id_of("photo1"));
	const char *hers = bearer(access_token("", world.c.alice, "usher_owner"));

	CU_ASSERT_EQUAL(faulty("POST /resource_set", alice(), "{'resource_scopes':[]}").status,
			201);
	CU_ASSERT_EQUAL(faulty("GET /resource_set", alice(), NULL).status, 200);
	CU_ASSERT_EQUAL(faulty(format("GET %s", one), alice(), NULL).status, 200);
	CU_ASSERT_EQUAL(faulty(format("PUT %s", one), alice(), "{'resource_scopes':[]}").status,
			200);
	CU_ASSERT_EQUAL(faulty(format("PUT %s", its), alice(), "{'rules':[]}").status, 200);
	CU_ASSERT_EQUAL(faulty(format("GET %s", its), hers, NULL).status, 200);
	CU_ASSERT_EQUAL(faulty(format("DELETE %s", its), hers, NULL).status, 204);
	CU_ASSERT_EQUAL(faulty(format("DELETE %s", one), alice(), NULL).status, 204);
	CU_ASSERT_EQUAL(faulty("POST /permission", alice(), format("{'resource_id':'%s',"
		"'resource_scopes':[]}", id_of("photo2"))).status, 201);
}

/* A row that cannot be read is a fault of ours too, whatever the client sent. */
static int
spoilt(enum table t, const char *line, const char *auth, const char *body)
{
	scene_spoil(&world.c.s, t, "{}");
	return say(line, auth, body).status;
}

static void
rows_that_rotted(void)
{
	struct said a = redeem(ticket("photo1{view}"), pushed("viewer", "{}"));
	const char *t = format(UMA, ticket("photo1{view}"), "");
	const char *pct = format(UMA, ticket("photo1{view}"), format("&pct=%s", text(a, "pct")));
	const char *rpt = format("token=%s", text(a, "access_token"));
	const char *photo = format("GET /resource_set/%s", id_of("photo1"));
	const char *refresh = format("grant_type=refresh_token&refresh_token=%s",
				     text(a, "refresh_token"));

	CU_ASSERT_EQUAL(spoilt(T_PCT, "POST /token", basic("viewer"), pct), 503);
	CU_ASSERT_EQUAL(spoilt(T_FAMILY, "POST /token", basic("viewer"), refresh), 503);
	CU_ASSERT_EQUAL(spoilt(T_REFRESH, "POST /token", basic("viewer"), refresh), 503);
	CU_ASSERT_EQUAL(spoilt(T_TICKET, "POST /token", basic("viewer"), t), 503);
	CU_ASSERT_EQUAL(spoilt(T_POLICY, "POST /introspect", alice(), rpt), 503);
	CU_ASSERT_EQUAL(spoilt(T_RPT, "POST /introspect", alice(), rpt), 503);
	CU_ASSERT_EQUAL(spoilt(T_RESOURCE, photo, alice(), NULL), 503);
	CU_ASSERT_EQUAL(spoilt(T_ACCOUNT, "GET /resource_set", alice(), NULL), 503);
	CU_ASSERT_EQUAL(spoilt(T_ACCESS, "GET /resource_set", alice(), NULL), 503);
	CU_ASSERT_EQUAL(spoilt(T_CLIENT, "POST /token", basic("viewer"), "a=b"), 503);
}

static CU_TestInfo tests[] = {
	{ "a grant survives every fault of reading [T-S04]", grants },
	{ "a refusal survives every fault of reading [T-S04]", refusals },
	{ "tokens survive every fault of reading [T-S04]", tokens },
	{ "resources survive every fault of reading [T-S04]", resources },
	{ "rows that rotted are 503 [T-S11]", rows_that_rotted },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo faults_suite = { "server/faults", NULL, NULL, start, world_close, tests };
