/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of the LMDB engine beyond the contract: locks, readers, map. */
#include <signal.h>
#include <unistd.h>

#include "src/store/lmdb.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static MDB_env *
lmdb_environment(struct store_fixture *st)
{
	return ((struct lmdb *)st->store)->env;
}

/* Reports its progress through the pipe, and waits to be killed. */
static int
lmdb_write_and_wait(int fd)
{
	if (write(fd, "", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static int
hold_write_lock(struct store_fixture *st, void *arg)
{
	MDB_txn *txn;

	store_fixture_open(st);
	if (mdb_txn_begin(lmdb_environment(st), NULL, 0, &txn) != 0)
		return 1;
	return lmdb_write_and_wait(*(int *)arg);
}

static int
hold_snapshot(struct store_fixture *st, void *arg)
{
	struct snapshot *db;

	store_fixture_open(st);
	if (store_snapshot(st->store, &db) != OK)
		return 1;
	return lmdb_write_and_wait(*(int *)arg);
}

static int
lmdb_put_and_write(struct store_fixture *st, void *arg)
{
	store_fixture_open(st);
	if (store_fixture_put(st, 1, T_CLIENT, "c", "x") != OK)
		return 1;
	return lmdb_write_and_wait(*(int *)arg);
}

static pid_t
lmdb_setup(struct store_fixture *st, int (*fn)(struct store_fixture *, void *), int *end)
{
	int fd[2];
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(fd), 0);
	pid = store_fixture_fork(st, fn, &fd[1]);
	close(fd[1]);
	*end = fd[0];
	return pid;
}

static int
lmdb_child_wrote(int fd, int wait_ms)
{
	struct timeval wait = { 0, wait_ms * 1000 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, wait_ms < 0 ? NULL : &wait) == 1;
}

static void
a_killed_writer_does_not_block_other_processes(void)
{
	struct store_fixture st;
	int holder, writer;
	pid_t first, second;

	store_fixture_setup(&st);
	first = lmdb_setup(&st, hold_write_lock, &holder);
	CU_ASSERT(lmdb_child_wrote(holder, -1));
	second = lmdb_setup(&st, lmdb_put_and_write, &writer);
	CU_ASSERT_FALSE(lmdb_child_wrote(writer, 200));
	store_fixture_kill(first);
	CU_ASSERT(lmdb_child_wrote(writer, -1));
	store_fixture_kill(second);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c"), "x");
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "y"), OK);
	close(holder);
	close(writer);
	store_fixture_teardown(&st);
}

/* The number of pages that were ever used, including free ones. */
static size_t
lmdb_pages_used(struct store_fixture *st)
{
	MDB_envinfo info;

	mdb_env_info(lmdb_environment(st), &info);
	return info.me_last_pgno + 1;
}

static void
lmdb_churn_row(struct store_fixture *st)
{
	char row[16384];

	memset(row, 'x', sizeof(row) - 1);
	row[sizeof(row) - 1] = '\0';
	for (int i = 0; i < 60; i++)
		CU_ASSERT_EQUAL(store_fixture_put(st, 1, T_CLIENT, "c", row), OK);
}

static void
readers_of_dead_processes_are_removed(void)
{
	size_t level, held, after;
	struct store_fixture st;
	pid_t reader;
	int fd;

	store_fixture_setup(&st);
	lmdb_churn_row(&st);
	level = lmdb_pages_used(&st);
	lmdb_churn_row(&st);
	CU_ASSERT(lmdb_pages_used(&st) <= level + 8);
	reader = lmdb_setup(&st, hold_snapshot, &fd);
	CU_ASSERT(lmdb_child_wrote(fd, -1));
	store_fixture_kill(reader);
	lmdb_churn_row(&st);
	held = lmdb_pages_used(&st);
	CU_ASSERT(held >= level + 200); /* the dead process still holds them */
	CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	lmdb_churn_row(&st);
	after = lmdb_pages_used(&st);
	CU_ASSERT(after <= held + 8);
	close(fd);
	store_fixture_teardown(&st);
}

static void
a_released_snapshot_keeps_no_pages(void)
{
	struct snapshot *db;
	struct store_fixture st;
	size_t level;

	store_fixture_setup(&st);
	lmdb_churn_row(&st);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	store_release(db);
	level = lmdb_pages_used(&st);
	lmdb_churn_row(&st);
	CU_ASSERT(lmdb_pages_used(&st) <= level + 8);
	store_fixture_teardown(&st);
}

