/* SPDX-License-Identifier: Apache-2.0 */
/* A database that is full, or becomes full (T-S05). */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "src/store/lmdb.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

#define ROW 1000

enum weight { ORDINARY, ESSENTIAL };

/* One list that puts `n` rows of `size` bytes, with keys from `first` on. */
static enum err
put_rows(struct store_fixture *st, int first, int n, size_t size, enum weight weight)
{
	static uint8_t row[ROW_MAX];
	struct arena *a = arena_new();
	struct changes c;
	enum err e;

	changes_start(&c, a, 1);
	c.essential = weight == ESSENTIAL;
	for (int i = first; i < first + n; i++)
		change_put(&c, T_AUDIT, bytes_of(arena_printf(a, "%08d", i)), BYTES(row, size));
	e = store_fixture_commit(st, &c);
	arena_free(a);
	return e;
}

static enum err
drop_rows(struct store_fixture *st, int first, int n)
{
	struct arena *a = arena_new();
	struct changes c;
	enum err e;

	changes_start(&c, a, 1);
	c.essential = true;
	for (int i = first; i < first + n; i++)
		change_drop(&c, T_AUDIT, bytes_of(arena_printf(a, "%08d", i)));
	e = store_fixture_commit(st, &c);
	arena_free(a);
	return e;
}

/* Puts ordinary rows from `first` on, ten per commit, until a commit is rejected. Returns the
 * first missing row. */
static int
fill_from(struct store_fixture *st, int first)
{
	enum err e = OK;

	while (first < 100000 && (e = put_rows(st, first, 10, ROW, ORDINARY)) == OK)
		first += 10;
	CU_ASSERT_EQUAL(e, ERR_FULL);
	return first;
}

static int
lmdb_full_fill(struct store_fixture *st)
{
	return fill_from(st, 0);
}

static uint64_t
file_size(struct store_fixture *st)
{
	struct stat s = { 0 };

	CU_ASSERT_EQUAL(stat(arena_printf(st->arena, "%s/data.mdb", st->path), &s), 0);
	return (uint64_t)s.st_size;
}

static double
lmdb_full_ratio(struct store_fixture *st)
{
	uint64_t used, size;

	CU_ASSERT_EQUAL(store_usage(st->store, &used, &size), OK);
	return (double)used / (double)size;
}

static void
the_last_tenth_is_reserved(void)
{
	struct store_fixture st;
	double full;

	store_fixture_setup_sized(&st, 2 * MIB, 2 * MIB);
	lmdb_full_fill(&st);
	full = lmdb_full_ratio(&st);
	CU_ASSERT(full > 0.80 && full <= 0.91);
	CU_ASSERT_EQUAL(put_rows(&st, 0, 1, ROW, ESSENTIAL), OK);
	CU_ASSERT_EQUAL(put_rows(&st, 0, 20, ROW, ORDINARY), ERR_FULL);
	store_fixture_teardown(&st);
}

/* In each round the database is filled, rows are revoked and read, space is freed, and ordinary
 * changes succeed again. */
static void
essential_changes_fit_when_it_is_full(void)
{
	int head = 0, tail = 0;
	struct store_fixture st;

	store_fixture_setup_sized(&st, 4 * MIB, 4 * MIB);
	for (int round = 0; round < 100; round++) {
		head = fill_from(&st, head);
		CU_ASSERT_EQUAL(put_rows(&st, tail + 100, 1, ROW - 1, ESSENTIAL), OK);
		CU_ASSERT_PTR_NOT_NULL(
			store_fixture_row(&st, 1, T_AUDIT, arena_printf(st.arena, "%08d", tail)));
		CU_ASSERT_EQUAL(drop_rows(&st, tail, 60), OK);
		tail += 60;
		CU_ASSERT_EQUAL(put_rows(&st, head, 3, ROW, ORDINARY), OK);
	}
	store_fixture_teardown(&st);
}

