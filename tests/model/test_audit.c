/* SPDX-License-Identifier: Apache-2.0 */
#include "model/audit.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;

static void
audit_setup(void)
{
	harness_open(&c.s);
}

static void
audit_teardown(void)
{
	harness_close(&c.s);
}

struct notes {
	int64_t at[8];
	const char *row[8];
	size_t n;
};

static enum err
audit_add_event(void *arg, const struct audit_entry *e)
{
	struct notes *all = arg;
	struct buf b = { .arena = c.s.arena };

	all->at[all->n] = e->at_ms;
	audit_print(&b, e, NULL);
	all->row[all->n++] = b.data;
	return all->n < 8 ? OK : SCAN_STOP;
}

static struct notes
audit_list_since(int64_t seconds)
{
	struct notes all = { .n = 0 };

	CU_ASSERT_EQUAL(audit_each(&c.s.w, seconds, audit_add_event, &all), OK);
	return all;
}

/* The first second of an hour, later than everything that the fixture stored. */
#define HOUR (HARNESS_NOW / 3600 * 3600 + 3600)

static int64_t in_order_from;
static size_t in_order_n;

static enum err
in_order(void *arg, const struct audit_entry *e)
{
	CU_ASSERT(e->at_ms >= in_order_from);
	in_order_from = e->at_ms;
	in_order_n++;
	return OK;
}

static void
audit_text(int64_t when, const char *object)
{
	harness_set_time(&c.s, when);
	c.s.w.actor.kind = ACTOR_ADMINISTRATOR;
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_ISSUER_SET, .object = object });
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
events_are_listed_in_chronological_order(void)
{
	struct notes all;

	audit_text(HARNESS_NOW + 30, "third");
	audit_text(HARNESS_NOW + 10, "first");
	audit_text(HARNESS_NOW + 20, "second");
	all = audit_list_since(HARNESS_NOW + 10);
	CU_ASSERT_EQUAL_FATAL(all.n, 3);
	CU_ASSERT_STRING_EQUAL(all.row[0], "{\"event\":\"issuer.set\",\"actor\":\"admin\","
					   "\"actor_type\":\"admin\","
					   "\"object\":\"first\"}");
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[1], "second"));
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[2], "third"));
	CU_ASSERT_EQUAL(all.at[0], (HARNESS_NOW + 10) * 1000LL);
}

static void
a_list_may_begin_at_a_given_time(void)
{
	audit_text(HARNESS_NOW + 10, "first");
	audit_text(HARNESS_NOW + 20, "second");
	CU_ASSERT_EQUAL(audit_list_since(HARNESS_NOW + 11).n, 1);
	CU_ASSERT_EQUAL(audit_list_since(HARNESS_NOW + 20).n, 1);
	CU_ASSERT_EQUAL(audit_list_since(HARNESS_NOW + 21).n, 0);
}

static void
a_row_names_actor_action_and_rule(void)
{
	struct permission p = { .resource = "photo1",
				.scopes = fixture_scopes(&c, "view"),
				.rule = "r1",
				.consent = "q" };
	struct notes all;

	harness_set_time(&c.s, HARNESS_NOW + 10);
	c.s.w.actor = (struct actor){ ACTOR_CLIENT, "viewer" };
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_RPT_GRANTED,
					   .owner = "a",
					   .rs = "photoz",
					   .client = "viewer",
					   .party = "bob",
					   .object = "o",
					   .permissions = &p,
					   .rule = "r2",
					   .why = "because" });
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	all = audit_list_since(HARNESS_NOW + 10);
	CU_ASSERT_EQUAL_FATAL(all.n, 1);
	CU_ASSERT_STRING_EQUAL(
		all.row[0],
		"{\"event\":\"rpt.granted\",\"actor\":\"viewer\","
		"\"actor_type\":\"client\","
		"\"owner\":\"a\",\"rs\":\"photoz\",\"client\":\"viewer\",\"party\":\"bob\","
		"\"object\":\"o\",\"permissions\":[{\"resource\":\"photo1\",\"scopes\":[\"view\"],"
		"\"rule\":\"r1\",\"consent\":\"q\"}],\"rule\":\"r2\",\"why\":\"because\"}");
}

/* Also if the row has an actor anyway or none; and a client may be named admin. */
static void
every_kind_of_actor_has_a_text(void)
{
	static const struct {
		struct actor actor;
		const char *text, *type;
	} cases[] = {
		{ { ACTOR_SERVER, NULL }, "server", "server" },
		{ { ACTOR_CLIENT, "photoz" }, "photoz", "client" },
		{ { ACTOR_CLIENT, "filez" }, "filez", "client" },
		{ { ACTOR_CLIENT, "admin" }, "admin", "client" },
		{ { ACTOR_OWNER, "alice" }, "alice", "owner" },
		{ { ACTOR_OWNER, "bob" }, "bob", "owner" },
		{ { ACTOR_ADMINISTRATOR, NULL }, "admin", "admin" },
	};
	struct notes all;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		harness_set_time(&c.s, HARNESS_NOW + 100 * (int64_t)(i + 1));
		c.s.w.actor = cases[i].actor;
		audit_add(&c.s.w, &(struct audit){ .event = AUDIT_POLICY_SET,
						   .owner = "alice",
						   .rs = "photoz" });
		CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
		all = audit_list_since(HARNESS_NOW + 100 * (int64_t)(i + 1));
		CU_ASSERT_EQUAL_FATAL(all.n, 1);
		CU_ASSERT_PTR_NOT_NULL(
			strstr(all.row[0],
			       arena_printf(c.s.arena, "\"actor\":\"%s\",\"actor_type\":\"%s\"",
					    cases[i].text, cases[i].type)));
	}
}

