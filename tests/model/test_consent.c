/* SPDX-License-Identifier: Apache-2.0 */
#include "model/consent.h"
#include "tests/model/cast.h"
#include "tests/run.h"

static struct cast c;
static const char *photo1;

static void
start(void)
{
	cast_open(&c);
	photo1 = cast_resource(&c, c.alice, "view print edit a b c d");
}

static void
stop(void)
{
	cast_close(&c);
}

static struct consent
question(const char *scopes)
{
	struct consent q = { .owner = c.alice, .rs = "photoz", .client = "viewer", .who = "Bob",
			     .asked = cast_asked(&c, photo1, scopes) };

	return q;
}

static enum err
ask_as(const char *party, struct consent *q)
{
	enum err e = consent_ask(&c.s.w, q, party);

	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	return e;
}

static struct consent
asked(const char *scopes)
{
	struct consent q = question(scopes);

	CU_ASSERT_EQUAL_FATAL(ask_as("bob", &q), OK);
	return q;
}

static struct consent
found(const char *id)
{
	struct consent q;

	CU_ASSERT_EQUAL_FATAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), OK);
	return q;
}

static enum err
decide(const char *id, struct permission *granted)
{
	struct consent q = found(id);
	enum err e = consent_decide(&c.s.w, &q, granted);

	if (e != OK)
		CU_ASSERT_EQUAL(c.s.changes.writes, 0);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	return e;
}

static void
a_question_waits_for_its_owner(void)
{
	struct consent q = asked("view print");

	CU_ASSERT(text_is_id(q.id, 22) && strlen(q.id) == 22);
	q = found(q.id);
	CU_ASSERT_EQUAL(q.state, CONSENT_OPEN);
	CU_ASSERT_STRING_EQUAL(q.who, "Bob");
	CU_ASSERT_STRING_EQUAL(q.client, "viewer");
	CU_ASSERT_STRING_EQUAL(q.asked->resource, photo1);
	CU_ASSERT_EQUAL(q.expires, SCENE_NOW + 604800);
	CU_ASSERT_PTR_NULL(q.granted);
}

static void
the_same_question_is_asked_once(void)
{
	const char *id = asked("view").id;

	scene_at(&c.s, SCENE_NOW + 5);
	CU_ASSERT_STRING_EQUAL(asked("view").id, id);
	CU_ASSERT_EQUAL(scene_rows(&c.s, T_CONSENT), 1);
	CU_ASSERT_EQUAL(found(id).asked_at, SCENE_NOW);
}

static void
another_question_is_another(void)
{
	struct consent q = question("view"), other = question("view");

	CU_ASSERT_STRING_NOT_EQUAL(asked("view").id, asked("print").id);
	CU_ASSERT_EQUAL(ask_as("eve", &q), OK);
	CU_ASSERT_STRING_NOT_EQUAL(asked("view").id, q.id);
	other.client = "other";
	CU_ASSERT_EQUAL(ask_as("bob", &other), OK);
	CU_ASSERT_EQUAL(scene_rows(&c.s, T_CONSENT), 4);
}

static void
only_the_owner_finds_it(void)
{
	const char *id = asked("view").id;
	struct consent q;

	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.erin, id, ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, "x", ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
	scene_in(&c.s, "two");
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
}

static void
she_may_allow_and_take_back(void)
{
	const char *id = asked("view").id;

	CU_ASSERT_EQUAL(decide(id, cast_asked(&c, photo1, "view")), OK);
	CU_ASSERT_EQUAL(found(id).state, CONSENT_APPROVED);
	CU_ASSERT(strs_has(&found(id).granted->scopes, "view"));
	CU_ASSERT_EQUAL(found(id).decided_at, SCENE_NOW);
	CU_ASSERT_EQUAL(decide(id, NULL), OK);
	CU_ASSERT_EQUAL(found(id).state, CONSENT_DENIED);
	CU_ASSERT_PTR_NULL(found(id).granted);
	CU_ASSERT_EQUAL(asked("view").state, CONSENT_DENIED);
}

