/* SPDX-License-Identifier: Apache-2.0 */
/* Policies in the store: the document and the rule index, which introspection reads. */
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/batch_cache.h"
#include "model/policy_names.h"
#include "model/row.h"
#include "model/stored_policy.h"
#include "model/tenant.h"

#define DEFAULT_NAME "*" /* key of the default; never the id of a resource */

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct stored_policy, "birth", incarnation, F_TEXT),
	FIELD(struct stored_policy, "revision", revision, F_INT),
	FIELD(struct stored_policy, "updated", updated, F_INT),
	LIST(struct stored_policy, "index", index, &rule_entry_list),
	MUST(struct stored_policy, "doc", doc, F_JSON),
	FIELD_END
};
/* clang-format on */

/* The fields that introspection reads. */
/* clang-format off */
static const struct field source_fields[] = {
	FIELD(struct stored_policy, "birth", incarnation, F_TEXT),
	LIST(struct stored_policy, "index", index, &rule_entry_list),
	FIELD_END
};
/* clang-format on */

static const struct row_kind source_kind =
	ROW_KIND(stored_policy, T_POLICY, "a policy", source_fields);

/* Replaces a document that cannot be read. */
#define DOC_DENY "{\"rules\":[]}"

static struct bytes
stored_policy_key(struct work *w, const char *owner, const char *rs, const char *resource)
{
	return key_join(w->arena, owner, rs, resource != NULL ? resource : DEFAULT_NAME, NULL);
}

/* The JSON tree is twice as large as the policy, so it is freed at once. */
static void
stored_policy_parse(struct stored_policy *s, struct arena *a, const char **why)
{
	struct arena *tree = arena_new();
	struct json_object *doc = json_parse(tree, bytes_of(s->doc), why);

	if (doc == NULL || policy_parse(a, doc, &s->policy, why) != OK) {
		*why = arena_strdup(a, *why);
		s->policy = (struct policy){ .rules = NULL };
		s->index = NULL;
		s->unreadable = true;
	}
	if (doc == NULL)
		s->doc = DOC_DENY;
	arena_free(tree);
}

/* Makes an object for the batch's cache, so nothing in it depends on the request. A damaged row
 * becomes a policy that denies everything. */
static void *
stored_policy_make(void *arg, struct arena *a, struct bytes row)
{
	struct stored_policy *s = ARENA_NEW(a, struct stored_policy);
	const struct work *w = arg;
	const char *why = "its row is damaged";

	if (!row_decode(a, fields, row, s))
		*s = (struct stored_policy){ .doc = DOC_DENY, .revision = 1, .unreadable = true };
	else
		stored_policy_parse(s, a, &why);
	if (s->unreadable)
		log_error("tenant %s: a policy cannot be read and permits nothing; replace or "
			  "remove it: %s",
			  w->tenant->name, why);
	return s;
}

/* The cached object is shared: what it points to must not be changed. */
static enum err
stored_policy_load(struct work *w, const char *owner, const char *rs, const char *resource,
		   struct stored_policy *out)
{
	struct bytes key = stored_policy_key(w, owner, rs, resource), row;
	enum err e = row_get_tracked(w, T_POLICY, key, ABSENT, &row);

	*out = (struct stored_policy){ .key = key };
	if (e == OK)
		*out = *(const struct stored_policy *)batch_cache_get(w, stored_policy_make, w,
								      row);
	out->owner = owner;
	out->rs = rs;
	out->resource = resource;
	out->key = key;
	out->row = row;
	return e == ABSENT ? OK : e;
}

enum err
stored_policy_find(struct work *w, const char *owner, const char *rs, const char *resource,
		   struct stored_policy *out)
{
	return stored_policy_load(w, owner, rs, resource, out);
}