static void
a_list_without_writes_always_fits(void)
{
	struct changes c;
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, MIB);
	lmdb_full_fill(&st);
	changes_start(&c, st.arena, 1);
	for (int i = 0; i < 300; i++)
		change_expect(&c, T_CLIENT, bytes_of("nobody"), BYTES_NONE);
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), OK);
	store_fixture_teardown(&st);
}

/* An essential list five times as large as the map: LMDB fails in the middle. */
static void
a_list_that_does_not_fit_writes_nothing(void)
{
	struct store_fixture st;
	int n;

	store_fixture_setup_sized(&st, MIB, MIB);
	n = lmdb_full_fill(&st);
	CU_ASSERT_EQUAL(put_rows(&st, n, 80, ROW_MAX, ESSENTIAL), ERR_FULL);
	CU_ASSERT_PTR_NULL(store_fixture_row(&st, 1, T_AUDIT, arena_printf(st.arena, "%08d", n)));
	CU_ASSERT_EQUAL(put_rows(&st, 0, 1, ROW, ESSENTIAL), OK);
	store_fixture_teardown(&st);
}

/* Each row is a page, so a dropped row frees it at once. */
static int
fill_with_big(struct store_fixture *st)
{
	int n = 0;

	while (put_rows(st, n, 1, 2 * 4096, ORDINARY) == OK)
		n++;
	return n;
}

/* A snapshot keeps free pages in use, so fewer pages are available than the count shows. The
 * ordinary list fails, the essential one in the same commit does not. */
static void
if_pages_run_out_essential_changes_succeed(void)
{
	struct changes ordinary, essential, *lists[] = { &ordinary, &essential };
	static uint8_t row[ROW_MAX];
	struct snapshot *db;
	struct store_fixture st;
	int n;

	store_fixture_setup_sized(&st, 2 * MIB, 2 * MIB);
	n = fill_with_big(&st);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(drop_rows(&st, 0, n), OK);
	changes_start(&ordinary, st.arena, 1);
	for (int i = 0; i < 16; i++)
		change_put(&ordinary, T_AUDIT, bytes_of(arena_printf(st.arena, "n%d", i)),
			   BYTES(row, ROW_MAX));
	changes_start(&essential, st.arena, 1);
	essential.essential = true;
	change_put(&essential, T_AUDIT, bytes_of("e"), bytes_of("revoked"));
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 2), OK);
	CU_ASSERT_EQUAL(ordinary.verdict, ERR_FULL);
	CU_ASSERT_EQUAL(essential.verdict, OK);
	store_release(db);
	CU_ASSERT_STRING_EQUAL(store_fixture_keys(&st, 1, T_AUDIT, "", ""), "e");
	CU_ASSERT_EQUAL(store_fixture_put(&st, 1, T_AUDIT, "x", "y"), OK);
	CU_ASSERT_EQUAL(store_commit(st.store, lists, 1), OK);
	CU_ASSERT_EQUAL(ordinary.verdict, OK);
	store_fixture_teardown(&st);
}

/* The process cannot make files longer, as on a full disk. LMDB treats a short write as a fault
 * of the disk, so both results are accepted. Returns 0 if all is correct. */
static int
write_with_a_full_disk(struct store_fixture *st, void *arg)
{
	enum err e = OK;
	int n = 0;

	store_fixture_open(st);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ MIB, MIB });
	if (store_upkeep(st->store) != OK)
		return 1;
	while (n < 1000 && (e = put_rows(st, n, 1, 3 * ROW, ESSENTIAL)) == OK)
		n++;
	if (n < 50 || (e != ERR_FULL && e != ERR_STORE))
		return 2;
	if (store_fixture_row(st, 1, T_AUDIT, "00000049") == NULL)
		return 3;
	return store_fixture_row(st, 1, T_AUDIT, arena_printf(st->arena, "%08d", n)) != NULL ? 4
											     : 0;
}