static void
she_may_allow_a_part_and_no_more(void)
{
	const char *id = asked("view print").id;

	CU_ASSERT_EQUAL(decide(id, cast_asked(&c, photo1, "view")), OK);
	CU_ASSERT_EQUAL(found(id).granted->scopes.n, 1);
	CU_ASSERT_EQUAL(decide(id, cast_asked(&c, photo1, "view edit")), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(decide(id, cast_asked(&c, "photo2", "view")), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(decide(id, cast_more(cast_asked(&c, photo1, "view"),
					     cast_asked(&c, "photo2", ""))), ERR_INVALID_REQUEST);
}

/* Asked by one rule for view, by another for print: two entries of one resource. */
static void
a_resource_may_be_asked_for_by_several_rules(void)
{
	struct consent q = question("view");

	cast_more(q.asked, cast_asked(&c, photo1, "print"));
	CU_ASSERT_EQUAL_FATAL(ask_as("bob", &q), OK);
	CU_ASSERT_EQUAL(decide(q.id, found(q.id).asked), OK);
	CU_ASSERT_EQUAL(decide(q.id, cast_asked(&c, photo1, "print view")), OK);
	CU_ASSERT_EQUAL(decide(q.id, cast_asked(&c, photo1, "print edit")), ERR_INVALID_REQUEST);
}

/* More than a row of the store would hold beside the question. */
static void
questions_and_answers_are_bounded(void)
{
	struct consent q = question("view");
	struct permission *much = cast_asked(&c, photo1, "view");

	for (int i = 0; i < 1100; i++)
		cast_more(much, cast_asked(&c, photo1, "view"));
	CU_ASSERT_EQUAL(decide(asked("view").id, much), ERR_INVALID_REQUEST);
	q.asked = much;
	CU_ASSERT_EQUAL(ask_as("bob", &q), ERR_REQUEST_DENIED);
}

static void
of_two_answers_at_once_one_stands(void)
{
	struct consent q = found(asked("view").id);
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, cast_asked(&c, photo1, "view")), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, NULL), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), ERR_CHANGED);
	CU_ASSERT_EQUAL(found(q.id).state, CONSENT_DENIED);
}

static void
an_answer_stands_until_it_expires(void)
{
	const char *id = asked("view").id;
	struct consent q;

	CU_ASSERT_EQUAL(decide(id, cast_asked(&c, photo1, "view")), OK);
	scene_at(&c.s, SCENE_NOW + 604799);
	CU_ASSERT_EQUAL(asked("view").state, CONSENT_APPROVED);
	scene_at(&c.s, SCENE_NOW + 604800);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), ERR_NOT_FOUND);
	q = asked("view");
	CU_ASSERT_STRING_EQUAL(q.id, id);
	CU_ASSERT_EQUAL(found(id).state, CONSENT_OPEN);
	CU_ASSERT_EQUAL(found(id).expires, SCENE_NOW + 2 * 604800);
	CU_ASSERT_PTR_NULL(found(id).granted);
}

static void
an_owner_is_not_buried_in_questions(void)
{
	struct consent more = question("c"), hers = question("a");
	const char *id;

	scene_set(&c.s, "consents_max", "2");
	id = asked("a").id;
	asked("b");
	CU_ASSERT_EQUAL(ask_as("bob", &more), ERR_REQUEST_DENIED);
	CU_ASSERT_EQUAL(asked("a").state, CONSENT_OPEN);
	hers.owner = c.erin;
	CU_ASSERT_EQUAL(ask_as("bob", &hers), OK);
	CU_ASSERT_EQUAL(decide(id, NULL), OK);
	CU_ASSERT_EQUAL(ask_as("bob", &more), OK);
	scene_at(&c.s, SCENE_NOW + 604800);
	asked("d");
}

static void
one_client_does_not_take_all_of_her_questions(void)
{
	struct consent more = question("c"), others = question("c");

	scene_set(&c.s, "consents_client_max", "2");
	asked("a");
	asked("b");
	CU_ASSERT_EQUAL(ask_as("bob", &more), ERR_REQUEST_DENIED);
	others.client = "other";
	CU_ASSERT_EQUAL(ask_as("bob", &others), OK);
}

static int64_t
counted(const char *client)
{
	struct bytes key = client == NULL ? key_join(c.s.arena, "consent", c.alice, NULL) :
			   key_join(c.s.arena, "consent", c.alice, client, NULL);
	int64_t n = -1;

	CU_ASSERT_EQUAL(store_count(c.s.w.db, c.s.w.tenant->id, T_COUNT, key, &n), OK);
	return n;
}

static void
open_questions_are_counted(void)
{
	const char *id = asked("a").id;

	asked("b");
	asked("a");
	CU_ASSERT_EQUAL(counted(NULL), 2);
	CU_ASSERT_EQUAL(counted("viewer"), 2);
	CU_ASSERT_EQUAL(decide(id, cast_asked(&c, photo1, "a")), OK);
	CU_ASSERT_EQUAL(decide(id, NULL), OK);
	CU_ASSERT_EQUAL(counted(NULL), 1);
	CU_ASSERT_EQUAL(counted("viewer"), 1);
	CU_ASSERT_EQUAL(counted("other"), 0);
	scene_at(&c.s, SCENE_NOW + 604800);
	asked("b");			/* over the row of the one that expired */
	CU_ASSERT_EQUAL(counted(NULL), 1);
	asked("a");			/* over one that was answered */
	CU_ASSERT_EQUAL(counted("viewer"), 2);
}

