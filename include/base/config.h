/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_CONFIG_H
#define USHER_BASE_CONFIG_H

#include "base/settings.h"

/* The settings file of a program. Each line is one setting, `name = value`; '#' begins a comment.
 * The program's table (base/settings.h) defines the settings, their bounds and their help. */

/*
 * Fills `out`, the struct of the table, with the defaults and then with the values of the file at
 * `path`; texts are in `a`. A path of NULL is the table's path; that file need not exist.
 *
 * Returns ERR_INVALID_REQUEST, with file, line and reason in *why, for an unknown setting (the
 * reason suggests a similar name), a setting that appears twice, a value out of bounds, values that
 * contradict each other, and a file that other users may write to (T-X06).
 */
enum err config_load(struct arena *a, const struct settings_table *t, const char *path, void *out,
		     const char **why);

/* Prints all settings with their values in the struct `s`, each below its help. */
void config_print(const struct settings_table *t, const void *s, struct buf *out);
/* Prints a sample file: all settings with their defaults, commented out. */
void config_print_sample(const struct settings_table *t, struct buf *out);
/* Prints the settings as part of a manual page in mdoc(7), one entry for each, with its help,
 * default and bounds. packaging/man/usher.conf.5.in has the rest of the page. */
void config_print_manual(const struct settings_table *t, struct buf *out);
/* The version of the linked libconfuse. */
const char *config_library_version(void);

#endif
