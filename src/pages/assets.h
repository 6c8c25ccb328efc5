/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_PAGES_ASSETS_H
#define USHER_SRC_PAGES_ASSETS_H

#include <stddef.h>

/* The files that are compiled in: templates/NAME.html, LANGUAGE.mo, usher.css, mark.svg. A NUL
 * follows the bytes. packaging/embed.sh writes the list when the program is built. */
struct asset {
	const char *name;
	const unsigned char *data;
	size_t size;
};
extern const struct asset assets[];
extern const size_t assets_n;

#endif
