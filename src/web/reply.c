/* SPDX-License-Identifier: Apache-2.0 */
/* Answers.  Everything but discovery and keys is no-store. */
#include "base/buf.h"
#include "web/reply.h"

#define JSON_TYPE "application/json"

static void
no_store(struct request *rq)
{
	http_header(rq->out, "Cache-Control", "no-store");
	http_header(rq->out, "Pragma", "no-cache");
}

struct buf
reply_object(struct request *rq)
{
	struct buf b = { .arena = rq->work.arena };

	out_open(&b, NULL, '{');
	return b;
}

void
reply_text(struct request *rq, int status, const char *type, struct bytes body)
{
	rq->out->status = status;
	rq->out->content_type = type;
	rq->out->body = body;
}

void
reply_json(struct request *rq, int status, struct buf *object)
{
	out_close(object, '}');
	reply_text(rq, status, JSON_TYPE, buf_bytes(object));
	no_store(rq);
}

void
reply_empty(struct request *rq, int status)
{
	reply_text(rq, status, NULL, BYTES_NONE);
	no_store(rq);
}

void
reply_header(struct request *rq, const char *name, const char *value)
{
	http_header(rq->out, name, value);
}

void
reply_cacheable(struct request *rq, int64_t seconds)
{
	struct buf b = { .arena = rq->work.arena };
	char digits[INT_DIGITS];

	buf_text(&b, "public, max-age=");
	buf_text(&b, text_of_int(seconds, digits));
	reply_header(rq, "Cache-Control", seconds == 0 ? "no-cache" : b.data);
}

/* RFC 6750, 3: who presented nothing learns only the scheme. */
static const char *
challenge(struct request *rq, enum err e)
{
	switch (e) {
	case ERR_NO_TOKEN:
		return "Bearer realm=\"uma\"";
	case ERR_BEARER_REQUEST:
		return "Bearer realm=\"uma\", error=\"invalid_request\"";
	case ERR_INVALID_TOKEN:
		return "Bearer realm=\"uma\", error=\"invalid_token\", "
		       "error_description=\"The access token is not valid\"";
	case ERR_INSUFFICIENT_SCOPE:
		return "Bearer realm=\"uma\", error=\"insufficient_scope\", "
		       "scope=\"" SCOPE_PROTECTION "\"";
	case ERR_INVALID_CLIENT:
		return "Basic realm=\"token\"";
	default:
		return NULL;
	}
}

static const char *
retry_after(enum err e)
{
	if (e == ERR_TOO_MANY)
		return "60";
	return err_status(e) == 503 ? "1" : NULL;
}

void
reply_error(struct request *rq, enum err e)
{
	const char *scheme = challenge(rq, e), *seconds = retry_after(e);
	const char *why = err_status(e) < 500 ? rq->work.why : NULL;
	struct buf b;

	rq->error = err_wire(e);
	if (scheme != NULL)
		reply_header(rq, "WWW-Authenticate", scheme);
	if (seconds != NULL)
		reply_header(rq, "Retry-After", seconds);
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
