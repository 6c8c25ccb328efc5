/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PERMISSION_H
#define USHER_MODEL_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str_list.h"

/*
 * Scopes of one resource: requested in a ticket, or granted in an RPT. A granted permission names
 * the rule that permitted it. In an RPT a resource may have several entries, one for each rule,
 * basis and expiry; responses join them.
 */
struct permission {
	const char *resource;
	struct str_list scopes; /* may be empty */
	const char *rule;	/* the rule that granted it; NULL in tickets */
	const char *basis;	/* see permissions_revalidate; NULL in tickets */
	const char *consent;	/* id of the owner's consent; NULL: no rule asked */
	int64_t since;		/* tickets: revision of the resource at the request; consents:
				 * number of the first decision since which it has been allowed */
	int64_t until;		/* the permission's own expiry; 0: the token's */
	struct permission *next;
};

/* Adds an entry at `*last`, the end of a list, and moves `*last` behind it. */
struct permission *permission_add(struct arena *a, struct permission ***last, const char *resource);
/* Returns the entry of `list` for that resource, or NULL. */
struct permission *permission_find(struct permission *list, const char *resource);
/* The rows of tickets, consents and RPTs contain at most two such lists, and claims beside them. A
 * longer list, as printed, is rejected when the client or the owner submits it. */
#define PERMISSIONS_SIZE_MAX 28672
bool permissions_fit(struct arena *a, const struct permission *list);
/* Writes the stored form, [{"r":…,"s":[…],"by":…,"b":…,"c":…,"n":…,"u":…}]. */
void permissions_print_row(struct buf *b, const char *name, const struct permission *list);

/* Writes the member `permissions` of introspection responses and signed tokens: one entry for each
 * resource, with an `exp` that is not after the token's (UMA Federated Authorization, 5.1.1).
 * `list` comes from permissions_join. */
void permissions_print(struct buf *b, const struct permission *list, int64_t token_expires);
/* Returns a list with one entry for each resource: the scopes joined, and the earliest expiry. */
struct permission *permissions_join(struct arena *a, const struct permission *granted);

#endif
