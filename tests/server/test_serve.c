/* SPDX-License-Identifier: Apache-2.0 */
/* A round: one commit, and answers that stand only when they are durable. */
#include "model/stored_policy.h"
#include "base/clock.h"
#include "src/server/fair.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"
#include "tests/server/examples.h"

int64_t __wrap_clock_micros(void), __real_clock_micros(void);
int64_t __wrap_clock_cpu_micros(void), __real_clock_cpu_micros(void);

/* While `took` is not 0, a handler takes so many microseconds, of which it uses `used`; after
 * `change` handlers, not 0, as many as `later` says. */
static struct {
	int64_t took, used;
	struct {
		int64_t took, used;
	} later;
	size_t change;
	int64_t wall, cpu;
	bool runs;
} handlers;

static void
handlers_take(int64_t took, int64_t used)
{
	handlers.took = took;
	handlers.used = used;
}

int64_t
__wrap_clock_micros(void)
{
	if (handlers.took == 0)
		return __real_clock_micros();
	if (handlers.runs) {
		handlers.wall += handlers.took;
		handlers.cpu += handlers.used;
		if (handlers.change > 0 && --handlers.change == 0)
			handlers_take(handlers.later.took, handlers.later.used);
	}
	handlers.runs = !handlers.runs;
	return handlers.wall;
}

int64_t
__wrap_clock_cpu_micros(void)
{
	return handlers.took == 0 ? __real_clock_cpu_micros() : handlers.cpu;
}

#define EQ   CU_ASSERT_STRING_EQUAL
#define MANY 8

static void
of_one_round_one_wins_the_ticket(void)
{
	const char *t = new_ticket("photo1{view}");
	struct exchange *list[MANY];
	size_t won = 0;

	for (size_t i = 0; i < MANY; i++)
		list[i] = rpt_request(i % 2 ? "viewer" : "other", t, "");
	CU_ASSERT_EQUAL(serve_together(list, MANY), OK);
	for (size_t i = 0; i < MANY; i++) {
		if (response_of(list[i]).status == 200)
			won++;
		else
			EQ(response_outcome(response_of(list[i])), "400 invalid_grant");
	}
	CU_ASSERT_EQUAL(won, 1);
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 1);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("ticket.replayed"), MANY - 1);
}

static void
of_one_round_one_gets_the_claim_token_through(void)
{
	const char *push = push_claims_param("viewer", "{'jti':'once'}");
	struct exchange *list[2];
	const char *both;

	owner_set_policy(
		"photo1",
		"{'effect':'permit','scopes':['view'],'when':{'email':'bob@example.net'}}");
	for (size_t i = 0; i < 2; i++)
		list[i] = rpt_request("viewer", new_ticket("photo1{view}"), push);
	CU_ASSERT_EQUAL(serve_together(list, 2), OK);
	both = text_format("%s, %s", response_outcome(response_of(list[0])),
			   response_outcome(response_of(list[1])));
	EQ(both, "200, 403 need_info");
}

static void
a_round_serves_all_kinds(void)
{
	struct exchange *list[] = {
		http_request("GET /jwks", NULL, NULL),
		http_request("GET /nowhere", NULL, NULL),
		rpt_request("viewer", new_ticket("photo1{view}"), ""),
		http_request("GET /t/two/jwks", NULL, NULL),
		http_request("PUT /token", NULL, NULL),
		http_request("POST /resource_set", alice_auth(), "{'resource_scopes':[]}"),
	};
	static const int status[] = { 200, 404, 200, 200, 405, 201 };

	CU_ASSERT_EQUAL(serve_together(list, 6), OK);
	for (size_t i = 0; i < 6; i++)
		CU_ASSERT_EQUAL(response_of(list[i]).status, status[i]);
	CU_ASSERT_STRING_NOT_EQUAL(response_of(list[0]).body, response_of(list[3]).body);
}

