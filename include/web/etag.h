/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_ETAG_H
#define USHER_WEB_ETAG_H

#include "web/request.h"

/* Entity tags (RFC 9110, 8.8.3 and 13.1) are revision numbers in quotes. */

/* ERR_PRECONDITION if the request has If-Match without the tag of this revision. The comparison is
 * strong: a weak tag never matches (RFC 9110, 13.1.1). */
enum err etag_check(struct request *rq, int64_t revision);
/* Adds the header ETag to the response. */
void etag_reply(struct request *rq, int64_t revision);
/* True if If-None-Match has the tag of this revision; the response is then 304. The comparison is
 * weak: it accepts W/"5", which a compressing proxy makes of "5" (RFC 9110, 13.1.2). */
bool etag_known(struct request *rq, int64_t revision);

#endif
