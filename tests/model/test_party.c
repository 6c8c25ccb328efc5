/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "model/issuer.h"
#include "model/party.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;

static void
party_setup(void)
{
	fixture_open(&c);
}

static void
party_teardown(void)
{
	fixture_close(&c);
}

static struct party
party_of_bob(void)
{
	return (struct party){
		.issuer = IDP,
		.subject = "b0b",
		.issued = 5,
		.auth_time = 4,
		.claims = fixture_json(&c, "{'email':'bob@example.net','email_verified':true}"),
	};
}

static void
party_link_bob(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &acc, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
a_printed_party_is_parsed_back(void)
{
	struct party p = party_of_bob(), got;
	const char *text;

	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	text = party_print(&c.s.w, &p);
	CU_ASSERT_EQUAL_FATAL(party_read(&c.s.w, text, &got), OK);
	CU_ASSERT_STRING_EQUAL(got.issuer, IDP);
	CU_ASSERT_STRING_EQUAL(got.subject, "b0b");
	CU_ASSERT_EQUAL(got.issued, 5);
	CU_ASSERT_EQUAL(got.auth_time, 4);
	CU_ASSERT_STRING_EQUAL(party_print(&c.s.w, &got), text);
}

static void
a_corrupt_party_is_a_server_error(void)
{
	struct party got;

	CU_ASSERT_EQUAL(party_read(&c.s.w, "", &got), ERR_STORE);
	CU_ASSERT_EQUAL(party_read(&c.s.w, "{}", &got), ERR_STORE);
	CU_ASSERT_EQUAL(party_read(&c.s.w, "{\"iss\":\"a\",\"sub\":\"b\",\"claims\":{,}}", &got),
			ERR_STORE);
}

static void
a_linked_identity_represents_the_account(void)
{
	struct party p = party_of_bob();

	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	CU_ASSERT_PTR_NULL(p.account);
	party_link_bob();
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	CU_ASSERT_STRING_EQUAL(p.account, c.bob);
	CU_ASSERT(str_list_has(&p.groups, "family"));
}

/* A deny rule must match every spelling of a claim. */
static void
claims_are_normalised(void)
{
	struct party p = party_of_bob();
	const char *text;

	p.claims = fixture_json(&c, "{'team':'cafe\xcc\x81'}");
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	CU_ASSERT_EQUAL_FATAL(json_text(p.claims, "team", &text), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(text, "caf\xc3\xa9");
}

static void
the_same_sub_of_another_issuer_is_another_person(void)
{
	struct party p = party_of_bob();

	party_link_bob();
	p.issuer = "https://idp.example.org";
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), ERR_INVALID_TOKEN);
	fixture_issuer(&c, p.issuer);
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	CU_ASSERT_PTR_NULL(p.account);
}

static void
disable_bob(void)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = true;
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
claims_linked_to_a_disabled_account_are_ignored(void)
{
	struct party p = party_of_bob(), got;
	const char *text = party_print(&c.s.w, &p);

	party_link_bob();
	disable_bob();
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), ERR_INVALID_TOKEN);
	CU_ASSERT_PTR_NULL(p.account);
	CU_ASSERT_EQUAL(p.groups.n, 0);
	CU_ASSERT_EQUAL(party_read(&c.s.w, text, &got), ERR_INVALID_TOKEN);
}

static const char *
sub_at(const struct party *p, const char *rs)
{
	return party_sub(&c.s.w, p, "viewer", rs);
}

static void
the_sub_in_tokens_is_pairwise(void)
{
	struct party p = party_of_bob(), q = party_of_bob();

	q.subject = "carol";
	CU_ASSERT_STRING_EQUAL(sub_at(&p, "photoz"), sub_at(&p, "photoz"));
	CU_ASSERT_STRING_NOT_EQUAL(sub_at(&p, "photoz"), sub_at(&p, "filez"));
	CU_ASSERT_STRING_NOT_EQUAL(sub_at(&p, "photoz"), sub_at(&q, "photoz"));
	CU_ASSERT_EQUAL(strlen(sub_at(&p, "photoz")), 43);
	CU_ASSERT_STRING_EQUAL(sub_at(NULL, "photoz"), "viewer");
}

