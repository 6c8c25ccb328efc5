/* SPDX-License-Identifier: Apache-2.0 */
/* A connection without an event loop: deadlines with a clock that the test sets, the memory of
 * many slow peers, and the memory after a request. Other tests are in
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

/* The linker replaces the function that wipes memory by this one (check.mk). It counts the
 * wiped bytes that contained this word. */
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

/* A POST whose header and body contain the word, the body as often as fits into `size`. */
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
more_bytes_do_not_extend_the_time_limit_of_a_request(void)
{
	struct peer p = peer_new(NOW);
	struct bytes all = connection_post(100);
	int64_t now = NOW + 5000; /* the first byte */

	for (size_t i = 0; i + 1 < all.size; i++) {
		CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data + i, 1), now++), CONNECTION_WAIT);
		CU_ASSERT_EQUAL(p.c->deadline, NOW + 5000 + REQUEST);
		CU_ASSERT_EQUAL(connection_poll(p.c, now++), CONNECTION_WAIT); /* no new bytes */
		CU_ASSERT_EQUAL(p.c->deadline, NOW + 5000 + REQUEST);
	}
	CU_ASSERT_EQUAL(peer_send(&p, BYTES(all.data + all.size - 1, 1), now), CONNECTION_READY);
	peer_free(&p);
}

static void
a_response_starts_the_idle_time(void)
{
	struct peer p = peer_new(NOW);
	struct exchange x = { .arena = a };

	CU_ASSERT_EQUAL(peer_send(&p, connection_post(100), NOW + 1), CONNECTION_READY);
	CU_ASSERT_TRUE(connection_take(p.c, &x));
	x.out.status = 200;
	CU_ASSERT_EQUAL(connection_answer(p.c, &x, NOW + 2), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(p.c->deadline, NOW + 2 + IDLE);
	/* and the first byte of the next request sets its own deadline */
	CU_ASSERT_EQUAL(peer_send(&p, bytes_of("\1"), NOW + 60000), CONNECTION_WAIT);
	CU_ASSERT_EQUAL(p.c->deadline, NOW + 60000 + REQUEST);
	peer_free(&p);
}

static void
the_connection_of_an_aborted_or_rejected_request_is_idle(void)
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

/* A request that is complete in the socket's buffer is copied to the peek buffer, to the input
 * buffer of libfcgi, and (a parameter) to its copy there. The body is also copied to ours
 * before the arena. */
static void
no_byte_of_a_request_remains_in_the_buffers_after_it(void)
{
	CU_ASSERT_EQUAL(run_request(connection_post(0), SIZE_MAX / 2, "no"), 3);
	CU_ASSERT_EQUAL(run_request(connection_post(strlen(CANARY)), SIZE_MAX / 2, "no"), 3 + 3);
	/* And to the response, until it is sent. */
	CU_ASSERT_EQUAL(run_request(connection_post(0), SIZE_MAX / 2, "the token is " CANARY),
			3 + 1);
}

/* A request that arrives in pieces is complete in the spool. */
static void
no_byte_of_a_request_that_arrives_in_pieces_remains(void)
{
	size_t at_once = run_request(connection_post(2000), SIZE_MAX / 2, "no");

	CU_ASSERT(run_request(connection_post(2000), 500, "no") > at_once);
}

static void
a_spool_that_grows_wipes_its_old_memory(void)
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
	{ "more bytes do not extend the time limit of a request [T-F05]",
	  more_bytes_do_not_extend_the_time_limit_of_a_request },
	{ "a response starts the idle time, and the next byte starts the time limit of a request [T-F05]",
	  a_response_starts_the_idle_time },
	{ "the connection of an aborted or rejected request is idle [O-FCGI-07 T-F05]",
	  the_connection_of_an_aborted_or_rejected_request_is_idle },
	{ "no byte of a request remains in the buffers after it [T-F09]",
	  no_byte_of_a_request_remains_in_the_buffers_after_it },
	{ "no byte of a request that arrives in pieces remains [T-F09]",
	  no_byte_of_a_request_that_arrives_in_pieces_remains },
	{ "a spool that grows wipes its old memory [T-F09]",
	  a_spool_that_grows_wipes_its_old_memory },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo connection_suite = { "http/connection",   NULL, NULL, connection_setup,
				  connection_teardown, tests };
