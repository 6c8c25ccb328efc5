/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_MASTER_H
#define USHER_PROCESS_MASTER_H

#include "base/settings.h"

/*
 * The master opens the listening socket, starts the others, waits for signals, reaps and restarts.
 * It parses no request and opens no database.
 *
 *	TERM, INT  the children finish the requests that run; exit 0
 *	HUP        reads the configuration again, beside the old one, which stays if the new one has
 *	           any fault; new workers first, then the old ones finish and hand over
 */

/* Reads the configuration and what goes with it: peers, listen.  Values live in `a`. */
enum err master_configure(struct arena *a, const char *path, struct settings *out,
			  const char **why);
/* Runs until it is told to end.  `path` is the configuration's, or NULL.  Returns an exit code. */
int master_run(const char *path);

#endif
