/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl audit: the events in the order of time. There may be millions of events, so each is
 * printed when it is read. The command changes nothing, so it never has to run again.
 */
#include <stdio.h>
#include <string.h>

#include "admin/input.h"
#include "base/json.h"
#include "base/str_list.h"
#include "model/account.h"
#include "model/audit.h"

struct audit_printer {
	enum out_table_form form;
	enum audit_event only; /* AUDIT_EVENT_COUNT: all */
	struct work work;      /* to look up names; uses `arena` */
	struct arena *arena;   /* reset for each event */
	size_t n;	       /* number of printed events */
};

static const char *
audit_time_of(struct arena *a, int64_t ms)
{
	char *text = out_table_time(a, ms / 1000);

	/* RFC 3339 with "T", and with milliseconds to order events of the same second. */
	text[10] = 'T';
	return arena_printf(a, "%.19s.%03dZ", text, (int)(ms % 1000));
}

static void
audit_print_json(struct audit_printer *p, const struct audit_entry *e)
{
	struct buf b = { .arena = p->arena };

	audit_print(&b, e, audit_time_of(p->arena, e->at_ms));
	printf("%s%s", p->n > 0 ? ",\n" : "\n", b.data);
}

/* Returns the login of an owner, or the id if the account does not exist any more. */
static const char *
audit_login_of(struct audit_printer *p, const char *owner)
{
	struct account acc;

	if (owner == NULL || account_find(&p->work, owner, ERR_NOT_FOUND, &acc) != OK)
		return owner;
	return acc.login;
}

static const char *
audit_actor_name(struct audit_printer *p, const struct actor *a)
{
	switch (a->kind) {
	case ACTOR_CLIENT: return a->id != NULL ? a->id : "-";
	case ACTOR_OWNER: return audit_login_of(p, a->id);
	case ACTOR_ADMINISTRATOR: return "admin";
	case ACTOR_SERVER: break;
	}
	return "server";
}

static void
audit_add_member(struct buf *b, const char *name, const char *value)
{
	if (value != NULL)
		buf_printf(b, "  %s=%s", name, value);
}

static void
audit_add_permissions(struct buf *b, const struct permission *list)
{
	for (; list != NULL; list = list->next) {
		buf_printf(b, "  %s[%s]", list->resource,
			   str_list_join(b->arena, &list->scopes, " "));
		if (list->rule != NULL)
			buf_printf(b, " by %s", list->rule);
	}
}

static void
audit_print_text(struct audit_printer *p, const struct audit_entry *e)
{
	struct buf b = { .arena = p->arena };

	buf_printf(&b, "%s  %-18s %s", audit_time_of(p->arena, e->at_ms), e->event,
		   audit_actor_name(p, &e->actor));
	audit_add_member(&b, "object", e->what.object);
	audit_add_member(&b, "owner", audit_login_of(p, e->what.owner));
	audit_add_member(&b, "rs", e->what.rs);
	audit_add_member(&b, "client", e->what.client);
	audit_add_member(&b, "party", e->what.party);
	audit_add_member(&b, "rule", e->what.rule);
	audit_add_member(&b, "why", e->what.why);
	audit_add_permissions(&b, e->what.permissions);
	if (e->count > 1)
		buf_printf(&b, "  (%lld times in this hour)", (long long)e->count);
	puts(out_table_safe(p->arena, b.data));
}

static enum err
audit_print_one(void *arg, const struct audit_entry *e)
{
	struct audit_printer *p = arg;

	if (p->only != AUDIT_EVENT_COUNT && e->what.event != p->only)
		return OK;
	arena_reset(p->arena);
	if (p->form == OUT_TABLE_JSON)
		audit_print_json(p, e);
	else
		audit_print_text(p, e);
	p->n++;
	return ferror(stdout) ? SCAN_STOP : OK; /* command_main reports the failed output */
}

static enum err
audit_run(struct invocation *c)
{
	struct audit_printer p = { .form = c->out_table.form, .only = AUDIT_EVENT_COUNT };
	const char *since = invocation_value(c, "since"), *event = invocation_value(c, "event");
	int64_t from = 0;
	enum err e;

	if (since != NULL && !input_time(since, c->work.now, &from))
		return invocation_fail(c, EX_DATAERR,
				       "--since must be an age such as 2h or 3d, a time such as "
				       "2026-11-23T18:00:00Z, or seconds since 1970, not “%s”",
				       since);
	if (event != NULL && !audit_event_find(event, &p.only))
		return invocation_fail(c, EX_DATAERR,
				       "--event must be the name of an event, such as "
				       "rpt.granted, not “%s”; store.md lists them",
				       event);
	p.arena = arena_new();
	p.work = c->work;
	p.work.arena = p.arena;
	if (p.form == OUT_TABLE_JSON)
		fputs("{\"events\":[", stdout);
	e = audit_each(&c->work, from > 0 ? from : 0, audit_print_one, &p);
	if (p.form == OUT_TABLE_JSON)
		puts("]}");
	else if (p.n == 0)
		puts("no events");
	arena_free(p.arena);
	return e;
}

static const struct flag audit_flags[] = {
	{ "since", "T", FLAG_ONCE, "an age such as 2h or 3d, or 2026-11-23T18:00:00Z" },
	{ "event", "NAME", FLAG_ONCE, "only events of this name, such as rpt.denied" },
	FLAG_END
};

const struct command audit_commands[] = { { "audit", NULL, "TENANT",
					    "Show the events: actor, action, rule", audit_flags,
					    "audit acme --since 2h", NEEDS_TENANT, audit_run },
					  COMMAND_END };
