/* SPDX-License-Identifier: Apache-2.0 */
/* Which of many slow requests gives way when the memory for all of them is spent (T-F05).  With a
 * worker around it: tests/process/cases_peers.py. */
#include "process/conn_set.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/run.h"

#define NOW    1000000
#define BUDGET (64 << 10)
#define PEERS  24 /* each keeps 4 KiB */

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
	conn_set.shared.budget.max = BUDGET;
}

static void
conn_set_teardown(void)
{
	conn_set_end(&conn_set);
	while (peers_n > 0)
		close(peers[--peers_n]);
}

/* A connection that sends this much and no more; the first is the oldest. */
static struct connection *
send_some(struct bytes data)
{
	int64_t now = NOW + peers_n;
	struct connection *c;
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	peers[peers_n++] = pair[0];
	c = conn_set_add(&conn_set, pair[1], now + conn_set.shared.request_ms);
	CU_ASSERT_EQUAL(write(pair[0], data.data, data.size), (ssize_t)data.size);
	CU_ASSERT_EQUAL(connection_poll(c, now), CONNECTION_WAIT);
	return c;
}

/* The beginning of a request, whose body is a record of 60,000 bytes that does not end. */
static struct bytes
half_a_record(void)
{
	static const uint8_t head[] = {
		1, 1, 0, 1, 0, 8, 0, 0,	   0,	 1, 1,	 0, 0, 0, 0, 0, /* keeps the connection */
		1, 4, 0, 1, 0, 3, 0, 0,	   1,	 0, 'A', 1, 4, 0, 1, 0,
		0, 0, 0, 1, 5, 0, 1, 0xea, 0x60, 0, 0,
	};
	static uint8_t all[1000];

	memcpy(all, head, sizeof(head));
	return BYTES(all, sizeof(all));
}

static void
each_gives_way_once(void)
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
who_keeps_nothing_has_nothing_to_give(void)
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

static CU_TestInfo tests[] = { { "of slow requests each gives its memory once [T-F05]",
				 each_gives_way_once },
			       { "a request that keeps nothing is not given up for memory [T-F05]",
				 who_keeps_nothing_has_nothing_to_give },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo conn_set_suite = { "process/conn_set", NULL, NULL, conn_set_setup,
				conn_set_teardown,  tests };