enum err
stored_policy_source(struct work *w, const struct resource *r, struct rule_source *out)
{
	struct stored_policy fallback;
	struct bytes key, row;
	enum err e;

	*out = (struct rule_source){ r->index, "" };
	if (r->own_policy)
		return OK;
	*out = (struct rule_source){ NULL, "" };
	key = stored_policy_key(w, r->owner, r->rs, NULL);
	e = row_get_tracked(w, T_POLICY, key, ABSENT, &row);
	if (e != OK)
		return e == ABSENT ? OK : e;
	if (row_read(w, &source_kind, key, row, &fallback) == OK && fallback.incarnation != NULL)
		*out = (struct rule_source){ fallback.index, fallback.incarnation };
	return OK;
}

#define COMPARISONS_PER_UNIT 16 /* a comparison takes about ten nanoseconds */

static enum err
stored_policy_add_cost(struct work *w, size_t cost)
{
	w->policy_cost += cost;
	if (w->policy_cost <= STORED_POLICY_COST_MAX)
		return OK;
	return work_fail(w, ERR_TOO_LARGE,
			 "the policies of the requested resources are too long to "
			 "evaluate in one request: request fewer resources or scopes");
}

enum err
stored_policy_charge(struct work *w, const struct stored_policy *s)
{
	size_t comparisons = w->comparisons;

	w->comparisons = 0;
	return stored_policy_add_cost(w, 1 + s->policy.weight / 8 +
						 comparisons / COMPARISONS_PER_UNIT);
}

/* Finds a policy that this request has evaluated before, or reads it. */
static enum err
stored_policy_find_evaluated(struct work *w, const char *owner, const char *rs,
			     const char *resource, const struct stored_policy **out)
{
	struct stored_policy *s = w->evaluated_policies;

	while (s != NULL && !(text_equal(s->resource, resource) && text_equal(s->rs, rs) &&
			      text_equal(s->owner, owner)))
		s = s->next;
	*out = s;
	if (s != NULL)
		return OK;
	*out = s = ARENA_NEW(w->arena, struct stored_policy);
	TRY(stored_policy_load(w, owner, rs, resource, s));
	s->policy.results = ARENA_NEW(w->arena, struct condition_results);
	TRY(stored_policy_add_cost(w, s->row.size / 16 + 8 * s->policy.weight));
	s->next = w->evaluated_policies;
	w->evaluated_policies = s;
	return OK;
}

enum err
stored_policy_effective(struct work *w, const char *owner, const char *rs, const char *resource,
			const struct stored_policy **out)
{
	TRY(stored_policy_find_evaluated(w, owner, rs, resource, out));
	return (*out)->row.size > 0 ? OK : stored_policy_find_evaluated(w, owner, rs, NULL, out);
}

enum err
stored_policy_show(struct work *w, const struct stored_policy *s, const char **text)
{
	*text = s->doc;
	return s->unreadable ? OK : policy_names_show(w, &s->policy, text);
}

/* Updates the resource's row in the same commit; both rows are expected unchanged. */
static enum err
stored_policy_update_resource(struct work *w, const struct stored_policy *s, bool own, bool is_new)
{
	struct resource r;

	if (s->resource == NULL)
		return OK;
	TRY(resource_find(w, s->owner, s->rs, s->resource, ERR_NOT_FOUND, &r));
	return resource_set_policy_index(w, &r, own, is_new, own ? s->index : NULL);
}

enum err
stored_policy_put(struct work *w, struct stored_policy *s, struct json_object *doc)
{
	bool is_new = s->incarnation == NULL;
	struct bytes row;

	TRY(policy_names_read(w, s->owner, s->rs, s->resource, doc, &s->policy, &s->doc));
	if (is_new)
		s->incarnation = incarnation_new(w);
	s->revision++;
	s->index = rule_index_make(w->arena, &s->policy, s->index, s->revision, w->now);
	s->updated = w->now;
	row = row_encode(w->arena, fields, s);
	TRY(row_check_size(w, row));
	change_take(w->changes, T_POLICY, s->key, s->row, row);
	return stored_policy_update_resource(w, s, true, is_new);
}

enum err
stored_policy_remove(struct work *w, struct stored_policy *s)
{
	if (s->row.size == 0)
		return ERR_NOT_FOUND;
	w->changes->essential = true;
	change_take(w->changes, T_POLICY, s->key, s->row, BYTES_NONE);
	return stored_policy_update_resource(w, s, false, false);
}
