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

/* Reads "add" and what follows, as after the command's name. */
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
	/* The list's end points into the structure that is given back. */
	return t;
}

#define TRIAL(usage, ...) options_try_read(usage, (const char *[]){ __VA_ARGS__, NULL })

static void
options_and_words_come_in_any_order(void)
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

/* A request's id and a key's: base64url of 16 and 32 bytes. */
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
what_follows_two_dashes_are_words(void)
{
	struct trial t = TRIAL("A B", "--issuer", "x", "--", "--name", "-x");

	CU_ASSERT_EQUAL(t.e, OK);
	CU_ASSERT_STRING_EQUAL(option_word(&t.o, 0), "--name");
	CU_ASSERT_STRING_EQUAL(option_word(&t.o, 1), "-x");
	arena_free(t.arena);
}

static void
a_repeatable_option_keeps_its_order(void)
{
	struct trial t = TRIAL("TENANT", "acme", "--scope", "b", "--issuer", "x", "--scope", "a");
	struct str_list scopes = option_values(t.arena, &t.o, "scope");

	CU_ASSERT_EQUAL(t.e, OK);
	CU_ASSERT_EQUAL_FATAL(scopes.n, 2);
	CU_ASSERT_STRING_EQUAL(scopes.list[0], "b");
	CU_ASSERT_STRING_EQUAL(scopes.list[1], "a");
	arena_free(t.arena);
}

/* Each wrong line, and a word of the sentence that must tell why. */
static void
what_does_not_fit_is_refused_with_its_reason(void)
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
usage_says_how_many_words_there_may_be(void)
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
global_options_stand_before_the_command_too(void)
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
	{ "options and words come in any order", options_and_words_come_in_any_order },
	{ "options may follow words", options_may_follow_words },
	{ "an id that begins with a dash is a word", an_id_that_begins_with_a_dash_is_a_word },
	{ "what follows two dashes are words", what_follows_two_dashes_are_words },
	{ "a repeatable option keeps its order", a_repeatable_option_keeps_its_order },
	{ "what does not fit is refused with its reason",
	  what_does_not_fit_is_refused_with_its_reason },
	{ "usage says how many words there may be", usage_says_how_many_words_there_may_be },
	{ "global options stand before the command too",
	  global_options_stand_before_the_command_too },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo options_suite = { "admin/options", NULL, NULL, NULL, NULL, tests };
