/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_RULE_INDEX_H
#define USHER_MODEL_RULE_INDEX_H

#include "base/str_list.h"
#include "model/numbered_names.h"
#include "policy/policy.h"

/*
 * The rule index of a stored policy: one entry for each rule, in order. It is written with the
 * document; introspection and refresh read it instead of the document. It also records what the
 * document alone does not contain: since when each rule has granted each scope.
 *
 * A rule grants a scope WITHOUT A GAP from one edit to the next if
 *
 *	 - the rule kept its id, effect and condition (`fingerprint`), covers the scope before and
 *	   after the edit, and its window is open at the moment of the edit, before and after it;
 *	 - the deny and ask rules in front of it that cover the scope are the same ones: effect,
 *	   condition and window, in the same order. Rules whose window has closed for good are
 *	   ignored, so a rule may expire and may then be removed. Permit rules in front are ignored.
 *
 * Then the entry keeps its number for the scope. In all other cases the number becomes the revision
 * of the policy that the edit makes. So an edit that withdraws, narrows or overrides a rule changes
 * the number, and an edit that restores the rule changes it again. A granted permission records the
 * number (model/revalidate.c) and is inactive under another one (T-U19). Numbers are revisions, not
 * times: they do not depend on a clock, and the commit that expects the policy's row puts a grant
 * and an edit in order.
 */
struct rule_entry {
	const char *id, *fingerprint;
	enum effect effect;
	bool all_scopes;
	struct str_list scopes;
	int64_t from, until;
	struct str_list groups;		   /* groups that its condition names */
	int64_t since;			   /* number for its scopes, except */
	struct numbered_names *exceptions; /* scopes with a later number */
	struct rule_entry *next;
};

/* For the field tables of rows (model/row.h). */
extern const struct field_list rule_entry_list;

/* Returns the index of `p` as revision `revision`, written at `now`. `old` is the index that it
 * replaces; NULL: there is no policy. */
struct rule_entry *rule_index_make(struct arena *a, const struct policy *p,
				   const struct rule_entry *old, int64_t revision, int64_t now);
/* Returns the entry of the rule with this id, or NULL. */
const struct rule_entry *rule_index_find(const struct rule_entry *index, const char *id);
/* Returns the number for a scope (NULL: the bare resource); 0: the rule does not cover it. */
int64_t rule_entry_since(const struct rule_entry *e, const char *scope);
/* Returns whether the rule's window is open at `now`. */
bool rule_entry_open(const struct rule_entry *e, int64_t now);
/* Returns a hash of the group memberships of the party (NULL: unknown) that a permission of `rule`
 * on the scope depends on: the groups named by `rule` and by the deny and ask rules in front of it,
 * except rules that had closed at `granted_at`. The hash changes when the party joins or leaves one
 * of the groups, also temporarily. It also changes when such a rule has expired and is removed,
 * which ends the permission early. 0: no group is named. */
int64_t rule_index_memberships(struct arena *a, const struct rule_entry *index,
			       const struct rule_entry *rule, const char *scope,
			       const struct party *p, int64_t granted_at);

#endif
