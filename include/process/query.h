/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_QUERY_H
#define USHER_PROCESS_QUERY_H

#include "base/settings.h"

/*
 * Asks the daemon that serves the socket of the setting `listen` for its state, with a
 * FCGI_GET_VALUES record. A worker answers it without the store or a tenant. An HTTP client cannot
 * send such a record.
 */
#define QUERY_SECONDS 5 /* limit for each step; a worker answers in milliseconds */

struct query_result {
	int64_t workers;    /* live workers with the newest settings; -1: unknown */
	int64_t age;	    /* of the oldest of these workers, in seconds; -1: unknown */
	int64_t parked;	    /* requests that wait for jobs; -1: unknown */
	int64_t parked_age; /* of the oldest of these requests, in seconds; -1: unknown */
};

/* Returns ERR_NOT_FOUND if no process listens on the socket, ERR_SERVER if the daemon cannot be
 * asked or does not answer in time; `*why` is the message. */
enum err query_daemon(struct arena *a, const struct process_settings *s, struct query_result *out,
		      const char **why);

#endif
