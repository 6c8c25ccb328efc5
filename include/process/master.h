/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_MASTER_H
#define USHER_PROCESS_MASTER_H

#include "process/service.h"

/*
 * The master opens the listening socket, starts the other processes, handles signals, and restarts
 * processes that exit. It parses no request and opens no database.
 *
 *	TERM, INT  the children finish their running requests; then the master exits with 0
 *	HUP        reads the settings again. If they have an error, the old ones stay in effect.
 *	           Otherwise new workers start, then the old ones hand over and finish.
 */

/* Checks the syntax of the settings `listen` and `peers`. Returns ERR_INVALID_REQUEST with
 * `*why`. */
enum err master_check(struct arena *a, const struct process_settings *s, const char **why);
/* Runs the service until a signal ends it. `path` is the file of settings; NULL: the default file.
 * Returns the exit code (sysexits.h). */
int master_run(const struct service *service, const char *path);

#endif
