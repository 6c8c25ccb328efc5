/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/id.h"
#include "base/text.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"

#define WORKERS 8
#define EACH	100000

static void
an_identifier_contains_its_time(void)
{
	char id[ID_SIZE];

	id_new(NULL, 0, id);
	CU_ASSERT_EQUAL(strncmp(id, "0000000000", 10), 0);
	/* 2^48 - 1 in base 32: a seven, then nine digits of value 31. */
	id_new(NULL, 281474976710655, id);
	CU_ASSERT_EQUAL(strncmp(id, "7zzzzzzzzz", 10), 0);
	/* The example of the ULID specification. */
	id_new(NULL, 1469922850259, id);
	CU_ASSERT_EQUAL(strncmp(id, "01arz3ndek", 10), 0);
}

static void
identifiers_sort_by_time(void)
{
	char before[ID_SIZE], after[ID_SIZE];

	for (int64_t now = 1; now < (int64_t)1 << 47; now = now * 3 + 1) {
		id_new(NULL, now - 1, before);
		id_new(NULL, now, after);
		CU_ASSERT(strcmp(before, after) < 0);
	}
}

/* Crockford's base 32 in lower case, as ULID uses it. */
static void
an_id_has_only_the_32_digits(void)
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
	char id[] = "01arz3ndektsv4rrffq69g5fa?";

	for (int c = 1; c < 256; c++) {
		id[ID_LEN - 1] = (char)c;
		CU_ASSERT_EQUAL(id_is(id), strchr(digits, c) != NULL);
	}
}

static void
an_identifier_is_recognised(void)
{
	char id[ID_SIZE];

	id_new(NULL, 1700000000000, id);
	CU_ASSERT(id_is(id));
	CU_ASSERT(text_is_id(id, ID_LEN));
	CU_ASSERT_FALSE(id_is(NULL));
	CU_ASSERT_FALSE(id_is(""));
	CU_ASSERT_FALSE(id_is(id + 1));
	CU_ASSERT(id_is("01arz3ndektsv4rrffq69g5fav"));
	CU_ASSERT_FALSE(id_is("01arz3ndektsv4rrffq69g5fav0"));
	CU_ASSERT_FALSE(id_is("01arz3ndektsv4rrffq69g5fav/"));
	CU_ASSERT_FALSE(id_is("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
	CU_ASSERT_FALSE(id_is("01arz3ndektsv4rrffq69g5fai"));
	CU_ASSERT_FALSE(id_is("01arz3ndektsv4rrffq69g5fa/"));
	CU_ASSERT_FALSE(id_is("81arz3ndektsv4rrffq69g5fav"));
}

static int
id_compare_texts(const void *a, const void *b)
{
	return memcmp(a, b, ID_SIZE);
}

/* All have the same time, so only their random parts differ. */
static void
identifiers_of_8_workers_are_all_different(void)
{
	size_t size = (size_t)WORKERS * EACH * ID_SIZE, equal = 0, wrong = 0;
	char(*ids)[ID_SIZE] =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CU_ASSERT_FATAL((void *)ids != MAP_FAILED);
	for (size_t w = 0; w < WORKERS; w++) {
		if (fork() != 0)
			continue;
		for (size_t i = 0; i < EACH; i++)
			id_new(NULL, 1700000000000, ids[w * EACH + i]);
		_exit(0);
	}
	while (wait(NULL) > 0)
		continue;
	qsort(ids, (size_t)WORKERS * EACH, ID_SIZE, id_compare_texts);
	for (size_t i = 0; i < (size_t)WORKERS * EACH; i++) {
		wrong += !id_is(ids[i]);
		equal += i > 0 && id_compare_texts(ids[i - 1], ids[i]) == 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(equal, 0);
	munmap(ids, size);
}

static void
make_one(void *now)
{
	char id[ID_SIZE];

	id_new(NULL, *(int64_t *)now, id);
}

static void
a_time_that_does_not_fit_ends_the_process(void)
{
	CU_ASSERT(aborts_in_child(make_one, &(int64_t){ -1 }));
	CU_ASSERT(aborts_in_child(make_one, &(int64_t){ (int64_t)1 << 48 }));
}

static CU_TestInfo tests[] = {
	{ "an identifier contains its time", an_identifier_contains_its_time },
	{ "identifiers sort by time", identifiers_sort_by_time },
	{ "an identifier is recognised", an_identifier_is_recognised },
	{ "an identifier has only the 32 digits", an_id_has_only_the_32_digits },
	{ "800,000 identifiers of 8 workers are all different [T-J07]",
	  identifiers_of_8_workers_are_all_different },
	{ "a time that does not fit ends the process", a_time_that_does_not_fit_ends_the_process },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo id_suite = { "base/id", NULL, NULL, NULL, NULL, tests };
