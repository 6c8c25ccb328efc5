/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_LISTEN_H
#define USHER_PROCESS_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/settings.h"

/*
 * The listening socket comes from the first of these sources that exists:
 *
 *  - systemd (LISTEN_PID, LISTEN_FDS: descriptor 3);
 *  - descriptor 0, if it listens (spawn-fcgi, lighttpd's bin-path; FastCGI 1.0, 2.2);
 *  - the setting `listen`: a path, or host:port on loopback.
 *
 * An inherited socket must also be a Unix socket or on loopback.
 */
struct listener {
	int fd;
	const char *from; /* the source, for the log */
	const char *path; /* of the socket file to remove at the end; NULL if it is inherited */
	dev_t device;
	ino_t inode;
};

/* Opens the listening socket; strings of `out` belong to `a`. Returns ERR_INVALID_REQUEST with
 * `*why` if the setting is invalid or other machines can connect to an inherited socket, ERR_SERVER
 * with `*why` if a system call fails. */
enum err listener_open(struct arena *a, const struct process_settings *s, struct listener *out,
		       const char **why);
void listener_close(struct listener *l);
/* Connects to the socket of the setting. Connecting, and each later read and write on the
 * connection, takes at most `seconds`. Returns the descriptor, or -1 with errno, or -1 with `*why`
 * if the setting is invalid. */
int listener_connect(struct arena *a, const struct process_settings *s, int seconds,
		     const char **why);
/* Checks the syntax of the setting; opens nothing. */
enum err listener_check(struct arena *a, const struct process_settings *s, const char **why);

#endif
