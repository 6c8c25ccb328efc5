/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/store/store_fixture.h"
#include "tests/support.h"

const struct store_ops *store_fixture_engine = &store_lmdb;

static enum err
add_key(void *arg, struct bytes key, struct bytes row)
{
	struct buf *b = arg;

	if (b->size != 0)
		buf_char(b, ',');
	buf_add(b, key.data, key.size);
	return OK;
}

void
store_fixture_setup(struct store_fixture *st)
{
	store_fixture_setup_sized(st, 4 * MIB, 64 * MIB);
}

void
store_fixture_setup_sized(struct store_fixture *st, uint64_t size, uint64_t max)
{
	*st = (struct store_fixture){
		.directory = scratch_new(), .arena = arena_new(), .size = size, .max = max
	};
	st->path = arena_printf(st->arena, "%s/store", st->directory);
	store_fixture_open(st);
}

void
store_fixture_teardown(struct store_fixture *st)
{
	store_fixture_close(st);
	scratch_remove(st->directory);
	free(st->directory);
	arena_free(st->arena);
}

void
store_fixture_open(struct store_fixture *st)
{
	struct store_config config = { st->path, st->size, st->max, true, 0 };
	const char *why = "?";

	if (store_open(store_fixture_engine, &config, &st->store, &why) != OK) {
		fprintf(stderr, "%s: %s\n", st->path, why);
		abort();
	}
}

void
store_fixture_close(struct store_fixture *st)
{
	store_close(st->store);
	st->store = NULL;
}

enum err
store_fixture_commit(struct store_fixture *st, struct changes *c)
{
	enum err e = store_commit(st->store, &c, 1);

	return e != OK ? e : c->verdict;
}

enum err
store_fixture_put(struct store_fixture *st, tenant_id t, enum table table, const char *key,
		  const char *row)
{
	struct changes c;

	changes_start(&c, st->arena, t);
	change_put(&c, table, bytes_of(key), bytes_of(row));
	return store_fixture_commit(st, &c);
}

enum err
store_fixture_take(struct store_fixture *st, tenant_id t, enum table table, const char *key,
		   const char *row)
{
	struct bytes seen = BYTES_NONE;
	struct snapshot *db;
	struct changes c;
	enum err e;

	TRY(store_snapshot(st->store, &db));
	store_get(db, t, table, bytes_of(key), &seen);
	changes_start(&c, st->arena, t);
	change_take(&c, table, bytes_of(key), seen, row != NULL ? bytes_of(row) : BYTES_NONE);
	e = store_fixture_commit(st, &c);
	store_release(db);
	return e;
}

const char *
store_fixture_row(struct store_fixture *st, tenant_id t, enum table table, const char *key)
{
	const char *text = NULL;
	struct snapshot *db;
	struct bytes row;

	if (store_snapshot(st->store, &db) != OK)
		abort();
	if (store_get(db, t, table, bytes_of(key), &row) == OK)
		text = arena_strndup(st->arena, (const char *)row.data, row.size);
	store_release(db);
	return text;
}

const char *
store_fixture_keys(struct store_fixture *st, tenant_id t, enum table table, const char *prefix,
		   const char *from)
{
	struct buf b = { .arena = st->arena };
	struct snapshot *db;

	buf_text(&b, "");
	if (store_snapshot(st->store, &db) != OK)
		abort();
	if (store_scan(db, t, table, bytes_of(prefix), bytes_of(from), add_key, &b) != OK)
		buf_text(&b, "!");
	store_release(db);
	return b.data != NULL ? b.data : "";
}

/* The child's log is not part of the output. A child that is meant to abort writes no core
 * file. */
pid_t
store_fixture_fork(struct store_fixture *st, int (*fn)(struct store_fixture *st, void *arg),
		   void *arg)
{
	pid_t pid = fork();
	int null;

	if (pid != 0)
		return pid;
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	if (getenv("NOISY") == NULL) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
	}
	alarm(60);
	_exit(fn(st, arg));
}

int
store_fixture_wait(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
store_fixture_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	return store_fixture_wait(pid);
}
