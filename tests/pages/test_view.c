/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/view.h"

#include "tests/base/child_outcome.h"
#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

static void
inner_views_see_outer_values(void)
{
	struct view *row;

	view_text(pages_fixture.view, "who", "Alice");
	row = view_add(pages_fixture.view, "rows");
	view_text(row, "app", "Viewer");
	EQ(view_find(row, "who")->text, "Alice");
	EQ(view_find(row, "app")->text, "Viewer");
	CU_ASSERT_PTR_NULL(view_find(pages_fixture.view, "app"));
	view_text(row, "who", "Bob");
	EQ(view_find(row, "who")->text, "Bob");
	EQ(view_find(pages_fixture.view, "who")->text, "Alice");
}

static void
lists_keep_their_order(void)
{
	const struct view *e;

	view_number(view_add(pages_fixture.view, "rows"), "n", 1);
	view_number(view_add(pages_fixture.view, "rows"), "n", 2);
	view_number(view_add(pages_fixture.view, "rows"), "n", 3);
	e = view_find(pages_fixture.view, "rows")->first;
	for (int64_t i = 1; i <= 3; i++, e = view_next(e))
		CU_ASSERT_EQUAL(view_find(e, "n")->number, i);
	CU_ASSERT_PTR_NULL(e);
}

static void
values_are_set_or_not(void)
{
	struct view *v = pages_fixture.view;

	view_text(v, "empty", NULL);
	view_text(v, "text", "x");
	view_number(v, "none", 0);
	view_number(v, "some", -1);
	view_flag(v, "off", false);
	view_flag(v, "on", true);
	view_list(v, "bare");
	view_add(v, "full");
	CU_ASSERT_FALSE(view_is_set(view_find(v, "empty")));
	CU_ASSERT_FALSE(view_is_set(view_find(v, "none")));
	CU_ASSERT_FALSE(view_is_set(view_find(v, "off")));
	CU_ASSERT_FALSE(view_is_set(view_find(v, "bare")));
	CU_ASSERT_FALSE(view_is_set(view_find(v, "missing")));
	CU_ASSERT(view_is_set(view_find(v, "text")));
	CU_ASSERT(view_is_set(view_find(v, "some")));
	CU_ASSERT(view_is_set(view_find(v, "on")));
	CU_ASSERT(view_is_set(view_find(v, "full")));
}

static void
long_names_are_cut_between_characters(void)
{
	struct view *v = pages_fixture.view;

	view_cut(v, "short", "äöü", 3);
	view_cut(v, "long", "äöüß", 3);
	view_cut(v, "none", NULL, 3);
	EQ(view_find(v, "short")->text, "äöü");
	EQ(view_find(v, "long")->text, "äöü…");
	EQ(view_find(v, "none")->text, "");
}

static void
set_twice(void *unused)
{
	view_flag(pages_fixture.view, "on", true);
	view_flag(pages_fixture.view, "on", false);
}

static void
a_name_cannot_be_set_twice(void)
{
	CU_ASSERT(aborts_in_child(set_twice, NULL));
}

static CU_TestInfo tests[] = { { "inner views see outer values", inner_views_see_outer_values },
			       { "lists keep their order", lists_keep_their_order },
			       { "values are set or not", values_are_set_or_not },
			       { "long names are cut between characters [T-U17]",
				 long_names_are_cut_between_characters },
			       { "a name cannot be set twice", a_name_cannot_be_set_twice },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo view_suite = { "pages/view",	    NULL, NULL, pages_fixture_setup,
			    pages_fixture_teardown, tests };
