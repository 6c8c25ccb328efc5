/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_SERVE_H
#define USHER_SERVER_SERVE_H

#include "base/crypto.h"
#include "base/settings.h"
#include "http/exchange.h"
#include "model/throttle.h"
#include "http/crash_guard.h"
#include "server/lease.h"
#include "store/store.h"

/*
 * The server without its process: requests in, responses out.  Used by the worker's loop, and by
 * tests without any socket.
 */
struct server;

/* Settings and store must outlive it; the master key is copied.  With *why set: ERR_STORE, or
 * ERR_SERVER when the store was probably made with another key. */
enum err server_new(const struct settings *settings, struct store *store, const struct key *master,
		    struct server **out, const char **why);
void server_free(struct server *s);
/* From now on `mine` says which request runs, and one that `all` has is answered 503.  Both must
 * outlive the server; without them it rejects none. */
void server_watch(struct server *s, const struct crash_guard *all, struct running *mine);
/* Failed attempts are counted in `shared`, which must outlive the server; without it in memory of
 * the server's own. */
void server_throttle(struct server *s, struct throttle *shared);
/* Expensive requests wait for a lease of `shared`, which must outlive the server. */
void server_lease(struct server *s, struct leases *shared, unsigned workers);

/* A request is one object, of which its carrier sees the exchange: it fills `in` and sends `out`.
 * Both, and the exchange's arena, are good until it is reset or freed, whatever happens to the
 * server's tenants and snapshots meanwhile. */
struct exchange *serve_request_new(void);
/* The response is sent: wipes everything, for the next request. */
void serve_request_reset(struct exchange *x);
void serve_request_free(struct exchange *x);

/*
 * A batch: one commit.  A response is final when what it promises is durable: that of a request
 * that writes nothing when its run ends, that of another when the batch ends.
 *
 *	serve_begin(s, 64);
 *	ran = serve_run(s, list, 3);	runs the handlers; now `out` of each that is final may be
 *					sent; again, if there are more requests
 *	if (serve_end(s) != OK) ...	commits; now `out` of all others may be sent
 *
 * serve_end returns ERR_STORE when the store is broken: the responses (503) may be sent, then the
 * process must end.  Another error is why some requests were refused.
 */
#define SERVE_RUNS	8 /* of a batch, a snapshot each */
#define SERVE_RERUNS	4 /* of what conflicts, likewise; then it is 503 */
#define SERVE_SNAPSHOTS (SERVE_RUNS + SERVE_RERUNS) /* that a batch holds at most */

/* A batch ends after so many microseconds in handlers, a fifth of that in one of them, or so many
 * bytes that its requests hold: expensive requests must not delay the responses to others (T-F05).
 * Tests choose limits that do not depend on the speed of the machine. */
#define SERVE_MICROS 5000
#define SERVE_MEMORY (8u << 20)
void server_limit(struct server *s, int64_t micros, size_t memory);

void serve_begin(struct server *s, size_t max);
/* Runs requests on one snapshot, taken now, moves them to the front of the list and returns how
 * many: all, unless the batch has `max` requests or has taken too much time or memory, requests of
 * other tenants should not wait for the expensive ones (src/server/fair.h), or some wait for a
 * lease (server/lease.h).  Those that are left belong to the next run or the next batch.  None: all
 * wait for a lease.  No more than SERVE_RUNS runs. */
size_t serve_run(struct server *s, struct exchange **list, size_t n);
/* False: the batch has taken too much time or memory, or as many runs or requests as it may. */
bool serve_may_run(const struct server *s);
enum err serve_end(struct server *s);

#endif
