/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_STORED_POLICY_H
#define USHER_MODEL_STORED_POLICY_H

#include "model/permission.h"
#include "model/resource.h"
#include "model/token.h"
#include "policy/policy.h"

/*
 * Policies in the store: one for a resource, or the owner's default for a resource server. If the
 * resource has a policy, that policy alone decides; else the default decides; without both nothing
 * is permitted.
 */
struct stored_policy {
	const char *owner, *rs, *resource; /* `resource` NULL: the owner's default */
	const char *doc;		   /* policy document, JSON text with account ids */
	int64_t revision;
	int64_t updated;
	const char *incarnation;    /* new each time a policy is created where there was none */
	struct rule_entry *index;   /* read by introspection instead of the document; the row of the
				   * resource also contains it */
	struct bytes key, row;	    /* row is BYTES_NONE if there is no policy */
	struct policy policy;	    /* parsed; without rules if there is no policy or the document
				   * cannot be read: then nothing is permitted */
	bool unreadable;	    /* the policy exists, but cannot be read */
	struct stored_policy *next; /* for stored_policy_effective */
};

/* Finds a policy; `resource` NULL: the default. If there is none, returns OK with revision 0. A
 * policy that cannot be read (of a newer program, or a damaged row) permits nothing, is logged, and
 * can be replaced and removed: an owner must not be locked out of a policy. */
enum err stored_policy_find(struct work *w, const char *owner, const char *rs, const char *resource,
			    struct stored_policy *out);
/* Sets `*text` to the document with logins, for people; one that cannot be read is returned as
 * stored. */
enum err stored_policy_show(struct work *w, const struct stored_policy *s, const char **text);
/* Finds the policy that decides for the resource; it has no rules if there is none. Each policy is
 * parsed once in a batch. ERR_TOO_LARGE: see stored_policy_charge. */
enum err stored_policy_effective(struct work *w, const char *owner, const char *rs,
				 const char *resource, const struct stored_policy **out);
/* Sets `*out` to the rule index and incarnation of the policy that decides for the resource,
 * without reading the document, for permissions_revalidate. */
enum err stored_policy_source(struct work *w, const struct resource *r, struct rule_source *out);
/*
 * All policies that one request evaluates share one cost limit (T-P06, T-O05). Reading a policy
 * costs its row's bytes / 16 + 8 * its weight. Evaluating one scope costs 1 + its weight / 8 + the
 * comparisons with claims since the last charge / 16; stored_policy_charge adds this. A sum above
 * STORED_POLICY_COST_MAX, about two milliseconds of work, is ERR_TOO_LARGE.
 */
#define STORED_POLICY_COST_MAX 16384
enum err stored_policy_charge(struct work *w, const struct stored_policy *s);
/* Validates `doc` and adds it to the changes, in place of `s` (as found). ERR_INVALID_REQUEST with
 * the place in the document. */
enum err stored_policy_put(struct work *w, struct stored_policy *s, struct json_object *doc);
enum err stored_policy_remove(struct work *w, struct stored_policy *s);

#endif
