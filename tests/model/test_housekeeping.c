/* SPDX-License-Identifier: Apache-2.0 */
#include "model/audit.h"
#include "model/consent.h"
#include "model/housekeeping.h"
#include "model/ticket.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static bool more;

static void
housekeeping_setup(void)
{
	fixture_open(&c);
}

static void
housekeeping_teardown(void)
{
	fixture_close(&c);
}

static void
housekeeping_sweep_all(int64_t now)
{
	CU_ASSERT_EQUAL(housekeeping_round(c.s.store, &c.s.settings, now, NULL, NULL, &more), OK);
	harness_begin(&c.s);
}

static void
issue_ticket(int64_t life)
{
	struct ticket t = { .grant.rs = "photoz", .grant.owner = c.alice };
	const char *handle;

	CU_ASSERT_EQUAL(ticket_issue(&c.s.w, &t, life, &handle), OK);
}

static void
expired_rows_are_removed_and_valid_ones_kept(void)
{
	struct access pat = { .client = "photoz", .owner = c.alice };
	const char *handle;

	issue_ticket(10);
	issue_ticket(20);
	CU_ASSERT_EQUAL(access_issue(&c.s.w, &pat, 10, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	housekeeping_sweep_all(HARNESS_NOW + 9);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 2);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_ACCESS), 1);
	housekeeping_sweep_all(HARNESS_NOW + 11);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 1);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_ACCESS), 0);
	CU_ASSERT_FALSE(more);
}

static void
every_tenant_is_swept(void)
{
	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	harness_use_tenant(&c.s, "two");
	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	housekeeping_sweep_all(HARNESS_NOW + 11);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 0);
	harness_use_tenant(&c.s, "one");
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 0);
}

/* Of the two tenants the one that was swept first has no ticket left. */
static bool
expect_one_swept(void *arg)
{
	size_t n;

	harness_use_tenant(&c.s, "one");
	n = harness_count_rows(&c.s, T_TICKET);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(n + harness_count_rows(&c.s, T_TICKET), 1);
	*(bool *)arg = true;
	return false;
}

static void
a_sweep_can_stop_between_two_tenants(void)
{
	bool asked = false;

	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	harness_use_tenant(&c.s, "two");
	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(housekeeping_round(c.s.store, &c.s.settings, HARNESS_NOW + 11,
					   expect_one_swept, &asked, &more),
			OK);
	CU_ASSERT(asked);
	expect_one_swept(&asked);
}

#define TURNS 16 /* turns of one tenant in a round, of 256 rows each */

/* The other tenants have their turn before a tenant has another sixteen. */
static void
many_expired_rows_are_removed_in_batches(void)
{
	for (int i = 0; i < TURNS * 256 + 44; i++) {
		issue_ticket(10);
		if (i % 256 == 43)
			CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	}
	housekeeping_sweep_all(HARNESS_NOW + 11);
	CU_ASSERT(more);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 44);
	housekeeping_sweep_all(HARNESS_NOW + 11);
	CU_ASSERT_FALSE(more);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 0);
}

static void
housekeeping_ask(const char *scope)
{
	struct consent q = { .owner = c.alice,
			     .rs = "photoz",
			     .client = "viewer",
			     .requested = fixture_permissions(&c, "photo1", scope) };

	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static int64_t
open_questions(void)
{
	int64_t n = -1;

	CU_ASSERT_EQUAL(store_count(c.s.w.db, c.s.w.tenant->id, T_COUNT,
				    consent_count_prefix(c.s.arena, c.alice), &n),
			OK);
	return n;
}

static void
expired_questions_are_removed(void)
{
	housekeeping_ask("view");
	harness_set_time(&c.s, HARNESS_NOW + 100);
	housekeeping_ask("print");
	housekeeping_sweep_all(HARNESS_NOW + 604799);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 2);
	CU_ASSERT_EQUAL(open_questions(), 2);
	housekeeping_sweep_all(HARNESS_NOW + 604800);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
	CU_ASSERT_EQUAL(open_questions(), 1);
}

/* A row that cannot be read must not be removed. */
static void
corrupt_rows_are_kept_for_the_administrator(void)
{
	housekeeping_ask("view");
	harness_corrupt_rows(&c.s, T_CONSENT, "x");
	housekeeping_sweep_all(HARNESS_NOW + 10 * 604800);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
}

