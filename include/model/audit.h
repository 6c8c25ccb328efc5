/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_AUDIT_H
#define USHER_MODEL_AUDIT_H

#include "model/permission.h"
#include "model/work.h"

/*
 * The audit: one row for each decision and change, in the commit that makes it.  Who did what to
 * whose things, by which rule; never a secret, never a claim's value beyond who the party is.
 */
struct audit {
	const char *event;	/* "rpt.granted": see schema/store.md for all of them */
	const char *actor;	/* client id, account id or "admin" */
	const char *owner, *rs, *client;
	const char *party;	/* party_say */
	const char *object;	/* id of the resource, client, key, … */
	const struct permission *permissions;
	const char *rule;	/* that decided */
	const char *why;	/* in words */
};

void audit_add(struct work *w, const struct audit *e);
typedef enum err (*audit_fn)(void *arg, int64_t at_ms, struct bytes row);
/* In the order of time, from `since` (seconds) on. */
enum err audit_each(struct work *w, int64_t since, audit_fn fn, void *arg);

#endif
