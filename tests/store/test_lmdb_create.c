/* SPDX-License-Identifier: Apache-2.0 */
/* The creation of a database, and which files are accepted as one (T-S02, T-S08, T-X06). */
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"
#include "tests/support.h"

enum whether { EXISTING, CREATE };

/* Opens and closes the store; returns OK or the error. */
static enum err
try_open(struct store_fixture *st, enum whether whether, const char **why)
{
	struct store_config config = { st->path, st->size, st->max, whether == CREATE, 0 };
	struct store *s;
	enum err e;

	*why = NULL;
	e = store_open(store_fixture_engine, &config, &s, why);
	if (e == OK)
		store_close(s);
	return e;
}

static char *
lmdb_create_path(struct store_fixture *st, const char *name)
{
	return arena_printf(st->arena, "%s/%s", st->path, name);
}

static int
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CU_ASSERT(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* A fixture with a closed database, or without one. */
static void
lmdb_create_setup(struct store_fixture *st, enum whether whether)
{
	store_fixture_setup_sized(st, MIB, 4 * MIB);
	store_fixture_close(st);
	if (whether == EXISTING)
		st->path = arena_printf(st->arena, "%s/other", st->directory);
}

static void
without_create_no_file_is_made(void)
{
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), ABSENT);
	CU_ASSERT_STRING_EQUAL(why, "there is no database");
	CU_ASSERT_FALSE(is_there(st.path));
	mkdir(st.path, 0700);
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), ABSENT);
	CU_ASSERT_FALSE(is_there(lmdb_create_path(&st, "lock.mdb")));
	CU_ASSERT_FALSE(is_there(lmdb_create_path(&st, "pids")));
	store_fixture_teardown(&st);
}

static void
only_its_user_has_access_to_a_new_database(void)
{
	struct stat st;
	struct store_fixture s;

	lmdb_create_setup(&s, CREATE);
	CU_ASSERT_EQUAL(stat(s.path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0700);
	CU_ASSERT_EQUAL(stat(lmdb_create_path(&s, "data.mdb"), &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(st.st_size, MIB);
	CU_ASSERT(st.st_blocks * 512 >= (blkcnt_t)MIB); /* allocated, not sparse */
	CU_ASSERT_FALSE(is_there(arena_printf(s.arena, "%s.new", s.path)));
	store_fixture_teardown(&s);
}

static void
a_database_is_created_in_an_empty_directory_only(void)
{
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	mkdir(st.path, 0755);
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), OK);
	st.path = arena_printf(st.arena, "%s/foreign", st.directory);
	mkdir(st.path, 0700);
	write_file(lmdb_create_path(&st, "letter"), "dear");
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, strerror(ENOTEMPTY));
	CU_ASSERT(is_there(lmdb_create_path(&st, "letter")));
	CU_ASSERT_FALSE(is_there(lmdb_create_path(&st, "data.mdb")));
	CU_ASSERT_FALSE(is_there(arena_printf(st.arena, "%s.new", st.path)));
	store_fixture_teardown(&st);
}

static void
the_path_may_end_in_a_slash_or_be_relative(void)
{
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	st.path = arena_printf(st.arena, "%s/", st.path);
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), OK);
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), OK);
	st.path = arena_printf(st.arena, "%s/no/such/place", st.directory);
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, strerror(ENOENT));
	store_fixture_teardown(&st);
}

static void
files_of_a_killed_creator_do_not_matter(void)
{
	const char *why, *left;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	left = arena_printf(st.arena, "%s.new", st.path);
	mkdir(left, 0700);
	write_file(arena_printf(st.arena, "%s/data.mdb", left), "half of a page");
	write_file(arena_printf(st.arena, "%s/lock.mdb", left), "");
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), ABSENT);
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), OK);
	CU_ASSERT_FALSE(is_there(left));
	store_fixture_teardown(&st);
}

/* The temporary name may be a link to another store, or a file; both stay unchanged. */
static void
files_at_the_temporary_name_are_neither_followed_nor_removed(void)
{
	const char *why, *left;
	struct store_fixture st;
	struct stat before, after;

	lmdb_create_setup(&st, EXISTING);
	left = arena_printf(st.arena, "%s.new", st.path);
	CU_ASSERT_EQUAL(symlink("store", left), 0);
	CU_ASSERT_EQUAL(stat(arena_printf(st.arena, "%s/store/data.mdb", st.directory), &before),
			0);
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, "other.new is in the way and is not ours: remove it");
	CU_ASSERT_EQUAL(stat(arena_printf(st.arena, "%s/store/data.mdb", st.directory), &after), 0);
	CU_ASSERT_EQUAL(before.st_ino, after.st_ino);
	CU_ASSERT_EQUAL(lstat(left, &after), 0);
	CU_ASSERT(S_ISLNK(after.st_mode));
	CU_ASSERT_EQUAL(unlink(left), 0);
	write_file(left, "mine");
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
	CU_ASSERT(is_there(left));
	CU_ASSERT_FALSE(is_there(st.path));
	store_fixture_teardown(&st);
}

