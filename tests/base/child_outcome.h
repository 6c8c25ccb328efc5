/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BASE_CHILD_OUTCOME_H
#define USHER_TESTS_BASE_CHILD_OUTCOME_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* True if fn(arg) aborts. It runs in a child process without standard error. */
static inline bool
aborts_in_child(void (*fn)(void *), void *arg)
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

/* True if fn(arg) returns. It runs in a child process, which is killed if it blocks for a
 * minute. */
static inline bool
returns_in_time(void (*fn)(void *), void *arg)
{
	int status, ended = 0;
	pid_t child = fork();

	if (child == 0) {
		fn(arg);
		_exit(0);
	}
	for (int i = 0; i < 6000 && (ended = waitpid(child, &status, WNOHANG)) == 0; i++)
		usleep(10000);
	if (ended == child)
		return true; /* also killed by a signal */
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return false;
}

#endif
