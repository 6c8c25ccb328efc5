/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "base/pid.h"
#include "tests/run.h"

static void
pid_self_returns_the_pid_of_the_process(void)
{
	CU_ASSERT_EQUAL(pid_self(), getpid());
	CU_ASSERT_EQUAL(pid_self(), getpid());
}

static void
pid_self_returns_the_pid_of_a_child_in_the_child(void)
{
	int status = -1;
	pid_t child;

	pid_self();
	child = fork();
	if (child == 0)
		_exit(pid_self() == getpid() ? 0 : 1);
	waitpid(child, &status, 0);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_NOT_EQUAL(pid_self(), child);
}

static CU_TestInfo tests[] = { { "pid_self returns the pid of the process",
				 pid_self_returns_the_pid_of_the_process },
			       { "pid_self returns the pid of a child in the child [T-S08]",
				 pid_self_returns_the_pid_of_a_child_in_the_child },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo pid_suite = { "base/pid", NULL, NULL, NULL, NULL, tests };
