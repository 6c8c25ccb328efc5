/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_REPLY_H
#define USHER_WEB_REPLY_H

#include "base/json.h"
#include "web/request.h"

/* A JSON object to be filled with out_*: `struct buf b = reply_object(rq);`, then reply_json. */
struct buf reply_object(struct request *rq);
/* Closes the object and makes it the body.  Not cacheable (RFC 6749, 5.1). */
void reply_json(struct request *rq, int status, struct buf *object);
/* A body that is complete already. */
void reply_text(struct request *rq, int status, const char *type, struct bytes body);
void reply_empty(struct request *rq, int status);
void reply_header(struct request *rq, const char *name, const char *value);
/* An answer that may be kept for `seconds` by anybody; 0: must be asked for each time. */
void reply_cacheable(struct request *rq, int64_t seconds);
/* The refusal `e` with work.why, in the form its kind demands (challenge, Allow, Retry-After). */
void reply_error(struct request *rq, enum err e);

#endif
