/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_REPLY_H
#define USHER_WEB_REPLY_H

#include "base/json.h"
#include "web/request.h"

/* Starts a JSON object. The caller adds members with out_* and passes the object to reply_json. */
struct buf reply_object(struct request *rq);
/* Adds a member whose value is a token. The token may have no signature yet; then reply_sign writes
 * the signature into the body. */
void reply_token(struct request *rq, struct buf *object, const char *member, const char *token);
/* Makes the signatures that the handler requested, and writes them into the body. */
void reply_sign(struct request *rq);
/* Closes the object and sets it as the body. */
void reply_json(struct request *rq, int status, struct buf *object);
/* Sets status, media type and body; the body is not copied. The response gets Cache-Control:
 * no-store (RFC 6749, 5.1), unless reply_cacheable is called before or after. */
void reply_document(struct request *rq, int status, const char *type, struct bytes body);
/* Sets the status, without a body. */
void reply_empty(struct request *rq, int status);
/* Sets a header and replaces its previous value; NULL removes it. */
void reply_header(struct request *rq, enum header h, const char *value);
/* Caches may store the response for `seconds`; 0: they must revalidate it at each use. */
void reply_cacheable(struct request *rq, int64_t seconds);
/* Sets the response for the error `e`: status, challenge, and a JSON body with the reason that
 * work_fail recorded for `e`. A response without a body: ERR_NO_TOKEN (RFC 6750, 3.1). The reason
 * of a server error (5xx) is left out, except for ERR_QUOTA. */
void reply_error(struct request *rq, enum err e);

#define TYPE_JSON "application/json"

#endif
