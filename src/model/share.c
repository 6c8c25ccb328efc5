/* SPDX-License-Identifier: Apache-2.0 */
/* Policies in the store: the document, and beside it a line a rule for introspection. */
#include "base/json.h"
#include "base/log.h"
#include "model/audit.h"
#include "model/policy_names.h"
#include "model/row.h"
#include "model/share.h"
#include "model/tenant.h"

#define DEFAULT_NAME "*"	/* no resource has such an id */
#define JUDGED_MAX   (1 << 20)	/* bytes of rows; a parsed policy takes some ten times as much */

static const struct field fields[] = {
	MUST(struct share, "doc", doc, F_JSON),
	FIELD(struct share, "revision", revision, F_INT),
	FIELD(struct share, "updated", updated, F_INT),
	LIST(struct share, "holds", holds, &permission_list),
	FIELD_END
};

static const struct row_kind kind = ROW_KIND(share, T_POLICY, "a policy", fields);

static enum err
find_row(struct work *w, const char *owner, const char *rs, const char *resource, struct share *out)
{
	struct bytes key = key_join(w->arena, owner, rs, resource != NULL ? resource : DEFAULT_NAME,
				    NULL);
	enum err e = row_find(w, &kind, key, ABSENT, out);

	out->owner = owner;
	out->rs = rs;
	out->resource = resource;
	return e == ABSENT ? OK : e;
}

static enum err
parse(struct work *w, struct share *s)
{
	struct json_object *doc;
	const char *why = NULL;

	if (s->row.size == 0)
		return OK;
	doc = json_parse(w->arena, bytes_of(s->doc), &why);
	if (doc != NULL && policy_parse(w->arena, doc, &s->policy, &why) == OK)
		return OK;
	log_error("tenant %s: a policy cannot be read: %s", w->tenant->name, why);
	return ERR_STORE;
}

enum err
share_find(struct work *w, const char *owner, const char *rs, const char *resource,
	   struct share *out)
{
	TRY(find_row(w, owner, rs, resource, out));
	return parse(w, out);
}

enum err
share_holds(struct work *w, const struct resource *r, const struct permission **out)
{
	struct share preset;

	*out = r->holds;
	if (r->own_policy)
		return OK;
	TRY(find_row(w, r->owner, r->rs, NULL, &preset));
	*out = preset.holds;
	return OK;
}

/* One that this request has judged by already, or reads now. */
static enum err
judged(struct work *w, const char *owner, const char *rs, const char *resource,
       const struct share **out)
{
	struct share *s = w->shares;

	while (s != NULL && !(text_equal(s->resource, resource) && text_equal(s->rs, rs) &&
			      text_equal(s->owner, owner)))
		s = s->next;
	*out = s;
	if (s != NULL)
		return OK;
	*out = s = ARENA_NEW(w->arena, struct share);
	TRY(find_row(w, owner, rs, resource, s));
	w->judged += s->row.size;
	if (w->judged > JUDGED_MAX)
		return fail(w, ERR_TOO_LARGE, "the policies of all that is asked for are too long "
			    "to be judged at once: ask for fewer resources");
	TRY(parse(w, s));
	s->next = w->shares;
	w->shares = s;
	return OK;
}

enum err
share_effective(struct work *w, const char *owner, const char *rs, const char *resource,
		const struct share **out)
{
	TRY(judged(w, owner, rs, resource, out));
	return (*out)->row.size > 0 ? OK : judged(w, owner, rs, NULL, out);
}

/* Denying rules hold nothing up, so they have no line. */
static struct permission *
holds_of(struct arena *a, const struct policy *p)
{
	struct permission *list = NULL, **last = &list;

	for (const struct rule *r = p->rules; r != NULL; r = r->next) {
		struct permission *line;

		if (r->effect == EFFECT_DENY)
			continue;
		line = permission_add(a, &last, r->all_scopes ? "*" : NULL);
		line->scopes = r->scopes;
		line->rule = r->id;
		line->mark = r->mark;
		line->from = r->from;
		line->until = r->until;
	}
	return list;
}

/* Two rows, one commit: each is expected to be as it was read. */
static enum err
tell_resource(struct work *w, const struct share *s, bool own)
{
	struct resource r;

	if (s->resource == NULL)
		return OK;
	TRY(resource_find(w, s->owner, s->rs, s->resource, ERR_NOT_FOUND, &r));
	return resource_share(w, &r, own, own ? s->holds : NULL);
}

enum err
share_put(struct work *w, struct share *s, struct json_object *doc)
{
	struct bytes row;

	TRY(policy_names_read(w, s->owner, s->rs, s->resource, doc, &s->policy, &s->doc));
	s->holds = holds_of(w->arena, &s->policy);
	s->revision++;
	s->updated = w->now;
	row = row_encode(w->arena, fields, s);
	TRY(row_fits(w, row));
	change_take(w->changes, T_POLICY, s->key, s->row, row);
	return tell_resource(w, s, true);
}

enum err
share_remove(struct work *w, struct share *s)
{
	if (s->row.size == 0)
		return ERR_NOT_FOUND;
	w->changes->essential = true;
	change_take(w->changes, T_POLICY, s->key, s->row, BYTES_NONE);
	return tell_resource(w, s, false);
}
