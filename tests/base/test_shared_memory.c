/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "base/shared_memory.h"
#include "tests/run.h"

static void
a_parent_reads_bytes_that_its_child_wrote(void)
{
	int *number = shared_memory_new(sizeof *number, "a number");
	pid_t child;

	CU_ASSERT_EQUAL(*number, 0);
	child = fork();
	if (child == 0) {
		*number = 7;
		_exit(0);
	}
	CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
	CU_ASSERT_EQUAL(*number, 7);
	shared_memory_free(number, sizeof *number);
}

static CU_TestInfo tests[] = { { "a parent reads bytes that its child wrote",
				 a_parent_reads_bytes_that_its_child_wrote },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo shared_memory_suite = { "base/shared_memory", NULL, NULL, NULL, NULL, tests };
