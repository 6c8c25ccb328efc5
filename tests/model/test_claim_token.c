/* SPDX-License-Identifier: Apache-2.0 */
/* Pushed claim tokens, checked by the list of OpenID Connect Core, 3.1.3.7. */
#include "base/b64.h"
#include "base/json.h"
#include "base/text.h"
#include "jose/jwt.h"
#include "model/issuer.h"
#include "model/party.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static struct party party;

static void
claim_token_setup(void)
{
	fixture_open(&c);
}

static void
claim_token_teardown(void)
{
	fixture_close(&c);
}

/*
 * The claims of a valid ID Token, overridden by `members`: JSON in which ' replaces "; null removes
 * a claim.
 */
static const char *
id_token_claims(const char *members)
{
	struct json_object *all =
		fixture_json(&c, "{'iss':'" IDP "','sub':'b0b','aud':'viewer',"
				 "'iat':1699999990,'exp':1700000290,'email':'bob@example.net',"
				 "'email_verified':true,'nonce':'n','sid':'s'}");
	struct json_object *over = fixture_json(&c, members);

	json_object_object_foreach(over, name, value)
	{
		json_object_object_del(all, name);
		if (value != NULL)
			json_object_object_add(all, name, json_object_get(value));
	}
	return json_print(c.s.arena, all);
}

static const char *
sign_as(const char *typ, const char *members)
{
	struct signing_key key = fixture_signer();

	return jwt_sign(c.s.arena, &key, typ, bytes_of(id_token_claims(members)));
}

static const char *
claim_token_sign(const char *members)
{
	return sign_as("JWT", members);
}

static enum err
claim_token_push(const char *token)
{
	struct claim_token pushed = { token, FORMAT_ID_TOKEN, BYTES_NONE };
	struct client viewer;
	enum err e;

	c.s.w.refusal.why = NULL;
	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, "viewer", ERR_NOT_FOUND, &viewer), OK);
	e = claim_token_verify(&c.s.w, &viewer, &pushed, &party);
	CU_ASSERT(e == OK || c.s.w.refusal.why != NULL);
	CU_ASSERT_EQUAL(pushed.replay_key.size > 0, e == OK);
	claim_token_mark_used(&c.s.w, &pushed);
	return e;
}

static void
a_valid_id_token_identifies_the_requesting_party(void)
{
	CU_ASSERT_EQUAL_FATAL(claim_token_push(claim_token_sign("{}")), OK);
	CU_ASSERT_STRING_EQUAL(party.issuer, IDP);
	CU_ASSERT_STRING_EQUAL(party.subject, "b0b");
	CU_ASSERT_EQUAL(party.issued, 1699999990);
	CU_ASSERT_EQUAL(party.auth_time, 0);
	CU_ASSERT_PTR_NULL(party.account);
}

static void
only_claims_about_the_person_are_stored(void)
{
	CU_ASSERT_EQUAL_FATAL(
		claim_token_push(claim_token_sign("{'jti':'x1','at_hash':'h','nbf':5}")), OK);
	CU_ASSERT_STRING_EQUAL(json_print(c.s.arena, party.claims),
			       "{\"email\":\"bob@example.net\",\"email_verified\":true}");
}

static void
each_invalid_member_of_an_id_token_rejects_it(void)
{
	static const char *const faults[] = {
		/* 3.1.3.7 (2) */
		"{'iss':'https://idp.example.org'}",
		"{'iss':'" IDP "/'}",
		"{'iss':5}",
		"{'iss':null}",
		/* (3) */
		"{'aud':'other'}",
		"{'aud':null}",
		"{'aud':[]}",
		"{'aud':5}",
		"{'aud':[5]}",
		"{'aud':['viewer','other']}",
		"{'aud':'Viewer'}",
		"{'aud':'https://as.example.com/'}",
		/* (5) */
		"{'azp':'other'}",
		"{'azp':5}",
		"{'azp':['viewer']}",
		/* (9), a minute of skew */
		"{'exp':1699999940}",
		"{'exp':null}",
		"{'exp':'1700000290'}",
		"{'exp':1699999940.9}",
		"{'exp':1e400}",
		"{'exp':-1}",
		"{'exp':253402300800}",
		/* (10): at most five minutes old, a minute of skew */
		"{'iat':1699999639}",
		"{'iat':1699999639.9}",
		"{'iat':1700000060.1}",
		"{'iat':1700000061}",
		"{'iat':null}",
		"{'iat':'x'}",
		"{'nbf':1700000061}",
		"{'nbf':1700000060.1}",
		"{'nbf':'x'}",
		/* the subject */
		"{'sub':null}",
		"{'sub':''}",
		"{'sub':5}",
		/* (13) */
		"{'auth_time':1699999991}",
		"{'auth_time':1.699999991e9}",
		"{'auth_time':'x'}",
		"{'auth_time':-1}",
		"{'jti':5}",
	};

	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
		CU_ASSERT_EQUAL(claim_token_push(claim_token_sign(faults[i])), ERR_INVALID_TOKEN);
}

