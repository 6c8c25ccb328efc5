/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_VERSION_H
#define USHER_SERVER_VERSION_H

#include <stdio.h>

/* "usherd 0.1.0" and a line for each library, as it is linked now. */
void version_print(FILE *out, const char *program);

#endif