/* Between the evaluation and the commit; somebody else's commit, as of another worker. */
static void
serve_withdraw_policy(void)
{
	struct harness *s = &http_case.c.s;
	struct stored_policy stored_policy;

	harness_begin(s);
	CU_ASSERT_EQUAL(stored_policy_find(&s->w, http_case.c.alice, "photoz", id_of("photo1"),
					   &stored_policy),
			OK);
	if (stored_policy_remove(&s->w, &stored_policy) == OK)
		CU_ASSERT_EQUAL(harness_commit(s), OK);
}

static void
a_policy_withdrawn_meanwhile_is_seen(void)
{
	const char *t = new_ticket("photo1{view}");

	http_case.store.before_commit = serve_withdraw_policy;
	http_case.store.before_commit_calls = 1;
	EQ(response_outcome(redeem_ticket(t, "")), "403 request_denied");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 0);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 0);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.denied"), 1);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

/* Each commit finds another change: after the last rerun it is 503, nothing kept, the ticket
 * unspent. */
static void
reruns_are_bounded(void)
{
	const char *t = new_ticket("photo1{view}");
	struct response a;

	http_case.store.before_commit = touch_viewer;
	http_case.store.before_commit_calls = 4;
	EQ(response_outcome(redeem_ticket(t, "")), "200");
	t = new_ticket("photo1{view}");
	http_case.store.before_commit_calls = 5;
	a = redeem_ticket(t, "");
	EQ(response_outcome(a), "503 server_error");
	EQ(response_header(a, "Retry-After"), "1");
	CU_ASSERT_FALSE(response_has(a, "error_description"));
	EQ(response_outcome(redeem_ticket(t, "")), "200");
}

static void
disable_viewer(void)
{
	harness_begin(&http_case.c.s);
	fixture_change_client(&http_case.c, "viewer", fixture_disable);
}

static void
a_client_disabled_meanwhile_gets_nothing(void)
{
	http_case.store.before_commit = disable_viewer;
	http_case.store.before_commit_calls = 1;
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"), "")), "401 invalid_client");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 0);
}

static struct resource
serve_request_photo(void)
{
	struct resource r;

	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL(resource_find(&http_case.c.s.w, http_case.c.alice, "photoz",
				      id_of("photo1"), ERR_NOT_FOUND, &r),
			OK);
	return r;
}

static void
delete_photo(void)
{
	struct resource r = serve_request_photo();

	CU_ASSERT_EQUAL(resource_remove(&http_case.c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
a_resource_deleted_meanwhile_is_seen(void)
{
	http_case.store.before_commit = delete_photo;
	http_case.store.before_commit_calls = 1;
	EQ(response_text(request_permission("photo1{view}"), "error"), "invalid_resource_id");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_TICKET), 0);
}

static void
a_resource_deleted_while_it_is_granted_is_seen(void)
{
	const char *t = new_ticket("photo1{view}");

	http_case.store.before_commit = delete_photo;
	http_case.store.before_commit_calls = 1;
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 0);
}

static void
update_photo(void)
{
	struct resource r = serve_request_photo();

	CU_ASSERT_EQUAL(resource_put(&http_case.c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&http_case.c.s), OK);
}

static void
a_lost_update_is_412(void)
{
	struct response a;

	http_case.store.before_commit = update_photo;
	http_case.store.before_commit_calls = 1;
	http_case.if_match = "\"1\"";
	a = http_send(text_format("PUT /resource_set/%s", id_of("photo1")), alice_auth(),
		      "{'resource_scopes':['x']}");
	CU_ASSERT_EQUAL(a.status, 412);
	http_case.if_match = NULL;
	EQ(response_header(http_send(text_format("GET /resource_set/%s", id_of("photo1")),
				     alice_auth(), NULL),
			   "ETag"),
	   "\"2\"");
}

static int commits;

