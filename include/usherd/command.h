/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_COMMAND_H
#define USHER_USHERD_COMMAND_H

#include "process/service.h"

/* Parses the command line of usherd and runs `service` or another action. Returns the exit code
 * (sysexits.h). */
int usherd_main(const struct service *service, int argc, char **argv);

#endif
