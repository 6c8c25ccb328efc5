/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client authentication (RFC 6749, 2.3): exactly one method a request, and the one registered.
 * Unknown client, wrong secret and wrong method are one answer.
 */
#include <string.h>

#include "base/log.h"
#include "caller.h"
#include "model/audit.h"
#include "model/miss.h"

struct credentials {
	const char *method;
	const char *id, *secret;
	const char *alt_id, *alt_secret;	/* Basic, not form-encoded */
};

static enum err
refuse(struct request *rq, const char *why)
{
	return fail(&rq->work, ERR_INVALID_CLIENT, "%s", why);
}

static enum err
from_header(struct request *rq, const struct authorization *auth, struct credentials *out)
{
	const char *id = param_get(&rq->form, "client_id");

	if (param_get(&rq->form, "client_secret") != NULL ||
	    param_get(&rq->form, "client_assertion") != NULL)
		return fail(&rq->work, ERR_INVALID_REQUEST,
			    "more than one method of client authentication is used");
	if (id != NULL && !text_equal(id, auth->id) && !text_equal(id, auth->alt_id))
		return fail(&rq->work, ERR_INVALID_REQUEST,
			    "client_id differs from the Authorization header");
	*out = (struct credentials){ AUTH_BASIC, auth->id, auth->secret, auth->alt_id,
				     auth->alt_secret };
	return OK;
}

static enum err
from_body(struct request *rq, struct credentials *out)
{
	const char *id = param_get(&rq->form, "client_id");
	const char *secret = param_get(&rq->form, "client_secret");

	if (param_get(&rq->form, "client_assertion") != NULL)
		return refuse(rq, "client assertions are not taken");
	if (id == NULL)
		return refuse(rq, "the client must authenticate");
	*out = (struct credentials){ .method = secret != NULL ? AUTH_POST : AUTH_NONE, .id = id,
				     .secret = secret };
	return OK;
}

static enum err
read_credentials(struct request *rq, struct credentials *out)
{
	struct authorization auth;

	if (authorization_parse(rq->work.arena, rq->in->authorization, &auth, &rq->work.why) != OK)
		return ERR_INVALID_REQUEST;
	switch (auth.scheme) {
	case SCHEME_BASIC: return from_header(rq, &auth, out);
	case SCHEME_NONE:  return from_body(rq, out);
	default:           return refuse(rq, "clients authenticate by Basic or in the body");
	}
}

/* One reading of the credentials.  A public client has nothing to prove but its id. */
static enum err
try_one(struct request *rq, const char *method, const char *id, const char *secret)
{
	struct client *c = &rq->caller.client;
	enum err e = client_find(&rq->work, id, ERR_INVALID_CLIENT, c);
	bool right;

	if (e == ERR_INVALID_CLIENT && secret != NULL)
		client_secret_ok(&rq->work, &(struct client){ .id = id, .secret = "" }, secret);
	TRY(e);
	right = secret == NULL || client_secret_ok(&rq->work, c, secret);
	return right && text_equal(method, c->auth) && !c->disabled ? OK : ERR_INVALID_CLIENT;
}

/* Whoever was meant by either reading; else the name as it came. */
static enum err
count_miss(struct request *rq, const char *known, const char *name)
{
	if (known != NULL)
		return miss_count(&rq->work, MISS_CLIENT, known);
	return miss_count(&rq->work, MISS_STRANGER, name);
}

/* Only who fails is slowed down, so that guessing locks nobody out (T-C04). */
static enum err
failed(struct request *rq, const char *known, const char *name)
{
	enum err e = count_miss(rq, known, name);

	rq->caller.client = (struct client){ 0 };
	if (e == ERR_TOO_MANY)
		return fail(&rq->work, e, "too many failed attempts; wait a minute");
	TRY(e);
	return refuse(rq, "unknown client, wrong secret, or another method than registered");
}

enum err
caller_client(struct request *rq)
{
	struct credentials c = { 0 };
	const char *known;
	enum err e;

	TRY(read_credentials(rq, &c));
	e = try_one(rq, c.method, c.id, c.secret);
	known = rq->caller.client.id;
	if (e == ERR_INVALID_CLIENT && c.alt_id != NULL) {
		e = try_one(rq, c.method, c.alt_id, c.alt_secret);
		known = known != NULL ? known : rq->caller.client.id;
	}
	return e == ERR_INVALID_CLIENT ? failed(rq, known, c.id) : e;
}
