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
what_is_printed_is_read_again(void)
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
what_rotted_is_a_fault(void)
{
	struct party got;

	CU_ASSERT_EQUAL(party_read(&c.s.w, "", &got), ERR_STORE);
	CU_ASSERT_EQUAL(party_read(&c.s.w, "{}", &got), ERR_STORE);
	CU_ASSERT_EQUAL(party_read(&c.s.w, "{\"iss\":\"a\",\"sub\":\"b\",\"claims\":{,}}", &got),
			ERR_STORE);
}

static void
a_linked_identity_stands_for_the_account(void)
{
	struct party p = party_of_bob();

	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	CU_ASSERT_PTR_NULL(p.account);
	party_link_bob();
	CU_ASSERT_EQUAL(party_link(&c.s.w, &p), OK);
	CU_ASSERT_STRING_EQUAL(p.account, c.bob);
	CU_ASSERT(str_list_has(&p.groups, "family"));
}

/* A deny rule must hold for every spelling of a claim. */
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
the_subject_of_another_issuer_is_somebody_else(void)
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
claims_of_a_disabled_account_do_not_count(void)
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
a_sub_is_pairwise(void)
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
a_sub_of_one_tenant_says_nothing_at_another(void)
{
	struct party p = party_of_bob();
	const char *here = sub_at(&p, "photoz");

	harness_use_tenant(&c.s, "two");
	CU_ASSERT_STRING_NOT_EQUAL(sub_at(&p, "photoz"), here);
}

static void
the_account_is_the_person_whoever_vouches(void)
{
	struct party p = party_of_bob(), q = party_of_bob();

	q.issuer = "https://idp.example.org";
	CU_ASSERT_STRING_NOT_EQUAL(party_key(&c.s.w, &p), party_key(&c.s.w, &q));
	p.account = q.account = c.bob;
	CU_ASSERT_STRING_EQUAL(party_key(&c.s.w, &p), party_key(&c.s.w, &q));
	CU_ASSERT_STRING_EQUAL(party_key(&c.s.w, NULL), "");
}

static void
people_read_a_verified_address_or_the_subject(void)
{
	struct party p = party_of_bob();

	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &p), "bob@example.net at " IDP);
	p.claims = fixture_json(&c, "{'email':'bob@example.net','email_verified':false}");
	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &p), "b0b at " IDP);
	p.claims = fixture_json(&c, "{'email':'bob@example.net','email_verified':'true'}");
	CU_ASSERT_STRING_EQUAL(party_describe(&c.s.w, &p), "b0b at " IDP);
	CU_ASSERT_PTR_NULL(party_describe(&c.s.w, NULL));
}

/* Kept claims, in a PCT or a ticket, from before a withdrawal. */
static void
kept_claims_do_not_outlive_a_withdrawal(void)
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
	{ "what is printed is read again", what_is_printed_is_read_again },
	{ "what rotted is a fault [T-S11]", what_rotted_is_a_fault },
	{ "a linked identity stands for the account", a_linked_identity_stands_for_the_account },
	{ "the subject of another issuer is somebody else",
	  the_subject_of_another_issuer_is_somebody_else },
	{ "claims of a disabled account do not count [T-U15]",
	  claims_of_a_disabled_account_do_not_count },
	{ "a sub is pairwise [O-9068-09]", a_sub_is_pairwise },
	{ "a sub of one tenant says nothing at another [T-M01]",
	  a_sub_of_one_tenant_says_nothing_at_another },
	{ "the account is the person whoever vouches", the_account_is_the_person_whoever_vouches },
	{ "people read a verified address or the subject [T-U17]",
	  people_read_a_verified_address_or_the_subject },
	{ "kept claims do not outlive a withdrawal [T-U19]",
	  kept_claims_do_not_outlive_a_withdrawal },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo party_suite = { "model/party", NULL, NULL, party_setup, party_teardown, tests };
