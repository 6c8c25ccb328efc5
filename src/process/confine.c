/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process of ours gives up before it meets any input.  The rest of the sandbox (system
 * calls, paths, network) is the service unit's.
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

	/* A limit that is lower already stays; only root could raise it. */
	if (getrlimit(resource, &now) < 0)
		return false;
	if (now.rlim_max < most)
		most = now.rlim_max;
	return setrlimit(resource, &(struct rlimit){ most, most }) == 0;
}

/* The sanitizers' leak checker attaches to its own process, and they reserve terabytes. */
bool
confine_memory(void)
{
	return confine_limit(RLIMIT_CORE, 0) && (IS_SANITIZED || prctl(PR_SET_DUMPABLE, 0) == 0);
}

bool
confine_process(int master)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return false;
	if (getppid() != master)
		exit(0); /* it died before the line above */
	return confine_memory() && (IS_SANITIZED || confine_limit(RLIMIT_DATA, DATA_MAX));
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
