/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl audit: who did what, in the order of time.  There may be millions of events, so they
 * are printed as they are read; nothing is written, so the command never has to run again.
 */
#include <stdio.h>
#include <string.h>

#include "admin/input.h"
#include "base/json.h"
#include "model/account.h"
#include "model/audit.h"

/* Members of an event's row that the text form shows after the event and its actor. */
static const char *const shown[] = { "object", "owner", "rs", "client", "party", "rule", "why" };

struct printer {
	enum sheet_form form;
	struct work     work;	/* to look up names; its memory is that of one event */
	struct arena   *arena;	/* the same */
	size_t          n;
};

static const char *
time_of(struct arena *a, int64_t ms)
{
	char *text = sheet_time(a, ms / 1000);

	/* RFC 3339 with its T; milliseconds, because much happens in a second. */
	text[10] = 'T';
	return arena_printf(a, "%.19s.%03dZ", text, (int)(ms % 1000));
}

static void
print_json(struct printer *p, int64_t at_ms, struct bytes row)
{
	/* The row is one object already: the time becomes its first member. */
	printf("%s{\"time\":\"%s\",%.*s", p->n > 0 ? ",\n" : "\n", time_of(p->arena, at_ms),
	       (int)row.size - 1, (const char *)row.data + 1);
}

static void
add_permissions(struct buf *b, struct json_object *event)
{
	struct json_object *list;

	if (json_member(event, "permissions", json_type_array, &list) != JSON_FOUND)
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		struct strs scopes = { 0 };
		const char *resource = "", *rule;

		json_text(one, "resource", &resource);
		json_strs(b->arena, one, "scopes", JSON_NODES_MAX, &scopes);
		buf_printf(b, "  %s[%s]", resource, strs_join(b->arena, &scopes, " "));
		if (json_text(one, "rule", &rule) == JSON_FOUND)
			buf_printf(b, " by %s", rule);
	}
}

/* People know an owner by her login, as long as there is the account. */
static const char *
value_of(struct printer *p, const char *member, const char *value)
{
	struct account acc;

	if (strcmp(member, "owner") != 0 ||
	    account_find(&p->work, value, ABSENT, &acc) != OK)
		return value;
	return acc.login;
}

static void
print_text(struct printer *p, int64_t at_ms, struct json_object *event)
{
	struct buf b = { .arena = p->arena };
	const char *name = "?", *actor = "-", *value;

	json_text(event, "event", &name);
	json_text(event, "actor", &actor);
	buf_printf(&b, "%s  %-18s %s", time_of(p->arena, at_ms), name, actor);
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
		if (json_text(event, shown[i], &value) == JSON_FOUND)
			buf_printf(&b, "  %s=%s", shown[i], value_of(p, shown[i], value));
	add_permissions(&b, event);
	puts(sheet_safe(p->arena, b.data));
}

static enum err
print_one(void *arg, int64_t at_ms, struct bytes row)
{
	struct printer *p = arg;
	struct json_object *event;
	const char *why = NULL;

	arena_reset(p->arena);
	event = json_parse(p->arena, row, &why);
	if (event == NULL || !json_object_is_type(event, json_type_object))
		return ERR_STORE;
	if (p->form == SHEET_JSON)
		print_json(p, at_ms, row);
	else
		print_text(p, at_ms, event);
	p->n++;
	return ferror(stdout) ? SCAN_STOP : OK;	/* command_main reports it */
}

static enum err
audit_run(struct call *c)
{
	struct printer p = { .form = c->sheet.form };
	const char *since = call_value(c, "since");
	int64_t from = 0;
	enum err e;

	if (since != NULL && !input_moment(since, c->work.now, &from))
		return call_refuse(c, EX_DATAERR, "--since is 2h, 3d, 2026-11-23T18:00:00Z or "
				   "seconds since 1970, not “%s”", since);
	p.arena = arena_new();
	p.work = c->work;
	p.work.arena = p.arena;
	if (p.form == SHEET_JSON)
		fputs("{\"events\":[", stdout);
	e = audit_each(&c->work, from > 0 ? from : 0, print_one, &p);
	if (p.form == SHEET_JSON)
		puts("]}");
	else if (p.n == 0)
		puts("no events");
	arena_free(p.arena);
	return e;
}

static const struct flag audit_flags[] = {
	{ "since", "T", FLAG_ONCE, "how long ago, 2h, 3d; or when, 2026-11-23T18:00:00Z" },
	FLAG_END
};

const struct command audit_commands[] = {
	{ "audit", NULL, "TENANT", "Show who did what, by which rule", audit_flags,
	  "audit acme --since 2h", NEEDS_TENANT, audit_run },
	COMMAND_END
};
