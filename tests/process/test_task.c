/* SPDX-License-Identifier: Apache-2.0 */
#include "process/task.h"
#include "tests/run.h"

static struct proc_status all[3];
static struct task task = { .proc_status = &all[1], .scoreboard = all, .scoreboard_n = 3 };

static void
task_setup(void)
{
	for (size_t i = 0; i < 3; i++)
		atomic_store(&all[i].running.commits, false);
}

static void
a_process_that_commits_is_visible_to_the_others(void)
{
	CU_ASSERT_FALSE(task_others_commit(&task));
	atomic_store(&all[2].running.commits, true);
	CU_ASSERT(task_others_commit(&task));
	atomic_store(&all[2].running.commits, false);
	CU_ASSERT_FALSE(task_others_commit(&task));
}

static void
a_process_does_not_wait_for_itself(void)
{
	atomic_store(&all[1].running.commits, true);
	CU_ASSERT_FALSE(task_others_commit(&task));
}

static CU_TestInfo tests[] = { { "a process that commits is visible to the others",
				 a_process_that_commits_is_visible_to_the_others },
			       { "a process does not wait for itself",
				 a_process_does_not_wait_for_itself },
			       CU_TEST_INFO_NULL };

CU_SuiteInfo task_suite = { "process/task", NULL, NULL, task_setup, NULL, tests };
