/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl request …: lists the requests to owners (UMA Grant, 3.3.6, request_submitted) and
 * answers them in the owner's name.
 */
#include <string.h>

#include "admin/lookup.h"
#include "base/json.h"
#include "base/str_list.h"
#include "model/consent.h"
#include "model/token.h"

static const char *
request_permissions_json(struct invocation *c, const struct permission *list)
{
	struct buf b = { .arena = c->work.arena };

	if (list == NULL)
		return NULL;
	out_open(&b, NULL, '[');
	for (const struct permission *p = list; p != NULL; p = p->next) {
		out_open(&b, NULL, '{');
		out_text(&b, "resource", p->resource);
		out_str_list(&b, "scopes", &p->scopes);
		out_close(&b, '}');
	}
	out_close(&b, ']');
	return b.data;
}

/* "Holiday photos: view, print; …" */
static const char *
request_permissions_text(struct invocation *c, const struct permission *list)
{
	struct buf b = { .arena = c->work.arena };

	if (list == NULL)
		return NULL;
	for (const struct permission *p = list; p != NULL; p = p->next)
		buf_printf(&b, "%s%s: %s", p == list ? "" : "; ",
			   lookup_resource_name(c, p->resource),
			   str_list_join(c->work.arena, &p->scopes, ", "));
	return b.data;
}

static void
request_put_fields(struct invocation *c, const struct consent *q)
{
	struct out_table *s = &c->out_table;
	struct permission *granted = permissions_join(c->work.arena, q->granted);
	const char *unknown = s->form == OUT_TABLE_TEXT ? "unknown" : NULL;

	out_field_text(s, "id", q->id);
	out_field_text(s, "state", consent_state_names[q->state]);
	out_field_text(s, "owner", lookup_login(c, q->owner));
	out_field_text(s, "who", q->party_name != NULL ? q->party_name : unknown);
	out_field_text(s, "client", q->client);
	out_field_json(s, "asked", request_permissions_json(c, q->requested),
		       request_permissions_text(c, q->requested));
	out_field_json(s, "granted", request_permissions_json(c, granted),
		       request_permissions_text(c, granted));
	if (!out_table_detailed(s))
		return;
	out_field_text(s, "resource_server", q->rs);
	out_field_time(s, "asked_at", q->asked_at);
	out_field_time(s, "decided_at", q->decided_at);
	out_field_time(s, "expires", q->expires);
}

static enum err
request_list_one(void *arg, const void *consent)
{
	const struct consent *q = consent;
	struct invocation *c = arg;

	out_table_row(&c->out_table);
	request_put_fields(c, q);
	return OK;
}

