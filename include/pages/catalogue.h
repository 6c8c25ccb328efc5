/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PAGES_CATALOGUE_H
#define USHER_PAGES_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * The translations of one language, as msgfmt of GNU gettext compiles them (.mo, revision 0). The
 * bytes are read in place: they must outlive the catalogue.
 *
 * libintl is not used: it knows one language for each process, and needs the locale to be
 * installed.
 */
struct catalogue;

/* NULL with *why set if the bytes are not a catalogue, or its plural rule is not one of those that
 * catalogue.c lists. Every length and offset is checked here once. */
struct catalogue *catalogue_read(struct arena *a, struct bytes mo, const char **why);

/* The translation of `id` in the context `context` (msgctxt; NULL: none), or `id` itself. A NULL
 * catalogue translates nothing: English. */
const char *catalogue_get(const struct catalogue *c, const char *context, const char *id);
/* The form for `n`, or `one` if n is 1 and else `many`. */
const char *catalogue_plural(const struct catalogue *c, const char *one, const char *many,
			     int64_t n);

#endif
