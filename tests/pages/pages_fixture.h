/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_PAGES_PAGES_FIXTURE_H
#define USHER_TESTS_PAGES_PAGES_FIXTURE_H

#include <CUnit/CUnit.h>

#include "pages/template.h"

#define EQ(a, b) CU_ASSERT_STRING_EQUAL(a, b)

/* An arena and a view for one test. */
struct pages_fixture {
	struct arena *arena;
	struct view *view;
	struct template_report report;
};
extern struct pages_fixture pages_fixture;

void pages_fixture_setup(void);
void pages_fixture_teardown(void);

/* Templates called a, b, c, … of files a.html, b.html, … */
struct templates *parse_all(const char *const *texts, size_t n, const char **why);
/* Why the template is rejected, without its "a.html:"; "" if it is not. */
const char *parse_fault(const char *text);
/* The page of one template with the fixture's view, in English or by the catalogue. */
const char *print_page(const char *text);
const char *print_page_in(const char *text, const struct catalogue *c);

/* A .mo file of the pairs, as the GNU gettext manual describes it; `n` strings, original and
 * translation in turn, sorted by the caller. A '|' stands for NUL, "\004" for itself. */
struct bytes write_catalogue(const char *const *strings, size_t n);

#endif
