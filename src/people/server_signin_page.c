/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in by the web server, which authenticates requests of this path only, by Basic,
 * certificates, Kerberos or in another way, and passes the name in the parameter of the setting
 * `login`. All other pages ignore the parameter.
 */
#include <string.h>

#include "base/log.h"
#include "people/endpoints.h"
#include "web/cookie.h"
#include "web/signin.h"

#define SUBJECT_MAX 255 /* of account_link */

/* Sets the identity that the web server has authenticated. ERR_NOT_FOUND: the setting is off, or
 * the web server does not authenticate this path. */
static enum err
server_signin_page_identity(struct request *rq, const char **issuer, const char **subject)
{
	const char *parameter = login_parameter(rq->work.settings->login);

	if (parameter == NULL)
		return ERR_NOT_FOUND;
	*subject = rq->in->login_user;
	if (*subject == NULL) {
		log_warn("tenant %s: a request for %s/signin/by-server has no parameter %s; the "
			 "web server must authenticate this path and set the parameter",
			 rq->work.tenant->name, rq->work.tenant->path_text, parameter);
		return ERR_NOT_FOUND;
	}
	*issuer = arena_printf(rq->work.arena, LOGIN_ISSUER "%s", parameter);
	return OK;
}

/* Sets `acc`, or answers 403 if the identity has no enabled account; then acc->id is NULL. */
static enum err
server_signin_page_find(struct request *rq, const char *issuer, const char *subject,
			struct account *acc)
{
	struct view *v;
	enum err e = ABSENT;

	if (strlen(subject) <= SUBJECT_MAX)
		e = account_by_identity(&rq->work, issuer, subject, ABSENT, acc);
	if (e == OK && !acc->disabled)
		return OK;
	if (e != OK && e != ABSENT)
		return e;
	acc->id = NULL;
	v = page_view(rq);
	view_flag(v, "known", false);
	view_id(v, "subject", subject);
	page_url(rq, v, "signin", "/signin");
	page_reply(rq, 403, "signin_by_server", v);
	return OK;
}

enum err
server_signin_get(struct request *rq)
{
	const char *issuer, *subject, *sealed = param_get(&rq->query, "on");
	struct account acc;
	struct page_on on;
	struct view *v;

	TRY(server_signin_page_identity(rq, &issuer, &subject));
	TRY(page_unseal_on(rq, sealed, &on));
	TRY(server_signin_page_find(rq, issuer, subject, &acc));
	if (acc.id == NULL)
		return OK;
	v = page_view(rq);
	view_flag(v, "known", true);
	view_id(v, "login", acc.login);
	view_text(v, "app", on.app);
	view_id(v, "host", on.host);
	page_url(rq, v, "signin", "/signin");
	if (on.path != NULL)
		view_own(v, "on", page_seal_on(rq, &on));
	page_form(rq, v, "/signin/by-server");
	page_reply(rq, 200, "signin_by_server", v);
	return OK;
}

/* The identity is that of this request, whatever the page showed. */
enum err
server_signin_post(struct request *rq)
{
	struct session *s = ARENA_NEW(rq->work.arena, struct session);
	struct account acc;
	struct page_on on;

	*s = (struct session){ .amr = "server" };
	TRY(server_signin_page_identity(rq, &s->issuer, &s->subject));
	TRY(page_unseal_on(rq, param_get(&rq->form, "on"), &on));
	TRY(server_signin_page_find(rq, s->issuer, s->subject, &acc));
	if (acc.id == NULL)
		return OK;
	s->account_id = acc.id;
	rq->work.actor = (struct actor){ ACTOR_OWNER, acc.id };
	TRY(cookie_start_session(rq, s));
	signin_continue(rq, &on);
	return OK;
}