static void
rotate_keys(void)
{
	struct harness *s = &http_case.c.s;
	char kid[44];

	harness_begin(s);
	CU_ASSERT_EQUAL(tenant_key_rotate(&s->w, &s->master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(s), OK);
	touch_viewer();
}

/* The requests beside one that runs again keep what they point to. */
static void
tenants_may_change_in_the_middle_of_a_round(void)
{
	struct exchange *list[3];

	for (size_t i = 0; i < 3; i++)
		list[i] = rpt_request("viewer", new_ticket("photo1{view}"), "");
	http_case.store.before_commit = rotate_keys;
	http_case.store.before_commit_calls = 1;
	CU_ASSERT_EQUAL(serve_together(list, 3), OK);
	for (size_t i = 0; i < 3; i++)
		EQ(response_outcome(response_of(list[i])), "200");
}

static void
rotate_keys_of_the_other_tenant(void)
{
	struct harness *s = &http_case.c.s;
	char kid[44];

	if (commits++ > 0)
		return;
	harness_use_tenant(s, "two");
	CU_ASSERT_EQUAL(tenant_key_rotate(&s->w, &s->master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(s), OK);
	harness_use_tenant(s, "one");
}

static void
a_change_of_another_tenant_runs_nothing_again(void)
{
	struct exchange *list[3];

	for (size_t i = 0; i < 3; i++)
		list[i] = rpt_request("viewer", new_ticket("photo1{view}"), "");
	http_case.store.before_commit = rotate_keys_of_the_other_tenant;
	http_case.store.before_commit_calls = 9;
	commits = 0;
	CU_ASSERT_EQUAL(serve_together(list, 3), OK);
	http_case.store.before_commit_calls = 0;
	CU_ASSERT_EQUAL(commits, 1);
	for (size_t i = 0; i < 3; i++)
		EQ(response_outcome(response_of(list[i])), "200");
}

/* Whatever a response is made of, its bytes outlive the tenants and snapshots of its batch. */
static void
responses_outlive_their_batch(void)
{
	const char *expected = http_send("GET /.well-known/uma2-configuration", NULL, NULL).body;
	const char *photo1 = text_format("GET /policy/%s", id_of("photo1"));

	CU_ASSERT_PTR_NOT_NULL(strstr(expected, "token_endpoint"));
	for (int i = 0; i < 3; i++) {
		struct exchange *list[] = {
			http_request("GET /.well-known/uma2-configuration", NULL, NULL),
			http_request("GET /jwks", NULL, NULL),
			http_request(photo1, alice_auth(), NULL),
			rpt_request("viewer", new_ticket("photo1{view}"), ""),
		};

		http_case.store.before_commit = rotate_keys;
		http_case.store.before_commit_calls = 1;
		CU_ASSERT_EQUAL(serve_together(list, 4), OK);
		EQ(response_of(list[0]).body, expected);
		CU_ASSERT_PTR_NOT_NULL(strstr(response_of(list[1]).body, "\"kid\""));
		CU_ASSERT_PTR_NOT_NULL(strstr(response_of(list[2]).body, "rules"));
		EQ(response_outcome(response_of(list[3])), "200");
	}
}

static void
count_commit(void)
{
	commits++;
}

/* Eight conflicts cost one more commit, not eight. */
static void
touch_viewer_once(void)
{
	if (commits++ == 0)
		touch_viewer();
}

static void
conflicts_are_committed_together(void)
{
	struct exchange *list[MANY];

	for (size_t i = 0; i < MANY; i++)
		list[i] = rpt_request("viewer", new_ticket("photo1{view}"), "");
	http_case.store.before_commit = touch_viewer_once;
	http_case.store.before_commit_calls = 9;
	commits = 0;
	CU_ASSERT_EQUAL(serve_together(list, MANY), OK);
	http_case.store.before_commit_calls = 0;
	CU_ASSERT_EQUAL(commits, 2);
	for (size_t i = 0; i < MANY; i++)
		EQ(response_outcome(response_of(list[i])), "200");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), MANY);
}

static void
who_joins_a_round_is_committed_with_it(void)
{
	struct exchange *list[] = {
		http_request("GET /jwks", NULL, NULL),
		rpt_request("viewer", new_ticket("photo1{view}"), ""),
		rpt_request("viewer", new_ticket("photo1{view}"), ""),
	};

	http_case.store.before_commit = count_commit;
	http_case.store.before_commit_calls = 9;
	commits = 0;
	serve_begin(http_case.server, 3);
	serve_run(http_case.server, list, 1);
	CU_ASSERT_TRUE(list[0]->final);
	serve_run(http_case.server, list + 1, 1);
	CU_ASSERT_FALSE(list[1]->final);
	CU_ASSERT(serve_may_run(http_case.server));
	serve_run(http_case.server, list + 2, 1);
	CU_ASSERT_EQUAL(commits, 0);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	CU_ASSERT_EQUAL(commits, 1);
	http_case.store.before_commit_calls = 0;
	harness_begin(&http_case.c.s);
	for (size_t i = 0; i < 3; i++)
		EQ(response_outcome(response_of(list[i])), "200");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 2);
}