static void
audit_deny_all(const char *client, const char *party)
{
	/* Events of one millisecond have no order. */
	harness_set_time(&c.s, c.s.w.now + 1);
	c.s.w.actor = (struct actor){ ACTOR_CLIENT, client };
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_DENIED,
					    .owner = "alice",
					    .client = client,
					    .party = party });
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
equal_denials_within_an_hour_are_counted_in_one_row(void)
{
	struct notes all;

	harness_set_time(&c.s, HOUR - 1);
	audit_deny_all("viewer", "bob");
	harness_set_time(&c.s, HOUR + 3577);
	for (int i = 0; i < 20; i++)
		audit_deny_all("viewer", "bob");
	audit_deny_all("viewer", "carol");
	audit_deny_all("other", "bob");
	CU_ASSERT_EQUAL(c.s.w.now, HOUR + 3599);
	audit_deny_all("viewer", "bob");
	all = audit_list_since(HOUR);
	CU_ASSERT_EQUAL_FATAL(all.n, 4);
	CU_ASSERT_EQUAL(all.at[0], HOUR * 1000LL);
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[0], "\"count\":21,"));
	for (size_t i = 1; i < all.n; i++)
		CU_ASSERT_PTR_NULL(strstr(all.row[i], "count"));
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[3], "bob"));
}

/* Both transactions find no row; the second must increment the counter instead. */
static void
two_concurrent_first_denials_write_one_row(void)
{
	struct changes *lists[2], first;
	struct notes all;

	harness_set_time(&c.s, HOUR);
	c.s.w.actor = (struct actor){ ACTOR_CLIENT, "viewer" };
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_DENIED, .client = "viewer" });
	first = c.s.changes;
	changes_start(&c.s.changes, c.s.arena, c.s.w.tenant->id);
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_DENIED, .client = "viewer" });
	lists[0] = &first;
	lists[1] = &c.s.changes;
	CU_ASSERT_EQUAL(store_commit(c.s.store, lists, 2), OK);
	CU_ASSERT_EQUAL(first.verdict, OK);
	CU_ASSERT_EQUAL(c.s.changes.verdict, ERR_CHANGED);
	harness_set_time(&c.s, HOUR);
	c.s.w.actor = (struct actor){ ACTOR_CLIENT, "viewer" };
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_DENIED, .client = "viewer" });
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	all = audit_list_since(HOUR);
	CU_ASSERT_EQUAL_FATAL(all.n, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[0], "\"count\":2,"));
}

/* As if the client had caused all its rows but one. */
static enum err
count_up(void *arg, struct bytes key, struct bytes row)
{
	change_count(c.s.w.changes, T_COUNT, key, AUDIT_FOLD_MAX - 2, INT64_MAX);
	return OK;
}

static void
the_number_of_rows_for_denials_is_limited_for_each_client(void)
{
	size_t before;
	struct notes all;

	harness_set_time(&c.s, HOUR);
	before = harness_count_rows(&c.s, T_AUDIT);
	audit_deny_all("viewer", "first");
	CU_ASSERT_EQUAL(store_scan(c.s.w.db, c.s.w.tenant->id, T_COUNT, BYTES_NONE, BYTES_NONE,
				   count_up, NULL),
			OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	audit_deny_all("viewer", "the last with details");
	audit_deny_all("viewer", "too many");
	audit_deny_all("viewer", "as many");
	audit_deny_all("other", "bob");
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), before + 4);
	all = audit_list_since(HOUR);
	CU_ASSERT_EQUAL_FATAL(all.n, 4);
	CU_ASSERT_STRING_EQUAL(
		all.row[2],
		"{\"event\":\"rpt.denied\",\"actor\":\"viewer\","
		"\"actor_type\":\"client\",\"count\":2,"
		"\"why\":\"more events of this kind in one hour than are recorded separately\"}");
}

static void
a_class_of_events_that_is_kept_for_0_days_is_not_written(void)
{
	harness_set_setting(&c.s, "audit_keep_requests", "0");
	harness_set_time(&c.s, HARNESS_NOW);
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_TICKET_ISSUED });
	audit_fold(&c.s.w, &(struct audit){ .event = AUDIT_RPT_NEED_INFO });
	CU_ASSERT_EQUAL(c.s.changes.n, 0);
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_RPT_GRANTED });
	CU_ASSERT_EQUAL(c.s.changes.n, 1);
	harness_set_setting(&c.s, "audit_keep_decisions", "0");
	harness_set_time(&c.s, HARNESS_NOW);
	for (enum audit_event e = 0; e < AUDIT_EVENT_COUNT; e++)
		audit_add(&c.s.w, &(struct audit){ .event = e });
	for (const struct change *ch = c.s.changes.first; ch != NULL; ch = ch->next)
		CU_ASSERT_EQUAL(ch->key.data[0], AUDIT_CHANGES);
}

