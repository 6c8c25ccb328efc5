/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of algorithms (RFC 7518, 3; RFC 8037, 3.1; RFC 9864, 2.2). It has no row for `none` or
 * an HMAC, so such tokens are rejected, whatever their header contains (T-J01).
 */
#include "src/jose/algorithm.h"

/* clang-format off */
static const struct algorithm algorithms[] = {
	/* name       key        kty    how */
	{ "EdDSA",   ALG_EDDSA, "OKP", ed25519_verify },	/* deprecated, but common */
	{ "Ed25519", ALG_EDDSA, "OKP", ed25519_verify },
	{ "ES256",   ALG_ES256, "EC",  es256_verify },
	{ "RS256",   ALG_RS256, "RSA", rs256_verify },
	{ "PS256",   ALG_PS256, "RSA", ps256_verify },
};
/* clang-format on */

const struct algorithm *
algorithm_find(const char *name)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return &algorithms[i];
	return NULL;
}
