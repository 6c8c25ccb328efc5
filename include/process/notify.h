/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_NOTIFY_H
#define USHER_PROCESS_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Telling systemd how we are (sd_notify(3)), without its library: a datagram each. */
struct notify {
	struct sockaddr_un at;
	socklen_t size;	     /* 0: nobody wants to know */
	int64_t watchdog_ms; /* how often "WATCHDOG=1" is due; 0: never */
};

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC, and takes them out of the environment. */
void notify_start(struct notify *n);
void notify_send(const struct notify *n, const char *text);
/* RELOADING=1 with the time that systemd asks for. */
void notify_reloading(const struct notify *n);

#endif