static void
a_full_disk_loses_no_data(void)
{
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 16 * MIB);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, write_with_a_full_disk, NULL)),
			0);
	CU_ASSERT_PTR_NOT_NULL(store_fixture_row(&st, 1, T_AUDIT, "00000049"));
	CU_ASSERT_EQUAL(file_size(&st), MIB);
	CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	CU_ASSERT_EQUAL(put_rows(&st, 5000, 10, ROW, ORDINARY), OK);
	store_fixture_teardown(&st);
}

/* Tickets that expired ten seconds ago fill the database; the sweep frees them. */
static void
a_sweep_frees_space_in_a_full_database(void)
{
	uint8_t row[ROW_MAX] = { 0 }, key[6] = { 0, 0, 0, 0, 10, 0 };
	struct changes c;
	struct store_fixture st;
	size_t swept;
	enum err e;

	store_fixture_setup_sized(&st, MIB, MIB);
	do {
		changes_start(&c, st.arena, 1);
		change_put(&c, T_TICKET, BYTES(key, 6), BYTES(row, 3000));
		e = store_fixture_commit(&st, &c);
		key[5]++;
	} while (e == OK && key[5] != 0);
	CU_ASSERT_EQUAL(e, ERR_FULL);
	CU_ASSERT_EQUAL(store_sweep(st.store, 1, 20, 50, &swept), OK);
	CU_ASSERT_EQUAL(swept, 50);
	CU_ASSERT_EQUAL(store_fixture_commit(&st, &c), OK);
	store_fixture_teardown(&st);
}

static uint64_t
size_now(struct store_fixture *st)
{
	uint64_t used, size = 0;

	CU_ASSERT_EQUAL(store_usage(st->store, &used, &size), OK);
	return size;
}

/* Without upkeep: a commit that finds the file too small grows it. */
static void
a_commit_grows_the_file_up_to_its_maximum_size(void)
{
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 8 * MIB);
	CU_ASSERT(lmdb_full_fill(&st) * ROW > 3 * 1000000); /* its first size holds a third */
	CU_ASSERT_EQUAL(size_now(&st), 8 * MIB);
	CU_ASSERT_EQUAL(file_size(&st), 8 * MIB);
	CU_ASSERT(lmdb_full_ratio(&st) > 0.80 && lmdb_full_ratio(&st) <= 0.91);
	store_fixture_teardown(&st);
}

static void
one_list_may_need_more_than_twice_the_size_of_the_file(void)
{
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 32 * MIB);
	CU_ASSERT_EQUAL(put_rows(&st, 0, 160, ROW_MAX, ORDINARY), OK);
	CU_ASSERT_EQUAL(put_rows(&st, 0, 600, ROW_MAX, ORDINARY), ERR_FULL);
	CU_ASSERT_EQUAL(put_rows(&st, 0, 1, ROW, ORDINARY), OK);
	store_fixture_teardown(&st);
}

static void
upkeep_grows_a_file_that_is_filled_beyond_seven_tenths(void)
{
	struct store_fixture st;
	int n = 0;

	store_fixture_setup_sized(&st, 4 * MIB, 6 * MIB);
	while (lmdb_full_ratio(&st) < 0.65)
		CU_ASSERT_EQUAL_FATAL(put_rows(&st, n++, 1, ROW, ORDINARY), OK);
	CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	CU_ASSERT_EQUAL(size_now(&st), 4 * MIB);
	while (lmdb_full_ratio(&st) < 0.72)
		CU_ASSERT_EQUAL_FATAL(put_rows(&st, n++, 1, ROW, ORDINARY), OK);
	CU_ASSERT_EQUAL(size_now(&st), 4 * MIB);
	CU_ASSERT_EQUAL(store_upkeep(st.store), OK);
	CU_ASSERT_EQUAL(size_now(&st), 6 * MIB);
	store_fixture_teardown(&st);
}