static void
of_a_round_that_was_joined_one_wins_the_ticket(void)
{
	const char *t = new_ticket("photo1{view}");
	struct exchange *list[] = { rpt_request("viewer", t, ""), rpt_request("viewer", t, "") };

	serve_begin(http_case.server, 2);
	serve_run(http_case.server, list, 1);
	serve_run(http_case.server, list + 1, 1);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	harness_begin(&http_case.c.s);
	EQ(response_outcome(response_of(list[0])), "200");
	EQ(response_outcome(response_of(list[1])), "400 invalid_grant");
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 1);
}

static void
who_joins_a_round_without_a_store_is_refused_too(void)
{
	struct exchange *list[] = { http_request("GET /jwks", NULL, NULL),
				    http_request("GET /jwks", NULL, NULL) };

	serve_begin(http_case.server, 2);
	serve_run(http_case.server, list, 1);
	http_case.store.fail_snapshot = true;
	serve_run(http_case.server, list + 1, 1);
	http_case.store.fail_snapshot = false;
	CU_ASSERT_EQUAL(serve_end(http_case.server), ERR_STORE);
	CU_ASSERT_EQUAL(response_of(list[0]).status, 200);
	CU_ASSERT_EQUAL(response_of(list[1]).status, 503);
}

/* Another worker's answer to the owner was sent before this request came. */
static void
who_joins_a_round_sees_what_was_acknowledged_before(void)
{
	const char *rpt =
		response_text(redeem_ticket(new_ticket("photo1{view}"), ""), "access_token");
	struct exchange *list[] = {
		rpt_request("viewer", new_ticket("photo1{view}"), ""),
		http_request("POST /introspect", alice_auth(), text_format("token=%s", rpt)),
	};

	serve_begin(http_case.server, 2);
	serve_run(http_case.server, list, 1);
	serve_withdraw_policy();
	serve_run(http_case.server, list + 1, 1);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	harness_begin(&http_case.c.s);
	EQ(response_of(list[1]).body, "{\"active\":false}");
	EQ(response_outcome(response_of(list[0])), "403 request_denied");
}

/* An expensive request ends its batch; what it leaves runs in the next ones. */
static void
a_batch_ends_after_some_time_or_memory(void)
{
	static const struct {
		int64_t micros;
		size_t memory, runs;
	} limits[] = {
		{ 0, SIZE_MAX, 1 },
		{ INT64_MAX, 0, 1 },
		{ INT64_MAX, 1, 1 },
		{ INT64_MAX, SIZE_MAX, 3 },
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct exchange *list[3];
		size_t ran = 0, batches = 0;

		for (size_t k = 0; k < 3; k++)
			list[k] = rpt_request("viewer", new_ticket("photo1{view}"), "");
		server_limit(http_case.server, limits[i].micros, limits[i].memory);
		for (; ran < 3; batches++) {
			size_t n;

			serve_begin(http_case.server, 64);
			n = serve_run(http_case.server, list + ran, 3 - ran);
			CU_ASSERT_EQUAL(n, limits[i].runs);
			CU_ASSERT_EQUAL(serve_may_run(http_case.server), n == 3);
			CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
			ran += n;
		}
		CU_ASSERT_EQUAL(batches, 3 / limits[i].runs);
		harness_begin(&http_case.c.s);
		for (size_t k = 0; k < 3; k++)
			EQ(response_outcome(response_of(list[k])), "200");
		server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	}
}

