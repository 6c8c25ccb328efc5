/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many processes redeem one ticket or one refresh token. Each process opens the store itself,
 * because a store must not be used after a fork.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define PROCESSES 50

/* The status that each process received, in shared memory. */
static int *statuses;

static void
race_flow_setup(void)
{
	examples_open();
	owner_permits("photo1", "view");
	statuses = mmap(NULL, PROCESSES * sizeof *statuses, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void
race_flow_teardown(void)
{
	munmap(statuses, PROCESSES * sizeof *statuses);
	http_case_close();
}

/* On a busy machine a process may not get a lock within its time limit. Then nothing was written,
 * and the process tries again, as a client does after 503. The number of attempts only ends a test
 * that would never end. */
#define ATTEMPTS 1000

static bool
race_open_store(const char *path, struct store **out)
{
	struct store_config config = { .path = path, .map_size = 4 << 20, .map_max = 16 << 20 };
	const char *why;

	for (int i = 0; i < ATTEMPTS; i++)
		if (store_open(&store_lmdb, &config, out, &why) == OK)
			return true;
	return false;
}

/* Runs in the child. The parent's store is only forgotten, not used or closed. */
static int
serve_one(const char *store, const char *auth, const char *body)
{
	struct server *server;
	struct exchange *x;
	struct store *own;
	const char *why;
	int status = 503;

	if (!race_open_store(store, &own) ||
	    server_new(&http_case.harness->settings, own, &http_case.harness->master, &server,
		       &why) != OK)
		return -1;
	for (int i = 0; i < ATTEMPTS && status == 503; i++) {
		x = http_request("POST /token", auth, body);
		if (serve_batch(server, &x, 1) != OK)
			return -1;
		status = x->out.status;
	}
	return status;
}

/* Starts all processes at once: each one waits until the parent closes the pipe. */
static void
race_processes(const char *auth, const char *body)
{
	const char *store = text_format("%s/store", http_case.harness->directory);
	int gate[2];
	char byte;

	CU_ASSERT_EQUAL_FATAL(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		close(gate[1]);
		if (read(gate[0], &byte, 1) == 0)
			statuses[i] = serve_one(store, auth, body);
		_exit(0);
	}
	close(gate[0]);
	close(gate[1]);
	while (wait(NULL) > 0)
		;
}

static size_t
race_count_status(int status)
{
	size_t n = 0;

	for (int i = 0; i < PROCESSES; i++)
		n += statuses[i] == status;
	return n;
}

static void
of_50_processes_that_redeem_one_ticket_exactly_one_succeeds(void)
{
	race_processes(
		auth_basic("viewer"),
		text_format("grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s",
			    new_ticket("photo1{view}")));
	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(race_count_status(200), 1);
	CU_ASSERT_EQUAL(race_count_status(400), PROCESSES - 1);
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_RPT), 1);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("ticket.replayed"), PROCESSES - 1);
}

/* The second use is a replay and revokes the family, so no refresh token remains valid. */
static void
of_50_processes_that_use_one_refresh_token_exactly_one_succeeds(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"), "");

	race_processes(auth_basic("viewer"),
		       text_format("grant_type=refresh_token&refresh_token=%s",
				   response_text(a, "refresh_token")));
	harness_begin(http_case.harness);
	CU_ASSERT_EQUAL(race_count_status(200), 1);
	CU_ASSERT_EQUAL(race_count_status(400), PROCESSES - 1);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.refreshed"), 1);
	CU_ASSERT_STRING_EQUAL(response_granted(a), "inactive");
}

static CU_TestInfo tests[] = {
	{ "of 50 processes that redeem one ticket exactly one succeeds [G-TKT-06 T-U01]",
	  of_50_processes_that_redeem_one_ticket_exactly_one_succeeds },
	{ "of 50 processes that use one refresh token exactly one succeeds [T-C07]",
	  of_50_processes_that_use_one_refresh_token_exactly_one_succeeds },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo race_suite = { "server/race", NULL, NULL, race_flow_setup, race_flow_teardown, tests };
