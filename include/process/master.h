/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_MASTER_H
#define USHER_PROCESS_MASTER_H

#include "process/service.h"

/*
 * The master opens the listening socket, starts the others, waits for signals, reaps and restarts.
 * It parses no request and opens no database.
 *
 *	TERM, INT  the children finish the requests that run; exit 0
 *	HUP        reads the configuration again, beside the old one, which stays if the new one has
 *	           any fault; new workers first, then the old ones finish and hand over
 */

/* Are the settings of the processes well-formed: listen, peers?  ERR_INVALID_REQUEST with *why. */
enum err master_check(struct arena *a, const struct process_settings *s, const char **why);
/* Runs the service until it is told to end.  `path` is the configuration's, or NULL.  Returns an
 * exit code. */
int master_run(const struct service *service, const char *path);

#endif
