/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of many slow requests is dropped when their common memory limit is reached (T-F05).
 * tests/process/cases_peers.py tests the same with a worker.
 */
#include "process/conn_set.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/run.h"

#define NOW    1000000
#define BUDGET (64 << 10)
#define PEERS  24 /* each uses 4 KiB */

static struct conn_set conn_set;
static int peers[PEERS], peers_n;

static void
conn_set_setup(void)
{
	struct settings s;

	settings_defaults(&usher_settings, &s);
	s.request_timeout = 600; /* longer than a connection may be idle */
	s.idle_timeout = 5;
	peers_n = 0;
	conn_set = (struct conn_set){ 0 };
	conn_set_start(&conn_set, &s.process);
	conn_set.connections.budget.max = BUDGET;
}

static void
conn_set_teardown(void)
{
	conn_set_end(&conn_set);
	while (peers_n > 0)
		close(peers[--peers_n]);
}

/* A connection that sends only these bytes; the first connection is the oldest. */
static struct connection *
send_some(struct bytes data)
{
	int64_t now = NOW + peers_n;
	struct connection *c;
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	peers[peers_n++] = pair[0];
	c = conn_set_add(&conn_set, pair[1], now + conn_set.connections.request_ms);
	CU_ASSERT_EQUAL(write(pair[0], data.data, data.size), (ssize_t)data.size);
	CU_ASSERT_EQUAL(connection_poll(c, now), CONNECTION_WAIT);
	return c;
}

/* The beginning of a request with an incomplete body record of 60,000 bytes. */
static struct bytes
half_a_record(void)
{
	static const uint8_t head[] = {
		1, 1, 0, 1, 0, 8, 0, 0,	   0,	 1, 1,	 0, 0, 0, 0, 0, /* with FCGI_KEEP_CONN */
		1, 4, 0, 1, 0, 3, 0, 0,	   1,	 0, 'A', 1, 4, 0, 1, 0,
		0, 0, 0, 1, 5, 0, 1, 0xea, 0x60, 0, 0,
	};
	static uint8_t all[1000];

	memcpy(all, head, sizeof(head));
	return BYTES(all, sizeof(all));
}

static void
each_slow_request_is_dropped_at_most_once(void)
{
	const struct bytes half = half_a_record();
	struct connection *c[PEERS];
	uint8_t reply[64];

	for (int i = 0; i < PEERS; i++)
		c[i] = send_some(half);
	for (int i = 0; i < PEERS; i++) {
		bool gave_way = c[i]->in.size == 0;

		CU_ASSERT_EQUAL(gave_way, i < PEERS - BUDGET / 4096);
		CU_ASSERT_EQUAL(read(peers[i], reply, sizeof(reply)), gave_way ? 16 : -1);
		CU_ASSERT_EQUAL(c[i]->stage, CONNECTION_RECEIVING);
	}
}

static void
a_request_without_buffered_data_is_not_dropped_for_memory(void)
{
	const struct bytes half = half_a_record();
	struct connection *oldest = send_some(BYTES(half.data, 3));
	uint8_t reply[64];

	for (int i = 0; i < BUDGET / 4096 + 1; i++)
		send_some(half);
	CU_ASSERT_EQUAL(read(peers[0], reply, sizeof(reply)), -1);
	CU_ASSERT_EQUAL(oldest->stage, CONNECTION_RECEIVING);
	CU_ASSERT_EQUAL(read(peers[1], reply, sizeof(reply)), 16);
}

static CU_TestInfo tests[] = {
	{ "each slow request is dropped at most once [T-F05]",
	  each_slow_request_is_dropped_at_most_once },
	{ "a request without buffered data is not dropped for memory [T-F05]",
	  a_request_without_buffered_data_is_not_dropped_for_memory },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo conn_set_suite = { "process/conn_set", NULL, NULL, conn_set_setup,
				conn_set_teardown,  tests };