static void
id_tokens_at_the_limits_are_accepted(void)
{
	static const char *const good[] = {
		"{'aud':['viewer']}",
		"{'aud':['viewer','https://as.example.com']}",
		"{'aud':'https://as.example.com'}",
		"{'azp':'viewer'}",
		"{'exp':1699999941}",
		"{'iat':1699999640}",
		"{'iat':1700000060}",
		"{'nbf':1700000060}",
		"{'auth_time':1699999990}",
		"{'auth_time':0}",
		"{'exp':1700000290.5}",
		"{'exp':1.70000029e9}",
		"{'iat':1699999640.25}",
		"{'iat':1700000059.5}",
		"{'nbf':1700000059.5}",
		"{'auth_time':1699999990.75,'iat':1699999990.75}",
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CU_ASSERT_EQUAL(claim_token_push(claim_token_sign(good[i])), OK);
}

static void
auth_time_is_stored(void)
{
	CU_ASSERT_EQUAL_FATAL(
		claim_token_push(claim_token_sign("{'auth_time':1699990000,'acr':'2'}")), OK);
	CU_ASSERT_EQUAL(party.auth_time, 1699990000);
	CU_ASSERT_EQUAL(party.issued, 1699999990);
}

/* As Entra ID sends groups: object ids of 36 characters, for more than 200 groups. */
static const char *
claims_of_groups(int n)
{
	struct buf b = { .arena = c.s.arena };

	buf_text(&b, "{'groups':[");
	for (int i = 0; i < n; i++)
		buf_text(&b, arena_printf(c.s.arena, "%s'%08x-76f5-4a3c-9b0e-2f6f0d7c1a%02x'",
					  i > 0 ? "," : "", i, i & 255));
	buf_text(&b, "]}");
	return b.data;
}

static void
a_token_may_contain_hundreds_of_groups(void)
{
	struct json_object *groups = NULL;
	const char *token = claim_token_sign(claims_of_groups(600)), *kept;

	CU_ASSERT(strlen(token) > 30000 && strlen(token) <= JWT_SIZE_MAX);
	CU_ASSERT_EQUAL_FATAL(claim_token_push(token), OK);
	CU_ASSERT(json_object_object_get_ex(party.claims, "groups", &groups));
	CU_ASSERT_EQUAL(json_object_array_length(groups), 600);

	/* The claims are stored and read back. */
	kept = party_print(&c.s.w, &party);
	CU_ASSERT(strlen(kept) <= PARTY_SIZE_MAX);
	CU_ASSERT_EQUAL(party_read(&c.s.w, kept, &party), OK);
}

static void
the_error_for_a_token_that_is_too_long_names_the_limit(void)
{
	const char *token = claim_token_sign(claims_of_groups(700));

	CU_ASSERT(strlen(token) > JWT_SIZE_MAX);
	CU_ASSERT_EQUAL(claim_token_push(token), ERR_INVALID_TOKEN);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "32768"));
	CU_ASSERT_EQUAL(claim_token_push(b64url_encode(c.s.arena, bytes_of(token))),
			ERR_INVALID_TOKEN);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "32768"));
}

/* A stored party has a bounded length, whatever its claims contain. */
static void
the_longest_claims_fit_into_a_row(void)
{
	const char *email = arena_printf(c.s.arena, "%020000d@example.net", 0);

	CU_ASSERT_EQUAL_FATAL(claim_token_push(claim_token_sign(
				      arena_printf(c.s.arena, "{'email':'%s'}", email))),
			      OK);
	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &party), "b0b at " IDP);
	/* Sealed (24 bytes of nonce, 16 of tag), in base64url, beside the requested permissions. */
	CU_ASSERT((PARTY_SIZE_MAX + 40 + 2) / 3 * 4 + PERMISSIONS_SIZE_MAX <= ROW_MAX - 4000);
}

static void
sub_has_at_most_255_bytes(void)
{
	char members[300] = "{'sub':'";

	memset(members + 8, 's', 256);
	strcpy(members + 8 + 255, "'}");
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign(members)), OK);
	strcpy(members + 8 + 255, "s'}");
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign(members)), ERR_INVALID_TOKEN);
}

