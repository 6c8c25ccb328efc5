/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"

static struct arena *a;
static char order[8], letters[] = "abz";

static void
arena_setup(void)
{
	a = arena_new();
	memset(order, 0, sizeof(order));
}

static void
arena_teardown(void)
{
	arena_free(a);
}

static void
arena_note_cleanup(void *letter)
{
	strncat(order, letter, 1);
}

static void
note_and_defer(void *letter)
{
	arena_note_cleanup(letter);
	arena_defer(a, arena_note_cleanup, &letters[2]);
}

static void
memory_is_zeroed_and_aligned(void)
{
	for (size_t size = 0; size < 3000; size += 7) {
		uint8_t *p = arena_alloc(a, size);

		CU_ASSERT_EQUAL((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			CU_ASSERT_EQUAL(p[i], 0);
		memset(p, 0xff, size);
	}
}

/* The arena keeps its first block, so the same memory is allocated again. */
static void
a_reset_wipes_the_memory(void)
{
	uint8_t *before = arena_alloc(a, 5000), *after;

	memset(before, 's', 5000);
	arena_alloc(a, 100000);
	arena_reset(a);
	after = arena_alloc(a, 5000);
	CU_ASSERT_PTR_EQUAL(before, after);
	for (size_t i = 0; i < 5000; i++)
		CU_ASSERT_EQUAL(after[i], 0);
}

static void
a_reset_arena_is_empty(void)
{
	CU_ASSERT_EQUAL(arena_used(a), 0);
	arena_alloc(a, 100);
	arena_alloc(a, 1000000);
	CU_ASSERT(arena_used(a) >= 1000100);
	CU_ASSERT(arena_used(a) < 1000300);
	arena_reset(a);
	CU_ASSERT_EQUAL(arena_used(a), 0);
}

static void
allocations_do_not_overlap(void)
{
	char *piece[1000];

	for (int i = 0; i < 1000; i++)
		piece[i] = arena_printf(a, "piece %d of a thousand", i);
	for (int i = 0; i < 1000; i++)
		CU_ASSERT_STRING_EQUAL(piece[i], arena_printf(a, "piece %d of a thousand", i));
}

static void
the_last_allocation_grows_in_place(void)
{
	uint8_t *last = arena_alloc(a, 10), *grown;

	memset(last, 'x', 10);
	grown = arena_grow(a, last, 10, 3000);
	CU_ASSERT_PTR_EQUAL(grown, last);
	CU_ASSERT_EQUAL(grown[9], 'x');
	for (size_t i = 10; i < 3000; i++)
		CU_ASSERT_EQUAL(grown[i], 0);
	CU_ASSERT_PTR_EQUAL(arena_grow(a, grown, 3000, 100), grown);
	CU_ASSERT(arena_used(a) >= 3000 && arena_used(a) < 3100);
	memset(grown, 'y', 3000);
	CU_ASSERT_EQUAL(*(uint8_t *)arena_alloc(a, 1), 0);
}

/* The last piece of a block, with and without room after it. */
static void
an_earlier_allocation_is_copied_to_grow(void)
{
	char *first = arena_strdup(a, "first"), *second = arena_strdup(a, "second"), *grown;

	grown = arena_grow(a, first, 6, 100);
	CU_ASSERT_PTR_NOT_EQUAL(grown, first);
	CU_ASSERT_STRING_EQUAL(grown, "first");
	CU_ASSERT_EQUAL(grown[99], 0);
	CU_ASSERT_STRING_EQUAL(second, "second");
	grown = arena_grow(a, grown, 100, 100000);
	CU_ASSERT_STRING_EQUAL(grown, "first");
	CU_ASSERT_EQUAL(grown[99999], 0);
	CU_ASSERT_PTR_NOT_NULL(arena_grow(a, NULL, 0, 8));
}

static void
copies_are_complete_and_end_with_nul(void)
{
	struct bytes b = arena_bytes(a, BYTES("a\0b", 3));

	CU_ASSERT_EQUAL(b.size, 3);
	CU_ASSERT_EQUAL(memcmp(b.data, "a\0b", 3), 0);
	CU_ASSERT_STRING_EQUAL(arena_strndup(a, "usherette", 5), "usher");
	CU_ASSERT_STRING_EQUAL(arena_strndup(a, NULL, 0), "");
	CU_ASSERT_STRING_EQUAL(arena_strdup(a, "usher"), "usher");
	CU_ASSERT_PTR_NULL(arena_strdup(a, NULL));
	CU_ASSERT_EQUAL(arena_bytes(a, BYTES_NONE).size, 0);
}

static void
deferred_functions_run_once_the_latest_first(void)
{
	arena_defer(a, arena_note_cleanup, &letters[0]);
	arena_defer(a, arena_note_cleanup, &letters[1]);
	arena_reset(a);
	CU_ASSERT_STRING_EQUAL(order, "ba");
	arena_reset(a);
	CU_ASSERT_STRING_EQUAL(order, "ba");
}

static void
a_deferred_function_may_defer_another_one(void)
{
	arena_defer(a, arena_note_cleanup, &letters[0]);
	arena_defer(a, note_and_defer, &letters[1]);
	arena_reset(a);
	CU_ASSERT_STRING_EQUAL(order, "bza");
}

static void
take_too_many(void *unused)
{
	arena_array(a, SIZE_MAX / 8 + 2, 8);
}

static void
take_too_much(void *unused)
{
	arena_alloc(a, SIZE_MAX - 3);
}

static void
grow_too_much(void *unused)
{
	arena_grow(a, arena_alloc(a, 8), 8, SIZE_MAX - 3);
}

static void
an_overflow_ends_the_process(void)
{
	CU_ASSERT(aborts_in_child(grow_too_much, NULL));
	CU_ASSERT(aborts_in_child(take_too_many, NULL));
	CU_ASSERT(aborts_in_child(take_too_much, NULL));
}

static void
an_arena_recognises_its_own_memory(void)
{
	struct arena *one = arena_new(), *other = arena_new();
	char *small = arena_strdup(one, "small"), *large = arena_alloc(one, 100000);

	CU_ASSERT(arena_owns(one, small));
	CU_ASSERT(arena_owns(one, large + 99999));
	CU_ASSERT_FALSE(arena_owns(other, small));
	CU_ASSERT_FALSE(arena_owns(one, "literal"));
	CU_ASSERT_FALSE(arena_owns(one, NULL));
	arena_reset(one);
	CU_ASSERT_FALSE(arena_owns(one, large));
	arena_free(one);
	arena_free(other);
}

static CU_TestInfo tests[] = {
	{ "an arena recognises its own memory [T-X09]", an_arena_recognises_its_own_memory },
	{ "memory is zeroed and aligned", memory_is_zeroed_and_aligned },
	{ "a reset wipes the memory [T-F09]", a_reset_wipes_the_memory },
	{ "a reset arena is empty", a_reset_arena_is_empty },
	{ "allocations do not overlap", allocations_do_not_overlap },
	{ "the last allocation grows in place", the_last_allocation_grows_in_place },
	{ "an earlier allocation is copied to grow", an_earlier_allocation_is_copied_to_grow },
	{ "copies are complete and end with NUL", copies_are_complete_and_end_with_nul },
	{ "deferred functions run once, the latest first",
	  deferred_functions_run_once_the_latest_first },
	{ "a deferred function may defer another one", a_deferred_function_may_defer_another_one },
	{ "an overflow of a size ends the process [T-P10]", an_overflow_ends_the_process },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo arena_suite = { "base/arena", NULL, NULL, arena_setup, arena_teardown, tests };
