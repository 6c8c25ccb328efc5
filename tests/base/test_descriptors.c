/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "tests/run.h"

/* Runs in a child process whose descriptors in `closed` (bit 0 for descriptor 0, ...) are
 * closed. Its exit code is the number of the first condition that is false. */
static int
descriptors_check(unsigned closed)
{
	static char byte;
	int next;

	for (int fd = 0; fd < 3; fd++)
		if (closed & 1u << fd)
			close(fd);
	if (!descriptors_open_standard())
		return 1;
	next = open("/dev/null", O_RDONLY);
	if (next < 3)
		return 2;
	for (int fd = 0; fd < 3; fd++) {
		if (!(closed & 1u << fd))
			continue;
		errno = 0;
		if ((fd == 0 ? read(fd, &byte, 1) : write(fd, &byte, 1)) != -1 || errno != EBADF)
			return 3;
	}
	return 0;
}

static void
closed_descriptors_are_opened(void)
{
	for (unsigned closed = 0; closed < 8; closed++) {
		int status = 0;
		pid_t child = fork();

		if (child == 0)
			_exit(descriptors_check(closed));
		waitpid(child, &status, 0);
		CU_ASSERT(WIFEXITED(status));
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	}
}

static void
open_standard_descriptors_do_not_change(void)
{
	int status = 0, ends[2];
	pid_t child;
	char byte = 0;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		_exit(descriptors_open_standard() && write(STDERR_FILENO, "!", 1) == 1 ? 0 : 1);
	}
	waitpid(child, &status, 0);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(read(ends[0], &byte, 1), 1);
	CU_ASSERT_EQUAL(byte, '!');
	close(ends[0]);
	close(ends[1]);
}

static CU_TestInfo tests[] = {
	{ "closed standard descriptors are opened, and fail like closed ones [T-X08]",
	  closed_descriptors_are_opened },
	{ "open standard descriptors do not change [T-X08]",
	  open_standard_descriptors_do_not_change },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo descriptors_suite = { "base/descriptors", NULL, NULL, NULL, NULL, tests };
