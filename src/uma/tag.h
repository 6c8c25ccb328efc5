/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_TAG_H
#define USHER_UMA_TAG_H

#include "web/request.h"

/* Entity tags (RFC 9110, 8.8.3 and 13.1) are revision numbers in quotes. */

/* If-Match, where it was sent, must name this revision; else ERR_PRECONDITION. */
enum err tag_check(struct request *rq, int64_t revision);
void tag_reply(struct request *rq, int64_t revision);
/* Does If-None-Match name it?  Then the answer is 304. */
bool tag_known(struct request *rq, int64_t revision);

#endif
