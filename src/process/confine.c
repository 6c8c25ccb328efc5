/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Restricts a process before it reads any input. The service unit has the rest of the sandbox
 * (system calls, paths, network).
 */
#include "process/confine.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/asan.h"

#define DATA_MAX (1ull << 30)

static bool
confine_limit(unsigned resource, rlim_t most)
{
	struct rlimit now;

	/* Keep a lower limit; only root could raise it. */
	if (getrlimit(resource, &now) < 0)
		return false;
	if (now.rlim_max < most)
		most = now.rlim_max;
	return setrlimit(resource, &(struct rlimit){ most, most }) == 0;
}

/* Under sanitizers some limits are not set: the leak checker attaches to its own process, and they
 * reserve terabytes. */
bool
confine_memory(void)
{
	return confine_limit(RLIMIT_CORE, 0) && (HAS_ASAN || prctl(PR_SET_DUMPABLE, 0) == 0);
}

bool
confine_process(int master)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return false;
	if (getppid() != master)
		exit(0); /* the master died before the prctl above */
	return confine_memory() && (HAS_ASAN || confine_limit(RLIMIT_DATA, DATA_MAX));
}

bool
confine_data(size_t bytes)
{
	return HAS_ASAN || confine_limit(RLIMIT_DATA, bytes);
}

void
confine_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}
