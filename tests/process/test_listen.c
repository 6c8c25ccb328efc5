/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses are valid; test_boundary.py tests opening them. */
#include "process/listen.h"
#include "tests/run.h"

static bool
is_good(const char *listen)
{
	struct arena *a = arena_new();
	struct process_settings s = { .listen = listen };
	const char *why = NULL;
	bool good = listener_check(a, &s, &why) == OK;

	CU_ASSERT_EQUAL(good, why == NULL);
	arena_free(a);
	return good;
}

static void
paths_and_loopback_addresses_are_accepted(void)
{
	CU_ASSERT_TRUE(is_good("/run/usher/usherd.sock"));
	CU_ASSERT_TRUE(is_good("./usherd.sock"));
	CU_ASSERT_TRUE(is_good("127.0.0.1:9000"));
	CU_ASSERT_TRUE(is_good("127.255.0.3:1"));
	CU_ASSERT_TRUE(is_good("[::1]:65535"));
	CU_ASSERT_TRUE(is_good("localhost:9000"));
}

static void
all_other_addresses_are_rejected(void)
{
	static const char *const bad[] = {
		"",
		"usherd.sock",
		"0.0.0.0:9000",
		"10.0.0.1:9000",
		"128.0.0.1:9000",
		"[::]:9000",
		"[2001:db8::1]:9000",
		"[::ffff:127.0.0.1]:9000",
		"as.example.com:9000",
		":9000",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:0",
		"127.0.0.1:65536",
		"127.0.0.1:+1",
		"127.1:9000",
		"[]:1",
		"[:1",
		"]:1",
	};
	char path[120];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(is_good(bad[i]));
	memset(path, '/', sizeof(path));
	path[107] = '\0';
	CU_ASSERT_TRUE(is_good(path)); /* the longest path of unix(7) */
	path[107] = '/';
	path[108] = '\0';
	CU_ASSERT_FALSE(is_good(path));
}

static CU_TestInfo tests[] = { { "paths and loopback addresses are accepted [T-F01]",
				 paths_and_loopback_addresses_are_accepted },
			       { "all other addresses are rejected [T-F01]",
				 all_other_addresses_are_rejected },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo listen_suite = { "process/listen", NULL, NULL, NULL, NULL, tests };