static void
expired_signing_keys_are_removed_and_workers_reload_the_tenant(void)
{
	const struct tenant *old;
	char kid[44];

	CU_ASSERT_EQUAL(tenant_key_rotate(&c.s.w, &c.s.master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	old = c.s.w.tenant;
	housekeeping_sweep_all(HARNESS_NOW + 3600 + 86399);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_KEY), 2);
	CU_ASSERT_PTR_EQUAL(c.s.w.tenant, old);
	housekeeping_sweep_all(HARNESS_NOW + 3600 + 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_KEY), 1);
	CU_ASSERT_STRING_EQUAL(c.s.w.tenant->keys->key.kid, kid);
	CU_ASSERT_PTR_NOT_EQUAL(c.s.w.tenant, old);
}

/* Changes that another process commits between the sweep's read and its commit. */
static struct changes theirs;

static enum err
commit_second(struct store *s, struct changes **lists, size_t n)
{
	struct changes *first = &theirs;

	for (struct change *ch = lists[0]->first; ch != NULL && theirs.n > 0; ch = ch->next)
		if (ch->table == theirs.first->table) {
			CU_ASSERT_EQUAL(store_lmdb.commit(s, &first, 1), OK);
			theirs.n = 0;
		}
	return store_lmdb.commit(s, lists, n);
}

/*
 * Runs a sweep that finds the only row of `t` expired, while another process replaces it by `row`.
 */
static void
sweep_against(enum table t, int64_t now, struct bytes key, const char *row)
{
	struct store_ops racing = store_lmdb;

	racing.commit = commit_second;
	changes_start(&theirs, c.s.arena, c.s.w.tenant->id);
	change_put(&theirs, t, key, bytes_of(row));
	c.s.store->ops = &racing;
	housekeeping_sweep_all(now);
	c.s.store->ops = &store_lmdb;
	CU_ASSERT_EQUAL(theirs.n, 0);
}

static enum err
save_key(void *arg, struct bytes key, struct bytes row)
{
	*(struct bytes *)arg = arena_bytes(c.s.arena, key);
	return OK;
}

static void
an_owners_answer_during_the_sweep_is_not_lost(void)
{
	struct bytes key;

	housekeeping_ask("view");
	CU_ASSERT_EQUAL(store_scan(c.s.w.db, c.s.w.tenant->id, T_CONSENT, BYTES_NONE, BYTES_NONE,
				   save_key, &key),
			OK);
	sweep_against(T_CONSENT, HARNESS_NOW + 604800, key, "{\"exp\":1800000000}");
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
	housekeeping_sweep_all(1800000000);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 0);
}

static void
a_key_whose_expiry_is_extended_during_the_sweep_is_kept(void)
{
	const char *old = arena_strdup(c.s.arena, c.s.w.tenant->keys->key.kid);
	struct bytes row;
	char kid[44];

	CU_ASSERT_EQUAL(tenant_key_rotate(&c.s.w, &c.s.master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	row = harness_row(&c.s, T_KEY, bytes_of(old));
	sweep_against(T_KEY, HARNESS_NOW + 3600 + 86400, bytes_of(old),
		      arena_printf(c.s.arena, "%.*s,\"until\":1800000000}", (int)row.size - 1,
				   (const char *)row.data));
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_KEY), 2);
}

static void
audit_rows_may_be_kept_for_the_maximum_time(void)
{
	size_t all = harness_count_rows(&c.s, T_AUDIT);

	harness_set_setting(&c.s, "audit_keep_changes", "36500");
	housekeeping_sweep_all(HARNESS_NOW + 99LL * 365 * 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), all);
}

static void
audit_rows_are_removed_when_their_retention_time_is_over(void)
{
	harness_set_setting(&c.s, "audit_keep_changes", "1");
	harness_set_time(&c.s, HARNESS_NOW + 50);
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_KEY_RETIRED });
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	housekeeping_sweep_all(HARNESS_NOW + 86400);
	CU_ASSERT(harness_count_rows(&c.s, T_AUDIT) > 1);
	housekeeping_sweep_all(HARNESS_NOW + 86401);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), 1);
	housekeeping_sweep_all(HARNESS_NOW + 86451);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), 0);
}

