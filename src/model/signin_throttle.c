/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of failed sign-ins, at a keyed hash of the tenant and what is counted. A counter is a
 * number of failures and the time when its wait ends. The time of the latest failure follows from
 * both: it is that time less the wait.
 */
#include "model/signin_throttle.h"

#include <arpa/inet.h>
#include <string.h>

#include "model/tenant.h"
#include "throttle.h"

#define FREE_FAILURES 3
#define FIRST_WAIT    2
#define FORGIVE_AFTER 3600 /* seconds */

/* What an attempt is counted for. */
enum subject { OF_DEVICE, OF_ACCOUNT, OF_NAME, OF_NETWORK, OF_TENANT, SUBJECTS };

static const struct limit {
	uint32_t weight; /* so many failures count as one */
	uint32_t wait_max;
} limits[] = {
	[OF_DEVICE] = { 1, 1000 },   [OF_ACCOUNT] = { 1, 1000 }, [OF_NAME] = { 1, 1000 },
	[OF_NETWORK] = { 10, 1000 }, [OF_TENANT] = { 333, 16 },
};

#define SUBJECTS_MAX 3 /* of one attempt */
struct counter {
	_Atomic uint64_t *word;
	const struct limit *limit;
};

/* Returns the wait after `failures`. */
static uint32_t
signin_throttle_wait(const struct limit *l, uint32_t failures)
{
	uint32_t n = failures / l->weight, wait = FIRST_WAIT;

	if (n < FREE_FAILURES)
		return 0;
	while (n-- > FREE_FAILURES && wait < l->wait_max)
		wait *= 2;
	return wait < l->wait_max ? wait : l->wait_max;
}

/* The least number of failures that have the longest wait; further ones are not counted, since they
 * would only delay forgiveness. */
static uint32_t
signin_throttle_most(const struct limit *l)
{
	uint32_t n = FREE_FAILURES * l->weight;

	while (signin_throttle_wait(l, n) < l->wait_max)
		n += l->weight;
	return n;
}

static uint64_t
signin_throttle_pack(uint32_t end, uint32_t failures)
{
	return (uint64_t)end << 32 | failures;
}

/* Returns the seconds until the wait ends. A time that no wait can have comes of a clock that was
 * set back; such a wait is over. */
static uint32_t
signin_throttle_left(const struct limit *l, uint64_t word, uint32_t now)
{
	uint32_t end = (uint32_t)(word >> 32);

	return end > now && end - now <= l->wait_max ? end - now : 0;
}

/* Returns the failures that are not forgiven. */
static uint32_t
signin_throttle_failures(const struct limit *l, uint64_t word, uint32_t now)
{
	uint32_t failures = (uint32_t)word;
	uint64_t forgiven;
	uint32_t last = (uint32_t)(word >> 32) - signin_throttle_wait(l, failures);

	if (now < last)
		return failures;
	forgiven = (uint64_t)((now - last) / FORGIVE_AFTER) * l->weight;
	return forgiven < failures ? failures - (uint32_t)forgiven : 0;
}

/* Counts a failure and returns 0, or counts nothing and returns the seconds to wait. */
static uint32_t
signin_throttle_count(const struct counter *c, uint32_t now)
{
	uint64_t old = atomic_load(c->word), new;

	do {
		uint32_t left = signin_throttle_left(c->limit, old, now),
			 failures = signin_throttle_failures(c->limit, old, now) + 1;

		if (left > 0)
			return left;
		if (failures > signin_throttle_most(c->limit))
			failures = signin_throttle_most(c->limit);
		new = signin_throttle_pack(now + signin_throttle_wait(c->limit, failures),
					   failures);
	} while (!atomic_compare_exchange_weak(c->word, &old, new));
	return 0;
}

/* Takes back a failure that was counted at a time without a wait. */
static void
signin_throttle_uncount(const struct counter *c, uint32_t now)
{
	uint64_t old = atomic_load(c->word), new;

	do {
		uint32_t failures = (uint32_t)old;

		new = signin_throttle_pack(now, failures > 0 ? failures - 1 : 0);
	} while (!atomic_compare_exchange_weak(c->word, &old, new));
}

