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
an_object_is_made_once_a_batch(void)
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

/* The same text elsewhere may be another row, which may change by itself. */
static void
rows_are_told_apart_by_their_place(void)
{
	struct bytes copy = arena_bytes(s.arena, bytes_of("{1}"));

	batch_cache_get(&s.w, batch_cache_make_tenant, NULL, bytes_of("{1}"));
	batch_cache_get(&s.w, batch_cache_make_tenant, NULL, copy);
	batch_cache_get(&s.w, batch_cache_make_tenant, NULL, BYTES(copy.data, 2));
	CU_ASSERT_EQUAL(made, 3);
}

static void
what_cannot_be_read_is_not_kept(void)
{
	struct bytes row = bytes_of("damaged");

	CU_ASSERT_PTR_NULL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, row));
	CU_ASSERT_PTR_NULL(batch_cache_get(&s.w, batch_cache_make_tenant, NULL, row));
	CU_ASSERT_EQUAL(made, 2);
}

static void
a_full_cache_grows_no_more(void)
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
without_a_cache_the_object_is_the_requests_own(void)
{
	s.w.cache = NULL;
	CU_ASSERT(arena_owns(s.arena,
			     batch_cache_get(&s.w, batch_cache_make_tenant, NULL, bytes_of("{}"))));
}

static CU_TestInfo tests[] = {
	{ "an object is made once a batch [T-F05]", an_object_is_made_once_a_batch },
	{ "rows are told apart by their place", rows_are_told_apart_by_their_place },
	{ "what cannot be read is not kept", what_cannot_be_read_is_not_kept },
	{ "a full cache grows no more [T-F05]", a_full_cache_grows_no_more },
	{ "without a cache the object is the request's own",
	  without_a_cache_the_object_is_the_requests_own },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo batch_cache_suite = { "model/batch_cache",	 NULL, NULL, batch_cache_setup,
				   batch_cache_teardown, tests };
