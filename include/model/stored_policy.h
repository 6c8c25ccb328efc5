/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_STORED_POLICY_H
#define USHER_MODEL_STORED_POLICY_H

#include "model/permission.h"
#include "model/resource.h"
#include "model/token.h"
#include "policy/policy.h"

/*
 * Policies as they are kept: one for a resource, or the owner's default for a resource server.  The
 * resource's own decides alone where there is one; else the default; else nothing is permitted.
 */
struct stored_policy {
	const char *owner, *rs, *resource; /* whose it is; `resource` NULL: the default */
	const char *doc;		   /* the policy document, JSON text, ids filled in */
	int64_t revision;
	int64_t updated;
	const char *incarnation;  /* another one each time that there is a policy where none was */
	struct rule_entry *index; /* read by introspection instead of the document; that of a
					 * resource's own policy is in the resource's row as well */
	struct bytes key, row;	  /* row BYTES_NONE: there is none */
	struct policy policy;	  /* parsed; no rules where there is none, or where the document
				 * cannot be read: then nothing is permitted */
	bool unreadable;	  /* there is one, and this program cannot read it */
	struct stored_policy *next; /* for stored_policy_effective */
};

/* `resource` NULL: the default.  A missing one is OK with revision 0.  One that this program cannot
 * read (a newer one's, a damaged row) permits nothing, is logged, and can be replaced and removed:
 * an owner must not be locked out of a policy. */
enum err stored_policy_find(struct work *w, const char *owner, const char *rs, const char *resource,
			    struct stored_policy *out);
/* The document for people, with logins; one that cannot be read as it is stored. */
enum err stored_policy_show(struct work *w, const struct stored_policy *s, const char **text);
/* The one that decides for the resource; without rules where there is none.  Each is parsed once a
 * batch.  ERR_TOO_LARGE: see stored_policy_charge. */
enum err stored_policy_effective(struct work *w, const char *owner, const char *rs,
				 const char *resource, const struct stored_policy **out);
/* What of the policy that decides for the resource permissions_revalidate needs, without the
 * document. */
enum err stored_policy_source(struct work *w, const struct resource *r, struct rule_source *out);
/*
 * The policies by which one request is judged have a bound together, however many they are (T-P06,
 * T-O05).  Reading a policy costs its row's bytes / 16 + 8 * its weight; judging one scope by it
 * costs 1 + its weight / 8 + the comparisons with claims since the last charge / 16,
 * which stored_policy_charge adds.  A sum above STORED_POLICY_COST_MAX, some two milliseconds of
 * work, is ERR_TOO_LARGE.
 */
#define STORED_POLICY_COST_MAX 16384
enum err stored_policy_charge(struct work *w, const struct stored_policy *s);
/* Checks and leaves `doc` to be written over `s` (as found).  ERR_INVALID_REQUEST with the
 * place. */
enum err stored_policy_put(struct work *w, struct stored_policy *s, struct json_object *doc);
enum err stored_policy_remove(struct work *w, struct stored_policy *s);

#endif
