/* SPDX-License-Identifier: Apache-2.0 */
#include "model/batch_cache.h"
#include "tests/model/harness.h"
#include "tests/run.h"

static struct harness s;
static struct batch_cache *cache;
static int made;

static void
batch_cache_setup(void)
{
	harness_open(&s);
	cache = s.w.cache = batch_cache_new();
	made = 0;
}

static void
batch_cache_teardown(void)
{
	batch_cache_free(cache);
	harness_close(&s);
}

static void *
batch_cache_make_tenant(void *arg, struct arena *a, struct bytes row)
{
	made++;
	return row.size > 0 && row.data[0] == '{'
		       ? arena_strndup(a, (const char *)row.data, row.size)
		       : NULL;
}

static void *
make_large(void *arg, struct arena *a, struct bytes row)
{
	made++;
	return arena_alloc(a, 1 << 20);
}

static void
an_object_is_created_once_for_each_batch(void)
{
	struct bytes one = bytes_of("{1}"), two = bytes_of("{2}");
	const char *first = batch_cache_get(&s.w, batch_cache_make_tenant, NULL, one);

	CU_ASSERT_STRING_EQUAL(first, "{1}");
	CU_ASSERT_PTR_EQUAL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, one), first);
	CU_ASSERT_STRING_EQUAL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, two), "{2}");
	CU_ASSERT_EQUAL(made, 2);
	batch_cache_get(&s.w, make_large, NULL, one);
	CU_ASSERT_EQUAL(made, 3); /* of another kind */
	batch_cache_reset(cache);
	CU_ASSERT_STRING_EQUAL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, one), "{1}");
	CU_ASSERT_EQUAL(made, 4);
}

/* The same bytes at another key may be another row, which changes independently. */
static void
equal_rows_at_different_keys_are_different_objects(void)
{
	struct bytes copy = arena_bytes(s.arena, bytes_of("{1}"));

	batch_cache_get(&s.w, batch_cache_make_tenant, NULL, bytes_of("{1}"));
	batch_cache_get(&s.w, batch_cache_make_tenant, NULL, copy);
	batch_cache_get(&s.w, batch_cache_make_tenant, NULL, BYTES(copy.data, 2));
	CU_ASSERT_EQUAL(made, 3);
}

static void
an_unreadable_row_is_not_cached(void)
{
	struct bytes row = bytes_of("damaged");

	CU_ASSERT_PTR_NULL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, row));
	CU_ASSERT_PTR_NULL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, row));
	CU_ASSERT_EQUAL(made, 2);
}

static void
a_full_cache_does_not_grow(void)
{
	size_t before, held;

	for (int i = 0; i < 20; i++)
		batch_cache_get(&s.w, make_large, NULL, arena_bytes(s.arena, bytes_of("{}")));
	held = arena_used(batch_cache_arena(cache));
	CU_ASSERT(held < 6 << 20);
	before = arena_used(s.arena);
	batch_cache_get(&s.w, make_large, NULL, bytes_of("{}"));
	CU_ASSERT_EQUAL(arena_used(batch_cache_arena(cache)), held);
	CU_ASSERT(arena_used(s.arena) - before >= 1 << 20);
}

static void
without_a_cache_each_request_creates_its_own_object(void)
{
	s.w.cache = NULL;
	CU_ASSERT(arena_owns(s.arena,
			     batch_cache_get(&s.w, batch_cache_make_tenant, NULL, bytes_of("{}"))));
}

static CU_TestInfo tests[] = { { "an object is created once for each batch [T-F05]",
				 an_object_is_created_once_for_each_batch },
			       { "equal rows at different keys are different objects",
				 equal_rows_at_different_keys_are_different_objects },
			       { "an unreadable row is not cached",
				 an_unreadable_row_is_not_cached },
			       { "a full cache does not grow [T-F05]", a_full_cache_does_not_grow },
			       { "without a cache each request creates its own object",
				 without_a_cache_each_request_creates_its_own_object },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo batch_cache_suite = { "model/batch_cache",	 NULL, NULL, batch_cache_setup,
				   batch_cache_teardown, tests };
