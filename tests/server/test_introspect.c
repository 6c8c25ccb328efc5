/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/examples.h"
#include "web/request.h"

#define EQ	 CU_ASSERT_STRING_EQUAL
#define INACTIVE "{\"active\":false}"

static struct response rpt;
static const char *token;

static void
introspect_setup(void)
{
	examples_open();
	owner_permits("photo1", "view print");
	rpt = redeem_ticket(new_ticket("photo1{view,print}"), push_claims_param("viewer", "{}"));
	token = response_text(rpt, "access_token");
}

static struct response
introspect_token(const char *auth, const char *what)
{
	return http_send("POST /introspect", auth, text_format("token=%s", what));
}

static const char *
introspect_body(const char *auth, const char *what)
{
	struct response a = introspect_token(auth, what);

	return a.status == 200 ? a.body : text_format("%d %s", a.status, response_text(a, "error"));
}

static void
an_rpt_is_told_with_its_permissions(void)
{
	struct response a = introspect_token(alice_auth(), token);

	EQ(response_text(a, "iss"), "https://as.example.com");
	EQ(response_text(a, "aud"), "photoz");
	EQ(response_text(a, "client_id"), "viewer");
	EQ(response_text(a, "token_type"), "Bearer");
	CU_ASSERT_EQUAL(response_number(a, "iat"), HARNESS_NOW);
	CU_ASSERT_EQUAL(response_number(a, "exp"), HARNESS_NOW + 300);
	CU_ASSERT(response_has(a, "jti") && response_has(a, "active"));
	CU_ASSERT_FALSE(response_has(a, "scope"));
	CU_ASSERT_PTR_NOT_NULL(strstr(
		a.body, text_format("\"permissions\":[{\"resource_id\":\"%s\","
				    "\"resource_scopes\":[\"view\",\"print\"],\"exp\":1700000300}]",
				    id_of("photo1"))));
	EQ(response_header(a, "Cache-Control"), "no-store");
}

/* D-12: who acts, never whose it is; and not the same person at two servers. */
static void
the_subject_is_pairwise_and_not_the_owner(void)
{
	struct response a = introspect_token(alice_auth(), token);

	CU_ASSERT_EQUAL(strlen(response_text(a, "sub")), 43);
	CU_ASSERT_STRING_NOT_EQUAL(response_text(a, "sub"), http_case.c.alice);
	CU_ASSERT_PTR_NULL(strstr(a.body, "bob"));
	owner_permits("photo2", "all");
	a = introspect_token(alice_auth(), response_text(redeem_ticket(new_ticket("photo2{}"), ""),
							 "access_token"));
	EQ(response_text(a, "sub"), "viewer");
}

static void
other_pats_see_nothing(void)
{
	EQ(introspect_body(issue_pat(http_case.c.erin, "photoz"), token), INACTIVE);
	EQ(introspect_body(issue_pat(http_case.c.alice, "filez"), token), INACTIVE);
	EQ(introspect_body(auth_basic("filez"), token), INACTIVE);
	EQ(introspect_body(auth_basic("viewer"), token), INACTIVE);
}

static void
the_server_itself_may_ask(void)
{
	EQ(introspect_permissions(auth_basic("photoz"), token), "photo1{print,view}");
}

