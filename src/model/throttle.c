/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of failed attempts, at a keyed hash of tenant and client. The time of a counter is the
 * start of its minute. */
#include "throttle.h"

#include "base/shared_memory.h"
#include "model/tenant.h"

#define WINDOW 60

struct throttle *
throttle_new(void)
{
	struct throttle *t = shared_memory_new(sizeof *t, "the counters of failed attempts");

	crypto_random(&t->key, sizeof t->key);
	return t;
}

void
throttle_free(struct throttle *t)
{
	shared_memory_free(t, sizeof *t);
}

static _Atomic uint64_t *
throttle_counter(struct work *w, const char *client)
{
	struct throttle *t = w->throttle;
	const uint64_t part[] = { w->tenant->id, crypto_short_hash(&t->key, bytes_of(client)) };

	return &t->client[crypto_short_hash(&t->key, BYTES(part, sizeof part)) % THROTTLE_COUNTERS];
}

/* Returns false, without counting, if the limit is reached. */
static bool
throttle_add(_Atomic uint64_t *counter, uint32_t now, uint32_t max)
{
	uint64_t old = atomic_load(counter), new;

	do {
		uint32_t since = (uint32_t)(old >> 32), n = (uint32_t)old;

		/* Another worker may have read its clock later, so `since` may be in the future. */
		if (now - since + (WINDOW - 1) > 2 * (WINDOW - 1)) {
			since = now;
			n = 0;
		}
		if (n >= max)
			return false;
		new = (uint64_t)since << 32 | (n + 1);
	} while (!atomic_compare_exchange_weak(counter, &old, new));
	return true;
}

static enum err
throttle_count(struct work *w, const char *name, int64_t max)
{
	if (!w->failure->counted)
		w->failure->verdict =
			throttle_add(throttle_counter(w, name), (uint32_t)w->now, (uint32_t)max)
				? OK
				: ERR_TOO_MANY;
	w->failure->counted = true;
	return w->failure->verdict;
}

enum err
throttle_count_failure(struct work *w, const char *client)
{
	return throttle_count(w, client, w->tenant->set.misses_max);
}

/* No client_id contains a line break. */
enum err
throttle_count_push(struct work *w, const char *client)
{
	return throttle_count(w, arena_printf(w->arena, "%s\npushed", client),
			      w->tenant->set.pushed_max);
}
