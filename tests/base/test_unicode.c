/* SPDX-License-Identifier: Apache-2.0 */
/* Normal forms of texts and domains. */
#include <string.h>

#include "base/buf.h"
#include "base/unicode.h"
#include "tests/run.h"

static struct arena *a;

static void
unicode_setup(void)
{
	a = arena_new();
}

static void
unicode_teardown(void)
{
	arena_free(a);
}

/* Unicode Standard Annex 15, table 1 and figure 3. */
static void
text_has_one_normal_form(void)
{
	static const char *const rows[][2] = {
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "cafe\xcc\x81", "caf\xc3\xa9" },
		{ "\xe2\x84\xab", "\xc3\x85" },
		{ "A\xcc\x8a", "\xc3\x85" },
		{ "\xe2\x84\xa6", "\xce\xa9" },
		{ "\xe2\x84\xaa", "K" },
		{ "a\xc2\xa0"
		  "b",
		  "a b" },
		{ "Plain ASCII\t", "Plain ASCII\t" },
		{ "\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80" },
		{ "", "" },
	};
	const char *normal;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_TRUE_FATAL(unicode_normalise(a, rows[i][0], &normal));
		CU_ASSERT_STRING_EQUAL(normal, rows[i][1]);
	}
}

static void
text_without_a_normal_form_is_rejected(void)
{
	const char *normal;

	CU_ASSERT_FALSE(unicode_normalise(a, "x\xe2\x80\x8dy", &normal));   /* joiner */
	CU_ASSERT_FALSE(unicode_normalise(a, "\xc3\xa9\xc2\x85", &normal)); /* control */
}

static const char *
unicode_labels(const char *label, size_t n)
{
	struct buf b = { .arena = a };

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? "." : "", label);
	return b.data;
}

/* RFC 5891, RFC 3492 and RFC 1035, 2.3.4. */
static void
a_domain_has_normalized_labels_in_lower_case(void)
{
	static const char *const rows[][2] = {
		{ "Example.NET", "example.net" },
		{ "localhost", "localhost" },
		{ "b\xc3\xbc"
		  "cher.example",
		  "xn--bcher-kva.example" },
		{ "B\xc3\x9c"
		  "CHER.example",
		  "xn--bcher-kva.example" },
		{ "bu\xcc\x88"
		  "cher.example",
		  "xn--bcher-kva.example" },
		{ "XN--Bcher-KVA.example", "xn--bcher-kva.example" },
	};
	static const char *const none[] = {
		"",	 ".",	"a.",	 ".a",	"a..b",	     "-a.b",	    "a-.b",	   "a_b.c",
		"a b.c", "*.a", "[::1]", "a@b", "\xc3\xbc.", "\xc3\xbc..a", "-\xc3\xbc.a", "a/b",
	};
	static const char label63[] =
		"aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbabc";
	char out[DOMAIN_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_TRUE_FATAL(unicode_domain(rows[i][0], out));
		CU_ASSERT_STRING_EQUAL(out, rows[i][1]);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		CU_ASSERT_FALSE(unicode_domain(none[i], out));
	CU_ASSERT_TRUE(unicode_domain(label63, out));
	CU_ASSERT_FALSE(unicode_domain(arena_printf(a, "%sa", label63), out));
	CU_ASSERT_TRUE(unicode_domain(unicode_labels("a", 127), out)); /* 253 bytes */
	CU_ASSERT_FALSE(unicode_domain(unicode_labels("a", 128), out));
	CU_ASSERT_FALSE(unicode_domain(unicode_labels("\xc3\xbc", 100), out)); /* 799 as A-labels */
	CU_ASSERT_FALSE(unicode_domain(unicode_labels("\xc3\xbc", 30000), out));
}

static CU_TestInfo tests[] = { { "a text has one normal form [T-U18]", text_has_one_normal_form },
			       { "text without a normal form is rejected",
				 text_without_a_normal_form_is_rejected },
			       { "a domain has normalized labels in lower case [T-U18]",
				 a_domain_has_normalized_labels_in_lower_case },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo unicode_suite = { "base/unicode", NULL, NULL, unicode_setup, unicode_teardown, tests };
