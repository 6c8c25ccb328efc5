/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "admin/options.h"
#include "tests/run.h"

static const struct flag flags[] = { { "issuer", "URL", FLAG_MUST, "" },
				     { "name", "N", FLAG_ONCE, "" },
				     { "scope", "S", FLAG_MANY, "" },
				     { "public", NULL, FLAG_SWITCH, "" },
				     FLAG_END };

struct trial {
	struct arena *arena;
	struct options o;
	const char *why;
	enum err e;
};

/* Parses "add" and its arguments. */
static struct trial
options_try_read(const char *usage, const char *const *words)
{
	char *argv[20] = { (char *)"add" };
	struct trial t = { .arena = arena_new() };
	int argc = 1;

	while (*words != NULL)
		argv[argc++] = (char *)*words++;
	options_start(&t.o);
	t.e = options_read(t.arena, argc, argv, flags, &t.o, &t.why);
	if (t.e == OK)
		t.e = options_check(t.arena, &t.o, usage, &t.why);
	/* The list's tail pointer points into t, so callers must not append to their copy. */
	return t;
}

#define TRIAL(usage, ...) options_try_read(usage, (const char *[]){ __VA_ARGS__, NULL })

static void
options_and_words_may_have_any_order(void)
{
	struct trial t = TRIAL("TENANT", "acme", "--issuer=https://a", "--public");

	CU_ASSERT_EQUAL(t.e, OK);
	CU_ASSERT_STRING_EQUAL(option_word(&t.o, 0), "acme");
	CU_ASSERT_STRING_EQUAL(option_value(&t.o, "issuer"), "https://a");
	CU_ASSERT_TRUE(option_given(&t.o, "public"));
	CU_ASSERT_FALSE(option_given(&t.o, "name"));
	CU_ASSERT_PTR_NULL(option_value(&t.o, "name"));
	CU_ASSERT_PTR_NULL(option_word(&t.o, 1));
	arena_free(t.arena);
}

static void
options_may_follow_words(void)
{
	struct trial t = TRIAL("TENANT", "--issuer", "https://a", "acme", "--json");

	CU_ASSERT_EQUAL(t.e, OK);
	CU_ASSERT_STRING_EQUAL(option_word(&t.o, 0), "acme");
	CU_ASSERT_TRUE(option_given(&t.o, "json"));
	arena_free(t.arena);
}

/* The id of a request and of a key: base64url of 16 and 32 bytes. */
static void
an_id_that_begins_with_a_dash_is_a_word(void)
{
	static const char *const ids[] = {
		"-c3q7wEAAAAAAAAAAAAAAA",
		"--3q7wEAAAAAAAAAAAAAAA",
		"-hV-kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXByg",
	};

	for (size_t i = 0; i < 3; i++) {
		struct trial t = TRIAL("TENANT ID", "acme", ids[i], "--issuer", ids[i]);

		CU_ASSERT_EQUAL(t.e, OK);
		CU_ASSERT_STRING_EQUAL(option_word(&t.o, 1), ids[i]);
		CU_ASSERT_STRING_EQUAL(option_value(&t.o, "issuer"), ids[i]);
		CU_ASSERT_FALSE(option_given(&t.o, "config"));
		arena_free(t.arena);
	}
}

static void
everything_after_two_dashes_is_a_word(void)
{
	struct trial t = TRIAL("A B", "--issuer", "x", "--", "--name", "-x");

	CU_ASSERT_EQUAL(t.e, OK);
	CU_ASSERT_STRING_EQUAL(option_word(&t.o, 0), "--name");
	CU_ASSERT_STRING_EQUAL(option_word(&t.o, 1), "-x");
	arena_free(t.arena);
}

static void
values_of_a_repeatable_option_keep_their_order(void)
{
	struct trial t = TRIAL("TENANT", "acme", "--scope", "b", "--issuer", "x", "--scope", "a");
	struct str_list scopes = option_values(t.arena, &t.o, "scope");

	CU_ASSERT_EQUAL(t.e, OK);
	CU_ASSERT_EQUAL_FATAL(scopes.n, 2);
	CU_ASSERT_STRING_EQUAL(scopes.list[0], "b");
	CU_ASSERT_STRING_EQUAL(scopes.list[1], "a");
	arena_free(t.arena);
}