static void
what_is_not_active_is_told_alike(void)
{
	const char *dead[] = { "x",
			       "tk_x",
			       new_ticket("photo1{view}"),
			       response_text(rpt, "refresh_token"),
			       response_text(rpt, "pct"),
			       text_format("%sA", token),
			       "%00" };

	for (size_t i = 0; i < 6; i++)
		EQ(introspect_body(alice_auth(), dead[i]), INACTIVE);
	http_case_set_time(300);
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
callers_are_always_authenticated(void)
{
	struct response a = introspect_token(NULL, token);

	CU_ASSERT_EQUAL(a.status, 401);
	EQ(response_header(a, "WWW-Authenticate"), "Bearer realm=\"uma\"");
	EQ(a.body, "");
	EQ(introspect_body(auth_bearer("pat_x"), token), "401 invalid_token");
	EQ(introspect_body(auth_bearer(token), token), "401 invalid_token");
	EQ(introspect_body(auth_basic_raw("photoz:wrong"), token), "401 invalid_client");
	EQ(introspect_body(NULL, text_format("%s&client_id=public", token)), "401 invalid_client");
	EQ(introspect_body(NULL, text_format("%s&client_id=photoz&client_secret=wrong", token)),
	   "401 invalid_client");
	a = http_send("POST /introspect", NULL,
		      text_format("token=%s&client_id=photoz&client_secret=the-secret-of-photoz",
				  token));
	CU_ASSERT_EQUAL(a.status, 200);
	EQ(introspect_body(auth_bearer(access_token("viewer", NULL, "view")), token),
	   "403 insufficient_scope");
}

static void
a_token_is_required_once(void)
{
	EQ(response_text(http_send("POST /introspect", alice_auth(), "x=y"), "error"),
	   "invalid_request");
	EQ(introspect_body(alice_auth(), "a&token=b"), "400 invalid_request");
	CU_ASSERT_EQUAL(http_send("GET /introspect?token=x", alice_auth(), NULL).status, 405);
}

static void
it_writes_nothing(void)
{
	size_t before = count_audit_rows(NULL);

	http_case.store.fail_commit = true;
	EQ(introspect_permissions(alice_auth(), token), "photo1{print,view}");
	EQ(introspect_body(alice_auth(), "x"), INACTIVE);
	http_case.store.fail_commit = false;
	CU_ASSERT_EQUAL(count_audit_rows(NULL), before);
}

static void
live_state_shows_at_once(void)
{
	owner_permits("photo1", "print");
	EQ(introspect_permissions(alice_auth(), token), "photo1{print}");
	owner_remove_policy("photo1");
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
a_disabled_client_has_no_tokens(void)
{
	fixture_change_client(&http_case.c, "viewer", fixture_disable);
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
a_removed_client_has_no_tokens(void)
{
	CU_ASSERT_EQUAL(client_remove(&http_case.c.s.w, "viewer"), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(introspect_body(alice_auth(), token), INACTIVE);
}

static void
a_disabled_owner_shares_nothing(void)
{
	struct work *w = &http_case.c.s.w;
	struct account her;

	CU_ASSERT_EQUAL(account_find(w, http_case.c.alice, ERR_NOT_FOUND, &her), OK);
	her.disabled = true;
	CU_ASSERT_EQUAL(account_put(w, &her), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
	EQ(introspect_body(alice_auth(), token), "401 invalid_token");
	EQ(introspect_body(auth_basic("photoz"), token), INACTIVE);
	EQ(introspect_body(auth_basic("photoz"),
			   access_token("photoz", http_case.c.alice, "uma_protection")),
	   INACTIVE);
}

static void
introspect_flatten(struct client *client)
{
	client->flat_permissions = true;
}

static void
permissions_may_come_as_strings_too(void)
{
	fixture_change_client(&http_case.c, "photoz", introspect_flatten);
	CU_ASSERT_PTR_NOT_NULL(strstr(introspect_body(alice_auth(), token),
				      text_format("\"permissions_flat\":[\"%s#view\",\"%s#print\"]",
						  id_of("photo1"), id_of("photo1"))));
}

static void
a_pat_is_told_to_its_own(void)
{
	const char *hers = access_token("photoz", http_case.c.alice, "uma_protection");
	struct response a = introspect_token(alice_auth(), hers);

	EQ(response_text(a, "scope"), "uma_protection");
	EQ(response_text(a, "client_id"), "photoz");
	EQ(response_text(a, "sub"), http_case.c.alice);
	CU_ASSERT_FALSE(response_has(a, "permissions"));
	EQ(response_text(introspect_token(auth_basic("photoz"), hers), "scope"), "uma_protection");
	EQ(introspect_body(issue_pat(http_case.c.erin, "photoz"), hers), INACTIVE);
	EQ(introspect_body(issue_pat(http_case.c.alice, "filez"), hers), INACTIVE);
	EQ(introspect_body(auth_basic("viewer"), hers), INACTIVE);
}

static void
a_plain_token_is_told_to_its_client(void)
{
	const char *plain = access_token("viewer", NULL, "view");

	EQ(response_text(introspect_token(auth_basic("viewer"), plain), "sub"), "viewer");
	EQ(introspect_body(auth_basic("other"), plain), INACTIVE);
	EQ(introspect_body(alice_auth(), plain), INACTIVE);
}

static void
an_owners_token_is_told_to_nobody(void)
{
	const char *own = access_token("", http_case.c.alice, SCOPE_OWNER);

	EQ(introspect_body(alice_auth(), own), INACTIVE);
	EQ(introspect_body(auth_bearer(own), token), "403 insufficient_scope");
}

static void
a_refresh_token_is_told_to_its_client(void)
{
	const char *refresh_rpt = response_text(rpt, "refresh_token");
	struct response a = introspect_token(auth_basic("viewer"), refresh_rpt);

	EQ(response_text(a, "client_id"), "viewer");
	CU_ASSERT_EQUAL(response_number(a, "exp"), HARNESS_NOW + 604800);
	EQ(introspect_body(auth_basic("other"), refresh_rpt), INACTIVE);
	EQ(response_text(introspect_token(auth_basic("viewer"),
					  text_format("%s&token_type_hint=access_token",
						      refresh_rpt)),
			 "client_id"),
	   "viewer");
	http_send("POST /token", auth_basic("viewer"),
		  text_format("grant_type=refresh_token&refresh_token=%s", refresh_rpt));
	EQ(introspect_body(auth_basic("viewer"), refresh_rpt), INACTIVE);
}

/* None for the tenant, since nothing was committed after the last request; four for the PAT (row,
 * client, account, delegation); RPT, client, issuer, identity and family; the resource with the
 * index of its own policy, and so no policy. */
#define READS (4 + 5 + 1)

static void
it_reads_few_rows_and_no_policy(void)
{
	harness_corrupt_rows(&http_case.c.s, T_POLICY, "x");
	introspect_body(alice_auth(), token);
	http_case.store.calls = 0;
	CU_ASSERT_PTR_NOT_NULL(strstr(introspect_body(alice_auth(), token), "\"active\":true"));
	CU_ASSERT_EQUAL(http_case.store.calls, READS);
}

static void
tokens_of_another_tenant_are_unknown(void)
{
	harness_use_tenant(&http_case.c.s, "two");
	fixture_client(&http_case.c, "photoz", NULL, "uma_protection");
	EQ(response_text(http_send("POST /t/two/introspect", auth_basic("photoz"),
				   text_format("token=%s", token)),
			 "error"),
	   "");
	EQ(http_send("POST /t/two/introspect", auth_basic("photoz"), text_format("token=%s", token))
		   .body,
	   INACTIVE);
	EQ(response_text(http_send("POST /t/two/introspect", alice_auth(),
				   text_format("token=%s", token)),
			 "error"),
	   "invalid_token");
	harness_use_tenant(&http_case.c.s, "one");
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

CU_SuiteInfo introspect_suite = { "server/introspect", NULL, NULL, introspect_setup,
				  http_case_close,     tests };
