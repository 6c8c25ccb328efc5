/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_LIBRARY_H
#define USHER_STORE_LIBRARY_H

/* Returns name and version of the engine's library that is linked now, such as "LMDB 0.9.24:
 * (July 24, 2019)". */
const char *store_library(void);

#endif
