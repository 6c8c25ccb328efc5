/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_AUDIT_H
#define USHER_MODEL_AUDIT_H

#include "model/permission.h"
#include "model/work.h"

/*
 * Every event: enumerator, and the name by which rows, usherctl and schema/store.md know it.  A
 * name that a store may hold never changes its meaning.
 */
#define AUDIT_EVENTS(X)                                     \
	X(AUDIT_TENANT_ADDED,     "tenant.added")           \
	X(AUDIT_TENANT_CHANGED,   "tenant.changed")         \
	X(AUDIT_TENANT_DISABLED,  "tenant.disabled")        \
	X(AUDIT_EPOCH_RAISED,     "epoch.raised")           \
	X(AUDIT_KEY_ADDED,        "key.added")              \
	X(AUDIT_KEY_RETIRED,      "key.retired")            \
	X(AUDIT_CLIENT_ADDED,     "client.added")           \
	X(AUDIT_CLIENT_CHANGED,   "client.changed")         \
	X(AUDIT_CLIENT_DISABLED,  "client.disabled")        \
	X(AUDIT_CLIENT_REMOVED,   "client.removed")         \
	X(AUDIT_ACCOUNT_ADDED,    "account.added")          \
	X(AUDIT_ACCOUNT_CHANGED,  "account.changed")        \
	X(AUDIT_ACCOUNT_DISABLED, "account.disabled")       \
	X(AUDIT_ACCOUNT_LINKED,   "account.linked")         \
	X(AUDIT_ACCOUNT_REMOVED,  "account.removed")        \
	X(AUDIT_ISSUER_SET,       "issuer.set")             \
	X(AUDIT_ISSUER_REMOVED,   "issuer.removed")         \
	X(AUDIT_PAT_ISSUED,       "pat.issued")             \
	X(AUDIT_PAT_REVOKED,      "pat.revoked")            \
	X(AUDIT_TOKEN_ISSUED,     "token.issued")           \
	X(AUDIT_TOKEN_REVOKED,    "token.revoked")          \
	X(AUDIT_RESOURCE_CREATED, "resource.created")       \
	X(AUDIT_RESOURCE_UPDATED, "resource.updated")       \
	X(AUDIT_RESOURCE_DELETED, "resource.deleted")       \
	X(AUDIT_POLICY_SET,       "policy.set")             \
	X(AUDIT_POLICY_REMOVED,   "policy.removed")         \
	X(AUDIT_TICKET_ISSUED,    "ticket.issued")          \
	X(AUDIT_TICKET_REPLAYED,  "ticket.replayed")        \
	X(AUDIT_RPT_GRANTED,      "rpt.granted")            \
	X(AUDIT_RPT_NEED_INFO,    "rpt.need_info")          \
	X(AUDIT_RPT_SUBMITTED,    "rpt.submitted")          \
	X(AUDIT_RPT_DENIED,       "rpt.denied")             \
	X(AUDIT_RPT_REFRESHED,    "rpt.refreshed")          \
	X(AUDIT_REFRESH_REPLAYED, "refresh.replayed")       \
	X(AUDIT_REQUEST_APPROVED, "request.approved")       \
	X(AUDIT_REQUEST_DENIED,   "request.denied")

enum audit_event {
#define X(id, name) id,
	AUDIT_EVENTS(X)
#undef X
	AUDIT_EVENT_COUNT
};

/*
 * The audit: one row for each decision and change, in the commit that makes it.  Who did what to
 * whose things, by which rule; never a secret, never a claim's value beyond who the party is.
 */
struct audit {
	enum audit_event event;
	const char *owner, *rs, *client;
	const char *party;	/* party_say */
	const char *object;	/* id of the resource, client, key, … */
	const struct permission *permissions;
	const char *rule;	/* that decided */
	const char *why;	/* in words */
};

const char *audit_event_name(enum audit_event e);
/* Adds the row to the work's changes; the actor is the work's. */
void audit_add(struct work *w, const struct audit *e);
typedef enum err (*audit_fn)(void *arg, int64_t at_ms, struct bytes row);
/* In the order of time, from `since` (seconds) on. */
enum err audit_each(struct work *w, int64_t since, audit_fn fn, void *arg);

#endif
