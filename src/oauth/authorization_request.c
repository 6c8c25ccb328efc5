/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of authorization requests: see the header. */
#include <string.h>

#include "authorization_request.h"
#include "base/text.h"
#include "model/code.h"
#include "oauth/endpoints.h"

const char *const authorization_request_repeatable[] = { "client_id", "redirect_uri", "state",
							 NULL };

/* The parameters that the server uses. A pushed request has them in its row. */
static const char *const used[] = {
	"response_type",  "response_mode",	   "redirect_uri", "scope",  "state",
	"code_challenge", "code_challenge_method", "prompt",	   "max_age"
};

static bool
authorization_request_is_repeated(const struct params *params, const char *name)
{
	size_t at = 0;

	return param_next(params, name, &at) != NULL && param_next(params, name, &at) != NULL;
}

void
authorization_request_fail(struct authorization_request *r, enum err e, const char *why)
{
	if (r->fault.code == OK)
		r->fault = (struct refusal){ e, why };
}

static void
authorization_request_read_state(struct authorization_request *r)
{
	const char *state = param_get(r->params, "state");

	if (authorization_request_is_repeated(r->params, "state"))
		authorization_request_fail(r, ERR_INVALID_REQUEST, "state appears more than once");
	else if (state != NULL && (strlen(state) > STATE_MAX || text_has_control(bytes_of(state))))
		authorization_request_fail(
			r, ERR_INVALID_REQUEST,
			"state must have at most 1024 bytes and no control characters");
	else
		r->state = state;
}

static void
authorization_request_add_prompt(struct authorization_request *r, const char *word)
{
	if (strcmp(word, "none") == 0)
		r->prompt_none = true;
	else if (strcmp(word, "login") == 0)
		r->prompt_login = true;
	else if (strcmp(word, "consent") == 0)
		r->prompt_consent = true;
	else
		authorization_request_fail(r, ERR_INVALID_REQUEST,
					   "prompt must consist of none, login and consent");
}

/* OpenID Connect Core, 3.1.2.1. */
static void
authorization_request_read_prompt(struct work *w, struct authorization_request *r)
{
	const char *prompt = param_get(r->params, "prompt");
	struct str_list words = { 0 };

	if (prompt == NULL)
		return;
	if (!str_list_parse_scope(w->arena, prompt, SCOPES_REQUESTED_MAX, &words))
		authorization_request_fail(r, ERR_INVALID_REQUEST,
					   "prompt must be a list of words");
	for (size_t i = 0; i < words.n; i++)
		authorization_request_add_prompt(r, words.list[i]);
	if (r->prompt_none && words.n > 1)
		authorization_request_fail(r, ERR_INVALID_REQUEST,
					   "prompt must not combine none with other values");
}

static void
authorization_request_read_max_age(struct authorization_request *r)
{
	const char *max_age = param_get(r->params, "max_age");

	r->max_age = -1;
	if (max_age != NULL && !text_parse_int(max_age, 0, INT32_MAX, &r->max_age))
		authorization_request_fail(r, ERR_INVALID_REQUEST,
					   "max_age must be a number of seconds");
	if (r->max_age == 0) /* the same as prompt=login, also within one second */
		r->prompt_login = true;
}

static void
authorization_request_check_response(struct authorization_request *r)
{
	const char *type = param_get(r->params, "response_type");
	const char *mode = param_get(r->params, "response_mode");

	if (type == NULL)
		authorization_request_fail(r, ERR_INVALID_REQUEST, "response_type is required");
	else if (strcmp(type, "code") != 0)
		authorization_request_fail(r, ERR_UNSUPPORTED_RESPONSE_TYPE,
					   "response_type must be code");
	if (mode != NULL && strcmp(mode, "query") != 0)
		authorization_request_fail(r, ERR_INVALID_REQUEST, "response_mode must be query");
	if (param_get(r->params, "request") != NULL)
		authorization_request_fail(r, ERR_INVALID_REQUEST,
					   "request objects are not supported");
}

/* Every client needs PKCE (RFC 9700, 2.1.1); without a method the challenge would be plain (RFC
 * 7636, 4.3). */
static void
authorization_request_check_challenge(struct authorization_request *r)
{
	const char *method = param_get(r->params, "code_challenge_method");

	r->challenge = param_get(r->params, "code_challenge");
	if (r->challenge == NULL || !code_is_challenge(r->challenge))
		authorization_request_fail(
			r, ERR_INVALID_REQUEST,
			"code_challenge is required: 43 characters of base64url");
	if (!text_equal(method, "S256"))
		authorization_request_fail(r, ERR_INVALID_REQUEST,
					   "code_challenge_method must be S256");
}

