/* SPDX-License-Identifier: Apache-2.0 */
/* Who is blamed when a worker dies, and what becomes of a request that did it (T-X07). */
#include "base/clock.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ  CU_ASSERT_STRING_EQUAL
#define UMA "grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s"

static struct crash_guard *crash_guard;
static struct running running;

/* What the master would have seen. */
static struct {
	uint64_t fingerprint[64];
	size_t n;
	uint64_t at_commit;
	size_t commits, reads_in_commit;
} seen;

static void
crash_guard_setup(void)
{
	examples_open();
	owner_permits("photo1", "view");
	owner_permits("photo2", "view");
	crash_guard = crash_guard_new();
	server_watch(http_case.server, crash_guard, &running);
	memset(&seen, 0, sizeof seen);
}

static void
crash_guard_teardown(void)
{
	http_case_close();
	crash_guard_free(crash_guard);
}

static uint64_t
crash_guard_fingerprint_of(const struct exchange *x)
{
	return crash_guard_fingerprint(crash_guard, &x->in);
}

/* It has ended two processes, so many milliseconds ago. */
static void
crash_guard_add_two_crashes(const struct exchange *x, int64_t ago)
{
	crash_guard_add(crash_guard, crash_guard_fingerprint_of(x), clock_ticks() - ago);
	crash_guard_add(crash_guard, crash_guard_fingerprint_of(x), clock_ticks() - ago);
}

static void
each_member_makes_another_request(void)
{
	struct http_in in[] = {
		{ .method = M_POST, .uri = "/token", .host = "a", .body = BYTES("1", 1) },
		{ .method = M_PUT, .uri = "/token", .host = "a", .body = BYTES("1", 1) },
		{ .method = M_POST, .uri = "/token?", .host = "a", .body = BYTES("1", 1) },
		{ .method = M_POST, .uri = "/token", .host = "b", .body = BYTES("1", 1) },
		{ .method = M_POST, .uri = "/token", .host = "a", .body = BYTES("2", 1) },
		{ .method = M_POST, .uri = "/token", .host = "a", .authorization = "1" },
		{ .method = M_POST, .uri = "/token", .host = "a", .content_type = "1" },
		{ .method = M_POST, .uri = "/token", .host = "a", .if_match = "1" },
		{ .method = M_POST, .uri = "/token", .host = "a", .if_none_match = "1" },
		{ .method = M_POST, .uri = "/token", .host = "a", .origin = "1" },
		{ .method = M_POST, .uri = "/token", .host = "a", .https = true },
	};
	size_t n = sizeof in / sizeof in[0];

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			CU_ASSERT_EQUAL(crash_guard_fingerprint(crash_guard, &in[i]) ==
						crash_guard_fingerprint(crash_guard, &in[j]),
					i == j);
	in[1] = in[0];
	in[1].remote = "192.0.2.1";
	CU_ASSERT_EQUAL(crash_guard_fingerprint(crash_guard, &in[0]),
			crash_guard_fingerprint(crash_guard, &in[1]));
}

static void
marks_are_this_servers_own(void)
{
	struct crash_guard *other = crash_guard_new();
	struct http_in in = { .uri = "/", .host = "" };

	CU_ASSERT_NOT_EQUAL(crash_guard_fingerprint(crash_guard, &in),
			    crash_guard_fingerprint(other, &in));
	crash_guard_free(other);
}

static void
two_within_a_minute_are_enough(void)
{
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 1000));
	CU_ASSERT_FALSE(crash_guard_add(crash_guard, 7, 1000));
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 1000));
	CU_ASSERT_FALSE(crash_guard_add(crash_guard, 8, 1000));
	CU_ASSERT_TRUE(crash_guard_add(crash_guard, 7, 31000));
	CU_ASSERT_TRUE(crash_guard_has(crash_guard, 7, 60999));
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 8, 60999));
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 61000)); /* one of them is too old */
	CU_ASSERT_TRUE(crash_guard_add(crash_guard, 7, 62000));
}

static void
the_ring_forgets_the_oldest(void)
{
	crash_guard_add(crash_guard, 7, 1000);
	crash_guard_add(crash_guard, 7, 1000);
	for (uint64_t i = 0; i < 14; i++)
		crash_guard_add(crash_guard, 100 + i, 1000);
	CU_ASSERT_TRUE(crash_guard_has(crash_guard, 7, 1000));
	crash_guard_add(crash_guard, 99, 1000);
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 1000));
}

static void
crash_guard_observe(void)
{
	uint64_t fingerprint = running.fingerprint;

	if (running.commits)
		seen.reads_in_commit++;
	if (fingerprint != 0 && (seen.n == 0 || seen.fingerprint[seen.n - 1] != fingerprint) &&
	    seen.n < 64)
		seen.fingerprint[seen.n++] = fingerprint;
}

static void
crash_guard_observe_commit(void)
{
	seen.at_commit = running.fingerprint;
	seen.commits += running.commits;
}

