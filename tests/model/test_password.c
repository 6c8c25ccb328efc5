/* SPDX-License-Identifier: Apache-2.0 */
#include "base/b64.h"
#include "base/buf.h"
#include "model/password.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define WORD "a dozen violet herons"

static struct fixture c;

static void
password_setup(void)
{
	fixture_open(&c);
}

static void
password_teardown(void)
{
	fixture_close(&c);
}

static struct account
password_account(const char *id)
{
	struct account acc;

	CU_ASSERT_EQUAL(account_find(&c.s.w, id, ABSENT, &acc), OK);
	return acc;
}

/* Sets the password in a request of its own. */
static enum err
password_change(const char *id, const char *password)
{
	struct account acc = password_account(id);
	enum err e = password_set(&c.s.w, &acc, password);

	if (e != ERR_WAIT)
		return e;
	harness_do_jobs(&c.s);
	harness_run_again(&c.s);
	acc = password_account(id);
	e = password_set(&c.s.w, &acc, password);
	return e == OK ? harness_commit(&c.s) : e;
}

/* Checks the password in a request of its own, whose changes are not committed. `id` NULL: an
 * unknown login. */
static bool
password_accepts(const char *id, const char *password)
{
	struct account acc;
	bool right = true;

	harness_begin(&c.s);
	if (id != NULL)
		acc = password_account(id);
	CU_ASSERT_EQUAL(password_check(&c.s.w, id != NULL ? &acc : NULL, password, &right),
			ERR_WAIT);
	CU_ASSERT_FALSE(right);
	harness_do_jobs(&c.s);
	harness_run_again(&c.s);
	if (id != NULL)
		acc = password_account(id);
	CU_ASSERT_EQUAL(password_check(&c.s.w, id != NULL ? &acc : NULL, password, &right), OK);
	return right;
}

