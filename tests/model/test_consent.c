/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/consent.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static const char *photo1;

static void
consent_setup(void)
{
	fixture_open(&c);
	photo1 = fixture_resource(&c, c.alice, "view print edit a b c d");
}

static void
consent_teardown(void)
{
	fixture_close(&c);
}

static struct consent
consent_question(const char *scopes)
{
	struct consent q = { .owner = c.alice,
			     .rs = "photoz",
			     .client = "viewer",
			     .party_name = "Bob",
			     .requested = fixture_permissions(&c, photo1, scopes) };

	return q;
}

static enum err
ask_as(const char *party, struct consent *q)
{
	enum err e = consent_ask(&c.s.w, q, party);

	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return e;
}

static struct consent
consent_ask_ok(const char *scopes)
{
	struct consent q = consent_question(scopes);

	CU_ASSERT_EQUAL_FATAL(ask_as("bob", &q), OK);
	return q;
}

static struct consent
consent_find_ok(const char *id)
{
	struct consent q;

	CU_ASSERT_EQUAL_FATAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), OK);
	return q;
}

static enum err
consent_decide_commit(const char *id, struct permission *granted)
{
	struct consent q = consent_find_ok(id);
	enum err e = consent_decide(&c.s.w, &q, granted);

	if (e != OK)
		CU_ASSERT_EQUAL(c.s.changes.writes, 0);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return e;
}

static void
a_question_is_open_until_its_owner_answers(void)
{
	struct consent q = consent_ask_ok("view print");

	CU_ASSERT(text_is_id(q.id, 22) && strlen(q.id) == 22);
	q = consent_find_ok(q.id);
	CU_ASSERT_EQUAL(q.state, CONSENT_OPEN);
	CU_ASSERT_STRING_EQUAL(q.party_name, "Bob");
	CU_ASSERT_STRING_EQUAL(q.client, "viewer");
	CU_ASSERT_STRING_EQUAL(q.requested->resource, photo1);
	CU_ASSERT_EQUAL(q.expires, HARNESS_NOW + 604800);
	CU_ASSERT_PTR_NULL(q.granted);
}

static void
the_same_question_is_stored_once(void)
{
	const char *id = consent_ask_ok("view").id;

	harness_set_time(&c.s, HARNESS_NOW + 5);
	CU_ASSERT_STRING_EQUAL(consent_ask_ok("view").id, id);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
	CU_ASSERT_EQUAL(consent_find_ok(id).asked_at, HARNESS_NOW);
}

static void
a_different_question_is_stored_separately(void)
{
	struct consent q = consent_question("view"), other = consent_question("view");

	CU_ASSERT_STRING_NOT_EQUAL(consent_ask_ok("view").id, consent_ask_ok("print").id);
	CU_ASSERT_EQUAL(ask_as("eve", &q), OK);
	CU_ASSERT_STRING_NOT_EQUAL(consent_ask_ok("view").id, q.id);
	other.client = "other";
	CU_ASSERT_EQUAL(ask_as("bob", &other), OK);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 4);
}

static void
only_the_owner_finds_the_question(void)
{
	const char *id = consent_ask_ok("view").id;
	struct consent q;

	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.erin, id, ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, "x", ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
}

static void
an_owner_may_allow_a_request_and_revoke_the_answer(void)
{
	const char *id = consent_ask_ok("view").id;

	CU_ASSERT_EQUAL(consent_decide_commit(id, fixture_permissions(&c, photo1, "view")), OK);
	CU_ASSERT_EQUAL(consent_find_ok(id).state, CONSENT_APPROVED);
	CU_ASSERT(str_list_has(&consent_find_ok(id).granted->scopes, "view"));
	CU_ASSERT_EQUAL(consent_find_ok(id).decided_at, HARNESS_NOW);
	CU_ASSERT_EQUAL(consent_decide_commit(id, NULL), OK);
	CU_ASSERT_EQUAL(consent_find_ok(id).state, CONSENT_DENIED);
	CU_ASSERT_PTR_NULL(consent_find_ok(id).granted);
	CU_ASSERT_EQUAL(consent_ask_ok("view").state, CONSENT_DENIED);
}

