/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The privileges that a process drops before it reads any input. Sanitizers need much memory and
 * ptrace, so only a part is tested with them.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/asan.h"
#include "process/confine.h"
#include "tests/process/faults.h"
#include "tests/run.h"

#define DATA 512u << 20 /* an existing limit */

/* Reported by the child. */
struct child {
	bool confined;
	int dumpable, end;
	struct rlimit core, data;
};
static struct child *child;

static int
confine_setup(void)
{
	child = mmap(NULL, sizeof(*child), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	return child == MAP_FAILED;
}

static int
confine_teardown(void)
{
	faults.no_limit = false;
	return munmap(child, sizeof(*child));
}

static void
confine_report(bool confined)
{
	child->confined = confined;
	child->dumpable = prctl(PR_GET_DUMPABLE);
	prctl(PR_GET_PDEATHSIG, &child->end);
	getrlimit(RLIMIT_CORE, &child->core);
	getrlimit(RLIMIT_DATA, &child->data);
	_exit(0);
}

static void
fork_one(bool (*fn)(int master))
{
	pid_t master = getpid(), pid = fork();

	if (pid == 0)
		confine_report(fn(master));
	CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
}

static void
a_child_leaves_no_core_and_no_other_process_can_read_its_memory(void)
{
	fork_one(confine_process);
	CU_ASSERT_TRUE(child->confined);
	CU_ASSERT_EQUAL(child->core.rlim_cur, 0);
	CU_ASSERT_EQUAL(child->core.rlim_max, 0);
	if (!HAS_ASAN)
		CU_ASSERT_EQUAL(child->dumpable, 0);
}

static void
a_child_has_resource_limits_and_dies_with_the_master(void)
{
	fork_one(confine_process);
	CU_ASSERT_EQUAL(child->end, SIGTERM);
	if (!HAS_ASAN) {
		CU_ASSERT_EQUAL(child->data.rlim_cur, 1u << 30);
		CU_ASSERT_EQUAL(child->data.rlim_max, 1u << 30);
	}
}

static bool
confine_again(int master)
{
	setrlimit(RLIMIT_DATA, &(struct rlimit){ DATA, DATA });
	return confine_process(master);
}

static void
a_lower_existing_limit_is_kept(void)
{
	if (!HAS_ASAN) {
		fork_one(confine_again);
		CU_ASSERT_TRUE(child->confined);
		CU_ASSERT_EQUAL(child->data.rlim_max, DATA);
	}
}

static bool
confine_tool(int master)
{
	return confine_memory();
}

static void
usherctl_leaves_no_core_and_no_other_process_can_read_its_memory(void)
{
	fork_one(confine_tool);
	CU_ASSERT_TRUE(child->confined);
	CU_ASSERT_EQUAL(child->core.rlim_max, 0);
	if (!HAS_ASAN)
		CU_ASSERT_EQUAL(child->dumpable, 0);
}

static void
a_process_that_cannot_be_confined_reports_an_error(void)
{
	faults.no_limit = true;
	fork_one(confine_process);
	CU_ASSERT_FALSE(child->confined);
	fork_one(confine_tool);
	CU_ASSERT_FALSE(child->confined);
	faults.no_limit = false;
}

static CU_TestInfo tests[] = {
	{ "a child leaves no core, and no other process can read its memory [T-X05]",
	  a_child_leaves_no_core_and_no_other_process_can_read_its_memory },
	{ "a child has resource limits, and dies with the master [T-F02 T-X07]",
	  a_child_has_resource_limits_and_dies_with_the_master },
	{ "a lower existing limit is kept [T-F02]", a_lower_existing_limit_is_kept },
	{ "usherctl leaves no core, and no other process can read its memory [T-X05]",
	  usherctl_leaves_no_core_and_no_other_process_can_read_its_memory },
	{ "a process that cannot be confined reports an error [T-X05]",
	  a_process_that_cannot_be_confined_reports_an_error },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo confine_suite = {
	"process/confine", confine_setup, confine_teardown, NULL, NULL, tests
};
