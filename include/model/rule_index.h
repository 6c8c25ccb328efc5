/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_RULE_INDEX_H
#define USHER_MODEL_RULE_INDEX_H

#include "base/str_list.h"
#include "model/numbered_names.h"
#include "policy/policy.h"

/*
 * The rule index of a stored policy: one entry for each rule, in order, written with the document
 * and read instead of it by introspection and refresh.  It also remembers what the document alone
 * cannot tell: since when each rule has been giving each scope.
 *
 * The permission that a rule gives on a scope has held WITHOUT A GAP from one edit to the next when
 *
 *  - the rule kept its id, effect and condition (`mark`), covers the scope before and after the
 *    edit, and its window is open at the moment of the edit, before and after it;
 *  - the deny and ask rules in front of it that cover the scope are the same ones: effect,
 *    condition and window, in the same order.  Rules whose window has closed for good do not count,
 *    so a rule may run out, and may then be removed.  Permit rules in front never count.
 *
 * Then the entry keeps its number for the scope; in all other cases the number becomes the revision
 * of the policy that the edit makes.  So an edit that withdraws, narrows or overrides a rule,
 * and an edit that puts back what was there, both give a new number.  A granted permission
 * records the number (model/revalidate.c) and has ended when it is another one (T-U19).  Numbers
 * are revisions, not times: no clock decides, and the commit that expects the policy's row puts a
 * grant and an edit in order.
 */
struct rule_entry {
	const char *id, *fingerprint;
	enum effect effect;
	bool all_scopes;
	struct str_list scopes;
	int64_t from, until;
	struct str_list groups;		   /* that its condition names */
	int64_t since;			   /* for all of its scopes, but: */
	struct numbered_names *exceptions; /* these began after that */
	struct rule_entry *next;
};

/* For the tables of fields of rows (model/row.h). */
extern const struct field_list rule_entry_list;

/* The index of `p` as revision `revision`, written at `now`; `old` is the index that it replaces,
 * NULL where there is no policy. */
struct rule_entry *rule_index_make(struct arena *a, const struct policy *p,
				   const struct rule_entry *old, int64_t revision, int64_t now);
const struct rule_entry *rule_index_find(const struct rule_entry *index, const char *id);
/* The number for a scope (NULL: the bare resource); 0: the rule does not cover it. */
int64_t rule_entry_since(const struct rule_entry *e, const char *scope);
bool rule_entry_open(const struct rule_entry *e, int64_t now);
/* One number over the memberships of the party (NULL: nobody is known) that a permission of `by` on
 * the scope depends on: those in the groups that `by` and the deny and ask rules in front of it
 * name, but for rules that had closed at `granted_at`.  It is another one when the party joins
 * or leaves one of them, also for a while, and when such a rule has run out and is removed: that
 * ends the permission early.  0: no group is named. */
int64_t rule_index_memberships(struct arena *a, const struct rule_entry *index,
			       const struct rule_entry *rule, const char *scope,
			       const struct party *p, int64_t granted_at);

#endif
