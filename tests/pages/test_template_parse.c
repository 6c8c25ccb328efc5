/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/pages/pages_fixture.h"
#include "tests/run.h"

static const struct {
	const char *text, *why;
} rejected[] = {
	/* values only in text and in double-quoted attributes */
	{ "<p class={{x}}>", "1: a value must be inside of double quotes" },
	{ "<p class=a{{x}}>", "1: a value must be inside of double quotes" },
	{ "<p class='{{x}}'>", "1: a value must be inside of double quotes" },
	{ "<p class=[[x]]>", "1: a value must be inside of double quotes" },
	{ "<p {{x}}>", "1: a value must not be part of a tag, but for its attributes' values" },
	{ "<{{x}}>", "1: a value must not be part of a tag, but for its attributes' values" },
	{ "<p a{{x}}=\"b\">",
	  "1: a value must not be part of a tag, but for its attributes' values" },
	{ "\n<!-- {{x}} -->", "2: a value must not be in a comment or doctype" },
	{ "<!doctype {{x}}>", "1: a value must not be in a comment or doctype" },
	{ "<!-- a --!> -->", "1: a comment must end with -->" },
	/* elements and attributes that pages do not have */
	{ "<script>", "1: the element script is not allowed" },
	{ "<SCRIPT src=\"/a\">", "1: the element script is not allowed" },
	{ "<style>", "1: the element style is not allowed" },
	{ "<base href=\"/\">", "1: the element base is not allowed" },
	{ "<iframe>", "1: the element iframe is not allowed" },
	{ "<plaintext>", "1: the element plaintext is not allowed" },
	{ "<p style=\"color:red\">", "1: the attribute style is not allowed" },
	{ "<p onclick=\"x\">", "1: the attribute onclick is not allowed" },
	{ "<p ONCLICK>", "1: the attribute onclick is not allowed" },
	{ "<meta http-equiv=\"refresh\">", "1: the attribute http-equiv is not allowed" },
	/* addresses */
	{ "<a href=\"{{x}}\">", "1: an address must be {{url:name}}" },
	{ "<a href=\"/my/{{x}}\">", "1: an address must be {{url:name}}" },
	{ "<a href=\"/my/{{url:x}}\">",
	  "1: {{url:name}} must be the whole of a double-quoted address, such as href" },
	{ "<a href=\"{{url:x}}/end\">", "1: nothing may follow {{url:name}} in an attribute" },
	{ "<a href={{url:x}}>",
	  "1: {{url:name}} must be the whole of a double-quoted address, such as href" },
	{ "<p class=\"{{url:x}}\">",
	  "1: {{url:name}} must be the whole of a double-quoted address, such as href" },
	{ "{{url:x}}",
	  "1: {{url:name}} must be the whole of a double-quoted address, such as href" },
	{ "<a href=\"javascript:x\">",
	  "1: an address must be {{url:name}}, or begin with '/', '#' or '?'" },
	{ "<a href=javascript:x>",
	  "1: an address must be {{url:name}}, or begin with '/', '#' or '?'" },
	{ "<a href=\"https://x.example\">",
	  "1: an address must be {{url:name}}, or begin with '/', '#' or '?'" },
	{ "<a href=\"//x.example\">", "1: an address must not begin with //" },
	{ "<a href=\"{{#x}}/a{{/x}}\">", "1: an address must not have sections" },
	{ "<form action=\"[[x]]\">", "1: an address must be {{url:name}}" },
	/* sections */
	{ "\n\n{{#x}}", "3: the section x has no end" },
	{ "{{#x}}{{/y}}", "1: {{/y}} ends no section" },
	{ "{{/x}}", "1: {{/x}} ends no section" },
	{ "{{#x}}{{#y}}{{/x}}{{/y}}", "1: {{/x}} ends no section" },
	{ "{{#x}}<p {{/x}}>", "1: the section x must end where it began: in text, between "
			      "attributes, or in the same attribute" },
	{ "<p class=\"{{#x}}\" id=\"{{/x}}\">",
	  "1: the section x must end where it began: in text, between attributes, or in the same "
	  "attribute" },
	{ "<title>{{#x}}</title>{{/x}}",
	  "1: the section x must end where it began: in text, between attributes, or in the same "
	  "attribute" },
	{ "<!-- {{#x}} -->",
	  "1: a section must begin in text, between attributes, or in a double-quoted attribute" },
	{ "<s{{#x}} a=\"b\"{{/x}}cript>",
	  "1: a section at the end of a name must be followed by a blank" },
	{ "<s{{#x}}cript{{/x}}>", "1: a section at the end of a name must be followed by a blank" },
	{ "<p on{{#x}}click=\"a\"{{/x}}>", "1: the attribute on is not allowed" },
	/* names, ends, texts */
	{ "{{}}", "1: {{…}} must contain a name of 1 to 32 of a-z, 0-9 and _" },
	{ "{{ x }}", "1: {{…}} must contain a name of 1 to 32 of a-z, 0-9 and _" },
	{ "{{X}}", "1: {{…}} must contain a name of 1 to 32 of a-z, 0-9 and _" },
	{ "{{{x}}}", "1: {{…}} must contain a name of 1 to 32 of a-z, 0-9 and _" },
	{ "{{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}",
	  "1: {{…}} must contain a name of 1 to 32 of a-z, 0-9 and _" },
	{ "{{x", "1: the end }} is missing" },
	{ "\n[[x", "2: the end ]] is missing" },
	{ "[[]]", "1: a text to translate must not be empty" },
	{ "[[a *b]]", "1: a text has a star without its second one" },
	{ "[[a {b c}]]", "1: braces in a text must contain a name: {name}" },
	{ "[[a } c]]", "1: braces in a text must contain a name: {name}" },
	{ "<p title=\"[[*a*]]\">", "1: stars must not be in an attribute" },
	{ "<title>[[*a*]]</title>", "1: stars must not be in an attribute" },
	{ "a < b", "1: '<' must begin a tag; write &lt; for the character" },
	{ "<p", "1: the template ends inside of a tag, a comment, or a title, option or textarea" },
	{ "<title>",
	  "1: the template ends inside of a tag, a comment, or a title, option or textarea" },
	{ "<p class= \"x\">", "1: '=' must be followed by the attribute's value" },
	{ "<p {{>b}}>", "1: a part must be in text" },
	{ "<title>{{>b}}</title>", "1: a part must be in text" },
	{ "{{>b}}", "1: the part b is not there" },
	{ "{{>a}}", "1: the part a contains itself" },
	{ "\xff", "1: a template must be UTF-8" },
};

