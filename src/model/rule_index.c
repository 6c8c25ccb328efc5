/* SPDX-License-Identifier: Apache-2.0 */
/* The rule index of a policy and its update at an edit: see the header. */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/rule_index.h"
#include "policy/condition.h"

#define NAMES_MAX      256 /* scopes named in two revisions; with more, all numbers are new */
#define EXCEPTIONS_MAX 64  /* exceptions of one rule; with more, its numbers are new */
#define WORDS	       (NAMES_MAX / 64 + 1)

static const char *const effect_names[] = {
	[EFFECT_PERMIT] = "permit", [EFFECT_DENY] = "deny", [EFFECT_ASK] = "ask", NULL
};

/* clang-format off */
static const struct field entry_fields[] = {
	FIELD(struct rule_entry, "id", id, F_TEXT),
	FIELD(struct rule_entry, "m", fingerprint, F_TEXT),
	ENUM(struct rule_entry, "e", effect, effect_names),
	FIELD(struct rule_entry, "all", all_scopes, F_BOOL),
	FIELD(struct rule_entry, "s", scopes, F_STR_LIST),
	FIELD(struct rule_entry, "f", from, F_INT),
	FIELD(struct rule_entry, "u", until, F_INT),
	FIELD(struct rule_entry, "g", groups, F_STR_LIST),
	FIELD(struct rule_entry, "n", since, F_INT),
	LIST(struct rule_entry, "later", exceptions, &numbered_names_list),
	FIELD_END
};
/* clang-format on */

const struct field_list rule_entry_list = { entry_fields, sizeof(struct rule_entry),
					    offsetof(struct rule_entry, next) };

const struct rule_entry *
rule_index_find(const struct rule_entry *index, const char *id)
{
	while (index != NULL && !text_equal(index->id, id))
		index = index->next;
	return index;
}

static bool
rule_entry_covers(const struct rule_entry *e, const char *scope)
{
	return e->all_scopes || (scope != NULL && str_list_has(&e->scopes, scope));
}

int64_t
rule_entry_since(const struct rule_entry *e, const char *scope)
{
	if (!rule_entry_covers(e, scope))
		return 0;
	return scope != NULL ? numbered_names_find(e->exceptions, scope, e->since) : e->since;
}

bool
rule_entry_open(const struct rule_entry *e, int64_t now)
{
	return e->from <= now && (e->until == 0 || now < e->until);
}

/* Returns whether the entry can prevent rules behind it from deciding, now or later. */
static bool
rule_entry_blocks(const struct rule_entry *e, int64_t now)
{
	return e->effect != EFFECT_PERMIT && (e->until == 0 || e->until > now);
}

static void
rule_index_print_groups(struct buf *b, const struct str_list *groups, const struct party *p)
{
	for (size_t i = 0; i < groups->n; i++) {
		const char *group = groups->list[i];
		bool in = p != NULL && str_list_has(&p->groups, group);

		buf_text(b, group);
		buf_text(b, in ? "\n1 " : "\n0 ");
		buf_int(b, p != NULL ? numbered_names_find(p->group_changes, group, 0) : 0);
		buf_char(b, '\n');
	}
}

int64_t
rule_index_memberships(struct arena *a, const struct rule_entry *index, const struct rule_entry *by,
		       const char *scope, const struct party *p, int64_t granted_at)
{
	static const struct key none;
	struct buf b = { .arena = a };

	for (const struct rule_entry *e = index; e != NULL; e = e != by ? e->next : NULL)
		if (e == by || (rule_entry_blocks(e, granted_at) && rule_entry_covers(e, scope)))
			rule_index_print_groups(&b, &e->groups, p);
	return b.size == 0 ? 0 : (int64_t)crypto_short_hash(&none, buf_bytes(&b));
}

/* --- an edit: from one revision to the next --------------------------------------------------- */

/* An entry with its scopes as bits: bit i is the i-th name, the last bit all unnamed scopes and the
 * bare resource. */
struct view {
	const struct rule_entry *entry;
	uint64_t covers[WORDS];
};

struct views {
	struct view *list;
	size_t n;
};

#define UNNAMED NAMES_MAX

static bool
rule_index_view_covers(const struct view *v, size_t scope)
{
	return (v->covers[scope / 64] >> (scope % 64) & 1) != 0;
}

static struct views
rule_index_view(struct arena *a, const struct rule_entry *index, const struct str_list *names)
{
	struct views all = { .n = 0 };

	for (const struct rule_entry *e = index; e != NULL; e = e->next)
		all.n++;
	all.list = arena_array(a, all.n > 0 ? all.n : 1, sizeof *all.list);
	for (struct view *v = all.list; index != NULL; index = index->next, v++) {
		v->entry = index;
		for (size_t i = 0; i < names->n; i++)
			if (rule_entry_covers(index, names->list[i]))
				v->covers[i / 64] |= (uint64_t)1 << (i % 64);
		if (index->all_scopes)
			v->covers[UNNAMED / 64] |= (uint64_t)1 << (UNNAMED % 64);
	}
	return all;
}

/* Returns the next rule in front of `end` that prevents `end` from deciding on the scope, or
 * NULL. */
