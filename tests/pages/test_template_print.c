/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/base/child_outcome.h"
#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

#define ISOLATE	    "\xe2\x81\xa8"
#define ISOLATE_END "\xe2\x81\xa9"

static void
foreign_text_is_escaped_and_isolated(void)
{
	view_text(pages_fixture.view, "x", "<b>\"a\" & 'c'</b>");
	EQ(print_page("<p>{{x}}</p>"),
	   "<p><bdi>&lt;b&gt;&quot;a&quot; &amp; &#39;c&#39;&lt;/b&gt;</bdi></p>");
	EQ(print_page("<p title=\"{{x}}\">"),
	   "<p title=\"" ISOLATE "&lt;b&gt;&quot;a&quot; &amp; &#39;c&#39;&lt;/b&gt;" ISOLATE_END
	   "\">");
}

/* bdi would be shown in a title; a form must send back what was typed. */
static void
plain_elements_and_form_values_get_no_markup(void)
{
	view_text(pages_fixture.view, "x", "a<b");
	EQ(print_page("<title>{{x}}</title>"), "<title>" ISOLATE "a&lt;b" ISOLATE_END "</title>");
	EQ(print_page("<option>{{x}}</option><p>{{x}}"),
	   "<option>" ISOLATE "a&lt;b" ISOLATE_END "</option><p><bdi>a&lt;b</bdi>");
	EQ(print_page("<input value=\"{{x}}\">"), "<input value=\"a&lt;b\">");
	EQ(print_page("<textarea>{{x}}</textarea>"), "<textarea>a&lt;b</textarea>");
}

static void
own_words_are_escaped_only(void)
{
	view_own(pages_fixture.view, "x", "view & print");
	EQ(print_page("{{x}}"), "view &amp; print");
	EQ(print_page("<p title=\"{{x}}\">"), "<p title=\"view &amp; print\">");
}

static void
characters_that_act_are_dropped(void)
{
	view_text(pages_fixture.view, "x",
		  "a\x01\x1f\x7f\xc2\x85\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae"
		  "\xe2\x81\xa6\xe2\x81\xa9"
		  "\tb\xe2\x80\x99\xc3\xa9");
	EQ(print_page("{{x}}"), "<bdi>a\tb\xe2\x80\x99\xc3\xa9</bdi>");
	EQ(print_page("<p title=\"{{x}}\">"),
	   "<p title=\"" ISOLATE "a\tb\xe2\x80\x99\xc3\xa9" ISOLATE_END "\">");
}

/* A text that ends in the middle of a character: the store has none, but a fault must not read on. */
static void
text_that_is_not_utf_8_ends_too(void)
{
	view_text(pages_fixture.view, "x", "a\xe2\x80");
	EQ(print_page("{{x}}"), "<bdi>a\xe2\x80</bdi>");
	view_text(pages_fixture.view, "y", "\xe2");
	EQ(print_page("{{y}}"), "<bdi>\xe2</bdi>");
}

static void
times_are_for_people_and_machines(void)
{
	view_time(pages_fixture.view, "x", "1 May 2027", "2027-05-01");
	EQ(print_page("{{x}}"), "<time datetime=\"2027-05-01\">1 May 2027</time>");
	EQ(print_page("<p title=\"{{x}}\">"), "<p title=\"1 May 2027\">");
}

static void
only_safe_addresses_are_printed(void)
{
	static const char *const safe[] = {
		"/",
		"/my/things/7?q=a&b=c",
		"#name",
		"?lang=de",
		"https://a.example/x",
		"http://127.0.0.1:8081/",
		"http://localhost:8081/",
	};
	static const char *const unsafe[] = {
		"",
		"javascript:alert(1)",
		"data:text/html,x",
		"//a.example/",
		"/\\a.example/",
		"http://a.example/",
		"http://127.0.0.1.example/",
		"https:/x",
		"/a b",
		"/a\nb",
		"HTTPS://a.example",
		" /a",
		"mailto:a@b",
		"\x01/a",
	};

	for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++) {
		view_url(view_add(pages_fixture.view, "good"), "x", safe[i]);
		view_text(view_add(pages_fixture.view, "names"), "x", safe[i]);
	}
	for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++)
		view_url(view_add(pages_fixture.view, "bad"), "x", unsafe[i]);
	EQ(print_page("{{#good}}<a href=\"{{url:x}}\">{{/good}}"),
	   "<a href=\"/\"><a href=\"/my/things/7?q=a&amp;b=c\"><a href=\"#name\">"
	   "<a href=\"?lang=de\"><a href=\"https://a.example/x\">"
	   "<a href=\"http://127.0.0.1:8081/\"><a href=\"http://localhost:8081/\">");
	CU_ASSERT_EQUAL(pages_fixture.report.missing, 0);
	print_page("{{#bad}}<a href=\"{{url:x}}\">{{/bad}}");
	CU_ASSERT_EQUAL(pages_fixture.report.missing, sizeof unsafe / sizeof unsafe[0]);
	EQ(print_page("{{#names}}<a href=\"{{url:x}}\">{{/names}}"),
	   "<a href=\"#\"><a href=\"#\"><a href=\"#\"><a href=\"#\"><a href=\"#\"><a href=\"#\">"
	   "<a href=\"#\">");
}

