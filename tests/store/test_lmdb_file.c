/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to the file of an open database, as an operator may make them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/store/lmdb.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

static char *
lmdb_file_path(struct store_fixture *st, const char *name)
{
	return arena_printf(st->arena, "%s/%s", st->path, name);
}

/* Snapshots check the file once a second; here they check it each time. */
static enum err
snapshot_now(struct store_fixture *st)
{
	struct snapshot *db;
	enum err e;

	((struct lmdb *)st->store)->look_at = 0;
	e = store_snapshot(st->store, &db);
	if (e == OK)
		store_release(db);
	return e;
}

/* All operations fail, also after the file is back. */
static void
must_be_gone(struct store_fixture *st)
{
	CU_ASSERT_EQUAL(store_fixture_put(st, 1, T_CLIENT, "c", "lost"), ERR_STORE);
	CU_ASSERT(store_gone(st->store));
	CU_ASSERT_EQUAL(snapshot_now(st), ERR_STORE);
	CU_ASSERT_EQUAL(store_upkeep(st->store), ERR_STORE);
}

static void
a_store_that_was_replaced_or_removed_accepts_no_commit(void)
{
	struct store_fixture st;
	char *away;

	store_fixture_setup_sized(&st, MIB, 4 * MIB);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "before"), OK);
	CU_ASSERT_FALSE(store_gone(st.store));
	away = arena_printf(st.arena, "%s.old", st.path);
	CU_ASSERT_EQUAL(rename(st.path, away), 0);
	must_be_gone(&st);
	CU_ASSERT_EQUAL(rename(away, st.path), 0);
	must_be_gone(&st);
	store_fixture_close(&st);
	store_fixture_open(&st);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_CLIENT, "c"), "before");
	store_fixture_teardown(&st);
}

static int
lmdb_file_copy(const char *from, const char *to)
{
	char bytes[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ssize_t n;

	while ((n = read(in, bytes, sizeof bytes)) > 0)
		if (write(out, bytes, (size_t)n) != n)
			return -1;
	return close(in) | close(out);
}

static void
another_file_of_the_same_bytes_is_another_store(void)
{
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 4 * MIB);
	CU_ASSERT_EQUAL(
		lmdb_file_copy(lmdb_file_path(&st, "data.mdb"), lmdb_file_path(&st, "copy")), 0);
	CU_ASSERT_EQUAL(rename(lmdb_file_path(&st, "copy"), lmdb_file_path(&st, "data.mdb")), 0);
	CU_ASSERT_EQUAL(snapshot_now(&st), ERR_STORE);
	must_be_gone(&st);
	store_fixture_teardown(&st);
}

static void
a_relative_path_survives_chdir(void)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 4 * MIB);
	store_fixture_close(&st);
	CU_ASSERT_EQUAL(chdir(st.directory), 0);
	st.path = arena_strdup(st.arena, "store");
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(chdir("/"), 0);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
	CU_ASSERT_EQUAL(snapshot_now(&st), OK);
	CU_ASSERT_EQUAL(fchdir(here), 0);
	close(here);
	store_fixture_teardown(&st);
}

static void
a_store_that_is_truncated_while_open_accepts_no_commit(void)
{
	static const off_t lengths[] = { 0, 1, 4096, 8191, 8192, 3 * 4096 };
	struct store_fixture st;

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		store_fixture_setup_sized(&st, MIB, 4 * MIB);
		CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
		CU_ASSERT_EQUAL(truncate(lmdb_file_path(&st, "data.mdb"), lengths[i]), 0);
		must_be_gone(&st);
		store_fixture_teardown(&st);
	}
}

static struct store_fixture *grown_meanwhile;
int __wrap_mdb_env_info(MDB_env *env, MDB_envinfo *out);
int __real_mdb_env_info(MDB_env *env, MDB_envinfo *out);

static int
lmdb_file_grow(struct store_fixture *st, void *arg)
{
	store_fixture_open(st);
	for (int i = 0; i < 40; i++)
		if (store_fixture_put(st, 1, T_AUDIT, arena_printf(st->arena, "%d", i),
				      memset(arena_array(st->arena, 60001, 1), 'x', 60000)) != OK)
			return 1;
	return 0;
}

/* The linker replaces LMDB's function by this one (check.mk): another process grows the store
 * between the check of the file and the check of its content. */
int
__wrap_mdb_env_info(MDB_env *env, MDB_envinfo *out)
{
	struct store_fixture *st = grown_meanwhile;

	grown_meanwhile = NULL;
	if (st != NULL)
		CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(st, lmdb_file_grow, NULL)),
				0);
	return __real_mdb_env_info(env, out);
}

