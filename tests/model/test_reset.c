/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/reset.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static const char *handle;

static struct account
reset_account(const char *id)
{
	struct account acc;

	CU_ASSERT_EQUAL_FATAL(account_find(&c.s.w, id, ABSENT, &acc), OK);
	return acc;
}

static void
reset_setup(void)
{
	struct account alice;

	fixture_open(&c);
	fixture_password(&c, c.alice, "the password before");
	alice = reset_account(c.alice);
	CU_ASSERT_EQUAL(reset_issue(&c.s.w, &alice, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
reset_teardown(void)
{
	fixture_close(&c);
}

static enum err
reset_is_found(const char *text)
{
	struct reset r;
	struct account acc;
	enum err e = reset_find(&c.s.w, text, ABSENT, &r, &acc);

	if (e == OK)
		CU_ASSERT_STRING_EQUAL(acc.id, c.alice);
	return e;
}

static void
a_link_works_for_15_minutes(void)
{
	CU_ASSERT_EQUAL(reset_is_found(handle), OK);
	harness_set_time(&c.s, HARNESS_NOW + 899);
	CU_ASSERT_EQUAL(reset_is_found(handle), OK);
	harness_set_time(&c.s, HARNESS_NOW + 900);
	CU_ASSERT_EQUAL(reset_is_found(handle), ABSENT);
}

static void
a_link_works_once(void)
{
	struct reset r, again;
	struct account acc;

	CU_ASSERT_EQUAL(reset_find(&c.s.w, handle, ABSENT, &r, &acc), OK);
	reset_use(&c.s.w, &r, c.alice);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(reset_find(&c.s.w, handle, ABSENT, &again, &acc), ABSENT);
	/* the second of two requests that read the unused row */
	reset_use(&c.s.w, &r, c.alice);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
}

static void
the_store_has_no_handle(void)
{
	struct bytes row = harness_row(&c.s, T_RESET, BYTES_NONE);
	const char *text = arena_strndup(c.s.arena, (const char *)row.data, row.size);

	CU_ASSERT_PTR_NULL(strstr(text, handle + 3));
	CU_ASSERT_PTR_NULL(strstr(text, "before"));
	CU_ASSERT(text_starts(handle, "rs_"));
}

static void
unknown_and_foreign_handles_find_nothing(void)
{
	CU_ASSERT_EQUAL(reset_is_found(NULL), ABSENT);
	CU_ASSERT_EQUAL(reset_is_found("rs_"), ABSENT);
	CU_ASSERT_EQUAL(reset_is_found(arena_printf(c.s.arena, "%sA", handle)), ABSENT);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(reset_is_found(handle), ABSENT);
}

static void
a_changed_password_ends_all_links(void)
{
	fixture_password(&c, c.alice, "the password after");
	CU_ASSERT_EQUAL(reset_is_found(handle), ABSENT);
}

static void
another_change_of_the_account_ends_no_link(void)
{
	struct account alice = reset_account(c.alice);

	alice.email = "alice@example.net";
	CU_ASSERT_EQUAL(account_put(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(reset_is_found(handle), OK);
}

static void
a_disabled_account_ends_its_links_for_good(void)
{
	struct account alice = reset_account(c.alice);

	alice.disabled = true;
	CU_ASSERT_EQUAL(account_put(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(reset_is_found(handle), ABSENT);
	alice = reset_account(c.alice);
	alice.disabled = false;
	CU_ASSERT_EQUAL(account_put(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(reset_is_found(handle), ABSENT);
}

static void
a_removed_account_has_no_links(void)
{
	struct account alice = reset_account(c.alice);

	CU_ASSERT_EQUAL(account_remove(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(reset_is_found(handle), ABSENT);
}

static CU_TestInfo tests[] = {
	{ "a link works for 15 minutes [T-L06]", a_link_works_for_15_minutes },
	{ "a link works once [T-L06]", a_link_works_once },
	{ "the store has no handle of a link [T-L06]", the_store_has_no_handle },
	{ "unknown and foreign handles find nothing [T-M01]",
	  unknown_and_foreign_handles_find_nothing },
	{ "a changed password ends all links [T-L06]", a_changed_password_ends_all_links },
	{ "another change of the account ends no link",
	  another_change_of_the_account_ends_no_link },
	{ "a disabled account ends its links for good [T-L06]",
	  a_disabled_account_ends_its_links_for_good },
	{ "a removed account has no links", a_removed_account_has_no_links },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo reset_suite = { "model/reset", NULL, NULL, reset_setup, reset_teardown, tests };
