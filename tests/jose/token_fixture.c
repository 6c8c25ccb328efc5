/* SPDX-License-Identifier: Apache-2.0 */
/* Checks forged tokens with all keys. */
#include "tests/jose/token_fixture.h"

#include <stdio.h>

#include "jose/jwt.h"
#include "tests/jose/keys.h"
#include "tests/jose/vectors.h"
#include "tests/run.h"

struct arena *a;
struct signing_key ours, theirs;

static struct jwks keys;
static unsigned forgeries;

int
token_fixture_setup(void)
{
	a = arena_new();
	all_keys(a, &keys);
	signing_key_of(a, WIRE_AS_D, "EdDSA", &ours);
	signing_key_from_seed((const uint8_t[32]){ 6, 6, 6 }, "EdDSA", &theirs);
	return 0;
}

int
token_fixture_teardown(void)
{
	arena_free(a);
	return 0;
}

unsigned
token_fixture_count(void)
{
	return forgeries;
}

int
token_accepted(const char *token)
{
	const char *why = NULL;
	struct jwt jwt;
	enum err e = jwt_verify(a, token, &keys, &jwt, &why);

	CU_ASSERT(e == OK || (e == ERR_INVALID_TOKEN && why != NULL));
	return e == OK;
}

int
token_rejected(const char *token)
{
	forgeries++;
	if (!token_accepted(token))
		return 1;
	fprintf(stderr, "taken: %s\n", token);
	return 0;
}

char *
token_part(const char *token, int n)
{
	while (n-- > 0)
		token = strchr(token, '.') + 1;
	return arena_strndup(a, token, strcspn(token, "."));
}

char *
token_join(const char *header, const char *payload, const char *signature)
{
	return arena_printf(a, "%s.%s.%s", header, payload, signature);
}
