/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_AUDIT_H
#define USHER_MODEL_AUDIT_H

#include "model/permission.h"
#include "model/work.h"

/*
 * What an event is about decides how long it is kept: the settings audit_keep_changes,
 * audit_keep_decisions and audit_keep_requests.  The value is a part of the row's key.
 */
enum audit_class {
	AUDIT_CHANGES = 1, /* somebody changed what decisions are made by */
	AUDIT_DECISIONS,   /* somebody got access, or did not */
	AUDIT_REQUESTS,	   /* steps on the way there */
};
#define AUDIT_CLASSES 3

/*
 * Every event: enumerator; the name by which rows, usherctl and schema/store.md know it; its class;
 * and whether each one has a row, or equal ones of an hour share one (FOLD): a client can cause
 * those as often as it likes.  A name that a store may hold never changes its meaning.
 */
/* clang-format off */
#define AUDIT_EVENTS(X) \
	X(AUDIT_TENANT_ADDED,     "tenant.added",     AUDIT_CHANGES,   EACH) \
	X(AUDIT_TENANT_CHANGED,   "tenant.changed",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_TENANT_DISABLED,  "tenant.disabled",  AUDIT_CHANGES,   EACH) \
	X(AUDIT_EPOCH_RAISED,     "epoch.raised",     AUDIT_CHANGES,   EACH) \
	X(AUDIT_KEY_ADDED,        "key.added",        AUDIT_CHANGES,   EACH) \
	X(AUDIT_KEY_RETIRED,      "key.retired",      AUDIT_CHANGES,   EACH) \
	X(AUDIT_CLIENT_ADDED,     "client.added",     AUDIT_CHANGES,   EACH) \
	X(AUDIT_CLIENT_CHANGED,   "client.changed",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_CLIENT_DISABLED,  "client.disabled",  AUDIT_CHANGES,   EACH) \
	X(AUDIT_CLIENT_REMOVED,   "client.removed",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_ACCOUNT_ADDED,    "account.added",    AUDIT_CHANGES,   EACH) \
	X(AUDIT_ACCOUNT_CHANGED,  "account.changed",  AUDIT_CHANGES,   EACH) \
	X(AUDIT_ACCOUNT_DISABLED, "account.disabled", AUDIT_CHANGES,   EACH) \
	X(AUDIT_ACCOUNT_LINKED,   "account.linked",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_ACCOUNT_REMOVED,  "account.removed",  AUDIT_CHANGES,   EACH) \
	X(AUDIT_ISSUER_SET,       "issuer.set",       AUDIT_CHANGES,   EACH) \
	X(AUDIT_ISSUER_REMOVED,   "issuer.removed",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_PAT_ISSUED,       "pat.issued",       AUDIT_CHANGES,   EACH) \
	X(AUDIT_PAT_REVOKED,      "pat.revoked",      AUDIT_CHANGES,   EACH) \
	X(AUDIT_TOKEN_ISSUED,     "token.issued",     AUDIT_REQUESTS,  EACH) \
	X(AUDIT_TOKEN_REVOKED,    "token.revoked",    AUDIT_CHANGES,   EACH) \
	X(AUDIT_RESOURCE_CREATED, "resource.created", AUDIT_CHANGES,   EACH) \
	X(AUDIT_RESOURCE_UPDATED, "resource.updated", AUDIT_CHANGES,   EACH) \
	X(AUDIT_RESOURCE_DELETED, "resource.deleted", AUDIT_CHANGES,   EACH) \
	X(AUDIT_POLICY_SET,       "policy.set",       AUDIT_CHANGES,   EACH) \
	X(AUDIT_POLICY_REMOVED,   "policy.removed",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_TICKET_ISSUED,    "ticket.issued",    AUDIT_REQUESTS,  EACH) \
	X(AUDIT_TICKET_REPLAYED,  "ticket.replayed",  AUDIT_DECISIONS, FOLD) \
	X(AUDIT_RPT_GRANTED,      "rpt.granted",      AUDIT_DECISIONS, EACH) \
	X(AUDIT_RPT_NEED_INFO,    "rpt.need_info",    AUDIT_REQUESTS,  FOLD) \
	X(AUDIT_RPT_SUBMITTED,    "rpt.submitted",    AUDIT_DECISIONS, EACH) \
	X(AUDIT_RPT_DENIED,       "rpt.denied",       AUDIT_DECISIONS, FOLD) \
	X(AUDIT_RPT_REFRESHED,    "rpt.refreshed",    AUDIT_DECISIONS, EACH) \
	X(AUDIT_REFRESH_REPLAYED, "refresh.replayed", AUDIT_DECISIONS, FOLD) \
	X(AUDIT_REQUEST_APPROVED, "request.approved", AUDIT_CHANGES,   EACH) \
	X(AUDIT_REQUEST_DENIED,   "request.denied",   AUDIT_CHANGES,   EACH)
/* clang-format on */

enum audit_event {
#define X(id, ...) id,
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
	const char *party;  /* party_describe */
	const char *object; /* id of the resource, client, key, … */
	const struct permission *permissions;
	const char *rule; /* that decided */
	const char *why;  /* in words */
};

/* As read. */
struct audit_entry {
	int64_t at_ms;
	int64_t count;	   /* how many this row stands for; 1 unless the event is folded */
	const char *event; /* its name, also where `what.event` is AUDIT_EVENT_COUNT: the event
				 * of a newer program */
	struct actor actor;
	struct audit what;
};

const char *audit_event_name(enum audit_event e);
/* False: there is no such event. */
bool audit_event_find(const char *name, enum audit_event *out);
/* Days that events of a class are kept; 0: they are not written. */
int64_t audit_days(const struct tenant_settings *set, enum audit_class class);

/* Adds the row to the work's changes; the actor is the work's. */
void audit_add(struct work *w, const struct audit *e);
/*
 * The same, and must be used for events that may be folded.  Of those with the same content, the
 * first in an hour has the row, and the others are counted.  One actor causes at most
 * AUDIT_FOLD_MAX rows of one event in an hour; all beyond that are counted by one row more, without
 * details.  OK or ERR_STORE.
 */
#define AUDIT_FOLD_MAX 10000
enum err audit_fold(struct work *w, const struct audit *e);

/* Calls `fn` with each entry in the order of time, from `since` (seconds) on.  The entry lives
 * until `fn` returns.  SCAN_STOP ends it, and an error, which is returned. */
typedef enum err (*audit_fn)(void *arg, const struct audit_entry *e);
enum err audit_each(struct work *w, int64_t since, audit_fn fn, void *arg);
/* The entry as JSON, schema/audit-event.schema.json, with its time (RFC 3339) when not NULL. */
void audit_print(struct buf *b, const struct audit_entry *e, const char *time);

/* For the janitor: finds rows older than their class is kept at `now` and adds their removal to the
 * work's changes, until there are `limit`.  `*more`: there may be others. */
enum err audit_expire(struct work *w, size_t limit, bool *more);

#endif
