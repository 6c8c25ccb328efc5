/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CONFIG_H
#define USHER_BASE_CONFIG_H

#include "base/settings.h"

/* A program's file of settings: a line a setting, `name = value`, '#' begins a comment.  Which
 * settings there are, their bounds and their help: the program's table (base/settings.h). */

/*
 * Reads the file at `path` over the defaults into `out`, the struct of the table; values live in
 * `a`.  Refused (ERR_INVALID_REQUEST,
 * *why says file, line and what is wrong): unknown settings, with the one that may be meant;
 * settings that stand twice; values out of bounds, or that do not fit together; a file that others
 * may write to (T-X06).  A path of NULL means the table's, which need not exist.
 */
enum err config_load(struct arena *a, const struct settings_table *t, const char *path, void *out,
		     const char **why);

/* Every setting in effect in the struct `s`, each below its help. */
void config_print(const struct settings_table *t, const void *s, struct buf *out);
/* A file to begin with: the same, with the defaults commented out. */
void config_sample(const struct settings_table *t, struct buf *out);
/* The same as the middle of a manual page, in mdoc(7): an entry a setting with its help, default
 * and bounds.  packaging/man/usher.conf.5.in is what stands around it. */
void config_manual(const struct settings_table *t, struct buf *out);
/* The version of libconfuse, as it is linked now. */
const char *config_library(void);

#endif
