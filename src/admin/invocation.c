/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command: reads the settings and the master key, opens the store and the tenants, runs the
 * command, commits its changes and prints its output. usherctl opens the store itself, so it works
 * whether or not usherd runs; each sees complete commits of the other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/invocation.h"
#include "admin/error_report.h"
#include "admin/owner.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/password.h"
#include "store/time.h"

#define MIB (1024 * 1024)

/* Exit codes and default messages for the errors of the model. */
/* clang-format off */
static const struct { enum err e; int code; const char *why; } codes[] = {
	{ ERR_INVALID_REQUEST, EX_DATAERR,     "the input is invalid" },
	{ ERR_NOT_FOUND,       EX_NOUSER,      "the object does not exist" },
	{ ERR_EXISTS,          EX_CANTCREAT,   "the object exists already" },
	{ ERR_STORE,           EX_UNAVAILABLE, "the store cannot be read or written" },
	{ ERR_FULL,            EX_UNAVAILABLE, "the store is full; raise the setting map_max" },
	{ ERR_BUSY,            EX_TEMPFAIL,    "another process holds the write lock of the store "
	  "for too long; check whether it is stopped, and try again" },
	{ ERR_CHANGED,         EX_TEMPFAIL,    "another process changed the object; try again" },
	{ ERR_UNAVAILABLE,     EX_TEMPFAIL,    "there is no memory for the hash of a password; see "
	  "the setting password_memory" },
	{ ERR_SERVER,          EX_SOFTWARE,    "internal error, or invalid stored data" },
};
/* clang-format on */

static int
invocation_exit_code(const struct invocation *c, enum err e, const char **why)
{
	int code = err_status(e) < 500 ? EX_DATAERR : EX_SOFTWARE;
	const char *text = err_name(e);

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (codes[i].e == e) {
			code = codes[i].code;
			text = codes[i].why;
		}
	*why = work_why(&c->work, e) != NULL ? work_why(&c->work, e) : text;
	return c->exit != 0 ? c->exit : code;
}

/* Returns EX_NOPERM if this user may not access `path` in this mode, else `otherwise`. */
static int
invocation_code_for(const char *path, int mode, int otherwise)
{
	return access(path, mode) != 0 && errno == EACCES ? EX_NOPERM : otherwise;
}

enum err
invocation_configure(struct invocation *c)
{
	const char *path = invocation_value(c, "config"), *why = "the settings cannot be read";

	if (config_load(c->arena, &usher_settings, path, &c->settings, &why) == OK)
		return OK;
	if (path == NULL)
		path = CONFIG_PATH;
	return invocation_fail(c, invocation_code_for(path, R_OK, EX_CONFIG), "%s", why);
}

static struct store_config
invocation_store_config_of(const struct settings *s, bool create)
{
	return (struct store_config){ .path = s->store,
				      .map_size = (uint64_t)s->map_size * MIB,
				      .map_max = (uint64_t)s->map_max * MIB,
				      .create = create };
}

static bool
invocation_store_is_there(struct invocation *c)
{
	struct store_config config = invocation_store_config_of(&c->settings, false);
	struct store *s = NULL;
	const char *why;
	enum err e = store_open(store_engine(config.path), &config, &s, &why);

	if (e == OK)
		store_close(s);
	return e != ABSENT;
}

static enum err
invocation_read_master_key(struct invocation *c)
{
	const char *path = c->settings.master_key, *why = NULL;

	if (master_key_read(c->arena, path, &c->master, &why) == OK)
		return OK;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return invocation_fail(
			c, EX_UNAVAILABLE,
			invocation_store_is_there(c)
				? "there is no master key %s; the store cannot be read without "
				  "its master key: restore the key from its copy"
				: "there is no master key %s; usherctl init creates one",
			path);
	if (invocation_code_for(path, R_OK, EX_CONFIG) == EX_NOPERM)
		return invocation_fail(c, EX_NOPERM,
				       "master key %s; run usherctl as the user of usherd, which "
				       "must be able to read this file",
				       why);
	return invocation_fail(c, EX_CONFIG, "master key %s", why);
}

