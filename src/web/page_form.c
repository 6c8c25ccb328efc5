/* SPDX-License-Identifier: Apache-2.0 */
/* What binds forms and sealed fields to a session, or to a browser before someone signs in. All
 * keys depend on the tenant and the epoch. */
#include <string.h>

#include "base/b64.h"
#include "base/json.h"
#include "web/cookie.h"
#include "web/page.h"

/* The two kinds of bindings begin with different letters: none can pass as the other. */
static struct bytes
page_form_binding(struct request *rq)
{
	struct buf b = { .arena = rq->work.arena };

	buf_char(&b, rq->session != NULL ? 's' : 'b');
	if (rq->session != NULL) {
		buf_text(&b, rq->session->handle);
	} else {
		struct bytes browser = cookie_browser(rq);

		buf_add(&b, browser.data, browser.size);
	}
	return buf_bytes(&b);
}

const char *
page_form_token(struct request *rq, const char *path)
{
	uint8_t hash[CRYPTO_HASH];
	struct key key;

	crypto_derive(&rq->work.tenant->page_key, "form", page_form_binding(rq), &key);
	crypto_keyed_hash(&key, bytes_of(path), hash);
	crypto_wipe(&key, sizeof key);
	return b64url_encode(rq->work.arena, BYTES(hash, sizeof hash));
}

void
page_form(struct request *rq, struct view *v, const char *path)
{
	page_url(rq, v, "action", path);
	view_own(v, "form", page_form_token(rq, path));
}

static void
page_form_sealing_key(struct request *rq, const char *purpose, struct key *out)
{
	crypto_derive(&rq->work.tenant->page_key, "sealed", bytes_of(purpose), out);
}

const char *
page_seal(struct request *rq, const char *purpose, struct bytes content, int64_t life)
{
	struct buf b = { .arena = rq->work.arena };
	uint8_t expires[BYTES_TIME];
	struct bytes sealed;
	struct key key;

	bytes_put_time(expires, rq->work.now + life);
	buf_add(&b, expires, sizeof expires);
	buf_add(&b, content.data, content.size);
	page_form_sealing_key(rq, purpose, &key);
	sealed = crypto_seal(b.arena, rq->work.random, &key, buf_bytes(&b), page_form_binding(rq));
	crypto_wipe(&key, sizeof key);
	return b64url_encode(b.arena, sealed);
}

enum err
page_unseal(struct request *rq, const char *purpose, const char *sealed, struct bytes *content)
{
	struct bytes raw, plain;
	struct key key;
	bool good;

	if (sealed == NULL || (rq->session == NULL && rq->browser.size == 0) ||
	    !b64url_decode(rq->work.arena, sealed, &raw))
		return ERR_EXPIRED_PAGE;
	page_form_sealing_key(rq, purpose, &key);
	good = crypto_open(rq->work.arena, &key, raw, page_form_binding(rq), &plain);
	crypto_wipe(&key, sizeof key);
	if (!good || plain.size < BYTES_TIME || bytes_get_time(plain.data) <= rq->work.now)
		return ERR_EXPIRED_PAGE;
	*content = BYTES(plain.data + BYTES_TIME, plain.size - BYTES_TIME);
	return OK;
}

const char *
page_seal_on(struct request *rq, const struct page_on *on)
{
	struct buf b = { .arena = rq->work.arena };

	out_open(&b, NULL, '{');
	out_text(&b, "path", on->path);
	out_text(&b, "app", on->app);
	out_text(&b, "host", on->host);
	out_close(&b, '}');
	return page_seal(rq, "signin", buf_bytes(&b), PAGE_ON_LIFE);
}

enum err
page_unseal_on(struct request *rq, const char *sealed, struct page_on *on)
{
	struct json_object *json;
	struct bytes content;
	const char *why;

	*on = (struct page_on){ 0 };
	if (sealed == NULL)
		return OK;
	TRY(page_unseal(rq, "signin", sealed, &content));
	json = json_parse(rq->work.arena, content, &why);
	if (json == NULL || json_text(json, "path", &on->path) != JSON_FOUND)
		return ERR_EXPIRED_PAGE;
	json_text(json, "app", &on->app);
	json_text(json, "host", &on->host);
	return OK;
}
