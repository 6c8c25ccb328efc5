/* SPDX-License-Identifier: Apache-2.0 */
#include "model/issuer.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

/* RFC 8037, appendix A.2. */
#define KEYS                                                                                       \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                         \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

static struct fixture c;

static void
issuer_setup(void)
{
	harness_open(&c.s);
}

static void
issuer_teardown(void)
{
	harness_close(&c.s);
}

static enum err
issuer_put_commit(const char *url, const char *jwks)
{
	enum err e = issuer_put(&c.s.w, &(struct issuer){ .url = url, .jwks = jwks });

	if (e == OK)
		return harness_commit(&c.s);
	CU_ASSERT_PTR_NOT_NULL(c.s.w.refusal.why);
	harness_begin(&c.s);
	return e;
}

static void
an_issuer_is_found_by_its_exact_url(void)
{
	struct issuer i;

	CU_ASSERT_EQUAL(issuer_put_commit(IDP, KEYS), OK);
	CU_ASSERT_EQUAL_FATAL(issuer_find(&c.s.w, IDP, ERR_NOT_FOUND, &i), OK);
	CU_ASSERT_STRING_EQUAL(i.jwks, KEYS);
	CU_ASSERT_EQUAL(issuer_find(&c.s.w, IDP "/", ERR_NOT_FOUND, &i), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(issuer_find(&c.s.w, "", ERR_NOT_FOUND, &i), ERR_NOT_FOUND);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(issuer_find(&c.s.w, IDP, ERR_NOT_FOUND, &i), ERR_NOT_FOUND);
}

static const struct jwks *
keys_of(const char *url)
{
	const struct jwks *keys = NULL;
	struct issuer i;

	CU_ASSERT_EQUAL_FATAL(issuer_find(&c.s.w, url, ERR_NOT_FOUND, &i), OK);
	CU_ASSERT_EQUAL_FATAL(issuer_parse_keys(&c.s.w, &i, &keys), OK);
	CU_ASSERT_EQUAL(keys->n, 1);
	return keys;
}

/* The public key of the second test vector of RFC 8032, 7.1. */
#define OTHER_KEYS                                                                                 \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                         \
	"\"x\":\"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw\"}]}"

static void
keys_are_parsed_once_until_they_change(void)
{
	const struct jwks *first, *second;
	uint8_t was[32];

	CU_ASSERT_EQUAL(issuer_put_commit(IDP, KEYS), OK);
	first = keys_of(IDP);
	harness_begin(&c.s);
	CU_ASSERT_PTR_EQUAL(keys_of(IDP), first);
	memcpy(was, first->key[0].ed25519, sizeof was);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP, OTHER_KEYS), OK);
	second = keys_of(IDP);
	CU_ASSERT_NOT_EQUAL(memcmp(second->key[0].ed25519, was, sizeof was), 0);
	CU_ASSERT_EQUAL(memcmp(first->key[0].ed25519, was, sizeof was), 0);
	CU_ASSERT_EQUAL(issuer_remove(&c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_PTR_NULL(c.s.w.tenant->cached->issuers);
}

static void
the_number_of_cached_key_sets_is_limited(void)
{
	const char *url[ISSUERS_PARSED + 1];

	for (size_t i = 0; i <= ISSUERS_PARSED; i++) {
		url[i] = arena_printf(c.s.arena, "https://idp%zu.example.net", i);
		CU_ASSERT_EQUAL(issuer_put_commit(url[i], KEYS), OK);
	}
	for (size_t i = 0; i < ISSUERS_PARSED; i++)
		CU_ASSERT_PTR_EQUAL(keys_of(url[i]), keys_of(url[i]));
	CU_ASSERT_PTR_NOT_EQUAL(keys_of(url[ISSUERS_PARSED]), keys_of(url[ISSUERS_PARSED]));
}

static void
urls_and_keys_are_validated(void)
{
	char text[430] = "https://idp.example.net/";

	memset(text + 24, 'x', sizeof text - 24);
	text[401] = '\0';
	CU_ASSERT_EQUAL(issuer_put_commit(text, KEYS), ERR_INVALID_REQUEST);
	text[400] = '\0';
	CU_ASSERT_EQUAL(issuer_put_commit(text, KEYS), OK);
	CU_ASSERT_EQUAL(issuer_put_commit("idp.example.net", KEYS), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit("ftp://idp.example.net", KEYS), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP "?x", KEYS), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP "#x", KEYS), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP, "{"), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP, "{}"), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP, "{\"keys\":[]}"), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(issuer_put_commit(
				IDP, "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\","
				     "\"d\":\"AA\"}]}"),
			ERR_INVALID_REQUEST);
}

static void
the_number_and_length_of_audiences_are_limited(void)
{
	struct issuer i = { .url = IDP, .jwks = KEYS };

	for (int n = 0; n < 16; n++)
		str_list_add(c.s.arena, &i.audience, "a");
	CU_ASSERT_EQUAL(issuer_put(&c.s.w, &i), OK);
	str_list_add(c.s.arena, &i.audience, "a");
	CU_ASSERT_EQUAL(issuer_put(&c.s.w, &i), ERR_INVALID_REQUEST);
}

static enum err
add_url(void *arg, const void *issuer)
{
	str_list_add(c.s.arena, arg, ((const struct issuer *)issuer)->url);
	return OK;
}

static void
issuers_are_listed_and_removed(void)
{
	struct str_list urls = { 0 };

	CU_ASSERT_EQUAL(issuer_put_commit(IDP, KEYS), OK);
	CU_ASSERT_EQUAL(issuer_put_commit(IDP "/x", KEYS), OK);
	CU_ASSERT_EQUAL(issuer_each(&c.s.w, add_url, &urls), OK);
	CU_ASSERT_STRING_EQUAL(str_list_join(c.s.arena, &urls, " "), IDP " " IDP "/x");
	CU_ASSERT_EQUAL(issuer_remove(&c.s.w, IDP), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(issuer_remove(&c.s.w, IDP), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_ISSUER), 1);
}

static void
a_corrupt_issuer_row_is_a_fault(void)
{
	struct issuer i;
	struct str_list urls = { 0 };

	CU_ASSERT_EQUAL(issuer_put_commit(IDP, KEYS), OK);
	harness_corrupt_rows(&c.s, T_ISSUER, "{\"url\":\"x\"}");
	CU_ASSERT_EQUAL(issuer_find(&c.s.w, IDP, ERR_NOT_FOUND, &i), ERR_STORE);
	CU_ASSERT_EQUAL(issuer_each(&c.s.w, add_url, &urls), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "an issuer is found by its exact URL [O-OIDC-01 T-M01]",
	  an_issuer_is_found_by_its_exact_url },
	{ "keys are parsed once until they change", keys_are_parsed_once_until_they_change },
	{ "the number of cached key sets is limited", the_number_of_cached_key_sets_is_limited },
	{ "URLs and keys are validated [T-J05]", urls_and_keys_are_validated },
	{ "the number and length of audiences are limited",
	  the_number_and_length_of_audiences_are_limited },
	{ "issuers are listed and removed", issuers_are_listed_and_removed },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_issuer_row_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo issuer_suite = { "model/issuer", NULL, NULL, issuer_setup, issuer_teardown, tests };
