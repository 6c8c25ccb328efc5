/* SPDX-License-Identifier: Apache-2.0 */
/* A store that fails, is full, or contains unreadable rows. */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
a_commit_of_unknown_outcome_answers_503(void)
{
	const char *t = new_ticket("photo1{view}");
	struct exchange *list[2] = { rpt_request("viewer", t, ""),
				     http_request("GET /jwks", NULL, NULL) };

	http_case.store.fail_commit = true;
	CU_ASSERT_EQUAL(serve_together(list, 2), ERR_STORE);
	http_case.store.fail_commit = false;
	EQ(response_outcome(response_of(list[0])), "503 server_error");
	CU_ASSERT_FALSE(response_has(response_of(list[0]), "access_token"));
	CU_ASSERT_EQUAL(response_of(list[1]).status, 200);
	EQ(response_outcome(redeem_ticket(t, "")),
	   "400 invalid_grant"); /* the commit had succeeded */
}

static void
without_a_snapshot_every_request_answers_503(void)
{
	struct exchange *list[2] = { http_request("GET /jwks", NULL, NULL),
				     http_request("GET /nowhere", NULL, NULL) };

	http_case.store.fail_snapshot = true;
	CU_ASSERT_EQUAL(serve_together(list, 2), ERR_STORE);
	for (size_t i = 0; i < 2; i++) {
		EQ(response_outcome(response_of(list[i])), "503 server_error");
		EQ(response_header(response_of(list[i]), "Retry-After"), "1");
	}
}

static void
fail_next_snapshot(void)
{
	touch_viewer();
	http_case.store.fail_snapshot = true;
}

/* A UMA grant; `happens` is called before each of its first `times` commits. */
static void
responds_503_when(void (*happens)(void), int times)
{
	struct exchange *x = rpt_request("viewer", new_ticket("photo1{view}"), "");

	http_case.store.before_commit = happens;
	http_case.store.before_commit_calls = times;
	CU_ASSERT_EQUAL(serve_together(&x, 1), ERR_STORE);
	http_case.store.fail_snapshot = http_case.store.fail_commit = false;
	EQ(response_outcome(response_of(x)), "503 server_error");
}

static void
a_rerun_without_a_snapshot_answers_503(void)
{
	responds_503_when(fail_next_snapshot, 1);
}

static void
fail_commit_after_touch(void)
{
	if (http_case.store.before_commit_calls > 0)
		touch_viewer();
	else
		http_case.store.fail_commit = true;
}

static void
a_failure_of_the_second_commit_answers_503(void)
{
	responds_503_when(fail_commit_after_touch, 2);
}

/* Writes rows of the maximum size until the store rejects one. */
static void
fill_store(void)
{
	static uint8_t row[ROW_MAX];
	struct harness *s = http_case.harness;
	struct changes c, *list = &c;
	uint8_t key[2];

	for (unsigned n = 0; n < 1000; n++) {
		bytes_put(key, 2, n);
		changes_start(&c, s->arena, s->changes.tenant);
		change_put(&c, T_AUDIT, BYTES(key, 2), BYTES(row, sizeof row));
		CU_ASSERT_EQUAL(store_commit(s->store, &list, 1), OK);
		if (c.verdict != OK)
			break;
	}
	CU_ASSERT_EQUAL(c.verdict, ERR_FULL);
}

/* The last tenth of the file is reserved for changes that free space or revoke rights. */
static void
a_full_store_still_revokes_deletes_and_reads(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"), ""), last = { .status = 201 };
	int n = 0;

	fill_store();
	for (; last.status == 201 && n < 5000; n++)
		last = request_permission("photo1{view} photo2{view} album{view} diary{read}");
	EQ(response_outcome(last), "503 server_error");
	EQ(response_header(last, "Retry-After"), "1");
	EQ(response_granted(a), "photo1{view}");
	CU_ASSERT_EQUAL(http_send("POST /revoke", auth_basic("viewer"),
				  text_format("token=%s", response_text(a, "access_token")))
				.status,
			200);
	EQ(response_granted(a), "inactive");
	CU_ASSERT_EQUAL(http_send(text_format("DELETE /policy/%s", id_of("photo1")), alice_auth(),
				  NULL)
				.status,
			204);
	CU_ASSERT_EQUAL(http_send(text_format("DELETE /resource_set/%s", id_of("photo1")),
				  alice_auth(), NULL)
				.status,
			204);
}

static void
a_server_does_not_start_if_a_tenant_cannot_be_read(void)
{
	struct server *other = NULL;
	struct key stranger;
	const char *why = NULL;

	crypto_random(&stranger, sizeof stranger);
	CU_ASSERT_EQUAL(server_new(&http_case.harness->settings, http_case.harness->store,
				   &stranger, &other, &why),
			ERR_SERVER);
	CU_ASSERT_PTR_NOT_NULL(why);
	CU_ASSERT_PTR_NULL(other);
}

/* For a tenant that cannot be loaded; http_send would take a snapshot of the harness there. */
static struct response
http_send_without_snapshot(const char *line)
{
	struct exchange *x = http_request(line, NULL, NULL);

	CU_ASSERT_EQUAL(serve_batch(http_case.server, &x, 1), OK);
	return response_of(x);
}

static void
a_tenant_with_a_corrupt_row_answers_500(void)
{
	struct harness *s = http_case.harness;
	tenant_id id = s->changes.tenant;
	uint8_t key[8];

	bytes_put(key, 8, id);
	change_put(&s->changes, T_META, bytes_of("generation"), bytes_of("other"));
	s->changes.tenant = 0;
	change_put(&s->changes, T_TENANT, BYTES(key, 8), bytes_of("x"));
	s->changes.tenant = id;
	CU_ASSERT_EQUAL(store_commit(s->store, &(struct changes *){ &s->changes }, 1), OK);
	EQ(response_outcome(http_send_without_snapshot("GET /jwks")), "500 server_error");
	CU_ASSERT_EQUAL(http_send_without_snapshot("GET /t/two/jwks").status, 200);
}

static CU_TestInfo tests[] = {
	{ "a commit of unknown outcome answers 503 and returns the error to the process [T-S04]",
	  a_commit_of_unknown_outcome_answers_503 },
	{ "without a snapshot every request answers 503 [T-S04]",
	  without_a_snapshot_every_request_answers_503 },
	{ "a rerun without a snapshot answers 503 [T-S04]",
	  a_rerun_without_a_snapshot_answers_503 },
	{ "a failure of the second commit answers 503 [T-S04]",
	  a_failure_of_the_second_commit_answers_503 },
	{ "a full store still revokes, deletes and reads [T-S05]",
	  a_full_store_still_revokes_deletes_and_reads },
	{ "a server does not start if a tenant cannot be read [T-K01]",
	  a_server_does_not_start_if_a_tenant_cannot_be_read },
	{ "requests of a tenant with a corrupt row answer 500, other tenants are served [T-S11]",
	  a_tenant_with_a_corrupt_row_answers_500 },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo broken_suite = { "server/broken", NULL, NULL, examples_open_photo1,
			      http_case_close, tests };
