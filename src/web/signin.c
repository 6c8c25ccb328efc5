/* SPDX-License-Identifier: Apache-2.0 */
#include "web/signin.h"

#include <string.h>

#include "base/b64.h"
#include "base/id.h"
#include "base/text.h"
#include "model/password.h"
#include "model/signin_throttle.h"
#include "page_print.h"
#include "web/cookie.h"
#include "web/reply.h"

#define DEVICE_LIFE (180 * 86400)

/* Both are in the list of texts in src/pages/pages.c. {wait} is at least 2. */
#define WAIT_SECONDS                                                                               \
	"Too many attempts. Try again in {wait} seconds. "                                         \
	"You do not have to wait on a device where you have signed in before."
#define WAIT_MINUTES                                                                               \
	"Too many attempts. Try again in {wait} minutes. "                                         \
	"You do not have to wait on a device where you have signed in before."

/* --- devices -------------------------------------------------------------------------------- */

/*
 * The cookie of a device contains, sealed, the time when it expires, and the ids of an account and
 * of the device, separated by a NUL. It only selects the counter of failed attempts.
 */
static void
signin_device_key(struct request *rq, struct key *out)
{
	crypto_derive(&rq->work.tenant->page_key, "device", BYTES_NONE, out);
}

/* Returns the id of the device if the account has signed in on it, else NULL. */
static const char *
signin_device_of(struct request *rq, const struct account *acc)
{
	const char *value = cookie_get(rq, COOKIE_DEVICE), *ids;
	struct bytes sealed, plain = BYTES_NONE;
	struct key key;
	size_t n;

	if (value == NULL || acc == NULL || !b64url_decode(rq->work.arena, value, &sealed))
		return NULL;
	signin_device_key(rq, &key);
	if (!crypto_open(rq->work.arena, &key, sealed, BYTES_NONE, &plain))
		plain = BYTES_NONE;
	crypto_wipe(&key, sizeof key);
	if (plain.size < BYTES_TIME || bytes_get_time(plain.data) <= rq->work.now)
		return NULL;
	ids = arena_strndup(rq->work.arena, (const char *)plain.data + BYTES_TIME,
			    plain.size - BYTES_TIME);
	n = strlen(acc->id);
	return strncmp(ids, acc->id, n) == 0 && ids[n] == ' ' ? ids + n + 1 : NULL;
}

/* A device keeps its id, so that its failed attempts stay counted. */
static void
signin_mark_device(struct request *rq, const struct account *acc)
{
	const char *device = signin_device_of(rq, acc);
	struct buf b = { .arena = rq->work.arena };
	uint8_t expires[BYTES_TIME];
	char fresh[ID_SIZE];
	struct key key;

	if (device == NULL) {
		id_new(rq->work.random, rq->work.now_ms, fresh);
		device = fresh;
	}
	bytes_put_time(expires, rq->work.now + DEVICE_LIFE);
	buf_add(&b, expires, sizeof expires);
	buf_text(&b, acc->id);
	buf_char(&b, ' ');
	buf_text(&b, device);
	signin_device_key(rq, &key);
	cookie_set(rq, COOKIE_DEVICE,
		   b64url_encode(b.arena, crypto_seal(b.arena, rq->work.random, &key, buf_bytes(&b),
						      BYTES_NONE)));
	crypto_wipe(&key, sizeof key);
}

/* --- attempts ------------------------------------------------------------------------------- */

enum err
signin_try_password(struct request *rq, const char *name, const struct account *acc,
		    const char *password, struct signin_result *out)
{
	const struct signin_attempt attempt = { .name = name,
						.account = acc,
						.device = signin_device_of(rq, acc),
						.address = rq->in->remote };
	enum err e;

	*out = (struct signin_result){ .right = false };
	if (signin_throttle_begin(&rq->work, &attempt, &out->wait) != OK)
		return OK;
	e = password_check(&rq->work, acc, password, &out->right);
	if (e == OK && out->right)
		signin_throttle_succeed(&rq->work, &attempt);
	else if (e != OK && e != ERR_WAIT)
		signin_throttle_cancel(&rq->work, &attempt);
	return e;
}