static void
an_owner_may_allow_a_part_and_not_more_than_was_requested(void)
{
	const char *id = consent_ask_ok("view print").id;

	CU_ASSERT_EQUAL(consent_decide_commit(id, fixture_permissions(&c, photo1, "view")), OK);
	CU_ASSERT_EQUAL(consent_find_ok(id).granted->scopes.n, 1);
	CU_ASSERT_EQUAL(consent_decide_commit(id, fixture_permissions(&c, photo1, "view edit")),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(consent_decide_commit(id, fixture_permissions(&c, "photo2", "view")),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(consent_decide_commit(id,
					      fixture_join(fixture_permissions(&c, photo1, "view"),
							   fixture_permissions(&c, "photo2", ""))),
			ERR_INVALID_REQUEST);
}

/* One rule asks for view, another for print: two entries of one resource. */
static void
several_rules_may_ask_about_one_resource(void)
{
	struct consent q = consent_question("view");

	fixture_join(q.requested, fixture_permissions(&c, photo1, "print"));
	CU_ASSERT_EQUAL_FATAL(ask_as("bob", &q), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(q.id, consent_find_ok(q.id).requested), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(q.id, fixture_permissions(&c, photo1, "print view")),
			OK);
	CU_ASSERT_EQUAL(consent_decide_commit(q.id, fixture_permissions(&c, photo1, "print edit")),
			ERR_INVALID_REQUEST);
}

/* More than a row has room for beside the question. */
static void
the_sizes_of_questions_and_answers_are_limited(void)
{
	struct consent q = consent_question("view");
	struct permission *much = fixture_permissions(&c, photo1, "view");

	for (int i = 0; i < 1100; i++)
		fixture_join(much, fixture_permissions(&c, photo1, "view"));
	CU_ASSERT_EQUAL(consent_decide_commit(consent_ask_ok("view").id, much),
			ERR_INVALID_REQUEST);
	q.requested = much;
	CU_ASSERT_EQUAL(ask_as("bob", &q), ERR_REQUEST_DENIED);
}

static void
of_two_concurrent_answers_one_succeeds(void)
{
	struct consent q = consent_find_ok(consent_ask_ok("view").id);
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, fixture_permissions(&c, photo1, "view")), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, NULL), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
	CU_ASSERT_EQUAL(consent_find_ok(q.id).state, CONSENT_DENIED);
}

static void
an_answer_is_valid_until_it_expires(void)
{
	const char *id = consent_ask_ok("view").id;
	struct consent q;

	CU_ASSERT_EQUAL(consent_decide_commit(id, fixture_permissions(&c, photo1, "view")), OK);
	harness_set_time(&c.s, HARNESS_NOW + 604799);
	CU_ASSERT_EQUAL(consent_ask_ok("view").state, CONSENT_APPROVED);
	harness_set_time(&c.s, HARNESS_NOW + 604800);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
	q = consent_ask_ok("view");
	CU_ASSERT_STRING_EQUAL(q.id, id);
	CU_ASSERT_EQUAL(consent_find_ok(id).state, CONSENT_OPEN);
	CU_ASSERT_EQUAL(consent_find_ok(id).expires, HARNESS_NOW + 2 * 604800);
	CU_ASSERT_PTR_NULL(consent_find_ok(id).granted);
}

