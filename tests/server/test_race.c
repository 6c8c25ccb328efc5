/* SPDX-License-Identifier: Apache-2.0 */
/* One ticket, one refresh token, many processes, each with the store open for itself (a store is
 * never opened before fork and used after). */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define PROCESSES 50

/* Shared by all of them: what each was told. */
static int *told;

static void
start(void)
{
	share_open();
	permits("photo1", "view");
	told = mmap(NULL, PROCESSES * sizeof *told, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void
stop(void)
{
	munmap(told, PROCESSES * sizeof *told);
	world_close();
}

/* In the child: nothing of the parent's store may be touched but forgotten. */
static int
serve_one(const char *store, const char *auth, const char *body)
{
	struct store_config config = { .path = store, .map_size = 4 << 20, .map_max = 16 << 20 };
	struct exchange *x = ask("POST /token", auth, body);
	struct server *server;
	struct store *own;
	const char *why;

	if (store_open(&store_lmdb, &config, &own, &why) != OK ||
	    server_new(&world.c.s.settings, own, &world.c.s.master, &server, &why) != OK ||
	    serve_round(server, &x, 1) != OK)
		return -1;
	return x->out.status;
}

/* All wait for the last to be there: the pipe's end closes for all of them at once. */
static void
race(const char *auth, const char *body)
{
	const char *store = format("%s/store", world.c.s.folder);
	int gate[2];
	char byte;

	CU_ASSERT_EQUAL_FATAL(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		close(gate[1]);
		if (read(gate[0], &byte, 1) == 0)
			told[i] = serve_one(store, auth, body);
		_exit(0);
	}
	close(gate[0]);
	close(gate[1]);
	while (wait(NULL) > 0)
		;
}

static size_t
told_how_often(int status)
{
	size_t n = 0;

	for (int i = 0; i < PROCESSES; i++)
		n += told[i] == status;
	return n;
}

static void
fifty_processes_redeem_one_ticket(void)
{
	race(basic("viewer"),
	     format("grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s",
				     ticket("photo1{view}")));
	scene_begin(&world.c.s);
	CU_ASSERT_EQUAL(told_how_often(200), 1);
	CU_ASSERT_EQUAL(told_how_often(400), PROCESSES - 1);
	CU_ASSERT_EQUAL(scene_rows(&world.c.s, T_RPT), 1);
	CU_ASSERT_EQUAL(audited("rpt.granted"), 1);
	CU_ASSERT_EQUAL(audited("ticket.replayed"), PROCESSES - 1);
}

/* The second comer is a replay, so the family ends: no refresh token survives. */
static void
fifty_processes_use_one_refresh_token(void)
{
	struct said a = redeem(ticket("photo1{view}"), "");

	race(basic("viewer"), format("grant_type=refresh_token&refresh_token=%s",
				     text(a, "refresh_token")));
	scene_begin(&world.c.s);
	CU_ASSERT_EQUAL(told_how_often(200), 1);
	CU_ASSERT_EQUAL(told_how_often(400), PROCESSES - 1);
	CU_ASSERT_EQUAL(audited("rpt.refreshed"), 1);
	CU_ASSERT_STRING_EQUAL(granted(a), "inactive");
}

static CU_TestInfo tests[] = {
	{ "fifty processes redeem one ticket, one wins [G-TKT-06 T-U01]",
	  fifty_processes_redeem_one_ticket },
	{ "fifty processes use one refresh token, one wins [T-C07]",
	  fifty_processes_use_one_refresh_token },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo race_suite = { "server/race", NULL, NULL, start, stop, tests };
