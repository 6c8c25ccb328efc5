/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_SERVE_H
#define USHER_SERVER_SERVE_H

#include "base/crypto.h"
#include "base/jobs.h"
#include "base/settings.h"
#include "http/exchange.h"
#include "model/throttle.h"
#include "http/crash_guard.h"
#include "server/lease.h"
#include "store/store.h"

/*
 * The server without its process: requests in, responses out. The worker's loop uses it through
 * process/service.h, and tests use it without a socket.
 */
struct server;
struct pages;

/* Settings and store must outlive the server; the master key is copied. ERR_STORE, or ERR_SERVER if
 * the store was probably created with another master key; both set *why. */
enum err server_new(const struct settings *settings, struct store *store, const struct key *master,
		    struct server **out, const char **why);
void server_free(struct server *s);
/* From now on the server stores in `mine` which request runs, and answers 503 to each request whose
 * fingerprint the crash guard `all` rejects. Both must outlive the server. Without this call it
 * rejects no request. */
void server_watch(struct server *s, const struct crash_guard *all, struct running *mine);
/* Prints the pages of `shared`, which must outlive the server; without this call it parses them
 * itself. */
void server_pages(struct server *s, const struct pages *shared);
/* Counts failed attempts in `shared`, which must outlive the server; without this call in memory of
 * this server. */
void server_throttle(struct server *s, struct throttle *shared);
/* Lets expensive requests wait for a lease of `shared`, which must outlive the server. `workers` is
 * the number of workers with the same leases. */
void server_lease(struct server *s, struct leases *shared, unsigned workers);

/* A request is one object. The connection sees only its exchange: it fills `in` and sends `out`.
 * Both, and the exchange's arena, are valid until the request is reset or freed, whatever
 * happens to the server's tenants and snapshots meanwhile. */
struct exchange *serve_request_new(void);
/* The jobs that the request waits for after its run, or NULL if it does not wait. Then it has no
 * response and no changes, has left the batch, and runs again in a later one when jobs_are_over. A
 * request can also wait after serve_end, if a conflict made it run again. */
struct jobs *serve_jobs(struct exchange *x);
/* After the response was sent: wipes the request, for the next one on the connection. */
void serve_request_reset(struct exchange *x);
void serve_request_free(struct exchange *x);

/*
 * A batch has one commit. The response of a request that writes nothing is final when its run ends;
 * that of any other request is final, and its changes are durable, when the batch ends.
 *
 *	serve_begin(s, 64);
 *	ran = serve_run(s, list, 3);	runs the handlers; `out` of each final exchange may be sent;
 *					may be called again if more requests have arrived
 *	if (serve_end(s) != OK) ...	commits; `out` of all others may be sent
 *
 * serve_end returns ERR_STORE if the store is broken: the responses (503) may be sent, then the
 * process must exit. Any other error is the reason why requests were refused.
 */
#define SERVE_RUNS	8 /* runs of a batch; each has its own snapshot */
#define SERVE_RERUNS	4 /* reruns, each with its own snapshot; after them a conflict is 503 */
#define SERVE_SNAPSHOTS (SERVE_RUNS + SERVE_RERUNS) /* the most that a batch holds */

/* A batch takes no more requests after `micros` microseconds in handlers, after a fifth of that in
 * one handler, or when its requests hold `memory` bytes: expensive requests must not delay the
 * responses to others (T-F05). Tests set limits that do not depend on the speed of the machine. */
#define SERVE_MICROS 5000
#define SERVE_MEMORY (8u << 20)
void server_limit(struct server *s, int64_t micros, size_t memory);

void serve_begin(struct server *s, size_t max);
/* Takes a snapshot, runs requests on it, moves these to the front of the list and returns their
 * number. Requests are left over if the batch has `max` requests or used too much time or
 * memory, if requests of other tenants should not wait for them (src/server/fair.h), or if they
 * wait for a lease (server/lease.h); 0: all wait for a lease. The next run or batch may run
 * them. A batch may have SERVE_RUNS runs; one more ends the process. */
size_t serve_run(struct server *s, struct exchange **list, size_t n);
/* False: the batch has used its time, memory, runs or requests. */
bool serve_may_run(const struct server *s);
enum err serve_end(struct server *s);

#endif
