/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring of recent killers, in shared memory.  The master writes it; workers read it without a
 * lock, since a request that is run once more, or refused once more, does no harm.
 */
#include "http/suspects.h"

#include "base/crypto.h"
#include "base/shared_memory.h"

#define RING 16

struct death {
	_Atomic uint64_t mark;
	_Atomic int64_t  when;
};

struct suspects {
	struct key   key;		/* so that nobody can look for a request with the mark
					 * of another */
	struct death death[RING];
	unsigned     next;
};

struct suspects *
suspects_new(void)
{
	struct suspects *s = shared_memory_new(sizeof *s, "the requests that end processes");

	crypto_random(&s->key, sizeof s->key);
	return s;
}

void
suspects_free(struct suspects *s)
{
	shared_memory_free(s, sizeof *s);
}

/* 0 where nothing is: most requests lack most members, and this is done for each request. */
static uint64_t
suspects_hash_bytes(const struct suspects *s, struct bytes part)
{
	return part.size > 0 ? crypto_short_hash(&s->key, part) : 0;
}

static uint64_t
suspects_hash_text(const struct suspects *s, const char *text)
{
	return text != NULL ? suspects_hash_bytes(s, bytes_of(text)) : 0;
}

/* What a request is known by does not depend on where it comes from. */
uint64_t
suspects_mark(const struct suspects *s, const struct http_in *in)
{
	const uint64_t part[] = {(uint64_t)in->method << 32 | (uint64_t)in->fault << 1 | in->https,
				 suspects_hash_bytes(s, in->body),
#define X(member, parameter, bound)                                                                \
	in->member != in->remote ? suspects_hash_text(s, in->member) : 0,
				 HTTP_PARAMS(X)
#undef X
	};
	uint64_t mark = crypto_short_hash(&s->key, BYTES(part, sizeof part));

	return mark != 0 ? mark : 1;
}

bool
suspects_has(const struct suspects *s, uint64_t mark, int64_t now)
{
	int deaths = 0;

	for (size_t i = 0; i < RING; i++)
		deaths += atomic_load(&s->death[i].mark) == mark &&
			  now - atomic_load(&s->death[i].when) < SUSPECTS_SPAN * 1000;
	return deaths >= SUSPECTS_DEATHS;
}

bool
suspects_add(struct suspects *s, uint64_t mark, int64_t now)
{
	struct death *d = &s->death[s->next++ % RING];

	atomic_store(&d->when, now);
	atomic_store(&d->mark, mark);
	return suspects_has(s, mark, now);
}
