/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_MISS_H
#define USHER_MODEL_MISS_H

#include "model/work.h"

/* Failed attempts in a client's name, a minute: wrong secrets, unknown tickets (T-U03, T-C04).
 * Only failing answers are slowed down, so nobody can lock a client out by guessing.  Names that no
 * client has are counted, too, or the limit would tell who is one (T-U16): many of them share a
 * row. */
enum miss_kind { MISS_CLIENT, MISS_STRANGER };

/* Counts one.  OK; ERR_TOO_MANY: it is over the limit, answer that instead; ERR_STORE. */
enum err miss_count(struct work *w, enum miss_kind kind, const char *client);

#endif