static void
the_number_of_open_questions_to_an_owner_is_limited(void)
{
	struct consent more = consent_question("c"), of_erin = consent_question("a");
	const char *id;

	harness_set_setting(&c.s, "consents_max", "2");
	id = consent_ask_ok("a").id;
	consent_ask_ok("b");
	CU_ASSERT_EQUAL(ask_as("bob", &more), ERR_REQUEST_DENIED);
	CU_ASSERT_EQUAL(consent_ask_ok("a").state, CONSENT_OPEN);
	of_erin.owner = c.erin;
	CU_ASSERT_EQUAL(ask_as("bob", &of_erin), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(id, NULL), OK);
	CU_ASSERT_EQUAL(ask_as("bob", &more), OK);
	harness_set_time(&c.s, HARNESS_NOW + 604800);
	consent_ask_ok("d");
}

static void
the_number_of_open_questions_of_one_client_is_limited(void)
{
	struct consent more = consent_question("c"), others = consent_question("c");

	harness_set_setting(&c.s, "consents_client_max", "2");
	consent_ask_ok("a");
	consent_ask_ok("b");
	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &more, "bob"), ERR_REQUEST_DENIED);
	CU_ASSERT_PTR_NOT_NULL_FATAL(c.s.w.refusal.why);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "and 2 of one client"));
	others.client = "other";
	CU_ASSERT_EQUAL(ask_as("bob", &others), OK);
}

static int64_t
consent_counter(const char *client)
{
	struct bytes key = client == NULL ? key_join(c.s.arena, "consent", c.alice, NULL)
					  : key_join(c.s.arena, "consent", c.alice, client, NULL);
	int64_t n = -1;

	CU_ASSERT_EQUAL(store_count(c.s.w.db, c.s.w.tenant->id, T_COUNT, key, &n), OK);
	return n;
}

static void
open_questions_are_counted(void)
{
	const char *id = consent_ask_ok("a").id;

	consent_ask_ok("b");
	consent_ask_ok("a");
	CU_ASSERT_EQUAL(consent_counter(NULL), 2);
	CU_ASSERT_EQUAL(consent_counter("viewer"), 2);
	CU_ASSERT_EQUAL(consent_decide_commit(id, fixture_permissions(&c, photo1, "a")), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(id, NULL), OK);
	CU_ASSERT_EQUAL(consent_counter(NULL), 1);
	CU_ASSERT_EQUAL(consent_counter("viewer"), 1);
	CU_ASSERT_EQUAL(consent_counter("other"), 0);
	harness_set_time(&c.s, HARNESS_NOW + 604800);
	consent_ask_ok("b"); /* replaces the row of an expired question */
	CU_ASSERT_EQUAL(consent_counter(NULL), 1);
	consent_ask_ok("a"); /* replaces an answered question */
	CU_ASSERT_EQUAL(consent_counter("viewer"), 2);
}

/* All transactions read the store before the first one commits. */
static void
concurrent_questions_do_not_exceed_the_limit(void)
{
	struct changes lists[16], *all[16];
	int fit = 0;

	harness_set_setting(&c.s, "consents_client_max", "5");
	for (int i = 0; i < 16; i++) {
		struct consent q = consent_question("view");

		changes_start(&lists[i], c.s.arena, c.s.w.tenant->id);
		c.s.w.changes = all[i] = &lists[i];
		CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, arena_printf(c.s.arena, "bob%d", i)), OK);
	}
	CU_ASSERT_EQUAL(store_commit(c.s.store, all, 16), OK);
	for (int i = 0; i < 16; i++)
		fit += lists[i].verdict == OK;
	CU_ASSERT_EQUAL(fit, 5);
	harness_begin(&c.s);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 5);
	CU_ASSERT_EQUAL(consent_counter("viewer"), 5);
}

static enum err
consent_count_row(void *arg, const void *consent)
{
	(*(int *)arg)++;
	return OK;
}

static void
a_list_contains_the_questions_of_one_owner(void)
{
	struct consent of_erin = consent_question("a");
	int n = 0, all = 0, gone = 0;

	consent_ask_ok("a");
	consent_ask_ok("b");
	of_erin.owner = c.erin;
	CU_ASSERT_EQUAL(ask_as("bob", &of_erin), OK);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, c.alice, consent_count_row, &n), OK);
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, NULL, consent_count_row, &all), OK);
	CU_ASSERT_EQUAL(all, 3);
	harness_set_time(&c.s, HARNESS_NOW + 604800);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, NULL, consent_count_row, &gone), OK);
	CU_ASSERT_EQUAL(gone, 0);
}

