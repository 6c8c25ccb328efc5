/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_HANDOVER_H
#define USHER_PROCESS_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Passes idle keep-alive connections from a retiring worker to other workers (O-FCGI-12). FastCGI
 * cannot announce that a connection is closed, and a front end may not repeat a POST that it has
 * sent into a closing connection. Therefore a reload closes no connection.
 *
 * A message contains the descriptor and its time limit, and no data: only idle connections are
 * passed, and what the peer has sent meanwhile is still in the socket's buffer.
 *
 * All processes of a master share one pair of sockets: retiring workers write to `give`, and
 * workers with room read from `take`.
 */
struct handover {
	int give, take;
};

bool handover_open(struct handover *h);
/* Returns false if the socket is full; `give` becomes writable when there is room. After true the
 * caller must remove its descriptor from any epoll set and close it. */
bool handover_pass(const struct handover *h, int fd, int64_t deadline);
/* Returns a descriptor that was passed, or -1 with errno: EAGAIN if there is none, EMFILE if this
 * process has no free descriptor; then the connection stays in the socket. */
int handover_accept(const struct handover *h, int64_t *deadline);
/* Returns true if no connection waits to be accepted. */
bool handover_is_empty(const struct handover *h);

#endif
