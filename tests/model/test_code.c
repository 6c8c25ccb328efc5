/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model/approval.h"
#include "model/code.h"
#include "model/delegation.h"
#include "model/pushed_request.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

/* RFC 7636, appendix B */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define URI	  "https://photoz.example.com/cb"

static struct fixture c;
static struct approval approval;

static void
code_setup(void)
{
	struct str_list scopes;

	fixture_open(&c);
	scopes = fixture_scopes(&c, "uma_protection");
	CU_ASSERT_EQUAL(approval_give(&c.s.w, c.alice, "photoz", &scopes, &approval), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
}

static void
code_teardown(void)
{
	fixture_close(&c);
}

static const char *
code_issue_commit(void)
{
	struct code code = { .token = { .client = "photoz",
					.owner = c.alice,
					.scopes = fixture_scopes(&c, "uma_protection"),
					.approval = approval.id },
			     .challenge = CHALLENGE,
			     .session = "s",
			     .redirect_uri = URI };
	const char *handle = NULL;

	CU_ASSERT_EQUAL_FATAL(code_issue(&c.s.w, &code, &handle), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
	return handle;
}

static enum err
code_redeem_commit(const char *handle, const char *client)
{
	struct code code;
	enum err e = code_redeem(&c.s.w, handle, client, &code);

	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return e;
}

static void
a_code_is_valid_once_and_for_a_minute(void)
{
	const char *first = code_issue_commit(), *second = code_issue_commit();
	struct code code;

	CU_ASSERT_EQUAL_FATAL(code_redeem(&c.s.w, first, "photoz", &code), OK);
	CU_ASSERT_STRING_EQUAL(code.token.client, "photoz");
	CU_ASSERT_STRING_EQUAL(code.token.owner, c.alice);
	CU_ASSERT_STRING_EQUAL(code.token.approval, approval.id);
	CU_ASSERT_STRING_EQUAL(code.redirect_uri, URI);
	CU_ASSERT_STRING_EQUAL(code.challenge, CHALLENGE);
	CU_ASSERT_EQUAL(code.expires, HARNESS_NOW + 60);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(code_redeem_commit(first, "photoz"), ERR_INVALID_GRANT);
	harness_set_time(&c.s, HARNESS_NOW + 60);
	CU_ASSERT_EQUAL(code_redeem_commit(second, "photoz"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(code_redeem_commit("ac_nonsense", "photoz"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(code_redeem_commit("", "photoz"), ERR_INVALID_GRANT);
}

/* Otherwise everyone who sees a code could prevent its use. */
static void
another_client_does_not_use_a_code_up(void)
{
	const char *handle = code_issue_commit();

	CU_ASSERT_EQUAL(code_redeem_commit(handle, "filez"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(code_redeem_commit(handle, "photoz"), OK);
}

static enum err
code_check(const char *challenge, const char *verifier)
{
	return code_check_verifier(&c.s.w, &(struct code){ .challenge = challenge }, verifier);
}

static void
the_verifier_is_compared_by_s256(void)
{
	CU_ASSERT_EQUAL(code_check(CHALLENGE, VERIFIER), OK);
	CU_ASSERT_EQUAL(code_check("prorJ956qmaj5v_ZZ88RelmBpu9BIVEFv47K4EEZhHA",
				   "wq3J0Zb8mR5kT2nXyLp7DdFhVs9CtGuE1iOaQ4xN6Mw"),
			OK);
	CU_ASSERT_EQUAL(code_check(CHALLENGE, CHALLENGE), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(code_check(CHALLENGE, NULL), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(code_check(CHALLENGE, "wq3J0Zb8mR5kT2nXyLp7DdFhVs9CtGuE1iOaQ4xN6Mw"),
			ERR_INVALID_GRANT);
}

static void
a_verifier_has_43_to_128_unreserved_characters(void)
{
	char long_text[130];

	memset(long_text, 'a', sizeof long_text);
	long_text[129] = '\0';
	CU_ASSERT_EQUAL(code_check(CHALLENGE, long_text), ERR_INVALID_GRANT);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "43 to 128"));
	long_text[128] = '\0'; /* 128: the right length, but not the verifier */
	CU_ASSERT_EQUAL(code_check(CHALLENGE, long_text), ERR_INVALID_GRANT);
	CU_ASSERT_PTR_NULL(strstr(c.s.w.refusal.why, "43 to 128"));
	long_text[42] = '\0';
	CU_ASSERT_EQUAL(code_check(CHALLENGE, long_text), ERR_INVALID_GRANT);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "43 to 128"));
	CU_ASSERT_EQUAL(code_check(CHALLENGE, VERIFIER "="), ERR_INVALID_GRANT);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "43 to 128"));
}

static void
a_challenge_has_43_characters_of_base64url(void)
{
	CU_ASSERT(code_is_challenge(CHALLENGE));
	CU_ASSERT_FALSE(code_is_challenge(""));
	CU_ASSERT_FALSE(code_is_challenge(CHALLENGE "A"));
	CU_ASSERT_FALSE(code_is_challenge(&(CHALLENGE)[1]));
	CU_ASSERT_FALSE(code_is_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"));
	CU_ASSERT_FALSE(code_is_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c="));
}

static enum err
approval_state(const char *account, const char *client)
{
	struct approval found;

	return approval_find(&c.s.w, account, client, ABSENT, &found);
}

static void
an_approval_is_remembered_and_extended(void)
{
	struct str_list more = fixture_scopes(&c, "view");
	struct approval next;

	CU_ASSERT_EQUAL(approval_state(c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(approval_state(c.alice, "filez"), ABSENT);
	CU_ASSERT_EQUAL(approval_state(c.bob, "photoz"), ABSENT);
	CU_ASSERT_EQUAL(approval_give(&c.s.w, c.alice, "photoz", &more, &next), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(next.id, approval.id);
	CU_ASSERT_EQUAL(approval_find(&c.s.w, c.alice, "photoz", ABSENT, &next), OK);
	CU_ASSERT_STRING_EQUAL(str_list_join(c.s.arena, &next.scopes, " "), "uma_protection view");
}

static void
a_withdrawn_approval_does_not_come_back(void)
{
	struct str_list scopes = fixture_scopes(&c, "uma_protection");
	struct approval next;

	CU_ASSERT_EQUAL(approval_withdraw(&c.s.w, c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(approval_state(c.alice, "photoz"), ABSENT);
	CU_ASSERT_EQUAL(approval_withdraw(&c.s.w, c.alice, "photoz"), ERR_NOT_FOUND);
	harness_begin(&c.s);
	CU_ASSERT_EQUAL(approval_give(&c.s.w, c.alice, "photoz", &scopes, &next), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_NOT_EQUAL(next.id, approval.id);
}

static void
an_approval_ends_with_the_delegation(void)
{
	CU_ASSERT_EQUAL(delegation_revoke(&c.s.w, c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(approval_state(c.alice, "photoz"), ABSENT);
}

static void
an_approval_ends_when_the_client_is_disabled(void)
{
	fixture_change_client(&c, "photoz", fixture_disable);
	fixture_change_client(&c, "photoz", fixture_enable);
	CU_ASSERT_EQUAL(approval_state(c.alice, "photoz"), ABSENT);
}

static void
an_approval_is_removed_with_its_account(void)
{
	struct account alice;

	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_APPROVAL), 1);
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.alice, ABSENT, &alice), OK);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_APPROVAL), 0);
}

static void
a_damaged_row_is_a_fault_of_the_store(void)
{
	const char *handle = code_issue_commit();
	struct code code;

	harness_corrupt_rows(&c.s, T_CODE, "{");
	harness_corrupt_rows(&c.s, T_APPROVAL, "{}");
	CU_ASSERT_EQUAL(code_redeem(&c.s.w, handle, "photoz", &code), ERR_STORE);
	CU_ASSERT_EQUAL(approval_state(c.alice, "photoz"), ERR_STORE);
}

static void
a_pushed_request_belongs_to_its_client_and_is_used_once(void)
{
	struct pushed_request p = { .client = "photoz", .params = "scope=view" }, found;
	const char *uri;

	pushed_request_issue(&c.s.w, &p, &uri);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(strncmp(uri, REQUEST_URI "pr_", strlen(REQUEST_URI "pr_")), 0);
	CU_ASSERT_EQUAL(pushed_request_find(&c.s.w, uri, "filez", &found), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(pushed_request_find(&c.s.w, uri + strlen(REQUEST_URI), "photoz", &found),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(pushed_request_find(&c.s.w, REQUEST_URI "x", "photoz", &found),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL_FATAL(pushed_request_find(&c.s.w, uri, "photoz", &found), OK);
	CU_ASSERT_STRING_EQUAL(found.params, "scope=view");
	CU_ASSERT_EQUAL(found.expires, HARNESS_NOW + 90);
	pushed_request_use(&c.s.w, &found);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(pushed_request_find(&c.s.w, uri, "photoz", &found), ERR_INVALID_REQUEST);
}

static CU_TestInfo tests[] = {
	{ "a code is valid once and for a minute [O-6749-09 O-6749-05]",
	  a_code_is_valid_once_and_for_a_minute },
	{ "another client does not use a code up [O-6749-09]",
	  another_client_does_not_use_a_code_up },
	{ "the code_verifier is compared by S256, as in the appendix of RFC 7636 "
	  "[O-7636-01 O-7636-04]",
	  the_verifier_is_compared_by_s256 },
	{ "a code_verifier has 43 to 128 unreserved characters [O-7636-05]",
	  a_verifier_has_43_to_128_unreserved_characters },
	{ "a code_challenge has 43 characters of base64url",
	  a_challenge_has_43_characters_of_base64url },
	{ "an approval is remembered, and extended by further scopes",
	  an_approval_is_remembered_and_extended },
	{ "a withdrawn approval does not come back with the next one [T-U15]",
	  a_withdrawn_approval_does_not_come_back },
	{ "an approval ends when the owner revokes the delegation [T-U15]",
	  an_approval_ends_with_the_delegation },
	{ "an approval ends when the client is disabled, also if it is enabled again [T-U15]",
	  an_approval_ends_when_the_client_is_disabled },
	{ "an approval is removed with its account", an_approval_is_removed_with_its_account },
	{ "a damaged code or approval is a fault of the store",
	  a_damaged_row_is_a_fault_of_the_store },
	{ "a pushed request belongs to its client and is used once [O-9126-01]",
	  a_pushed_request_belongs_to_its_client_and_is_used_once },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo code_suite = { "model/code", NULL, NULL, code_setup, code_teardown, tests };
