/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_REPLY_H
#define USHER_WEB_REPLY_H

#include "base/json.h"
#include "web/request.h"

/* A JSON object to be filled with out_*: `struct buf b = reply_object(rq);`, then reply_json. */
struct buf reply_object(struct request *rq);
/* A member whose value is a token that may lack its signature yet: reply_sign fills it in. */
void reply_token(struct request *rq, struct buf *object, const char *member, const char *token);
/* Signs what the handler left to be signed, and completes the body. */
void reply_sign(struct request *rq);
/* Closes the object and makes it the body. */
void reply_json(struct request *rq, int status, struct buf *object);
/* A complete body.  No cache may store a response (RFC 6749, 5.1), unless reply_cacheable is called
 * before or after. */
void reply_document(struct request *rq, int status, const char *type, struct bytes body);
void reply_empty(struct request *rq, int status);
/* Sets a header, whatever it was before. */
void reply_header(struct request *rq, enum header h, const char *value);
/* Any cache may store the response for `seconds`; 0: it must ask each time. */
void reply_cacheable(struct request *rq, int64_t seconds);
/* The error `e` with the sentence that was recorded with it, as the route reports errors; JSON
 * without a route. */
void reply_error(struct request *rq, enum err e);

#define TYPE_JSON "application/json"

#endif