static void
an_issuer_may_have_a_configured_audience(void)
{
	struct issuer i;

	CU_ASSERT_EQUAL_FATAL(issuer_find(&c.s.w, IDP, ERR_NOT_FOUND, &i), OK);
	str_list_add(c.s.arena, &i.audience, "photo-app");
	CU_ASSERT_EQUAL(issuer_put(&c.s.w, &i), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{'aud':'photo-app','azp':'photo-app'}")),
			OK);
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{'aud':['photo-app','elsewhere']}")),
			ERR_INVALID_TOKEN);
}

static void
other_jwts_of_the_issuer_are_rejected(void)
{
	CU_ASSERT_EQUAL(claim_token_push(sign_as("at+jwt", "{}")), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push(sign_as("logout+jwt", "{}")), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push(sign_as("jwt", "{}")), OK);
}

/* {"alg":"none"}, {"alg":"HS256"}, and an invalid signature. */
static void
forged_tokens_are_rejected(void)
{
	const char *good = claim_token_sign("{}"), *body = strchr(good, '.'),
		   *tail = strrchr(good, '.');
	struct arena *a = c.s.arena;
	char *bent = arena_strdup(a, good);

	bent[strlen(bent) / 2] ^= 1;
	CU_ASSERT_EQUAL(claim_token_push(bent), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push(arena_printf(a, "eyJhbGciOiJub25lIn0%.*s.",
						      (int)(tail - body), body)),
			ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push(arena_printf(a, "eyJhbGciOiJIUzI1NiJ9%s", body)),
			ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push(""), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push("not a token"), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push("bm90IGEgdG9rZW4"), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(claim_token_push("_w"), ERR_INVALID_TOKEN);
}

/*
 * UMA Grant, 3.3.1 requires base64url; some clients encode the token a second time, although it is
 * base64url already.
 */
static void
a_token_may_be_base64url_encoded_twice(void)
{
	struct bytes token = bytes_of(claim_token_sign("{}"));

	CU_ASSERT_EQUAL(claim_token_push(b64url_encode(c.s.arena, token)), OK);
	CU_ASSERT_EQUAL(claim_token_push(b64_encode(c.s.arena, token)), OK);
	CU_ASSERT_EQUAL(claim_token_push(b64url_encode(c.s.arena,
						       bytes_of(b64url_encode(c.s.arena, token)))),
			ERR_INVALID_TOKEN);
}

static void
a_claim_token_is_accepted_once(void)
{
	static const char *const names[] = { "{'jti':'j1'}", "{}" };

	for (size_t i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(claim_token_push(claim_token_sign(names[i])), OK);
		CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
		CU_ASSERT_EQUAL(claim_token_push(claim_token_sign(names[i])), ERR_INVALID_TOKEN);
	}
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{'jti':'j2'}")), OK);
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{'nonce':'another'}")), OK);
}

/* Neither encoded twice, nor after a change of the settings that limit its age. */
static void
a_used_token_is_rejected_in_another_form(void)
{
	const char *token = claim_token_sign("{}");

	CU_ASSERT_EQUAL(claim_token_push(token), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(claim_token_push(b64url_encode(c.s.arena, bytes_of(token))),
			ERR_INVALID_TOKEN);
	harness_set_setting(&c.s, "claim_token_age", "600");
	harness_set_setting(&c.s, "clock_skew", "10");
	CU_ASSERT_EQUAL(claim_token_push(token), ERR_INVALID_TOKEN);
}

/*
 * With the maximum claim_token_age and clock_skew, until the last second in which the token could
 * be valid; then its row may be removed.
 */
static void
a_used_token_is_remembered_as_long_as_it_could_be_valid(void)
{
	const int64_t issued = 1699999990, last = issued + 86400 + 300;
	const char *token = claim_token_sign("{'exp':1800000000}");
	size_t swept = 0;

	harness_set_setting(&c.s, "claim_token_age", "86400");
	harness_set_setting(&c.s, "clock_skew", "300");
	CU_ASSERT_EQUAL(claim_token_push(token), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(store_sweep(c.s.store, c.s.w.tenant->id, last, 100, &swept), OK);
	harness_set_time(&c.s, last);
	CU_ASSERT_EQUAL(claim_token_push(token), ERR_INVALID_TOKEN);
	CU_ASSERT(text_equal(c.s.w.refusal.why, "the claim token was used before"));
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{'exp':1800000000,'nonce':'another'}")),
			OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SEEN), 2);

	CU_ASSERT_EQUAL(store_sweep(c.s.store, c.s.w.tenant->id, last + 3600, 100, &swept), OK);
	harness_set_time(&c.s, last + 3600);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SEEN), 0);
	CU_ASSERT_EQUAL(claim_token_push(token), ERR_INVALID_TOKEN);
}

