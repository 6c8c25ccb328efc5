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

/* The sanitizers reserve terabytes, and their leak checker attaches to its own process. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

#define DATA_MAX (1ull << 30)

void
confine(int master)
{
	const struct rlimit none = { 0, 0 }, data = { DATA_MAX, DATA_MAX };

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != master)
		exit(0);		/* it died before the line above */
	setrlimit(RLIMIT_CORE, &none);
	if (IS_SANITIZED)
		return;
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_DATA, &data);
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
