/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/socket.h>
#include <unistd.h>

#include "base/jobs.h"
#include "process/parking.h"
#include "process/service.h"
#include "tests/run.h"

#define CONNECTIONS 4
#define REQUESTS    (5 * CONNECTIONS)

static void
parking_free_nothing(struct exchange *x)
{
}

/* A connection that is closed makes room for another one, whose request is parked, too. */
static void
closed_connections_leave_their_requests_behind(void)
{
	static struct exchange exchange[REQUESTS];
	static struct jobs jobs[REQUESTS];
	static struct proc_status status;
	static int connection[REQUESTS];
	struct job_service kind = { .name = "stub", .queue = REQUESTS, .time_ms = 1000 };
	struct service service = { .jobs = &kind,
				   .jobs_n = 1,
				   .request_free = parking_free_nothing };
	struct task task = { .service = &service,
			     .proc_status = &status,
			     .scoreboard = &status,
			     .scoreboard_n = 1 };
	struct parking parking;
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	task.job_sockets = (const int[]){ pair[0] };
	parking_start(&parking, &task, CONNECTIONS);
	for (size_t i = 0; i < REQUESTS; i++) {
		exchange[i].carrier = &connection[i];
		jobs[i].n = 1;
		jobs[i].list[0] = (struct job){ .state = JOB_NEW, .input = bytes_of("x") };
		parking_add(&parking, &exchange[i], &jobs[i], 0);
		CU_ASSERT(parking_abandon(&parking, &connection[i]));
	}
	CU_ASSERT_EQUAL(parking.n, REQUESTS);
	parking_end(&parking);
	close(pair[0]);
	close(pair[1]);
}

static CU_TestInfo tests[] = { { "more requests may be parked than there are connections [T-F05]",
				 closed_connections_leave_their_requests_behind },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo parking_suite = { "process/parking", NULL, NULL, NULL, NULL, tests };
