/* SPDX-License-Identifier: Apache-2.0 */
/* What of granted permissions is still active: see model/token.h. */
#include <string.h>

#include "base/str_list.h"
#include "base/text.h"
#include "model/consent.h"
#include "model/resource.h"
#include "model/stored_policy.h"
#include "model/tenant.h"
#include "model/token.h"

/* What the permissions at hand are compared with.  Entries of one resource, and of one answer,
 * follow one another, so each is read once. */
struct revalidation {
	struct work *w;
	const struct grant *grant;
	const struct party *party;
	struct permission **last;

	const char *resource_id;
	bool there;
	struct resource resource;
	struct rule_source from;

	const char *consent_id;
	bool answered;
	struct consent consent;
};

static void
revalidate_basis_add_number(struct buf *b, int64_t n)
{
	if (n != 0)
		buf_int(b, n);
	buf_char(b, '.');
}

const char *
permission_basis(struct work *w, const struct resource *r, const struct rule_source *from,
		 const struct rule_entry *by, const char *scope, int64_t answer,
		 const struct party *party, int64_t granted_at)
{
	struct buf b = { .arena = w->arena };

	revalidate_basis_add_number(&b, r->policy_turns);
	buf_text(&b, from->birth);
	buf_char(&b, '.');
	revalidate_basis_add_number(&b, rule_entry_since(by, scope));
	revalidate_basis_add_number(&b, scope != NULL ? resource_scope_since(r, scope) : 0);
	revalidate_basis_add_number(&b, answer);
	revalidate_basis_add_number(&b, rule_index_groups(w->arena, from->index, by, scope, party,
							  granted_at));
	b.data[b.size - 1] = '\0';
	return b.data;
}

static enum err
revalidate_load_resource(struct revalidation *l, const char *id)
{
	const struct grant *g = l->grant;
	enum err e;

	if (text_equal(l->resource_id, id))
		return OK;
	l->resource_id = id;
	e = resource_find(l->w, g->owner, g->rs, id, ABSENT, &l->resource);
	l->there = e == OK;
	if (e != OK)
		return e == ABSENT ? OK : e;
	return stored_policy_source(l->w, &l->resource, &l->from);
}

static enum err
revalidate_load_consent(struct revalidation *l, const char *id)
{
	enum err e;

	if (id == NULL || text_equal(l->consent_id, id))
		return OK;
	l->consent_id = id;
	e = consent_find(l->w, l->grant->owner, id, ABSENT, &l->consent);
	l->answered = e == OK;
	return e == ABSENT ? OK : e;
}

/* The rule, if it is there and its window is open at this moment. */
static const struct rule_entry *
revalidate_rule(const struct revalidation *l, const struct permission *granted)
{
	const struct rule_entry *by = NULL;

	if (l->there && (granted->consent == NULL || l->answered))
		by = rule_index_find(l->from.index, granted->rule);
	return by != NULL && rule_entry_open(by, l->w->now) ? by : NULL;
}

/* One scope of the permission, or the bare resource. */
static bool
revalidate_has_scope(const struct revalidation *l, const struct rule_entry *by,
		     const struct permission *granted, const char *scope)
{
	const struct resource *r = &l->resource;
	int64_t answer = 0;

	if (rule_entry_since(by, scope) == 0 ||
	    (scope != NULL && resource_scope_since(r, scope) == 0))
		return false;
	if (granted->consent != NULL) {
		answer = consent_allows(&l->consent, granted->resource, scope);
		if (answer == 0)
			return false;
	}
	return text_equal(granted->basis, permission_basis(l->w, r, &l->from, by, scope, answer,
							   l->party, l->grant->granted_at));
}

static struct permission *
revalidate_add(struct revalidation *l, const struct rule_entry *by,
	       const struct permission *granted)
{
	struct permission *kept = permission_add(l->w->arena, &l->last, granted->resource);

	kept->rule = granted->rule;
	kept->basis = granted->basis;
	kept->consent = granted->consent;
	kept->until = granted->until;
	if (by->until != 0 && (kept->until == 0 || by->until < kept->until))
		kept->until = by->until;
	return kept;
}

static enum err
revalidate_add_active(struct revalidation *l, const struct permission *granted)
{
	struct permission *kept = NULL;
	const struct rule_entry *by;

	if (granted->until != 0 && granted->until <= l->w->now)
		return OK;
	TRY(revalidate_load_resource(l, granted->resource));
	TRY(revalidate_load_consent(l, granted->consent));
	by = revalidate_rule(l, granted);
	if (by == NULL)
		return OK;
	if (granted->scopes.n == 0 && revalidate_has_scope(l, by, granted, NULL))
		revalidate_add(l, by, granted);
	for (size_t i = 0; i < granted->scopes.n; i++) {
		if (!revalidate_has_scope(l, by, granted, granted->scopes.list[i]))
			continue;
		if (kept == NULL)
			kept = revalidate_add(l, by, granted);
		str_list_add(l->w->arena, &kept->scopes, granted->scopes.list[i]);
	}
	return OK;
}

enum err
permissions_revalidate(struct work *w, const struct grant *g, const struct party *party,
		       const struct permission *granted, struct permission **out)
{
	struct revalidation l = { .w = w, .grant = g, .party = party, .last = out };

	*out = NULL;
	for (; granted != NULL; granted = granted->next)
		TRY(revalidate_add_active(&l, granted));
	return OK;
}

enum err
family_check_active(struct work *w, const struct family *f, enum err missing, struct client *rs,
		    struct permission **granted)
{
	const struct grant *g = &f->grant;
	struct party party;

	TRY(client_find(w, g->rs, missing, rs));
	TRY(grant_check_active(w, g, rs, NULL, missing, &party));
	return permissions_revalidate(w, g, &party, f->granted, granted);
}
