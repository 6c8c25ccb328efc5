/* SPDX-License-Identifier: Apache-2.0 */
/* A batch has one commit, and a response is final only after that commit. */
#include "model/stored_policy.h"
#include "base/clock.h"
#include "src/server/fair.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"
#include "tests/server/examples.h"

int64_t __wrap_clock_micros(void), __real_clock_micros(void);
int64_t __wrap_clock_cpu_micros(void), __real_clock_cpu_micros(void);

/*
 * While `took` is not 0, a handler takes `took` microseconds of time and `used` of the processor;
 * after `change` handlers (if not 0) `later` replaces `took`.
 */
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
of_one_batch_exactly_one_request_redeems_the_ticket(void)
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
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 1);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("ticket.replayed"), MANY - 1);
}

static void
of_one_batch_exactly_one_request_uses_the_claim_token(void)
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
a_batch_serves_all_kinds_of_requests(void)
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

/* Withdraws the policy between evaluation and commit, like another worker. */
static void
serve_withdraw_policy(void)
{
	struct harness *s = http_case.harness;
	struct stored_policy stored_policy;

	harness_begin(s);
	CU_ASSERT_EQUAL(stored_policy_find(&s->w, http_case.fixture.alice, "photoz",
					   id_of("photo1"), &stored_policy),
			OK);
	if (stored_policy_remove(&s->w, &stored_policy) == OK)
		CU_ASSERT_EQUAL(harness_commit(s), OK);
}

static void
a_policy_removed_before_the_commit_is_detected(void)
{
	const char *t = new_ticket("photo1{view}");

	http_case.store.before_commit = serve_withdraw_policy;
	http_case.store.before_commit_calls = 1;
	EQ(response_outcome(redeem_ticket(t, "")), "403 request_denied");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 0);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 0);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.denied"), 1);
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
}

/*
 * Each commit conflicts with another change: after the last rerun the response is 503, nothing is
 * written, and the ticket is unspent.
 */
static void
after_four_reruns_the_response_is_503_and_the_ticket_unspent(void)
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
	harness_begin(http_case.harness);
	fixture_change_client(&http_case.fixture, "viewer", fixture_disable);
}

static void
a_client_disabled_before_the_commit_gets_no_token(void)
{
	http_case.store.before_commit = disable_viewer;
	http_case.store.before_commit_calls = 1;
	EQ(response_outcome(redeem_ticket(new_ticket("photo1{view}"), "")), "401 invalid_client");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 0);
}

static struct resource
serve_request_photo(void)
{
	struct resource r;

	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(resource_find(http_case.work, http_case.fixture.alice, "photoz",
				      id_of("photo1"), ERR_NOT_FOUND, &r),
			OK);
	return r;
}

static void
delete_photo(void)
{
	struct resource r = serve_request_photo();

	CU_ASSERT_EQUAL(resource_remove(http_case.work, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
a_resource_deleted_before_the_commit_gets_no_ticket(void)
{
	http_case.store.before_commit = delete_photo;
	http_case.store.before_commit_calls = 1;
	EQ(response_text(request_permission("photo1{view}"), "error"), "invalid_resource_id");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 0);
}

static void
a_resource_deleted_before_the_commit_is_not_granted(void)
{
	const char *t = new_ticket("photo1{view}");

	http_case.store.before_commit = delete_photo;
	http_case.store.before_commit_calls = 1;
	EQ(response_outcome(redeem_ticket(t, "")), "400 invalid_grant");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 0);
}

static void
update_photo(void)
{
	struct resource r = serve_request_photo();

	CU_ASSERT_EQUAL(resource_put(http_case.work, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(http_case.harness), OK);
}

static void
a_lost_update_answers_412(void)
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
	struct harness *s = http_case.harness;
	char kid[44];

	harness_begin(s);
	CU_ASSERT_EQUAL(tenant_key_rotate(&s->w, &s->master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(s), OK);
	touch_viewer();
}

/* The other requests of the batch keep the memory that they point to. */
static void
tenants_may_change_during_a_batch(void)
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
	struct harness *s = http_case.harness;
	char kid[44];

	if (commits++ > 0)
		return;
	harness_use_tenant(s, "two");
	CU_ASSERT_EQUAL(tenant_key_rotate(&s->w, &s->master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(s), OK);
	harness_use_tenant(s, "one");
}

static void
a_change_of_another_tenant_causes_no_rerun(void)
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

/* The bytes of a response outlive the tenants and snapshots of its batch. */
static void
responses_outlive_the_tenants_and_snapshots_of_their_batch(void)
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
conflicting_requests_are_committed_together(void)
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
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), MANY);
}

