/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_USHERD_COMMAND_H
#define USHER_USHERD_COMMAND_H

#include "process/service.h"

/* The command line of usherd, which ends in running `service`.  Returns the exit code. */
int usherd_main(const struct service *service, int argc, char **argv);

#endif
