/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl status: checks that usherd answers, and checks the store, the tenants and the keys. For
 * monitoring, the exit code is 0, or 69 with the first fault that was found. */
#include "admin/invocation.h"
#include "base/clock.h"
#include "base/json.h"
#include "process/query.h"
#include "store/epoch.h"
#include "store/time.h"

/* Tenths of the store's size. At seven the janitor enlarges the store; at eight it has failed
 * to. */
#define NEARLY_FULL 8

/* Seconds. A synchronised clock is never so far behind; the janitor treats more ahead as a jump. */
#define CLOCK_BACK  60
#define CLOCK_AHEAD 3600

struct status {
	uint64_t used, size;
	int64_t epoch, time;
	const char *fault;  /* the first fault; NULL: none */
	const char *daemon; /* state of usherd */
	struct query_result query;
	struct invocation *invocation;
	const struct tenant **tenant;
	size_t tenants, capacity;
};

/* Tests with a commit that expects a row and writes none: it needs the write lock and the right to
 * write the file, and changes nothing. */
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
status_add_fault(struct status *s, const char *why)
{
	if (s->fault == NULL)
		s->fault = why;
}

/* The janitor writes the time of the store, so an old time can also mean that it does not run. */
static void
status_check_clock(struct invocation *c, struct status *s)
{
	int64_t wall = clock_wall() / 1000, late = CLOCK_AHEAD + c->settings.sweep_interval;

	if (store_time(c->work.db, &s->time) != OK)
		status_add_fault(s, "the time of the store cannot be read");
	else if (wall < s->time - CLOCK_BACK)
		status_add_fault(s,
				 "the system clock is behind the time of the store; set it right");
	else if (s->time != 0 && wall > s->time + late)
		status_add_fault(
			s, "no expired rows were removed for an hour; check that usherd runs and "
			   "that the system clock is right");
}

static void
status_query_daemon(struct invocation *c, struct status *s)
{
	const char *why;
	enum err e;

	s->query = (struct query_result){ -1, -1, -1, -1 };
	s->daemon = "not asked";
	if (invocation_given(c, "offline"))
		return;
	e = query_daemon(c->work.arena, &c->settings.process, &s->query, &why);
	s->daemon = e == OK ? "running" : e == ERR_NOT_FOUND ? "not running" : "no answer";
	if (e == ERR_NOT_FOUND)
		status_add_fault(s, arena_printf(c->work.arena,
						 "usherd does not run: %s; --offline checks the "
						 "store only",
						 why));
	else if (e != OK)
		status_add_fault(s, arena_printf(c->work.arena, "usherd does not answer: %s", why));
}

static enum err
status_check_tenant(void *arg, const void *tenant)
{
	const struct tenant *t = tenant;
	struct status *s = arg;
	struct arena *a = s->invocation->work.arena;

	if (s->tenants == s->capacity) {
		s->capacity = s->capacity == 0 ? 8 : s->capacity * 2;
		s->tenant = arena_grow(a, s->tenant, s->tenants * sizeof *s->tenant,
				       s->capacity * sizeof *s->tenant);
	}
	s->tenant[s->tenants++] = t;
	if (tenant_signing_key(t, s->invocation->work.now) == NULL)
		status_add_fault(s,
				 arena_printf(a,
					      "tenant %s has no signing key; usherctl key rotate "
					      "%s creates one",
					      t->name, t->name));
	return OK;
}

static enum err
status_read(struct invocation *c, struct status *s)
{
	if (store_epoch(c->work.db, &s->epoch) != OK)
		status_add_fault(s, "the epoch of the store cannot be read");
	if (store_usage(c->store, &s->used, &s->size) != OK)
		status_add_fault(s, "the size of the store cannot be read");
	else if (s->used > s->size / 10 * NEARLY_FULL)
		status_add_fault(
			s, "the store is nearly full; check that usherd runs, or raise the setting "
			   "map_max");
	if (!status_is_writable(c))
		status_add_fault(s, "the store cannot be written");
	status_check_clock(c, s);
	TRY(invocation_each_tenant(c, status_check_tenant, s));
	status_query_daemon(c, s);
	return OK;
}

static const struct tenant_key *
status_signing_key_row(const struct tenant *t, int64_t now)
{
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		if (&k->key == tenant_signing_key(t, now))
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
status_tenants_json(struct invocation *c, const struct status *st)
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
status_put_tenants(struct invocation *c, const struct status *st)
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
status_size_text(struct invocation *c, const struct status *s)
{
	return arena_printf(c->work.arena, "%.1f MiB of %.0f MiB used", (double)s->used / (1 << 20),
			    (double)s->size / (1 << 20));
}

static enum err
status_run(struct invocation *c)
{
	struct status state = { .invocation = c };
	struct out_table *s = &c->out_table;

	TRY(status_read(c, &state));
	out_table_record(s);
	out_field_text(s, "state", state.fault == NULL ? "ok" : state.fault);
	out_field_text(s, "usherd", state.daemon);
	if (state.query.workers >= 0) {
		out_field_int(s, "workers", state.query.workers);
		out_field_int(s, "oldest_seconds", state.query.age);
	}
	if (state.query.parked >= 0) {
		out_field_int(s, "parked", state.query.parked);
		out_field_int(s, "parked_seconds", state.query.parked_age);
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
	if (state.fault != NULL) {
		c->exit = EX_UNAVAILABLE;
		work_fail_with(&c->work, OK, state.fault);
	}
	return OK;
}

static const struct flag status_flags[] = {
	{ "offline", NULL, FLAG_SWITCH, "check the store only; do not contact usherd" }, FLAG_END
};

const struct command status_commands[] = {
	{ "status", NULL, "",
	  "Check usherd, store, tenants and keys; exit code 0 if no fault is found", status_flags,
	  "status", NEEDS_STORE, status_run },
	COMMAND_END
};