/* More events of each class than one read returns. */
static void
many_events_of_all_classes_are_listed_in_order(void)
{
	static const enum audit_event events[] = {
		AUDIT_TICKET_ISSUED,
		AUDIT_RPT_GRANTED,
		AUDIT_POLICY_SET,
		AUDIT_RPT_NEED_INFO,
	};
	char object[16];

	for (int i = 0; i < 1000; i++) {
		harness_set_time(&c.s, HARNESS_NOW + 100 + i / 3);
		snprintf(object, sizeof object, "%d", i);
		audit_add(&c.s.w,
			  &(struct audit){ .event = events[i * 7 % 11 % 4], .object = object });
		CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	}
	in_order_from = 0;
	CU_ASSERT_EQUAL(audit_each(&c.s.w, HARNESS_NOW + 100, in_order, NULL), OK);
	CU_ASSERT_EQUAL(in_order_n, 1000);
}

static void
events_are_found_by_name(void)
{
	enum audit_event found;

	for (enum audit_event e = 0; e < AUDIT_EVENT_COUNT; e++)
		CU_ASSERT(audit_event_find(audit_event_name(e), &found) && found == e);
	CU_ASSERT_FALSE(audit_event_find("rpt.", &found));
	CU_ASSERT_FALSE(audit_event_find("", &found));
}

/* An older usherctl lists events of a newer usherd. */
static void
an_event_of_a_newer_program_is_listed(void)
{
	uint8_t key[15] = { AUDIT_DECISIONS, 1 };
	struct notes all;

	change_put(c.s.w.changes, T_AUDIT, BYTES(key, sizeof key),
		   bytes_of("{\"e\":\"rpt.sung\",\"z\":1,\"ob\":\"x\"}"));
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	all = audit_list_since(0);
	CU_ASSERT_FATAL(all.n > 0);
	CU_ASSERT_STRING_EQUAL(all.row[0], "{\"event\":\"rpt.sung\",\"actor\":\"server\","
					   "\"actor_type\":\"server\",\"object\":\"x\"}");
}

static void
a_corrupt_audit_row_is_a_fault(void)
{
	audit_text(HARNESS_NOW + 10, "first");
	harness_corrupt_rows(&c.s, T_AUDIT, "x");
	CU_ASSERT_EQUAL(audit_each(&c.s.w, 0, audit_add_event, &(struct notes){ .n = 0 }),
			ERR_STORE);
}

static void
a_tenants_list_contains_only_its_own_events(void)
{
	audit_text(HARNESS_NOW + 10, "first");
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(audit_list_since(HARNESS_NOW + 1).n, 0);
}

/* Input is escaped, so it cannot forge rows or members. */
static void
text_in_a_row_cannot_forge_other_rows_or_members(void)
{
	struct notes all;

	audit_text(HARNESS_NOW + 10, "x\",\"actor\":\"root\n");
	all = audit_list_since(HARNESS_NOW + 10);
	CU_ASSERT_EQUAL_FATAL(all.n, 1);
	CU_ASSERT_STRING_EQUAL(all.row[0], "{\"event\":\"issuer.set\",\"actor\":\"admin\","
					   "\"actor_type\":\"admin\","
					   "\"object\":\"x\\\",\\\"actor\\\":\\\"root\\u000a\"}");
}

static CU_TestInfo tests[] = {
	{ "events are listed in chronological order", events_are_listed_in_chronological_order },
	{ "a list may begin at a given time", a_list_may_begin_at_a_given_time },
	{ "a row names actor, action and rule [T-G01]", a_row_names_actor_action_and_rule },
	{ "every kind of actor has a text [T-G01]", every_kind_of_actor_has_a_text },
	{ "equal denials within an hour are counted in one row [T-O05]",
	  equal_denials_within_an_hour_are_counted_in_one_row },
	{ "two concurrent first denials write one row",
	  two_concurrent_first_denials_write_one_row },
	{ "the number of rows for denials is limited for each client [T-O05]",
	  the_number_of_rows_for_denials_is_limited_for_each_client },
	{ "a class of events that is kept for 0 days is not written",
	  a_class_of_events_that_is_kept_for_0_days_is_not_written },
	{ "many events of all classes are listed in order",
	  many_events_of_all_classes_are_listed_in_order },
	{ "events are found by name", events_are_found_by_name },
	{ "an event of a newer program is listed", an_event_of_a_newer_program_is_listed },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_audit_row_is_a_fault },
	{ "a tenant's list contains only its own events [T-M01]",
	  a_tenants_list_contains_only_its_own_events },
	{ "text in a row cannot forge other rows or members [T-G01]",
	  text_in_a_row_cannot_forge_other_rows_or_members },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo audit_suite = { "model/audit", NULL, NULL, audit_setup, audit_teardown, tests };
