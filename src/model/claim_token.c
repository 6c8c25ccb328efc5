/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pushed claim tokens: ID Tokens, verified as in OpenID Connect Core, 3.1.3.7, as far as it applies
 * to a server that is neither the client nor the issuer. Every fault is ERR_INVALID_TOKEN: the
 * response is need_info, not a syntax error (UMA Grant, 3.3.6).
 */
#include <string.h>
#include <strings.h>

#include "base/b64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "jose/jwt.h"
#include "model/issuer.h"
#include "model/party.h"
#include "model/tenant.h"

#define SUBJECT_MAX	255
#define AUDIENCE_MAX	16
#define REPLAY_KEY_LIFE (86400 + 300) /* the maximum of claim_token_age and of clock_skew */

struct id_token {
	struct work *w;
	const struct client *client;
	struct issuer issuer;
	struct jwt jwt;
	const char *subject;
	int64_t issued; /* rounded down */
};

/* UMA Grant, 3.3.1 requires base64url. An ID Token has that form already, but some clients encode
 * it again. */
static const char *
claim_token_unwrap(struct arena *a, const char *token)
{
	struct bytes inner;

	if (strchr(token, '.') != NULL)
		return token;
	if (!b64url_decode(a, token, &inner) && !b64_decode(a, token, &inner))
		return token;
	return text_is_utf8(inner) ? arena_strndup(a, (const char *)inner.data, inner.size) : token;
}

static enum err
claim_token_check_signature(struct id_token *t, const char *token)
{
	struct work *w = t->w;
	const char *issuer = jwt_peek_issuer(w->arena, token), *why = NULL;
	const struct jwks *keys;
	enum err e;

	if (strlen(token) > JWT_SIZE_MAX)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token must have at most %d bytes",
				 JWT_SIZE_MAX);
	if (issuer == NULL)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token is not a valid JWT");
	e = issuer_find(w, issuer, ERR_INVALID_TOKEN, &t->issuer);
	if (e == ERR_INVALID_TOKEN)
		return work_fail(w, e, "the claim token's issuer is not trusted by this tenant");
	TRY(e);
	if (issuer_parse_keys(w, &t->issuer, &keys) != OK)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "the keys of the claim token's issuer cannot be read");
	TRY_WHY(w, why, jwt_verify(w->arena, token, keys, &t->jwt, &why));
	if (t->jwt.typ != NULL && strcasecmp(t->jwt.typ, "JWT") != 0)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "the claim token's typ must be JWT or absent");
	return OK;
}

static bool
claim_token_audience_allowed(const struct id_token *t, const char *aud)
{
	return strcmp(aud, t->client->id) == 0 || strcmp(aud, t->w->tenant->issuer) == 0 ||
	       str_list_has(&t->issuer.audience, aud);
}

static enum err
claim_token_check_audience(const struct id_token *t)
{
	struct work *w = t->w;
	struct str_list aud = { 0 };
	const char *one = NULL, *azp = NULL;

	if (json_text(t->jwt.claims, "aud", &one) == JSON_FOUND)
		str_list_add(w->arena, &aud, one);
	else if (json_str_list(w->arena, t->jwt.claims, "aud", AUDIENCE_MAX, &aud) != JSON_FOUND)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token has no audience");
	for (size_t i = 0; i < aud.n; i++)
		if (!claim_token_audience_allowed(t, aud.list[i]))
			return work_fail(w, ERR_INVALID_TOKEN,
					 "each aud of the claim token must be this client, this "
					 "server or an accepted audience of its issuer");
	if (aud.n == 0)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token has no audience");
	switch (json_text(t->jwt.claims, "azp", &azp)) {
	case JSON_ABSENT: return OK;
	case JSON_WRONG: break;
	case JSON_FOUND:
		if (strcmp(azp, t->client->id) == 0 || str_list_has(&t->issuer.audience, azp))
			return OK;
	}
	return work_fail(w, ERR_INVALID_TOKEN, "the claim token's azp is another client");
}

/* Each time is rounded so that a fraction of a second shortens the validity and never extends it
 * (T-P05). */
static enum err
claim_token_check_times(struct id_token *t)
{
	struct json_object *claims = t->jwt.claims;
	struct work *w = t->w;
	int64_t skew = w->tenant->set.clock_skew, expires, issued_latest, not_before = 0;

	if (json_date(claims, "exp", JSON_DOWN, &expires) != JSON_FOUND ||
	    json_date(claims, "iat", JSON_DOWN, &t->issued) != JSON_FOUND ||
	    json_date(claims, "iat", JSON_UP, &issued_latest) != JSON_FOUND)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "the claim token must have exp and iat, numbers "
				 "of seconds up to the year 9999");
	if (expires + skew <= w->now)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token has expired");
	if (issued_latest > w->now + skew)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token's iat is in the future");
	if (w->now - t->issued > w->tenant->set.claim_token_age + skew)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token was issued too long ago");
	if (json_date(claims, "nbf", JSON_UP, &not_before) == JSON_WRONG ||
	    not_before > w->now + skew)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token is not valid yet");
	return OK;
}

