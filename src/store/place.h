/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_PLACE_H
#define USHER_SRC_STORE_PLACE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define PLACE_DATA "data.mdb"
#define PLACE_LOCK "lock.mdb"
#define PLACE_PIDS "pids"	/* see namespace.c */
#define PLACE_WRITER "writer"	/* see writer.h */

/* A directory with a database, and how long its file is. */
struct store_place {
	dev_t    device;
	ino_t    inode;
	uint64_t size;
};

/* ABSENT when there is no database; ERR_STORE with *why set when it may not be there,
 * or may not be like that.  *why lives until the next refusal. */
enum err place_check(const char *path, struct store_place *out, const char **why);
/* The text of a refusal, which lives until the next one. */
const char *place_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* NULL, or which of the descriptors 0 to 2 is closed: a file of the store would get its number, and
 * messages would be written into it (T-X08). */
const char *place_standard_refused(void);
/* NULL, or what kind of file system a database may not live on. */
const char *place_refused(unsigned long type);

#endif