static void
a_store_that_grows_during_the_check_does_not_count_as_truncated(void)
{
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 16 * MIB);
	grown_meanwhile = &st;
	CU_ASSERT_EQUAL(snapshot_now(&st), OK);
	CU_ASSERT_PTR_NULL(grown_meanwhile);
	CU_ASSERT_FALSE(store_gone(st.store));
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_CLIENT, "c", "x"), OK);
	store_fixture_teardown(&st);
}

struct cut {
	off_t length;
};

enum { OPENED, TOLD, NOT_TOLD };

static int
open_cut(struct store_fixture *st, void *arg)
{
	struct store_config config = { st->path, st->size, st->max, false, 0 };
	const struct cut *cut = arg;
	const char *why = NULL;
	struct store *s;

	if (truncate(lmdb_file_path(st, "data.mdb"), cut->length) != 0)
		return 9;
	if (store_open(store_fixture_engine, &config, &s, &why) == OK)
		return OPENED;
	return why != NULL ? TOLD : NOT_TOLD;
}

/* Runs in a child process, because the fault would be SIGBUS. */
static void
a_truncated_store_is_rejected_at_any_length(void)
{
	struct store_fixture st;
	uint64_t used, size;

	store_fixture_setup_sized(&st, MIB, 4 * MIB);
	for (int i = 0; i < 40; i++)
		store_fixture_put(&st, 1, T_AUDIT, arena_printf(st.arena, "%d", i),
				  memset(arena_alloc(st.arena, 3001), 'x', 3000));
	CU_ASSERT_EQUAL(store_usage(st.store, &used, &size), OK);
	store_fixture_close(&st);
	CU_ASSERT_EQUAL(
		lmdb_file_copy(lmdb_file_path(&st, "data.mdb"), lmdb_file_path(&st, "whole")), 0);
	/* Free pages count as used here: `used` is the smallest size of a complete file. */
	for (off_t length = 1; length < (off_t)used; length = length * 2 + 777) {
		struct cut cut = { length };

		unlink(lmdb_file_path(&st, "data.mdb"));
		CU_ASSERT_EQUAL(lmdb_file_copy(lmdb_file_path(&st, "whole"),
					       lmdb_file_path(&st, "data.mdb")),
				0);
		CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, open_cut, &cut)), TOLD);
	}
	unlink(lmdb_file_path(&st, "data.mdb"));
	CU_ASSERT_EQUAL(rename(lmdb_file_path(&st, "whole"), lmdb_file_path(&st, "data.mdb")), 0);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

/* A bit for each of the descriptors 0 to 2 that is closed. */
static int
open_without(struct store_fixture *st, void *arg)
{
	struct store_config config = { st->path, st->size, st->max, true, 0 };
	const char *why = NULL;
	struct store *s;

	for (int fd = 0; fd < 3; fd++)
		if ((*(int *)arg >> fd & 1) != 0)
			close(fd);
	if (store_open(store_fixture_engine, &config, &s, &why) != ERR_STORE)
		return OPENED;
	return strstr(why, "is closed") != NULL ? TOLD : NOT_TOLD;
}

static void
a_store_is_not_opened_on_a_standard_descriptor(void)
{
	struct store_fixture st;
	struct stat s;

	store_fixture_setup_sized(&st, MIB, 4 * MIB);
	store_fixture_close(&st);
	for (int closed = 1; closed < 8; closed++)
		CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, open_without, &closed)),
				TOLD);
	store_fixture_open(&st);
	store_fixture_close(&st);
	st.path = arena_printf(st.arena, "%s/other", st.directory);
	for (int closed = 1; closed < 8; closed++)
		CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, open_without, &closed)),
				TOLD);
	CU_ASSERT_NOT_EQUAL(stat(st.path, &s), 0);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = {
	{ "a store that was replaced or removed accepts no commit",
	  a_store_that_was_replaced_or_removed_accepts_no_commit },
	{ "another file of the same bytes is another store",
	  another_file_of_the_same_bytes_is_another_store },
	{ "a relative path refers to the same file after a change of the working directory",
	  a_relative_path_survives_chdir },
	{ "a store that is truncated while open accepts no commit",
	  a_store_that_is_truncated_while_open_accepts_no_commit },
	{ "a store that grows during the check does not count as truncated",
	  a_store_that_grows_during_the_check_does_not_count_as_truncated },
	{ "a truncated store is rejected at any length",
	  a_truncated_store_is_rejected_at_any_length },
	{ "a store is not opened on a standard descriptor [T-X08]",
	  a_store_is_not_opened_on_a_standard_descriptor },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo lmdb_file_suite = { "store/lmdb_file", NULL, NULL, NULL, NULL, tests };
