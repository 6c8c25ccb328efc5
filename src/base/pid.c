/* SPDX-License-Identifier: Apache-2.0 */
/* Who we are is about the process, so it is global. */
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
			abort(); /* the log asks us: nobody could be told */
		pid_store();
	}
	return pid;
}
