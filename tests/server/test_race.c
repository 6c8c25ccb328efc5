/* SPDX-License-Identifier: Apache-2.0 */
/* One ticket, one refresh token, many processes, each with the store open for itself (a store is
 * never opened before fork and used after). */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define PROCESSES 50

/* Shared by all of them: what each was told. */
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

/* In the child: nothing of the parent's store may be touched but forgotten. */
static int
serve_one(const char *store, const char *auth, const char *body)
{
	struct store_config config = { .path = store, .map_size = 4 << 20, .map_max = 16 << 20 };
	struct exchange *x = http_request("POST /token", auth, body);
	struct server *server;
	struct store *own;
	const char *why;

	if (store_open(&store_lmdb, &config, &own, &why) != OK ||
	    server_new(&http_case.c.s.settings, own, &http_case.c.s.master, &server, &why) != OK ||
	    serve_round(server, &x, 1) != OK)
		return -1;
	return x->out.status;
}

/* All wait for the last to be there: the pipe's end closes for all of them at once. */
static void
race_processes(const char *auth, const char *body)
{
	const char *store = text_format("%s/store", http_case.c.s.directory);
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
fifty_processes_redeem_one_ticket(void)
{
	race_processes(
		auth_basic("viewer"),
		text_format("grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s",
			    new_ticket("photo1{view}")));
	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL(race_count_status(200), 1);
	CU_ASSERT_EQUAL(race_count_status(400), PROCESSES - 1);
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_RPT), 1);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.granted"), 1);
	CU_ASSERT_EQUAL(count_audit_rows("ticket.replayed"), PROCESSES - 1);
}

/* The second comer is a replay, so the family ends: no refresh token survives. */
static void
fifty_processes_use_one_refresh_token(void)
{
	struct response a = redeem_ticket(new_ticket("photo1{view}"), "");

	race_processes(auth_basic("viewer"),
		       text_format("grant_type=refresh_token&refresh_token=%s",
				   response_text(a, "refresh_token")));
	harness_begin(&http_case.c.s);
	CU_ASSERT_EQUAL(race_count_status(200), 1);
	CU_ASSERT_EQUAL(race_count_status(400), PROCESSES - 1);
	CU_ASSERT_EQUAL(count_audit_rows("rpt.refreshed"), 1);
	CU_ASSERT_STRING_EQUAL(response_granted(a), "inactive");
}

static CU_TestInfo tests[] = { { "fifty processes redeem one ticket, one wins [G-TKT-06 T-U01]",
				 fifty_processes_redeem_one_ticket },
			       { "fifty processes use one refresh token, one wins [T-C07]",
				 fifty_processes_use_one_refresh_token },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo race_suite = { "server/race", NULL, NULL, race_flow_setup, race_flow_teardown, tests };
