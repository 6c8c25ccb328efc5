/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client authentication (RFC 6749, 2.3): exactly one method per request.  A client with a secret
 * may send it by Basic or in the body, whichever it was registered with, since its library may know
 * only one of them (2.3.1).  Unknown client, missing secret and wrong secret give one response.
 */
#include <string.h>

#include "base/log.h"
#include "caller.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/throttle.h"

struct credentials {
	const char *id, *secret;	 /* secret NULL: none is presented */
	const char *alt_id, *alt_secret; /* Basic, not form-encoded */
};

#define UNKNOWN "unknown client, or missing or wrong secret"

static enum err
caller_refuse(struct request *rq, const char *why)
{
	return work_fail(&rq->work, ERR_INVALID_CLIENT, "%s", why);
}

static enum err
caller_credentials_from_header(struct request *rq, const struct authorization *auth,
			       struct credentials *out)
{
	const char *id = param_get(&rq->form, "client_id");

	if (param_get(&rq->form, "client_secret") != NULL ||
	    param_get(&rq->form, "client_assertion") != NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "more than one method of client authentication is used");
	if (id != NULL && !text_equal(id, auth->id) && !text_equal(id, auth->alt_id))
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "client_id differs from the Authorization header");
	*out = (struct credentials){ auth->id, auth->secret, auth->alt_id, auth->alt_secret };
	return OK;
}

static enum err
caller_credentials_from_body(struct request *rq, struct credentials *out)
{
	const char *id = param_get(&rq->form, "client_id");
	const char *secret = param_get(&rq->form, "client_secret");

	if (param_get(&rq->form, "client_assertion") != NULL)
		return caller_refuse(rq, "client assertions are not taken");
	if (id == NULL)
		return caller_refuse(rq, "the client must authenticate");
	*out = (struct credentials){ .id = id, .secret = secret };
	return OK;
}

static enum err
caller_read_credentials(struct request *rq, const struct authorization *auth,
			struct credentials *out)
{
	switch (auth->scheme) {
	case SCHEME_BASIC: return caller_credentials_from_header(rq, auth, out);
	case SCHEME_NONE: return caller_credentials_from_body(rq, out);
	case SCHEME_BEARER:
	case SCHEME_OTHER: break;
	}
	return caller_refuse(rq, "clients authenticate by Basic or in the body");
}

/* One reading of the credentials.  A public client has no secret and presents none.  For an unknown
 * id a secret is hashed all the same, so that the response takes as long. */
static enum err
caller_client_verify(struct request *rq, const char *id, const char *secret)
{
	struct client *c = &rq->caller.client;
	enum err e = client_find(&rq->work, id, ERR_INVALID_CLIENT, c);
	bool right;

	if (e == ERR_INVALID_CLIENT && secret != NULL)
		client_secret_matches(&rq->work, &(struct client){ .id = id, .secret = "" },
				      secret);
	TRY(e);
	right = secret != NULL ? client_secret_matches(&rq->work, c, secret)
			       : text_equal(c->auth, AUTH_NONE);
	return right ? OK : ERR_INVALID_CLIENT;
}

/* Counted for the client that either reading of the credentials means, else for the name as it is.
 * Only failures are slowed down, so that guessing locks nobody out (T-C04). */
static enum err
caller_count_failure(struct request *rq, const char *known, const char *name)
{
	enum err e = throttle_count_failure(&rq->work, known != NULL ? known : name);

	rq->caller.client = (struct client){ 0 };
	if (e == ERR_TOO_MANY)
		return work_fail(&rq->work, e, "too many failed attempts; wait a minute");
	TRY(e);
	return caller_refuse(rq, UNKNOWN);
}

enum err
caller_client(struct request *rq, const struct authorization *auth)
{
	struct credentials c = { 0 };
	const char *known;
	enum err e;

	TRY(caller_read_credentials(rq, auth, &c));
	e = caller_client_verify(rq, c.id, c.secret);
	known = rq->caller.client.id;
	if (e == ERR_INVALID_CLIENT && c.alt_id != NULL) {
		e = caller_client_verify(rq, c.alt_id, c.alt_secret);
		known = known != NULL ? known : rq->caller.client.id;
	}
	if (e == OK && rq->caller.client.disabled) {
		/* A correct secret is no guess, so it does not count as a failure. */
		if (rq->caller.client.secret == NULL)
			return caller_count_failure(rq, known, c.id);
		rq->caller.client = (struct client){ 0 };
		return caller_refuse(rq, UNKNOWN);
	}
	return e == ERR_INVALID_CLIENT ? caller_count_failure(rq, known, c.id) : e;
}