static void
of_two_concurrent_pushes_of_a_token_one_is_accepted(void)
{
	const char *token = claim_token_sign("{'jti':'j1'}");
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(claim_token_push(token), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(claim_token_push(token), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
}

static void
only_clients_with_the_right_to_push_claims_may_push_them(void)
{
	fixture_change_client(&c, "viewer", fixture_forbid_push);
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{}")), ERR_INVALID_TOKEN);
}

static void
other_claim_token_formats_are_rejected(void)
{
	struct claim_token pushed = { claim_token_sign("{}"), "urn:x:unknown", BYTES_NONE };
	struct client viewer;

	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, "viewer", ERR_NOT_FOUND, &viewer), OK);
	CU_ASSERT_EQUAL(claim_token_verify(&c.s.w, &viewer, &pushed, &party), ERR_INVALID_TOKEN);
}

static void
a_removed_issuer_is_not_trusted(void)
{
	CU_ASSERT_EQUAL(issuer_remove(&c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{}")), ERR_INVALID_TOKEN);
}

static void
an_issuer_of_another_tenant_is_not_trusted(void)
{
	harness_use_tenant(&c.s, "two");
	fixture_client(&c, "viewer", NULL, "");
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{}")), ERR_INVALID_TOKEN);
}

static void
corrupt_keys_of_an_issuer_are_a_server_error(void)
{
	harness_corrupt_rows(&c.s, T_ISSUER, "{\"url\":\"" IDP "\",\"jwks\":{\"keys\":[]}}");
	CU_ASSERT_EQUAL(claim_token_push(claim_token_sign("{}")), ERR_INVALID_TOKEN);
}

static CU_TestInfo tests[] = {
	{ "a valid ID Token identifies the requesting party [G-CLM-04]",
	  a_valid_id_token_identifies_the_requesting_party },
	{ "only claims about the person are stored [T-U09]",
	  only_claims_about_the_person_are_stored },
	{ "each invalid member of an ID Token rejects it [O-OIDC-01 O-OIDC-02 O-OIDC-03 O-OIDC-05 G-CLM-03 G-CLM-05 T-U10]",
	  each_invalid_member_of_an_id_token_rejects_it },
	{ "ID Tokens at the limits are accepted [O-OIDC-02 O-OIDC-05]",
	  id_tokens_at_the_limits_are_accepted },
	{ "auth_time is stored [O-OIDC-06]", auth_time_is_stored },
	{ "a token may contain hundreds of groups [T-P05]",
	  a_token_may_contain_hundreds_of_groups },
	{ "the error for a token that is too long names the limit [T-J03]",
	  the_error_for_a_token_that_is_too_long_names_the_limit },
	{ "the longest claims fit into a row", the_longest_claims_fit_into_a_row },
	{ "sub has at most 255 bytes", sub_has_at_most_255_bytes },
	{ "an issuer may have a configured audience [O-OIDC-02]",
	  an_issuer_may_have_a_configured_audience },
	{ "other JWTs of the issuer are rejected [O-OIDC-07 T-J04]",
	  other_jwts_of_the_issuer_are_rejected },
	{ "forged tokens are rejected [O-OIDC-04 T-J01]", forged_tokens_are_rejected },
	{ "a token may be base64url-encoded twice [G-CLM-01]",
	  a_token_may_be_base64url_encoded_twice },
	{ "a claim token is accepted once [T-U10]", a_claim_token_is_accepted_once },
	{ "a used token is rejected in another form and after a change of settings [T-U10]",
	  a_used_token_is_rejected_in_another_form },
	{ "a used token is remembered as long as it could be valid [T-U10]",
	  a_used_token_is_remembered_as_long_as_it_could_be_valid },
	{ "of two concurrent pushes of a token one is accepted [T-U10]",
	  of_two_concurrent_pushes_of_a_token_one_is_accepted },
	{ "only clients with the right to push claims may push them [G-CLM-06]",
	  only_clients_with_the_right_to_push_claims_may_push_them },
	{ "other claim token formats are rejected [G-CLM-02]",
	  other_claim_token_formats_are_rejected },
	{ "a removed issuer is not trusted [G-CLM-07]", a_removed_issuer_is_not_trusted },
	{ "an issuer of another tenant is not trusted [T-M01]",
	  an_issuer_of_another_tenant_is_not_trusted },
	{ "corrupt keys of an issuer are a server error [T-S11]",
	  corrupt_keys_of_an_issuer_are_a_server_error },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo claim_token_suite = { "model/claim_token",	 NULL, NULL, claim_token_setup,
				   claim_token_teardown, tests };
