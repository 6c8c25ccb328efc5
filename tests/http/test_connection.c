/* SPDX-License-Identifier: Apache-2.0 */
/* A connection without a loop: its deadlines by a clock that is set by hand, what many slow peers
 * take together, and what is left in memory when a request is over.  The rest shows in
 * tests/process/cases_boundary.py. */
#include "http/connection.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"
#include "tests/http/fcgi_records.h"
#include "tests/run.h"

#define NOW	    1000000
#define REQUEST	    10000
#define IDLE	    75000
#define PEEK_BUFFER (PAIRS_SUM_MAX + GATE_BODY_MAX)

/* Wiping is seen by a function that the linker puts before it (check.mk): how much of what was
 * wiped held this word. */
#define CANARY "canary-8c1f"
static size_t wiped;
void __wrap_crypto_wipe(void *data, size_t size), __real_crypto_wipe(void *data, size_t size);

void
__wrap_crypto_wipe(void *data, size_t size)
{
	const char *at = data, *connection_teardown = at + size;

	while (at != NULL &&
	       (at = memmem(at, (size_t)(connection_teardown - at), CANARY, strlen(CANARY)))) {
		wiped++;
		at += strlen(CANARY);
	}
	__real_crypto_wipe(data, size);
}

static struct connections connections;
static struct arena *a;

static void
connection_setup(void)
{
	a = arena_new();
	connections = (struct connections){ .request_ms = REQUEST, .idle_ms = IDLE, .max = 512 };
	connections_start(&connections);
	fcgi_start();
	wiped = 0;
}

static void
connection_teardown(void)
{
	connections_end(&connections);
	arena_free(a);
}

struct peer {
	struct connection *c;
	int fd;
};

static struct peer
peer_new(int64_t now)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		abort();
	return (struct peer){ connection_new(&connections, pair[1], now + REQUEST), pair[0] };
}

static void
peer_free(struct peer *p)
{
	connection_free(p->c);
	close(p->fd);
}

static enum connection_next
peer_send(struct peer *p, struct bytes data, int64_t now)
{
	CU_ASSERT_EQUAL_FATAL(write(p->fd, data.data, data.size), (ssize_t)data.size);
	return connection_poll(p->c, now);
}

/* A POST whose header and body hold the word, the body as many times as fit into `size`. */
static struct bytes
connection_post(size_t size)
{
	struct buf b = { .arena = a }, params = { .arena = a }, body = { .arena = a };

	while (body.size + strlen(CANARY) <= size)
		buf_text(&body, CANARY);
	record_add_pair(&params, "REQUEST_METHOD", "POST", 0);
	record_add_pair(&params, "REQUEST_URI", "/token", 0);
	record_add_pair(&params, "HTTP_AUTHORIZATION", "Bearer " CANARY, 0);
	record_add_begin(&b, 1, 1, 1);
	record_add_streams(&b, 1, buf_bytes(&params), buf_bytes(&body));
	return buf_bytes(&b);
}

static void
more_bytes_do_not_prolong_a_deadline(void)
{
	struct peer p = peer_new(NOW);
	struct bytes all = connection_post(100);
	int64_t now = NOW + 5000; /* the first byte */

	for (size_t i = 0; i + 1 < all.size; i++) {
		CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data + i, 1), now++), CONNECTION_WAIT);
		CU_ASSERT_EQUAL(p.c->deadline, NOW + 5000 + REQUEST);
		CU_ASSERT_EQUAL(connection_poll(p.c, now++), CONNECTION_WAIT); /* nothing new */
		CU_ASSERT_EQUAL(p.c->deadline, NOW + 5000 + REQUEST);
	}
	CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data + all.size - 1, 1), now), CONNECTION_READY);
	peer_free(&p);
}

static void
a_response_begins_the_time_at_rest(void)
{
	struct peer p = peer_new(NOW);
	struct exchange x = { .arena = a };

	CU_ASSERT_EQUAL(peer_send(&p, connection_post(100), NOW + 1), CONNECTION_READY);
	CU_ASSERT_TRUE(connection_take(p.c, &x));
	x.out.status = 200;
	CU_ASSERT_EQUAL(connection_answer(p.c, &x, NOW + 2), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(p.c->deadline, NOW + 2 + IDLE);
	/* and the next request's first byte its own */
	CU_ASSERT_EQUAL(peer_send(&p, bytes_of("\1"), NOW + 60000), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(p.c->deadline, NOW + 60000 + REQUEST);
	peer_free(&p);
}

static void
what_is_given_up_leaves_a_connection_at_rest(void)
{
	struct peer p = peer_new(NOW);
	struct bytes all = connection_post(100);
	struct buf abort = { .arena = a };
	uint8_t reply[64];

	record_add(&abort, R_ABORT, 1, BYTES_NONE, 0);
	CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data, 50), NOW), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data + 50, all.size - 58), NOW), CONNECTION_WAIT);
	CU_ASSERT_TRUE(connection_is_incomplete(p.c));
	CU_ASSERT_EQUAL(peer_send(&p, buf_bytes(&abort), NOW + 7), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(p.c->deadline, NOW + 7 + IDLE);
	CU_ASSERT_EQUAL(read(p.fd, reply, sizeof(reply)), 16);

	CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data, all.size - 8), NOW + 9), CONNECTION_WAIT);
	CU_ASSERT(connections.budget.used > 0);
	connection_shed(p.c);
	CU_ASSERT_EQUAL(connections.budget.used, 0);
	CU_ASSERT_EQUAL(p.c->deadline, NOW + 9 + IDLE);
	CU_ASSERT_FALSE(connection_is_incomplete(p.c));
	CU_ASSERT_EQUAL(read(p.fd, reply, sizeof(reply)), 16);
	CU_ASSERT_EQUAL(reply[1], R_END);
	CU_ASSERT_EQUAL(reply[12], 2); /* FCGI_OVERLOADED */
	CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data + all.size - 8, 8), NOW), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(peer_send(&p, all, NOW), CONNECTION_READY);
	peer_free(&p);
}

