/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that are compiled in, with their translations. */
#include "pages/pages.h"
#include "pages/right.h"

#include <string.h>

#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

static struct pages *
load_pages(void)
{
	const char *why = "";
	struct pages *p = pages_load(pages_fixture.arena, &why);

	if (p == NULL)
		printf("%s\n", why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	return p;
}

struct check {
	const struct catalogue *catalogue;
	const char *tag;
	size_t n;
};

static void
check_text(struct check *k, const char *id, const char *text)
{
	if (strcmp(id, text) == 0 && strcmp(id, "{person} ({login})") != 0 &&
	    strcmp(id, "{title} – {brand}") != 0 && strcmp(id, "App") != 0 &&
	    strcmp(id, "Problem") != 0) {
		printf("%s: not translated: %s\n", k->tag, id);
		CU_FAIL("a text is not translated");
	}
	if (!template_message_fits(id, text)) {
		printf("%s: the places of %s are not those of %s\n", k->tag, text, id);
		CU_FAIL("a translation has other places");
	}
	k->n++;
}

static void
check_message(void *arg, const char *file, unsigned line, const char *one, const char *many)
{
	struct check *k = arg;

	if (many == NULL) {
		check_text(k, one, catalogue_get(k->catalogue, NULL, one));
		return;
	}
	check_text(k, one, catalogue_plural(k->catalogue, one, many, 1));
	check_text(k, many, catalogue_plural(k->catalogue, one, many, 2));
}

static void
check_title(void *arg, const char *id)
{
	check_message(arg, "pages.c", 0, id, NULL);
}

static void
every_text_is_translated(void)
{
	struct pages *p = load_pages();
	size_t n;
	const struct language *l = languages_list(&n);

	CU_ASSERT(n >= 3);
	for (size_t i = 1; i < n; i++) {
		struct check k = { pages_catalogue(p, &l[i]), l[i].tag, 0 };

		templates_each_message(pages_templates(p), check_message, &k);
		pages_each_title(check_title, &k);
		rights_each(check_title, &k);
		CU_ASSERT(k.n > 100);
	}
}

/* All that the pages of one kind or another show. */
static void
fill_view(struct view *v, const char *text)
{
	static const char *const texts[] = {
		"app",	 "brand",  "client",   "item",	  "login",  "name", "on",
		"owner", "person", "provider", "service", "device", NULL,
	};
	static const char *const own[] = { "form", "may", "problem", "within", "wrong", NULL };
	static const char *const urls[] = { "action",	     "help",	     "home",
					    "mark",	     "next",	     "signin",
					    "style",	     "account_page", "devices_page",
					    "password_page", "server",	     NULL };
	static const char *const flags[] = { "asks",
					     "again",
					     "choose_language",
					     "error",
					     "lasts",
					     "protection",
					     "with_providers",
					     "by_server",
					     "has_password",
					     "known",
					     "old_is_wrong",
					     "new_is_wrong",
					     NULL };
	struct view *row;

	for (const char *const *s = texts; *s != NULL; s++)
		view_text(v, *s, text);
	for (const char *const *s = own; *s != NULL; s++)
		view_own(v, *s, "own");
	for (const char *const *s = urls; *s != NULL; s++)
		view_url(v, *s, "/x");
	for (const char *const *s = flags; *s != NULL; s++)
		view_flag(v, *s, true);
	view_id(v, "email", "alice@example.com");
	view_id(v, "subject", text);
	view_number(v, "devices", 2);
	view_list(v, "all");
	row = view_add(v, "sessions");
	view_flag(row, "current", false);
	view_flag(row, "by_server", false);
	view_id(row, "address", "192.0.2.1");
	view_time(row, "ends", "20:02", "2026-11-27T19:02Z");
	view_url(row, "action", "/x");
	view_id(v, "host", "photos.example.com");
	view_id(v, "origin", "https://photos.example.com");
	view_id(v, "reference", "01m84vdt8p78");
	view_time(v, "added", "3 March 2026", "2026-03-03");
	view_time(v, "signed_in", "12 minutes ago", "2026-11-27T09:12Z");
	view_time(v, "time", "10:24", "2026-11-27T09:24Z");
	view_time(v, "until", "10:39", "2026-11-27T09:39Z");
	view_number(v, "remember", 30);
	view_number(v, "minutes", 5);
	row = view_add(v, "languages");
	view_url(row, "link", "?lang=de");
	view_own(row, "tag", "de");
	view_own(row, "name", "Deutsch");
	view_flag(row, "current", true);
	row = view_add(v, "errors");
	view_url(row, "field", "#password");
	view_own(row, "text", "wrong");
	row = view_add(v, "facts_used");
	view_text(row, "email", text);
	row = view_add(v, "another");
	view_url(row, "action", "/signin/again");
	row = view_add(v, "rights");
	right_add(row, "right", "view");
	view_flag(row, "new", true);
	row = view_add(v, "fields");
	view_own(row, "field", "who");
	view_text(row, "value", text);
	view_list(v, "providers");
	view_list(v, "links");
}

static const char *const pages[] = {
	"signin",	    "signed_out",   "reset",	  "consent",  "claims",	  "claims_step_up",
	"signin_by_server", "my_account",   "devices",	  "password", "going_on", "error_404",
	"error_expired",    "error_client", "error_busy", "help",
};

/* The page and its style are at most 30 KB, and nothing that a page needs is missing. */
static void
every_page_is_printed_in_every_language(void)
{
	struct pages *p = load_pages();
	size_t n, style = pages_file("usher.css").size;
	const struct language *l = languages_list(&n);

	CU_ASSERT(style > 10000);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof pages / sizeof pages[0]; k++) {
			struct view *v = view_new(pages_fixture.arena);
			struct template_report report = { 0 };
			struct buf out = { .arena = pages_fixture.arena };

			fill_view(v, "<i>\"x\"</i>");
			pages_print(p, pages[k], &l[i], v, &out, &report);
			if (report.missing > 0)
				printf("%s: %s is missing\n", pages[k], report.name);
			CU_ASSERT_EQUAL(report.missing, 0);
			CU_ASSERT(out.size + style < 30000);
			CU_ASSERT_PTR_NULL(strstr(out.data, "<i>"));
			CU_ASSERT_PTR_NULL(strstr(out.data, "\"x\""));
			CU_ASSERT_PTR_NULL(strstr(out.data, "[["));
			CU_ASSERT_PTR_NULL(strstr(out.data, "{{"));
			CU_ASSERT_PTR_NOT_NULL(
				strstr(out.data, arena_printf(pages_fixture.arena,
							      "<html lang=\"%s\"", l[i].tag)));
		}
	}
}

