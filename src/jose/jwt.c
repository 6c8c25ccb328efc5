/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed tokens in their compact form (RFC 7515, 7.1; RFC 7519). A token is limited in size and
 * split; its header is parsed, its signature is verified with a key of its issuer, and only then
 * are its claims parsed. The caller checks typ and the claims (T-J04). Encrypted tokens (RFC 7516)
 * are not supported (T-J03).
 */
#include "jose/jwt.h"

#include "src/jose/algorithm.h"
#include "base/b64.h"
#include "base/json.h"
#include "base/text.h"

/* The length of JWT_HEADER_MAX bytes in base64url. */
#define HEADER_TEXT_MAX ((JWT_HEADER_MAX * 4 + 2) / 3)
#define EXP_DIGITS_MAX	15
#define FRONT		72 /* characters that contain {"exp":…,"jti":… */

struct parts {
	const char *header, *payload, *signature; /* in base64url */
	struct bytes input;			  /* the signed text: RFC 7515, 5.2, step 8 */
};

struct header {
	const char *alg, *typ, *kid, *cty;
};

/* Splits a token into exactly three parts, none of them empty: a JWE has five parts, and the
 * third part of an unsigned JWT is empty. */
static bool
jwt_token_split(struct arena *a, const char *token, struct parts *out)
{
	size_t size = strnlen(token, JWT_SIZE_MAX + 1);
	const char *dot, *last;

	if (size > JWT_SIZE_MAX)
		return false;
	dot = strchr(token, '.');
	last = dot != NULL ? strchr(dot + 1, '.') : NULL;
	if (last == NULL || strchr(last + 1, '.') != NULL)
		return false;
	if (dot == token || last == dot + 1 || last[1] == '\0')
		return false;

	out->header = arena_strndup(a, token, (size_t)(dot - token));
	out->payload = arena_strndup(a, dot + 1, (size_t)(last - dot - 1));
	out->signature = last + 1;
	out->input = BYTES(token, (size_t)(last - token));
	return true;
}

/* The parser's message is dropped: it could reveal token content. */
static struct json_object *
jwt_object_decode(struct arena *a, const char *text)
{
	struct json_object *o;
	struct bytes json;
	const char *why;

	if (!b64url_decode_public(a, text, &json))
		return NULL;
	o = json_parse(a, json, &why);
	return json_object_is_type(o, json_type_object) ? o : NULL;
}

/* The signer of a token with one of these members requests processing that is not supported: an
 * extension that must be understood (RFC 7515, 4.1.11), a payload that is not base64url (RFC
 * 7797), compression or encryption (RFC 7516). Without it, the token would be read in another
 * way than its signer intends. */
