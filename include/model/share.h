/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_SHARE_H
#define USHER_MODEL_SHARE_H

#include "model/permission.h"
#include "model/resource.h"
#include "policy/policy.h"

/*
 * Policies as they are kept: one for a resource, or the owner's default for a resource server.  The
 * resource's own decides alone where there is one; else the default; else nothing is permitted.
 */
struct share {
	const char  *owner, *rs, *resource;	/* whose it is; `resource` NULL: the default */
	const char  *doc;	/* the policy document, JSON text, ids filled in */
	int64_t      revision;
	int64_t      updated;
	struct permission *holds;	/* a line a rule: id, mark, scopes, window; `resource` is
					 * "*" where it is for all scopes.  Introspection reads
					 * these instead of the document; those of a resource's own
					 * policy stand in the resource's row as well */
	struct bytes key, row;	/* row BYTES_NONE: there is none */
	struct policy policy;	/* parsed; no rules when there is none */
	struct share *next;	/* for share_effective */
};

/* `resource` NULL: the default.  A missing one is OK with revision 0. */
enum err share_find(struct work *w, const char *owner, const char *rs, const char *resource,
		    struct share *out);
/* The one that decides for the resource; without rules where there is none.  Each is read and
 * parsed once a request, and all together are bounded: ERR_TOO_LARGE (T-P06). */
enum err share_effective(struct work *w, const char *owner, const char *rs, const char *resource,
			 const struct share **out);
/* The lines of what decides for the resource, without any policy: what permissions_live needs. */
enum err share_holds(struct work *w, const struct resource *r, const struct permission **out);
/* Checks and leaves `doc` to be written over `s` (as found).  ERR_INVALID_REQUEST with the
 * place. */
enum err share_put(struct work *w, struct share *s, struct json_object *doc);
enum err share_remove(struct work *w, struct share *s);

#endif