static void
password_disable(const char *id)
{
	struct account acc = password_account(id);

	acc.disabled = true;
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
only_the_password_of_the_account_is_right(void)
{
	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	CU_ASSERT_EQUAL(password_change(c.bob, "another dozen herons"), OK);
	CU_ASSERT_TRUE(password_accepts(c.alice, WORD));
	CU_ASSERT_FALSE(password_accepts(c.alice, WORD "s"));
	CU_ASSERT_FALSE(password_accepts(c.alice, "another dozen herons"));
	CU_ASSERT_FALSE(password_accepts(c.alice, ""));
	CU_ASSERT_TRUE(password_accepts(c.bob, "another dozen herons"));
}

/* password_accepts asserts that each of these needs a job. */
static void
unknown_disabled_and_passwordless_accounts_cost_the_same_job(void)
{
	struct bytes right, none;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	CU_ASSERT_FALSE(password_accepts(NULL, WORD));
	none = c.s.jobs.list[0].result;
	CU_ASSERT_FALSE(password_accepts(c.erin, WORD));
	CU_ASSERT_TRUE(bytes_equal(c.s.jobs.list[0].result, none));
	CU_ASSERT_TRUE(password_accepts(c.alice, WORD));
	right = c.s.jobs.list[0].result;
	CU_ASSERT_EQUAL(right.size, none.size);
	CU_ASSERT_FALSE(password_accepts(c.alice, "wrong"));
	CU_ASSERT_TRUE(bytes_equal(c.s.jobs.list[0].result, none));
	CU_ASSERT_FALSE(password_accepts(NULL, ""));
	CU_ASSERT_TRUE(bytes_equal(c.s.jobs.list[0].result, none));
	password_disable(c.alice);
	CU_ASSERT_FALSE(password_accepts(c.alice, WORD));
	CU_ASSERT_TRUE(bytes_equal(c.s.jobs.list[0].result, none));
}

static void
what_cannot_be_a_password_costs_the_same_job_and_is_wrong(void)
{
	char most[PASSWORD_MAX + 2] = { 0 };
	char cut[PASSWORD_MAX + 1] = { 0 };

	for (size_t i = 0; i < PASSWORD_MAX; i++)
		most[i] = cut[i] = (char)('a' + i % 26);
	CU_ASSERT_EQUAL(password_change(c.alice, cut), OK);
	CU_ASSERT_TRUE(password_accepts(c.alice, most));
	most[PASSWORD_MAX] = 'x';
	CU_ASSERT_FALSE(password_accepts(c.alice, most));
	CU_ASSERT_FALSE(password_accepts(c.alice, ""));
	CU_ASSERT_FALSE(password_accepts(c.alice, "\xe2\x80\xae\xef\xbf\xbe no password"));
}

static void
a_password_is_right_in_each_unicode_form(void)
{
	CU_ASSERT_EQUAL(password_change(c.alice, "Mu\xcc\x88ller trinkt Tee"), OK);
	CU_ASSERT_TRUE(password_accepts(c.alice, "M\xc3\xbcller trinkt Tee"));
	CU_ASSERT_FALSE(password_accepts(c.alice, "Muller trinkt Tee"));
	CU_ASSERT_FALSE(password_accepts(c.alice, "m\xc3\xbcller trinkt tee"));
}

static void
a_new_password_is_long_enough_and_not_easily_guessed(void)
{
	static const struct {
		const char *password, *why;
	} cases[] = {
		{ "", "at least 10" },
		{ "short", "at least 10" },
		{ "123456789", "at least 10" },
		{ "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", "at least 10" },
		{ "u\xcc\x88u\xcc\x88u\xcc\x88u\xcc\x88u\xcc\x88", "cannot be used" },
		{ "1234567890", "Many people" },
		{ "QwertyUiop", "Many people" },
		{ "xxxxxxxxxxxxxxxx", "Many people" },
		{ "a line\nand another", "cannot be used" },
		{ "a.rather.long.login", "username" },
		{ "A.Rather.Long.Login", "username" },
	};
	const char *id = fixture_account(&c, "a.rather.long.login", NULL);
	struct account acc;
	char most[PASSWORD_MAX + 2] = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		harness_begin(&c.s);
		acc = password_account(id);
		CU_ASSERT_EQUAL(password_set(&c.s.w, &acc, cases[i].password), ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(strstr(work_why(&c.s.w, ERR_INVALID_REQUEST), cases[i].why));
		CU_ASSERT_EQUAL(c.s.jobs.n, 0);
	}
	for (size_t i = 0; i <= PASSWORD_MAX; i++)
		most[i] = (char)('a' + i % 26);
	CU_ASSERT_EQUAL(password_change(id, most), ERR_INVALID_REQUEST);
	most[PASSWORD_MAX] = '\0';
	CU_ASSERT_EQUAL(password_change(id, most), OK);
	CU_ASSERT_EQUAL(password_change(id, "tenletters"), OK);
}

static struct bytes
password_sealed(const char *id)
{
	struct bytes row = harness_row(&c.s, T_PASSWORD, bytes_of(id)), sealed;
	const char *text = arena_strndup(c.s.arena, (const char *)row.data, row.size);
	const char *at = strstr(text, "\"sealed\":\"");

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at += strlen("\"sealed\":\"");
	CU_ASSERT_TRUE(
		b64url_decode(c.s.arena, arena_strndup(c.s.arena, at, strcspn(at, "\"")), &sealed));
	return sealed;
}

static void
a_hash_is_renewed_at_a_sign_in_after_the_settings_were_raised(void)
{
	struct bytes before, after;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	before = arena_bytes(c.s.arena, password_sealed(c.alice));
	CU_ASSERT_TRUE(password_accepts(c.alice, WORD));
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
	c.s.settings.password_passes = 2;
	CU_ASSERT_FALSE(password_accepts(c.alice, "wrong"));
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
	CU_ASSERT_TRUE(password_accepts(c.alice, WORD));
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	after = password_sealed(c.alice);
	CU_ASSERT_FALSE(bytes_equal(before, after));
	CU_ASSERT_TRUE(password_accepts(c.alice, WORD));
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

static void
a_hash_is_sealed_and_useless_in_the_row_of_another_account(void)
{
	struct bytes row, plain;
	struct account acc;
	bool right = true;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	row = arena_bytes(c.s.arena, harness_row(&c.s, T_PASSWORD, bytes_of(c.alice)));
	CU_ASSERT_FALSE(
		crypto_open(c.s.arena, &c.s.master, password_sealed(c.alice), BYTES_NONE, &plain));
	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, "argon2", 6));
	change_put(&c.s.changes, T_PASSWORD, bytes_of(c.bob), row);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	acc = password_account(c.bob);
	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_WAIT);
	harness_do_jobs(&c.s);
	harness_run_again(&c.s);
	acc = password_account(c.bob);
	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_UNAVAILABLE);
	CU_ASSERT_FALSE(right);
}

