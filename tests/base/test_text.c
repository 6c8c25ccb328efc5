/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "tests/base/ill_formed.h"
#include "tests/run.h"

static struct arena *a;

static void
text_setup(void)
{
	a = arena_new();
}

static void
text_teardown(void)
{
	arena_free(a);
}

static bool
is_int(const char *s, int64_t min, int64_t max)
{
	int64_t out;
	bool is = text_parse_int(s, min, max, &out);

	if (s != NULL)
		CU_ASSERT_EQUAL(text_parse_int_bytes(bytes_of(s), min, max, &out), is);
	return is;
}

/* Also with valid text around it. */
static int
text_rejects(struct bytes text, void *unused)
{
	char around[8] = "x";

	memcpy(around + 1, text.data, text.size);
	around[1 + text.size] = 'x';
	return !text_is_utf8(text) && !text_is_utf8(BYTES(around, text.size + 2));
}

static void
ill_formed_utf8_is_rejected_in_text(void)
{
	struct ill_formed all = ill_formed_all(text_rejects, NULL);

	CU_ASSERT(all.count >= 400);
	CU_ASSERT_EQUAL(all.rejected, all.count);
}

/* RFC 3629, 3: the bits of a code point in 1 to 4 bytes. */
static size_t
text_encode_hex(uint32_t c, uint8_t out[4])
{
	if (c < 0x80)
		return out[0] = (uint8_t)c, 1;
	if (c < 0x800)
		return out[0] = (uint8_t)(0xc0 | c >> 6), out[1] = (uint8_t)(0x80 | (c & 63)), 2;
	out[0] = (uint8_t)(c < 0x10000 ? 0xe0 | c >> 12 : 0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c < 0x10000 ? c >> 6 & 63 : c >> 12 & 63));
	out[2] = (uint8_t)(0x80 | (c < 0x10000 ? c & 63 : c >> 6 & 63));
	out[3] = (uint8_t)(0x80 | (c & 63));
	return c < 0x10000 ? 3 : 4;
}

static void
every_code_point_is_accepted(void)
{
	uint8_t text[4];
	uint32_t wrong = 0;

	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		size_t size = text_encode_hex(c, text);

		wrong += text_is_utf8(BYTES(text, size)) != (c < 0xd800 || c > 0xdfff);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(text_is_utf8(BYTES_NONE));
}

static void
nul_is_rejected(void)
{
	CU_ASSERT_FALSE(text_is_utf8(BYTES("", 1)));
	CU_ASSERT_FALSE(text_is_utf8(BYTES("admin\0x", 7)));
}

static void
an_id_has_letters_digits_and_two_signs(void)
{
	CU_ASSERT(text_is_id("aZ09_-", 6));
	CU_ASSERT_FALSE(text_is_id("aZ09_-", 5));
	CU_ASSERT_FALSE(text_is_id("", 5));
	CU_ASSERT_FALSE(text_is_id(NULL, 5));
	for (int c = 1; c < 256; c++) {
		bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || c == '_' || c == '-';

		CU_ASSERT_EQUAL(text_is_id((char[]){ 'a', (char)c, '\0' }, 5), good);
	}
}

static void
null_equals_only_null(void)
{
	CU_ASSERT(text_equal(NULL, NULL));
	CU_ASSERT(text_equal("a", "a"));
	CU_ASSERT_FALSE(text_equal("", NULL));
	CU_ASSERT_FALSE(text_equal(NULL, ""));
	CU_ASSERT_FALSE(text_equal("a", "A"));
}

static void
prefixes_and_suffixes_are_found(void)
{
	CU_ASSERT(text_starts("tk_abc", "tk_"));
	CU_ASSERT(text_starts("tk_", "tk_"));
	CU_ASSERT_FALSE(text_starts("tk", "tk_"));
	CU_ASSERT_FALSE(text_starts(NULL, "tk_"));
	CU_ASSERT(text_ends("/a/", "/"));
	CU_ASSERT(text_ends("/", "/"));
	CU_ASSERT_FALSE(text_ends("", "/"));
	CU_ASSERT_FALSE(text_ends(NULL, "/"));
}

static void
an_integer_is_accepted_up_to_its_bounds(void)
{
	int64_t out = 0;

	CU_ASSERT(text_parse_int("9223372036854775807", INT64_MIN, INT64_MAX, &out));
	CU_ASSERT_EQUAL(out, INT64_MAX);
	CU_ASSERT(text_parse_int("-9223372036854775808", INT64_MIN, INT64_MAX, &out));
	CU_ASSERT_EQUAL(out, INT64_MIN);
	CU_ASSERT_FALSE(is_int("9223372036854775808", INT64_MIN, INT64_MAX));
	CU_ASSERT_FALSE(is_int("-9223372036854775809", INT64_MIN, INT64_MAX));
	CU_ASSERT_FALSE(is_int("99999999999999999999", INT64_MIN, INT64_MAX));
	CU_ASSERT_FALSE(is_int("9", 10, 20));
	CU_ASSERT(is_int("10", 10, 20));
	CU_ASSERT(is_int("20", 10, 20));
	CU_ASSERT_FALSE(is_int("21", 10, 20));
	CU_ASSERT(is_int("-1", -1, 1));
	CU_ASSERT_FALSE(is_int("-2", -1, 1));
	CU_ASSERT(is_int("0", -1, 1));
}

