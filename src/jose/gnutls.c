/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ES256, RS256 and PS256 (RFC 7518, 3.3 to 3.5) by GnuTLS: the only place that meets it. It
 * verifies; it has no private key, signs nothing and decrypts nothing (T-J06).
 *
 * A key is imported for every signature, which costs little beside verifying. Should that ever
 * show, jose_key_import is where a cache belongs.
 */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include "src/jose/algorithm.h"

#define P256_SIZE   32 /* bytes of a coordinate, and of r and s */
#define SHA256_SIZE 32

static gnutls_datum_t
jose_datum(struct bytes b)
{
	return (gnutls_datum_t){ (unsigned char *)b.data, (unsigned)b.size };
}

static int
jose_import_numbers(gnutls_pubkey_t key, const struct jwk *k)
{
	gnutls_datum_t x = jose_datum(k->x), y = jose_datum(k->y), n = jose_datum(k->n),
		       e = jose_datum(k->e);

	if (k->alg == ALG_ES256)
		return gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y);
	return gnutls_pubkey_import_rsa_raw(key, &n, &e);
}

/* A salt as long as the hash and nothing else (RFC 7518, 3.5). The library's default is the same
 * today; a default is not what a signature should hang on. */
static int
jose_require_salt(gnutls_pubkey_t key)
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
jose_key_import(const struct jwk *k)
{
	gnutls_pubkey_t key;
	int rc;

	if (gnutls_pubkey_init(&key) < 0)
		return NULL;
	rc = jose_import_numbers(key, k);
	if (rc >= 0 && k->alg == ALG_PS256)
		rc = jose_require_salt(key);
	if (rc >= 0)
		return key;
	gnutls_pubkey_deinit(key);
	return NULL;
}

static bool
jose_verify(const struct jwk *k, gnutls_sign_algorithm_t how, struct bytes input,
	    struct bytes signature)
{
	gnutls_datum_t text = jose_datum(input), sig = jose_datum(signature);
	gnutls_pubkey_t key = jose_key_import(k);
	int rc;

	if (key == NULL)
		return false;
	rc = gnutls_pubkey_verify_data2(key, how, 0, &text, &sig);
	gnutls_pubkey_deinit(key);
	return rc >= 0;
}

/* Importing takes any pair of numbers; only the check of parameters asks whether they lie on the
 * curve (T-J05). */
bool
p256_is_public_key(const struct jwk *k)
{
	gnutls_pubkey_t key = jose_key_import(k);
	int rc;

	if (key == NULL)
		return false;
	rc = gnutls_pubkey_verify_params(key);
	gnutls_pubkey_deinit(key);
	return rc >= 0;
}

/* JOSE writes r and s one after the other; GnuTLS reads them in DER. */
bool
es256_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	gnutls_datum_t r, s, der;
	bool ok;

	if (signature.size != 2 * P256_SIZE)
		return false;
	r = jose_datum(BYTES(signature.data, P256_SIZE));
	s = jose_datum(BYTES(signature.data + P256_SIZE, P256_SIZE));
	if (gnutls_encode_rs_value(&der, &r, &s) < 0)
		return false;
	ok = jose_verify(key, GNUTLS_SIGN_ECDSA_SHA256, input, BYTES(der.data, der.size));
	gnutls_free(der.data);
	return ok;
}

/* RFC 8017, 8.2.2, step 1: a signature has exactly the modulus's size; the same below. */
bool
rs256_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	return signature.size == key->n.size &&
	       jose_verify(key, GNUTLS_SIGN_RSA_SHA256, input, signature);
}

bool
ps256_verify(const struct jwk *key, struct bytes input, struct bytes signature)
{
	return signature.size == key->n.size &&
	       jose_verify(key, GNUTLS_SIGN_RSA_PSS_SHA256, input, signature);
}