static void
a_corrupt_consent_row_is_a_fault(void)
{
	const char *id = consent_ask_ok("a").id;
	struct consent q = consent_question("b");
	int n = 0;

	harness_corrupt_rows(&c.s, T_CONSENT, "{\"id\":\"x\"}");
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), ERR_STORE);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, c.alice, consent_count_row, &n), ERR_STORE);
	q = consent_question("a");
	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), ERR_STORE);
}

static void
the_order_of_scopes_does_not_make_another_question(void)
{
	struct consent q = consent_question("view print"), other = consent_question("print");

	CU_ASSERT_EQUAL(ask_as("bob", &q), OK);
	CU_ASSERT_STRING_EQUAL(consent_ask_ok("print view").id, q.id);
	fixture_join(other.requested, fixture_permissions(&c, photo1, "view"));
	other.requested->rule = "another";
	CU_ASSERT_EQUAL(ask_as("bob", &other), OK);
	CU_ASSERT_STRING_EQUAL(other.id, q.id);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_CONSENT), 1);
}

static void
an_answer_about_a_deleted_resource_is_rejected(void)
{
	const char *both = consent_ask_ok("view print").id, *one = consent_ask_ok("view").id;
	struct resource r;

	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo1, ERR_NOT_FOUND, &r), OK);
	r.scopes = fixture_scopes(&c, "view");
	CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(both, consent_find_ok(both).requested),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(consent_decide_commit(both, fixture_permissions(&c, photo1, "view")), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(one, consent_find_ok(one).requested), OK);
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo1, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_decide_commit(one, consent_find_ok(one).requested),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(consent_decide_commit(one, NULL), OK);
}

static CU_TestInfo tests[] = {
	{ "a question is open until its owner answers [G-ERR-14]",
	  a_question_is_open_until_its_owner_answers },
	{ "the same question is stored once [T-U17]", the_same_question_is_stored_once },
	{ "a different question is stored separately", a_different_question_is_stored_separately },
	{ "only the owner finds the question [T-M01]", only_the_owner_finds_the_question },
	{ "an owner may allow a request and revoke the answer [G-ERR-17 G-PRV-01]",
	  an_owner_may_allow_a_request_and_revoke_the_answer },
	{ "an owner may allow a part, and not more than was requested",
	  an_owner_may_allow_a_part_and_not_more_than_was_requested },
	{ "several rules may ask about one resource", several_rules_may_ask_about_one_resource },
	{ "the sizes of questions and answers are limited [T-X07]",
	  the_sizes_of_questions_and_answers_are_limited },
	{ "of two concurrent answers one succeeds", of_two_concurrent_answers_one_succeeds },
	{ "an answer is valid until it expires", an_answer_is_valid_until_it_expires },
	{ "the number of open questions to an owner is limited [T-U17]",
	  the_number_of_open_questions_to_an_owner_is_limited },
	{ "a list contains the questions of one owner",
	  a_list_contains_the_questions_of_one_owner },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_consent_row_is_a_fault },
	{ "the number of open questions of one client is limited [T-U17]",
	  the_number_of_open_questions_of_one_client_is_limited },
	{ "the order of scopes does not make another question [T-U17]",
	  the_order_of_scopes_does_not_make_another_question },
	{ "an answer about a deleted resource is rejected",
	  an_answer_about_a_deleted_resource_is_rejected },
	{ "open questions are counted [T-U17]", open_questions_are_counted },
	{ "concurrent questions do not exceed the limit [T-U17]",
	  concurrent_questions_do_not_exceed_the_limit },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo consent_suite = {
	"model/consent", NULL, NULL, consent_setup, consent_teardown, tests
};
