/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which request the crash guard blames when a worker crashes, and how that request is rejected
 * (T-X07).
 */
#include "base/clock.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ  CU_ASSERT_STRING_EQUAL
#define UMA "grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s"

static struct crash_guard *crash_guard;
static struct running running;

/* What the master would have seen on the scoreboard. */
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

/* Records two crashes by this request, `ago` milliseconds ago. */
static void
crash_guard_add_two_crashes(const struct exchange *x, int64_t ago)
{
	crash_guard_add(crash_guard, crash_guard_fingerprint_of(x), clock_ticks() - ago);
	crash_guard_add(crash_guard, crash_guard_fingerprint_of(x), clock_ticks() - ago);
}

static void
the_fingerprint_covers_everything_of_a_request_that_handlers_read(void)
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
a_fingerprint_cannot_be_computed_outside_the_server(void)
{
	struct crash_guard *other = crash_guard_new();
	struct http_in in = { .uri = "/", .host = "" };

	CU_ASSERT_NOT_EQUAL(crash_guard_fingerprint(crash_guard, &in),
			    crash_guard_fingerprint(other, &in));
	crash_guard_free(other);
}

static void
two_crashes_within_a_minute_make_a_poison_request(void)
{
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 1000));
	CU_ASSERT_FALSE(crash_guard_add(crash_guard, 7, 1000));
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 1000));
	CU_ASSERT_FALSE(crash_guard_add(crash_guard, 8, 1000));
	CU_ASSERT_TRUE(crash_guard_add(crash_guard, 7, 31000));
	CU_ASSERT_TRUE(crash_guard_has(crash_guard, 7, 60999));
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 8, 60999));
	CU_ASSERT_FALSE(crash_guard_has(crash_guard, 7, 61000)); /* one of the crashes is too old */
	CU_ASSERT_TRUE(crash_guard_add(crash_guard, 7, 62000));
}

static void
the_oldest_crash_is_overwritten_first(void)
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

/* Serves the batch and records the fingerprint that the scoreboard shows meanwhile. */
static void
crash_guard_watch_batch(struct exchange **list, size_t n)
{
	memset(&seen, 0, sizeof seen);
	http_case.store.on_read = crash_guard_observe;
	http_case.store.before_commit = crash_guard_observe_commit;
	http_case.store.before_commit_calls = 1;
	CU_ASSERT_EQUAL(serve_batch(http_case.server, list, n), OK);
	http_case.store.on_read = NULL;
	http_case.store.before_commit_calls = 0;
	harness_begin(http_case.harness);
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
only_the_running_request_is_blamed(void)
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
a_crash_during_commit_is_blamed_on_a_batch_of_one(void)
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
a_poison_request_answers_503_without_being_run(void)
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
a_poison_request_is_tried_again_after_a_minute(void)
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
	CU_ASSERT_EQUAL(response_of(x).status,
			200); /* the rejected request left its ticket valid */
}

static CU_TestInfo tests[] = {
	{ "the fingerprint covers everything of a request that handlers read [T-X07]",
	  the_fingerprint_covers_everything_of_a_request_that_handlers_read },
	{ "a fingerprint cannot be computed outside the server [T-X07]",
	  a_fingerprint_cannot_be_computed_outside_the_server },
	{ "two crashes within a minute make a poison request [T-X07]",
	  two_crashes_within_a_minute_make_a_poison_request },
	{ "the oldest crash is overwritten first [T-X07]", the_oldest_crash_is_overwritten_first },
	{ "only the running request is blamed for a crash, not its batch [T-X07]",
	  only_the_running_request_is_blamed },
	{ "a crash during the commit is blamed only on a batch of one [T-X07]",
	  a_crash_during_commit_is_blamed_on_a_batch_of_one },
	{ "a poison request answers 503 without being run, and the rest of its batch is served [T-X07]",
	  a_poison_request_answers_503_without_being_run },
	{ "a poison request is tried again after a minute [T-X07]",
	  a_poison_request_is_tried_again_after_a_minute },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo crash_guard_suite = { "server/crash_guard", NULL, NULL, crash_guard_setup,
				   crash_guard_teardown, tests };