static int
lmdb_create_in_child(struct store_fixture *st, void *arg)
{
	store_fixture_open(st);
	return 0;
}

/* The creator is killed at some moment: there is no database, or a complete one. */
static void
creation_is_all_or_nothing(void)
{
	struct store_fixture st;
	const char *why;
	int made = 0;

	lmdb_create_setup(&st, EXISTING);
	for (unsigned i = 0; i < 60; i++) {
		pid_t pid;
		enum err e;

		st.path = arena_printf(st.arena, "%s/%u", st.directory, i);
		pid = store_fixture_fork(&st, lmdb_create_in_child, NULL);
		usleep(i * 400);
		store_fixture_kill(pid);
		e = try_open(&st, EXISTING, &why);
		CU_ASSERT(e == OK || e == ABSENT);
		made += e == OK;
		CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), OK);
		CU_ASSERT_FALSE(is_there(arena_printf(st.arena, "%s.new", st.path)));
	}
	printf("# %d of 60 creations were done before the kill\n", made);
	store_fixture_teardown(&st);
}

static void
another_format_is_rejected(void)
{
	static const struct {
		const char *format, *why;
	} bad[] = {
		{ "2", "the database was written by a newer version of this program" },
		{ "999", "the database was written by a newer version of this program" },
		{ "0", "the database cannot be read" },
		{ "x", "the database cannot be read" },
		{ NULL, "this is not a database of this program" },
	};
	const char *why;
	struct store_fixture st;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		store_fixture_setup_sized(&st, MIB, MIB);
		CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 0, T_META, "format"), "1");
		CU_ASSERT_EQUAL(store_fixture_take(&st, 0, T_META, "format", bad[i].format), OK);
		store_fixture_close(&st);
		CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), ERR_STORE);
		CU_ASSERT_STRING_EQUAL(why, bad[i].why);
		CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
		store_fixture_teardown(&st);
	}
}

static void
files_that_are_not_a_database_are_rejected(void)
{
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	mkdir(st.path, 0700);
	write_file(lmdb_create_path(&st, "data.mdb"), "not a database, though it is called so");
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), ERR_STORE);
	CU_ASSERT_PTR_NOT_NULL(why);
	st.path = lmdb_create_path(&st, "data.mdb");
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), ERR_STORE);
	store_fixture_teardown(&st);
}

static void
refused_differently(struct store_fixture *st, const char *existing,
		    const char *lmdb_create_in_child)
{
	const char *why;

	CU_ASSERT_EQUAL(try_open(st, EXISTING, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, existing);
	CU_ASSERT_EQUAL(try_open(st, CREATE, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, lmdb_create_in_child);
}

static void
lmdb_create_rejected(struct store_fixture *st, const char *expected)
{
	refused_differently(st, expected, expected);
}

static void
files_that_others_may_write_to_are_rejected(void)
{
	static const char *names[] = { "", "data.mdb", "lock.mdb", "pids", "writer" };
	static const mode_t modes[] = { 0720, 0702, 0777 };
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, CREATE);
	for (size_t i = 0; i < 15; i++) {
		const char *path = lmdb_create_path(&st, names[i / 3]);

		CU_ASSERT_EQUAL(chmod(path, modes[i % 3]), 0);
		lmdb_create_rejected(&st, arena_printf(st.arena,
						       "others may write to %s (its mode has w for "
						       "group or others)",
						       i < 3 ? "its directory" : names[i / 3]));
		CU_ASSERT_EQUAL(chmod(path, 0755), 0);
		CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), OK);
	}
	store_fixture_teardown(&st);
}

static void
a_directory_in_which_others_could_replace_the_store_is_rejected(void)
{
	static const mode_t bad[] = { 0720, 0702, 02775, 0777 };
	static const mode_t good[] = { 01777, 01770, 0755, 0700 };
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, CREATE);
	for (size_t i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(chmod(st.directory, bad[i]), 0);
		refused_differently(&st,
				    "it is in a directory that others may write to (its "
				    "mode has w for group or others)",
				    "it would be in a directory that "
				    "others may write to (its mode has w for group or others)");
		CU_ASSERT_EQUAL(chmod(st.directory, good[i]), 0);
		CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), OK);
	}
	store_fixture_teardown(&st);
}

static void
links_are_rejected(void)
{
	static const char a_link[] = "data.mdb is a link, or not a plain file";
	struct store_fixture st;
	const char *data, *away;

	lmdb_create_setup(&st, CREATE);
	data = lmdb_create_path(&st, "data.mdb");
	away = arena_printf(st.arena, "%s/away", st.directory);
	CU_ASSERT_EQUAL(link(data, away), 0);
	lmdb_create_rejected(&st, a_link);
	CU_ASSERT_EQUAL(unlink(data) | symlink("../away", data), 0);
	lmdb_create_rejected(&st, a_link);
	CU_ASSERT_EQUAL(unlink(data) | rename(away, data), 0);

	st.path = arena_printf(st.arena, "%s/link", st.directory);
	CU_ASSERT_EQUAL(symlink("store", st.path), 0);
	lmdb_create_rejected(&st, "its directory cannot be opened: it is a link, or no directory");
	store_fixture_teardown(&st);
}

