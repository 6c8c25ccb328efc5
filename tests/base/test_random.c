/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/crypto.h"
#include "base/random.h"
#include "tests/run.h"

#define SIZE 32

static void
random_draw_twice(struct random *r, uint8_t out[2][SIZE])
{
	random_bytes(r, out[0], SIZE);
	random_bytes(r, out[1], SIZE);
}

static void
a_rewound_stream_gives_the_same_values(void)
{
	uint8_t first[2][SIZE], again[2][SIZE], shorter[8];
	struct random r = { .seeded = false };

	random_draw_twice(&r, first);
	CU_ASSERT_NOT_EQUAL(memcmp(first[0], first[1], SIZE), 0);
	random_rewind(&r);
	random_draw_twice(&r, again);
	CU_ASSERT_EQUAL(memcmp(first, again, sizeof first), 0);
	random_draw_twice(&r, again);
	CU_ASSERT_NOT_EQUAL(memcmp(first, again, sizeof first), 0);
	/* The second value is independent of the size of the first one. */
	random_rewind(&r);
	random_bytes(&r, shorter, sizeof shorter);
	random_bytes(&r, again[1], SIZE);
	CU_ASSERT_EQUAL(memcmp(first[1], again[1], SIZE), 0);
}

static void
two_requests_draw_different_values(void)
{
	uint8_t first[2][SIZE], second[2][SIZE];
	struct random a = { .seeded = false }, b = { .seeded = false };

	random_draw_twice(&a, first);
	random_draw_twice(&b, second);
	CU_ASSERT_NOT_EQUAL(memcmp(first[0], second[0], SIZE), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(a.seed, b.seed, RANDOM_SEED), 0);
	/* After a wipe the stream belongs to another request. */
	crypto_wipe(&a, sizeof a);
	random_draw_twice(&a, second);
	CU_ASSERT_NOT_EQUAL(memcmp(first[0], second[0], SIZE), 0);
}

static void
without_a_request_the_values_come_from_the_kernel(void)
{
	uint8_t first[SIZE], second[SIZE];

	random_bytes(NULL, first, SIZE);
	random_bytes(NULL, second, SIZE);
	CU_ASSERT_NOT_EQUAL(memcmp(first, second, SIZE), 0);
}

static CU_TestInfo tests[] = {
	{ "a rewound stream gives the same values", a_rewound_stream_gives_the_same_values },
	{ "two requests draw different values [T-J07]", two_requests_draw_different_values },
	{ "without a request the values come from the kernel [T-J07]",
	  without_a_request_the_values_come_from_the_kernel },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo random_suite = { "base/random", NULL, NULL, NULL, NULL, tests };
