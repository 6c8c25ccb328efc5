/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and key sets of others (T-J05).  Whatever key is taken has an algorithm, has its numbers,
 * and takes neither a signature of nothing but zeros nor one of nothing but ones.
 */
#include "base/crypto.h"
#include "base/json.h"
#include "jose/jwk.h"
#include "src/jose/algorithm.h"
#include "tests/fuzz/fuzz.h"

#define SIGNATURE_MAX 1024 /* RSA of 8,192 bits */

static const char *const names[] = {
	[ALG_EDDSA] = "EdDSA",
	[ALG_ES256] = "ES256",
	[ALG_RS256] = "RS256",
	[ALG_PS256] = "PS256",
};

static void
jwk_check_key(struct arena *a, const struct jwk *key)
{
	static const int fills[] = { 0x00, 0xff };
	uint8_t *signature = arena_alloc(a, SIGNATURE_MAX);
	size_t size = key->n.size > 0 ? key->n.size : 64;

	MUST(key->alg != ALG_NONE && size <= SIGNATURE_MAX);
	for (int i = 0; i < 2; i++) {
		memset(signature, fills[i], size);
		MUST(!algorithm_find(names[key->alg])
			      ->verify(key, bytes_of("a.b"), BYTES(signature, size)));
	}
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	crypto_start();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct json_object *o;
	struct jwks keys;
	struct jwk key;

	o = json_parse(a, BYTES(data, size), &why);
	if (jwk_parse(a, o, &key, &why) == OK)
		jwk_check_key(a, &key);
	if (jwks_parse(a, o, &keys, &why) == OK) {
		MUST(keys.n > 0 && keys.n <= JWKS_MAX);
		for (size_t i = 0; i < keys.n; i++)
			jwk_check_key(a, &keys.key[i]);
	}
	arena_free(a);
	return 0;
}
