/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_PROCESS_FAULTS_H
#define USHER_TESTS_PROCESS_FAULTS_H

#include <stdbool.h>
#include <sys/types.h>

/* Calls of the system that a test may take over; while nothing is set they are what they were. */
#define FAULTS_KILLS 64

struct faults {
	bool no_limit; /* setrlimit fails */
	bool no_fork;  /* fork fails */
	pid_t next;    /* not 0: fork makes nobody, but says this number and counts on; */
	pid_t killed[FAULTS_KILLS]; /* whom kill was called for then, */
	int signal[FAULTS_KILLS];   /* with what */
	int kills;
};
extern struct faults faults;

/* How often that process would have got that signal. */
int faults_signalled(pid_t pid, int signal);

#endif
