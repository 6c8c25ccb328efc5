/* SPDX-License-Identifier: Apache-2.0 */
/* What changes between a decision and its commit is seen: the handler runs again (T-U14). */
#include "model/issuer.h"
#include "model/pair.h"
#include "model/share.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct said rpt;

static void
start(void)
{
	share_open();
	policy("photo1",
	       "{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	rpt = redeem(ticket("photo1{view}"), pushed("viewer", "{}"));
	EQ(granted(rpt), "photo1{view}");
}

static void
meanwhile(void (*happens)(void))
{
	world.store.before_commit = happens;
	world.store.wakes = 1;
}

/* Somebody else's commit, as of another worker. */
static void
commit_other(enum err e)
{
	CU_ASSERT_EQUAL(e, OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

static struct work *
other(void)
{
	scene_begin(&world.c.s);
	return &world.c.s.w;
}

static void
withdraw_policy(void)
{
	struct work *w = other();
	struct share share;

	CU_ASSERT_EQUAL(share_find(w, world.c.alice, "photoz", id_of("photo1"), &share), OK);
	commit_other(share_remove(w, &share));
}

static void
take_back(void)
{
	commit_other(pair_withdraw(other(), world.c.alice, "photoz"));
}

static void
trust_no_more(void)
{
	commit_other(issuer_remove(other(), IDP));
}

static void
retire_key(void)
{
	struct work *w = other();

	commit_other(tenant_key_retire(w, &world.c.s.master, w->tenant->keys->key.kid));
}

static void
disable_alice(void)
{
	struct work *w = other();
	struct account alice;

	CU_ASSERT_EQUAL(account_find(w, world.c.alice, ERR_NOT_FOUND, &alice), OK);
	alice.disabled = true;
	commit_other(account_put(w, &alice));
}

static void
a_refresh_sees_it(void)
{
	static void (*const happens[])(void) = {
		withdraw_policy, take_back, trust_no_more, disable_alice
	};

	for (size_t i = 0; i < sizeof happens / sizeof happens[0]; i++) {
		if (i > 0) {
			world_close();
			start();
		}
		meanwhile(happens[i]);
		EQ(text(refresh(rpt, ""), "error"), "invalid_grant");
		CU_ASSERT_EQUAL(audited("rpt.refreshed"), 0);
	}
}

static void
a_grant_sees_it(void)
{
	const char *t = ticket("photo1{view}");

	meanwhile(take_back);
	EQ(text(redeem(t, pushed("viewer", "{}")), "error"), "invalid_grant");
	CU_ASSERT_EQUAL(audited("rpt.granted"), 1);
}

static void
a_claim_token_of_an_issuer_that_goes_does_not_count(void)
{
	const char *t = ticket("photo1{view}");

	meanwhile(trust_no_more);
	EQ(text(redeem(t, pushed("viewer", "{}")), "error"), "need_info");
	CU_ASSERT_EQUAL(audited("rpt.granted"), 1);
}

/* Off line nobody could tell that the key was lost. */
static void
a_key_that_goes_signs_nothing(void)
{
	struct said a;

	meanwhile(retire_key);
	a = refresh(rpt, "");
	CU_ASSERT_EQUAL_FATAL(a.status, 200);
	CU_ASSERT_NOT_EQUAL(strncmp(text(a, "access_token"), text(rpt, "access_token"), 80), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(say("GET /jwks", NULL, NULL).body, "\"kid\""));
}

/* It may come before or after; what counts is asked again when it is redeemed. */
static void
a_ticket_for_what_was_taken_back_is_worth_nothing(void)
{
	struct said a;
	const char *body = format("{\"resource_id\":\"%s\",\"resource_scopes\":[\"view\"]}",
				  id_of("photo1"));
	const char *auth = alice();

	meanwhile(take_back);
	a = say("POST /permission", auth, body);
	CU_ASSERT_EQUAL(a.status, 201);
	EQ(text(redeem(text(a, "ticket"), pushed("viewer", "{}")), "error"), "invalid_grant");
}

/* It writes nothing, so nothing is waited for. */
static void
introspection_is_not_run_again(void)
{
	meanwhile(withdraw_policy);
	EQ(granted(rpt), "photo1{view}");
	CU_ASSERT_EQUAL(world.store.wakes, 1);
}

static CU_TestInfo tests[] = {
	{ "a refresh sees it [T-U14 G-REF-05]", a_refresh_sees_it },
	{ "a grant sees it [T-U14 F-PAT-13]", a_grant_sees_it },
	{ "a claim token of an issuer that goes does not count [T-U10 T-U14]",
	  a_claim_token_of_an_issuer_that_goes_does_not_count },
	{ "a key that goes signs nothing [T-K03]", a_key_that_goes_signs_nothing },
	{ "a ticket for what was taken back is worth nothing [T-U14]",
	  a_ticket_for_what_was_taken_back_is_worth_nothing },
	{ "introspection is not run again", introspection_is_not_run_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo meanwhile_suite = { "server/meanwhile", NULL, NULL, start, world_close, tests };
