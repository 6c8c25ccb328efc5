/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_MISS_H
#define USHER_MODEL_MISS_H

#include "model/work.h"

/* Failed attempts in a client's name, a minute: wrong secrets, unknown tickets (T-U03, T-C04).
 * Only failing answers are slowed down, so nobody can lock a client out by guessing. */

/* Counts one for `client`; true when it is over the limit: answer 429 instead. */
bool miss_count(struct work *w, const char *client);

#endif
