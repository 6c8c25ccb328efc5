/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/b64.h"
#include "base/text.h"
#include "model/handle.h"
#include "tests/model/harness.h"
#include "tests/run.h"

#define MANY 10000

static struct harness s;

static void
handle_setup(void)
{
	harness_open(&s);
}

static void
handle_teardown(void)
{
	harness_close(&s);
}

static const char *const prefixes[HANDLE_KINDS] = { "tk_", "pat_", "at_", "rt_", "pct_",
						    "ac_", "pr_",  "ss_", "rs_", "cf_" };

static void
a_handle_leads_to_the_key_of_its_row(void)
{
	for (enum handle_kind kind = 0; kind < HANDLE_KINDS; kind++) {
		const char *text;
		struct bytes made, found;

		handle_new(&s.w, kind, HARNESS_NOW, &text, &made);
		CU_ASSERT(text_starts(text, prefixes[kind]));
		CU_ASSERT(text_is_id(text, 64));
		CU_ASSERT_FATAL(handle_row_key(&s.w, kind, text, &found));
		CU_ASSERT_EQUAL(found.size, HANDLE_KEY_SIZE);
		CU_ASSERT(bytes_equal(made, found));
	}
}

/*
 * With another prefix the handle has the form of the other kind; the hash key still separates the
 * kinds.
 */
static void
a_handle_of_one_kind_is_invalid_as_another_kind(void)
{
	for (enum handle_kind kind = 0; kind < HANDLE_KINDS; kind++) {
		const char *text, *renamed;
		struct bytes made, found;

		handle_new(&s.w, kind, HARNESS_NOW, &text, &made);
		for (enum handle_kind other = 0; other < HANDLE_KINDS; other++) {
			if (other == kind)
				continue;
			CU_ASSERT_FALSE(handle_row_key(&s.w, other, text, &found));
			renamed = arena_printf(s.arena, "%s%s", prefixes[other],
					       text + strlen(prefixes[kind]));
			CU_ASSERT_FATAL(handle_row_key(&s.w, other, renamed, &found));
			CU_ASSERT_FALSE(bytes_equal(made, found));
		}
	}
}

static void
the_prefix_identifies_the_kind(void)
{
	for (enum handle_kind kind = 0; kind < HANDLE_KINDS; kind++)
		CU_ASSERT_EQUAL(handle_kind_of(prefixes[kind]), kind);
	CU_ASSERT_EQUAL(handle_kind_of("eyJhbGciOi"), HANDLE_KINDS);
	CU_ASSERT_EQUAL(handle_kind_of(""), HANDLE_KINDS);
	CU_ASSERT_EQUAL(handle_kind_of("TK_abc"), HANDLE_KINDS);
	CU_ASSERT_EQUAL(handle_table(HANDLE_PAT), T_ACCESS);
	CU_ASSERT_EQUAL(handle_table(HANDLE_PCT), T_PCT);
}

/* Another spelling may have a key, but not the key of an existing row. */
static bool
handle_finds_row(const char *text, struct bytes row)
{
	struct bytes found;

	return handle_row_key(&s.w, HANDLE_TICKET, text, &found) && bytes_equal(found, row);
}

/* 37 bytes leave four unused bits in the last of 50 characters. */
static void
only_the_canonical_spelling_is_accepted(void)
{
	const char *text;
	struct bytes key, found;
	char *other;

	handle_new(&s.w, HANDLE_TICKET, HARNESS_NOW, &text, &key);
	CU_ASSERT_EQUAL(strlen(text), 53);
	CU_ASSERT(handle_finds_row(text, key));
	for (size_t i = 3; i < 53; i++) {
		other = arena_strdup(s.arena, text);
		other[i] = (char)(other[i] + 1);
		CU_ASSERT_FALSE(handle_finds_row(other, key));
		other[i] = (char)(text[i] | 0x80);
		CU_ASSERT_FALSE(handle_finds_row(other, key));
	}
	other = arena_printf(s.arena, "%s==", text);
	CU_ASSERT_FALSE(handle_row_key(&s.w, HANDLE_TICKET, other, &found));
	CU_ASSERT_FALSE(
		handle_row_key(&s.w, HANDLE_TICKET, arena_strndup(s.arena, text, 52), &found));
	CU_ASSERT_FALSE(
		handle_row_key(&s.w, HANDLE_TICKET, arena_printf(s.arena, "%sAA", text), &found));
	CU_ASSERT_FALSE(
		handle_row_key(&s.w, HANDLE_TICKET, arena_printf(s.arena, " %s", text), &found));
	CU_ASSERT_FALSE(handle_row_key(&s.w, HANDLE_TICKET, "tk_", &found));
	CU_ASSERT_FALSE(handle_row_key(&s.w, HANDLE_TICKET, NULL, &found));
}

/* 2023-11-14 22:13:20 is 0x6553f100. */
static void
a_key_begins_with_the_expiry(void)
{
	static const uint8_t time[5] = { 0x00, 0x65, 0x53, 0xf1, 0x00 };
	const char *text;
	struct bytes key;

	handle_new(&s.w, HANDLE_TICKET, 1700000000, &text, &key);
	CU_ASSERT(memcmp(key.data, time, sizeof time) == 0);
}

/* A commit writes the pages that contain its rows; handles of one moment should share pages. */
static void
keys_of_one_second_sort_by_creation_time(void)
{
	struct bytes before, after;
	const char *text;

	s.w.now_ms = HARNESS_NOW * 1000LL + 250;
	handle_new(&s.w, HANDLE_TICKET, HARNESS_NOW + 300, &text, &before);
	for (int ms = 251; ms < 1000; ms++) {
		s.w.now_ms = HARNESS_NOW * 1000LL + ms;
		handle_new(&s.w, HANDLE_TICKET, HARNESS_NOW + 300, &text, &after);
		CU_ASSERT(memcmp(before.data, after.data, HANDLE_KEY_SIZE) < 0);
		before = after;
	}
}

