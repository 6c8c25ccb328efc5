/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl status: does usherd answer, and is all well with what is stored?  The exit code is 0, or
 * 69 with a reason: for monitoring. */
#include "admin/invocation.h"
#include "base/clock.h"
#include "base/json.h"
#include "process/query.h"
#include "store/epoch.h"
#include "store/time.h"

/* Tenths.  At seven the janitor makes the store larger: more means that it cannot. */
#define CROWDED 8

/* Seconds: more than the clocks of a well-kept machine are apart, and what the janitor takes for a
 * jump. */
#define CLOCK_BACK  60
#define CLOCK_AHEAD 3600

struct state {
	uint64_t used, size;
	int64_t epoch, time;
	const char *trouble; /* the first reason why all is not well */
	const char *daemon;  /* of usherd, in a word */
	struct query_result workers;
	struct invocation *invocation;
	const struct tenant **tenant; /* all of them */
	size_t tenants, room;
};

/* A commit that only expects what is there: it needs the write lock and the disk's right, and
 * changes nothing. */
static bool
status_is_writable(struct invocation *c)
{
	struct bytes key = bytes_of("epoch"), seen;
	struct changes list, *lists = &list;

	if (store_get(c->work.db, 0, T_META, key, &seen) != OK)
		return false;
	changes_start(&list, c->work.arena, 0);
	change_expect(&list, T_META, key, seen);
	return store_commit(c->store, &lists, 1) == OK &&
	       (list.verdict == OK || list.verdict == ERR_CHANGED);
}

static void
status_add_fault(struct state *s, const char *why)
{
	if (s->trouble == NULL)
		s->trouble = why;
}

/* The janitor writes the store's time, so an old one is also a sign that it does not run. */
static void
status_check_clock(struct invocation *c, struct state *s)
{
	int64_t wall = clock_wall() / 1000, late = CLOCK_AHEAD + c->settings.sweep_interval;

	if (store_time(c->work.db, &s->time) != OK)
		status_add_fault(s, "the store's time cannot be read");
	else if (wall < s->time - CLOCK_BACK)
		status_add_fault(s,
				 "the system's clock is behind the store's time: it was set back");
	else if (s->time != 0 && wall > s->time + late)
		status_add_fault(
			s, "nothing expired was removed for an hour: see that usherd runs, and "
			   "that the system's clock is right");
}

static void
status_ask_daemon(struct invocation *c, struct state *s)
{
	const char *why;
	enum err e;

	s->workers.workers = s->workers.age = -1;
	s->daemon = "not asked";
	if (invocation_given(c, "offline"))
		return;
	e = query_daemon(c->work.arena, &c->settings.process, &s->workers, &why);
	s->daemon = e == OK ? "running" : e == ERR_NOT_FOUND ? "not running" : "no answer";
	if (e != OK)
		status_add_fault(s, why);
}

static enum err
status_check_tenant(void *arg, const void *tenant)
{
	const struct tenant *t = tenant;
	struct state *s = arg;
	struct arena *a = s->invocation->work.arena;

	if (s->tenants == s->room) {
		s->room = s->room == 0 ? 8 : s->room * 2;
		s->tenant = arena_grow(a, s->tenant, s->tenants * sizeof *s->tenant,
				       s->room * sizeof *s->tenant);
	}
	s->tenant[s->tenants++] = t;
	if (tenant_signer(t, s->invocation->work.now) == NULL)
		status_add_fault(
			s, arena_printf(a,
					"tenant %s has no key that signs; usherctl key rotate "
					"%s makes one",
					t->name, t->name));
	return OK;
}

static enum err
status_read(struct invocation *c, struct state *s)
{
	if (store_epoch(c->work.db, &s->epoch) != OK)
		status_add_fault(s, "the store's epoch cannot be read");
	if (store_usage(c->store, &s->used, &s->size) != OK)
		status_add_fault(s, "the store's size cannot be read");
	else if (s->used > s->size / 10 * CROWDED)
		status_add_fault(
			s, "the store is nearly full: raise map_max, or see that usherd runs");
	if (!status_is_writable(c))
		status_add_fault(s, "the store cannot be written to");
	status_check_clock(c, s);
	TRY(invocation_each_tenant(c, status_check_tenant, s));
	status_ask_daemon(c, s);
	return OK;
}

