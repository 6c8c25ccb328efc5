/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_PEERS_H
#define USHER_PROCESS_PEERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

/* The users that may connect (T-F01): the setting `peers`, a list of user names or numbers. */
#define PEERS_MAX 32

struct peers {
	uid_t uid[PEERS_MAX];
	size_t n; /* 0: every user that can open the socket */
};

/* Returns ERR_INVALID_REQUEST with `*why` if a user does not exist or there are more than
 * PEERS_MAX. */
enum err peers_parse(struct arena *a, const char *text, struct peers *out, const char **why);
/* Returns true if the user of the process at the other end of `fd`, a Unix socket, may connect. */
bool peers_allow(const struct peers *p, int fd);

#endif
