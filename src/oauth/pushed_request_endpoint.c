/* SPDX-License-Identifier: Apache-2.0 */
/* The pushed authorization request endpoint (RFC 9126, 2). */
#include <string.h>

#include "authorization_request.h"
#include "model/throttle.h"
#include "oauth/endpoints.h"
#include "web/reply.h"

enum err
pushed_request_post(struct request *rq)
{
	struct pushed_request pushed = { .client = rq->caller.client.id };
	struct authorization_request request;
	const char *request_uri;
	struct buf b;

	if (throttle_count_push(&rq->work, pushed.client) != OK)
		return work_fail(&rq->work, ERR_TOO_MANY,
				 "the client has pushed too many requests in this minute");
	TRY(authorization_request_check_pushed(rq, &request));
	pushed.params = authorization_request_print(rq);
	if (strlen(pushed.params) > PUSHED_PARAMS_MAX)
		return work_fail(&rq->work, ERR_TOO_LARGE,
				 "the parameters must have at most %d bytes", PUSHED_PARAMS_MAX);
	client_expect(&rq->work, &rq->caller.client);
	pushed_request_issue(&rq->work, &pushed, &request_uri);
	b = reply_object(rq);
	out_text(&b, "request_uri", request_uri);
	out_int(&b, "expires_in", pushed.expires - pushed.issued);
	reply_json(rq, 201, &b);
	return OK;
}
