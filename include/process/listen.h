/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_LISTEN_H
#define USHER_PROCESS_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/settings.h"

/*
 * The listening socket, from the first of these that there is:
 *
 *  - systemd's (LISTEN_PID, LISTEN_FDS: descriptor 3);
 *  - descriptor 0, when that listens (spawn-fcgi, lighttpd's bin-path; FastCGI 1.0, 2.2);
 *  - the setting `listen`: a path, or host:port on loopback.
 *
 * One that is inherited must be of the same kinds.
 */
struct listener {
	int fd;
	const char *from; /* in words, for the log */
	const char *path; /* our own socket, to be removed in the end; else NULL */
	dev_t device;
	ino_t inode;
};

/* Values live in `a`.  ERR_INVALID_REQUEST with *why set: the setting makes no sense, or the
 * socket that was inherited is open to others; ERR_SERVER: it cannot be done. */
enum err listener_open(struct arena *a, const struct process_settings *s, struct listener *out,
		       const char **why);
void listener_close(struct listener *l);
/* Connects to the socket of the setting; no step of that, nor of what follows on the connection,
 * takes longer than `seconds`.  -1 with errno, or with *why set where the setting makes no
 * sense. */
int listener_connect(struct arena *a, const struct process_settings *s, int seconds,
		     const char **why);
/* Is the setting well-formed?  Opens nothing. */
enum err listener_check(struct arena *a, const struct process_settings *s, const char **why);

#endif