/* Without the parameter scope: all scopes of the client. */
static void
authorization_request_check_scope(struct work *w, struct authorization_request *r)
{
	const char *scope = param_get(r->params, "scope");

	r->scopes = r->client.scopes;
	if (scope != NULL) {
		r->scopes = (struct str_list){ 0 };
		if (!str_list_parse_scope(w->arena, scope, SCOPES_REQUESTED_MAX, &r->scopes))
			authorization_request_fail(
				r, ERR_INVALID_SCOPE,
				"scope must be at most 32 space-separated scope tokens");
	}
	if (r->scopes.n == 0 || !str_list_covers(&r->client.scopes, &r->scopes))
		authorization_request_fail(
			r, ERR_INVALID_SCOPE,
			"scope must contain only scopes for which the client is registered");
}

/* The checks 4, in the order in which faults take precedence. */
static void
authorization_request_check(struct work *w, struct authorization_request *r)
{
	authorization_request_read_state(r);
	authorization_request_read_prompt(w, r);
	authorization_request_read_max_age(r);
	authorization_request_check_response(r);
	authorization_request_check_challenge(r);
	if (!client_has_grant(&r->client, GRANT_CODE))
		authorization_request_fail(
			r, ERR_UNAUTHORIZED_CLIENT,
			"the client is not registered for the grant " GRANT_CODE);
	authorization_request_check_scope(w, r);
}

/* Reads the pushed request, if the query refers to one. */
static enum err
authorization_request_load_pushed(struct request *rq, struct authorization_request *r)
{
	const char *uri = param_get(&rq->query, "request_uri"), *why = NULL;
	struct params *params = ARENA_NEW(rq->work.arena, struct params);
	enum err e;

	if (uri == NULL) {
		if (r->client.require_pushed)
			authorization_request_fail(r, ERR_INVALID_REQUEST,
						   "the client must push its requests (RFC 9126)");
		return OK;
	}
	e = pushed_request_find(&rq->work, uri, r->client.id, &r->pushed);
	if (e == ERR_INVALID_REQUEST) {
		authorization_request_fail(r, e, work_why(&rq->work, e));
		r->pushed.client = NULL;
		return OK;
	}
	TRY(e);
	r->params = params;
	return form_parse(rq->work.arena, bytes_of(r->pushed.params), NULL, params, &why) == OK
		       ? OK
		       : ERR_STORE;
}

static const char *
authorization_request_check_redirect(struct authorization_request *r)
{
	const char *sent = param_get(r->params, "redirect_uri");

	r->redirect_sent = sent != NULL;
	r->redirect_uri = client_redirect_uri(&r->client.redirect_uris, sent);
	if (r->redirect_uri != NULL)
		return NULL;
	return sent != NULL ? "The return address is not registered for this app."
			    : "The request has no return address.";
}

enum err
authorization_request_read(struct request *rq, const struct params *query,
			   struct authorization_request *out, const char **problem)
{
	const char *id = param_get(query, "client_id");
	enum err e;

	*out = (struct authorization_request){ .params = query, .max_age = -1 };
	*problem = NULL;
	if (authorization_request_is_repeated(query, "client_id") ||
	    authorization_request_is_repeated(query, "redirect_uri")) {
		*problem = "The request has two ids or two return addresses.";
		return OK;
	}
	e = id != NULL ? client_find(&rq->work, id, ABSENT, &out->client) : ABSENT;
	if (e == ABSENT || (e == OK && out->client.disabled)) {
		out->client.id = NULL;
		*problem = "The app is not known.";
		return OK;
	}
	TRY(e);
	if (rq->fault.code != OK)
		authorization_request_fail(out, ERR_INVALID_REQUEST, rq->fault.why);
	TRY(authorization_request_load_pushed(rq, out));
	*problem = authorization_request_check_redirect(out);
	if (*problem != NULL)
		return OK;
	authorization_request_check(&rq->work, out);
	return OK;
}

enum err
authorization_request_check_pushed(struct request *rq, struct authorization_request *out)
{
	*out = (struct authorization_request){ .client = rq->caller.client, .params = &rq->form };
	if (param_get(&rq->form, "request_uri") != NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "request_uri must not be in a pushed request");
	if (authorization_request_check_redirect(out) != NULL)
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "redirect_uri must be one of the client's, byte for byte; it may "
				 "be left out only if the client has exactly one");
	authorization_request_check(&rq->work, out);
	return work_fail_with(&rq->work, out->fault.code, out->fault.why);
}

const char *
authorization_request_print(struct request *rq)
{
	struct buf b = { .arena = rq->work.arena };

	buf_text(&b, "");
	for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
		const char *value = param_get(&rq->form, used[i]);

		if (value != NULL)
			buf_printf(&b, "%s%s=%s", b.size > 0 ? "&" : "", used[i],
				   form_encode(rq->work.arena, value));
	}
	return b.data;
}
