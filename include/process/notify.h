/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_NOTIFY_H
#define USHER_PROCESS_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Notifies systemd of the state of the service (sd_notify(3)) without its library. Each
 * notification is one datagram. */
struct notify {
	struct sockaddr_un at;
	socklen_t size;	     /* of the address; 0: there is no NOTIFY_SOCKET */
	int64_t watchdog_ms; /* interval of "WATCHDOG=1"; 0: no watchdog */
};

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC, and removes them from the environment. */
void notify_start(struct notify *n);
void notify_send(const struct notify *n, const char *text);
/* Sends RELOADING=1 with MONOTONIC_USEC, which systemd requires. */
void notify_reloading(const struct notify *n);

#endif
