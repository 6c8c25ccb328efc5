/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_PAIR_H
#define USHER_MODEL_PAIR_H

#include "model/client.h"
#include "model/work.h"

/*
 * An owner and a resource server: what a PAT stands for (UMA Federated Authorization, 1.3).  When
 * she takes that back the pair's number goes up.  PATs, and the tickets, RPTs and refreshable
 * grants that came by them, carry the number under which they were made and count under no other.
 * The resources stay, for the next PAT of the same pair.
 *
 * The pair with the resource server "" is the owner's with herself: her own tokens.
 */

/* The number now; 0 where nothing was taken back yet.  OK or ERR_STORE. */
enum err pair_number(struct work *w, const char *owner, const char *rs, int64_t *out);
/* Is the owner's account there and not disabled, and is it still that number?  What was made under
 * it counts only then (T-U15).  OK, `missing`, ERR_STORE. */
enum err pair_stands(struct work *w, const char *owner, const char *rs, int64_t number,
		     enum err missing);
/* The resource server of such a pair, for what is given on its word: it must be there and not
 * disabled, and the pair must stand.  OK, `missing`, ERR_STORE. */
enum err pair_find_rs(struct work *w, const char *owner, const char *rs, int64_t number,
		      enum err missing, struct client *out);
/* Takes back what the owner let the resource server do. */
enum err pair_withdraw(struct work *w, const char *owner, const char *rs);

#endif