static const struct tenant_key *
status_signing_key_row(const struct tenant *t, int64_t now)
{
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		if (&k->key == tenant_signer(t, now))
			return k;
	return NULL;
}

static int64_t
status_count_keys(const struct tenant *t)
{
	int64_t n = 0;

	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		n++;
	return n;
}

static const char *
status_tenants_json(struct invocation *c, const struct state *st)
{
	struct buf b = { .arena = c->work.arena };

	out_open(&b, NULL, '[');
	for (size_t i = 0; i < st->tenants; i++) {
		const struct tenant *t = st->tenant[i];
		const struct tenant_key *k = status_signing_key_row(t, c->work.now);

		out_open(&b, NULL, '{');
		out_text(&b, "tenant", t->name);
		out_text(&b, "issuer", t->issuer);
		out_bool(&b, "disabled", t->disabled);
		out_int(&b, "keys", status_count_keys(t));
		if (k != NULL) {
			out_text(&b, "signs", k->key.kid);
			out_int(&b, "key_age", c->work.now - k->created);
		}
		out_close(&b, '}');
	}
	out_close(&b, ']');
	return b.data;
}

static void
status_put_tenants(struct invocation *c, const struct state *st)
{
	struct out_table *s = &c->out_table;

	out_table_gap(s);
	out_table_list(s, "tenants");
	for (size_t i = 0; i < st->tenants; i++) {
		const struct tenant *t = st->tenant[i];
		const struct tenant_key *k = status_signing_key_row(t, c->work.now);

		out_table_row(s);
		out_field_text(s, "tenant", t->name);
		out_field_text(s, "issuer", t->issuer);
		out_field_text(s, "state", t->disabled ? "disabled" : "enabled");
		out_field_int(s, "keys", status_count_keys(t));
		out_field_text(s, "signs", k != NULL ? k->key.kid : "none");
		if (k != NULL)
			out_field_text(s, "key_age",
				       arena_printf(c->work.arena, "%lld d",
						    (long long)(c->work.now - k->created) / 86400));
	}
	out_table_end(s);
}

static const char *
status_size_text(struct invocation *c, const struct state *s)
{
	return arena_printf(c->work.arena, "%.1f MiB of %.0f MiB used", (double)s->used / (1 << 20),
			    (double)s->size / (1 << 20));
}

static enum err
status_run(struct invocation *c)
{
	struct state state = { .invocation = c };
	struct out_table *s = &c->out_table;

	TRY(status_read(c, &state));
	out_table_record(s);
	out_field_text(s, "state", state.trouble == NULL ? "ok" : state.trouble);
	out_field_text(s, "usherd", state.daemon);
	if (state.workers.workers >= 0) {
		out_field_int(s, "workers", state.workers.workers);
		out_field_int(s, "oldest_seconds", state.workers.age);
	}
	out_field_text(s, "store", c->settings.store);
	if (s->form == OUT_TABLE_JSON) {
		out_field_int(s, "used", (int64_t)state.used);
		out_field_int(s, "size", (int64_t)state.size);
	} else {
		out_field_text(s, "size", status_size_text(c, &state));
	}
	out_field_int(s, "epoch", state.epoch);
	out_field_time(s, "time", state.time);
	out_field_json(s, "tenants", status_tenants_json(c, &state), NULL);
	out_table_end(s);
	if (s->form == OUT_TABLE_TEXT)
		status_put_tenants(c, &state);
	if (state.trouble != NULL) {
		c->exit = EX_UNAVAILABLE;
		work_refuse(&c->work, OK, state.trouble);
	}
	return OK;
}

static const struct flag status_flags[] = {
	{ "offline", NULL, FLAG_SWITCH, "do not ask usherd: look at the store only" }, FLAG_END
};

const struct command status_commands[] = {
	{ "status", NULL, "",
	  "Look after usherd, store, tenants and keys; exit code 0 when all is "
	  "well",
	  status_flags, "status", NEEDS_STORE, status_run },
	COMMAND_END
};
