/* SPDX-License-Identifier: Apache-2.0 */
/* A change between a decision and its commit is detected, and the handler runs again (T-U14). */
#include "model/issuer.h"
#include "model/delegation.h"
#include "model/stored_policy.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct response rpt;

static void
concurrent_setup(void)
{
	examples_open();
	owner_set_policy(
		"photo1",
		"{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	rpt = redeem_ticket(new_ticket("photo1{view}"), push_claims_param("viewer", "{}"));
	EQ(response_granted(rpt), "photo1{view}");
}

static void
concurrent_redeem(void (*happens)(void))
{
	http_case.store.before_commit = happens;
	http_case.store.before_commit_calls = 1;
}

/* Commits a change like another worker. */
static void
commit_as_other_worker(enum err e)
{
	CU_ASSERT_EQUAL(e, OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static struct work *
concurrent_work(void)
{
	harness_begin(http_case.harness);
	return http_case.work;
}

static void
withdraw_policy(void)
{
	struct work *w = concurrent_work();
	struct stored_policy stored_policy;

	CU_ASSERT_EQUAL(stored_policy_find(w, http_case.fixture.alice, "photoz", id_of("photo1"),
					   &stored_policy),
			OK);
	commit_as_other_worker(stored_policy_remove(w, &stored_policy));
}

static void
revoke_delegation(void)
{
	commit_as_other_worker(
		delegation_revoke(concurrent_work(), http_case.fixture.alice, "photoz"));
}

static void
remove_issuer_trust(void)
{
	commit_as_other_worker(issuer_remove(concurrent_work(), IDP));
}

static void
retire_key(void)
{
	struct work *w = concurrent_work();

	commit_as_other_worker(
		tenant_key_retire(w, &http_case.harness->master, w->tenant->keys->key.kid));
}

static void
disable_alice(void)
{
	struct work *w = concurrent_work();
	struct account alice;

	CU_ASSERT_EQUAL(account_find(w, http_case.fixture.alice, ERR_NOT_FOUND, &alice), OK);
	alice.disabled = true;
	commit_as_other_worker(account_put(w, &alice));
}

static void
a_refresh_detects_the_change(void)
{
	static void (*const happens[])(void) = { withdraw_policy, revoke_delegation,
						 remove_issuer_trust, disable_alice };

	for (size_t i = 0; i < sizeof happens / sizeof happens[0]; i++) {
		if (i > 0) {
			http_case_close();
			concurrent_setup();
		}
		concurrent_redeem(happens[i]);
		EQ(response_text(refresh_rpt(rpt, ""), "error"), "invalid_grant");
		CU_ASSERT_EQUAL(count_audit_rows("rpt.refreshed"), 0);
	}
}

static void
a_uma_grant_detects_the_change(void)
{
	const char *t = new_ticket("photo1{view}");

	concurrent_redeem(revoke_delegation);
	EQ(response_text(redeem_ticket(t, push_claims_param("viewer", "{}")), "error"),
	   "invalid_grant");
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 1);
}

static void
a_claim_token_is_rejected_if_its_issuer_is_removed_meanwhile(void)
{
	const char *t = new_ticket("photo1{view}");

	concurrent_redeem(remove_issuer_trust);
	EQ(response_text(redeem_ticket(t, push_claims_param("viewer", "{}")), "error"),
	   "need_info");
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 1);
}

/* A resource server that validates offline could not detect that the key was removed. */
static void
a_key_that_is_removed_meanwhile_signs_nothing(void)
{
	struct response a;

	concurrent_redeem(retire_key);
	a = refresh_rpt(rpt, "");
	CU_ASSERT_EQUAL_FATAL(a.status, 200);
	CU_ASSERT_NOT_EQUAL(strncmp(response_text(a, "access_token"),
				    response_text(rpt, "access_token"), 80),
			    0);
	CU_ASSERT_PTR_NOT_NULL(strstr(http_send("GET /jwks", NULL, NULL).body, "\"kid\""));
}

/*
 * The ticket may be issued before or after the revocation; redeeming checks the delegation again.
 */
static void
a_ticket_for_a_revoked_delegation_is_invalid(void)
{
	struct response a;
	const char *body = text_format("{\"resource_id\":\"%s\",\"resource_scopes\":[\"view\"]}",
				       id_of("photo1"));
	const char *auth = alice_auth();

	concurrent_redeem(revoke_delegation);
	a = http_send("POST /permission", auth, body);
	CU_ASSERT_EQUAL(a.status, 201);
	EQ(response_text(redeem_ticket(response_text(a, "ticket"),
				       push_claims_param("viewer", "{}")),
			 "error"),
	   "invalid_grant");
}

/* Introspection writes nothing, so it has no commit that could conflict. */
static void
introspection_does_not_run_again(void)
{
	concurrent_redeem(withdraw_policy);
	EQ(response_granted(rpt), "photo1{view}");
	CU_ASSERT_EQUAL(http_case.store.before_commit_calls, 1);
}

static CU_TestInfo tests[] = {
	{ "a refresh detects the change [T-U14 G-REF-05]", a_refresh_detects_the_change },
	{ "a UMA grant detects the change [T-U14 F-PAT-13]", a_uma_grant_detects_the_change },
	{ "a claim token is rejected if its issuer is removed meanwhile [T-U10 T-U14]",
	  a_claim_token_is_rejected_if_its_issuer_is_removed_meanwhile },
	{ "a key that is removed meanwhile signs nothing [T-K03]",
	  a_key_that_is_removed_meanwhile_signs_nothing },
	{ "a ticket for a revoked delegation is invalid [T-U14]",
	  a_ticket_for_a_revoked_delegation_is_invalid },
	{ "introspection does not run again", introspection_does_not_run_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo concurrent_change_suite = {
	"server/concurrent_change", NULL, NULL, concurrent_setup, http_case_close, tests
};
