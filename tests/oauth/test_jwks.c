/* SPDX-License-Identifier: Apache-2.0 */
/* The published keys over time, as a resource server fetches them (T-K02). */
#include "base/json.h"
#include "base/text.h"
#include "jose/jwt.h"
#include "oauth/endpoints.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static struct http_in in;
static struct http_out out;

static void
jwks_endpoint_setup(void)
{
	harness_open(&c.s);
}

static void
jwks_endpoint_teardown(void)
{
	harness_close(&c.s);
}

/* The key set as published at `now`, in its own arena. */
static struct json_object *
jwks_published_kids(struct arena *a, int64_t now)
{
	struct request rq = { .work = c.s.w, .in = &in, .out = &out };
	const char *why = NULL;

	out = (struct http_out){ 0 };
	rq.work.arena = a;
	rq.work.now = now;
	CU_ASSERT_EQUAL(jwks_get(&rq), OK);
	return json_parse(a, out.body, &why);
}

static bool
jwks_verifies_token(const char *token, int64_t now)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct jwks keys;
	struct jwt jwt;
	bool good = jwks_parse(a, jwks_published_kids(a, now), &keys, &why) == OK &&
		    jwt_verify(a, token, &keys, &jwt, &why) == OK;

	arena_free(a);
	return good;
}

static const char *
sign_at(int64_t now)
{
	const struct signing_key *key = tenant_signing_key(c.s.w.tenant, now);

	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	return jwt_sign(c.s.arena, key, "at+jwt", bytes_of("{}"));
}

static void
jwks_rotate_key(void)
{
	char kid[44];

	CU_ASSERT_EQUAL(tenant_key_rotate(&c.s.w, &c.s.master, kid), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

/* RFC 8037, 2; RFC 7517, 5. */
static void
the_key_set_contains_only_public_keys(void)
{
	struct json_object *set = jwks_published_kids(c.s.arena, HARNESS_NOW), *list, *key;
	const char *x = "";

	CU_ASSERT_FATAL(json_object_object_get_ex(set, "keys", &list));
	CU_ASSERT_EQUAL_FATAL(json_object_array_length(list), 1);
	key = json_object_array_get_idx(list, 0);
	json_text(key, "x", &x);
	CU_ASSERT_EQUAL(strlen(x), 43);
	CU_ASSERT_FALSE(json_object_object_get_ex(key, "d", NULL));
	CU_ASSERT_STRING_EQUAL(out.content_type, "application/jwk-set+json");
}

/*
 * The key is rotated at HARNESS_NOW with a waiting time of an hour. A token issued in any minute
 * from before until well after the change verifies with the keys published in every second of its
 * longest lifetime.
 */
static void
a_token_verifies_until_it_expires(void)
{
	static const int64_t life = 300;

	jwks_rotate_key();
	for (int64_t at = HARNESS_NOW + 3300; at <= HARNESS_NOW + 3900; at += 60) {
		const char *token = sign_at(at);

		for (int64_t now = at; now <= at + life; now += 7)
			CU_ASSERT(jwks_verifies_token(token, now));
	}
}

static void
the_last_token_of_a_key_verifies_in_every_second_of_its_lifetime(void)
{
	const char *last;
	int64_t at = HARNESS_NOW + 3599;

	jwks_rotate_key();
	last = sign_at(at);
	CU_ASSERT_FALSE(text_equal(last, sign_at(at + 1)));
	for (int64_t now = at; now < at + 300; now++)
		CU_ASSERT(jwks_verifies_token(last, now));
	CU_ASSERT(jwks_verifies_token(last, at + 86400)); /* the longest lifetime of a token */
	CU_ASSERT_FALSE(jwks_verifies_token(last, at + 86401));
}

/* A resource server that caches the key set as long as allowed has the new key before it signs. */
static void
a_cached_key_set_has_every_signing_key(void)
{
	struct arena *a = arena_new();
	struct json_object *before = jwks_published_kids(a, HARNESS_NOW - 1), *kept;
	const char *why = NULL;
	struct jwks keys;
	struct jwt jwt;

	CU_ASSERT_STRING_EQUAL(out.header[HEADER_CACHE_CONTROL], "public, max-age=3600");
	jwks_rotate_key();
	kept = jwks_published_kids(a, HARNESS_NOW);
	CU_ASSERT_EQUAL(jwks_parse(a, kept, &keys, &why), OK);
	CU_ASSERT_EQUAL(keys.n, 2);
	CU_ASSERT_EQUAL(jwt_verify(a, sign_at(HARNESS_NOW + 3600), &keys, &jwt, &why), OK);
	CU_ASSERT_EQUAL(jwks_parse(a, before, &keys, &why), OK);
	CU_ASSERT_EQUAL(jwt_verify(a, sign_at(HARNESS_NOW + 3599), &keys, &jwt, &why), OK);
	arena_free(a);
}

static void
a_short_waiting_time_of_keys_shortens_the_caching_time(void)
{
	harness_set_setting(&c.s, "key_wait", "60");
	jwks_published_kids(c.s.arena, HARNESS_NOW);
	CU_ASSERT_STRING_EQUAL(out.header[HEADER_CACHE_CONTROL], "public, max-age=60");
	harness_set_setting(&c.s, "key_wait", "0");
	jwks_published_kids(c.s.arena, HARNESS_NOW);
	CU_ASSERT_STRING_EQUAL(out.header[HEADER_CACHE_CONTROL], "no-cache");
}

static void
a_retired_key_verifies_nothing(void)
{
	const char *token = sign_at(HARNESS_NOW);
	const char *kid = tenant_signing_key(c.s.w.tenant, HARNESS_NOW)->kid;

	CU_ASSERT(jwks_verifies_token(token, HARNESS_NOW));
	CU_ASSERT_EQUAL(tenant_key_retire(&c.s.w, &c.s.master, arena_strdup(c.s.arena, kid)), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(jwks_verifies_token(token, HARNESS_NOW));
	CU_ASSERT(jwks_verifies_token(sign_at(HARNESS_NOW), HARNESS_NOW));
}

static CU_TestInfo tests[] = {
	{ "the key set contains only public keys [O-8037-01 O-8037-02 O-8037-05]",
	  the_key_set_contains_only_public_keys },
	{ "a token verifies until it expires [T-K02 O-8037-08 O-8037-07]",
	  a_token_verifies_until_it_expires },
	{ "the last token of a key verifies in every second of its lifetime [T-K02 O-8037-08]",
	  the_last_token_of_a_key_verifies_in_every_second_of_its_lifetime },
	{ "a cached key set has every signing key [T-K02]",
	  a_cached_key_set_has_every_signing_key },
	{ "a short waiting time of keys shortens the caching time [T-K02]",
	  a_short_waiting_time_of_keys_shortens_the_caching_time },
	{ "a retired key verifies nothing [T-K03]", a_retired_key_verifies_nothing },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo jwks_suite = { "oauth/jwks",	    NULL, NULL, jwks_endpoint_setup,
			    jwks_endpoint_teardown, tests };
