/* SPDX-License-Identifier: Apache-2.0 */
/* The lock in front of LMDB's own (T-O07). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/store/lmdb.h"
#include "src/store/writer.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

#define STOPS 100

static const int signals[] = { SIGTSTP, SIGTTIN, SIGTTOU, SIGINT, SIGHUP, SIGTERM, SIGQUIT };

static struct writer *
writer_of(struct store_fixture *st)
{
	return &((struct lmdb *)st->store)->writer;
}

static pid_t
writer_setup(struct store_fixture *st, int (*fn)(struct store_fixture *, void *), int *child_output)
{
	int fd[2];
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(fd), 0);
	pid = store_fixture_fork(st, fn, &fd[1]);
	close(fd[1]);
	*child_output = fd[0];
	return pid;
}

static void
wait_for_word(int fd)
{
	char byte;

	CU_ASSERT_EQUAL(read(fd, &byte, 1), 1);
}

static int
writer_hold_lock(struct store_fixture *st, void *arg)
{
	MDB_txn *txn;

	store_fixture_open(st);
	if (lmdb_write_begin((struct lmdb *)st->store, &txn) != 0 || write(*(int *)arg, "", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static void
a_stopped_writer_holds_up_writers_for_a_while_and_no_reader(void)
{
	struct store_fixture st;
	pid_t pid;
	int child_output;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "before"), OK);
	pid = writer_setup(&st, writer_hold_lock, &child_output);
	wait_for_word(child_output);
	CU_ASSERT_EQUAL(kill(pid, SIGSTOP), 0);
	writer_of(&st)->wait_ms = 1;
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "after"), ERR_BUSY);
		CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c"), "before");
		CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	}
	CU_ASSERT_EQUAL(writer_holder(writer_of(&st)), pid);
	CU_ASSERT_FALSE(store_gone(st.store));
	store_fixture_kill(pid);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "after"), OK);
	CU_ASSERT_FALSE(writer_of(&st)->stuck);
	CU_ASSERT_EQUAL(writer_holder(writer_of(&st)), 0);
	close(child_output);
	store_fixture_teardown(&st);
}

/* Each is sent to itself while it writes; it must come to the end of that, and then obey. */
static int
write_and_obey(struct store_fixture *st, void *arg)
{
	MDB_txn *txn;

	/* However the tests were started: a shell ignores some signals in what runs behind it, and
	 * nothing stops a process group without a parent in its session. */
	signal(*(int *)arg, SIG_DFL);
	setpgid(0, 0);
	store_fixture_open(st);
	if (lmdb_write_begin((struct lmdb *)st->store, &txn) != 0)
		return 1;
	raise(*(int *)arg);
	if (lmdb_write_end((struct lmdb *)st->store, txn, 0) != 0)
		return 2;
	return 0;
}

static void
signals_of_a_terminal_wait_for_the_end_of_a_commit(void)
{
	struct store_fixture st;
	int status;
	pid_t pid;

	store_fixture_setup(&st);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		pid = store_fixture_fork(&st, write_and_obey, (void *)&signals[i]);
		CU_ASSERT_EQUAL(waitpid(pid, &status, WUNTRACED), pid);
		if (WIFSTOPPED(status)) {
			CU_ASSERT_EQUAL(WSTOPSIG(status), signals[i]);
			writer_of(&st)->wait_ms = 1; /* it holds nothing, so nothing waits */
			CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
			store_fixture_kill(pid);
		} else {
			CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
		}
		CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
	}
	store_fixture_teardown(&st);
}

static int
commit_for_ever(struct store_fixture *st, void *arg)
{
	char row[2] = "a";

	store_fixture_open(st);
	if (write(*(int *)arg, "", 1) != 1)
		return 1;
	for (;;) {
		store_fixture_put(st, 1, T_AUDIT, "k", row);
		row[0] = (char)('a' + (row[0] - 'a' + 1) % 26);
	}
}

/* Wherever it is stopped, snapshots are taken and read, new slots of readers among them; a commit
 * succeeds or is told to wait.  A stop that lasts is a kill at last. */
