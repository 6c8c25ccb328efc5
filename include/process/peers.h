/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_PEERS_H
#define USHER_PROCESS_PEERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

/* Who may connect (T-F01): the setting `peers`, names or numbers of users. */
#define PEERS_MAX 32

struct peers {
	uid_t uid[PEERS_MAX];
	size_t n; /* 0: whoever may open the socket */
};

/* ERR_INVALID_REQUEST with *why set: no such user, or too many. */
enum err peers_parse(struct arena *a, const char *text, struct peers *out, const char **why);
bool peers_allow(const struct peers *p, int fd);

#endif
