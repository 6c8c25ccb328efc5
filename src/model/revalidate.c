/* SPDX-License-Identifier: Apache-2.0 */
/* Which granted permissions are still active: see model/token.h. */
#include <string.h>

#include "base/str_list.h"
#include "base/text.h"
#include "model/consent.h"
#include "model/resource.h"
#include "model/stored_policy.h"
#include "model/tenant.h"
#include "model/token.h"

/* The state that permissions are compared with. Entries of one resource, and of one consent, are
 * adjacent, so each is read once. */
struct revalidation {
	struct work *w;
	const struct grant *grant;
	const struct party *party;
	struct permission **last;

	const char *resource_id;
	bool resource_exists;
	struct resource resource;
	struct rule_source source;

	const char *consent_id;
	bool consent_valid;
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
permission_basis(struct work *w, const struct resource *r, const struct rule_source *source,
		 const struct rule_entry *rule, const char *scope, int64_t answer,
		 const struct party *party, int64_t granted_at)
{
	struct buf b = { .arena = w->arena };

	revalidate_basis_add_number(&b, r->policy_switches);
	buf_text(&b, source->incarnation);
	buf_char(&b, '.');
	revalidate_basis_add_number(&b, rule_entry_since(rule, scope));
	revalidate_basis_add_number(&b, scope != NULL ? resource_scope_since(r, scope) : 0);
	revalidate_basis_add_number(&b, answer);
	revalidate_basis_add_number(&b, rule_index_memberships(w->arena, source->index, rule, scope,
							       party, granted_at));
	b.data[b.size - 1] = '\0';
	return b.data;
}

static enum err
revalidate_load_resource(struct revalidation *ctx, const char *id)
{
	const struct grant *g = ctx->grant;
	enum err e;

	if (text_equal(ctx->resource_id, id))
		return OK;
	ctx->resource_id = id;
	e = resource_find(ctx->w, g->owner, g->rs, id, ABSENT, &ctx->resource);
	ctx->resource_exists = e == OK;
	if (e != OK)
		return e == ABSENT ? OK : e;
	return stored_policy_source(ctx->w, &ctx->resource, &ctx->source);
}

static enum err
revalidate_load_consent(struct revalidation *ctx, const char *id)
{
	enum err e;

	if (id == NULL || text_equal(ctx->consent_id, id))
		return OK;
	ctx->consent_id = id;
	e = consent_find(ctx->w, ctx->grant->owner, id, ABSENT, &ctx->consent);
	ctx->consent_valid = e == OK;
	return e == ABSENT ? OK : e;
}

/* Returns the permission's rule if it exists and its window is open now, else NULL. */
static const struct rule_entry *
revalidate_rule(const struct revalidation *ctx, const struct permission *granted)
{
	const struct rule_entry *rule = NULL;

	if (ctx->resource_exists && (granted->consent == NULL || ctx->consent_valid))
		rule = rule_index_find(ctx->source.index, granted->rule);
	return rule != NULL && rule_entry_open(rule, ctx->w->now) ? rule : NULL;
}

/* Returns whether one scope, or the bare resource, is still active. */
static bool
revalidate_has_scope(const struct revalidation *ctx, const struct rule_entry *rule,
		     const struct permission *granted, const char *scope)
{
	const struct resource *r = &ctx->resource;
	int64_t answer = 0;

	if (rule_entry_since(rule, scope) == 0 ||
	    (scope != NULL && resource_scope_since(r, scope) == 0))
		return false;
	if (granted->consent != NULL) {
		answer = consent_allowed_since(&ctx->consent, granted->resource, scope);
		if (answer == 0)
			return false;
	}
	return text_equal(granted->basis,
			  permission_basis(ctx->w, r, &ctx->source, rule, scope, answer, ctx->party,
					   ctx->grant->granted_at));
}

static struct permission *
revalidate_add(struct revalidation *ctx, const struct rule_entry *rule,
	       const struct permission *granted)
{
	struct permission *kept = permission_add(ctx->w->arena, &ctx->last, granted->resource);

	kept->rule = granted->rule;
	kept->basis = granted->basis;
	kept->consent = granted->consent;
	kept->until = granted->until;
	if (rule->until != 0 && (kept->until == 0 || rule->until < kept->until))
		kept->until = rule->until;
	return kept;
}

static enum err
revalidate_add_active(struct revalidation *ctx, const struct permission *granted)
{
	struct permission *kept = NULL;
	const struct rule_entry *rule;

	if (granted->until != 0 && granted->until <= ctx->w->now)
		return OK;
	TRY(revalidate_load_resource(ctx, granted->resource));
	TRY(revalidate_load_consent(ctx, granted->consent));
	rule = revalidate_rule(ctx, granted);
	if (rule == NULL)
		return OK;
	if (granted->scopes.n == 0 && revalidate_has_scope(ctx, rule, granted, NULL))
		revalidate_add(ctx, rule, granted);
	for (size_t i = 0; i < granted->scopes.n; i++) {
		if (!revalidate_has_scope(ctx, rule, granted, granted->scopes.list[i]))
			continue;
		if (kept == NULL)
			kept = revalidate_add(ctx, rule, granted);
		str_list_add(ctx->w->arena, &kept->scopes, granted->scopes.list[i]);
	}
	return OK;
}

/*
 * True if no row that the permissions depend on was removed or replaced since they were granted,
 * and the party has joined and left no group. Then only their expiry can have ended them: it is not
 * later than the end of their rule and of the owner's consent, and the opening of a rule that would
 * decide otherwise. Handlers that write use the rows themselves, which their commit checks again.
 */
static enum err
revalidate_check_unchanged(struct work *w, const struct grant *g, const struct party *party,
			   bool *unchanged)
{
	int64_t sharing;

	*unchanged = false;
	if (!w->changes->read_only || g->sharing == 0 || g->granted_at > w->now ||
	    g->groups != party->group_change_count)
		return OK;
	TRY(grant_find_sharing(w, g->owner, &sharing));
	*unchanged = sharing == g->sharing;
	return OK;
}

static void
revalidate_keep(struct work *w, const struct permission *granted, struct permission ***last)
{
	struct permission *kept;

	if (granted->until != 0 && granted->until <= w->now)
		return;
	kept = permission_add(w->arena, last, granted->resource);
	kept->scopes = granted->scopes;
	kept->rule = granted->rule;
	kept->basis = granted->basis;
	kept->consent = granted->consent;
	kept->until = granted->until;
}

enum err
permissions_revalidate(struct work *w, const struct grant *g, const struct party *party,
		       const struct permission *granted, struct permission **out)
{
	struct revalidation ctx = { .w = w, .grant = g, .party = party, .last = out };

	bool unchanged;

	*out = NULL;
	TRY(revalidate_check_unchanged(w, g, party, &unchanged));
	for (; granted != NULL; granted = granted->next) {
		if (unchanged)
			revalidate_keep(w, granted, &ctx.last);
		else
			TRY(revalidate_add_active(&ctx, granted));
	}
	return OK;
}

enum err
family_check_active(struct work *w, const struct family *f, enum err missing, struct client *rs,
		    struct permission **granted)
{
	const struct grant *g = &f->grant;
	struct party party;

	if (f->approval != NULL) /* it has no permissions, see family_access */
		return missing;
	TRY(client_find(w, g->rs, missing, rs));
	TRY(grant_check_active(w, g, rs, NULL, missing, &party));
	return permissions_revalidate(w, g, &party, f->granted, granted);
}