static void
a_password_that_was_changed_in_the_meantime_is_not_accepted(void)
{
	struct account acc;
	bool right = true;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	acc = password_account(c.alice);
	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_WAIT);
	harness_do_jobs(&c.s);
	CU_ASSERT_EQUAL(c.s.jobs.list[0].state, JOB_DONE);
	{
		struct jobs jobs = c.s.jobs;

		CU_ASSERT_EQUAL(password_change(c.alice, "a new dozen of herons"), OK);
		c.s.jobs = jobs;
	}
	acc = password_account(c.alice);
	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_WAIT);
	CU_ASSERT_EQUAL(c.s.jobs.n, 2);
	harness_do_jobs(&c.s);
	harness_run_again(&c.s);
	acc = password_account(c.alice);
	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), OK);
	CU_ASSERT_FALSE(right);
}

/* The commit of a sign-in expects the password as it was checked. */
static void
a_sign_in_conflicts_with_a_change_of_the_password(void)
{
	struct account acc;
	struct harness *s = &c.s;
	bool right = false;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	acc = password_account(c.alice);
	CU_ASSERT_EQUAL(password_check(&s->w, &acc, WORD, &right), ERR_WAIT);
	harness_do_jobs(s);
	harness_run_again(s);
	acc = password_account(c.alice);
	CU_ASSERT_EQUAL(password_check(&s->w, &acc, WORD, &right), OK);
	CU_ASSERT_TRUE(right);
	change_put(&s->changes, T_COUNT, bytes_of("a session"), bytes_of("1"));
	{
		struct changes other, *list = &other;

		changes_start(&other, s->arena, s->w.tenant->id);
		change_drop(&other, T_PASSWORD, bytes_of(c.alice));
		CU_ASSERT_EQUAL(store_commit(s->store, &list, 1), OK);
	}
	CU_ASSERT_EQUAL(harness_commit(s), ERR_CHANGED);
}

static void
a_malformed_result_is_a_failure(void)
{
	static const struct bytes results[] = {
		{ NULL, 0 },
		{ (const uint8_t *)"\1", 1 },
		{ (const uint8_t *)"\1\0", 2 },
		{ (const uint8_t *)"\1\0\1", 3 },
		{ (const uint8_t *)"\1\0\0x", 4 },
		{ (const uint8_t *)"\2\0\0", 3 },
		{ (const uint8_t *)"garbage", 7 },
	};
	struct account acc;
	bool right = true;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		harness_begin(&c.s);
		acc = password_account(c.alice);
		CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_WAIT);
		job_done(&c.s.jobs, &c.s.jobs.list[0], results[i]);
		CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_UNAVAILABLE);
		CU_ASSERT_FALSE(right);
	}
}

static void
a_failed_job_is_neither_right_nor_wrong(void)
{
	struct account acc = password_account(c.alice);
	bool right = true;

	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_WAIT);
	job_fail(&c.s.jobs.list[0]);
	CU_ASSERT_EQUAL(password_check(&c.s.w, &acc, WORD, &right), ERR_UNAVAILABLE);
	CU_ASSERT_FALSE(right);
	harness_begin(&c.s);
	CU_ASSERT_EQUAL(password_set(&c.s.w, &acc, WORD), ERR_WAIT);
	job_fail(&c.s.jobs.list[0]);
	CU_ASSERT_EQUAL(password_set(&c.s.w, &acc, WORD), ERR_UNAVAILABLE);
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

/* An input of the process `passwords`; a length can differ from the size of its text. */
static struct bytes
password_input(char operation, const char *login, size_t password_length, const char *password,
	       struct bytes sealed)
{
	struct buf b = { .arena = c.s.arena };
	const struct bytes parts[] = { bytes_of(login), bytes_of(password), sealed };

	buf_char(&b, operation);
	buf_add(&b, "\0\0\0\0\0\0\0\1", 8);
	for (size_t i = 0; i < 3; i++) {
		bytes_put((uint8_t *)buf_extend(&b, 2), 2,
			  i == 1 ? password_length : parts[i].size);
		buf_add(&b, parts[i].data, parts[i].size);
	}
	return buf_bytes(&b);
}

