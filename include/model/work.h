/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_WORK_H
#define USHER_MODEL_WORK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jobs.h"
#include "base/settings.h"
#include "store/store.h"

struct batch_cache;
struct pages;
struct row_kind;
struct stored_policy;
struct signature;
struct tenant;
struct tenant_lookups;
struct throttle;

/* The actor of a work, for the audit. Set once, as soon as it is known. */
enum actor_kind {
	ACTOR_SERVER,	     /* usherd itself */
	ACTOR_CLIENT,	     /* a client or resource server, authenticated or public */
	ACTOR_OWNER,	     /* an owner with a token of their own */
	ACTOR_ADMINISTRATOR, /* usherctl */
};

struct actor {
	enum actor_kind kind;
	const char *id; /* client_id or account; NULL for the others */
};

/* The results of counting a request's failed attempts, kept over all its runs (model/throttle.h,
 * model/signin_throttle.h). */
struct failure {
	bool counted;
	enum err verdict;
	struct {
		bool counted, undone;
		int64_t wait; /* seconds; 0: the attempt may be tested */
	} signin;
};

/* An error and its description for the client. */
struct refusal {
	enum err code;
	const char *why; /* NULL: there is none */
};

/* One execution of a request: what it may read, what it wants to change, and its memory. */
struct work {
	struct arena *arena; /* memory of all of this, valid until the response is sent */
	const struct settings *settings;
	const struct tenant *tenant;	/* the tenant whose rows are read and written */
	struct snapshot *db;		/* snapshot of the store at the start of the run */
	struct changes *changes;	/* changes to commit before the response is sent */
	struct throttle *throttle;	/* counts failed attempts (model/throttle.h) */
	struct failure *failure;	/* of this request, kept over all its runs */
	struct random *random;		/* of this request; NULL: the system's */
	struct jobs *jobs;		/* of this request, kept over all its runs */
	struct signature *signatures;	/* requested signatures (model/signature.h) */
	const struct pages *pages;	/* pages/pages.h; NULL: none is printed */
	struct batch_cache *cache;	/* objects that the requests of a batch share; NULL: none */
	struct tenant_lookups *lookups; /* shared by requests (model/tenant.h); NULL: none */
	/* policies evaluated so far, see stored_policy_effective */
	struct stored_policy *evaluated_policies;
	size_t policy_cost; /* their cost, see stored_policy_charge */
	size_t comparisons; /* claim comparisons not yet charged, see policy/facts.h */
	int64_t now;	    /* seconds; constant in a run, tests set it */
	int64_t now_ms;
	struct actor actor;
	struct refusal refusal; /* the latest, see work_why */
};

/*
 * Records the error with a formatted description and returns `e`:
 *	`return work_fail(w, ERR_INVALID_GRANT, "the ticket has expired");`
 * Insert text from the request by %s only after a check that it is harmless; the response drops
 * characters that error_description must not contain.
 */
enum err work_fail(struct work *w, enum err e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with an existing text, or NULL. */
enum err work_fail_with(struct work *w, enum err e, const char *why);
/* Returns the description that was recorded with `e`; NULL if the latest recorded error has another
 * code. */
const char *work_why(const struct work *w, enum err e);

/* Like TRY, for a function that sets its reason in `why`. */
#define TRY_WHY(w, why, call)                                                                      \
	do {                                                                                       \
		enum err try_err_ = (call);                                                        \
		if (try_err_ != OK)                                                                \
			return work_fail_with(w, try_err_, why);                                   \
	} while (0)

/*
 * Reads that a decision depends on are tracked: the commit expects each row as it was read, or its
 * absence. If an administrator changes a policy, account or issuer in between, the handler runs
 * again (T-U14). Reads of authentication are not tracked, see dispatch: a client that is removed
 * after its authentication counts as removed after the request. Read-only handlers commit nothing,
 * so their reads are not tracked: their routes, and so their changes, are read_only
 * (web/request.h).
 */

/* Reads the row at `key` of the work's tenant. Returns OK, `missing` if there is none (the caller
 * passes the error that absence means; no reason is set), or ERR_STORE. */
enum err row_get_tracked(struct work *w, enum table t, struct bytes key, enum err missing,
			 struct bytes *row);
/* The same without tracking: for rows whose change does no harm, or that the change itself expects
 * (change_take). */
enum err row_get(struct work *w, enum table t, struct bytes key, enum err missing,
		 struct bytes *row);

/* Reads the object at `key`, tracked: zeroed, then filled, with `key` and `row` set. Returns OK,
 * `missing` (then only `key` is set), or ERR_STORE (logged) if the row cannot be read. */
enum err row_find_tracked(struct work *w, const struct row_kind *kind, struct bytes key,
			  enum err missing, void *object);
/* Decodes a row that was read before; not tracked. Returns OK, or ERR_STORE (logged). */
enum err row_read(struct work *w, const struct row_kind *kind, struct bytes key, struct bytes row,
		  void *object);
/* Calls `fn` with each object whose key begins with `prefix`, in key order. Objects are in the
 * arena. An error of `fn` ends the scan and is returned; SCAN_STOP ends it. */
typedef enum err (*each_fn)(void *arg, const void *object);
enum err row_each(struct work *w, const struct row_kind *kind, struct bytes prefix, each_fn fn,
		  void *arg);

/* Returns ERR_TOO_LARGE with the reason if the row does not fit the store. For rows with data of
 * clients. */
enum err row_check_size(struct work *w, struct bytes row);

/* Joins the parts of a key with a NUL between them, for parts of any length. The last argument is
 * NULL. */
struct bytes key_join(struct arena *a, const char *first, ...) __attribute__((sentinel));

#endif
