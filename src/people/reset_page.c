/* SPDX-License-Identifier: Apache-2.0 */
/* One-time links for passwords. */
#include <string.h>

#include "base/str_list.h"
#include "model/password.h"
#include "model/reset.h"
#include "people/endpoints.h"
#include "web/signin.h"

static const char *
reset_page_field(struct request *rq, const char *name)
{
	const char *value = param_get(&rq->form, name);

	return value != NULL ? value : "";
}

/* `wrong` NULL: no error. */
static enum err
reset_page_print(struct request *rq, const struct reset *r, const struct account *acc,
		 const char *wrong)
{
	struct view *v = page_view(rq);

	view_id(v, "login", acc->login);
	page_time(rq, v, "until", r->expires);
	signin_add_error(rq, v, "new", wrong);
	page_form(rq, v, page_path(rq));
	page_reply(rq, wrong != NULL ? 400 : 200, "reset", v);
	return OK;
}

enum err
reset_get(struct request *rq)
{
	struct account acc;
	struct reset r;

	TRY(reset_find(&rq->work, rq->id, ERR_EXPIRED_PAGE, &r, &acc));
	return reset_page_print(rq, &r, &acc, NULL);
}

/* Uses up the link and signs the person in. Sessions from before are those of someone who knew the
 * old password. */
static enum err
reset_page_finish(struct request *rq, const struct reset *r, const struct account *acc)
{
	rq->work.actor = (struct actor){ ACTOR_OWNER, acc->id };
	reset_use(&rq->work, r, acc->id);
	TRY(session_end_all(&rq->work, acc->id, NULL));
	if (rq->session != NULL && strcmp(rq->session->account_id, acc->id) == 0)
		rq->session = NULL;
	TRY(signin_start(rq, acc));
	page_redirect(rq, "/my/");
	return OK;
}

enum err
reset_post(struct request *rq)
{
	struct account acc;
	struct reset r;
	enum err e;

	TRY(reset_find(&rq->work, rq->id, ERR_EXPIRED_PAGE, &r, &acc));
	e = password_set(&rq->work, &acc, reset_page_field(rq, "new"));
	if (e == ERR_INVALID_REQUEST)
		return reset_page_print(rq, &r, &acc, work_why(&rq->work, e));
	TRY(e);
	return reset_page_finish(rq, &r, &acc);
}
