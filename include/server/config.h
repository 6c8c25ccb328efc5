/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_CONFIG_H
#define USHER_SERVER_CONFIG_H

#include "base/settings.h"

/* usher.conf: a line a setting, `name = value`, '#' begins a comment.  The settings, their bounds
 * and their help are those of base/settings.h. */
#define CONFIG_PATH "/etc/usher/usher.conf"

/*
 * Reads the file at `path` over the defaults; values live in `a`.  Refused (ERR_INVALID_REQUEST,
 * *why says file, line and what is wrong): unknown settings, with the one that may be meant;
 * settings that stand twice; values out of bounds; a file that others may write to (T-X06).
 * A path of NULL means CONFIG_PATH, which need not exist.
 */
enum err config_load(struct arena *a, const char *path, struct settings *out, const char **why);

/* Every setting in effect, each below its help. */
void config_print(const struct settings *s, struct buf *out);
/* A file to begin with: the same, with the defaults commented out. */
void config_sample(struct buf *out);
/* The same as the middle of a manual page, in mdoc(7): an entry a setting with its help, default
 * and bounds.  packaging/man/usher.conf.5.in is what stands around it. */
void config_manual(struct buf *out);
/* The version of libconfuse, as it is linked now. */
const char *config_library(void);

#endif
