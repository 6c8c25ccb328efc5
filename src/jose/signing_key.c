/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own Ed25519 keys (RFC 8037): they are made, sealed for the store, opened and published here.
 * The model decides when a key signs and when it is retired.
 */
#include "jose/signing_key.h"

#include "src/jose/algorithm.h"
#include "base/b64.h"
#include "base/json.h"
#include "base/text.h"
#include "jose/jwk.h"

#define PURPOSE "jose signing key"

/* Returns the name as a constant text, or NULL if it is not a name of Ed25519. */
static const char *
signing_key_alg_name(const char *alg)
{
	if (text_equal(alg, "EdDSA"))
		return "EdDSA";
	return text_equal(alg, "Ed25519") ? "Ed25519" : NULL;
}

static void
signing_key_make(const uint8_t *seed, const char *alg, struct signing_key *out)
{
	struct arena *a = arena_new();
	const char *name = signing_key_alg_name(alg);

	memset(out, 0, sizeof(*out));
	ed25519_pair(seed, out->public_key, out->secret);
	memcpy(out->kid, jwk_thumbprint(a, out->public_key), sizeof(out->kid));
	out->alg = name != NULL ? name : "EdDSA";
	arena_free(a);
}

/* Each tenant has its own sealing key, so the key of one tenant cannot open the keys of another
 * (T-K01). */
static void
signing_key_derive(const struct key *master, uint64_t tenant, struct key *out)
{
	uint8_t id[8];

	for (int i = 0; i < 8; i++)
		id[i] = (uint8_t)(tenant >> (56 - 8 * i));
	crypto_derive(master, PURPOSE, BYTES(id, sizeof(id)), out);
}

void
signing_key_generate(const char *alg, struct signing_key *out)
{
	signing_key_make(NULL, alg, out);
}

void
signing_key_from_seed(const uint8_t seed[32], const char *alg, struct signing_key *out)
{
	signing_key_make(seed, alg, out);
}

struct bytes
signing_key_seal(struct arena *a, const struct signing_key *k, const struct key *master,
		 uint64_t tenant)
{
	struct bytes sealed;
	struct key key;

	signing_key_derive(master, tenant, &key);
	sealed = crypto_seal(a, NULL, &key, BYTES(k->secret, sizeof(k->secret)), bytes_of(k->kid));
	crypto_wipe(&key, sizeof(key));
	return sealed;
}

bool
signing_key_open(struct arena *a, struct bytes sealed, const char *kid, const char *alg,
		 const struct key *master, uint64_t tenant, struct signing_key *out)
{
	struct bytes plain;
	struct key key;
	bool ok;

	memset(out, 0, sizeof(*out));
	signing_key_derive(master, tenant, &key);
	ok = crypto_open(a, &key, sealed, bytes_of(kid), &plain);
	crypto_wipe(&key, sizeof(key));
	if (!ok || plain.size != sizeof(out->secret) || signing_key_alg_name(alg) == NULL ||
	    !text_equal(jwk_thumbprint(a, plain.data + 32), kid))
		return false;

	memcpy(out->secret, plain.data, plain.size);
	memcpy(out->public_key, plain.data + 32, sizeof(out->public_key));
	memcpy(out->kid, kid, sizeof(out->kid));
	out->alg = signing_key_alg_name(alg);
	return true;
}

void
signing_key_print_jwk(struct buf *b, const char *kid, const char *alg, const uint8_t public_key[32])
{
	out_open(b, NULL, '{');
	out_text(b, "kty", "OKP");
	out_text(b, "crv", "Ed25519");
	out_text(b, "x", b64url_encode(b->arena, BYTES(public_key, 32)));
	out_text(b, "kid", kid);
	out_text(b, "use", "sig");
	out_text(b, "alg", alg);
	out_close(b, '}');
}
