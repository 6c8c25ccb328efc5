/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_WORK_H
#define USHER_MODEL_WORK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/settings.h"
#include "store/store.h"

struct batch_cache;
struct row_kind;
struct stored_policy;
struct signature;
struct tenant;
struct tenant_lookups;
struct throttle;

/* On whose behalf a work runs, for the audit.  Set once, as soon as it is known. */
enum actor_kind {
	ACTOR_SERVER,	     /* usherd itself */
	ACTOR_CLIENT,	     /* an authenticated client or resource server; or a public client */
	ACTOR_OWNER,	     /* an owner with a token of their own */
	ACTOR_ADMINISTRATOR, /* usherctl */
};

struct actor {
	enum actor_kind kind;
	const char *id; /* client_id or account; NULL for the others */
};

/* A failed attempt is counted once, however often its request runs: see model/throttle.h. */
struct failure {
	bool counted;
	enum err verdict;
};

/* An error and its sentence for the client. */
struct refusal {
	enum err code;
	const char *why; /* NULL: there is none */
};

/* One request's work: what it may read, what it wants changed, and its memory. */
struct work {
	struct arena *arena; /* all of this lives here, until the answer is out */
	const struct settings *settings;
	const struct tenant *tenant;	/* whose data this is; nothing is read without */
	struct snapshot *db;		/* the store when the run began */
	struct changes *changes;	/* how they shall stand when it is answered */
	struct throttle *throttle;	/* counts failed attempts (model/throttle.h) */
	struct failure *failure;	/* of this request, in all its runs */
	struct random *random;		/* of this request; NULL: the kernel's */
	struct signature *signatures;	/* to be made (model/signature.h) */
	struct batch_cache *cache;	/* what the requests of a batch share; NULL: none */
	struct tenant_lookups *lookups; /* that requests share (model/tenant.h);
					 * NULL: none */
	struct stored_policy
		*evaluated_policies; /* policies that were judged by: see stored_policy_effective */
	size_t policy_cost;	     /* what that cost: see stored_policy_charge */
	size_t comparisons;	     /* of it, not charged yet: see policy/facts.h */
	int64_t now;		     /* seconds, read once; tests set it by hand */
	int64_t now_ms;
	struct actor actor;
	struct refusal refusal; /* the latest, see work_why */
};

/* Records the refusal and returns `e`:
 * `return work_fail(w, ERR_INVALID_GRANT, "the ticket has expired");`
 * What comes from the request is put in by %s only where it was checked to be harmless; the answer
 * strips what error_description may not hold. */
enum err work_fail(struct work *w, enum err e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with a sentence that exists, or NULL. */
enum err work_fail_with(struct work *w, enum err e, const char *why);
/* The sentence that was recorded with `e`; NULL when the latest refusal had another code. */
const char *work_why(const struct work *w, enum err e);

/* Like TRY, for a function that leaves its reason in `why`. */
#define TRY_WHY(w, why, call)                                                                      \
	do {                                                                                       \
		enum err try_err_ = (call);                                                        \
		if (try_err_ != OK)                                                                \
			return work_fail_with(w, try_err_, why);                                   \
	} while (0)

/*
 * Reads that a decision depends on are tracked: the commit expects each row as it was read, or
 * that there is none.  A policy, account or issuer that somebody changes in between makes the
 * handler run again (T-U14).  Reads of authentication do not count, see dispatch: a client that is
 * removed after it authenticated came before that.  A handler that only reads commits nothing, so
 * its reads are not tracked either: its route is read_only (web/request.h), and so are its changes.
 */

/* The row at `key` of the work's tenant: OK, `missing` when there is none (pass the refusal that
 * absence means here; no reason is set), ERR_STORE. */
enum err row_get_tracked(struct work *w, enum table t, struct bytes key, enum err missing,
			 struct bytes *row);
/* The same, not tracked: for rows that may change without harm, or that the change itself expects
 * (change_take). */
enum err row_get(struct work *w, enum table t, struct bytes key, enum err missing,
		 struct bytes *row);

/* The object of a kind (model/row.h) at `key`, tracked: zeroed, then filled, with `key` and `row`
 * set.  OK; `missing` (only `key` is set then); ERR_STORE, logged: the row cannot be read. */
enum err row_find_tracked(struct work *w, const struct row_kind *kind, struct bytes key,
			  enum err missing, void *object);
/* The object in a row that was got otherwise, not tracked.  OK; ERR_STORE, logged. */
enum err row_read(struct work *w, const struct row_kind *kind, struct bytes key, struct bytes row,
		  void *object);
/* Calls `fn` with each object of a kind whose key begins with `prefix`, in the order of keys; it
 * lives as long as the arena.  SCAN_STOP ends that, and an error, which is returned. */
typedef enum err (*each_fn)(void *arg, const void *object);
enum err row_each(struct work *w, const struct row_kind *kind, struct bytes prefix, each_fn fn,
		  void *arg);

/* A row that is made of what others sent must fit the store: ERR_TOO_LARGE with the reason. */
enum err row_check_size(struct work *w, struct bytes row);

/* Parts of a key that may hold anything are joined with a NUL between them. */
struct bytes key_join(struct arena *a, const char *first, ...) __attribute__((sentinel));

#endif
