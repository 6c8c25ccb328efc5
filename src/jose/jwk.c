/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys of issuers (RFC 7517; RFC 7518, 6; RFC 8037, 2). A key is parsed and checked once,
 * and bound to one algorithm. The caller decides whether the source of the set is trusted and
 * current.
 */
#include "jose/jwk.h"

#include "src/jose/algorithm.h"
#include "base/b64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192
#define RSA_E_MAX    4 /* bytes; a longer exponent would only cost time */
#define KEY_OPS_MAX  8
#define P256_SIZE    32
#define ED25519_SIZE 32

/* Keys of a set that are not supported are ignored (RFC 7517, 5); insecure keys are errors. */
enum found { USABLE, UNUSABLE, HARMFUL };

static enum found
jwk_key_fail(const char **why, enum found found, const char *reason)
{
	*why = reason;
	return found;
}

/* Reads a number or coordinate. Only canonical base64url is accepted, so a key has one encoding
 * (T-P09). */
static bool
jwk_octets(struct arena *a, struct json_object *o, const char *name, struct bytes *out)
{
	const char *text;

	return json_text(o, name, &text) == JSON_FOUND && b64url_decode(a, text, out) &&
	       out->size > 0;
}

static enum found
jwk_okp_read(struct arena *a, struct json_object *o, struct jwk *out, const char **why)
{
	struct bytes x;

	if (!jwk_octets(a, o, "x", &x) || x.size != ED25519_SIZE)
		return jwk_key_fail(why, UNUSABLE, "an Ed25519 key needs x, 32 bytes in base64url");
	memcpy(out->ed25519, x.data, ED25519_SIZE);
	if (!ed25519_is_public_key(out->ed25519))
		return jwk_key_fail(why, HARMFUL, "x must be a valid Ed25519 public key");
	return USABLE;
}

static enum found
jwk_ec_read(struct arena *a, struct json_object *o, struct jwk *out, const char **why)
{
	if (!jwk_octets(a, o, "x", &out->x) || out->x.size != P256_SIZE ||
	    !jwk_octets(a, o, "y", &out->y) || out->y.size != P256_SIZE)
		return jwk_key_fail(why, UNUSABLE,
				    "a P-256 key needs x and y, 32 bytes each in base64url");
	if (!p256_is_public_key(out))
		return jwk_key_fail(why, HARMFUL, "x and y must be a point of the curve P-256");
	return USABLE;
}

/* The size of a number without leading zero bytes, which RFC 7518, 6.3.1.1 forbids. */
static size_t
jwk_bits(struct bytes number)
{
	size_t n = number.size * 8;

	if (number.data[0] == 0)
		return 0;
	for (unsigned top = number.data[0]; top < 0x80; top <<= 1)
		n--;
	return n;
}

static bool
jwk_is_odd(struct bytes number)
{
	return (number.data[number.size - 1] & 1) != 0;
}

static enum found
jwk_rsa_read(struct arena *a, struct json_object *o, struct jwk *out, const char **why)
{
	if (!jwk_octets(a, o, "n", &out->n) || !jwk_octets(a, o, "e", &out->e))
		return jwk_key_fail(why, UNUSABLE, "an RSA key needs n and e in base64url");
	if (jwk_bits(out->n) < RSA_BITS_MIN || jwk_bits(out->n) > RSA_BITS_MAX)
		return jwk_key_fail(why, UNUSABLE,
				    "an RSA n has 2048 to 8192 bits and no zeros in front");
	if (out->e.size > RSA_E_MAX || jwk_bits(out->e) == 0)
		return jwk_key_fail(why, UNUSABLE,
				    "an RSA e has at most 4 bytes and no zeros in front");
	if (!jwk_is_odd(out->n) || !jwk_is_odd(out->e) || jwk_bits(out->e) == 1)
		return jwk_key_fail(why, HARMFUL,
				    "n and e of an RSA key must be odd, and e at least 3");
	return USABLE;
}

/* The supported keys. To add one, add a row, a function, and rows in algorithm.c. */
/* clang-format off */
static const struct kind {
	const char *kty, *crv;	/* crv NULL: keys of this type have no curve */
	const char *alg;	/* if the key has no alg */
	enum found (*read)(struct arena *a, struct json_object *o, struct jwk *out,
			   const char **why);
} kinds[] = {
	{ "OKP", "Ed25519", "EdDSA", jwk_okp_read },
	{ "EC",  "P-256",   "ES256", jwk_ec_read  },
	{ "RSA", NULL,      "RS256", jwk_rsa_read },
};
/* clang-format on */