static void
stopped_anywhere_it_never_keeps_a_reader(void)
{
	struct snapshot *db[4];
	struct store_fixture st;
	pid_t pid;
	int child_output;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
	pid = writer_setup(&st, commit_for_ever, &child_output);
	wait_for_word(child_output);
	writer_of(&st)->wait_ms = 1;
	for (int i = 0; i < STOPS; i++) {
		usleep((unsigned)(rand() % 2000)); /* where it is then is chance */
		kill(pid, SIGSTOP);
		for (int k = 0; k < 4; k++)
			CU_ASSERT_EQUAL_FATAL(store_snapshot(st.store, &db[k]), OK);
		CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c"), "x");
		for (int k = 0; k < 4; k++)
			store_release(db[k]);
		enum err e = store_fixture_put(&st, 1, T_CLIENT, "d", "y");
		CU_ASSERT(e == OK || e == ERR_BUSY);
		kill(pid, SIGCONT);
	}
	store_fixture_kill(pid);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "d", "z"), OK);
	close(child_output);
	store_fixture_teardown(&st);
}

/* What an older program or a fault of the disk left in the lock's file. */
static void
who_opens_the_store_alone_makes_the_lock_anew(void)
{
	char bytes[256];
	struct store_fixture st;
	int fd;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	memset(bytes, 0xff, sizeof bytes);
	for (size_t n = 0; n <= sizeof bytes; n += 64) {
		fd = open(arena_printf(st.arena, "%s/writer", st.path), O_WRONLY | O_TRUNC);
		CU_ASSERT_EQUAL(write(fd, bytes, n), (ssize_t)n);
		close(fd);
		store_fixture_open(&st);
		CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
		store_fixture_close(&st);
	}
	CU_ASSERT_EQUAL(unlink(arena_printf(st.arena, "%s/writer", st.path)), 0);
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
	store_fixture_teardown(&st);
}

static int
writer_hold_opening(struct store_fixture *st, void *arg)
{
	store_fixture_open(st);
	if (writer_acquire_opening(writer_of(st)) != 0 || write(*(int *)arg, "", 1) != 1)
		return 1;
	for (;;)
		pause();
}

/* Its own wait is that of every program: the test takes two seconds. */
static int
writer_open_store(struct store_fixture *st, void *arg)
{
	struct store_config config = { st->path, st->size, st->max, false, 0 };
	const char *why = NULL;
	struct store *s;

	if (store_open(store_fixture_engine, &config, &s, &why) == OK) {
		store_close(s);
		return 0;
	}
	return strstr(why, "does not come to an end") != NULL ? 2 : 3;
}

static void
a_process_stopped_while_it_opens_the_store_delays_opening_for_a_while_only(void)
{
	struct store_fixture st;
	pid_t pid;
	int child_output;

	store_fixture_setup(&st);
	pid = writer_setup(&st, writer_hold_opening, &child_output);
	wait_for_word(child_output);
	CU_ASSERT_EQUAL(kill(pid, SIGSTOP), 0);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, writer_open_store, NULL)), 2);
	/* A process that dies while it opens the store leaves the lock to the next one. */
	store_fixture_kill(pid);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, writer_open_store, NULL)), 0);
	close(child_output);
	store_fixture_teardown(&st);
}

#define OPENINGS 300

static int
writer_open_often(struct store_fixture *st, void *arg)
{
	for (int i = 0; i < OPENINGS; i++)
		if (writer_open_store(st, NULL) != 0)
			return 1;
	return 0;
}

static void
processes_open_and_close_the_store_at_the_same_time(void)
{
	struct store_fixture st;
	pid_t pid[4];

	store_fixture_setup(&st);
	store_fixture_close(&st);
	for (size_t i = 0; i < 4; i++)
		pid[i] = store_fixture_fork(&st, writer_open_often, NULL);
	for (size_t i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(store_fixture_wait(pid[i]), 0);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = {
	{ "a stopped writer holds up writers for a while, and no reader [T-O07]",
	  a_stopped_writer_holds_up_writers_for_a_while_and_no_reader },
	{ "signals of a terminal wait for the end of a commit [T-O07]",
	  signals_of_a_terminal_wait_for_the_end_of_a_commit },
	{ "a writer stopped at any point never keeps a reader [T-O07]",
	  stopped_anywhere_it_never_keeps_a_reader },
	{ "who opens the store alone makes the lock anew",
	  who_opens_the_store_alone_makes_the_lock_anew },
	{ "a process stopped while it opens the store delays opening for a while only [T-O07]",
	  a_process_stopped_while_it_opens_the_store_delays_opening_for_a_while_only },
	{ "processes open and close the store at the same time",
	  processes_open_and_close_the_store_at_the_same_time },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo writer_suite = { "store/writer", NULL, NULL, NULL, NULL, tests };
