/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cookie.h"

#include <string.h>

#include "base/b64.h"
#include "base/text.h"

#define BROWSER_SIZE 16
#define MAC_SIZE     16

/* clang-format off */
static const struct {
	char letter;
	int64_t life; /* seconds; 0: until the browser closes */
} kinds[COOKIES] = {
	[COOKIE_SESSION]  = { 's', 0 },
	[COOKIE_BROWSER]  = { 'b', 0 },
	[COOKIE_DEVICE]   = { 'd', 180 * 86400 },
	[COOKIE_LANGUAGE] = { 'l', 365 * 86400 },
};
/* clang-format on */

_Static_assert((int)COOKIES <= HTTP_COOKIES, "each cookie has a slot in the response");

static const char *
cookie_name(struct request *rq, enum cookie c)
{
	return arena_printf(rq->work.arena, "__Host-usher-%c.%s", kinds[c].letter,
			    rq->work.tenant->name);
}

/* If `pair` is "name=value", its value, of *size bytes. */
static const char *
cookie_value(const char *pair, size_t *size, const char *name)
{
	size_t n = strlen(name);

	pair += strspn(pair, " \t");
	if (strncmp(pair, name, n) != 0 || pair[n] != '=')
		return NULL;
	pair += n + 1;
	*size = strcspn(pair, "; \t");
	return pair;
}

const char *
cookie_get(struct request *rq, enum cookie c)
{
	const char *name = cookie_name(rq, c), *found = NULL;
	size_t size = 0;

	for (const char *s = rq->in->cookie; s != NULL && *s != '\0';
	     s += strcspn(s, ";"), s += *s == ';') {
		size_t n;
		const char *value = cookie_value(s, &n, name);

		if (value == NULL)
			continue;
		if (found != NULL)
			return NULL;
		found = value;
		size = n;
	}
	return found != NULL ? arena_strndup(rq->work.arena, found, size) : NULL;
}

void
cookie_set(struct request *rq, enum cookie c, const char *value)
{
	struct buf b = { .arena = rq->work.arena };
	int64_t life = value != NULL ? kinds[c].life : 0;

	buf_text(&b, cookie_name(rq, c));
	buf_char(&b, '=');
	buf_text(&b, value != NULL ? value : "");
	buf_text(&b, "; Path=/; Secure; HttpOnly; SameSite=Lax");
	if (life > 0 || value == NULL) {
		buf_text(&b, "; Max-Age=");
		buf_int(&b, life);
	}
	http_cookie(rq->out, c, b.data);
}

/* The first MAC_SIZE bytes of a keyed hash of "HANDLE.TIME", in base64url. */
static const char *
cookie_sign(struct request *rq, const char *text)
{
	uint8_t hash[CRYPTO_HASH];
	struct key key;

	crypto_derive(&rq->work.tenant->page_key, "session cookie", BYTES_NONE, &key);
	crypto_keyed_hash(&key, bytes_of(text), hash);
	crypto_wipe(&key, sizeof key);
	return b64url_encode(rq->work.arena, BYTES(hash, MAC_SIZE));
}

void
cookie_set_session(struct request *rq, const char *handle, int64_t used)
{
	const char *text = arena_printf(rq->work.arena, "%s.%lld", handle, (long long)used);

	cookie_set(rq, COOKIE_SESSION,
		   arena_printf(rq->work.arena, "%s.%s", text, cookie_sign(rq, text)));
}

/* Splits "HANDLE.TIME.MAC" and checks the hash. A handle has no dot. */
static bool
cookie_read_used(struct request *rq, const char *value, const char **handle, int64_t *used)
{
	struct arena *a = rq->work.arena;
	const char *time = strchr(value, '.'), *mac = strrchr(value, '.'), *signed_text;

	if (time == NULL || time == mac)
		return false;
	signed_text = arena_strndup(a, value, (size_t)(mac - value));
	if (!crypto_equal(bytes_of(mac + 1), bytes_of(cookie_sign(rq, signed_text))))
		return false;
	*handle = arena_strndup(a, value, (size_t)(time - value));
	return text_parse_int(arena_strndup(a, time + 1, (size_t)(mac - time - 1)), 0, INT64_MAX,
			      used);
}

static enum err
cookie_read_session(struct request *rq)
{
	const struct tenant *t = rq->work.tenant;
	const char *value = cookie_get(rq, COOKIE_SESSION), *handle;
	struct session *s = ARENA_NEW(rq->work.arena, struct session);
	int64_t now = rq->work.now, used;
	enum err e;

	if (value == NULL || !cookie_read_used(rq, value, &handle, &used) ||
	    now - used > t->set.session_idle)
		return OK;
	e = session_find(&rq->work, handle, ABSENT, s);
	if (e != OK)
		return e == ABSENT ? OK : e;
	s->used = used;
	rq->session = s;
	if (now - used > COOKIE_RENEW)
		cookie_set_session(rq, handle, now);
	return OK;
}

enum err
cookie_read(struct request *rq)
{
	const char *browser = cookie_get(rq, COOKIE_BROWSER);

	if (browser == NULL || !b64url_decode(rq->work.arena, browser, &rq->browser) ||
	    rq->browser.size != BROWSER_SIZE)
		rq->browser = BYTES_NONE;
	return cookie_read_session(rq);
}

struct bytes
cookie_browser(struct request *rq)
{
	uint8_t *fresh;

	if (rq->browser.size > 0)
		return rq->browser;
	fresh = arena_alloc(rq->work.arena, BROWSER_SIZE);
	random_bytes(rq->work.random, fresh, BROWSER_SIZE);
	rq->browser = BYTES(fresh, BROWSER_SIZE);
	cookie_set(rq, COOKIE_BROWSER, b64url_encode(rq->work.arena, rq->browser));
	return rq->browser;
}

enum err
cookie_start_session(struct request *rq, struct session *s)
{
	s->device = cookie_device_words(rq->work.arena, rq->in->user_agent);
	s->address = rq->in->remote;
	TRY(session_start(&rq->work, s, rq->session));
	rq->session = s;
	cookie_set_session(rq, s->handle, rq->work.now);
	return OK;
}

enum err
cookie_end_session(struct request *rq)
{
	if (rq->session == NULL)
		return OK;
	TRY(session_end(&rq->work, rq->session->account_id, rq->session->id));
	rq->session = NULL;
	cookie_set(rq, COOKIE_SESSION, NULL);
	return OK;
}

/* The first word of a list that a User-Agent has decides: other browsers name Chrome and Safari,
 * too, and a phone with Android names Linux. */
static const char *
cookie_find_word(const char *text, const char *const (*words)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(text, words[i][0]) != NULL)
			return words[i][1];
	return NULL;
}

const char *
cookie_device_words(struct arena *a, const char *user_agent)
{
	static const char *const browsers[][2] = {
		{ "Firefox/", "Firefox" },
		{ "Edg/", "Edge" },
		{ "Chrome/", "Chrome" },
		{ "Safari/", "Safari" },
	};
	static const char *const systems[][2] = {
		{ "iPhone", "iPhone" }, { "Android", "Android" }, { "Windows", "Windows" },
		{ "Macintosh", "Mac" }, { "Linux", "Linux" },
	};
	const char *browser, *system;

	if (user_agent == NULL)
		return NULL;
	browser = cookie_find_word(user_agent, browsers, sizeof browsers / sizeof browsers[0]);
	system = cookie_find_word(user_agent, systems, sizeof systems / sizeof systems[0]);
	if (browser == NULL || system == NULL)
		return browser != NULL ? browser : system;
	return arena_printf(a, "%s on %s", browser, system);
}