static void
a_request_that_joins_a_batch_is_committed_with_it(void)
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
	harness_begin(http_case.harness);
	for (size_t i = 0; i < 3; i++)
		EQ(response_outcome(response_of(list[i])), "200");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 2);
}

static void
of_a_batch_that_was_joined_exactly_one_request_redeems_the_ticket(void)
{
	const char *t = new_ticket("photo1{view}");
	struct exchange *list[] = { rpt_request("viewer", t, ""), rpt_request("viewer", t, "") };

	serve_begin(http_case.server, 2);
	serve_run(http_case.server, list, 1);
	serve_run(http_case.server, list + 1, 1);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	harness_begin(http_case.harness);
	EQ(response_outcome(response_of(list[0])), "200");
	EQ(response_outcome(response_of(list[1])), "400 invalid_grant");
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 1);
}

static void
a_request_that_joins_a_batch_without_a_snapshot_answers_503(void)
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

/* Another worker acknowledged the owner's change before this request arrived. */
static void
a_request_that_joins_reads_acknowledged_changes(void)
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
	harness_begin(http_case.harness);
	EQ(response_of(list[1]).body, "{\"active\":false}");
	EQ(response_outcome(response_of(list[0])), "403 request_denied");
}

/* An expensive request ends its batch; the remaining requests run in the next batches. */
static void
a_batch_ends_at_its_limit_of_time_or_memory(void)
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
		harness_begin(http_case.harness);
		for (size_t k = 0; k < 3; k++)
			EQ(response_outcome(response_of(list[k])), "200");
		server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	}
}

/* A process opens its store for a limited number of snapshots. */
static void
a_batch_has_no_more_snapshots_than_its_limit(void)
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
	harness_begin(http_case.harness);
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

/* With a limit of 0 each request is expensive and ends its batch. */
static void
the_requests_of_a_tenant_that_used_less_time_run_first(void)
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
	harness_begin(http_case.harness);
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
	CU_ASSERT_EQUAL(fair_order(&f, list, 3, 50), 3); /* the limit is not exceeded */
	CU_ASSERT_PTR_EQUAL(list[0], &rq[2]->exchange);
	CU_ASSERT_PTR_EQUAL(list[1], &rq[0]->exchange);
	CU_ASSERT_PTR_EQUAL(list[2], &rq[1]->exchange);
	CU_ASSERT_EQUAL(fair_order(&f, list, 3, 20), 1);
	CU_ASSERT_EQUAL(fair_order(&f, list + 1, 2, 20), 2);
	for (size_t i = 0; i < 3; i++)
		request_free(rq[i]);
}

/* With a limit of 0 all requests are expensive, also those of the tenant that used less time. */
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
	CU_ASSERT_EQUAL(run_batch(first + 1, 1), 1); /* this tenant has used no time yet */
	CU_ASSERT_EQUAL(run_batch(list, 1), 0);
	lease_release(leases, other);
	CU_ASSERT_EQUAL(run_batch(list, 1), 1);
	CU_ASSERT_EQUAL(response_of(list[0]).status, 200);
	CU_ASSERT_TRUE(lease_acquire(leases, 1, other, clock_ticks())); /* the lease was released */
	CU_ASSERT_EQUAL(response_of(first[0]).status, 200);
	CU_ASSERT_EQUAL(response_of(first[1]).status, 200);
	server_lease(http_case.server, NULL, 0);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	leases_free(leases);
}

/* With a limit of 0 every tenant that has used time is expensive; an unknown tenant is not. */
static void
requests_that_wait_for_a_lease_block_no_others(void)
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
	CU_ASSERT_EQUAL(serve_run(http_case.server, list, 0),
			0); /* the first run sorts the requests */
	CU_ASSERT_EQUAL(serve_run(http_case.server, list, 3), 1);
	CU_ASSERT_PTR_EQUAL(list[0], other);
	CU_ASSERT_TRUE(other->final);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	server_lease(http_case.server, NULL, 0);
	server_limit(http_case.server, INT64_MAX, SIZE_MAX);
	leases_free(leases);
}

/* Tenant one sends few requests, but each is expensive; tenant two sends more. */
static void
expensive_requests_that_come_first_block_no_others(void)
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
requests_for_metadata_wait_only_for_a_lease_of_their_own_tenant(void)
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

/* A request that is expensive alone ends the batch. */
static void
waiting_time_is_not_charged(void)
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

/* Each request is weighted by its time: 1 of 5 ms among 100 of 10 us. */
static void
a_lane_is_expensive_if_most_of_its_time_is(void)
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

