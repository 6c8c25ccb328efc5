/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of sd_notify(3), which its manual page describes, without libsystemd. */
#include "process/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

void
notify_start(struct notify *n)
{
	const char *path = getenv("NOTIFY_SOCKET"), *watchdog = getenv("WATCHDOG_USEC");
	int64_t micros;

	memset(n, 0, sizeof(*n));
	if (path != NULL && (path[0] == '/' || path[0] == '@') &&
	    strlen(path) < sizeof(n->at.sun_path)) {
		n->at.sun_family = AF_UNIX;
		memcpy(n->at.sun_path, path, strlen(path));
		if (path[0] == '@')
			n->at.sun_path[0] = '\0';
		n->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	}
	if (watchdog != NULL && text_parse_int(watchdog, 1, INT64_MAX, &micros))
		n->watchdog_ms = micros / 2000;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify_send(const struct notify *n, const char *text)
{
	int fd;

	if (n->size == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&n->at,
	       n->size);
	close(fd);
}

void
notify_reloading(const struct notify *n)
{
	struct timespec t;
	char text[80];

	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000);
	notify_send(n, text);
}
