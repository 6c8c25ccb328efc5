/* SPDX-License-Identifier: Apache-2.0 */
/* Replacements for functions of the C library, by the linker's --wrap (see process.mk). */
#include "tests/process/faults.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

struct faults faults;

pid_t __real_fork(void), __wrap_fork(void);
int __real_kill(pid_t pid, int sig), __wrap_kill(pid_t pid, int sig);
int __real_setrlimit(int resource, const struct rlimit *limit);
int __wrap_setrlimit(int resource, const struct rlimit *limit);

pid_t
__wrap_fork(void)
{
	if (faults.no_fork) {
		errno = EAGAIN;
		return -1;
	}
	return faults.next != 0 ? faults.next++ : __real_fork();
}

int
__wrap_kill(pid_t pid, int sig)
{
	if (faults.next == 0 || faults.kills == FAULTS_KILLS)
		return __real_kill(pid, sig);
	faults.killed[faults.kills] = pid;
	faults.signal[faults.kills++] = sig;
	return 0;
}

int
__wrap_setrlimit(int resource, const struct rlimit *limit)
{
	if (!faults.no_limit)
		return __real_setrlimit(resource, limit);
	errno = EPERM;
	return -1;
}

int
faults_signalled(pid_t pid, int signal)
{
	int n = 0;

	for (int i = 0; i < faults.kills; i++)
		n += faults.killed[i] == pid && faults.signal[i] == signal;
	return n;
}
