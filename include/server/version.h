/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_VERSION_H
#define USHER_SERVER_VERSION_H

#include <stdio.h>

/* Prints "usherd 0.1.0" and a line with the version of each library that the program uses. */
void version_print(FILE *out, const char *program);

#endif
