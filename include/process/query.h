/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_QUERY_H
#define USHER_PROCESS_QUERY_H

#include "base/settings.h"

/*
 * Asks the usherd that serves the socket of the setting `listen` how it is: a FCGI_GET_VALUES,
 * which a worker answers itself, without the store or a tenant, and which no HTTP client can send.
 */
#define QUERY_SECONDS 5 /* for each step; a worker answers in milliseconds */

struct query_result {
	int64_t workers; /* alive, of the newest settings; -1: it does not tell */
	int64_t age;	 /* of the oldest of them, in seconds */
};

/* ERR_NOT_FOUND: nobody listens there; ERR_SERVER: it cannot be asked, or does not answer in time.
 * *why says it. */
enum err query_daemon(struct arena *a, const struct process_settings *s, struct query_result *out,
		      const char **why);

#endif