/* Therefore a tenant does not wait for ever, whatever others request. */
static void
a_tenants_used_time_decays_as_others_use_time(void)
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
the_size_of_a_batch_is_limited(void)
{
	struct exchange *list[] = { http_request("GET /jwks", NULL, NULL),
				    http_request("GET /jwks", NULL, NULL) };

	serve_begin(http_case.server, 64); /* a batch size that the next batch does not have */
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	serve_begin(http_case.server, 1);
	CU_ASSERT_EQUAL(serve_run(http_case.server, list, 2), 1);
	CU_ASSERT_EQUAL(serve_end(http_case.server), OK);
	CU_ASSERT(aborts_in_child(run_nine_times, list));
}

static CU_TestInfo tests[] = {
	{ "of one batch exactly one request redeems the ticket [G-TKT-06 T-U01]",
	  of_one_batch_exactly_one_request_redeems_the_ticket },
	{ "of one batch exactly one request uses the claim token [T-U10]",
	  of_one_batch_exactly_one_request_uses_the_claim_token },
	{ "a batch serves all kinds of requests [T-F09]", a_batch_serves_all_kinds_of_requests },
	{ "a policy removed before the commit is detected [T-U14]",
	  a_policy_removed_before_the_commit_is_detected },
	{ "after four reruns the response is 503 and the ticket unspent [T-U14]",
	  after_four_reruns_the_response_is_503_and_the_ticket_unspent },
	{ "a client disabled before the commit gets no token [T-U14 T-U15]",
	  a_client_disabled_before_the_commit_gets_no_token },
	{ "a resource deleted before the commit gets no ticket [T-U05 T-U14]",
	  a_resource_deleted_before_the_commit_gets_no_ticket },
	{ "a resource deleted before the commit is not granted [T-U14 T-U15]",
	  a_resource_deleted_before_the_commit_is_not_granted },
	{ "a lost update answers 412", a_lost_update_answers_412 },
	{ "tenants may change during a batch [T-K02]", tenants_may_change_during_a_batch },
	{ "a change of another tenant causes no rerun",
	  a_change_of_another_tenant_causes_no_rerun },
	{ "responses outlive the tenants and snapshots of their batch [T-X09]",
	  responses_outlive_the_tenants_and_snapshots_of_their_batch },
	{ "conflicting requests run again together and are committed together",
	  conflicting_requests_are_committed_together },
	{ "a request that joins a batch is committed with it",
	  a_request_that_joins_a_batch_is_committed_with_it },
	{ "of a batch that was joined exactly one request redeems the ticket [G-TKT-06 T-U01]",
	  of_a_batch_that_was_joined_exactly_one_request_redeems_the_ticket },
	{ "a request that joins a batch without a snapshot answers 503 [T-S04]",
	  a_request_that_joins_a_batch_without_a_snapshot_answers_503 },
	{ "a request that joins a batch reads changes acknowledged before [T-U15 F-PRV-02]",
	  a_request_that_joins_reads_acknowledged_changes },
	{ "a batch ends at its limit of time or memory, the remaining requests run in the next [T-F05]",
	  a_batch_ends_at_its_limit_of_time_or_memory },
	{ "a batch has no more snapshots than its limit [T-S06]",
	  a_batch_has_no_more_snapshots_than_its_limit },
	{ "the requests of a tenant that used less time run first [T-O05]",
	  the_requests_of_a_tenant_that_used_less_time_run_first },
	{ "expensive requests wait for one run only [T-O05]",
	  expensive_requests_wait_for_one_run_only },
	{ "expensive requests wait while another worker runs one, cheap ones do not [T-O05]",
	  expensive_requests_wait_for_a_lease },
	{ "requests that wait for a lease block no others [T-O05]",
	  requests_that_wait_for_a_lease_block_no_others },
	{ "expensive requests that come first block no others while they wait for a lease [T-O05]",
	  expensive_requests_that_come_first_block_no_others },
	{ "requests for metadata wait only for a lease of their own tenant [T-O05]",
	  requests_for_metadata_wait_only_for_a_lease_of_their_own_tenant },
	{ "time that a request waits for a processor is not charged to it [T-O05]",
	  waiting_time_is_not_charged },
	{ "a tenant's requests are expensive if most of its time is spent on expensive ones [T-O05]",
	  a_lane_is_expensive_if_most_of_its_time_is },
	{ "a tenant's used time decays as others use time [T-O05]",
	  a_tenants_used_time_decays_as_others_use_time },
	{ "the size of a batch is limited", the_size_of_a_batch_is_limited },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo serve_suite = { "server/serve",  NULL, NULL, examples_open_photo1,
			     http_case_close, tests };