/* The clock must not be behind the time of the store (T-O04). */
static enum err
invocation_set_clock_floor(struct invocation *c)
{
	int64_t time;

	if (store_time_now(c->store, &time) != OK)
		return invocation_fail(c, EX_UNAVAILABLE, "the time of the store %s cannot be read",
				       c->settings.store);
	clock_floor(time * 1000);
	return OK;
}

enum err
invocation_store_open(struct invocation *c, bool create)
{
	const struct settings *s = &c->settings;
	struct store_config config = invocation_store_config_of(s, create);
	const char *why = NULL;
	enum err e = store_open(store_engine(s->store), &config, &c->store, &why);

	if (e == OK)
		return invocation_set_clock_floor(c);
	c->store = NULL;
	if (!create && e == ABSENT)
		return invocation_fail(c, EX_UNAVAILABLE,
				       "there is no store %s; usherctl init creates one", s->store);
	return invocation_fail(c,
			       invocation_code_for(s->store, R_OK | W_OK | X_OK,
						   create ? EX_CANTCREAT : EX_UNAVAILABLE),
			       "store %s: %s", s->store, why != NULL ? why : "cannot be opened");
}

static enum err
invocation_open_all(struct invocation *c)
{
	TRY(invocation_configure(c));
	TRY(owner_become(c));
	TRY(invocation_read_master_key(c));
	return invocation_store_open(c, false);
}

static void
invocation_release(struct invocation *c)
{
	if (c->work.db != NULL)
		store_release(c->work.db);
	c->work.db = NULL;
	tenants_free(&c->tenants);
}

/* With another master key than that of the store, this program would write rows that no worker can
 * decrypt. */
static enum err
invocation_check_key(struct invocation *c, enum err e)
{
	if (e != ERR_SERVER)
		return e;
	return invocation_fail(c, EX_CONFIG,
			       "the tenants cannot be read; check that %s is the master key of "
			       "this store",
			       c->settings.master_key);
}

enum err
invocation_each_tenant(struct invocation *c, each_fn fn, void *arg)
{
	return invocation_check_key(c, tenants_each(&c->tenants, &c->work, fn, arg));
}

static enum err
invocation_find_tenant(struct invocation *c)
{
	const char *name = invocation_word(c, 0);
	enum err e = tenants_by_name(&c->tenants, &c->work, name, &c->work.tenant);

	if (e == ABSENT)
		return invocation_fail(c, EX_NOUSER,
				       "there is no tenant %s; usherctl tenant list "
				       "shows all",
				       name);
	TRY(invocation_check_key(c, e));
	changes_start(&c->changes, c->work.arena, c->work.tenant->id);
	return OK;
}

/* Prepares an attempt: empty arena, new snapshot, no output, no changes. */
static enum err
invocation_reset_work(struct invocation *c)
{
	struct arena *a = c->work.arena;

	invocation_release(c);
	arena_reset(a);
	c->work = (struct work){ .arena = a,
				 .changes = &c->changes,
				 .jobs = &c->jobs,
				 .now = clock_now(),
				 .now_ms = clock_ms(),
				 .settings = &c->settings,
				 .actor = { ACTOR_ADMINISTRATOR, NULL } };
	c->exit = 0;
	c->notes = (struct str_list){ 0 };
	changes_start(&c->changes, a, 0);
	out_table_start(&c->out_table, a,
			invocation_given(c, "json") ? OUT_TABLE_JSON : OUT_TABLE_TEXT);
	if (c->command->needs == NEEDS_NOTHING)
		return OK;
	TRY(store_snapshot(c->store, &c->work.db));
	tenants_start(&c->tenants, &c->master, &c->settings);
	TRY(invocation_check_key(c, tenants_check_master_key(&c->tenants, &c->work)));
	return c->command->needs == NEEDS_TENANT ? invocation_find_tenant(c) : OK;
}

static enum err
invocation_commit(struct invocation *c)
{
	struct changes *list = &c->changes;

	if (c->store == NULL || list->writes == 0)
		return OK;
	TRY(store_commit(c->store, &list, 1));
	return list->verdict;
}