static void
a_fault_is_named_with_its_line(void)
{
	for (size_t i = 0; i < sizeof rejected / sizeof rejected[0]; i++) {
		const char *why = parse_fault(rejected[i].text);

		if (strcmp(why, rejected[i].why) != 0)
			printf("%s\n  wanted %s\n  found  %s\n", rejected[i].text, rejected[i].why,
			       why);
		EQ(why, rejected[i].why);
	}
}

static void
templates_of_real_pages_are_accepted(void)
{
	static const char *const accepted[] = {
		"",
		"<!DOCTYPE html>\n<html lang=\"{{lang}}\">",
		"<!-- a - b -- c --><p>x</p>",
		"<input{{#on}} checked{{/on}}>",
		"<input name=\"a\"{{#on}} checked{{/on}} required>",
		"<input {{#on}}checked{{/on}}>",
		"<span class=\"mono{{#person}} who{{/person}}\">{{letter}}</span>",
		"{{#rows}}<li>{{who}}{{#used}} · {{used}}{{/used}}</li>{{/rows}}",
		"<a href=\"{{url:end}}\" title=\"[[End {who}]]\">[[*{who}* can view it.]]</a>",
		"<a href=\"?lang=de\">x</a><a href=\"#main\">x</a><a href=/my/>x</a>",
		"<title>[[Sign in]] – {{brand}}</title>",
		"<svg viewBox=\"0 0 24 24\"><path d=\"M4.5 4h15\"/></svg>",
		"<textarea name=\"words\">{{words}}</textarea>",
		"<option value=\"{{id}}\"{{#on}} selected{{/on}}>{{name}}</option>",
		"[[n: {n} item|{n} items]]",
		"[[a: b]]",
		"{ [ ] } ]] }} &lt;",
	};

	for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
		EQ(parse_fault(accepted[i]), "");
}

