/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_HANDOVER_H
#define USHER_PROCESS_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Kept connections that a worker which goes leaves to those that stay (O-FCGI-12).  FastCGI cannot
 * announce a close, and what a front end has sent into a connection that ends it may not send
 * again when it is a POST; so no connection is closed because of a reload.
 *
 * What travels is the descriptor and its time limit.  Nothing that was read goes along: a
 * connection is given at rest, and what the peer has sent meanwhile lies in its socket still.
 *
 * One pair of sockets serves all processes of a master: who goes gives, who has room takes.
 */
struct handover {
	int give, take;
};

bool handover_open(struct handover *h);
/* False: those given before still wait to be taken; `give` becomes writable when they are fewer.
 * True: the caller's descriptor is to be closed, after it was removed from any epoll set. */
bool handover_pass(const struct handover *h, int fd, int64_t deadline);
/* -1 with errno: EAGAIN, nothing is there; EMFILE, it waits until a descriptor is free. */
int handover_accept(const struct handover *h, int64_t *deadline);
/* Nothing was given that nobody has taken. */
bool handover_is_empty(const struct handover *h);

#endif