/* Serves the round, and looks in from outside. */
static void
crash_guard_watch_batch(struct exchange **list, size_t n)
{
	memset(&seen, 0, sizeof seen);
	http_case.store.on_read = crash_guard_observe;
	http_case.store.before_commit = crash_guard_observe_commit;
	http_case.store.before_commit_calls = 1;
	CU_ASSERT_EQUAL(serve_round(http_case.server, list, n), OK);
	http_case.store.on_read = NULL;
	http_case.store.before_commit_calls = 0;
	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL(running.fingerprint, 0);
	CU_ASSERT_FALSE(running.commits);
	CU_ASSERT_EQUAL(seen.reads_in_commit, 0);
}

static struct exchange *
crash_guard_redeem_request(const char *permissions)
{
	return http_request("POST /token", auth_basic("viewer"),
			    text_format(UMA, new_ticket(permissions)));
}

static void
only_the_one_that_runs_is_marked(void)
{
	struct exchange *list[] = { crash_guard_redeem_request("photo1{view}"),
				    crash_guard_redeem_request("photo2{view}") };

	crash_guard_watch_batch(list, 2);
	CU_ASSERT_EQUAL(seen.n, 2);
	CU_ASSERT_EQUAL(seen.fingerprint[0], crash_guard_fingerprint_of(list[0]));
	CU_ASSERT_EQUAL(seen.fingerprint[1], crash_guard_fingerprint_of(list[1]));
	CU_ASSERT_EQUAL(response_of(list[0]).status, 200);
}

static void
the_commit_of_several_marks_nobody(void)
{
	struct exchange *two[] = { crash_guard_redeem_request("photo1{view}"),
				   crash_guard_redeem_request("photo2{view}") };
	struct exchange *mixed[] = { http_request("GET /jwks", NULL, NULL),
				     crash_guard_redeem_request("photo1{view}") };
	struct exchange *one[] = { crash_guard_redeem_request("photo1{view}") };

	crash_guard_watch_batch(two, 2);
	CU_ASSERT_EQUAL(seen.commits, 1);
	CU_ASSERT_EQUAL(seen.at_commit, 0);
	crash_guard_watch_batch(mixed, 2); /* only one of them commits */
	CU_ASSERT_EQUAL(seen.at_commit, crash_guard_fingerprint_of(mixed[1]));
	crash_guard_watch_batch(one, 1);
	CU_ASSERT_EQUAL(seen.commits, 1);
	CU_ASSERT_EQUAL(seen.at_commit, crash_guard_fingerprint_of(one[0]));
}

static void
a_killer_is_turned_away_unread(void)
{
	struct exchange *list[] = {
		http_request("GET /jwks", NULL, NULL),
		crash_guard_redeem_request("photo1{view}"),
		crash_guard_redeem_request("photo2{view}"),
	};
	struct response a;

	crash_guard_add_two_crashes(list[1], 0);
	crash_guard_watch_batch(list, 3);
	a = response_of(list[1]);
	CU_ASSERT_EQUAL(a.status, 503);
	EQ(response_header(a, "Retry-After"), "60");
	EQ(response_header(a, "Cache-Control"), "no-store");
	EQ(response_text(a, "error"), "server_error");
	CU_ASSERT_EQUAL(seen.n, 2);
	CU_ASSERT_EQUAL(seen.fingerprint[0], crash_guard_fingerprint_of(list[0]));
	CU_ASSERT_EQUAL(seen.fingerprint[1], crash_guard_fingerprint_of(list[2]));
	CU_ASSERT_EQUAL(response_of(list[0]).status, 200);
	CU_ASSERT_EQUAL(response_of(list[2]).status, 200);
}

static void
after_a_minute_it_is_tried_again(void)
{
	struct exchange *x = crash_guard_redeem_request("photo1{view}");

	crash_guard_add_two_crashes(x, 0);
	crash_guard_watch_batch(&x, 1);
	CU_ASSERT_EQUAL(response_of(x).status, 503);
	crash_guard_free(crash_guard);
	crash_guard = crash_guard_new();
	server_watch(http_case.server, crash_guard, &running);
	crash_guard_add_two_crashes(x, CRASH_GUARD_SPAN * 1000);
	crash_guard_watch_batch(&x, 1);
	CU_ASSERT_EQUAL(response_of(x).status, 200); /* and its ticket was as good as before */
}

static CU_TestInfo tests[] = {
	{ "a request is known by all that a handler sees of it [T-X07]",
	  each_member_makes_another_request },
	{ "nobody can reckon what another server knows it by [T-X07]", marks_are_this_servers_own },
	{ "who ends two processes within a minute is a killer [T-X07]",
	  two_within_a_minute_are_enough },
	{ "the oldest death is forgotten first [T-X07]", the_ring_forgets_the_oldest },
	{ "only the request that runs is to blame, not its round [T-X07]",
	  only_the_one_that_runs_is_marked },
	{ "the commit of several requests is nobody's fault, that of one is its own [T-X07]",
	  the_commit_of_several_marks_nobody },
	{ "a killer is 503 without being run, and its round is served [T-X07]",
	  a_killer_is_turned_away_unread },
	{ "after a minute a killer is tried again [T-X07]", after_a_minute_it_is_tried_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo crash_guard_suite = { "server/crash_guard", NULL, NULL, crash_guard_setup,
				   crash_guard_teardown, tests };