static void
parts_are_found_in_any_order(void)
{
	const char *texts[] = { "{{>b}}{{>b}}", "{{>c}}", "x" };
	const char *why = NULL;

	CU_ASSERT_PTR_NOT_NULL(parse_all(texts, 3, &why));
	texts[2] = "\n{{#x}}{{>a}}{{/x}}";
	CU_ASSERT_PTR_NULL(parse_all(texts, 3, &why));
	EQ(why, "c.html:2: the part a contains itself");
}

static void
sizes_are_bounded(void)
{
	struct buf b = { .arena = pages_fixture.arena };

	for (int i = 0; i < 17; i++)
		buf_text(&b, "{{#x}}");
	EQ(parse_fault(b.data), "1: sections must be at most 16 deep");
	b.size = 0;
	for (int i = 0; i < 65536; i++)
		buf_char(&b, 'x');
	EQ(parse_fault(b.data), "");
	buf_char(&b, 'x');
	EQ(parse_fault(b.data), "1: a template must be at most 65536 bytes");
	b.size = 0;
	buf_char(&b, '<');
	for (int i = 0; i < 32; i++)
		buf_char(&b, 'x');
	EQ(parse_fault(b.data),
	   "1: the name of an element or attribute must be at most 31 characters");
}

static void
names_of_templates_are_checked(void)
{
	const char *why = NULL;
	struct template_source list[] = { { "a", "a.html", BYTES("x", 1) },
					  { "a", "b.html", BYTES("x", 1) } };

	CU_ASSERT_PTR_NULL(templates_parse(pages_fixture.arena, list, 2, &why));
	EQ(why, "b.html: there is another template a");
	list[0].name = "body";
	CU_ASSERT_PTR_NULL(templates_parse(pages_fixture.arena, list, 1, &why));
	list[0].name = "../a";
	CU_ASSERT_PTR_NULL(templates_parse(pages_fixture.arena, list, 1, &why));
}

/* Parts are linked once: a chain of templates that use the next one twice is not an exponential
 * number of steps. */
static void
shared_parts_are_linked_once(void)
{
	enum { N = 40 };
	struct template_source list[N];
	const char *why = NULL;

	for (int i = 0; i < N; i++) {
		const char *text = i + 1 < N ? arena_printf(pages_fixture.arena, "{{>t%d}}{{>t%d}}",
							    i + 1, i + 1)
					     : "x";

		list[i] = (struct template_source){ arena_printf(pages_fixture.arena, "t%d", i),
						    "t.html", BYTES(text, strlen(text)) };
	}
	CU_ASSERT_PTR_NULL(templates_parse(pages_fixture.arena, list, N, &why));
	EQ(why, "t.html:1: the part t24 has parts in parts, more than 15 deep");
	CU_ASSERT_PTR_NOT_NULL(templates_parse(pages_fixture.arena, list + N - 16, 16, &why));
}

static CU_TestInfo tests[] = {
	{ "a fault is named with its file and line [T-B01 T-B02]", a_fault_is_named_with_its_line },
	{ "templates of real pages are accepted", templates_of_real_pages_are_accepted },
	{ "parts are found in any order", parts_are_found_in_any_order },
	{ "sizes are bounded", sizes_are_bounded },
	{ "names of templates are checked", names_of_templates_are_checked },
	{ "parts are at most 16 deep", shared_parts_are_linked_once },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo template_parse_suite = { "pages/template_parse", NULL, NULL, pages_fixture_setup,
				      pages_fixture_teardown, tests };
