/* SPDX-License-Identifier: Apache-2.0 */
/* A connection that is sent is received once; test_boundary.py tests this between processes. */
#include "process/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/run.h"

static void
close_both(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

static struct handover
handover_open_ok(void)
{
	struct handover h;

	CU_ASSERT_TRUE_FATAL(handover_open(&h));
	return h;
}

static void
handover_close_both(const struct handover *h)
{
	close_both((const int[]){ h->give, h->take });
}

/* Sends one end of a new connection and closes it, like a worker. */
static bool
handover_send(const struct handover *h, int64_t deadline, int *peer)
{
	int pair[2];
	bool given;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	given = handover_pass(h, pair[0], deadline);
	close(pair[0]);
	*peer = pair[1];
	return given;
}

static void
a_connection_is_handed_over_with_its_timeout_and_received_data(void)
{
	struct handover h = handover_open_ok();
	int64_t deadline = 0;
	char seen[5] = "";
	int fd, peer;

	CU_ASSERT_TRUE(handover_is_empty(&h));
	CU_ASSERT_TRUE(handover_send(&h, INT64_C(0x123456789abcdef), &peer));
	CU_ASSERT_FALSE(handover_is_empty(&h));
	CU_ASSERT_EQUAL(write(peer, "sent", 4), 4);
	fd = handover_accept(&h, &deadline);
	CU_ASSERT_EQUAL(deadline, INT64_C(0x123456789abcdef));
	CU_ASSERT_EQUAL(read(fd, seen, 4), 4);
	CU_ASSERT_STRING_EQUAL(seen, "sent");
	CU_ASSERT_TRUE(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CU_ASSERT_TRUE(handover_is_empty(&h));
	close_both((const int[]){ fd, peer });
	handover_close_both(&h);
}

static void
a_connection_is_received_by_one_process(void)
{
	struct handover h = handover_open_ok();
	int64_t deadline;
	int fd, peer;

	CU_ASSERT_TRUE(handover_send(&h, 1, &peer));
	fd = handover_accept(&h, &deadline);
	CU_ASSERT_TRUE(fd >= 0);
	errno = 0;
	CU_ASSERT_EQUAL(handover_accept(&h, &deadline), -1);
	CU_ASSERT_EQUAL(errno, EAGAIN);
	close_both((const int[]){ fd, peer });
	handover_close_both(&h);
}

static bool
is_writable(const struct handover *h)
{
	struct pollfd p = { .fd = h->give, .events = POLLOUT };

	return poll(&p, 1, 0) == 1;
}

static void
the_queue_of_connections_in_transit_is_short_and_in_order(void)
{
	struct handover h = handover_open_ok();
	int peer[100], n = 0;
	int64_t deadline;

	while (n < 99 && handover_send(&h, n, &peer[n]))
		n++;
	CU_ASSERT_TRUE(n > 0 && n < 20);
	CU_ASSERT_FALSE(is_writable(&h));
	for (int i = 0; i < n; i++) {
		close(handover_accept(&h, &deadline));
		CU_ASSERT_EQUAL(deadline, i);
	}
	CU_ASSERT_TRUE(is_writable(&h));
	CU_ASSERT_TRUE(handover_is_empty(&h));
	while (n >= 0)
		close(peer[n--]);
	handover_close_both(&h);
}

static void
without_a_free_descriptor_a_process_leaves_the_connection_in_the_queue(void)
{
	struct handover h = handover_open_ok();
	struct rlimit before, none;
	int64_t deadline = 0;
	int peer;

	CU_ASSERT_TRUE(handover_send(&h, 7, &peer));
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){ 1, before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	errno = 0;
	CU_ASSERT_EQUAL(handover_accept(&h, &deadline), -1);
	CU_ASSERT_EQUAL(errno, EMFILE);
	setrlimit(RLIMIT_NOFILE, &before);
	CU_ASSERT_FALSE(handover_is_empty(&h));
	close(handover_accept(&h, &deadline));
	CU_ASSERT_EQUAL(deadline, 7);
	close(peer);
	handover_close_both(&h);
}

static CU_TestInfo tests[] = {
	{ "a connection is handed over with its timeout and received data [O-FCGI-12]",
	  a_connection_is_handed_over_with_its_timeout_and_received_data },
	{ "a connection is received by one process", a_connection_is_received_by_one_process },
	{ "the queue of connections in transit is short and in order [O-FCGI-12]",
	  the_queue_of_connections_in_transit_is_short_and_in_order },
	{ "without a free descriptor a process leaves the connection in the queue [O-FCGI-12]",
	  without_a_free_descriptor_a_process_leaves_the_connection_in_the_queue },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo handover_suite = { "process/handover", NULL, NULL, NULL, NULL, tests };