/* All of them read the store before the first commits. */
static void
of_many_at_once_only_so_many_fit(void)
{
	struct changes lists[16], *all[16];
	int fit = 0;

	scene_set(&c.s, "consents_client_max", "5");
	for (int i = 0; i < 16; i++) {
		struct consent q = question("view");

		changes_start(&lists[i], c.s.arena, c.s.w.tenant->id);
		c.s.w.changes = all[i] = &lists[i];
		CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, arena_printf(c.s.arena, "bob%d", i)), OK);
	}
	CU_ASSERT_EQUAL(store_commit(c.s.store, all, 16), OK);
	for (int i = 0; i < 16; i++)
		fit += lists[i].verdict == OK;
	CU_ASSERT_EQUAL(fit, 5);
	scene_begin(&c.s);
	CU_ASSERT_EQUAL(scene_rows(&c.s, T_CONSENT), 5);
	CU_ASSERT_EQUAL(counted("viewer"), 5);
}

static enum err
count(void *arg, const void *consent)
{
	(*(int *)arg)++;
	return OK;
}

static void
lists_are_of_one_owner(void)
{
	struct consent hers = question("a");
	int n = 0, all = 0, gone = 0;

	asked("a");
	asked("b");
	hers.owner = c.erin;
	CU_ASSERT_EQUAL(ask_as("bob", &hers), OK);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, c.alice, count, &n), OK);
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, NULL, count, &all), OK);
	CU_ASSERT_EQUAL(all, 3);
	scene_at(&c.s, SCENE_NOW + 604800);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, NULL, count, &gone), OK);
	CU_ASSERT_EQUAL(gone, 0);
}

static void
a_row_that_rotted_is_a_fault(void)
{
	const char *id = asked("a").id;
	struct consent q = question("b");
	int n = 0;

	scene_spoil(&c.s, T_CONSENT, "{\"id\":\"x\"}");
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, id, ERR_NOT_FOUND, &q), ERR_STORE);
	CU_ASSERT_EQUAL(consent_each(&c.s.w, c.alice, count, &n), ERR_STORE);
	q = question("a");
	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), ERR_STORE);
}

static void
order_is_no_part_of_the_question(void)
{
	struct consent q = question("view print"), other = question("print");

	CU_ASSERT_EQUAL(ask_as("bob", &q), OK);
	CU_ASSERT_STRING_EQUAL(asked("print view").id, q.id);
	cast_more(other.asked, cast_asked(&c, photo1, "view"));
	other.asked->rule = "another";
	CU_ASSERT_EQUAL(ask_as("bob", &other), OK);
	CU_ASSERT_STRING_EQUAL(other.id, q.id);
	CU_ASSERT_EQUAL(scene_rows(&c.s, T_CONSENT), 1);
}

static void
an_answer_about_what_is_gone_is_refused(void)
{
	const char *both = asked("view print").id, *one = asked("view").id;
	struct resource r;

	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo1, ERR_NOT_FOUND, &r), OK);
	r.scopes = cast_scopes(&c, "view");
	CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(decide(both, found(both).asked), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(decide(both, cast_asked(&c, photo1, "view")), OK);
	CU_ASSERT_EQUAL(decide(one, found(one).asked), OK);
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo1, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(decide(one, found(one).asked), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(decide(one, NULL), OK);
}

static CU_TestInfo tests[] = {
	{ "a question waits for its owner [G-ERR-14]", a_question_waits_for_its_owner },
	{ "the same question is asked once [T-U17]", the_same_question_is_asked_once },
	{ "another question is another", another_question_is_another },
	{ "only the owner finds it [T-M01]", only_the_owner_finds_it },
	{ "she may allow, and take back [G-ERR-17 G-PRV-01]", she_may_allow_and_take_back },
	{ "she may allow a part, and no more than was asked", she_may_allow_a_part_and_no_more },
	{ "a resource may be asked for by several rules",
	  a_resource_may_be_asked_for_by_several_rules },
	{ "questions and answers are bounded [T-X07]", questions_and_answers_are_bounded },
	{ "of two answers at once one stands", of_two_answers_at_once_one_stands },
	{ "an answer stands until it expires", an_answer_stands_until_it_expires },
	{ "an owner is not buried in questions [T-U17]", an_owner_is_not_buried_in_questions },
	{ "lists are of one owner", lists_are_of_one_owner },
	{ "a row that rotted is a fault [T-S11]", a_row_that_rotted_is_a_fault },
	{ "one client does not take all of her questions [T-U17]",
	  one_client_does_not_take_all_of_her_questions },
	{ "order is no part of the question [T-U17]", order_is_no_part_of_the_question },
	{ "an answer about what is gone is refused", an_answer_about_what_is_gone_is_refused },
	{ "open questions are counted [T-U17]", open_questions_are_counted },
	{ "of many at once only so many fit [T-U17]", of_many_at_once_only_so_many_fit },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo consent_suite = { "model/consent", NULL, NULL, start, stop, tests };