/* A new slot needs a lock of LMDB, which has no time limit. */
static void
reader_slots_are_reserved_when_the_store_is_opened(void)
{
	struct store_config config;
	const char *why = NULL;
	struct snapshot *db[5];
	MDB_envinfo info;
	struct store_fixture st;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	config = (struct store_config){ st.path, st.size, st.max, false, 5 };
	CU_ASSERT_EQUAL_FATAL(store_open(store_fixture_engine, &config, &st.store, &why), OK);
	mdb_env_info(lmdb_environment(&st), &info);
	CU_ASSERT_EQUAL(info.me_numreaders, 5);
	for (int i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(store_snapshot(st.store, &db[i]), OK);
	mdb_env_info(lmdb_environment(&st), &info);
	CU_ASSERT_EQUAL(info.me_numreaders, 5);
	for (int i = 0; i < 5; i++)
		store_release(db[i]);
	store_fixture_teardown(&st);
}

static void
no_flag_trades_durability_for_speed(void)
{
	unsigned flags;
	struct store_fixture st;

	store_fixture_setup(&st);
	CU_ASSERT_EQUAL(mdb_env_get_flags(lmdb_environment(&st), &flags), 0);
	CU_ASSERT_EQUAL(flags & (MDB_NOSYNC | MDB_NOMETASYNC | MDB_WRITEMAP | MDB_MAPASYNC), 0);
	CU_ASSERT_EQUAL(flags & MDB_NOTLS, MDB_NOTLS);
	store_fixture_teardown(&st);
}

static void
a_process_opens_a_database_only_once(void)
{
	struct store_fixture st;
	struct store_config config;
	struct store *again;
	const char *why = NULL;

	store_fixture_setup(&st);
	config = (struct store_config){ .path = st.path, .map_size = MIB, .map_max = MIB };
	CU_ASSERT_EQUAL(store_open(store_fixture_engine, &config, &again, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, "the database is open in this process already");
	store_fixture_close(&st);
	CU_ASSERT_EQUAL(store_open(store_fixture_engine, &config, &again, &why), OK);
	store_close(again);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

static int
fill_past_small_map(struct store_fixture *st, void *arg)
{
	char *row = arena_alloc(st->arena, ROW_MAX);

	st->max = 64 * MIB;
	st->size = 16 * MIB;
	store_fixture_open(st);
	memset(row, 'x', ROW_MAX - 1);
	for (int i = 0; i < 100; i++)
		if (store_fixture_put(st, 1, T_AUDIT, arena_printf(st->arena, "%d", i), row) != OK)
			return 1;
	return 0;
}

/* A process whose map is too small gets an error, not wrong rows. Its open snapshots do not
 * change, and a new process sees all rows. */
static void
a_map_that_is_too_small_is_a_fault(void)
{
	struct snapshot *db, *other;
	struct bytes row;
	struct store_fixture st;

	store_fixture_setup_sized(&st, 2 * MIB, 2 * MIB);
	store_fixture_put(&st, 1, T_CLIENT, "c", "here");
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, fill_past_small_map, NULL)), 0);
	CU_ASSERT_EQUAL(store_get(db, 1, T_CLIENT, bytes_of("c"), &row), OK);
	CU_ASSERT(bytes_equal(row, bytes_of("here")));
	CU_ASSERT_EQUAL(store_snapshot(st.store, &other), ERR_STORE);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "there"), ERR_STORE);
	CU_ASSERT_EQUAL(store_get(db, 1, T_CLIENT, bytes_of("c"), &row), OK);
	store_release(db);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &other), ERR_STORE);
	store_fixture_close(&st);
	store_fixture_open(&st);
	CU_ASSERT_PTR_NOT_NULL(store_fixture_row(&st, 1, T_AUDIT, "99"));
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c"), "here");
	store_fixture_teardown(&st);
}

static void
a_map_larger_than_the_address_space_is_rejected(void)
{
	struct store_fixture st;
	struct store_config config;
	const char *why = NULL;
	struct store *s;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	config = (struct store_config){ st.path, st.size, UINT64_MAX - 65535, false, 0 };
	CU_ASSERT_EQUAL(store_open(&store_lmdb, &config, &s, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, "File too large");
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = {
	{ "a killed writer does not block other processes [T-S07]",
	  a_killed_writer_does_not_block_other_processes },
	{ "readers of dead processes are removed [T-S06]", readers_of_dead_processes_are_removed },
	{ "a released snapshot keeps no pages [T-S06]", a_released_snapshot_keeps_no_pages },
	{ "reader slots are reserved when the store is opened [T-O07]",
	  reader_slots_are_reserved_when_the_store_is_opened },
	{ "no flag trades durability for speed [T-S01]", no_flag_trades_durability_for_speed },
	{ "a process opens a database only once [T-S08]", a_process_opens_a_database_only_once },
	{ "a map that is too small is a fault", a_map_that_is_too_small_is_a_fault },
	{ "a map larger than the address space is rejected",
	  a_map_larger_than_the_address_space_is_rejected },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo lmdb_suite = { "store/lmdb", NULL, NULL, NULL, NULL, tests };
