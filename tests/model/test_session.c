/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions in the store; tests/web/test_cookie.c tests them with their cookies. */
#include "base/text.h"
#include "model/housekeeping.h"
#include "model/session.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct fixture c;

static void
session_setup(void)
{
	fixture_open(&c);
}

static void
session_teardown(void)
{
	fixture_close(&c);
}

static struct session *
session_start_for(const char *account, const struct session *old)
{
	struct session *s = ARENA_NEW(c.s.arena, struct session);

	s->account_id = account;
	s->amr = "pwd";
	CU_ASSERT_EQUAL(session_start(&c.s.w, s, old), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return s;
}

static bool
session_is_valid(const struct session *s)
{
	struct session found;
	enum err e = session_find(&c.s.w, s->handle, ABSENT, &found);

	if (e == OK) {
		EQ(found.id, s->id);
		EQ(found.account.id, s->account_id);
	}
	CU_ASSERT(e == OK || e == ABSENT);
	return e == OK;
}

static void
session_change_account(const char *id, bool disabled)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&c.s.w, id, ERR_NOT_FOUND, &acc), OK);
	acc.disabled = disabled;
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static enum err
session_add_id(void *arg, const void *object)
{
	struct buf *b = arg;
	const struct session *s = object;

	CU_ASSERT_PTR_NULL(s->handle);
	buf_text(b, s->id);
	buf_char(b, ' ');
	return OK;
}

static const char *
session_list(const char *account)
{
	struct buf b = { .arena = c.s.arena };

	CU_ASSERT_EQUAL(session_each(&c.s.w, account, session_add_id, &b), OK);
	return b.size > 0 ? b.data : "";
}

static void
a_session_keeps_how_and_when_a_person_signed_in(void)
{
	struct session s = { .account_id = c.alice,
			     .signed_in = HARNESS_NOW - 50,
			     .acr = "urn:x:strong",
			     .amr = "server",
			     .device = "Firefox on Linux",
			     .address = "192.0.2.7",
			     .issuer = "https://idp.example.net",
			     .subject = "a1" };
	struct session found;

	CU_ASSERT_EQUAL(session_start(&c.s.w, &s, NULL), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL_FATAL(session_find(&c.s.w, s.handle, ABSENT, &found), OK);
	CU_ASSERT_EQUAL(found.signed_in, HARNESS_NOW - 50);
	CU_ASSERT_EQUAL(found.created, HARNESS_NOW);
	CU_ASSERT_EQUAL(found.ends, HARNESS_NOW + 43200);
	EQ(found.acr, "urn:x:strong");
	EQ(found.amr, "server");
	EQ(found.device, "Firefox on Linux");
	EQ(found.address, "192.0.2.7");
	EQ(found.issuer, "https://idp.example.net");
	EQ(found.subject, "a1");
}

/* The store has no text of which the cookie could be made. */
static void
the_store_does_not_have_the_handle(void)
{
	struct session *s = session_start_for(c.alice, NULL);
	struct bytes row = harness_row(&c.s, T_SESSION, BYTES_NONE);

	CU_ASSERT(row.size > 0);
	CU_ASSERT_PTR_NULL(
		strstr(arena_strndup(c.s.arena, (const char *)row.data, row.size), s->handle + 20));
	CU_ASSERT_FALSE(bytes_equal(s->key, bytes_of(s->handle)));
}

static void
a_disabled_account_has_no_session_also_when_it_is_enabled_again(void)
{
	struct session *s = session_start_for(c.alice, NULL),
		       *other = session_start_for(c.bob, NULL);
	struct session refused = { .account_id = c.alice };

	CU_ASSERT(session_is_valid(s));
	session_change_account(c.alice, true);
	CU_ASSERT_FALSE(session_is_valid(s));
	CU_ASSERT_EQUAL(session_start(&c.s.w, &refused, NULL), ERR_NOT_FOUND);
	session_change_account(c.alice, false);
	CU_ASSERT_FALSE(session_is_valid(s));
	CU_ASSERT(session_is_valid(session_start_for(c.alice, NULL)));
	CU_ASSERT(session_is_valid(other));
}

static void
a_removed_account_has_no_session(void)
{
	struct session *s = session_start_for(c.alice, NULL);
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&c.s.w, c.alice, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(session_is_valid(s));
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION), 0);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION_INDEX), 0);
}