static void
the_sub_differs_between_tenants(void)
{
	struct party p = party_of_bob();
	const char *here = sub_at(&p, "photoz");

	harness_use_tenant(&c.s, "two");
	CU_ASSERT_STRING_NOT_EQUAL(sub_at(&p, "photoz"), here);
}

static void
identities_of_several_issuers_may_represent_one_account(void)
{
	struct party p = party_of_bob(), q = party_of_bob();

	q.issuer = "https://idp.example.org";
	CU_ASSERT_STRING_NOT_EQUAL(party_key(&c.s.w, &p), party_key(&c.s.w, &q));
	p.account = q.account = c.bob;
	CU_ASSERT_STRING_EQUAL(party_key(&c.s.w, &p), party_key(&c.s.w, &q));
	CU_ASSERT_STRING_EQUAL(party_key(&c.s.w, NULL), "");
}

static void
a_party_is_displayed_by_verified_email_address_or_subject(void)
{
	struct party p = party_of_bob();

	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &p), "bob@example.net at " IDP);
	p.claims = fixture_json(&c, "{'email':'bob@example.net','email_verified':false}");
	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &p), "b0b at " IDP);
	p.claims = fixture_json(&c, "{'email':'bob@example.net','email_verified':'true'}");
	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &p), "b0b at " IDP);
	CU_ASSERT_PTR_NULL(party_describe(&c.s.w, NULL));
}

/* Claims stored in a PCT or a ticket before the revocation. */
static void
stored_claims_become_invalid_with_a_revocation(void)
{
	struct party p = party_of_bob(), got;
	struct account acc;
	const char *text;

	party_link_bob();
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	text = party_print(&c.s.w, &p);
	CU_ASSERT_EQUAL(party_read(&c.s.w, text, &got), OK);
	disable_bob();
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = false;
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(party_read(&c.s.w, text, &got), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	text = party_print(&c.s.w, &p);
	CU_ASSERT_EQUAL(issuer_remove(&c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(party_read(&c.s.w, text, &got), ERR_INVALID_TOKEN);
	fixture_issuer(&c, IDP);
	CU_ASSERT_EQUAL(party_read(&c.s.w, text, &got), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	text = party_print(&c.s.w, &p);
	fixture_issuer(&c, IDP); /* other keys of the same issuer */
	CU_ASSERT_EQUAL(party_read(&c.s.w, text, &got), OK);
}

static CU_TestInfo tests[] = {
	{ "claims are normalised [T-U18]", claims_are_normalised },
	{ "a printed party is parsed back", a_printed_party_is_parsed_back },
	{ "a corrupt party is a server error [T-S11]", a_corrupt_party_is_a_server_error },
	{ "a linked identity represents the account", a_linked_identity_represents_the_account },
	{ "the same sub of another issuer is another person",
	  the_same_sub_of_another_issuer_is_another_person },
	{ "claims linked to a disabled account are ignored [T-U15]",
	  claims_linked_to_a_disabled_account_are_ignored },
	{ "the sub in tokens is pairwise [O-9068-09]", the_sub_in_tokens_is_pairwise },
	{ "the sub differs between tenants [T-M01]", the_sub_differs_between_tenants },
	{ "identities of several issuers may represent one account",
	  identities_of_several_issuers_may_represent_one_account },
	{ "a party is displayed by verified email address or subject [T-U17]",
	  a_party_is_displayed_by_verified_email_address_or_subject },
	{ "stored claims become invalid with a revocation [T-U19]",
	  stored_claims_become_invalid_with_a_revocation },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo party_suite = { "model/party", NULL, NULL, party_setup, party_teardown, tests };
