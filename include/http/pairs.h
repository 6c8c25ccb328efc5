/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_PAIRS_H
#define USHER_HTTP_PAIRS_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * The name-value pairs of FCGI_PARAMS (FastCGI 1.0, 3.4) as they pass by, in pieces of any size:
 * measured, never kept.  libfcgi reads them afterwards and trusts their lengths (T-F02).
 */
#define PAIRS_NAME_MAX  256
#define PAIRS_VALUE_MAX 16384
#define PAIRS_SUM_MAX   65536	/* all names and values */
#define PAIRS_MAX       256

struct pairs {
	uint8_t  length[4];
	unsigned length_have;
	bool     in_value;		/* the next length is that of a value */
	size_t   name_left, value_left;
	size_t   n, sum;
};

/* NULL, or what is wrong with them. */
const char *pairs_feed(struct pairs *p, struct bytes in);
/* Is nothing under way?  Otherwise the stream was cut (T-F03). */
bool pairs_is_whole(const struct pairs *p);

#endif
