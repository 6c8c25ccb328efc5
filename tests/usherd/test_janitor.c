/* SPDX-License-Identifier: Apache-2.0 */
/* One turn of the janitor, by a clock that is set by hand: it is told to go before it begins. */
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/store.h"
#include "store/time.h"
#include "tests/run.h"
#include "tests/support.h"
#include "usherd/service.h"

#define NOW    ((int64_t)1700000000) /* the store's time */
#define TENANT 7

static struct arena *a;
static char *directory;
static struct settings settings;
static struct store *store;

static void
open_store(void)
{
	struct store_config config = { settings.store, 1 << 20, 1 << 24, true, 0 };
	const char *why = NULL;

	CU_ASSERT_EQUAL_FATAL(store_open(store_engine(config.path), &config, &store, &why), OK);
}

/* A tenant, and a claim token that was used and may be forgotten a day after NOW. */
static void
janitor_fill_store(void)
{
	static const uint8_t tenant[8] = { [7] = TENANT };
	int64_t end = NOW + 86400;
	uint8_t seen[6] = { 0, 0, 0, 0, 0, 'x' };
	struct changes c, *list = &c;

	for (int i = 4; i >= 0; i--, end >>= 8)
		seen[i] = (uint8_t)end;
	changes_start(&c, a, 0);
	change_put(&c, T_TENANT, BYTES(tenant, 8),
		   bytes_of("{\"name\":\"one\",\"issuer\":\"https://as.example\"}"));
	c.tenant = TENANT;
	change_put(&c, T_META, bytes_of("generation"), bytes_of("0123456789abcdef"));
	change_put(&c, T_SEEN, BYTES(seen, 6), bytes_of("{}"));
	CU_ASSERT_EQUAL(store_commit(store, &list, 1), OK);
	CU_ASSERT_EQUAL(store_time_keep(store, NOW), OK);
}

static void
janitor_setup(void)
{
	a = arena_new();
	directory = scratch_new();
	settings_defaults(&usher_settings, &settings);
	settings.map_size = 1;
	settings.map_max = 16;
	settings.store = arena_printf(a, "%s/store", directory);
	clock_set(NOW * 1000);
	open_store();
	janitor_fill_store();
	store_close(store);
}

static void
janitor_teardown(void)
{
	clock_set(0);
	scratch_remove(directory);
	free(directory);
	arena_free(a);
}

/* TERM lies ready, so the janitor goes after one turn. */
static void
janitor_run_once(int64_t now)
{
	int life[2], notes[2];
	sigset_t set, old;
	struct proc_status proc_status = { 0 };
	struct task t = { .settings = &settings.process, .proc_status = &proc_status };

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	CU_ASSERT_EQUAL(sigprocmask(SIG_BLOCK, &set, &old) | pipe(life) | pipe(notes), 0);
	t.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	t.life = life[0];
	t.notes = notes[1];
	raise(SIGTERM);
	clock_set(now * 1000);
	CU_ASSERT_EQUAL(janitor_main(&t), EX_OK);
	CU_ASSERT(proc_status.beat > 0);
	CU_ASSERT_EQUAL(sigprocmask(SIG_SETMASK, &old, NULL), 0);
	for (int i = 0; i < 2; i++) {
		close(life[i]);
		close(notes[i]);
	}
	close(t.signals);
}

static enum err
janitor_count_row(void *arg, struct bytes key, struct bytes row)
{
	++*(int *)arg;
	return OK;
}

/* The store's time and how many claim tokens it knows. */
static void
janitor_read_store(int64_t *time, int *seen)
{
	struct snapshot *db;

	*seen = 0;
	open_store();
	CU_ASSERT_EQUAL(store_snapshot(store, &db), OK);
	CU_ASSERT_EQUAL(store_time(db, time), OK);
	CU_ASSERT_EQUAL(store_scan(db, TENANT, T_SEEN, BYTES_NONE, BYTES_NONE, janitor_count_row,
				   seen),
			OK);
	store_release(db);
	store_close(store);
}

static void
it_removes_what_expired_and_keeps_the_time(void)
{
	int64_t time;
	int seen;

	for (int64_t now = NOW; now <= NOW + 86400; now += 3600)
		janitor_run_once(now);
	janitor_read_store(&time, &seen);
	CU_ASSERT_EQUAL(seen, 1);
	janitor_run_once(NOW + 86400 + 1);
	janitor_read_store(&time, &seen);
	CU_ASSERT_EQUAL(time, NOW + 86401);
	CU_ASSERT_EQUAL(seen, 0);
}

static void
it_removes_nothing_by_a_clock_that_is_far_ahead(void)
{
	int64_t time;
	int seen;

	janitor_run_once(NOW + 365 * 86400);
	janitor_read_store(&time, &seen);
	CU_ASSERT_EQUAL(time, NOW);
	CU_ASSERT_EQUAL(seen, 1);
	janitor_run_once(NOW + 60);
	janitor_read_store(&time, &seen);
	CU_ASSERT_EQUAL(time, NOW + 60);
	CU_ASSERT_EQUAL(seen, 1);
}

static CU_TestInfo tests[] = { { "the janitor removes what has expired, and keeps the time",
				 it_removes_what_expired_and_keeps_the_time },
			       { "it removes nothing by a clock that is far ahead [T-O04]",
				 it_removes_nothing_by_a_clock_that_is_far_ahead },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo janitor_suite = {
	"usherd/janitor", NULL, NULL, janitor_setup, janitor_teardown, tests
};
