/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/share.h"
#include "web/request.h"

#define EQ       CU_ASSERT_STRING_EQUAL
#define INACTIVE "{\"active\":false}"

static struct said rpt;
static const char *token;

static void
start(void)
{
	share_open();
	permits("photo1", "view print");
	rpt = redeem(ticket("photo1{view,print}"), pushed("viewer", "{}"));
	token = text(rpt, "access_token");
}

static struct said
introspect(const char *auth, const char *what)
{
	return say("POST /introspect", auth, format("token=%s", what));
}

static const char *
body(const char *auth, const char *what)
{
	struct said a = introspect(auth, what);

	return a.status == 200 ? a.body : format("%d %s", a.status, text(a, "error"));
}

static void
an_rpt_is_told_with_its_permissions(void)
{
	struct said a = introspect(alice(), token);

	EQ(text(a, "iss"), "https://as.example.com");
	EQ(text(a, "aud"), "photoz");
	EQ(text(a, "client_id"), "viewer");
	EQ(text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(number(a, "iat"), SCENE_NOW);
	CU_ASSERT_EQUAL(number(a, "exp"), SCENE_NOW + 300);
	CU_ASSERT(has(a, "jti") && has(a, "active"));
	CU_ASSERT_FALSE(has(a, "scope"));
	CU_ASSERT_PTR_NOT_NULL(strstr(a.body, format("\"permissions\":[{\"resource_id\":\"%s\","
		"\"resource_scopes\":[\"view\",\"print\"],\"exp\":1700000300}]",
		id_of("photo1"))));
	EQ(header(a, "Cache-Control"), "no-store");
}

/* D-12: who acts, never whose it is; and not the same person at two servers. */
static void
the_subject_is_pairwise_and_not_the_owner(void)
{
	struct said a = introspect(alice(), token);

	CU_ASSERT_EQUAL(strlen(text(a, "sub")), 43);
	CU_ASSERT_STRING_NOT_EQUAL(text(a, "sub"), world.c.alice);
	CU_ASSERT_PTR_NULL(strstr(a.body, "bob"));
	permits("photo2", "all");
	a = introspect(alice(), text(redeem(ticket("photo2{}"), ""), "access_token"));
	EQ(text(a, "sub"), "viewer");
}

static void
other_pats_see_nothing(void)
{
	EQ(body(pat(world.c.erin, "photoz"), token), INACTIVE);
	EQ(body(pat(world.c.alice, "filez"), token), INACTIVE);
	EQ(body(basic("filez"), token), INACTIVE);
	EQ(body(basic("viewer"), token), INACTIVE);
}

static void
the_server_itself_may_ask(void)
{
	EQ(introspected(basic("photoz"), token), "photo1{print,view}");
}

static void
what_is_not_active_is_told_alike(void)
{
	const char *dead[] = { "x", "tk_x", ticket("photo1{view}"), text(rpt, "refresh_token"),
		text(rpt, "pct"), format("%sA", token), "%00" };

	for (size_t i = 0; i < 6; i++)
		EQ(body(alice(), dead[i]), INACTIVE);
	world_at(300);
	EQ(body(alice(), token), INACTIVE);
}

static void
callers_are_always_authenticated(void)
{
	struct said a = introspect(NULL, token);

	CU_ASSERT_EQUAL(a.status, 401);
	EQ(header(a, "WWW-Authenticate"), "Bearer realm=\"uma\"");
	EQ(a.body, "");
	EQ(body(bearer("pat_x"), token), "401 invalid_token");
	EQ(body(bearer(token), token), "401 invalid_token");
	EQ(body(basic_raw("photoz:wrong"), token), "401 invalid_client");
	EQ(body(NULL, format("%s&client_id=public", token)), "401 invalid_client");
	EQ(body(NULL, format("%s&client_id=photoz&client_secret=wrong", token)),
	   "401 invalid_client");
	a = say("POST /introspect", NULL,
		format("token=%s&client_id=photoz&client_secret=the-secret-of-photoz", token));
	CU_ASSERT_EQUAL(a.status, 200);
	EQ(body(bearer(access_token("viewer", NULL, "view")), token), "403 insufficient_scope");
}

static void
a_token_is_required_once(void)
{
	EQ(text(say("POST /introspect", alice(), "x=y"), "error"), "invalid_request");
	EQ(body(alice(), "a&token=b"), "400 invalid_request");
	CU_ASSERT_EQUAL(say("GET /introspect?token=x", alice(), NULL).status, 405);
}

static void
it_writes_nothing(void)
{
	size_t before = audited(NULL);

	world.store.fail_commit = true;
	EQ(introspected(alice(), token), "photo1{print,view}");
	EQ(body(alice(), "x"), INACTIVE);
	world.store.fail_commit = false;
	CU_ASSERT_EQUAL(audited(NULL), before);
}

static void
live_state_shows_at_once(void)
{
	permits("photo1", "print");
	EQ(introspected(alice(), token), "photo1{print}");
	no_policy("photo1");
	EQ(body(alice(), token), INACTIVE);
}

static void
a_disabled_client_has_no_tokens(void)
{
	cast_change(&world.c, "viewer", cast_disable);
	EQ(body(alice(), token), INACTIVE);
}

static void
a_removed_client_has_no_tokens(void)
{
	CU_ASSERT_EQUAL(client_remove(&world.c.s.w, "viewer"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(body(alice(), token), INACTIVE);
}

static void
a_disabled_owner_shares_nothing(void)
{
	struct work *w = &world.c.s.w;
	struct account her;

	CU_ASSERT_EQUAL(account_find(w, world.c.alice, ERR_NOT_FOUND, &her), OK);
	her.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &her), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(body(alice(), token), "401 invalid_token");
	EQ(body(basic("photoz"), token), INACTIVE);
	EQ(body(basic("photoz"), access_token("photoz", world.c.alice, "uma_protection")),
	   INACTIVE);
}

static void
flat(struct client *client)
{
	client->flat_permissions = true;
}

static void
permissions_may_come_as_strings_too(void)
{
	cast_change(&world.c, "photoz", flat);
	CU_ASSERT_PTR_NOT_NULL(strstr(body(alice(), token),
		format("\"permissions_flat\":[\"%s#view\",\"%s#print\"]", id_of("photo1"),
		       id_of("photo1"))));
}

static void
a_pat_is_told_to_its_own(void)
{
	const char *hers = access_token("photoz", world.c.alice, "uma_protection");
	struct said a = introspect(alice(), hers);

	EQ(text(a, "scope"), "uma_protection");
	EQ(text(a, "client_id"), "photoz");
	EQ(text(a, "sub"), world.c.alice);
	CU_ASSERT_FALSE(has(a, "permissions"));
	EQ(text(introspect(basic("photoz"), hers), "scope"), "uma_protection");
	EQ(body(pat(world.c.erin, "photoz"), hers), INACTIVE);
	EQ(body(pat(world.c.alice, "filez"), hers), INACTIVE);
	EQ(body(basic("viewer"), hers), INACTIVE);
}

static void
a_plain_token_is_told_to_its_client(void)
{
	const char *plain = access_token("viewer", NULL, "view");

	EQ(text(introspect(basic("viewer"), plain), "sub"), "viewer");
	EQ(body(basic("other"), plain), INACTIVE);
	EQ(body(alice(), plain), INACTIVE);
}

static void
an_owners_token_is_told_to_nobody(void)
{
	const char *own = access_token("", world.c.alice, SCOPE_OWNER);

	EQ(body(alice(), own), INACTIVE);
	EQ(body(bearer(own), token), "403 insufficient_scope");
}

static void
a_refresh_token_is_told_to_its_client(void)
{
	const char *refresh = text(rpt, "refresh_token");
	struct said a = introspect(basic("viewer"), refresh);

	EQ(text(a, "client_id"), "viewer");
	CU_ASSERT_EQUAL(number(a, "exp"), SCENE_NOW + 604800);
	EQ(body(basic("other"), refresh), INACTIVE);
	EQ(text(introspect(basic("viewer"), format("%s&token_type_hint=access_token", refresh)),
		"client_id"), "viewer");
	say("POST /token", basic("viewer"), format("grant_type=refresh_token&refresh_token=%s",
						   refresh));
	EQ(body(basic("viewer"), refresh), INACTIVE);
}

/* Three for the tenant (epoch, name, generation); four for the PAT (row, client, account,
 * delegation); RPT, client, issuer, identity and family; the resource with the index of its own
 * policy, and so no policy. */
#define READS (3 + 4 + 5 + 1)

static void
it_reads_few_rows_and_no_policy(void)
{
	scene_spoil(&world.c.s, T_POLICY, "x");
	body(alice(), token);
	world.store.calls = 0;
	CU_ASSERT_PTR_NOT_NULL(strstr(body(alice(), token), "\"active\":true"));
	CU_ASSERT_EQUAL(world.store.calls, READS);
}

static void
tokens_of_another_tenant_are_unknown(void)
{
	scene_in(&world.c.s, "two");
	cast_client(&world.c, "photoz", NULL, "uma_protection");
	EQ(text(say("POST /t/two/introspect", basic("photoz"), format("token=%s", token)),
		"error"), "");
	EQ(say("POST /t/two/introspect", basic("photoz"), format("token=%s", token)).body,
	   INACTIVE);
	EQ(text(say("POST /t/two/introspect", alice(), format("token=%s", token)), "error"),
	   "invalid_token");
	scene_in(&world.c.s, "one");
}

static CU_TestInfo tests[] = {
	{ "it reads few rows and no policy [T-O05]", it_reads_few_rows_and_no_policy },
	{ "an RPT is told with its permissions [F-INT-01 F-INT-03 F-INT-04 F-INT-08 F-INT-14 "
	  "F-INT-15]",
	  an_rpt_is_told_with_its_permissions },
	{ "the subject is pairwise, and not the owner [D-12]",
	  the_subject_is_pairwise_and_not_the_owner },
	{ "other PATs see nothing [F-INT-11 G-CONV-04 T-U16]", other_pats_see_nothing },
	{ "the resource server itself may ask", the_server_itself_may_ask },
	{ "what is not active is told alike [F-INT-10 O-7662-03 G-PCT-07 T-U16]",
	  what_is_not_active_is_told_alike },
	{ "callers are always authenticated [F-INT-13 O-7662-01 F-PAT-09]",
	  callers_are_always_authenticated },
	{ "a token is required, once, by POST [F-INT-18 T-P07]", a_token_is_required_once },
	{ "it writes nothing", it_writes_nothing },
	{ "live state shows at once [G-PRV-01 F-PRV-02 D-09]", live_state_shows_at_once },
	{ "a disabled client has no tokens [T-U15]", a_disabled_client_has_no_tokens },
	{ "a removed client has no tokens [T-U15]", a_removed_client_has_no_tokens },
	{ "a disabled owner shares nothing [T-U15 F-PAT-13]", a_disabled_owner_shares_nothing },
	{ "permissions may come as strings too", permissions_may_come_as_strings_too },
	{ "a PAT is told to its own pair [F-INT-12 D-20]", a_pat_is_told_to_its_own },
	{ "a plain token is told to its client [D-20]", a_plain_token_is_told_to_its_client },
	{ "an owner's token is told to nobody [T-J04]", an_owners_token_is_told_to_nobody },
	{ "a refresh token is told to its client [O-7662-02]",
	  a_refresh_token_is_told_to_its_client },
	{ "tokens of another tenant are unknown [T-M01]", tokens_of_another_tenant_are_unknown },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo introspect_suite = { "server/introspect", NULL, NULL, start, world_close, tests };
