/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of recent deaths in shared memory. The master writes it. Workers read it without a
 * lock: it does no harm to run or to reject a request once more.
 */
#include "http/crash_guard.h"

#include "base/crypto.h"
#include "base/shared_memory.h"

#define RING 16

struct death {
	_Atomic uint64_t fingerprint;
	_Atomic int64_t when;
};

struct crash_guard {
	struct key key; /* prevents searching for another request with the
					 * same fingerprint */
	struct death death[RING];
	unsigned next;
};

struct crash_guard *
crash_guard_new(void)
{
	struct crash_guard *s = shared_memory_new(sizeof *s, "the requests that end processes");

	crypto_random(&s->key, sizeof s->key);
	return s;
}

void
crash_guard_free(struct crash_guard *s)
{
	shared_memory_free(s, sizeof *s);
}

/* 0 for a missing member, without hashing: most requests lack most members. */
static uint64_t
crash_guard_hash_bytes(const struct crash_guard *s, struct bytes part)
{
	return part.size > 0 ? crypto_short_hash(&s->key, part) : 0;
}

static uint64_t
crash_guard_hash_text(const struct crash_guard *s, const char *text)
{
	return text != NULL ? crash_guard_hash_bytes(s, bytes_of(text)) : 0;
}

/* The fingerprint does not depend on the address of the client. */
uint64_t
crash_guard_fingerprint(const struct crash_guard *s, const struct http_in *in)
{
	const uint64_t part[] = { (uint64_t)in->method << 32 | (uint64_t)in->fault << 1 | in->https,
				  crash_guard_hash_bytes(s, in->body),
#define X(member, parameter, bound)                                                                \
	in->member != in->remote ? crash_guard_hash_text(s, in->member) : 0,
				  HTTP_PARAMS(X)
#undef X
	};
	uint64_t fingerprint = crypto_short_hash(&s->key, BYTES(part, sizeof part));

	return fingerprint != 0 ? fingerprint : 1;
}

bool
crash_guard_has(const struct crash_guard *s, uint64_t fingerprint, int64_t now)
{
	int deaths = 0;

	for (size_t i = 0; i < RING; i++)
		deaths += atomic_load(&s->death[i].fingerprint) == fingerprint &&
			  now - atomic_load(&s->death[i].when) < CRASH_GUARD_SPAN * 1000;
	return deaths >= CRASH_GUARD_DEATHS;
}

bool
crash_guard_add(struct crash_guard *s, uint64_t fingerprint, int64_t now)
{
	struct death *d = &s->death[s->next++ % RING];

	atomic_store(&d->when, now);
	atomic_store(&d->fingerprint, fingerprint);
	return crash_guard_has(s, fingerprint, now);
}