static const struct rule_entry *
rule_index_view_next_block(const struct view **at, const struct view *end, size_t scope,
			   int64_t now)
{
	while (*at < end) {
		const struct view *v = (*at)++;

		if (rule_index_view_covers(v, scope) && rule_entry_blocks(v->entry, now))
			return v->entry;
	}
	return NULL;
}

static bool
rule_index_view_same_blocks(const struct views *old, const struct view *before,
			    const struct views *new, const struct view *after, size_t scope,
			    int64_t now)
{
	const struct view *a = old->list, *b = new->list;

	for (;;) {
		const struct rule_entry *x = rule_index_view_next_block(&a, before, scope, now);
		const struct rule_entry *y = rule_index_view_next_block(&b, after, scope, now);

		if (x == NULL || y == NULL)
			return x == y;
		if (!text_equal(x->fingerprint, y->fingerprint) || x->from != y->from ||
		    x->until != y->until)
			return false;
	}
}

struct edit {
	struct arena *arena;
	struct views old, new;
	const struct str_list *names;
	int64_t revision, now;
};

/* Returns the number of the rule for the scope: the old one, or the new revision. */
static int64_t
rule_index_carry_since(const struct edit *s, const struct view *before, const struct view *after,
		       size_t scope)
{
	const char *name = scope != UNNAMED ? s->names->list[scope] : NULL;

	if (before == NULL || !rule_index_view_covers(before, scope) ||
	    !text_equal(before->entry->fingerprint, after->entry->fingerprint) ||
	    !rule_entry_open(before->entry, s->now) || !rule_entry_open(after->entry, s->now) ||
	    !rule_index_view_same_blocks(&s->old, before, &s->new, after, scope, s->now))
		return s->revision;
	return rule_entry_since(before->entry, name);
}

static const struct view *
rule_index_view_find(const struct views *all, const char *id)
{
	for (size_t i = 0; i < all->n; i++)
		if (text_equal(all->list[i].entry->id, id))
			return &all->list[i];
	return NULL;
}

/* `since` of a rule for all scopes is the number of unnamed scopes; of another rule it is the
 * number of its first scope. Other numbers are exceptions. */
static void
rule_index_set_since(const struct edit *s, const struct view *after, struct rule_entry *e)
{
	const struct view *before = rule_index_view_find(&s->old, e->id);
	size_t exceptions = 0;
	bool first = !e->all_scopes;

	if (e->all_scopes)
		e->since = rule_index_carry_since(s, before, after, UNNAMED);
	for (size_t i = 0; i < s->names->n; i++) {
		int64_t since;

		if (!rule_index_view_covers(after, i))
			continue;
		since = rule_index_carry_since(s, before, after, i);
		if (first)
			e->since = since;
		first = false;
		if (since == e->since)
			continue;
		numbered_names_add(s->arena, &e->exceptions, s->names->list[i], since);
		exceptions++;
	}
	if (exceptions > EXCEPTIONS_MAX) {
		e->since = s->revision;
		e->exceptions = NULL;
	}
}

static void
rule_index_add_names(struct arena *a, struct str_list *names, const struct str_list *more)
{
	for (size_t i = 0; i < more->n && names->n <= NAMES_MAX; i++)
		str_list_put(a, names, more->list[i]);
}

/* Collects every scope named in the index, exceptions included. Returns false if there are too
 * many. */
static bool
rule_index_collect_names(struct arena *a, const struct rule_entry *index, struct str_list *names)
{
	for (; index != NULL; index = index->next) {
		rule_index_add_names(a, names, &index->scopes);
		for (const struct numbered_names *l = index->exceptions; l != NULL; l = l->next)
			rule_index_add_names(a, names, &l->names);
	}
	return names->n <= NAMES_MAX;
}

static struct rule_entry *
rule_entry_make(struct arena *a, const struct rule *r, int64_t revision)
{
	struct rule_entry *e = ARENA_NEW(a, struct rule_entry);

	e->id = r->id;
	e->fingerprint = rule_fingerprint(a, r);
	e->effect = r->effect;
	e->all_scopes = r->all_scopes;
	e->scopes = r->scopes;
	e->from = r->from;
	e->until = r->until;
	condition_groups(a, r->when, &e->groups);
	e->since = revision;
	return e;
}

struct rule_entry *
rule_index_make(struct arena *a, const struct policy *p, const struct rule_entry *old,
		int64_t revision, int64_t now)
{
	struct edit s = { .arena = a, .revision = revision, .now = now };
	struct rule_entry *index = NULL, **last = &index;
	struct str_list names = { 0 };
	size_t i = 0;

	for (const struct rule *r = p->rules; r != NULL; r = r->next) {
		*last = rule_entry_make(a, r, revision);
		last = &(*last)->next;
	}
	if (!rule_index_collect_names(a, old, &names) ||
	    !rule_index_collect_names(a, index, &names))
		return index;
	s.names = &names;
	s.old = rule_index_view(a, old, &names);
	s.new = rule_index_view(a, index, &names);
	for (struct rule_entry *e = index; e != NULL; e = e->next)
		rule_index_set_since(&s, &s.new.list[i++], e);
	return index;
}
