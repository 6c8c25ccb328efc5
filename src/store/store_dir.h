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

/* A directory with a database, and the length of its file. */
struct store_dir {
	dev_t device;
	ino_t inode;
	uint64_t size;
};

/* Opens and checks the directory. Returns OK, ABSENT if there is no database, or ERR_STORE with
 * *why set if the directory or a file is not allowed. *why is valid until the next error. */
enum err store_dir_check(const char *path, struct store_dir *out, const char **why);
/* Formats the text of an error, which is valid until the next one. */
const char *store_dir_describe(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Returns NULL, or the name of a closed descriptor of 0 to 2: a file of the store would get its
 * number, and messages would be written into it (T-X08). */
const char *store_dir_check_descriptors(void);
/* Returns NULL, or the kind of file system if a database must not be on it. */
const char *store_dir_check_file_system(unsigned long type);

#endif
