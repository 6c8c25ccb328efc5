/* SPDX-License-Identifier: Apache-2.0 */
/* Standard error of each kind whose reader may not read; other tests are in test_log.c. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log_output.h"
#include "tests/base/child_outcome.h"
#include "tests/run.h"

static char line[PIPE_BUF];
static int stderr_kept;

static void
log_output_setup(void)
{
	memset(line, 'x', sizeof(line));
	stderr_kept = dup(STDERR_FILENO);
}

static void
log_output_teardown(void)
{
	dup2(stderr_kept, STDERR_FILENO);
	close(stderr_kept);
	log_output_start("usher");
}

static void
write_until_full(void *unused)
{
	size_t n = 0;

	while (log_output_write(line, sizeof(line)) > 0)
		if (++n > 100000)
			abort();
}

static void
standard_error_is(int fd)
{
	dup2(fd, STDERR_FILENO);
	close(fd);
	log_output_start("usher");
}

static void
writing_to_a_full_pipe_fails_and_its_flags_do_not_change(void)
{
	int ends[2], flags;
	static char all[1 << 20];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	standard_error_is(ends[1]);
	flags = fcntl(STDERR_FILENO, F_GETFL);
	CU_ASSERT_TRUE(returns_in_time(write_until_full, NULL));
	CU_ASSERT_EQUAL(log_output_write(line, 1), 0);
	CU_ASSERT_EQUAL(fcntl(STDERR_FILENO, F_GETFL), flags);
	CU_ASSERT(read(ends[0], all, sizeof(all)) > 0);
	CU_ASSERT_EQUAL(log_output_write(line, sizeof(line)), sizeof(line));
	close(ends[0]);
	CU_ASSERT_EQUAL(signal(SIGPIPE, SIG_IGN), SIG_DFL);
	CU_ASSERT_EQUAL(log_output_write(line, 1), 0);
	signal(SIGPIPE, SIG_DFL);
}

static void
write_more_than_fits(void *unused)
{
	static char all[16 * PIPE_BUF];

	log_output_write(all, sizeof(all));
}

/* Another process uses the room that poll(2) has reported. */
static void
a_write_that_blocks_is_interrupted(void)
{
	int ends[2];
	char page[PIPE_BUF];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	standard_error_is(ends[1]);
	CU_ASSERT_TRUE(returns_in_time(write_until_full, NULL));
	CU_ASSERT_EQUAL(read(ends[0], page, sizeof(page)), sizeof(page));
	CU_ASSERT_TRUE(returns_in_time(write_more_than_fits, NULL));
	close(ends[0]);
}

/* Each writer sometimes sees room that another one then uses. The reader frees little room, and
 * none at the end. */
static void
many_writers_of_one_pipe_all_continue(void)
{
	int ends[2], left = 8;
	char page[PIPE_BUF];
	pid_t child[8];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	CU_ASSERT_EQUAL_FATAL(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	standard_error_is(ends[1]);
	for (int i = 0; i < 8; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			for (int n = 0; n < 2000; n++)
				log_output_write(line, sizeof(line));
			_exit(0);
		}
	}
	for (int i = 0; i < 1000; i++)
		if (read(ends[0], page, sizeof(page)) < 0)
			usleep(100);
	for (int i = 0; i < 6000 && left > 0; i++) {
		while (left > 0 && waitpid(-1, NULL, WNOHANG) > 0)
			left--;
		usleep(10000);
	}
	CU_ASSERT_EQUAL(left, 0);
	for (int i = 0; left > 0 && i < 8; i++)
		kill(child[i], SIGKILL);
	close(ends[0]);
}

static void
writing_to_a_full_socket_fails(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	int ends[2];

	for (size_t i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, types[i], 0, ends), 0);
		standard_error_is(ends[1]);
		CU_ASSERT_TRUE(returns_in_time(write_until_full, NULL));
		CU_ASSERT_EQUAL(log_output_write(line, sizeof(line)), 0);
		close(ends[0]);
		CU_ASSERT_EQUAL(log_output_write(line, 1), 0); /* without SIGPIPE */
	}
}

static void
writing_to_a_full_terminal_fails(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;

	CU_ASSERT_FATAL(master >= 0);
	CU_ASSERT_EQUAL_FATAL(grantpt(master) | unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	CU_ASSERT_FATAL(slave >= 0);
	standard_error_is(slave);
	CU_ASSERT_TRUE(returns_in_time(write_until_full, NULL));
	CU_ASSERT_EQUAL(log_output_write(line, sizeof(line)), 0);
	close(master);
}

static void
a_file_takes_all_bytes(void)
{
	char name[] = "/tmp/usher-log-XXXXXX";
	int fd = mkstemp(name);

	unlink(name);
	standard_error_is(fd);
	CU_ASSERT(log_output_max() > PIPE_BUF);
	for (int i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(log_output_write(line, sizeof(line)), sizeof(line));
}

static CU_TestInfo tests[] = {
	{ "writing to a full pipe fails, and its flags do not change [T-O06]",
	  writing_to_a_full_pipe_fails_and_its_flags_do_not_change },
	{ "a write that blocks is interrupted [T-O06]", a_write_that_blocks_is_interrupted },
	{ "many writers of one pipe all continue [T-O06]", many_writers_of_one_pipe_all_continue },
	{ "writing to a full socket fails [T-O06]", writing_to_a_full_socket_fails },
	{ "writing to a full terminal fails [T-O06]", writing_to_a_full_terminal_fails },
	{ "a file takes all bytes", a_file_takes_all_bytes },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo log_output_suite = { "base/log_output",   NULL, NULL, log_output_setup,
				  log_output_teardown, tests };