static enum err
invocation_attempt(struct invocation *c)
{
	TRY(invocation_reset_work(c));
	TRY(c->command->run(c));
	return invocation_commit(c);
}

/* usherctl has the master key, so it needs no other process for a job. */
static void
invocation_do_jobs(struct invocation *c)
{
	struct password_keeper keeper;

	if (password_keeper_start(&keeper, c->arena, &c->master, &c->settings))
		password_keeper_run_all(&keeper, c->arena, &c->jobs);
	for (size_t i = 0; i < c->jobs.n; i++)
		if (c->jobs.list[i].state == JOB_NEW)
			job_fail(&c->jobs.list[i]);
	crypto_wipe(&keeper, sizeof keeper);
}

static enum err
invocation_run_and_commit(struct invocation *c)
{
	bool conflict = false;
	enum err e;

	if (c->command->needs != NEEDS_NOTHING)
		TRY(invocation_open_all(c));
	c->jobs.arena = c->arena;
	for (;;) {
		e = invocation_attempt(c);
		if (e == ERR_CHANGED && !conflict)
			conflict = true;
		else if (e == ERR_WAIT && c->jobs.reruns++ < JOBS_RERUNS)
			invocation_do_jobs(c);
		else
			return e;
		error_report_forget();
	}
}

/* Prints the output; command_main checks whether it could be written. */
static int
invocation_print(struct invocation *c)
{
	const struct buf *out = &c->out_table.out;

	if (out->size > 0)
		fwrite(out->data, 1, out->size, stdout);
	return c->exit;
}

static void
invocation_print_notes(struct invocation *c, enum out_table_form form)
{
	for (size_t i = 0; i < c->notes.n; i++)
		error_report_note(c->arena, form, c->notes.list[i]);
}

int
invocation_run(struct invocation *c)
{
	enum out_table_form form = invocation_given(c, "json") ? OUT_TABLE_JSON : OUT_TABLE_TEXT;
	const char *why;
	enum err e;
	int code;

	c->work.arena = arena_new();
	e = invocation_run_and_commit(c);
	code = e == OK ? invocation_print(c) : invocation_exit_code(c, e, &why);
	if (e == OK) {
		invocation_print_notes(c, form);
		why = code != 0 ? work_why(&c->work, OK) : NULL;
	}
	error_report_print(c->arena, form, why);
	invocation_release(c);
	if (c->store != NULL)
		store_close(c->store);
	arena_free(c->work.arena);
	crypto_wipe(&c->master, sizeof c->master);
	return code;
}

enum err
invocation_fail_value(struct invocation *c, const char *what, const char *value, const char *why)
{
	return invocation_fail(c, EX_DATAERR, "%s “%s”: %s", what, value, why);
}

enum err
invocation_fail(struct invocation *c, int code, const char *format, ...)
{
	va_list args;
	enum err e;

	va_start(args, format);
	e = work_fail_with(&c->work, ERR_INVALID_REQUEST, arena_vprintf(c->arena, format, args));
	va_end(args);
	c->exit = code;
	return e;
}

void
invocation_note(struct invocation *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	str_list_put(c->arena, &c->notes, arena_vprintf(c->arena, format, args));
	va_end(args);
}

const char *
invocation_word(const struct invocation *c, int i)
{
	return option_word(&c->options, i);
}

const char *
invocation_value(const struct invocation *c, const char *option)
{
	return option_value(&c->options, option);
}

bool
invocation_given(const struct invocation *c, const char *option)
{
	return option_given(&c->options, option);
}

struct str_list
invocation_values(struct invocation *c, const char *option)
{
	return option_values(c->work.arena, &c->options, option);
}

bool
invocation_disables(const struct invocation *c)
{
	return text_equal(c->command->verb, "disable");
}

enum err
invocation_require_option(struct invocation *c)
{
	for (const struct given_option *g = c->options.first; g != NULL; g = g->next)
		for (const struct flag *f = c->options.flags; f->name != NULL; f++)
			if (g->flag == f)
				return OK;
	return invocation_fail(c, EX_USAGE,
			       "no option is given, so nothing changes; usherctl %s --help "
			       "shows the options",
			       command_name(c->arena, c->command));
}
