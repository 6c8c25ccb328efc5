/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BASE_DIES_H
#define USHER_TESTS_BASE_DIES_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* Does fn(arg) end its process by abort?  Tried in a child, whose last words are not shown. */
static inline bool
dies(void (*fn)(void *), void *arg)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		fn(arg);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
