/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "jose/jwt.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static struct rpt r;
static const char *token;

static void
rpt_setup(void)
{
	fixture_open(&c);
}

static void
rpt_teardown(void)
{
	fixture_close(&c);
}

static void
rpt_issue_token(const char *rs, struct permission *granted)
{
	struct client server;

	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, rs, ERR_NOT_FOUND, &server), OK);
	r = (struct rpt){ .grant.client = "viewer",
			  .grant.rs = rs,
			  .grant.owner = c.alice,
			  .sub = "pairwise",
			  .grant.party = "bob",
			  .granted = granted };
	CU_ASSERT_EQUAL_FATAL(rpt_issue(&c.s.w, &server, &r, &token), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

/* The claims of `token`, verified with the tenant's published key. */
static struct json_object *
rpt_verify_claims(void)
{
	const struct signing_key *own = tenant_signing_key(c.s.w.tenant, HARNESS_NOW);
	struct buf b = { .arena = c.s.arena };
	const char *why = NULL;
	struct jwks keys;
	struct jwt jwt;

	out_open(&b, NULL, '{');
	out_open(&b, "keys", '[');
	signing_key_print_jwk(&b, own->kid, own->alg, own->public_key);
	out_close(&b, ']');
	out_close(&b, '}');
	CU_ASSERT_EQUAL_FATAL(
		jwks_parse(c.s.arena, json_parse(c.s.arena, buf_bytes(&b), &why), &keys, &why), OK);
	CU_ASSERT_EQUAL_FATAL(jwt_verify(c.s.arena, token, &keys, &jwt, &why), OK);
	CU_ASSERT_STRING_EQUAL(jwt.typ, "at+jwt");
	return jwt.claims;
}

static const char *
rpt_claim_text(struct json_object *o, const char *name)
{
	const char *value = "";

	json_text(o, name, &value);
	return value;
}

static const char *
rpt_permissions(void)
{
	struct json_object *list;

	return json_object_object_get_ex(rpt_verify_claims(), "permissions", &list)
		       ? json_print(c.s.arena, list)
		       : "none";
}

static void
an_rpt_contains_audience_client_party_and_permissions(void)
{
	struct json_object *claims;
	int64_t iat = 0, exp = 0;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	claims = rpt_verify_claims();
	CU_ASSERT_STRING_EQUAL(rpt_claim_text(claims, "iss"), "https://as.example.com");
	CU_ASSERT_STRING_EQUAL(rpt_claim_text(claims, "aud"), "photoz");
	CU_ASSERT_STRING_EQUAL(rpt_claim_text(claims, "sub"), "pairwise");
	CU_ASSERT_STRING_EQUAL(rpt_claim_text(claims, "client_id"), "viewer");
	CU_ASSERT_EQUAL(strlen(rpt_claim_text(claims, "jti")), 26);
	json_int(claims, "iat", 0, INT64_MAX, &iat);
	json_int(claims, "exp", 0, INT64_MAX, &exp);
	CU_ASSERT_EQUAL(iat, HARNESS_NOW);
	CU_ASSERT_EQUAL(exp, HARNESS_NOW + 300);
	CU_ASSERT_EQUAL(json_object_object_length(claims), 8);
	CU_ASSERT_FALSE(json_object_object_get_ex(claims, "scope", NULL));
}

static void
a_resource_has_one_permission_which_does_not_outlive_the_token(void)
{
	struct permission *p = fixture_permissions(&c, "photo1", "view");

	fixture_join(p, fixture_permissions(&c, "album", "edit"));
	fixture_join(p, fixture_permissions(&c, "photo1", "print view"));
	p->until = HARNESS_NOW + 20;
	p->next->next->until = HARNESS_NOW + 10;
	p->next->until = HARNESS_NOW + 900;
	rpt_issue_token("photoz", p);
	CU_ASSERT_STRING_EQUAL(
		rpt_permissions(),
		"[{\"resource_id\":\"photo1\",\"resource_scopes\":"
		"[\"view\",\"print\"],\"exp\":1700000010},{\"resource_id\":\"album\","
		"\"resource_scopes\":[\"edit\"],\"exp\":1700000300}]");
}

static void
a_permission_may_have_no_scopes(void)
{
	rpt_issue_token("photoz", fixture_permissions(&c, "badge", ""));
	CU_ASSERT_STRING_EQUAL(rpt_permissions(),
			       "[{\"resource_id\":\"badge\",\"resource_scopes\":[],"
			       "\"exp\":1700000300}]");
}

static void
only_introspection(struct client *client)
{
	client->rpt_permissions = RPT_PERMISSIONS_INTROSPECTION;
	client->resource_uri = "https://photoz.example.com/";
}

static void
a_resource_server_may_require_rpts_without_permissions(void)
{
	fixture_change_client(&c, "photoz", only_introspection);
	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	CU_ASSERT_STRING_EQUAL(rpt_permissions(), "none");
	CU_ASSERT_STRING_EQUAL(rpt_claim_text(rpt_verify_claims(), "aud"),
			       "https://photoz.example.com/");
}

/* 3,072 bytes: web servers accept a header of this size. */
static void
a_long_list_of_permissions_is_not_in_the_token(void)
{
	struct permission *p = fixture_permissions(&c, "photo1", "view");

	for (int i = 0; i < 40; i++)
		fixture_join(p, fixture_permissions(
					&c, arena_printf(c.s.arena, "photo-of-a-long-name-%d", i),
					"view"));
	rpt_issue_token("photoz", p);
	CU_ASSERT(strlen(token) < 3072);
	CU_ASSERT_STRING_EQUAL(rpt_permissions(), "none");
}

static void
the_row_contains_the_grant(void)
{
	struct rpt got;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	CU_ASSERT_EQUAL_FATAL(rpt_find(&c.s.w, token, &got), OK);
	CU_ASSERT_STRING_EQUAL(got.jti, r.jti);
	CU_ASSERT_STRING_EQUAL(got.grant.owner, c.alice);
	CU_ASSERT_STRING_EQUAL(got.grant.rs, "photoz");
	CU_ASSERT_STRING_EQUAL(got.grant.party, "bob");
	CU_ASSERT_STRING_EQUAL(got.granted->resource, "photo1");
	CU_ASSERT_PTR_NULL(got.grant.family);
}

static void
an_rpt_with_one_changed_byte_is_unknown(void)
{
	char *bent;
	struct rpt got;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	for (size_t i = 0; i < strlen(token); i++) {
		bent = arena_strdup(c.s.arena, token);
		bent[i] = bent[i] == 'A' ? 'B' : 'A';
		CU_ASSERT_EQUAL(rpt_find(&c.s.w, bent, &got), ERR_INVALID_TOKEN);
	}
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, "", &got), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, "a.b.c", &got), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, arena_printf(c.s.arena, "%s=", token), &got),
			ERR_INVALID_TOKEN);
}

