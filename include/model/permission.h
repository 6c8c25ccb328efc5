/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PERMISSION_H
#define USHER_MODEL_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str_list.h"

/*
 * Scopes on one resource: in a ticket what was asked for, in an RPT what was granted, then
 * with the rule that permitted it.  A resource may come several times in an RPT, once for each
 * rule, basis and end; on the wire they are joined.
 */
struct permission {
	const char *resource;
	struct str_list scopes; /* may be empty */
	const char *rule;	/* granted by this rule; NULL in tickets */
	const char *basis;	/* what that rests on: permissions_revalidate; NULL in tickets */
	const char *consent;	/* … after this answer of the owner; NULL: without asking */
	int64_t since;		/* tickets: revision of the resource when it was asked for;
					 * answers of owners: number of the first decision since
					 * which this has been allowed */
	int64_t until;		/* the permission's own end; 0: the token's */
	struct permission *next;
};

struct permission *permission_add(struct arena *a, struct permission ***last, const char *resource);
/* The entry of `list` for that resource, or NULL. */
struct permission *permission_find(struct permission *list, const char *resource);
/* Tickets, questions and RPTs keep such lists in their rows, at most two of them and claims beside
 * them.  A list that is longer than this when written is refused where it comes up. */
#define PERMISSIONS_SIZE_MAX 28672
bool permissions_fit(struct arena *a, const struct permission *list);
/* Writes [{"r":…,"s":[…],"by":…,"b":…,"c":…,"n":…,"u":…}], the form of rows. */
void permissions_print_row(struct buf *b, const char *name, const struct permission *list);

/* The member `permissions` as introspection and signed tokens show it: one entry a resource,
 * `exp` never after the token's (UMA Federated Authorization, 5.1.1).  `list` comes from
 * permissions_join. */
void permissions_print(struct buf *b, const struct permission *list, int64_t token_expires);
/* One entry a resource: scopes joined, the earliest of the expiries. */
struct permission *permissions_join(struct arena *a, const struct permission *granted);

#endif