static int
grow_elsewhere(struct store_fixture *st, void *arg)
{
	store_fixture_open(st);
	return put_rows(st, 0, 50, ROW_MAX, ORDINARY) == OK ? 0 : 1;
}

static void
all_processes_use_the_new_size(void)
{
	struct snapshot *db;
	struct store_fixture st;

	store_fixture_setup_sized(&st, MIB, 8 * MIB);
	CU_ASSERT_EQUAL(store_snapshot(st.store, &db), OK);
	CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, grow_elsewhere, NULL)), 0);
	CU_ASSERT(size_now(&st) > 3 * MIB);
	CU_ASSERT_EQUAL(put_rows(&st, 50, 50, ROW, ORDINARY), OK);
	store_release(db);
	store_fixture_teardown(&st);
}

/* When it is opened again, no page is beyond the end of the file. */
static void
a_database_is_never_longer_than_its_file(void)
{
	struct store_fixture st;
	int n = 0;

	store_fixture_setup_sized(&st, MIB, 3 * MIB);
	while (put_rows(&st, n, 1, (size_t)(n % 5) * 3000 + 1, ESSENTIAL) == OK) {
		n++;
		CU_ASSERT(lmdb_full_ratio(&st) <= 1.0);
		if (n % 40 == 0) {
			CU_ASSERT_EQUAL(drop_rows(&st, n - 30, 20), OK);
			store_fixture_close(&st);
			store_fixture_open(&st);
		}
	}
	store_fixture_close(&st);
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(file_size(&st), 3 * MIB);
	store_fixture_teardown(&st);
}

static void
an_existing_larger_database_keeps_its_size(void)
{
	uint64_t used, size;
	struct store_fixture st;

	store_fixture_setup_sized(&st, 4 * MIB, 8 * MIB);
	store_fixture_close(&st);
	st.size = st.max = MIB;
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(store_usage(st.store, &used, &size), OK);
	CU_ASSERT_EQUAL(size, 4 * MIB);
	CU_ASSERT_EQUAL(put_rows(&st, 0, 20, ROW_MAX, ORDINARY), OK);
	store_fixture_close(&st);
	st.size = st.max = 6 * MIB;
	store_fixture_open(&st);
	CU_ASSERT_EQUAL(store_usage(st.store, &used, &size), OK);
	CU_ASSERT_EQUAL(size, 6 * MIB);
	CU_ASSERT(used > MIB && used < 2 * MIB);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = {
	{ "the last tenth is reserved [T-S05]", the_last_tenth_is_reserved },
	{ "essential changes fit when it is full [T-S05]", essential_changes_fit_when_it_is_full },
	{ "a list without writes always fits [T-S05]", a_list_without_writes_always_fits },
	{ "a list that does not fit writes nothing [T-S05]",
	  a_list_that_does_not_fit_writes_nothing },
	{ "if pages run out, essential changes succeed [T-S05]",
	  if_pages_run_out_essential_changes_succeed },
	{ "a full disk loses no data [T-S05]", a_full_disk_loses_no_data },
	{ "a sweep frees space in a full database [T-S05]",
	  a_sweep_frees_space_in_a_full_database },
	{ "a commit grows the file up to its maximum size [T-S05]",
	  a_commit_grows_the_file_up_to_its_maximum_size },
	{ "one list may need more than twice the size of the file [T-S05]",
	  one_list_may_need_more_than_twice_the_size_of_the_file },
	{ "upkeep grows a file that is filled beyond seven tenths [T-S05]",
	  upkeep_grows_a_file_that_is_filled_beyond_seven_tenths },
	{ "a database is never longer than its file", a_database_is_never_longer_than_its_file },
	{ "all processes use the new size [T-S05]", all_processes_use_the_new_size },
	{ "an existing larger database keeps its size",
	  an_existing_larger_database_keeps_its_size },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo lmdb_full_suite = { "store/lmdb_full", NULL, NULL, NULL, NULL, tests };