static void
sections_repeat_and_choose(void)
{
	struct view *row;

	view_own(pages_fixture.view, "sep", ";");
	row = view_add(pages_fixture.view, "rows");
	view_number(row, "n", 1);
	row = view_add(pages_fixture.view, "rows");
	view_number(row, "n", 2);
	view_flag(row, "last", true);
	view_list(pages_fixture.view, "none");
	EQ(print_page("{{#rows}}{{n}}{{^last}}{{sep}}{{/last}}{{/rows}}"), "1;2");
	EQ(print_page("{{#none}}x{{/none}}{{^none}}y{{/none}}{{^missing}}z{{/missing}}"), "yz");
	EQ(print_page("{{#sep}}[{{sep}}]{{/sep}}"), "[;]");
	CU_ASSERT_EQUAL(pages_fixture.report.missing, 0);
}

static void
a_layout_contains_the_body_once(void)
{
	const char *texts[] = { "<main>{{>body}}</main>{{>body}}", "{{>c}}{{>body}}", "part" };
	struct buf out = { .arena = pages_fixture.arena };
	const char *why = NULL;
	struct templates *t = parse_all(texts, 3, &why);

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	template_print(t, "a", "b", pages_fixture.view, NULL, &out, NULL);
	EQ(out.data, "<main>part</main>");
}

static void
texts_have_values_and_stars(void)
{
	view_text(pages_fixture.view, "who", "B & C");
	view_number(pages_fixture.view, "n", 1);
	view_number(pages_fixture.view, "m", 2);
	EQ(print_page("[[*{who}* can\n\tview  it. ]]"), "<b><bdi>B &amp; C</bdi></b> can view it.");
	EQ(print_page("<p title=\"[[Stop: {who} \"x\"]]\">"),
	   "<p title=\"Stop: " ISOLATE "B &amp; C" ISOLATE_END " &quot;x&quot;\">");
	EQ(print_page("[[n: {n} item|{n} items]], [[m: {m} item|{m} items]]"), "1 item, 2 items");
}

static void
ids_have_their_typeface(void)
{
	view_id(pages_fixture.view, "x", "a&b");
	EQ(print_page("{{x}}"), "<bdi class=\"id\">a&amp;b</bdi>");
	EQ(print_page("<p title=\"{{x}}\">"), "<p title=\"" ISOLATE "a&amp;b" ISOLATE_END "\">");
}

static void
a_value_can_be_a_text_to_translate(void)
{
	view_message(pages_fixture.view, "x", "Continue to *{y}*");
	view_text(pages_fixture.view, "y", "B");
	view_message(pages_fixture.view, "z", "a {x} {z}");
	EQ(print_page("<h1>{{x}}</h1>"), "<h1>Continue to <b><bdi>B</bdi></b></h1>");
	EQ(print_page("<title>[[{x} – Usher]]</title>"),
	   "<title>Continue to " ISOLATE "B" ISOLATE_END " – Usher</title>");
	EQ(print_page("{{z}}"), "a  ");
	CU_ASSERT_EQUAL(pages_fixture.report.missing, 2);
}

static void
a_missing_value_is_empty_and_counted(void)
{
	EQ(print_page("<p>{{x}}</p>[[a {y} b]]"), "<p></p>a  b");
	CU_ASSERT_EQUAL(pages_fixture.report.missing, 2);
	EQ(pages_fixture.report.name, "x");
}

static void
print_unknown(void *unused)
{
	struct buf out = { .arena = pages_fixture.arena };
	const char *text = "x", *why = NULL;

	template_print(parse_all(&text, 1, &why), NULL, "z", pages_fixture.view, NULL, &out, NULL);
}

static void
an_unknown_template_ends_the_process(void)
{
	CU_ASSERT(aborts_in_child(print_unknown, NULL));
}

static CU_TestInfo tests[] = {
	{ "text from outside is escaped and isolated [T-B01]",
	  foreign_text_is_escaped_and_isolated },
	{ "titles, options and form values get no markup",
	  plain_elements_and_form_values_get_no_markup },
	{ "own words are escaped only", own_words_are_escaped_only },
	{ "characters that act are dropped [T-U17]", characters_that_act_are_dropped },
	{ "text that is not UTF-8 ends, too", text_that_is_not_utf_8_ends_too },
	{ "times are for people and machines", times_are_for_people_and_machines },
	{ "only safe addresses are printed [T-B02]", only_safe_addresses_are_printed },
	{ "sections repeat and choose", sections_repeat_and_choose },
	{ "a layout contains the body once", a_layout_contains_the_body_once },
	{ "texts have values and stars", texts_have_values_and_stars },
	{ "ids have their typeface", ids_have_their_typeface },
	{ "a value can be a text to translate", a_value_can_be_a_text_to_translate },
	{ "a missing value is empty and counted", a_missing_value_is_empty_and_counted },
	{ "an unknown template ends the process", an_unknown_template_ends_the_process },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo template_print_suite = { "pages/template_print", NULL, NULL, pages_fixture_setup,
				      pages_fixture_teardown, tests };
