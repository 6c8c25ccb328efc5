/* SPDX-License-Identifier: Apache-2.0 */
/* Failed attempts, a row a client.  Over the limit nothing is written any more. */
#include "base/crypto.h"
#include "base/log.h"
#include "model/miss.h"
#include "model/row.h"
#include "model/tenant.h"

#define WINDOW    60
#define STRANGERS 4095	/* rows for all names that are no client's; a mask */

struct miss {
	int64_t since, count;
};

static const struct field fields[] = {
	FIELD(struct miss, "since", since, F_INT),
	FIELD(struct miss, "count", count, F_INT),
	FIELD_END
};

/* No client's id has a control character. */
static struct bytes
strangers_key(struct work *w, const char *name)
{
	uint8_t hash[CRYPTO_HASH];

	crypto_keyed_hash(&w->tenant->pairwise_key, bytes_of(name), hash);
	return bytes_of(arena_printf(w->arena, "\x01%d", (hash[0] << 8 | hash[1]) & STRANGERS));
}

/* The row is taken as it was read: of attempts that come together each counts. */
enum err
miss_count(struct work *w, enum miss_kind who, const char *client)
{
	struct miss m = { 0 };
	struct bytes key = who == MISS_CLIENT ? bytes_of(client) : strangers_key(w, client), row;
	enum err e = row_lean(w, T_MISS, key, ABSENT, &row);

	if (e != OK && e != ABSENT)
		return e;
	if (e == OK && !row_decode(w->arena, fields, row, &m))
		log_warn("tenant %s: a row of misses cannot be read", w->tenant->name);
	if (w->now - m.since >= WINDOW)
		m = (struct miss){ .since = w->now };
	if (m.count >= w->tenant->set.misses_max)
		return ERR_TOO_MANY;
	m.count++;
	change_take(w->changes, T_MISS, key, row, row_encode(w->arena, fields, &m));
	return OK;
}