static void
an_integer_has_one_spelling(void)
{
	static const char *const wrong[] = {
		"",   "-",   "+1",  "01",  "-0",  "-01", "00",	" 1",	    "1 ",
		"1x", "0x1", "1.0", "1e1", "--1", "\t1", "1\n", "\xd9\xa1",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_FALSE(is_int(wrong[i], INT64_MIN, INT64_MAX));
	CU_ASSERT_FALSE(is_int(NULL, INT64_MIN, INT64_MAX));
}

static void
only_hexadecimal_digits_have_values(void)
{
	static const char digits[] = "0123456789abcdef", large[] = "ABCDEF";
	int known = 0;

	for (int i = 0; i < 16; i++)
		CU_ASSERT_EQUAL(text_hex(digits[i]), i);
	for (int i = 0; i < 6; i++)
		CU_ASSERT_EQUAL(text_hex(large[i]), 10 + i);
	for (int c = 0; c < 256; c++)
		known += text_hex((char)c) >= 0;
	CU_ASSERT_EQUAL(known, 22);
}

static void
error_description_is_printable_ascii(void)
{
	CU_ASSERT_STRING_EQUAL(text_plain(a, "scope \"a\\b\" is wrong!"), "scope 'a?b' is wrong!");
	CU_ASSERT_STRING_EQUAL(text_plain(a, "a\r\nb\x7f\xc3\xa9~"), "a??b???~");
	CU_ASSERT_PTR_NULL(text_plain(a, NULL));
}

static void
control_characters_are_found(void)
{
	static const char *const with[] = { "\x01", "a\tb",	"a\n",	    "\x1f",
					    "\x7f", "\xc2\x80", "x\xc2\x9f" };
	static const char *const without[] = {
		"", " ", "~", "\xc2\xa0", "\xc3\x80", "\xe2\x80\xae"
	};

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		CU_ASSERT(text_has_control(bytes_of(with[i])));
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		CU_ASSERT(!text_has_control(bytes_of(without[i])));
	CU_ASSERT(text_has_control(BYTES("a\0b", 3)));
}

static void
a_printed_integer_is_parsed_to_the_same_value(void)
{
	static const int64_t some[] = { 0, 7, -7, 1700000000, INT64_MAX, INT64_MIN };
	char digits[INT_DIGITS];
	int64_t again;

	CU_ASSERT_STRING_EQUAL(text_print_int(-1234567890, digits), "-1234567890");
	CU_ASSERT_STRING_EQUAL(text_print_int(0, digits), "0");
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
		CU_ASSERT(text_parse_int(text_print_int(some[i], digits), INT64_MIN, INT64_MAX,
					 &again));
		CU_ASSERT_EQUAL(again, some[i]);
	}
}

static void
a_span_ends_at_its_limit_and_at_other_characters(void)
{
	static const bool set[256] = { ['a' ... 'c'] = true, [0xff] = true };

	CU_ASSERT_EQUAL(text_span("abcabc", 6, set), 6);
	CU_ASSERT_EQUAL(text_span("abcabc", 4, set), 4);
	CU_ASSERT_EQUAL(text_span("abcabc", 60, set), 6);
	CU_ASSERT_EQUAL(text_span("ab\xff"
				  "d",
				  60, set),
			3);
	CU_ASSERT_EQUAL(text_span("dab", 3, set), 0);
	CU_ASSERT_EQUAL(text_span("a", 0, set), 0);
	CU_ASSERT_EQUAL(text_span("", 5, set), 0);
}

static void
unsafe_characters_have_their_length(void)
{
	static const char *const unsafe[] = { "\x01",	"\n",	     "\x7f",   "\xc2\x85", "\u061c",
					      "\u200e", "\u200f",    "\u202a", "\u202e",   "\u2066",
					      "\u2069", "\u00ad",    "\u200b", "\u2028",   "\u206f",
					      "\ufeff", "\U000e0041" };
	static const char *const safe[] = {
		"a",	  " ",	    "\u00a0",	"\u00e9", "\u061d", "\u2010", "\u2027",	   "\u202f",
		"\u2070", "\ufffc", "\xe2\x80", "\xe2",	  "\x80",   "\xff",   "\U0001f4f7"
	};

	for (size_t i = 0; i < sizeof(unsafe) / sizeof(*unsafe); i++)
		CU_ASSERT_EQUAL(text_unsafe(unsafe[i]), strlen(unsafe[i]));
	for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
		CU_ASSERT_EQUAL(text_unsafe(safe[i]), 0);
}

static CU_TestInfo tests[] = {
	{ "control characters are found, of ASCII and beyond", control_characters_are_found },
	{ "ill-formed UTF-8 is refused, 400 kinds and more [T-P03]",
	  ill_formed_utf8_is_rejected_in_text },
	{ "every code point but surrogates is accepted", every_code_point_is_accepted },
	{ "NUL is rejected [T-P02]", nul_is_rejected },
	{ "a span ends at its limit and at a character that is not in the set",
	  a_span_ends_at_its_limit_and_at_other_characters },
	{ "an identifier has letters, digits, hyphen and underscore",
	  an_id_has_letters_digits_and_two_signs },
	{ "NULL equals only NULL", null_equals_only_null },
	{ "prefixes and suffixes are found", prefixes_and_suffixes_are_found },
	{ "an integer is accepted up to its bounds [T-P05]",
	  an_integer_is_accepted_up_to_its_bounds },
	{ "an integer has one spelling [T-P05]", an_integer_has_one_spelling },
	{ "only hexadecimal digits have values", only_hexadecimal_digits_have_values },
	{ "error_description is printable ASCII [G-ERR-01]", error_description_is_printable_ascii },
	{ "a printed integer is parsed to the same value",
	  a_printed_integer_is_parsed_to_the_same_value },
	{ "unsafe characters have their length", unsafe_characters_have_their_length },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo text_suite = { "base/text", NULL, NULL, text_setup, text_teardown, tests };