static void
each_class_of_audit_rows_has_its_retention_time(void)
{
	size_t all;

	harness_set_setting(&c.s, "audit_keep_changes", "4");
	harness_set_setting(&c.s, "audit_keep_decisions", "3");
	harness_set_setting(&c.s, "audit_keep_requests", "2");
	harness_set_time(&c.s, HARNESS_NOW + 50);
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_RPT_GRANTED });
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_DENIED });
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_TICKET_ISSUED });
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_NEED_INFO });
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	all = harness_count_rows(&c.s, T_AUDIT);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_COUNT), 4);
	housekeeping_sweep_all(HARNESS_NOW + 50 + 2 * 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), all);
	housekeeping_sweep_all(HARNESS_NOW + 51 + 2 * 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), all - 2);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_COUNT), 4);
	housekeeping_sweep_all(HARNESS_NOW + 51 + 3 * 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), all - 4);
	housekeeping_sweep_all(HARNESS_NOW + 51 + 4 * 86400 + 3600);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), 0);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_COUNT), 0);
}

static void
many_audit_rows_are_removed_in_batches(void)
{
	harness_set_setting(&c.s, "audit_keep_changes", "1");
	for (int i = 0; i < TURNS * 256 + 44; i++) {
		audit_add(&c.s.w, &(struct audit){ .event = AUDIT_KEY_RETIRED });
		if (i % 256 == 43)
			CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	}
	housekeeping_sweep_all(HARNESS_NOW + 2 * 86400);
	CU_ASSERT(more);
	CU_ASSERT(harness_count_rows(&c.s, T_AUDIT) > 0);
	housekeeping_sweep_all(HARNESS_NOW + 2 * 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), 0);
}

static void
other_tenants_are_swept_if_the_row_of_one_is_corrupt(void)
{
	uint8_t key[8];

	bytes_put(key, 8, c.s.w.tenant->id);
	harness_use_tenant(&c.s, "two");
	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	c.s.changes.tenant = 0;
	change_put(&c.s.changes, T_TENANT, BYTES(key, 8), bytes_of("x"));
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	housekeeping_sweep_all(HARNESS_NOW + 11);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_TICKET), 0);
}

static void
an_unreadable_list_of_tenants_stops_the_sweep(void)
{
	c.s.changes.tenant = 0;
	change_put(&c.s.changes, T_TENANT, BYTES("\1", 1), bytes_of("x"));
	CU_ASSERT_EQUAL(store_commit(c.s.store, &(struct changes *){ &c.s.changes }, 1), OK);
	CU_ASSERT_EQUAL(housekeeping_round(c.s.store, &c.s.settings, HARNESS_NOW, NULL, NULL,
					   &more),
			ERR_SERVER);
}

static CU_TestInfo tests[] = {
	{ "expired rows are removed and valid ones kept [F-PRM-17]",
	  expired_rows_are_removed_and_valid_ones_kept },
	{ "every tenant is swept", every_tenant_is_swept },
	{ "a sweep can stop between two tenants [T-O06]", a_sweep_can_stop_between_two_tenants },
	{ "many expired rows are removed in batches", many_expired_rows_are_removed_in_batches },
	{ "expired questions are removed", expired_questions_are_removed },
	{ "corrupt rows are kept for the administrator [T-S11]",
	  corrupt_rows_are_kept_for_the_administrator },
	{ "expired signing keys are removed, and workers reload the tenant [T-K02]",
	  expired_signing_keys_are_removed_and_workers_reload_the_tenant },
	{ "an owner's answer during the sweep is not lost [T-S01]",
	  an_owners_answer_during_the_sweep_is_not_lost },
	{ "a key whose expiry is extended during the sweep is kept [T-S01]",
	  a_key_whose_expiry_is_extended_during_the_sweep_is_kept },
	{ "audit rows may be kept for the maximum time",
	  audit_rows_may_be_kept_for_the_maximum_time },
	{ "audit rows are removed when their retention time is over [T-G02]",
	  audit_rows_are_removed_when_their_retention_time_is_over },
	{ "each class of audit rows has its retention time [T-O05]",
	  each_class_of_audit_rows_has_its_retention_time },
	{ "many audit rows are removed in batches", many_audit_rows_are_removed_in_batches },
	{ "other tenants are swept if the row of one is corrupt [T-S11]",
	  other_tenants_are_swept_if_the_row_of_one_is_corrupt },
	{ "an unreadable list of tenants stops the sweep [T-S11]",
	  an_unreadable_list_of_tenants_stops_the_sweep },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo housekeeping_suite = { "model/housekeeping",  NULL, NULL, housekeeping_setup,
				    housekeeping_teardown, tests };