static void
the_process_rejects_a_malformed_job(void)
{
	struct password_keeper keeper;
	struct bytes good = password_input(2, "bob", 4, "word", BYTES_NONE), result;
	char *text = arena_alloc(c.s.arena, 400), *longer;

	CU_ASSERT_TRUE(password_keeper_start(&keeper, c.s.arena, &c.s.master, &c.s.settings));
#define RUN(input) password_keeper_run(&keeper, c.s.arena, input, &result)
	CU_ASSERT_TRUE(RUN(good));
	for (size_t i = 0; i < good.size; i++)
		CU_ASSERT_FALSE(RUN(BYTES(good.data, i)));
	longer = arena_alloc(c.s.arena, good.size + 1);
	memcpy(longer, good.data, good.size);
	CU_ASSERT_FALSE(RUN(BYTES(longer, good.size + 1)));
	CU_ASSERT_FALSE(RUN(password_input(0, "bob", 4, "word", BYTES_NONE)));
	CU_ASSERT_FALSE(RUN(password_input(3, "bob", 4, "word", BYTES_NONE)));
	CU_ASSERT_FALSE(RUN(password_input(2, "bob", 0xffff, "word", BYTES_NONE)));
	memset(text, 'x', PASSWORD_MAX + 1);
	CU_ASSERT_FALSE(RUN(password_input(2, "bob", PASSWORD_MAX + 1, text, BYTES_NONE)));
	text[LOGIN_MAX + 1] = '\0';
	CU_ASSERT_FALSE(RUN(password_input(2, text, 4, "word", BYTES_NONE)));
	CU_ASSERT_FALSE(RUN(password_input(1, "bob", 4, "word", bytes_of("no sealed hash"))));
	/* A NUL would end the password early. */
	longer = arena_alloc(c.s.arena, good.size);
	memcpy(longer, good.data, good.size);
	longer[good.size - 3] = '\0';
	CU_ASSERT_FALSE(RUN(BYTES(longer, good.size)));
#undef RUN
}

static void
a_removed_account_has_no_password(void)
{
	struct account acc;
	struct bytes row;

	CU_ASSERT_EQUAL(password_change(c.alice, WORD), OK);
	acc = password_account(c.alice);
	CU_ASSERT_EQUAL(password_row(&c.s.w, &acc, &row), OK);
	CU_ASSERT_TRUE(row.size > 0);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(password_row(&c.s.w, &acc, &row), OK);
	CU_ASSERT_EQUAL(row.size, 0);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_PASSWORD), 0);
}

static CU_TestInfo tests[] = {
	{ "only the password of the account is right", only_the_password_of_the_account_is_right },
	{ "unknown, disabled and passwordless accounts cost the same job, with the same result "
	  "[T-L02]",
	  unknown_disabled_and_passwordless_accounts_cost_the_same_job },
	{ "what cannot be a password costs the same job and is wrong [T-L02 T-L03]",
	  what_cannot_be_a_password_costs_the_same_job_and_is_wrong },
	{ "a password is right in each Unicode form", a_password_is_right_in_each_unicode_form },
	{ "a new password is long enough and not easily guessed",
	  a_new_password_is_long_enough_and_not_easily_guessed },
	{ "a hash is renewed at a sign-in after the settings were raised",
	  a_hash_is_renewed_at_a_sign_in_after_the_settings_were_raised },
	{ "a hash is sealed, and useless in the row of another account [T-S10 T-K01]",
	  a_hash_is_sealed_and_useless_in_the_row_of_another_account },
	{ "a password that was changed in the meantime is not accepted",
	  a_password_that_was_changed_in_the_meantime_is_not_accepted },
	{ "a sign-in conflicts with a change of the password",
	  a_sign_in_conflicts_with_a_change_of_the_password },
	{ "a malformed result is a failure [T-X04]", a_malformed_result_is_a_failure },
	{ "a failed job is neither right nor wrong", a_failed_job_is_neither_right_nor_wrong },
	{ "the process rejects a malformed job [T-X04]", the_process_rejects_a_malformed_job },
	{ "a removed account has no password", a_removed_account_has_no_password },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo password_suite = { "password", NULL, NULL, password_setup, password_teardown, tests };