/* A process opens its store for so many. */
static void
a_batch_holds_no_more_snapshots_than_it_says(void)
{
	struct exchange *list[SERVE_RUNS];

	for (size_t i = 0; i < SERVE_RUNS; i++)
		list[i] = rpt_request("viewer", new_ticket("photo1{view}"), "");
	http_case.store.before_commit = touch_viewer;
	http_case.store.before_commit_calls = SERVE_RERUNS + 1;
	http_case.store.most = 0;
	serve_begin(http_case.server, SERVE_RUNS);
	for (size_t i = 0; i < SERVE_RUNS; i++)
		serve_run(http_case.server, list + i, 1);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	CU_ASSERT_EQUAL(http_case.store.most, SERVE_SNAPSHOTS);
	CU_ASSERT_EQUAL(http_case.store.open, 0);
	harness_begin(&http_case.c.s);
	EQ(response_outcome(response_of(list[0])), "503 server_error");
}

static size_t
run_batch(struct exchange **list, size_t n)
{
	size_t ran;

	serve_begin(http_case.server, 64);
	ran = serve_run(http_case.server, list, n);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	return ran;
}

/* With a limit of 0 each request is expensive, and ends its batch. */
static void
tenants_share_the_time(void)
{
	struct exchange *expensive = rpt_request("viewer", new_ticket("photo1{view}"), "");
	struct exchange *list[] = {
		rpt_request("viewer", new_ticket("photo1{view}"), ""),
		rpt_request("viewer", new_ticket("photo1{view}"), ""),
		http_request("GET /t/two/jwks", NULL, NULL),
	};
	struct exchange *cheap = list[2];

	server_limit(http_case.server, 0, SIZE_MAX);
	CU_ASSERT_EQUAL(run_batch(&expensive, 1), 1);
	CU_ASSERT_EQUAL(run_batch(list, 3), 1);
	CU_ASSERT_PTR_EQUAL(list[0], cheap);
	CU_ASSERT_TRUE(cheap->final);
	CU_ASSERT_EQUAL(response_of(cheap).status, 200);
	CU_ASSERT_EQUAL(run_batch(list + 1, 2), 1);
	CU_ASSERT_EQUAL(run_batch(list + 2, 1), 1);
	CU_ASSERT_FALSE(list[2]->final);
	harness_begin(&http_case.c.s);
	EQ(response_outcome(response_of(list[1])), "200");
	EQ(response_outcome(response_of(list[2])), "200");
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
}

/* Lane 2 has used 50 of 100 microseconds, lane 3 has used nothing. */
static void
expensive_requests_wait_for_one_run_only(void)
{
	struct request *rq[] = { request_new(), request_new(), request_new() };
	struct exchange *list[] = { &rq[0]->exchange, &rq[1]->exchange, &rq[2]->exchange };
	struct fair f = { .used = { [2] = 50 } };

	rq[0]->lane = rq[1]->lane = 2;
	rq[2]->lane = 3;
	CU_ASSERT_EQUAL(fair_order(&f, list, 3, 20), 3); /* none was expensive */
	CU_ASSERT_PTR_EQUAL(list[0], &rq[0]->exchange);
	f.windows = 1;
	CU_ASSERT_EQUAL(fair_order(&f, list, 3, 50), 3); /* not more than that */
	CU_ASSERT_PTR_EQUAL(list[0], &rq[2]->exchange);
	CU_ASSERT_PTR_EQUAL(list[1], &rq[0]->exchange);
	CU_ASSERT_PTR_EQUAL(list[2], &rq[1]->exchange);
	CU_ASSERT_EQUAL(fair_order(&f, list, 3, 20), 1);
	CU_ASSERT_EQUAL(fair_order(&f, list + 1, 2, 20), 2);
	for (size_t i = 0; i < 3; i++)
		request_free(rq[i]);
}

