/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the response of a request. */
#include "base/buf.h"
#include "base/text.h"
#include "jose/jwt.h"
#include "model/signature.h"
#include "web/reply.h"

struct buf
reply_object(struct request *rq)
{
	struct buf b = { .arena = rq->work.arena };

	out_open(&b, NULL, '{');
	return b;
}

void
reply_document(struct request *rq, int status, const char *type, struct bytes body)
{
	rq->out->status = status;
	rq->out->content_type = type;
	rq->out->body = body;
	if (rq->out->header[HEADER_CACHE_CONTROL] != NULL)
		return;
	reply_header(rq, HEADER_CACHE_CONTROL, "no-store");
	reply_header(rq, HEADER_PRAGMA, "no-cache");
}

/* JSON does not escape any character of a token, so the signature ends at the closing quote. */
void
reply_token(struct request *rq, struct buf *object, const char *member, const char *token)
{
	out_text(object, member, token);
	for (struct signature *s = rq->work.signatures; s != NULL; s = s->next)
		if (s->token == token)
			s->offset = object->size - 1 - JWT_SIGNATURE;
}

void
reply_sign(struct request *rq)
{
	signature_make_all(&rq->work);
	for (struct signature *s = rq->work.signatures; s != NULL; s = s->next)
		if (s->offset != 0)
			memcpy((uint8_t *)rq->out->body.data + s->offset,
			       s->token + strlen(s->token) - JWT_SIGNATURE, JWT_SIGNATURE);
}

void
reply_json(struct request *rq, int status, struct buf *object)
{
	out_close(object, '}');
	reply_document(rq, status, TYPE_JSON, buf_bytes(object));
}

void
reply_empty(struct request *rq, int status)
{
	reply_document(rq, status, NULL, BYTES_NONE);
}

void
reply_header(struct request *rq, enum header h, const char *value)
{
	http_header(rq->out, h, value);
}

void
reply_cacheable(struct request *rq, int64_t seconds)
{
	struct buf b = { .arena = rq->work.arena };

	buf_text(&b, seconds > 0 ? "public, max-age=" : "no-cache");
	if (seconds > 0)
		buf_int(&b, seconds);
	reply_header(rq, HEADER_CACHE_CONTROL, b.data);
	reply_header(rq, HEADER_PRAGMA, NULL);
}

/* The response to a request without a token contains the scheme only (RFC 6750, 3.1). */
static const char *
reply_challenge_bearer(enum err e)
{
	if (e == ERR_NO_TOKEN)
		return "Bearer realm=\"uma\"";
	if (e == ERR_BEARER_REQUEST)
		return "Bearer realm=\"uma\", error=\"invalid_request\"";
	if (e == ERR_INVALID_TOKEN)
		return "Bearer realm=\"uma\", error=\"invalid_token\", "
		       "error_description=\"The access token is not valid\"";
	if (e == ERR_INSUFFICIENT_SCOPE)
		return "Bearer realm=\"uma\", error=\"insufficient_scope\", "
		       "scope=\"" SCOPE_PROTECTION "\"";
	return NULL;
}

/* RFC 6749, 5.2. */
static const char *
reply_challenge_basic(enum err e)
{
	return e == ERR_INVALID_CLIENT ? "Basic realm=\"token\"" : NULL;
}

static const char *
reply_challenge_header(const struct request *rq, enum err e)
{
	const char *basic = reply_challenge_basic(e);

	if (rq->route == NULL || rq->route->errors == ERRORS_JSON)
		return basic;
	return basic != NULL ? basic : reply_challenge_bearer(e);
}

static const char *
reply_retry_after(enum err e)
{
	if (e == ERR_TOO_MANY)
		return "60";
	return err_status(e) == 503 ? "1" : NULL;
}

void
reply_error(struct request *rq, enum err e)
{
	const char *scheme = reply_challenge_header(rq, e), *seconds = reply_retry_after(e);
	const char *why = err_status(e) < 500 || e == ERR_QUOTA ? work_why(&rq->work, e) : NULL;
	struct buf b;

	rq->error = err_wire(e);
	if (scheme != NULL)
		reply_header(rq, HEADER_WWW_AUTHENTICATE, scheme);
	if (seconds != NULL)
		reply_header(rq, HEADER_RETRY_AFTER, seconds);
	if (e == ERR_NO_TOKEN) {
		reply_empty(rq, err_status(e));
		return;
	}
	b = reply_object(rq);
	out_text(&b, "error", err_wire(e));
	if (why != NULL)
		out_text(&b, "error_description", text_plain(rq->work.arena, why));
	reply_json(rq, err_status(e), &b);
}
