/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_SERVICE_H
#define USHER_USHERD_SERVICE_H

#include "process/service.h"
#include "process/task.h"

/* The service of usherd: the server (server/serve.h) in the workers, and the janitor. */
extern const struct service usherd_service;

/* Returns all settings. The room `process` knows only those at the beginning of the struct. */
static inline const struct settings *
usherd_settings(const struct task *t)
{
	return (const struct settings *)t->settings;
}

/* The process `passwords` (passwords.c). */
int passwords_open(const struct task *t, void **state);
void passwords_close(void *state);
bool passwords_run(void *state, struct arena *a, struct bytes input, struct bytes *result);

/* Runs the janitor (janitor.c); returns its exit code. */
int janitor_main(const struct task *t);

#endif
