/* SPDX-License-Identifier: Apache-2.0 */
/* The sign-in page, and signing out. */
#include <string.h>

#include "people/endpoints.h"
#include "web/cookie.h"
#include "web/signin.h"

/* A sealed field that has expired is no error here: the person signs in and starts again. */
static enum err
signin_page_read_on(struct request *rq, struct page_on *on)
{
	enum err e = page_unseal_on(rq, param_get(&rq->query, "on"), on);

	if (e != ERR_EXPIRED_PAGE)
		return e;
	*on = (struct page_on){ 0 };
	return OK;
}

enum err
signin_get(struct request *rq)
{
	struct page_on on;

	if (rq->session != NULL) {
		page_redirect(rq, "/my/");
		return OK;
	}
	TRY(signin_page_read_on(rq, &on));
	signin_print(rq, &on, NULL, NULL);
	return OK;
}

/* Sets `*acc` to `space`, or to NULL if there is no such account. */
static enum err
signin_page_find(struct request *rq, const char *name, struct account *space, struct account **acc)
{
	enum err e = ABSENT;

	if (*name != '\0' && strlen(name) <= LOGIN_MAX)
		e = account_by_login(&rq->work, name, ABSENT, space);
	*acc = e == OK ? space : NULL;
	return e == ABSENT ? OK : e;
}

static const char *
signin_page_field(struct request *rq, const char *name)
{
	const char *value = param_get(&rq->form, name);

	return value != NULL ? value : "";
}

enum err
signin_post(struct request *rq)
{
	const char *name = signin_page_field(rq, "name");
	struct signin_result result;
	struct account space, *acc;
	struct page_on on;

	TRY(page_unseal_on(rq, param_get(&rq->form, "on"), &on));
	TRY(signin_page_find(rq, name, &space, &acc));
	TRY(signin_try_password(rq, name, acc, signin_page_field(rq, "password"), &result));
	if (!result.right) {
		signin_print(rq, &on, name, &result);
		return OK;
	}
	TRY(signin_start(rq, acc));
	signin_continue(rq, &on);
	return OK;
}

/* In a flow: "Use another account". */
enum err
signin_again_post(struct request *rq)
{
	struct page_on on;

	TRY(page_unseal_on(rq, param_get(&rq->form, "on"), &on));
	TRY(cookie_end_session(rq));
	signin_print(rq, &on, NULL, NULL);
	return OK;
}

enum err
signout_post(struct request *rq)
{
	TRY(cookie_end_session(rq));
	page_redirect(rq, "/signed-out");
	return OK;
}

enum err
signed_out_get(struct request *rq)
{
	struct view *v = page_view(rq);

	view_text(v, "provider", NULL);
	page_url(rq, v, "signin", "/signin");
	page_reply(rq, 200, "signed_out", v);
	return OK;
}