static struct counter
signin_throttle_counter(struct work *w, enum subject subject, struct bytes name)
{
	struct throttle *t = w->throttle;
	const uint64_t part[] = { w->tenant->id, subject, crypto_short_hash(&t->key, name) };
	uint64_t place = crypto_short_hash(&t->key, BYTES(part, sizeof part));

	/* Things of different kinds share no counter: a tenant's has hundreds of failures. */
	place = place % (THROTTLE_COUNTERS / SUBJECTS) * SUBJECTS + subject;
	return (struct counter){ &t->signin[place], &limits[subject] };
}

/* Returns the first 24 bits of an IPv4 address, also of one that is mapped to IPv6, or 48 bits of
 * an IPv6 address. Other addresses have one counter. */
static struct bytes
signin_throttle_network(struct work *w, const char *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint8_t *raw = arena_alloc(w->arena, 16);

	if (address == NULL)
		return BYTES_NONE;
	if (inet_pton(AF_INET, address, raw) == 1)
		return BYTES(raw, 3);
	if (inet_pton(AF_INET6, address, raw) != 1)
		return BYTES_NONE;
	return memcmp(raw, mapped, sizeof mapped) == 0 ? BYTES(raw + sizeof mapped, 3)
						       : BYTES(raw, 6);
}

/* Sets `out` to the counters of the attempt, that of the account first. */
static size_t
signin_throttle_counters(struct work *w, const struct signin_attempt *a, struct counter *out)
{
	if (a->account != NULL && a->device != NULL) {
		out[0] = signin_throttle_counter(
			w, OF_DEVICE, key_join(w->arena, a->account->id, a->device, NULL));
		return 1;
	}
	out[0] = a->account != NULL
			 ? signin_throttle_counter(w, OF_ACCOUNT, bytes_of(a->account->id))
			 : signin_throttle_counter(w, OF_NAME, bytes_of(a->name));
	out[1] = signin_throttle_counter(w, OF_NETWORK, signin_throttle_network(w, a->address));
	out[2] = signin_throttle_counter(w, OF_TENANT, BYTES_NONE);
	return 3;
}

/* Counts the attempt at all its counters, or at none; then it returns the longest wait. */
static int64_t
signin_throttle_take(const struct counter *list, size_t n, uint32_t now)
{
	uint32_t wait = 0, left;

	for (size_t i = 0; i < n; i++) {
		left = signin_throttle_left(list[i].limit, atomic_load(list[i].word), now);
		wait = left > wait ? left : wait;
	}
	for (size_t i = 0; i < n && wait == 0; i++) {
		wait = signin_throttle_count(&list[i], now);
		for (size_t k = i; wait > 0 && k > 0; k--)
			signin_throttle_uncount(&list[k - 1], now);
	}
	return wait;
}

enum err
signin_throttle_begin(struct work *w, const struct signin_attempt *a, int64_t *wait)
{
	struct counter list[SUBJECTS_MAX];
	size_t n = signin_throttle_counters(w, a, list);

	if (!w->failure->signin.counted)
		w->failure->signin.wait = signin_throttle_take(list, n, (uint32_t)w->now);
	w->failure->signin.counted = true;
	*wait = w->failure->signin.wait;
	return *wait == 0 ? OK : ERR_TOO_MANY;
}

/* Once for each request: at the counters from `from` on. */
static void
signin_throttle_undo(struct work *w, const struct signin_attempt *a, size_t from)
{
	struct counter list[SUBJECTS_MAX];
	size_t n = signin_throttle_counters(w, a, list);

	if (w->failure->signin.undone || w->failure->signin.wait > 0)
		return;
	w->failure->signin.undone = true;
	for (size_t i = from; i < n; i++)
		signin_throttle_uncount(&list[i], (uint32_t)w->now);
}

void
signin_throttle_succeed(struct work *w, const struct signin_attempt *a)
{
	struct counter list[SUBJECTS_MAX];

	signin_throttle_counters(w, a, list);
	if (!w->failure->signin.undone && w->failure->signin.wait == 0)
		atomic_store(list[0].word, 0);
	signin_throttle_undo(w, a, 1);
}

void
signin_throttle_cancel(struct work *w, const struct signin_attempt *a)
{
	signin_throttle_undo(w, a, 0);
}
