/* SPDX-License-Identifier: Apache-2.0 */
/* Who we are is about the process, so it is global. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/self.h"

static pid_t pid;

static void
self_store_pid(void)
{
	pid = getpid();
}

pid_t
self_pid(void)
{
	if (pid == 0) {
		if (pthread_atfork(NULL, NULL, self_store_pid) != 0)
			abort();	/* the log asks us: nobody could be told */
		self_store_pid();
	}
	return pid;
}
