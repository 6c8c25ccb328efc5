/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_ETAG_H
#define USHER_WEB_ETAG_H

#include "web/request.h"

/* Entity tags (RFC 9110, 8.8.3 and 13.1) are revision numbers in quotes. */

/* ERR_PRECONDITION when If-Match was sent and does not name this revision.  The comparison is
 * strong: a weak tag never matches (RFC 9110, 13.1.1). */
enum err etag_check(struct request *rq, int64_t revision);
void etag_reply(struct request *rq, int64_t revision);
/* Does If-None-Match name this revision?  Then the response is 304.  The comparison is weak:
 * W/"5", which a compressing front end makes of "5", matches it (RFC 9110, 13.1.2). */
bool etag_known(struct request *rq, int64_t revision);

#endif
