/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies ES256, RS256 and PS256 (RFC 7518, 3.3 to 3.5) with GnuTLS. No other file of this room
 * uses GnuTLS. There is no private key here: nothing is signed or decrypted (T-J06).
 *
 * The key is imported for each signature, which takes little time compared with the verification.
 */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include "src/jose/algorithm.h"

#define P256_SIZE   32 /* bytes of a coordinate, and of r and s */
#define SHA256_SIZE 32

static gnutls_datum_t
pubkey_datum(struct bytes b)
{
	return (gnutls_datum_t){ (unsigned char *)b.data, (unsigned)b.size };
}

static int
pubkey_import_numbers(gnutls_pubkey_t key, const struct jwk *k)
{
	gnutls_datum_t x = pubkey_datum(k->x), y = pubkey_datum(k->y), n = pubkey_datum(k->n),
		       e = pubkey_datum(k->e);

	if (k->alg == ALG_ES256)
		return gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y);
	return gnutls_pubkey_import_rsa_raw(key, &n, &e);
}

/* The salt must be exactly as long as the hash (RFC 7518, 3.5). This is the library's default, but
 * a later version may have another one. */
static int
pubkey_require_salt(gnutls_pubkey_t key)
{
	gnutls_x509_spki_t spki;
	int rc = gnutls_x509_spki_init(&spki);

	if (rc < 0)
		return rc;
	gnutls_x509_spki_set_rsa_pss_params(spki, GNUTLS_DIG_SHA256, SHA256_SIZE);
	rc = gnutls_pubkey_set_spki(key, spki, 0);
	gnutls_x509_spki_deinit(spki);
	return rc;
}

static gnutls_pubkey_t
pubkey_import(const struct jwk *k)
{
	gnutls_pubkey_t key;
	int rc;

	if (gnutls_pubkey_init(&key) < 0)
		return NULL;
	rc = pubkey_import_numbers(key, k);
	if (rc >= 0 && k->alg == ALG_PS256)
		rc = pubkey_require_salt(key);
	if (rc >= 0)
		return key;
	gnutls_pubkey_deinit(key);
	return NULL;
}

static bool
pubkey_verify(const struct jwk *k, gnutls_sign_algorithm_t algorithm, struct bytes input,
	      struct bytes signature)
{
	gnutls_datum_t text = pubkey_datum(input), sig = pubkey_datum(signature);
	gnutls_pubkey_t key = pubkey_import(k);
	int rc;

	if (key == NULL)
		return false;
	rc = gnutls_pubkey_verify_data2(key, algorithm, 0, &text, &sig);
	gnutls_pubkey_deinit(key);
	return rc >= 0;
}

/* The import accepts any two numbers; gnutls_pubkey_verify_params checks that they are a point of
 * the curve (T-J05). */
bool
p256_is_public_key(const struct jwk *k)
{
	gnutls_pubkey_t key = pubkey_import(k);
	int rc;

	if (key == NULL)
		return false;
	rc = gnutls_pubkey_verify_params(key);
	gnutls_pubkey_deinit(key);
	return rc >= 0;
}

/* JOSE concatenates r and s (RFC 7518, 3.4); GnuTLS expects DER. */
bool
es256_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	gnutls_datum_t r, s, der;
	bool ok;

	if (signature.size != 2 * P256_SIZE)
		return false;
	r = pubkey_datum(BYTES(signature.data, P256_SIZE));
	s = pubkey_datum(BYTES(signature.data + P256_SIZE, P256_SIZE));
	if (gnutls_encode_rs_value(&der, &r, &s) < 0)
		return false;
	ok = pubkey_verify(key, GNUTLS_SIGN_ECDSA_SHA256, input, BYTES(der.data, der.size));
	gnutls_free(der.data);
	return ok;
}

/* A signature has exactly the size of the modulus (RFC 8017, 8.2.2, step 1, and 8.1.2). */
bool
rs256_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	return signature.size == key->n.size &&
	       pubkey_verify(key, GNUTLS_SIGN_RSA_SHA256, input, signature);
}

bool
ps256_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	return signature.size == key->n.size &&
	       pubkey_verify(key, GNUTLS_SIGN_RSA_PSS_SHA256, input, signature);
}