/* With a limit of 0 all requests are expensive, also those of the tenant that has used less. */
static void
expensive_requests_wait_for_a_lease(void)
{
	struct leases *leases = leases_new();
	int64_t other = getpid() + 1;
	struct exchange *first[] = { http_request("GET /jwks", NULL, NULL),
				     http_request("GET /t/two/jwks", NULL, NULL) };
	struct exchange *list[] = { http_request("GET /jwks", NULL, NULL) };

	server_limit(http_case.server, 0, SIZE_MAX);
	server_lease(http_case.server, leases, 2);
	CU_ASSERT_TRUE(lease_acquire(leases, 1, other, clock_ticks()));
	CU_ASSERT_EQUAL(run_batch(first, 1), 1);     /* no other tenant is served */
	CU_ASSERT_EQUAL(run_batch(first + 1, 1), 1); /* nothing is known of it */
	CU_ASSERT_EQUAL(run_batch(list, 1), 0);
	lease_release(leases, other);
	CU_ASSERT_EQUAL(run_batch(list, 1), 1);
	CU_ASSERT_EQUAL(response_of(list[0]).status, 200);
	CU_ASSERT_TRUE(lease_acquire(leases, 1, other, clock_ticks())); /* it was given back */
	CU_ASSERT_EQUAL(response_of(first[0]).status, 200);
	CU_ASSERT_EQUAL(response_of(first[1]).status, 200);
	server_lease(http_case.server, NULL, 0);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	leases_free(leases);
}

/* With a limit of 0 whoever has used time is expensive, and strangers have not. */
static void
requests_that_wait_for_a_lease_keep_no_other_waiting(void)
{
	struct leases *leases = leases_new();
	struct exchange *first[] = { http_request("GET /jwks", NULL, NULL),
				     http_request("GET /t/two/jwks", NULL, NULL) };
	struct exchange *list[] = { http_request("GET /jwks", NULL, NULL),
				    http_request("GET /t/two/jwks", NULL, NULL),
				    http_request("GET //", NULL, NULL) };
	struct exchange *other = list[2];

	server_limit(http_case.server, 0, SIZE_MAX);
	server_lease(http_case.server, leases, 2);
	CU_ASSERT_EQUAL(run_batch(first, 1), 1);
	CU_ASSERT_EQUAL(run_batch(first + 1, 1), 1);
	CU_ASSERT_TRUE(lease_acquire(leases, 1, getpid() + 1, clock_ticks()));
	serve_begin(http_case.server, 64);
	CU_ASSERT_EQUAL(serve_run(http_case.server, list, 0), 0); /* the first run puts in order */
	CU_ASSERT_EQUAL(serve_run(http_case.server, list, 3), 1);
	CU_ASSERT_PTR_EQUAL(list[0], other);
	CU_ASSERT_TRUE(other->final);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	server_lease(http_case.server, NULL, 0);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	leases_free(leases);
}

/* Tenant one asks for little, but each request is expensive; tenant two asks for more. */
static void
expensive_requests_that_come_first_keep_no_other_waiting(void)
{
	struct leases *leases = leases_new();
	struct exchange *expensive = http_request("GET /jwks", NULL, NULL), *cheap[12];
	struct exchange *list[] = { http_request("GET /jwks", NULL, NULL),
				    http_request("GET /t/two/jwks", NULL, NULL) };
	struct exchange *waits = list[0];

	server_limit(http_case.server, 5000, SIZE_MAX);
	server_lease(http_case.server, leases, 2);
	for (size_t i = 0; i < 12; i++)
		cheap[i] = http_request("GET /t/two/jwks", NULL, NULL);
	handlers_take(400, 400);
	CU_ASSERT_EQUAL(run_batch(cheap, 12), 12);
	handlers_take(3000, 3000);
	CU_ASSERT_EQUAL(run_batch(&expensive, 1), 1);
	handlers_take(400, 400);
	CU_ASSERT_TRUE(lease_acquire(leases, 1, getpid() + 1, clock_ticks()));
	CU_ASSERT_EQUAL(run_batch(list, 2), 1);
	CU_ASSERT_PTR_EQUAL(list[1], waits);
	lease_release(leases, getpid() + 1);
	CU_ASSERT_EQUAL(run_batch(&waits, 1), 1);
	handlers_take(0, 0);
	server_lease(http_case.server, NULL, 0);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	leases_free(leases);
}

