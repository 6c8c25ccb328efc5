/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client authentication (RFC 6749, 2.3): exactly one method per request. A client with a secret may
 * use client_secret_basic or client_secret_post, whichever of them it registered, since its library
 * may support only one (2.3.1). An unknown client, a missing secret and a wrong secret get the same
 * response.
 */
#include <string.h>

#include "base/log.h"
#include "caller.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/throttle.h"

struct credentials {
	const char *id, *secret;	 /* secret NULL: none was presented */
	const char *alt_id, *alt_secret; /* those of Basic without form-decoding; or NULL */
};

#define BAD_CREDENTIALS "unknown client, or missing or wrong secret"
#define USE_SECRET	"use client_secret_basic or client_secret_post"

static enum err
caller_client_fail(struct request *rq, const char *why)
{
	return work_fail(&rq->work, ERR_INVALID_CLIENT, "%s", why);
}

static enum err
caller_client_read_header(struct request *rq, const struct authorization *auth,
			  struct credentials *out)
{
	const char *id = param_get(&rq->form, "client_id");

	if (param_get(&rq->form, "client_secret") != NULL ||
	    param_get(&rq->form, "client_assertion") != NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "use only one method of client authentication");
	if (id != NULL && !text_equal(id, auth->id) && !text_equal(id, auth->alt_id))
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "client_id must equal the client id in the Authorization header");
	*out = (struct credentials){ auth->id, auth->secret, auth->alt_id, auth->alt_secret };
	return OK;
}

static enum err
caller_client_read_body(struct request *rq, struct credentials *out)
{
	const char *id = param_get(&rq->form, "client_id");
	const char *secret = param_get(&rq->form, "client_secret");

	if (param_get(&rq->form, "client_assertion") != NULL)
		return caller_client_fail(rq, "client assertions are not supported; " USE_SECRET);
	if (id == NULL)
		return caller_client_fail(rq, "client authentication is required; " USE_SECRET
					      " (public clients send client_id only)");
	*out = (struct credentials){ .id = id, .secret = secret };
	return OK;
}

static enum err
caller_client_read(struct request *rq, const struct authorization *auth, struct credentials *out)
{
	switch (auth->scheme) {
	case SCHEME_BASIC: return caller_client_read_header(rq, auth, out);
	case SCHEME_NONE: return caller_client_read_body(rq, out);
	case SCHEME_BEARER:
	case SCHEME_OTHER: break;
	}
	return caller_client_fail(rq, USE_SECRET);
}

/* Checks one form of the credentials. A public client has no secret and presents none. The secret
 * of an unknown client is hashed, too, so that the response takes the same time. */
static enum err
caller_client_verify(struct request *rq, const char *id, const char *secret)
{
	struct client *c = &rq->caller.client;
	enum err e = client_find(&rq->work, id, ERR_INVALID_CLIENT, c);
	bool valid;

	if (e == ERR_INVALID_CLIENT && secret != NULL)
		client_secret_matches(&rq->work, &(struct client){ .id = id, .secret = "" },
				      secret);
	TRY(e);
	valid = secret != NULL ? client_secret_matches(&rq->work, c, secret)
			       : text_equal(c->auth, AUTH_NONE);
	return valid ? OK : ERR_INVALID_CLIENT;
}

/* Counts a failed attempt for the client `known` that one form of the credentials names, else for
 * the presented id `name`. Only failures are rejected above the limit, so guessing cannot lock out
 * a client (T-C04). */
static enum err
caller_client_count_failure(struct request *rq, const char *known, const char *name)
{
	enum err e = throttle_count_failure(&rq->work, known != NULL ? known : name);

	rq->caller.client = (struct client){ 0 };
	if (e == ERR_TOO_MANY)
		return work_fail(&rq->work, e, "too many failed attempts; retry after a minute");
	TRY(e);
	return caller_client_fail(rq, BAD_CREDENTIALS);
}

enum err
caller_client(struct request *rq, const struct authorization *auth)
{
	struct credentials c = { 0 };
	const char *known;
	enum err e;

	TRY(caller_client_read(rq, auth, &c));
	e = caller_client_verify(rq, c.id, c.secret);
	known = rq->caller.client.id;
	if (e == ERR_INVALID_CLIENT && c.alt_id != NULL) {
		e = caller_client_verify(rq, c.alt_id, c.alt_secret);
		known = known != NULL ? known : rq->caller.client.id;
	}
	if (e == OK && rq->caller.client.disabled) {
		/* A correct secret is not a guess, so it does not count as a failed attempt. */
		if (rq->caller.client.secret == NULL)
			return caller_client_count_failure(rq, known, c.id);
		rq->caller.client = (struct client){ 0 };
		return caller_client_fail(rq, BAD_CREDENTIALS);
	}
	return e == ERR_INVALID_CLIENT ? caller_client_count_failure(rq, known, c.id) : e;
}
