/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_SERVICE_H
#define USHER_USHERD_SERVICE_H

#include "process/service.h"
#include "process/task.h"

/* usherd: the server (server/serve.h) in its workers, and the janitor beside them. */
extern const struct service usherd_service;

/* All settings, of which the processes know the first ones. */
static inline const struct settings *
usherd_settings(const struct task *t)
{
	return (const struct settings *)t->settings;
}

/* The janitor (janitor.c). */
int janitor_main(const struct task *t);

#endif
