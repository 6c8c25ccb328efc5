/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_STORE_DIR_H
#define USHER_SRC_STORE_STORE_DIR_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define STORE_DIR_DATA	 "data.mdb"
#define STORE_DIR_LOCK	 "lock.mdb"
#define STORE_DIR_PIDS	 "pids"	  /* see namespace.c */
#define STORE_DIR_WRITER "writer" /* see writer.h */

/* A directory with a database, and how long its file is. */
struct store_dir {
	dev_t device;
	ino_t inode;
	uint64_t size;
};

/* ABSENT when there is no database; ERR_STORE with *why set when it may not be there,
 * or may not be like that. *why lives until the next refusal. */
enum err store_dir_check(const char *path, struct store_dir *out, const char **why);
/* The text of a refusal, which lives until the next one. */
const char *store_dir_describe(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* NULL, or which of the descriptors 0 to 2 is closed: a file of the store would get its number, and
 * messages would be written into it (T-X08). */
const char *store_dir_check_descriptors(void);
/* NULL, or what kind of file system a database may not live on. */
const char *store_dir_check_file_system(unsigned long type);

#endif
