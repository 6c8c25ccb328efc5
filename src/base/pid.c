/* SPDX-License-Identifier: Apache-2.0 */
/* Caches the process id in a global variable and renews it after fork(2). */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/pid.h"

static pid_t pid;

static void
pid_store(void)
{
	pid = getpid();
}

pid_t
pid_self(void)
{
	if (pid == 0) {
		if (pthread_atfork(NULL, NULL, pid_store) != 0)
			abort(); /* cannot log: the log calls this function */
		pid_store();
	}
	return pid;
}
