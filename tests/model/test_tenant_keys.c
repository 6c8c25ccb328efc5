/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When keys sign and when they are published; oauth/test_jwks.c tests the published key set over
 * time.
 */
#include "model/audit.h"
#include "tests/model/harness.h"
#include "tests/run.h"

#define WAIT 3600

static struct harness s;

static void
tenant_keys_setup(void)
{
	harness_open(&s);
}

static void
tenant_keys_teardown(void)
{
	harness_close(&s);
}

static const char *
tenant_keys_rotate_commit(void)
{
	char *kid = arena_alloc(s.arena, 44);

	CU_ASSERT_EQUAL(tenant_key_rotate(&s.w, &s.master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	return kid;
}

static const char *
signer_at(int64_t now)
{
	const struct signing_key *k = tenant_signing_key(s.w.tenant, now);

	return k != NULL ? arena_strdup(s.arena, k->kid) : "none";
}

static size_t
tenant_keys_count(void)
{
	size_t n = 0;

	for (const struct tenant_key *k = s.w.tenant->keys; k != NULL; k = k->next)
		n++;
	return n;
}

static void
the_first_key_of_a_tenant_signs_at_once(void)
{
	CU_ASSERT_EQUAL(tenant_keys_count(), 1);
	CU_ASSERT_STRING_NOT_EQUAL(signer_at(HARNESS_NOW), "none");
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW - 1), "none");
	CU_ASSERT_STRING_EQUAL(s.w.tenant->keys->key.alg, "EdDSA");
}

static void
a_new_key_is_published_before_it_signs(void)
{
	const char *old = signer_at(HARNESS_NOW), *fresh = tenant_keys_rotate_commit();

	CU_ASSERT_EQUAL(tenant_keys_count(), 2);
	CU_ASSERT_STRING_NOT_EQUAL(old, fresh);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW), old);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW + WAIT - 1), old);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW + WAIT), fresh);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW + 10 * 365 * 86400), fresh);
}

/* 86,400 is the largest value of the setting rpt_life. */
static void
an_old_key_is_published_until_its_last_token_has_expired(void)
{
	const char *old = signer_at(HARNESS_NOW);

	tenant_keys_rotate_commit();
	for (const struct tenant_key *k = s.w.tenant->keys; k != NULL; k = k->next)
		CU_ASSERT_EQUAL(k->until,
				strcmp(k->key.kid, old) == 0 ? HARNESS_NOW + WAIT + 86400 : 0);
}

static void
after_two_rotations_the_newest_key_signs(void)
{
	const char *first = signer_at(HARNESS_NOW), *second = tenant_keys_rotate_commit(), *third;

	harness_set_time(&s, HARNESS_NOW + 60);
	third = tenant_keys_rotate_commit();
	CU_ASSERT_EQUAL(tenant_keys_count(), 3);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW + WAIT - 1), first);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW + WAIT), second);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW + WAIT + 60), third);
}

static void
a_retired_key_is_removed_at_once(void)
{
	const char *old = signer_at(HARNESS_NOW), *fresh = tenant_keys_rotate_commit();

	CU_ASSERT_EQUAL(tenant_key_retire(&s.w, &s.master, fresh), OK);
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	CU_ASSERT_EQUAL(tenant_keys_count(), 1);
	CU_ASSERT_STRING_EQUAL(signer_at(HARNESS_NOW), old);
}

/* A key with a waiting time would leave the tenant without a signing key for an hour. */
static void
retiring_the_signing_key_creates_another_that_signs_at_once(void)
{
	const char *lost = signer_at(HARNESS_NOW), *pending = tenant_keys_rotate_commit(), *now;

	CU_ASSERT_EQUAL(tenant_key_retire(&s.w, &s.master, lost), OK);
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	now = signer_at(HARNESS_NOW);
	CU_ASSERT_STRING_NOT_EQUAL(now, "none");
	CU_ASSERT_STRING_NOT_EQUAL(now, lost);
	CU_ASSERT_STRING_NOT_EQUAL(now, pending);
}

static void
retiring_an_unknown_key_fails(void)
{
	CU_ASSERT_EQUAL(tenant_key_retire(&s.w, &s.master, "nobody"), ERR_NOT_FOUND);
	CU_ASSERT_PTR_NOT_NULL(s.w.refusal.why);
}

static void
retiring_a_key_of_another_tenant_fails(void)
{
	const char *kid = signer_at(HARNESS_NOW);

	harness_use_tenant(&s, "two");
	CU_ASSERT_STRING_NOT_EQUAL(signer_at(HARNESS_NOW), kid);
	CU_ASSERT_EQUAL(tenant_key_retire(&s.w, &s.master, kid), ERR_NOT_FOUND);
}

/* A sealed secret key that is moved to another tenant does not decrypt. */
static void
a_sealed_key_is_bound_to_its_row(void)
{
	struct bytes kid = bytes_of(signer_at(HARNESS_NOW));
	struct bytes row = arena_bytes(s.arena, harness_row(&s, T_KEY, kid));
	const struct tenant *t;
	struct tenants all;

	harness_use_tenant(&s, "two");
	change_put(&s.changes, T_KEY, kid, row);
	CU_ASSERT_EQUAL(store_commit(s.store, &(struct changes *){ &s.changes }, 1), OK);
	store_release(s.w.db);
	CU_ASSERT_EQUAL(store_snapshot(s.store, &s.w.db), OK);
	tenants_start(&all, &s.master, &s.settings);
	CU_ASSERT_EQUAL(tenants_by_name(&all, &s.w, "two", &t), ERR_SERVER);
	tenants_free(&all);
	change_drop(&s.changes, T_KEY, kid);
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
}

static void
the_name_of_the_signature_algorithm_is_a_setting(void)
{
	harness_set_setting(&s, "rpt_alg", "Ed25519");
	tenant_keys_rotate_commit();
	CU_ASSERT_STRING_EQUAL(tenant_signing_key(s.w.tenant, HARNESS_NOW + WAIT)->alg, "Ed25519");
	CU_ASSERT_STRING_EQUAL(tenant_signing_key(s.w.tenant, HARNESS_NOW)->alg, "EdDSA");
}

static CU_TestInfo tests[] = {
	{ "the first key of a tenant signs at once", the_first_key_of_a_tenant_signs_at_once },
	{ "a new key is published before it signs [T-K02 O-8037-08]",
	  a_new_key_is_published_before_it_signs },
	{ "an old key is published until its last token has expired [T-K02]",
	  an_old_key_is_published_until_its_last_token_has_expired },
	{ "after two rotations the newest key signs [T-K02]",
	  after_two_rotations_the_newest_key_signs },
	{ "a retired key is removed at once [T-K03]", a_retired_key_is_removed_at_once },
	{ "retiring the signing key creates another that signs at once [T-K03]",
	  retiring_the_signing_key_creates_another_that_signs_at_once },
	{ "retiring an unknown key fails", retiring_an_unknown_key_fails },
	{ "retiring a key of another tenant fails [T-M01]",
	  retiring_a_key_of_another_tenant_fails },
	{ "a sealed key is bound to its row [T-K01 T-M01]", a_sealed_key_is_bound_to_its_row },
	{ "the name of the signature algorithm is a setting [O-8037-04]",
	  the_name_of_the_signature_algorithm_is_a_setting },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo tenant_keys_suite = { "model/tenant_keys",	 NULL, NULL, tenant_keys_setup,
				   tenant_keys_teardown, tests };