/* The row is found by the signed part; the signature must be the issued one. */
static void
an_rpt_with_another_tokens_signature_is_unknown(void)
{
	const char *first;
	struct rpt got;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	first = token;
	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, first, &got), OK);
	first = arena_printf(c.s.arena, "%.*s%s", (int)(strrchr(first, '.') - first), first,
			     strrchr(token, '.'));
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, first, &got), ERR_INVALID_TOKEN);
	CU_ASSERT_PTR_NULL(got.grant.client);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w,
				 arena_strndup(c.s.arena, token,
					       (size_t)(strrchr(token, '.') - token)),
				 &got),
			ERR_INVALID_TOKEN);
}

/* The row of a token that was never signed, or that an older program wrote. */
static void
an_rpt_whose_row_has_no_signature_is_unknown(void)
{
	struct rpt got;
	char *row, *sig;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	CU_ASSERT_EQUAL_FATAL(rpt_find(&c.s.w, token, &got), OK);
	row = arena_strndup(c.s.arena, (const char *)got.row.data, got.row.size);
	sig = strstr(row, "\"sig\"");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sig);
	memcpy(sig, "\"old\"", 5);
	harness_corrupt_rows(&c.s, T_RPT, row);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &got), ERR_INVALID_TOKEN);
}

static void
an_rpt_is_unknown_to_another_tenant(void)
{
	struct rpt got;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &got), ERR_INVALID_TOKEN);
}

static void
without_a_signing_key_no_rpt_is_issued(void)
{
	struct client server;

	harness_set_time(&c.s, HARNESS_NOW - 1);
	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, "photoz", ERR_NOT_FOUND, &server), OK);
	CU_ASSERT_EQUAL(rpt_issue(&c.s.w, &server, &r, &token), ERR_SERVER);
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

static void
a_corrupt_rpt_row_is_a_fault(void)
{
	struct rpt got;

	rpt_issue_token("photoz", fixture_permissions(&c, "photo1", "view"));
	harness_corrupt_rows(&c.s, T_RPT, "{\"client\":\"viewer\"}");
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &got), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "an RPT contains audience, client, party and permissions [O-9068-01 O-9068-03 O-9068-04 O-9068-06 F-INT-17]",
	  an_rpt_contains_audience_client_party_and_permissions },
	{ "a resource has one permission, which does not outlive the token [G-UPG-10 F-INT-08]",
	  a_resource_has_one_permission_which_does_not_outlive_the_token },
	{ "a permission may have no scopes [F-INT-06]", a_permission_may_have_no_scopes },
	{ "a resource server may require RPTs without permissions [G-CONV-05 O-9068-09]",
	  a_resource_server_may_require_rpts_without_permissions },
	{ "a long list of permissions is not in the token",
	  a_long_list_of_permissions_is_not_in_the_token },
	{ "the row contains the grant", the_row_contains_the_grant },
	{ "an RPT with one changed byte is unknown [F-INT-10 T-P09 O-8037-09]",
	  an_rpt_with_one_changed_byte_is_unknown },
	{ "an RPT with another token's signature is unknown [F-INT-10]",
	  an_rpt_with_another_tokens_signature_is_unknown },
	{ "an RPT whose row has no signature is unknown [F-INT-10]",
	  an_rpt_whose_row_has_no_signature_is_unknown },
	{ "an RPT is unknown to another tenant [T-M01]", an_rpt_is_unknown_to_another_tenant },
	{ "without a signing key no RPT is issued", without_a_signing_key_no_rpt_is_issued },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_rpt_row_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo rpt_suite = { "model/rpt", NULL, NULL, rpt_setup, rpt_teardown, tests };