static bool
is_left(const void *data, size_t size)
{
	return memmem(data, size, CANARY, strlen(CANARY)) != NULL;
}

/* How often the word was wiped outside the arena during one request. */
static size_t
run_request(struct bytes request, size_t piece, const char *response)
{
	struct peer p = peer_new(NOW);
	struct exchange x = { .arena = arena_new() };
	enum connection_next next = CONNECTION_WAIT;
	size_t before = wiped, taken;

	for (size_t at = 0; at < request.size; at += piece) {
		size_t left = request.size - at;

		CU_ASSERT_EQUAL(next, CONNECTION_WAIT);
		next = peer_send(&p, BYTES(request.data + at, left < piece ? left : piece), NOW);
		CU_ASSERT_FALSE(is_left(connections.peek_buffer, PEEK_BUFFER));
	}
	CU_ASSERT_EQUAL_FATAL(next, CONNECTION_READY);
	CU_ASSERT_TRUE(connection_take(p.c, &x));
	CU_ASSERT_STRING_EQUAL(x.in.authorization, "Bearer " CANARY);
	x.out.status = 200;
	x.out.content_type = "text/plain";
	x.out.body = bytes_of(response);
	CU_ASSERT_EQUAL(connection_answer(p.c, &x, NOW), CONNECTION_WAIT);
	CU_ASSERT_FALSE(is_left(connections.peek_buffer, PEEK_BUFFER));
	taken = wiped - before;
	arena_free(x.arena);
	peer_free(&p);
	return taken;
}

/* Where a request lies whole in the socket's buffer it is: in what was peeked, in libfcgi's input
 * buffer, in its copy of the parameter; the body also in ours between that and the arena. */
static void
nothing_of_a_request_is_left_in_buffers(void)
{
	CU_ASSERT_EQUAL(run_request(connection_post(0), SIZE_MAX / 2, "no"), 3);
	CU_ASSERT_EQUAL(run_request(connection_post(strlen(CANARY)), SIZE_MAX / 2, "no"), 3 + 3);
	/* And the response, until it is on its way. */
	CU_ASSERT_EQUAL(run_request(connection_post(0), SIZE_MAX / 2, "the token is " CANARY),
			3 + 1);
}

/* One in pieces is in the spool, whole. */
static void
nothing_is_left_of_one_that_comes_in_pieces(void)
{
	size_t at_once = run_request(connection_post(2000), SIZE_MAX / 2, "no");

	CU_ASSERT(run_request(connection_post(2000), 500, "no") > at_once);
}

static void
a_spool_that_grows_leaves_nothing_behind(void)
{
	struct spool_budget budget = { .max = 1 << 20 };
	struct spool s = { .budget = &budget };
	char filler[4096] = { 0 };

	CU_ASSERT_TRUE(spool_add(&s, CANARY, strlen(CANARY)));
	CU_ASSERT_TRUE(spool_add(&s, filler, sizeof(filler)));
	CU_ASSERT_EQUAL(wiped, 1);
	spool_clear(&s);
	CU_ASSERT_EQUAL(wiped, 2);
	CU_ASSERT_EQUAL(budget.used, 0);
}

static CU_TestInfo tests[] = {
	{ "more bytes do not prolong the time that a request may take [T-F05]",
	  more_bytes_do_not_prolong_a_deadline },
	{ "a response begins the time at rest, and the next byte that of a request [T-F05]",
	  a_response_begins_the_time_at_rest },
	{ "a request that is aborted or given up leaves its connection at rest [O-FCGI-07 T-F05]",
	  what_is_given_up_leaves_a_connection_at_rest },
	{ "nothing of a request is left in the buffers that it passed [T-F09]",
	  nothing_of_a_request_is_left_in_buffers },
	{ "nothing is left of a request that comes in pieces [T-F09]",
	  nothing_is_left_of_one_that_comes_in_pieces },
	{ "a spool that grows leaves nothing behind [T-F09]",
	  a_spool_that_grows_leaves_nothing_behind },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo connection_suite = { "http/connection",   NULL, NULL, connection_setup,
				  connection_teardown, tests };