static const char *
right_words(const char *scope)
{
	struct view *v = view_new(pages_fixture.arena);

	right_add(v, "right", scope);
	return view_find(v, "right")->text;
}

static void
a_common_scope_has_words(void)
{
	CU_ASSERT_STRING_EQUAL(right_words("view"), "view");
	CU_ASSERT_STRING_EQUAL(right_words("https://photoz.example.com/scopes/print"), "print");
	CU_ASSERT_STRING_EQUAL(right_words("urn:x#share"), "share");
	CU_ASSERT_STRING_EQUAL(right_words("View"), "“{scope_part}”");
	CU_ASSERT_STRING_EQUAL(right_words("https://photoz.example.com/"), "“{scope_part}”");
	CU_ASSERT_STRING_EQUAL(right_words(""), "“{scope_part}”");
}

static void
files_of_the_style_are_there(void)
{
	CU_ASSERT(pages_file("mark.svg").size > 100);
	CU_ASSERT_EQUAL(pages_file("none").size, 0);
}

static CU_TestInfo tests[] = {
	{ "every text is translated, with its places", every_text_is_translated },
	{ "every page is printed in every language [T-B01]",
	  every_page_is_printed_in_every_language },
	{ "a common scope has words, any other one is shown in quotation marks",
	  a_common_scope_has_words },
	{ "the files of the style are compiled in", files_of_the_style_are_there },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo pages_suite = { "pages/pages",	     NULL, NULL, pages_fixture_setup,
			     pages_fixture_teardown, tests };