static enum err
request_list_run(struct invocation *c)
{
	const char *login = invocation_value(c, "owner");
	struct account owner = { .id = NULL };

	if (login != NULL)
		TRY(lookup_account(c, login, &owner));
	out_table_list(&c->out_table, "requests");
	TRY(consent_each(&c->work, owner.id, request_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

/* Rows of requests are stored by owner, so a request is found by its id with a scan. */
struct request_search {
	const char *id;
	struct consent *out;
	bool found;
};

static enum err
request_search_one(void *arg, const void *consent)
{
	const struct consent *q = consent;
	struct request_search *s = arg;

	if (strcmp(q->id, s->id) != 0)
		return OK;
	*s->out = *q;
	s->found = true;
	return SCAN_STOP;
}

static enum err
request_find(struct invocation *c, struct consent *out)
{
	struct request_search s = { invocation_word(c, 1), out, false };

	TRY(consent_each(&c->work, NULL, request_search_one, &s));
	if (s.found)
		return OK;
	return invocation_fail(c, EX_NOUSER,
			       "tenant %s has no request %s, or the request has expired; "
			       "usherctl request list %s shows all",
			       c->work.tenant->name, s.id, c->work.tenant->name);
}

/* Returns the entry of `list` for the resource, which is added if it is missing. A resource has one
 * entry even if several rules asked for it. */
static struct permission *
request_entry(struct invocation *c, struct permission **list, struct permission ***last,
	      const char *resource)
{
	struct permission *p = permission_find(*list, resource);

	return p != NULL ? p : permission_add(c->work.arena, last, resource);
}

static struct permission *
request_merge_permissions(struct invocation *c, const struct consent *q)
{
	struct permission *list = NULL, **last = &list;

	for (const struct permission *p = q->requested; p != NULL; p = p->next) {
		struct permission *joined = request_entry(c, &list, &last, p->resource);

		for (size_t i = 0; i < p->scopes.n; i++)
			str_list_put(c->work.arena, &joined->scopes, p->scopes.list[i]);
	}
	return list;
}

/* Reads --resource and --scope. Each --scope belongs to the --resource before it. */
static enum err
request_read_approved(struct invocation *c, struct permission **out)
{
	struct permission *list = NULL, **last = &list, *current = NULL;

	*out = NULL;
	for (const struct given_option *g = c->options.first; g != NULL; g = g->next) {
		if (strcmp(g->flag->name, "resource") == 0)
			current = request_entry(c, &list, &last, g->value);
		else if (strcmp(g->flag->name, "scope") == 0 && current == NULL)
			return invocation_fail(c, EX_USAGE,
					       "--scope must follow the --resource of the scope");
		else if (strcmp(g->flag->name, "scope") == 0)
			str_list_put(c->work.arena, &current->scopes, g->value);
	}
	*out = list;
	return OK;
}

/* Sets the scopes of a resource without --scope to all requested scopes. */
static void
request_fill_approved(struct permission *list, struct permission *requested)
{
	for (struct permission *p = list; p != NULL; p = p->next) {
		const struct permission *whole = permission_find(requested, p->resource);

		if (p->scopes.n == 0 && whole != NULL)
			p->scopes = whole->scopes;
	}
}

static enum err
request_decide(struct invocation *c, struct consent *q, struct permission *granted)
{
	struct out_table *s = &c->out_table;

	TRY(consent_decide(&c->work, q, granted));
	out_table_record(s);
	out_field_text(s, "id", q->id);
	out_field_text(s, "state",
		       consent_state_names[granted != NULL ? CONSENT_APPROVED : CONSENT_DENIED]);
	out_field_json(s, "granted", request_permissions_json(c, granted),
		       request_permissions_text(c, granted));
	out_table_end(s);
	return OK;
}

static enum err
request_approve_run(struct invocation *c)
{
	struct permission *approved = NULL, *requested;
	struct consent q;

	TRY(request_find(c, &q));
	requested = request_merge_permissions(c, &q);
	TRY(request_read_approved(c, &approved));
	request_fill_approved(approved, requested);
	return request_decide(c, &q, approved != NULL ? approved : requested);
}

static enum err
request_deny_run(struct invocation *c)
{
	struct consent q;

	TRY(request_find(c, &q));
	c->work.changes->essential = true;
	return request_decide(c, &q, NULL);
}

static const struct flag list_flags[] = {
	{ "owner", "LOGIN", FLAG_ONCE, "only requests to this owner" }, FLAG_END
};

static const struct flag approve_flags[] = {
	{ "resource", "R", FLAG_MANY, "only this resource of the request" },
	{ "scope", "S", FLAG_MANY, "only this scope of the preceding --resource" },
	FLAG_END
};

/* clang-format off */
const struct command request_commands[] = {
	{ "request", "list", "TENANT", "List the requests to owners, and the answers",
	  list_flags, "request list acme --owner alice", NEEDS_TENANT, request_list_run },
	{ "request", "approve", "TENANT ID", "Approve a request, or a part of it",
	  approve_flags, "request approve acme 3q2-7wEAAAAAAAAAAAAAAA "
	  "--resource 06hm41k3b8d7s0cv5n2rq9xjta --scope view",
	  NEEDS_TENANT, request_approve_run },
	{ "request", "deny", "TENANT ID", "Deny a request, or revoke its approval", no_flags,
	  "request deny acme 3q2-7wEAAAAAAAAAAAAAAA", NEEDS_TENANT, request_deny_run },
	COMMAND_END
};
/* clang-format on */