static struct bytes
key_with_jti(const char *jti)
{
	return handle_rpt_key(&s.w, arena_printf(s.arena, "e30.%s.e30", jti), 1700000300, jti);
}

/* Ids of two adjacent milliseconds, whatever follows the time. */
static void
keys_of_signed_tokens_sort_by_creation_time_from_their_jti(void)
{
	struct bytes first = key_with_jti("01hf7yat00zzzzzzzzzzzzzzzz");
	struct bytes second = key_with_jti("01hf7yat010000000000000000");
	struct bytes other = key_with_jti("no-id-of-ours");

	CU_ASSERT(memcmp(first.data, second.data, HANDLE_KEY_SIZE) < 0);
	CU_ASSERT(memcmp(first.data, second.data, 5) == 0);
	CU_ASSERT_EQUAL(other.data[5] | other.data[6], 0);
}

static int
handle_compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The first 10 characters after the prefix encode 56 bits of time; the rest is random. */
static void
ten_thousand_handles_have_no_common_random_part(void)
{
	const char **list = arena_array(s.arena, MANY, sizeof *list);
	size_t longest = 0;
	struct bytes key;

	for (size_t i = 0; i < MANY; i++)
		handle_new(&s.w, HANDLE_PCT, HARNESS_NOW, &list[i], &key);
	qsort(list, MANY, sizeof *list, handle_compare_texts);
	for (size_t i = 1; i < MANY; i++) {
		size_t same = 0;

		while (list[i - 1][same] == list[i][same] && list[i][same] != '\0')
			same++;
		longest = same > longest ? same : longest;
	}
	/* prefix 4, time 9.3, and about 27 bits by the birthday bound for 10,000 */
	CU_ASSERT(longest < 4 + 10 + 8);
}

static void
a_handle_of_another_tenant_is_unknown(void)
{
	const char *text;
	struct bytes made, found;

	handle_new(&s.w, HANDLE_PAT, HARNESS_NOW, &text, &made);
	harness_use_tenant(&s, "two");
	CU_ASSERT_FATAL(handle_row_key(&s.w, HANDLE_PAT, text, &found));
	CU_ASSERT_FALSE(bytes_equal(made, found));
}

static void
a_new_epoch_makes_all_handles_unknown(void)
{
	const char *text[HANDLE_KINDS];
	struct bytes made[HANDLE_KINDS], rpt, found;
	int64_t epoch = 0;

	for (enum handle_kind kind = 0; kind < HANDLE_KINDS; kind++)
		handle_new(&s.w, kind, HARNESS_NOW, &text[kind], &made[kind]);
	rpt = handle_rpt_key(&s.w, "a.b.c", 5, NULL);
	CU_ASSERT_EQUAL(tenants_raise_epoch(&s.w, &epoch), OK);
	CU_ASSERT_EQUAL(epoch, 2);
	/* Like a worker: the tenant is loaded again only because its generation differs. */
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	for (enum handle_kind kind = 0; kind < HANDLE_KINDS; kind++) {
		CU_ASSERT_FATAL(handle_row_key(&s.w, kind, text[kind], &found));
		CU_ASSERT_FALSE(bytes_equal(made[kind], found));
	}
	CU_ASSERT_FALSE(bytes_equal(rpt, handle_rpt_key(&s.w, "a.b.c", 5, NULL)));
}

static void
each_signed_token_has_its_own_key(void)
{
	struct bytes key = handle_rpt_key(&s.w, "a.b.c", 5, NULL);

	CU_ASSERT_EQUAL(key.size, HANDLE_KEY_SIZE);
	CU_ASSERT(bytes_equal(key, handle_rpt_key(&s.w, "a.b.c", 5, NULL)));
	CU_ASSERT_FALSE(bytes_equal(key, handle_rpt_key(&s.w, "a.b.d", 5, NULL)));
	CU_ASSERT_FALSE(bytes_equal(key, handle_rpt_key(&s.w, "a.b.c", 6, NULL)));
}

static CU_TestInfo tests[] = {
	{ "a handle leads to the key of its row", a_handle_leads_to_the_key_of_its_row },
	{ "a handle of one kind is invalid as another kind [T-C05]",
	  a_handle_of_one_kind_is_invalid_as_another_kind },
	{ "the prefix identifies the kind", the_prefix_identifies_the_kind },
	{ "only the canonical spelling is accepted [T-P09]",
	  only_the_canonical_spelling_is_accepted },
	{ "a key begins with the expiry", a_key_begins_with_the_expiry },
	{ "keys of one second sort by creation time", keys_of_one_second_sort_by_creation_time },
	{ "keys of signed tokens sort by creation time, from their jti",
	  keys_of_signed_tokens_sort_by_creation_time_from_their_jti },
	{ "10,000 handles have no common random part [G-TKT-01 G-PCT-02 T-U03]",
	  ten_thousand_handles_have_no_common_random_part },
	{ "a handle of another tenant is unknown [T-M01]", a_handle_of_another_tenant_is_unknown },
	{ "a new epoch makes all handles unknown [T-S12]", a_new_epoch_makes_all_handles_unknown },
	{ "each signed token has its own key", each_signed_token_has_its_own_key },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo handle_suite = { "model/handle", NULL, NULL, handle_setup, handle_teardown, tests };
