/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "base/buf.h"
#include "http/form.h"
#include "tests/base/assert_for.h"
#include "tests/base/ill_formed.h"
#include "tests/run.h"

static struct arena *a;
static struct params params;
static const char *why;

static void
begin(void)
{
	a = arena_new();
	why = NULL;
}

static void
end(void)
{
	arena_free(a);
}

static bool
takes(const char *text)
{
	enum err e = form_parse(a, bytes_of(text), &params, &why);

	CU_ASSERT(e == OK || (e == ERR_INVALID_REQUEST && why != NULL));
	return e == OK;
}

static const char *
decode(const char *text)
{
	return form_decode(a, text, strlen(text));
}

static void
pairs_are_decoded(void)
{
	CU_ASSERT(takes("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Auma-ticket"
			"&ticket=tk_1&a+b=c%20d%2be&caf%C3%a9=%E2%82%AC"));
	CU_ASSERT_EQUAL(params.n, 4);
	CU_ASSERT_STRING_EQUAL(param_get(&params, "grant_type"),
			       "urn:ietf:params:oauth:grant-type:uma-ticket");
	CU_ASSERT_STRING_EQUAL(param_get(&params, "a b"), "c d+e");
	CU_ASSERT_STRING_EQUAL(param_get(&params, "caf\xc3\xa9"), "\xe2\x82\xac");
	CU_ASSERT_PTR_NULL(param_get(&params, "Ticket"));
	CU_ASSERT(takes("a=b=c"));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "a"), "b=c");
}

static void
nothing_is_no_parameters(void)
{
	CU_ASSERT(takes(""));
	CU_ASSERT_EQUAL(params.n, 0);
	CU_ASSERT_EQUAL(form_parse(a, BYTES_NONE, &params, &why), OK);
}

/* RFC 6749, 3.1: "sent without a value MUST be treated as if they were omitted" */
static void
an_empty_value_counts_as_absent(void)
{
	CU_ASSERT(takes("scope=&state&a=1"));
	CU_ASSERT_EQUAL(params.n, 1);
	CU_ASSERT_PTR_NULL(param_get(&params, "scope"));
	CU_ASSERT_PTR_NULL(param_get(&params, "state"));
	CU_ASSERT_STRING_EQUAL(param_get(&params, "a"), "1");
}

static void
a_name_that_comes_twice_is_refused_and_named(void)
{
	static const char *const twice[] = {
		"scope=a&scope=b", "scope=a&scope=a", "scope=&scope=a", "scope=a&scope",
		"scope&scope", "scope=a&x=1&%73cope=b", "sc%6fpe=a&y=&scop%65=",
	};

	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		CU_ASSERT_FALSE(takes(twice[i]));
		CU_ASSERT_STRING_EQUAL(why, "scope appears more than once");
	}
	CU_ASSERT_FALSE(takes("%22%0a=1&%22%0a=1"));
	CU_ASSERT_STRING_EQUAL(why, "'? appears more than once");
}

static void
what_is_ill_formed_is_refused(void)
{
	static const char *const wrong[] = {
		"a=%", "a=%4", "a=%4g", "a=%g4", "a=%%41", "%=1", "a=%00", "%00=a", "a%00b=1",
		"a=b\n", "a=\x7f", "a=\tb", "=1", "=", "&", "a=1&", "&a=1", "a=1&&b=2", "a=%+1",
		"a=%u0041",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ASSERT_FOR(wrong[i], !takes(wrong[i]));
	CU_ASSERT_EQUAL(form_parse(a, BYTES("a=b\0c", 5), &params, &why), ERR_INVALID_REQUEST);
}

/* The text goes on behind its end, as it does in a reader's buffer. */
static void
nothing_behind_the_end_is_read(void)
{
	static const char text[] = "a=%41";

	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 5), &params, &why), OK);
	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 4), &params, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 3), &params, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(form_parse(a, BYTES(text, 2), &params, &why), OK);
	CU_ASSERT_EQUAL(params.n, 0);
}

static int
is_refused(struct bytes text, void *unused)
{
	struct buf raw = { .arena = a }, escaped = { .arena = a };
	int refused;

	buf_text(&raw, "a=");
	buf_add(&raw, text.data, text.size);
	buf_text(&escaped, "b=x");
	for (size_t i = 0; i < text.size; i++)
		buf_printf(&escaped, "%%%02X", text.data[i]);
	refused = !takes(raw.data) && !takes(escaped.data);
	arena_reset(a);
	return refused;
}

static void
ill_formed_utf8_is_refused(void)
{
	struct ill_formed all = ill_formed_all(is_refused, NULL);

	CU_ASSERT(all.count >= 400);
	CU_ASSERT_EQUAL(all.refused, all.count);
}

static void
pairs_are_bounded_to_the_one(void)
{
	struct buf b = { .arena = a };

	for (int i = 0; i < PARAMS_MAX; i++)
		buf_printf(&b, "%sp%d=%d", i > 0 ? "&" : "", i, i);
	CU_ASSERT(takes(b.data));
	CU_ASSERT_EQUAL(params.n, PARAMS_MAX);
	buf_text(&b, "&last=1");
	CU_ASSERT_FALSE(takes(b.data));
}

/* WHATWG URL, 1.3: letters, digits and *-._ stay, a space is a plus, the rest is escaped. */
static void
what_is_encoded_decodes_to_itself(void)
{
	char text[128];

	for (int c = 1; c < 128; c++)
		text[c - 1] = (char)c;
	text[127] = '\0';
	CU_ASSERT_STRING_EQUAL(form_encode(a, "s3cr3t:c/v"), "s3cr3t%3Ac%2Fv");
	CU_ASSERT_STRING_EQUAL(form_encode(a, "a b+c~*-._\xc3\xa9"), "a+b%2Bc%7E*-._%C3%A9");
	CU_ASSERT_STRING_EQUAL(decode(form_encode(a, text)), text);
	CU_ASSERT_STRING_EQUAL(decode(form_encode(a, "\xf0\x9f\x8e\xab")), "\xf0\x9f\x8e\xab");
	CU_ASSERT_STRING_EQUAL(form_encode(a, ""), "");
}

static CU_TestInfo tests[] = {
	{ "pairs are decoded", pairs_are_decoded },
	{ "nothing is no parameters", nothing_is_no_parameters },
	{ "an empty value counts as absent", an_empty_value_counts_as_absent },
	{ "a name that comes twice is refused and named [T-P07 G-TOK-03]",
	  a_name_that_comes_twice_is_refused_and_named },
	{ "what is ill-formed is refused [T-P07]", what_is_ill_formed_is_refused },
	{ "nothing behind the end is read", nothing_behind_the_end_is_read },
	{ "ill-formed UTF-8 is refused, raw and escaped [T-P03]", ill_formed_utf8_is_refused },
	{ "pairs are bounded to the one [T-P07]", pairs_are_bounded_to_the_one },
	{ "what is encoded decodes to itself", what_is_encoded_decodes_to_itself },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo form_suite = { "http/form", NULL, NULL, begin, end, tests };
