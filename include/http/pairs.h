/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_PAIRS_H
#define USHER_HTTP_PAIRS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

/*
 * Measures the name-value pairs of FCGI_PARAMS (FastCGI 1.0, 3.4), which arrive in pieces of any
 * size, and stores none. libfcgi reads them afterwards and trusts their lengths (T-F02).
 *
 * Pairs that exceed a bound or contain a forbidden octet set `fault`: the request must be rejected.
 * Measuring continues to the end of the stream, so that the request can be answered.
 */
#define PAIRS_NAME_MAX	256
#define PAIRS_VALUE_MAX 16384
#define PAIRS_SUM_MAX	65536 /* all names and values */
#define PAIRS_MAX	256
#define PAIRS_SKIP_MAX	1048576 /* all names and values of a rejected request */

struct pairs {
	uint8_t length[4];
	unsigned length_have;
	bool in_value; /* the next length is that of a value */
	size_t name_left, value_left;
	size_t n, sum;
	enum err fault;	 /* ERR_HEADERS_TOO_LARGE, ERR_INVALID_REQUEST, or OK */
	const char *why; /* the sentence for the client */
};

/* Reads the next bytes. Returns NULL, or the reason why the connection must be closed: the rest
 * of the stream cannot be used. */
const char *pairs_feed(struct pairs *p, struct bytes in);
/* Returns false if the stream was truncated inside of a pair (T-F03). */
bool pairs_is_whole(const struct pairs *p);

#endif