static const struct kind *
jwk_kind_find(struct json_object *o)
{
	const char *kty, *crv = NULL;

	if (json_text(o, "kty", &kty) != JSON_FOUND)
		return NULL;
	json_text(o, "crv", &crv);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kty, kty) == 0 &&
		    (kinds[i].crv == NULL || text_equal(kinds[i].crv, crv)))
			return &kinds[i];
	return NULL;
}

/* RFC 7518, 6.2.2, 6.3.2 and 6.4; RFC 8037, 2. A published private member compromises the key. */
static bool
jwk_is_private(struct json_object *o)
{
	static const char *const members[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_object_object_get_ex(o, members[i], NULL))
			return true;
	return false;
}

/* `use` and `key_ops` must be absent or allow verification (RFC 7517, 4.2 and 4.3). */
static bool
jwk_is_for_verifying(struct arena *a, struct json_object *o)
{
	enum json_found found;
	struct str_list ops = { 0 };
	const char *use;

	found = json_text(o, "use", &use);
	if (found == JSON_WRONG || (found == JSON_FOUND && strcmp(use, "sig") != 0))
		return false;
	found = json_str_list(a, o, "key_ops", KEY_OPS_MAX, &ops);
	return found == JSON_ABSENT || (found == JSON_FOUND && str_list_has(&ops, "verify"));
}

/* The algorithm of the key: its `alg`, if that is valid for its type, else the default of its
 * type. */
static enum alg
jwk_alg_read(struct json_object *o, const struct kind *kind)
{
	const struct algorithm *row;
	const char *name = kind->alg;

	if (json_text(o, "alg", &name) == JSON_WRONG)
		return ALG_NONE;
	row = algorithm_find(name);
	return row != NULL && strcmp(row->kty, kind->kty) == 0 ? row->alg : ALG_NONE;
}

static enum found
jwk_key_read(struct arena *a, struct json_object *o, struct jwk *out, const char **why)
{
	const struct kind *kind;

	*out = (struct jwk){ .alg = ALG_NONE };
	kind = jwk_kind_find(o);
	if (kind == NULL)
		return jwk_key_fail(why, UNUSABLE,
				    "the key must be OKP with Ed25519, EC with P-256, or RSA");
	if (jwk_is_private(o))
		return jwk_key_fail(why, HARMFUL, "the key has private members");
	if (json_text(o, "kid", &out->kid) == JSON_WRONG)
		return jwk_key_fail(why, UNUSABLE, "kid must be a string");
	if (!jwk_is_for_verifying(a, o))
		return jwk_key_fail(why, UNUSABLE, "use and key_ops must allow verification");
	out->alg = jwk_alg_read(o, kind);
	if (out->alg == ALG_NONE)
		return jwk_key_fail(why, UNUSABLE,
				    "alg must be a supported algorithm of the key's type");
	return kind->read(a, o, out, why);
}

static enum err
jwk_set_fail(const char **why, const char *reason)
{
	*why = reason;
	return ERR_INVALID_REQUEST;
}

enum err
jwk_parse(struct arena *a, struct json_object *o, struct jwk *out, const char **why)
{
	return jwk_key_read(a, o, out, why) == USABLE ? OK : ERR_INVALID_REQUEST;
}

enum err
jwks_parse(struct arena *a, struct json_object *o, struct jwks *out, const char **why)
{
	struct json_object *keys;

	out->n = 0;
	if (json_member(o, "keys", json_type_array, &keys) != JSON_FOUND)
		return jwk_set_fail(why, "the key set must be a JSON object with an array keys");

	for (size_t i = 0; i < json_object_array_length(keys); i++) {
		struct jwk key;
		enum found found = jwk_key_read(a, json_object_array_get_idx(keys, i), &key, why);

		if (found == HARMFUL)
			return ERR_INVALID_REQUEST;
		if (found == UNUSABLE)
			continue;
		if (out->n == JWKS_MAX)
			return jwk_set_fail(why, "the key set must have at most 16 usable keys");
		out->key[out->n++] = key;
	}
	return out->n > 0 ? OK : jwk_set_fail(why, "the key set has no key that can be used");
}

/* RFC 7638, 3.2, with the members of RFC 8037, 2: in this order, without white space. */
char *
jwk_thumbprint(struct arena *a, const uint8_t public_key[32])
{
	const char *text = arena_printf(a, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}",
					b64url_encode(a, BYTES(public_key, 32)));
	uint8_t hash[32];

	crypto_sha256(bytes_of(text), hash);
	return b64url_encode(a, BYTES(hash, sizeof(hash)));
}