/* Makes the identifier of the token for replay detection: its jti, or everything that is signed.
 * The signature is excluded, since ECDSA has two valid signatures for the same content. */
static enum err
claim_token_make_id(struct id_token *t, const char *token, struct bytes *out)
{
	const char *jti = NULL, *end = strrchr(token, '.');
	struct arena *a = t->w->arena;

	switch (json_text(t->jwt.claims, "jti", &jti)) {
	case JSON_FOUND: *out = key_join(a, t->issuer.url, "jti", jti, NULL); return OK;
	case JSON_ABSENT:
		*out = key_join(a, t->issuer.url, "token",
				arena_strndup(a, token, (size_t)(end - token)), NULL);
		return OK;
	case JSON_WRONG: break;
	}
	return work_fail(t->w, ERR_INVALID_TOKEN, "the claim token's jti is not text");
}

/* T-U10: a token is accepted once. The row is kept longer than any time at which the token could be
 * valid, also if the settings change. */
static enum err
claim_token_check_replay(struct id_token *t, const char *token, struct bytes *replay_key)
{
	struct work *w = t->w;
	uint8_t *key = arena_alloc(w->arena, BYTES_TIME + CRYPTO_HASH);
	struct bytes name = { 0 }, row;
	enum err e;

	TRY(claim_token_make_id(t, token, &name));
	bytes_put_time(key, t->issued + REPLAY_KEY_LIFE);
	crypto_keyed_hash(&w->tenant->pairwise_key, name, key + BYTES_TIME);
	*replay_key = BYTES(key, BYTES_TIME + CRYPTO_HASH);
	e = row_get_tracked(w, T_SEEN, *replay_key, ABSENT, &row);
	if (e == OK)
		return work_fail(w, ERR_INVALID_TOKEN, "the claim token was used before");
	return e == ABSENT ? OK : e;
}

/* Removes protocol claims, which are not about the person. */
static void
claim_token_drop_protocol_claims(struct json_object *claims)
{
	static const char *const names[] = { "iss",    "sub",	 "aud", "azp",	 "exp",
					     "iat",    "nbf",	 "jti", "nonce", "at_hash",
					     "c_hash", "s_hash", "sid" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		json_object_object_del(claims, names[i]);
}

enum err
claim_token_verify(struct work *w, const struct client *c, struct claim_token *pushed,
		   struct party *out)
{
	struct id_token t = { .w = w, .client = c };
	const char *token = claim_token_unwrap(w->arena, pushed->token);
	struct bytes replay_key;

	if (strcmp(pushed->format, FORMAT_ID_TOKEN) != 0)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "claim_token_format must be " FORMAT_ID_TOKEN);
	if (!c->push_claims)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "this client is not allowed to push claim tokens");
	TRY(claim_token_check_signature(&t, token));
	if (json_text(t.jwt.claims, "sub", &t.subject) != JSON_FOUND || *t.subject == '\0' ||
	    strlen(t.subject) > SUBJECT_MAX)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "the claim token must have a sub of 1 to 255 bytes");
	TRY(claim_token_check_audience(&t));
	TRY(claim_token_check_times(&t));
	TRY(claim_token_check_replay(&t, token, &replay_key));
	*out = (struct party){ .issuer = t.issuer.url,
			       .subject = arena_strdup(w->arena, t.subject),
			       .claims = t.jwt.claims,
			       .issued = t.issued };
	if (json_date(t.jwt.claims, "auth_time", JSON_DOWN, &out->auth_time) == JSON_WRONG ||
	    out->auth_time > t.issued)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "the claim token's auth_time must be a number of "
				 "seconds that is not later than its iat");
	claim_token_drop_protocol_claims(t.jwt.claims);
	TRY(party_link(w, out));
	/* Measured in the normalised form, which rows contain and which may be three times as
	 * long. */
	if (strlen(party_print(w, out)) > PARTY_SIZE_MAX)
		return work_fail(w, ERR_INVALID_TOKEN,
				 "the claims of the claim token must have at most %d "
				 "bytes when stored",
				 PARTY_SIZE_MAX);
	pushed->replay_key = replay_key;
	return OK;
}

void
claim_token_mark_used(struct work *w, const struct claim_token *pushed)
{
	if (pushed->replay_key.size > 0)
		change_add(w->changes, T_SEEN, pushed->replay_key, bytes_of("{}"));
}
