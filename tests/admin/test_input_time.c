/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/input.h"
#include "tests/run.h"

#define NOW 1700000000 /* 2023-11-14T22:13:20Z */

/* Expected values from date(1): date -u -d … +%s */
static void
dates_times_with_offsets_and_seconds_are_parsed(void)
{
	static const struct {
		const char *text;
		int64_t at;
	} rows[] = {
		{ "0", 0 },
		{ "1699999999", 1699999999 },
		{ "90s", NOW - 90 },
		{ "30m", NOW - 1800 },
		{ "2h", NOW - 7200 },
		{ "3d", NOW - 259200 },
		{ "1w", NOW - 604800 },
		{ "0s", NOW },
		{ "2023-11-14", 1699920000 },
		{ "2023-11-14T22:13:20Z", 1700000000 },
		{ "2023-11-14t22:13:20z", 1700000000 },
		{ "2023-11-14 22:13:20Z", 1700000000 },
		{ "2023-11-14T22:13:20.123Z", 1700000000 },
		{ "2023-11-15T00:13:20+02:00", 1700000000 },
		{ "2023-11-14T16:43:20-05:30", 1700000000 },
		{ "2024-02-29T00:00:00Z", 1709164800 },
	};
	int64_t at;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		at = -1;
		CU_ASSERT_TRUE(input_time(rows[i].text, NOW, &at));
		CU_ASSERT_EQUAL(at, rows[i].at);
	}
}

static void
any_other_text_is_rejected(void)
{
	static const char *const rows[] = {
		"",
		"h",
		"2x",
		"-2h",
		"+2h",
		"2 h",
		"1.5h",
		"99999999999h",
		"-1",
		"253402300800",
		"yesterday",
		"2023-11-14T22:13",
		"2023-11-14T22:13:20",
		"2023-11-14T22:13:20+2",
		"2023-11-14T22:13:20+25:00",
		"2023-11-14T22:13:20Zx",
		"2023-13-01",
		"2023-1-1",
		"2023-11-14x",
		"23-11-14",
		"2023/11/14",
		"2023-11-14T25:00:00Z",
	};
	int64_t at;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_FALSE(input_time(rows[i], NOW, &at));
}

static CU_TestInfo tests[] = { { "dates, times with offsets, and seconds are parsed",
				 dates_times_with_offsets_and_seconds_are_parsed },
			       { "any other text is rejected [T-P05]", any_other_text_is_rejected },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo input_time_suite = { "admin/input_time", NULL, NULL, NULL, NULL, tests };
