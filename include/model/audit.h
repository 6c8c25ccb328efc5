/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_AUDIT_H
#define USHER_MODEL_AUDIT_H

#include "model/permission.h"
#include "model/work.h"

/*
 * The class of an event decides how long the event is kept: the settings audit_keep_changes,
 * audit_keep_decisions and audit_keep_requests. The value is a part of the row's key.
 */
enum audit_class {
	AUDIT_CHANGES = 1, /* a change of something that decisions are based on */
	AUDIT_DECISIONS,   /* access was granted or denied */
	AUDIT_REQUESTS,	   /* steps before a decision */
};
#define AUDIT_CLASSES 3

/*
 * Each event has an enumerator, the name that rows, usherctl and schema/store.md use, its class,
 * and EACH (every event has a row) or FOLD (equal events of one hour share a row). FOLD is for
 * events that a client can cause as often as it likes. The meaning of a name never changes, since
 * stores contain it.
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
	X(AUDIT_SESSION_STARTED,  "session.started",  AUDIT_CHANGES,   EACH) \
	X(AUDIT_SESSION_ENDED,    "session.ended",    AUDIT_CHANGES,   EACH) \
	X(AUDIT_ACCOUNT_REMOVED,  "account.removed",  AUDIT_CHANGES,   EACH) \
	X(AUDIT_RESET_ISSUED,     "reset.issued",     AUDIT_CHANGES,   EACH) \
	X(AUDIT_RESET_USED,       "reset.used",       AUDIT_CHANGES,   EACH) \
	X(AUDIT_PASSWORD_SET,     "password.set",     AUDIT_CHANGES,   EACH) \
	X(AUDIT_ISSUER_SET,       "issuer.set",       AUDIT_CHANGES,   EACH) \
	X(AUDIT_ISSUER_REMOVED,   "issuer.removed",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_PAT_ISSUED,       "pat.issued",       AUDIT_CHANGES,   EACH) \
	X(AUDIT_PAT_REVOKED,      "pat.revoked",      AUDIT_CHANGES,   EACH) \
	X(AUDIT_APPROVAL_GIVEN,   "approval.given",   AUDIT_CHANGES,   EACH) \
	X(AUDIT_APPROVAL_WITHDRAWN, "approval.withdrawn", AUDIT_CHANGES, EACH) \
	X(AUDIT_CODE_ISSUED,      "code.issued",      AUDIT_REQUESTS,  EACH) \
	X(AUDIT_CODE_REPLAYED,    "code.replayed",    AUDIT_DECISIONS, FOLD) \
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
	X(AUDIT_CLAIMS_GATHERED,  "claims.gathered",  AUDIT_REQUESTS,  FOLD) \
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
 * An event: one row for each decision or change, written in the same commit. It records who did
 * what to whose resources, and by which rule. It never contains a secret, and no claim value other
 * than the requesting party's name.
 */
struct audit {
	enum audit_event event;
	const char *owner, *rs, *client;
	const char *party;  /* text made by party_describe */
	const char *object; /* id of the resource, client, key or other object */
	const struct permission *permissions;
	const char *rule; /* the rule that decided */
	const char *why;  /* the reason, as text */
};

/* An event as read from the store. */
struct audit_entry {
	int64_t at_ms;
	int64_t count;	   /* number of events that the row represents; 1 unless the event is
			    * folded */
	const char *event; /* the event's name; if a newer program wrote it, `what.event` is
			    * AUDIT_EVENT_COUNT */
	struct actor actor;
	struct audit what;
};

const char *audit_event_name(enum audit_event e);
/* Returns false if there is no such event. */
bool audit_event_find(const char *name, enum audit_event *out);
/* Returns the number of days that events of a class are kept; 0: they are not written. */
int64_t audit_days(const struct tenant_settings *set, enum audit_class audit_class);

/* Adds the event to the work's changes, with the work's actor. For events that are not folded. */
void audit_add(struct work *w, const struct audit *e);
/*
 * Adds an event that may be folded. Of equal events in one hour the first has a row and the others
 * are counted. One actor causes at most AUDIT_FOLD_MAX rows of one event in an hour; further events
 * are counted in one more row without details. Returns OK or ERR_STORE.
 */
#define AUDIT_FOLD_MAX 10000
enum err audit_fold(struct work *w, const struct audit *e);

/* Calls `fn` with each entry from the time `since` (seconds) on, oldest first. An entry is valid
 * until `fn` returns. An error of `fn` ends the scan and is returned; SCAN_STOP ends it with OK. */
typedef enum err (*audit_fn)(void *arg, const struct audit_entry *e);
enum err audit_each(struct work *w, int64_t since, audit_fn fn, void *arg);
/* Prints the entry as JSON (schema/audit-event.schema.json), with `time` (RFC 3339) unless it is
 * NULL. */
void audit_print(struct buf *b, const struct audit_entry *e, const char *time);

/* For the janitor: adds the removal of rows that are older than the retention of their class at
 * w->now, until the work has `limit` changes. Sets `*more` if there may be others. */
enum err audit_expire(struct work *w, size_t limit, bool *more);

#endif