static bool
jwt_header_asks_more(struct json_object *o)
{
	static const char *const names[] = { "crit", "b64", "zip", "enc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_object_get_ex(o, names[i], NULL))
			return true;
	return false;
}

/* Reads the four members that are used, which must be strings. All others are ignored (RFC
 * 7515, 4): x5t is common, and jwk, jku, x5u and x5c do no harm if they are not used (T-J02). */
static bool
jwt_header_take(struct json_object *o, struct header *out)
{
	const struct {
		const char *name;
		const char **value;
	} members[] = {
		{ "alg", &out->alg },
		{ "typ", &out->typ },
		{ "kid", &out->kid },
		{ "cty", &out->cty },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_text(o, members[i].name, members[i].value) == JSON_WRONG)
			return false;
	return out->alg != NULL;
}

static enum err
jwt_fail(const char **why, const char *reason)
{
	*why = reason;
	return ERR_INVALID_TOKEN;
}

static enum err
jwt_header_read(struct arena *a, const char *text, struct header *out, const char **why)
{
	struct json_object *o;

	*out = (struct header){ 0 };
	if (strlen(text) > HEADER_TEXT_MAX)
		return jwt_fail(why, arena_printf(a, "the token's header is longer than %d bytes",
						  JWT_HEADER_MAX));
	o = jwt_object_decode(a, text);
	if (o == NULL || !jwt_header_take(o, out))
		return jwt_fail(why, "the token's header is malformed");
	if (jwt_header_asks_more(o))
		return jwt_fail(why, "the token's header has crit, b64, zip or enc, which are not "
				     "supported");
	return OK;
}

/* The kid is only compared with those of the given keys. It is never part of a file name, a
 * query or an address (T-J02). */
static bool
jwt_key_fits(const struct jwk *key, const struct algorithm *alg, const char *kid)
{
	return key->alg == alg->alg && (kid == NULL || text_equal(kid, key->kid));
}

static bool
jwt_is_signed(const struct parts *p, const struct header *h, const struct jwks *keys,
	      struct bytes signature)
{
	const struct algorithm *alg = algorithm_find(h->alg);

	if (alg == NULL)
		return false;
	for (size_t i = 0; i < keys->n; i++)
		if (jwt_key_fits(&keys->key[i], alg, h->kid) &&
		    alg->verify(&keys->key[i], p->input, signature))
			return true;
	return false;
}

/* Returns the position of the closing quote of the string that opens at `i`, or the end. */
static size_t
jwt_string_end(struct bytes json, size_t i)
{
	for (i++; i < json.size && json.data[i] != '"'; i++)
		if (json.data[i] == '\\')
			i++;
	return i;
}

static int64_t
jwt_digits(struct bytes json, size_t i)
{
	size_t end = i + EXP_DIGITS_MAX < json.size ? i + EXP_DIGITS_MAX : json.size;
	size_t first = i;
	int64_t n = 0;

	for (; i < end && json.data[i] >= '0' && json.data[i] <= '9'; i++)
		n = n * 10 + (json.data[i] - '0');
	if (i == first || i == json.size || (json.data[i] != ',' && json.data[i] != '}'))
		return -1;
	return n;
}

/* Finds `exp` of the outermost object, in JSON without white space, as we write it. For other
 * text the result may be any number: it is used to find a row, and the row is checked. */
static int64_t
jwt_find_exp(struct bytes json)
{
	static const char name[] = "\"exp\":";
	const size_t size = sizeof(name) - 1;
	int depth = 0;

	for (size_t i = 0; i < json.size; i++) {
		switch (json.data[i]) {
		case '{':
		case '[': depth++; break;
		case '}':
		case ']': depth--; break;
		case '"':
			if (depth == 1 && json.size - i > size &&
			    memcmp(json.data + i, name, size) == 0)
				return jwt_digits(json, i + size);
			i = jwt_string_end(json, i);
			break;
		}
	}
	return -1;
}

/* Checks in the order of RFC 7515, 5.2 and RFC 7519, 7.2. */
enum err
jwt_verify(struct arena *a, const char *token, const struct jwks *keys, struct jwt *out,
	   const char **why)
{
	struct bytes signature;
	struct header h;
	struct parts p;

	*out = (struct jwt){ 0 };
	if (strnlen(token, JWT_SIZE_MAX + 1) > JWT_SIZE_MAX)
		return jwt_fail(why,
				arena_printf(a, "the token is longer than %d bytes", JWT_SIZE_MAX));
	if (!jwt_token_split(a, token, &p))
		return jwt_fail(why, "the token is not a signed JWT in its compact form");
	TRY(jwt_header_read(a, p.header, &h, why));
	if (!b64url_decode(a, p.signature, &signature) || !jwt_is_signed(&p, &h, keys, signature))
		return jwt_fail(why, "no key of its issuer verifies the token's signature");
	out->claims = jwt_object_decode(a, p.payload);
	if (out->claims == NULL)
		return jwt_fail(why, "the token's claims are not one JSON object");
	out->typ = h.typ;
	out->kid = h.kid;
	return OK;
}

const char *
jwt_peek_issuer(struct arena *a, const char *token)
{
	struct json_object *claims;
	const char *issuer;
	struct parts p;

	if (!jwt_token_split(a, token, &p))
		return NULL;
	claims = jwt_object_decode(a, p.payload);
	if (claims == NULL || json_text(claims, "iss", &issuer) != JSON_FOUND)
		return NULL;
	return issuer;
}

/* Reads `exp` and `jti` from the first characters of the payload; the rest is not read. */
static bool
jwt_front_decode(struct arena *a, const char *token, struct bytes *json)
{
	const char *dot = strchr(token, '.');

	return dot != NULL && strnlen(dot + 1, FRONT) == FRONT &&
	       b64url_decode_public(a, arena_strndup(a, dot + 1, FRONT), json);
}

static const char *
jwt_find_jti(struct arena *a, struct bytes front)
{
	static const char name[] = ",\"jti\":\"";
	const char *text = arena_strndup(a, (const char *)front.data, front.size), *end;

	text = strstr(text, name);
	if (text == NULL)
		return NULL;
	text += strlen(name);
	end = strchr(text, '"');
	return end != NULL ? arena_strndup(a, text, (size_t)(end - text)) : NULL;
}

/* Introspection calls this for each RPT, so it scans instead of parsing, and starts at the
 * front, where our tokens have `exp`. */
int64_t
jwt_peek_exp(struct arena *a, const char *token, const char **jti)
{
	struct bytes json;
	struct parts p;
	int64_t exp = -1;

	*jti = NULL;
	if (jwt_front_decode(a, token, &json)) {
		exp = jwt_find_exp(json);
		*jti = jwt_find_jti(a, json);
	}
	if (exp < 0 && jwt_token_split(a, token, &p) && b64url_decode_public(a, p.payload, &json))
		exp = jwt_find_exp(json);
	return exp;
}

char *
jwt_prepare(struct arena *a, const struct signing_key *key, const char *typ, struct bytes claims)
{
	struct buf header = { .arena = a }, token = { .arena = a };
	char room[JWT_SIGNATURE + 1];

	out_open(&header, NULL, '{');
	out_text(&header, "typ", typ);
	out_text(&header, "alg", key->alg);
	out_text(&header, "kid", key->kid);
	out_close(&header, '}');

	memset(room, '-', JWT_SIGNATURE);
	room[JWT_SIGNATURE] = '\0';
	buf_text(&token, b64url_encode(a, buf_bytes(&header)));
	buf_char(&token, '.');
	buf_text(&token, b64url_encode(a, claims));
	buf_char(&token, '.');
	buf_text(&token, room);
	return token.data;
}

void
jwt_complete(const struct signing_key *key, char *token)
{
	char *room = token + strlen(token) - JWT_SIGNATURE;
	uint8_t signature[64];

	ed25519_sign(key->secret, BYTES(token, (size_t)(room - 1 - token)), signature);
	b64url_write(BYTES(signature, sizeof signature), room);
}

char *
jwt_sign(struct arena *a, const struct signing_key *key, const char *typ, struct bytes claims)
{
	char *token = jwt_prepare(a, key, typ, claims);

	jwt_complete(key, token);
	return token;
}
