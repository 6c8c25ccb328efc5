/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process/peers.h"
#include "tests/run.h"

/* The number of users in `text`, or -1. */
static int
peers_parse_list(const char *text, struct peers *out)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	int n = peers_parse(a, text, out, &why) == OK ? (int)out->n : -1;

	CU_ASSERT_EQUAL(n < 0, why != NULL);
	arena_free(a);
	return n;
}

static void
names_and_numbers_of_users_are_parsed(void)
{
	struct peers p;

	CU_ASSERT_EQUAL(peers_parse_list("", &p), 0);
	CU_ASSERT_EQUAL(peers_parse_list("   ", &p), 0);
	CU_ASSERT_EQUAL(peers_parse_list("root 33  4242 ", &p), 3);
	CU_ASSERT_EQUAL(p.uid[0], 0);
	CU_ASSERT_EQUAL(p.uid[1], 33);
	CU_ASSERT_EQUAL(p.uid[2], 4242);
}

static void
an_unknown_user_is_rejected(void)
{
	char many[33 * 2 + 1];
	struct peers p;

	for (int i = 0; i < 33; i++)
		snprintf(many + 2 * i, 3, "1 ");
	CU_ASSERT_EQUAL(peers_parse_list("no-such-user-here", &p), -1);
	CU_ASSERT_EQUAL(peers_parse_list("-1", &p), -1);
	CU_ASSERT_EQUAL(peers_parse_list("4294967295", &p), -1); /* (uid_t)-1 is no user */
	CU_ASSERT_EQUAL(peers_parse_list(many, &p), -1);
	many[32 * 2] = '\0';
	CU_ASSERT_EQUAL(peers_parse_list(many, &p), 32);
}

static void
only_the_listed_users_may_connect(void)
{
	struct peers all = { .n = 0 }, us = { .uid = { 4242, getuid() }, .n = 2 };
	struct peers others = { .uid = { getuid() + 1 }, .n = 1 };
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CU_ASSERT_TRUE(peers_allow(&all, pair[0]));
	CU_ASSERT_TRUE(peers_allow(&us, pair[0]));
	CU_ASSERT_FALSE(peers_allow(&others, pair[0]));
	CU_ASSERT_FALSE(peers_allow(&us, -1));
	close(pair[0]);
	close(pair[1]);
}

static CU_TestInfo tests[] = {
	{ "names and numbers of users are parsed [T-F01]", names_and_numbers_of_users_are_parsed },
	{ "an unknown user is rejected [T-F01]", an_unknown_user_is_rejected },
	{ "only the listed users may connect [T-F01]", only_the_listed_users_may_connect },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo peers_suite = { "process/peers", NULL, NULL, NULL, NULL, tests };
