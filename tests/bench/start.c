/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start SOCKET PROGRAM [ARGUMENT]…: microseconds from starting PROGRAM until somebody listens at
 * SOCKET, then ends it.  SOCKET "-": until it ends by itself.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define PATIENCE 10000000 /* microseconds */

static int
start_is_listening(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), good;

	strncpy(at.sun_path, path, sizeof(at.sun_path) - 1);
	good = connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
	close(fd);
	return good;
}

static pid_t
start_spawn(char **argv)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	execv(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

int
main(int argc, char **argv)
{
	int64_t begin, took;
	int status = 0, by_itself;
	pid_t pid;

	if (argc < 3)
		return 64;
	by_itself = strcmp(argv[1], "-") == 0;
	begin = clock_micros();
	pid = start_spawn(argv + 2);
	if (by_itself)
		waitpid(pid, &status, 0);
	while (!by_itself && !start_is_listening(argv[1]) && clock_micros() - begin < PATIENCE)
		usleep(50);
	took = clock_micros() - begin;
	if (!by_itself) {
		kill(pid, SIGTERM);
		waitpid(pid, &status, 0);
	}
	printf("%lld\n", (long long)took);
	return status == 0 && took < PATIENCE ? 0 : 1;
}
