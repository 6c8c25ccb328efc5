/* SPDX-License-Identifier: Apache-2.0 */
/* The person's account: who they are, where they are signed in, and their password. */
#include <string.h>

#include "model/password.h"
#include "people/endpoints.h"
#include "web/cookie.h"
#include "web/signin.h"

enum err
home_get(struct request *rq)
{
	page_redirect(rq, "/my/account");
	return OK;
}

static enum err
account_page_has_password(struct request *rq, bool *has)
{
	struct bytes row;

	TRY(password_row(&rq->work, &rq->session->account, &row));
	*has = row.size > 0;
	return OK;
}

static enum err
account_page_count(void *arg, const void *session)
{
	++*(int64_t *)arg;
	return OK;
}

enum err
account_get(struct request *rq)
{
	const struct account *acc = &rq->session->account;
	struct view *v = page_view(rq);
	int64_t devices = 0;
	bool has_password;

	TRY(session_each(&rq->work, acc->id, account_page_count, &devices));
	TRY(account_page_has_password(rq, &has_password));
	view_id(v, "login", acc->login);
	view_id(v, "email", acc->email);
	view_number(v, "devices", devices);
	view_flag(v, "has_password", has_password);
	page_url(rq, v, "devices_page", "/my/devices");
	page_url(rq, v, "password_page", "/my/password");
	page_form(rq, v, "/signout");
	page_reply(rq, 200, "my_account", v);
	return OK;
}

/* --- devices -------------------------------------------------------------------------------- */

struct account_page_list {
	struct request *rq;
	struct view *v;
	bool others;
};

static enum err
account_page_add_device(void *arg, const void *session)
{
	struct account_page_list *list = arg;
	const struct session *s = session;
	struct request *rq = list->rq;
	struct view *row = view_add(list->v, "sessions");
	bool current = strcmp(s->id, rq->session->id) == 0;

	view_flag(row, "current", current);
	view_text(row, "device", s->device);
	view_id(row, "address", s->address);
	view_flag(row, "by_server", s->issuer != NULL);
	page_time(rq, row, "signed_in", s->signed_in);
	page_time(rq, row, "ends", s->ends);
	page_form(rq, row, arena_printf(rq->work.arena, "/my/devices/%s/end", s->id));
	list->others = list->others || !current;
	return OK;
}

enum err
devices_get(struct request *rq)
{
	struct view *v = page_view(rq), *all;
	struct account_page_list list = { rq, v, false };
	bool has_password;

	TRY(session_each(&rq->work, rq->session->account_id, account_page_add_device, &list));
	TRY(account_page_has_password(rq, &has_password));
	view_flag(v, "has_password", has_password);
	page_url(rq, v, "account_page", "/my/account");
	page_url(rq, v, "password_page", "/my/password");
	if (list.others) {
		all = view_add(v, "all");
		page_form(rq, all, "/my/devices/end");
	} else {
		view_list(v, "all");
	}
	page_reply(rq, 200, "devices", v);
	return OK;
}

enum err
device_end_post(struct request *rq)
{
	if (strcmp(rq->id, rq->session->id) == 0)
		return signout_post(rq);
	TRY(session_end(&rq->work, rq->session->account_id, rq->id));
	page_redirect(rq, "/my/devices");
	return OK;
}

enum err
devices_end_post(struct request *rq)
{
	TRY(session_end_all(&rq->work, rq->session->account_id, rq->session->id));
	page_redirect(rq, "/my/devices");
	return OK;
}

/* --- password ------------------------------------------------------------------------------- */

/* `result`: of an attempt with the old password; `wrong`: what is wrong with the new one. */
static void
account_page_print_password(struct request *rq, const struct signin_result *result,
			    const char *wrong)
{
	struct view *v = page_view(rq);

	view_id(v, "login", rq->session->account.login);
	view_flag(v, "old_is_wrong", result != NULL);
	view_flag(v, "new_is_wrong", wrong != NULL);
	page_url(rq, v, "account_page", "/my/account");
	if (wrong != NULL)
		signin_add_error(rq, v, "new", wrong);
	else
		signin_add_result(rq, v, "old", SIGNIN_WRONG_PASSWORD, result);
	page_form(rq, v, "/my/password");
	if (wrong != NULL)
		page_reply(rq, 400, "password", v);
	else
		signin_reply(rq, "password", v, result);
}

static enum err
account_page_require_password(struct request *rq)
{
	bool has_password;

	TRY(account_page_has_password(rq, &has_password));
	return has_password ? OK : ERR_NOT_FOUND;
}

enum err
password_get(struct request *rq)
{
	TRY(account_page_require_password(rq));
	account_page_print_password(rq, NULL, NULL);
	return OK;
}

enum err
password_post(struct request *rq)
{
	const struct account *acc = &rq->session->account;
	const char *old = param_get(&rq->form, "old"), *new = param_get(&rq->form, "new");
	struct signin_result result;
	enum err e;

	TRY(account_page_require_password(rq));
	TRY(signin_try_password(rq, acc->login, acc, old != NULL ? old : "", &result));
	if (!result.right) {
		account_page_print_password(rq, &result, NULL);
		return OK;
	}
	e = password_set(&rq->work, acc, new != NULL ? new : "");
	if (e == ERR_INVALID_REQUEST) {
		account_page_print_password(rq, NULL, work_why(&rq->work, e));
		return OK;
	}
	TRY(e);
	/* This session, too: others may know its handle. */
	TRY(session_end_all(&rq->work, acc->id, NULL));
	rq->session = NULL;
	TRY(signin_start(rq, acc));
	page_redirect(rq, "/my/account");
	return OK;
}