/* Tenant one is expensive, and its issuer is a prefix of every path. */
static void
metadata_waits_for_its_own_tenant_only(void)
{
	struct leases *leases = leases_new();
	struct exchange *first[] = { http_request("GET /jwks", NULL, NULL),
				     http_request("GET //", NULL, NULL) };
	struct exchange *list[] = {
		http_request("GET /.well-known/oauth-authorization-server", NULL, NULL),
		http_request("GET /.well-known/oauth-authorization-server/t/two", NULL, NULL),
	};
	struct exchange *waits = list[0];

	server_limit(http_case.server, 0, SIZE_MAX);
	server_lease(http_case.server, leases, 2);
	CU_ASSERT_EQUAL(run_batch(first, 1), 1);
	CU_ASSERT_EQUAL(run_batch(first + 1, 1), 1);
	CU_ASSERT_TRUE(lease_acquire(leases, 1, getpid() + 1, clock_ticks()));
	CU_ASSERT_EQUAL(run_batch(list, 2), 1);
	CU_ASSERT_PTR_EQUAL(list[1], waits);
	CU_ASSERT_EQUAL(response_of(list[0]).status, 200);
	server_lease(http_case.server, NULL, 0);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	leases_free(leases);
}

/* The batch of one that is expensive ends. */
static void
a_request_is_not_charged_for_others_of_its_run(void)
{
	struct exchange *list[4];

	server_limit(http_case.server, 5000, SIZE_MAX);
	for (int64_t used = 999; used <= 1000; used++) {
		for (size_t i = 0; i < 4; i++)
			list[i] = http_request("GET /jwks", NULL, NULL);
		handlers_take(400, 400);
		handlers.later.took = 3000;
		handlers.later.used = used;
		handlers.change = 3;
		serve_begin(http_case.server, 64);
		CU_ASSERT_EQUAL(serve_run(http_case.server, list, 4), 4);
		CU_ASSERT_EQUAL(serve_may_run(http_case.server), used < 1000);
		CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	}
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	handlers_take(0, 0);
}

/* Each counts by the time it takes: 1 of 5 ms among 100 of 10 us. */
static void
a_lane_is_expensive_by_where_its_time_goes(void)
{
	struct fair f = { .used = { [2] = 5000 + 100 * 10, [3] = 2000 },
			  .squares = { [2] = 5000 * 5000 + 100 * 10 * 10, [3] = 2000 } };

	f.sum = f.used[2];
	CU_ASSERT_FALSE(fair_is_expensive(&f, 2, 1000)); /* alone */
	f.sum = f.used[2] + f.used[3];
	CU_ASSERT_TRUE(fair_is_expensive(&f, 2, 1000));
	CU_ASSERT_FALSE(fair_is_expensive(&f, 3, 1000));
	CU_ASSERT_FALSE(fair_is_expensive(&f, 4, 1000));
	f.squares[2] = f.used[2] * 999;
	CU_ASSERT_FALSE(fair_is_expensive(&f, 2, 1000));
}

/* So a tenant does not wait for ever, whatever others ask for. */
static void
what_a_tenant_used_is_forgotten_by_and_by(void)
{
	struct request *rq = request_new();
	struct fair f = { .used = { [2] = 1000 } };

	fair_charge(&f, rq, FAIR_WINDOW - 1, 1);
	CU_ASSERT_EQUAL(f.windows, 2);
	CU_ASSERT_EQUAL(f.used[2], 1000);
	fair_charge(&f, rq, 1, 2);
	CU_ASSERT_EQUAL(f.used[2], 500);
	CU_ASSERT_EQUAL(f.used[rq->lane], FAIR_WINDOW / 2);
	CU_ASSERT_EQUAL(f.windows, 1);
	for (int i = 0; i < 10; i++)
		fair_charge(&f, rq, FAIR_WINDOW, INT64_MAX);
	CU_ASSERT_EQUAL(f.used[2], 0);
	CU_ASSERT_EQUAL(f.windows, 0);
	request_free(rq);
}

static void
run_nine_times(void *list)
{
	serve_begin(http_case.server, 64);
	for (int i = 0; i <= SERVE_RUNS; i++)
		serve_run(http_case.server, list, 1);
}