static void
an_empty_data_mdb_does_not_count_as_a_missing_store(void)
{
	struct store_fixture st;

	lmdb_create_setup(&st, CREATE);
	CU_ASSERT_EQUAL(truncate(lmdb_create_path(&st, "data.mdb"), 0), 0);
	lmdb_create_rejected(&st,
			     "data.mdb is empty: put back a copy, or remove the directory and run "
			     "usherctl init");
	store_fixture_teardown(&st);
}

static void
a_name_without_a_slash_is_in_the_working_directory(void)
{
	const char *why;
	struct store_fixture st;
	int here = open(".", O_RDONLY | O_DIRECTORY);

	lmdb_create_setup(&st, EXISTING);
	CU_ASSERT_EQUAL(chdir(st.directory), 0);
	st.path = arena_strdup(st.arena, "plain");
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), OK);
	CU_ASSERT(is_there("plain/data.mdb"));
	CU_ASSERT_EQUAL(fchdir(here), 0);
	close(here);
	store_fixture_teardown(&st);
}

/* Simulates a full disk: no file may grow beyond the limit. */
static void
creation_on_a_full_disk_leaves_no_files(void)
{
	struct rlimit old, small;
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	getrlimit(RLIMIT_FSIZE, &old);
	small = (struct rlimit){ MIB - 65536, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	CU_ASSERT_STRING_EQUAL(why, strerror(EFBIG));
	CU_ASSERT_FALSE(is_there(st.path));
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), OK);
	store_fixture_teardown(&st);
}

static void
a_size_beyond_all_memory_is_rejected(void)
{
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, EXISTING);
	st.max = (uint64_t)SIZE_MAX / 2 + MIB;
	CU_ASSERT_EQUAL(try_open(&st, CREATE, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, strerror(EFBIG));
	store_fixture_teardown(&st);
}

/* Simulates a program that had fewer tables. */
static void
drop_table(struct store_fixture *st, const char *name)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi table;

	CU_ASSERT_EQUAL_FATAL(mdb_env_create(&env), 0);
	CU_ASSERT_EQUAL(mdb_env_set_maxdbs(env, TABLE_COUNT), 0);
	CU_ASSERT_EQUAL(mdb_env_open(env, st->path, 0, 0600), 0);
	CU_ASSERT_EQUAL(mdb_txn_begin(env, NULL, 0, &txn), 0);
	CU_ASSERT_EQUAL(mdb_dbi_open(txn, name, 0, &table), 0);
	CU_ASSERT_EQUAL(mdb_drop(txn, table, 1), 0);
	CU_ASSERT_EQUAL(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
a_missing_table_is_created(void)
{
	const char *why;
	struct store_fixture st;

	lmdb_create_setup(&st, CREATE);
	drop_table(&st, table_name(T_AUDIT));
	CU_ASSERT_EQUAL(try_open(&st, EXISTING, &why), OK);
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_AUDIT, "x", "y"), OK);
	CU_ASSERT_STRING_EQUAL(store_fixture_row(&st, 1, T_AUDIT, "x"), "y");
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = {
	{ "without `create` no file is made", without_create_no_file_is_made },
	{ "only its user has access to a new database, and its space is allocated [T-X06 T-S05]",
	  only_its_user_has_access_to_a_new_database },
	{ "an empty data.mdb does not count as a missing store [T-S02]",
	  an_empty_data_mdb_does_not_count_as_a_missing_store },
	{ "a database is created in an empty directory only [T-S02]",
	  a_database_is_created_in_an_empty_directory_only },
	{ "the path may end in a slash, or be relative",
	  the_path_may_end_in_a_slash_or_be_relative },
	{ "files of a killed creator do not matter [T-S02]",
	  files_of_a_killed_creator_do_not_matter },
	{ "files at the temporary name are neither followed nor removed [T-X06]",
	  files_at_the_temporary_name_are_neither_followed_nor_removed },
	{ "creation is all or nothing [T-S02]", creation_is_all_or_nothing },
	{ "another format is rejected", another_format_is_rejected },
	{ "files that are not a database are rejected",
	  files_that_are_not_a_database_are_rejected },
	{ "files that others may write to are rejected [T-X06]",
	  files_that_others_may_write_to_are_rejected },
	{ "a directory in which others could replace the store is rejected [T-X06]",
	  a_directory_in_which_others_could_replace_the_store_is_rejected },
	{ "links are rejected [T-X06]", links_are_rejected },
	{ "a name without a slash is in the working directory",
	  a_name_without_a_slash_is_in_the_working_directory },
	{ "creation on a full disk leaves no files [T-S05]",
	  creation_on_a_full_disk_leaves_no_files },
	{ "a missing table is created", a_missing_table_is_created },
	{ "a size beyond all memory is rejected", a_size_beyond_all_memory_is_rejected },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo lmdb_create_suite = { "store/lmdb_create", NULL, NULL, NULL, NULL, tests };
