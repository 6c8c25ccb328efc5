/* SPDX-License-Identifier: Apache-2.0 */
#include "base/b64.h"
#include "tests/base/assert_for.h"
#include "tests/run.h"

static struct arena *a;

static void
b64_setup(void)
{
	a = arena_new();
}

static void
b64_teardown(void)
{
	arena_free(a);
}

static bool
is_url(const char *text)
{
	struct bytes out, again;
	bool is = b64url_decode(a, text, &out);

	CU_ASSERT_EQUAL(b64url_decode_public(a, text, &again), is);
	CU_ASSERT(!is || bytes_equal(again, out));
	return is;
}

static bool
is_standard(const char *text)
{
	struct bytes out;

	return b64_decode(a, text, &out);
}

/* RFC 4648, 10, and RFC 7515, appendix C. */
static void
the_examples_of_the_rfcs_are_encoded_and_decoded(void)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	struct bytes out;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_STRING_EQUAL(b64_encode(a, bytes_of(rows[i][0])), rows[i][1]);
		CU_ASSERT(b64_decode(a, rows[i][1], &out));
		CU_ASSERT(bytes_equal(out, bytes_of(rows[i][0])));
	}
	CU_ASSERT_STRING_EQUAL(b64url_encode(a, BYTES("\x03\xec\xff\xe0\xc1", 5)), "A-z_4ME");
	CU_ASSERT(is_url("A-z_4ME"));
	CU_ASSERT(b64url_decode(a, "A-z_4ME", &out));
	CU_ASSERT(bytes_equal(out, BYTES("\x03\xec\xff\xe0\xc1", 5)));
}

static void
only_the_canonical_form_is_accepted(void)
{
	static const char *const url[] = {
		"A-z_4ME=", "A+z/4ME", "A-z_4MF", "A-z_4 ME", "A-z_4ME\n", "\nA-z_",   "A",
		"AAAAA",    "AB",      "AAB",	  "=",	      "A-z_=",	   "\xc3\xa9", "A.z_",
	};
	static const char *const standard[] = {
		"Zg",	  "Zg=",  "Zg===", "Zh==",     "Zm8",  "Zm9=", "Z g==",
		"Zg==\n", "====", "=",	   "Zg==Zg==", "-_-_", "Z",    "Zm9vY",
	};

	for (size_t i = 0; i < sizeof(url) / sizeof(url[0]); i++)
		ASSERT_FOR(url[i], !is_url(url[i]));
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		ASSERT_FOR(standard[i], !is_standard(standard[i]));
	CU_ASSERT_FALSE(is_url(NULL));
	CU_ASSERT_FALSE(is_standard(NULL));
}

static void
bytes_outside_ascii_are_rejected(void)
{
	char url[] = "A-z_4ME", standard[] = "Zm9vYg==";

	for (int c = 0x80; c <= 0xff; c++) {
		for (size_t i = 0; i < 6; i++) {
			char *at[] = { &url[i], &standard[i] }, kept[] = { url[i], standard[i] };

			*at[0] = *at[1] = (char)c;
			CU_ASSERT_FALSE(is_url(url));
			CU_ASSERT_FALSE(is_standard(standard));
			*at[0] = kept[0];
			*at[1] = kept[1];
		}
	}
}

/* Each text of up to three letters that is accepted encodes to itself again. */
static void
an_accepted_text_encodes_to_itself(void)
{
	static const char letter[] = "AQZgw09-_=+/ ";
	struct bytes out;
	size_t taken = 0;

	for (size_t i = 0; i < 13 * 13 * 13; i++) {
		char text[] = { letter[i % 13], letter[i / 13 % 13], letter[i / 169], '\0' };

		for (size_t skip = 0; skip < 3; skip++) {
			if (!is_url(text + skip))
				continue;
			CU_ASSERT(b64url_decode_public(a, text + skip, &out));
			taken++;
			CU_ASSERT_STRING_EQUAL(b64url_encode(a, out), text + skip);
		}
	}
	CU_ASSERT(taken > 100);
}

static CU_TestInfo tests[] = {
	{ "the examples of the RFCs are encoded and decoded",
	  the_examples_of_the_rfcs_are_encoded_and_decoded },
	{ "only the canonical form is accepted [T-P09]", only_the_canonical_form_is_accepted },
	{ "bytes outside ASCII are rejected [T-P09]", bytes_outside_ascii_are_rejected },
	{ "an accepted text encodes to itself [T-P09]", an_accepted_text_encodes_to_itself },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo b64_suite = { "base/b64", NULL, NULL, b64_setup, b64_teardown, tests };