static void
a_round_has_its_bounds(void)
{
	struct exchange *list[] = { http_request("GET /jwks", NULL, NULL),
				    http_request("GET /jwks", NULL, NULL) };

	serve_begin(http_case.server, 64); /* room that the next one does not have */
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	serve_begin(http_case.server, 1);
	CU_ASSERT_EQUAL(serve_run(http_case.server, list, 2), 1);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	CU_ASSERT(aborts_in_child(run_nine_times, list));
}

static CU_TestInfo tests[] = {
	{ "of one round one wins the ticket [G-TKT-06 T-U01]", of_one_round_one_wins_the_ticket },
	{ "of one round one gets the claim token through [T-U10]",
	  of_one_round_one_gets_the_claim_token_through },
	{ "a round serves all kinds [T-F09]", a_round_serves_all_kinds },
	{ "a policy withdrawn meanwhile is seen [T-U14]", a_policy_withdrawn_meanwhile_is_seen },
	{ "after four reruns it is 503, and the ticket unspent [T-U14]", reruns_are_bounded },
	{ "a client disabled meanwhile gets nothing [T-U14 T-U15]",
	  a_client_disabled_meanwhile_gets_nothing },
	{ "a resource deleted meanwhile is seen [T-U05 T-U14]",
	  a_resource_deleted_meanwhile_is_seen },
	{ "a resource deleted while it is granted is seen [T-U14 T-U15]",
	  a_resource_deleted_while_it_is_granted_is_seen },
	{ "a lost update is 412", a_lost_update_is_412 },
	{ "tenants may change in the middle of a round [T-K02]",
	  tenants_may_change_in_the_middle_of_a_round },
	{ "a change of another tenant runs nothing again",
	  a_change_of_another_tenant_runs_nothing_again },
	{ "responses outlive the tenants and snapshots of their batch [T-X09]",
	  responses_outlive_their_batch },
	{ "conflicting requests run again together and are committed together",
	  conflicts_are_committed_together },
	{ "who joins a round is committed with it", who_joins_a_round_is_committed_with_it },
	{ "of a round that was joined one wins the ticket [G-TKT-06 T-U01]",
	  of_a_round_that_was_joined_one_wins_the_ticket },
	{ "who joins a round without a store is refused too [T-S04]",
	  who_joins_a_round_without_a_store_is_refused_too },
	{ "who joins a round sees what was acknowledged before [T-U15 F-PRV-02]",
	  who_joins_a_round_sees_what_was_acknowledged_before },
	{ "a batch ends after some time or memory, and what is left runs in the next [T-F05]",
	  a_batch_ends_after_some_time_or_memory },
	{ "a batch holds no more snapshots than it says [T-S06]",
	  a_batch_holds_no_more_snapshots_than_it_says },
	{ "the requests of a tenant that used less time run first [T-O05]",
	  tenants_share_the_time },
	{ "expensive requests wait for one run only [T-O05]",
	  expensive_requests_wait_for_one_run_only },
	{ "expensive requests wait while another worker runs one, cheap ones do not [T-O05]",
	  expensive_requests_wait_for_a_lease },
	{ "requests that wait for a lease keep no other waiting [T-O05]",
	  requests_that_wait_for_a_lease_keep_no_other_waiting },
	{ "expensive requests that come first keep no other waiting for a lease [T-O05]",
	  expensive_requests_that_come_first_keep_no_other_waiting },
	{ "metadata waits for a lease because of its own tenant only [T-O05]",
	  metadata_waits_for_its_own_tenant_only },
	{ "a request that waited for a processor is not charged for others of its run [T-O05]",
	  a_request_is_not_charged_for_others_of_its_run },
	{ "a tenant's requests are expensive if most of its time goes there [T-O05]",
	  a_lane_is_expensive_by_where_its_time_goes },
	{ "what a tenant used is forgotten as others use time [T-O05]",
	  what_a_tenant_used_is_forgotten_by_and_by },
	{ "a round has its bounds", a_round_has_its_bounds },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo serve_suite = { "server/serve",  NULL, NULL, examples_open_photo1,
			     http_case_close, tests };