/* Invalid command lines, and a word that the message must contain. */
static void
an_invalid_command_line_is_rejected_with_its_reason(void)
{
	static const struct {
		const char *words[6];
		const char *why;
	} rows[] = {
		{ { "acme", "--issuer", "a", "--issuer", "b" },
		  "--issuer must be given only once" },
		{ { "acme", "--issuer", "a", "--nonsense" }, "no option --nonsense" },
		{ { "acme", "--issuer", "a", "-x" }, "no option -x" },
		{ { "acme", "--issuer" }, "--issuer needs a value" },
		{ { "acme", "--issuer", "a", "--public=1" }, "--public=1 takes no value" },
		{ { "acme" }, "--issuer URL is missing" },
		{ { "--issuer", "a" }, "TENANT is missing" },
		{ { "acme", "beta", "--issuer", "a" }, "unexpected word “beta”" },
		{ { "acme", "--issuer", "\xff" }, "--issuer must be UTF-8" },
		{ { "\xc0\xaf", "--issuer", "a" }, "word 1 must be UTF-8" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trial t = options_try_read("TENANT", rows[i].words);

		CU_ASSERT_EQUAL(t.e, ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL_FATAL(t.why);
		CU_ASSERT_PTR_NOT_NULL(strstr(t.why, rows[i].why));
		arena_free(t.arena);
	}
}

static void
the_usage_line_limits_the_number_of_words(void)
{
	static const struct {
		const char *usage;
		int words;
		enum err e;
	} rows[] = {
		{ "", 0, OK },
		{ "", 1, ERR_INVALID_REQUEST },
		{ "A [B]", 0, ERR_INVALID_REQUEST },
		{ "A [B]", 1, OK },
		{ "A [B]", 2, OK },
		{ "A [B]", 3, ERR_INVALID_REQUEST },
		{ "A K=V…", 1, ERR_INVALID_REQUEST },
		{ "A K=V…", 2, OK },
		{ "A K=V…", 9, OK },
	};
	const char *words[10] = { "w", "w", "w", "w", "w", "w", "w", "w", "w", "w" }, *why;
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct options o = { .flags = no_flags, .word = words, .words = rows[i].words };

		CU_ASSERT_EQUAL(options_check(a, &o, rows[i].usage, &why), rows[i].e);
	}
	arena_free(a);
}

static void
global_options_may_precede_the_command(void)
{
	char *argv[] = { (char *)"usherctl", (char *)"-c",	 (char *)"F", (char *)"--json",
			 (char *)"tenant",   (char *)"--issuer", NULL };
	struct arena *a = arena_new();
	struct options o;
	const char *why;
	int at;

	options_start(&o);
	CU_ASSERT_EQUAL(options_leading(a, 6, argv, &o, &at, &why), OK);
	CU_ASSERT_EQUAL(at, 4);
	CU_ASSERT_STRING_EQUAL(option_value(&o, "config"), "F");
	CU_ASSERT_TRUE(option_given(&o, "json"));
	arena_free(a);
}

static CU_TestInfo tests[] = {
	{ "options and words may have any order", options_and_words_may_have_any_order },
	{ "options may follow words", options_may_follow_words },
	{ "an id that begins with a dash is a word", an_id_that_begins_with_a_dash_is_a_word },
	{ "everything after two dashes is a word", everything_after_two_dashes_is_a_word },
	{ "values of a repeatable option keep their order",
	  values_of_a_repeatable_option_keep_their_order },
	{ "an invalid command line is rejected with its reason",
	  an_invalid_command_line_is_rejected_with_its_reason },
	{ "the usage line limits the number of words", the_usage_line_limits_the_number_of_words },
	{ "global options may precede the command", global_options_may_precede_the_command },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo options_suite = { "admin/options", NULL, NULL, NULL, NULL, tests };
