/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_SERVE_H
#define USHER_SERVER_SERVE_H

#include "base/crypto.h"
#include "base/settings.h"
#include "http/exchange.h"
#include "server/suspects.h"
#include "store/store.h"

/*
 * The server without its process: requests in, answers out.  Used by the worker's loop, and by
 * tests without any socket.
 */
struct server;

/* Settings and store must outlive it; the master key is copied.  With *why set: ERR_STORE, or
 * ERR_SERVER when the store was probably made with another key. */
enum err server_new(const struct settings *settings, struct store *store, const struct key *master,
		    struct server **out, const char **why);
void server_free(struct server *s);
/* From now on `mine` says which request runs, and one that `all` has is answered 503.  Both must
 * outlive the server; without them it knows no suspects. */
void server_watch(struct server *s, const struct suspects *all, struct running *mine);

/*
 * A round: one commit; an answer stands only when what it promises is durable.
 *
 *	serve_begin(s, 64);
 *	serve_run(s, list, 3);		runs the handlers; again, if more come meanwhile
 *	if (serve_end(s) != OK) ...	commits; now `out` of each is complete and may be sent
 *
 * Of serve_end, ERR_STORE: the store is broken; the answers (503) may be sent, then the process
 * must end.  Another one: that is what some were refused with.
 */
#define SERVE_RUNS 8		/* a snapshot each, and the system has so many */

void serve_begin(struct server *s, size_t max);
/* All of one snapshot, taken now.  No more than `max` in all, and in no more than SERVE_RUNS runs;
 * their arenas and exchanges last until the end. */
void serve_run(struct server *s, struct exchange **list, size_t n);
/* Would more help: is there something to commit, and room for another run? */
bool serve_may_join(const struct server *s);
enum err serve_end(struct server *s);

#endif