enum err
signin_start(struct request *rq, const struct account *acc)
{
	struct session *s = ARENA_NEW(rq->work.arena, struct session);

	*s = (struct session){ .account_id = acc->id, .amr = "pwd" };
	rq->work.actor = (struct actor){ ACTOR_OWNER, acc->id };
	TRY(cookie_start_session(rq, s));
	signin_mark_device(rq, acc);
	return OK;
}

enum err
signin_step_up(struct request *rq, const char *password, struct signin_result *out)
{
	const struct account *acc = &rq->session->account;

	TRY(signin_try_password(rq, acc->login, acc, password, out));
	return out->right ? signin_start(rq, acc) : OK;
}

/* --- pages ---------------------------------------------------------------------------------- */

void
signin_add_error(struct request *rq, struct view *v, const char *field, const char *message)
{
	struct view *row;

	view_flag(v, "error", message != NULL);
	if (message == NULL) {
		view_text(v, "wrong", NULL);
		return;
	}
	view_message(v, "wrong", message);
	row = view_add(v, "errors");
	view_message(row, "text", message);
	view_url(row, "field", arena_printf(rq->work.arena, "#%s", field));
}

void
signin_add_result(struct request *rq, struct view *v, const char *field, const char *message,
		  const struct signin_result *result)
{
	if (result == NULL) {
		message = NULL;
	} else if (result->wait > 120) {
		view_number(v, "wait", (result->wait + 59) / 60);
		message = WAIT_MINUTES;
	} else if (result->wait > 0) {
		view_number(v, "wait", result->wait > 1 ? result->wait : 2);
		message = WAIT_SECONDS;
	}
	signin_add_error(rq, v, field, message);
}

void
signin_reply(struct request *rq, const char *page, struct view *v,
	     const struct signin_result *result)
{
	bool waits = result != NULL && result->wait > 0;

	page_print(rq, result == NULL ? 200 : waits ? 429 : 400, page, v, true);
	if (waits)
		reply_header(rq, HEADER_RETRY_AFTER,
			     arena_printf(rq->work.arena, "%lld", (long long)result->wait));
}

void
signin_print(struct request *rq, const struct page_on *on, const char *name,
	     const struct signin_result *result)
{
	bool by_server = rq->work.settings->login[0] != '\0';
	struct view *v = page_view(rq);
	const char *sealed = on->path != NULL ? page_seal_on(rq, on) : NULL;

	view_text(v, "app", on->app);
	view_id(v, "host", on->host);
	view_text(v, "name", name);
	view_list(v, "providers");
	view_flag(v, "with_providers", false);
	view_flag(v, "by_server", by_server);
	if (by_server)
		page_url(rq, v, "server",
			 sealed != NULL
				 ? arena_printf(rq->work.arena, "/signin/by-server?on=%s", sealed)
				 : "/signin/by-server");
	if (sealed != NULL)
		view_own(v, "on", sealed);
	signin_add_result(rq, v, "password", SIGNIN_WRONG, result);
	page_form(rq, v, "/signin");
	signin_reply(rq, "signin", v, result);
}

void
signin_continue(struct request *rq, const struct page_on *on)
{
	if (on->path == NULL || text_starts(on->path, "/my/"))
		page_redirect(rq, on->path != NULL ? on->path : "/my/");
	else
		page_go_on_to(rq, on->path, on->app);
}

enum err
page_require_signin(struct request *rq, const char *path_and_query, const char *client_name,
		    const char *client_host)
{
	const struct page_on on = { path_and_query, client_name, client_host };

	signin_print(rq, &on, NULL, NULL);
	return OK;
}