static void
a_raised_epoch_ends_all_sessions(void)
{
	struct session *s = session_start_for(c.alice, NULL);
	int64_t epoch;

	CU_ASSERT_EQUAL(tenants_raise_epoch(&c.s.w, &epoch), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(session_is_valid(s));
}

static void
an_account_has_several_sessions_and_a_list_of_them(void)
{
	struct session *a = session_start_for(c.alice, NULL), *b, *foreign;

	harness_set_time(&c.s, HARNESS_NOW + 10);
	b = session_start_for(c.alice, NULL);
	foreign = session_start_for(c.bob, NULL);
	CU_ASSERT(session_is_valid(a) && session_is_valid(b));
	EQ(session_list(c.alice), arena_printf(c.s.arena, "%s %s ", a->id, b->id));
	EQ(session_list(c.bob), arena_printf(c.s.arena, "%s ", foreign->id));
	EQ(session_list("x"), "");
	harness_set_time(&c.s, HARNESS_NOW + 43200);
	EQ(session_list(c.alice), arena_printf(c.s.arena, "%s ", b->id));
}

static void
a_session_is_ended_by_its_account_only(void)
{
	struct session *a = session_start_for(c.alice, NULL), *b = session_start_for(c.alice, NULL),
		       *foreign = session_start_for(c.bob, NULL);

	CU_ASSERT_EQUAL(session_end(&c.s.w, c.alice, foreign->id), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(session_end(&c.s.w, c.alice, "x"), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(session_end(&c.s.w, c.alice, a->id), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(session_is_valid(a));
	CU_ASSERT(session_is_valid(b) && session_is_valid(foreign));
	CU_ASSERT_EQUAL(session_end(&c.s.w, c.alice, a->id), ERR_NOT_FOUND);
}

static void
all_sessions_but_one_are_ended(void)
{
	struct session *a = session_start_for(c.alice, NULL), *b = session_start_for(c.alice, NULL),
		       *d = session_start_for(c.alice, NULL),
		       *foreign = session_start_for(c.bob, NULL);

	CU_ASSERT_EQUAL(session_end_all(&c.s.w, c.alice, b->id), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(session_is_valid(a) || session_is_valid(d));
	CU_ASSERT(session_is_valid(b) && session_is_valid(foreign));
	CU_ASSERT_EQUAL(session_end_all(&c.s.w, c.alice, NULL), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(session_is_valid(b));
	CU_ASSERT(session_is_valid(foreign));
}

static void
more_sessions_than_the_limit_end_the_oldest(void)
{
	struct session *s[SESSIONS_MAX + 2];

	for (int i = 0; i < SESSIONS_MAX + 2; i++) {
		harness_set_time(&c.s, HARNESS_NOW + i);
		s[i] = session_start_for(c.alice, NULL);
	}
	CU_ASSERT_FALSE(session_is_valid(s[0]) || session_is_valid(s[1]));
	CU_ASSERT(session_is_valid(s[2]) && session_is_valid(s[SESSIONS_MAX + 1]));
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION), SESSIONS_MAX);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION_INDEX), SESSIONS_MAX);
	/* Signing in again takes the place of the session that it ends. */
	session_start_for(c.alice, s[5]);
	CU_ASSERT_FALSE(session_is_valid(s[5]));
	CU_ASSERT(session_is_valid(s[2]));
}

static void
session_sweep(int64_t now)
{
	bool more = true;

	while (more)
		CU_ASSERT_EQUAL_FATAL(
			housekeeping_round(c.s.store, &c.s.settings, now, NULL, NULL, &more), OK);
	harness_begin(&c.s);
}

static void
the_janitor_removes_sessions_that_have_ended(void)
{
	session_start_for(c.alice, NULL);
	session_sweep(HARNESS_NOW + 43199);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION), 1);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION_INDEX), 1);
	session_sweep(HARNESS_NOW + 43201);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION), 0);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_SESSION_INDEX), 0);
}

/* A row of the index whose session was swept is left out of the list. */
static void
a_swept_session_is_not_listed(void)
{
	struct session *s = session_start_for(c.alice, NULL);

	change_drop(&c.s.changes, T_SESSION, s->key);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	EQ(session_list(c.alice), "");
	CU_ASSERT_FALSE(session_is_valid(s));
}

static void
a_damaged_session_is_a_fault_of_the_store(void)
{
	struct session *s = session_start_for(c.alice, NULL), found;

	harness_corrupt_rows(&c.s, T_SESSION, "{");
	CU_ASSERT_EQUAL(session_find(&c.s.w, s->handle, ABSENT, &found), ERR_STORE);
}

/* clang-format off */
static CU_TestInfo tests[] = {
	{ "a session keeps how and when a person signed in", a_session_keeps_how_and_when_a_person_signed_in },
	{ "the store does not have the handle [T-L04]", the_store_does_not_have_the_handle },
	{ "a disabled account has no session, also when it is enabled again [T-L04]", a_disabled_account_has_no_session_also_when_it_is_enabled_again },
	{ "a removed account has no session [T-L04]", a_removed_account_has_no_session },
	{ "a raised epoch ends all sessions [T-S12]", a_raised_epoch_ends_all_sessions },
	{ "an account has several sessions, and a list of them", an_account_has_several_sessions_and_a_list_of_them },
	{ "a session is ended by its account only", a_session_is_ended_by_its_account_only },
	{ "all sessions but one are ended", all_sessions_but_one_are_ended },
	{ "more sessions than the limit end the oldest", more_sessions_than_the_limit_end_the_oldest },
	{ "the janitor removes sessions that have ended", the_janitor_removes_sessions_that_have_ended },
	{ "a swept session is not listed", a_swept_session_is_not_listed },
	{ "a damaged session is a fault of the store", a_damaged_session_is_a_fault_of_the_store },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
CU_SuiteInfo session_suite = {
	"model/session", NULL, NULL, session_setup, session_teardown, tests
};
