/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of a connection (T-F02, T-F03).  However the bytes are cut, the gate says the same; what
 * it lets through libfcgi reads, in place and replayed from the gate's spool alike.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/text.h"
#include "http/fcgi.h"
#include "http/gate.h"
#include "tests/fuzz/fuzz.h"

/* What happened on the way to a final state: every reply, in order. */
struct history {
	enum gate_state state;
	size_t at;
	uint8_t output[8192];
	size_t size;
};

static void
gate_follow(struct gate *g, struct bytes in, size_t piece, struct history *h)
{
	size_t used;

	*h = (struct history){ .state = GATE_MORE };
	while (h->at < in.size) {
		size_t left = in.size - h->at, n = left < piece ? left : piece;

		h->state = gate_feed(g, BYTES(in.data + h->at, n), &used);
		MUST(used <= n);
		MUST(h->state != GATE_MORE || used == n);
		h->at += used;
		if (h->state == GATE_REPLY && h->size + g->reply_size <= sizeof(h->output)) {
			MUST(g->reply_size <= sizeof(g->reply));
			memcpy(h->output + h->size, g->reply, g->reply_size);
			h->size += g->reply_size;
		}
		if (h->state != GATE_MORE && h->state != GATE_REPLY)
			return;
	}
}

static bool
read_from(int file, struct exchange *x)
{
	struct fcgi *f = fcgi_new();
	bool whole = fcgi_read(f, &file, x);

	fcgi_free(f);
	if (file >= 0)
		close(file);
	return whole;
}

static bool
read_from_socket(struct bytes request, struct exchange *x)
{
	int file = memfd_create("fuzz", MFD_CLOEXEC);

	MUST(pwrite(file, request.data, request.size, 0) == (ssize_t)request.size);
	return read_from(file, x);
}

static bool
read_replayed(const struct gate *g, struct exchange *x)
{
	const struct fcgi_request q = {
		.id = g->id,
		.role = g->role,
		.keep = g->keep,
		.params = gate_params(g),
		.body = gate_body(g),
	};
	int file = memfd_create("fuzz", MFD_CLOEXEC);

	MUST(fcgi_replay(file, x->arena, &q));
	return read_from(file, x);
}

static void
gate_compare(const struct gate *g, struct bytes request)
{
	struct exchange a = { .arena = arena_new() }, b = { .arena = arena_new() };
	bool replayed = read_replayed(g, &a);

	MUST(!replayed || a.in.body.size == gate_body(g).size);
	if (g->libfcgi_can_read) {
		MUST(read_from_socket(request, &b) == replayed);
		MUST(!replayed || text_equal(a.in.uri, b.in.uri));
		MUST(!replayed || text_equal(a.in.authorization, b.in.authorization));
		MUST(!replayed || a.in.fault == b.in.fault);
		MUST(!replayed || bytes_equal(a.in.body, b.in.body));
	}
	arena_free(a.arena);
	arena_free(b.arena);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	crypto_start();
	fcgi_start();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spool_budget budget = { .max = 1 << 20 };
	struct spool spool = { .budget = &budget }, other = { .budget = &budget };
	struct history whole, pieces;
	struct gate g, h;
	size_t piece = size > 0 ? 1 + data[size - 1] % 32 : 1;

	gate_start(&g, &spool, 512);
	gate_start(&h, &other, 512);
	gate_follow(&g, BYTES(data, size), size, &whole);
	gate_follow(&h, BYTES(data, size), piece, &pieces);
	MUST(whole.state == pieces.state);
	MUST(whole.size == pieces.size && memcmp(whole.output, pieces.output, whole.size) == 0);
	if (whole.state != GATE_BROKEN) {
		MUST(whole.at == pieces.at);
		MUST(bytes_equal(BYTES(spool.data, spool.size), BYTES(other.data, other.size)));
	}
	if (whole.state == GATE_READY)
		gate_compare(&g, BYTES(data, whole.at));
	spool_clear(&spool);
	spool_clear(&other);
	MUST(budget.used == 0);
	return 0;
}
