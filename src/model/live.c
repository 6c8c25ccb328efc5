/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions as things stand now.  The rule that permitted is looked up, not judged again: no
 * assessment is repeated (UMA Grant, 3.6), but what the owner withdrew is gone at once (6.1).
 */
#include <string.h>

#include "model/consent.h"
#include "model/resource.h"
#include "model/share.h"
#include "model/tenant.h"
#include "model/token.h"

struct spot {
	const char     *owner, *rs;
	struct resource resource;
	const struct permission *holds;
	const char     *loaded;	/* id of the resource the two belong to */
	bool            there;
};

/* Entries of one resource follow one another, so each is read once. */
static enum err
spot_load(struct work *w, struct spot *at, const char *resource)
{
	enum err e;

	if (at->loaded != NULL && strcmp(at->loaded, resource) == 0)
		return OK;
	at->loaded = resource;
	e = resource_find(w, at->owner, at->rs, resource, ABSENT, &at->resource);
	at->there = e == OK;
	if (e != OK)
		return e == ABSENT ? OK : e;
	return share_holds(w, &at->resource, &at->holds);
}

/* The line of the rule, if it still is the same and open at this moment. */
static const struct permission *
rule_line(const struct work *w, const struct permission *line, const struct permission *granted)
{
	for (; line != NULL; line = line->next)
		if (text_equal(line->rule, granted->rule))
			return text_equal(line->mark, granted->mark) && line->from <= w->now &&
			       (line->until == 0 || w->now < line->until) ? line : NULL;
	return NULL;
}

static enum err
consent_stands(struct work *w, const char *owner, const struct permission *granted,
	       struct permission **allowed)
{
	struct consent c;
	enum err e = consent_find(w, owner, granted->consent, ABSENT, &c);

	*allowed = NULL;
	if (e == OK && c.state == CONSENT_APPROVED)
		*allowed = permission_of(permissions_join(w->arena, c.granted), granted->resource);
	return e == ABSENT ? OK : e;
}

static void
keep_scopes(struct work *w, const struct spot *at, const struct permission *line,
	    const struct permission *allowed, const struct permission *granted,
	    struct permission ***last)
{
	struct permission *kept = NULL;
	bool all = text_equal(line->resource, "*");
	int64_t until = granted->until;

	if (granted->scopes.n == 0 && all)
		kept = permission_add(w->arena, last, granted->resource);
	for (size_t i = 0; i < granted->scopes.n; i++) {
		const char *scope = granted->scopes.list[i];

		if (!strs_has(&at->resource.scopes, scope) ||
		    (!all && !strs_has(&line->scopes, scope)) ||
		    (allowed != NULL && !strs_has(&allowed->scopes, scope)))
			continue;
		if (kept == NULL)
			kept = permission_add(w->arena, last, granted->resource);
		strs_add(w->arena, &kept->scopes, scope);
	}
	if (kept == NULL)
		return;
	if (line->until != 0 && (until == 0 || line->until < until))
		until = line->until;
	kept->rule = granted->rule;
	kept->mark = granted->mark;
	kept->consent = granted->consent;
	kept->until = until;
}

static enum err
keep(struct work *w, struct spot *at, const struct permission *granted, struct permission ***last)
{
	const struct permission *line;
	struct permission *allowed = NULL;

	if (granted->until != 0 && granted->until <= w->now)
		return OK;
	TRY(spot_load(w, at, granted->resource));
	line = at->there ? rule_line(w, at->holds, granted) : NULL;
	if (line == NULL)
		return OK;
	if (granted->consent != NULL) {
		TRY(consent_stands(w, at->owner, granted, &allowed));
		if (allowed == NULL)
			return OK;
	}
	keep_scopes(w, at, line, allowed, granted, last);
	return OK;
}

enum err
permissions_live(struct work *w, const char *owner, const char *rs, struct permission *granted,
		 struct permission **out)
{
	struct spot at = { .owner = owner, .rs = rs };
	struct permission **last = out;

	*out = NULL;
	for (; granted != NULL; granted = granted->next)
		TRY(keep(w, &at, granted, &last));
	return OK;
}
