/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_PROCESS_FAULTS_H
#define USHER_TESTS_PROCESS_FAULTS_H

#include <stdbool.h>
#include <sys/types.h>

/* System calls that a test can replace; with a zeroed structure they behave as usual. */
#define FAULTS_KILLS 64

struct faults {
	bool no_limit; /* setrlimit fails */
	bool no_fork;  /* fork fails */
	pid_t next;    /* not 0: fork creates no process, returns this number and increments it; */
	pid_t killed[FAULTS_KILLS]; /* arguments of kill: the process ids */
	int signal[FAULTS_KILLS];   /* and the signals */
	int kills;
};
extern struct faults faults;

/* How many times that signal was sent to the process. */
int faults_signalled(pid_t pid, int signal);

#endif
