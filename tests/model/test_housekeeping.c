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
what_expired_goes_what_lives_stays(void)
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

/* Of the two tenants the one that was swept first has no ticket any more. */
static bool
one_of_two_is_swept(void *arg)
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
a_round_can_be_left_between_two_tenants(void)
{
	bool asked = false;

	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	harness_use_tenant(&c.s, "two");
	issue_ticket(10);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(housekeeping_round(c.s.store, &c.s.settings, HARNESS_NOW + 11,
					   one_of_two_is_swept, &asked, &more),
			OK);
	CU_ASSERT(asked);
	one_of_two_is_swept(&asked);
}

#define TURNS 16 /* of a tenant in a round, of 256 rows each */

/* The others have their turn before a tenant has another sixteen. */
static void
much_goes_in_batches(void)
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
			     .asked = fixture_permissions(&c, "photo1", scope) };

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
old_questions_go(void)
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

/* What cannot be read is nothing to remove blindly. */
static void
rows_that_rotted_stay_for_the_administrator(void)
{
	housekeeping_ask("view");
	harness_corrupt_rows(&c.s, T_CONSENT, "x");
	housekeeping_sweep_all(HARNESS_NOW + 10 * 604800);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
}

static void
keys_go_past_their_end(void)
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

/* Stands between the round and the engine: before the round's own commit comes somebody else's. */
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

/* A round that finds the one row of `t` over, while it becomes `row`. */
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
note_key(void *arg, struct bytes key, struct bytes row)
{
	*(struct bytes *)arg = arena_bytes(c.s.arena, key);
	return OK;
}

static void
an_answer_given_meanwhile_is_not_lost(void)
{
	struct bytes key;

	housekeeping_ask("view");
	CU_ASSERT_EQUAL(store_scan(c.s.w.db, c.s.w.tenant->id, T_CONSENT, BYTES_NONE, BYTES_NONE,
				   note_key, &key),
			OK);
	sweep_against(T_CONSENT, HARNESS_NOW + 604800, key, "{\"exp\":1800000000}");
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
	housekeeping_sweep_all(1800000000);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 0);
}

static void
a_key_whose_end_moves_meanwhile_stays(void)
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
the_audit_may_be_kept_for_a_life(void)
{
	size_t all = harness_count_rows(&c.s, T_AUDIT);

	harness_set_setting(&c.s, "audit_keep_changes", "36500");
	housekeeping_sweep_all(HARNESS_NOW + 99LL * 365 * 86400);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), all);
}

static void
the_audit_goes_past_its_keep(void)
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
each_class_of_the_audit_has_its_time(void)
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
a_long_audit_goes_in_batches(void)
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
a_tenant_that_rotted_leaves_others_swept(void)
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
a_list_of_tenants_that_rotted_stops_the_round(void)
{
	c.s.changes.tenant = 0;
	change_put(&c.s.changes, T_TENANT, BYTES("\1", 1), bytes_of("x"));
	CU_ASSERT_EQUAL(store_commit(c.s.store, &(struct changes *){ &c.s.changes }, 1), OK);
	CU_ASSERT_EQUAL(housekeeping_round(c.s.store, &c.s.settings, HARNESS_NOW, NULL, NULL,
					   &more),
			ERR_SERVER);
}

static CU_TestInfo tests[] = {
	{ "what expired goes, what lives stays [F-PRM-17]", what_expired_goes_what_lives_stays },
	{ "every tenant is swept", every_tenant_is_swept },
	{ "a round can be left between two tenants [T-O06]",
	  a_round_can_be_left_between_two_tenants },
	{ "much goes in batches", much_goes_in_batches },
	{ "old questions go", old_questions_go },
	{ "rows that rotted stay for the administrator [T-S11]",
	  rows_that_rotted_stay_for_the_administrator },
	{ "keys go past their end, and workers notice [T-K02]", keys_go_past_their_end },
	{ "an answer given while the round runs is not lost [T-S01]",
	  an_answer_given_meanwhile_is_not_lost },
	{ "a key whose end moves while the round runs stays [T-S01]",
	  a_key_whose_end_moves_meanwhile_stays },
	{ "the audit may be kept for a life", the_audit_may_be_kept_for_a_life },
	{ "the audit goes past its keep [T-G02]", the_audit_goes_past_its_keep },
	{ "each class of the audit has its time [T-O05]", each_class_of_the_audit_has_its_time },
	{ "a long audit goes in batches", a_long_audit_goes_in_batches },
	{ "a tenant that rotted does not keep others from being swept [T-S11]",
	  a_tenant_that_rotted_leaves_others_swept },
	{ "a list of tenants that rotted stops the round [T-S11]",
	  a_list_of_tenants_that_rotted_stops_the_round },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo housekeeping_suite = { "model/housekeeping",  NULL, NULL, housekeeping_setup,
				    housekeeping_teardown, tests };
