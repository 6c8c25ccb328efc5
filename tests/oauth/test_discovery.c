/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata document; server/test_routes.c tests its URLs. */
#include "base/json.h"
#include "base/text.h"
#include "model/client.h"
#include "oauth/endpoints.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static struct http_in in;
static struct http_out out;

static void
discovery_setup(void)
{
	harness_open(&c.s);
}

static void
discovery_teardown(void)
{
	harness_close(&c.s);
}

static const struct route rows[] = {
	{ .method = M_GET, .path = "jwks", .metadata = "jwks_uri" },
	{ .method = M_POST, .path = "token", .metadata = "token_endpoint" },
	{ .method = M_GET, .path = "hidden" },
};
static const struct routes routes = { rows, 3 };

static struct json_object *
discovery_fetch(const char *tenant)
{
	struct request rq = { .in = &in, .out = &out, .routes = &routes };
	const char *why = NULL;

	out = (struct http_out){ 0 };
	harness_use_tenant(&c.s, tenant);
	rq.work = c.s.w;
	CU_ASSERT_EQUAL(discovery_get(&rq), OK);
	CU_ASSERT_EQUAL(out.status, 200);
	return json_parse(c.s.arena, out.body, &why);
}

static const char *
discovery_join_list(struct json_object *doc, const char *name)
{
	struct str_list items = { 0 };

	CU_ASSERT_EQUAL(json_str_list(c.s.arena, doc, name, 16, &items), JSON_FOUND);
	return str_list_join(c.s.arena, &items, " ");
}

static void
every_endpoint_url_begins_with_the_issuer(void)
{
	struct json_object *doc = discovery_fetch("two");

	json_object_object_foreach(doc, name, value)
	{
		if (text_ends(name, "_endpoint") || text_ends(name, "_uri"))
			CU_ASSERT(text_starts(json_object_get_string(value),
					      "https://as.example.com/t/two/"));
	}
	CU_ASSERT_STRING_EQUAL(json_object_get_string(json_object_object_get(doc, "issuer")),
			       "https://as.example.com/t/two");
}

static void
a_route_is_published_under_its_metadata_member(void)
{
	struct json_object *doc = discovery_fetch("two");
	const char *value;

	CU_ASSERT_EQUAL(json_text(doc, "jwks_uri", &value), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(value, "https://as.example.com/t/two/jwks");
	CU_ASSERT_EQUAL(json_text(doc, "token_endpoint", &value), JSON_FOUND);
	CU_ASSERT_STRING_EQUAL(value, "https://as.example.com/t/two/token");
	CU_ASSERT_PTR_NULL(strstr(json_print(c.s.arena, doc), "hidden"));
}

static void
lists_contain_the_supported_values(void)
{
	struct json_object *doc = discovery_fetch("one");

	CU_ASSERT_STRING_EQUAL(discovery_join_list(doc, "grant_types_supported"),
			       GRANT_CODE " " GRANT_CLIENT " " GRANT_REFRESH " " GRANT_UMA);
	CU_ASSERT_STRING_EQUAL(discovery_join_list(doc, "response_types_supported"), "code");
	CU_ASSERT_STRING_EQUAL(discovery_join_list(doc, "code_challenge_methods_supported"),
			       "S256");
	CU_ASSERT_STRING_EQUAL(discovery_join_list(doc, "token_endpoint_auth_methods_supported"),
			       AUTH_BASIC " " AUTH_POST " " AUTH_NONE);
	CU_ASSERT_STRING_EQUAL(discovery_join_list(doc,
						   "revocation_endpoint_auth_methods_supported"),
			       AUTH_BASIC " " AUTH_POST " " AUTH_NONE);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(discovery_join_list(doc, "introspection_endpoint_auth_methods_supported"),
		       "Bearer"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(discovery_join_list(doc, "scopes_supported"), SCOPE_PROTECTION));
}

static void
names_of_uma_1_are_not_used(void)
{
	static const char *const old[] = { "rpt_endpoint", "requesting_party_claims_endpoint",
					   "pat_profiles_supported", "version",
					   "resource_set_registration_endpoint" };
	struct json_object *doc = discovery_fetch("one");

	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
		CU_ASSERT_FALSE(json_object_object_get_ex(doc, old[i], NULL));
}

static CU_TestInfo tests[] = {
	{ "every endpoint URL begins with the issuer [G-DISC-04 F-DISC-01 F-DISC-02 F-DISC-03 O-8414-11]",
	  every_endpoint_url_begins_with_the_issuer },
	{ "a route is published under its metadata member [G-DISC-04]",
	  a_route_is_published_under_its_metadata_member },
	{ "lists contain the supported values [G-DISC-08 O-8414-02 O-8414-04 O-8414-06 D-15]",
	  lists_contain_the_supported_values },
	{ "names of UMA 1 are not used [G-DISC-10]", names_of_uma_1_are_not_used },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo discovery_suite = { "oauth/discovery",  NULL, NULL, discovery_setup,
				 discovery_teardown, tests };
