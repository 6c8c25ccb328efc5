/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static const char *
resource_item_line(const char *method, const char *id)
{
	return text_format("%s /resource_set/%s", method, id);
}

static struct response
resource_endpoint_create(const char *auth, const char *description)
{
	return http_send("POST /resource_set", auth, description);
}

static int
read_status(const char *auth, const char *id)
{
	return http_send(resource_item_line("GET", id), auth, NULL).status;
}

static void
a_new_resource_has_a_location(void)
{
	struct response a =
		resource_endpoint_create(alice_auth(),
					 "{'name':'N','resource_scopes':['view'],'_id':'mine'}");
	const char *id = response_text(a, "_id");

	CU_ASSERT_EQUAL(a.status, 201);
	CU_ASSERT(id_is(id));
	EQ(response_header(a, "Location"),
	   text_format("https://as.example.com/resource_set/%s", id));
	EQ(response_header(a, "ETag"), "\"1\"");
	EQ(a.body, text_format("{\"_id\":\"%s\"}", id));
	EQ(http_send(resource_item_line("GET", id), alice_auth(), NULL).body,
	   text_format("{\"_id\":\"%s\",\"resource_scopes\":[\"view\"],\"name\":\"N\"}", id));
}

static void
a_new_resource_is_protected_at_once(void)
{
	const char *id = response_text(
		resource_endpoint_create(alice_auth(), "{'resource_scopes':['view']}"), "_id");

	CU_ASSERT_EQUAL(request_permission(text_format("%s{view}", id)).status, 201);
}

static void
equal_descriptions_create_two_resources(void)
{
	CU_ASSERT_STRING_NOT_EQUAL(
		response_text(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}"),
			      "_id"),
		response_text(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}"),
			      "_id"));
}

static void
a_resource_is_visible_only_to_its_owner_and_resource_server(void)
{
	const char *id = id_of("photo1");
	const char *others[] = { issue_pat(http_case.fixture.erin, "photoz"),
				 issue_pat(http_case.fixture.alice, "filez") };

	CU_ASSERT_EQUAL(read_status(alice_auth(), id), 200);
	for (size_t i = 0; i < 2; i++) {
		struct response foreign = http_send(resource_item_line("GET", id), others[i], NULL);

		CU_ASSERT_EQUAL(foreign.status, 404);
		EQ(foreign.body, http_send(resource_item_line("GET", "00000000000000000000000000"),
					   others[i], NULL)
					 .body);
		CU_ASSERT_EQUAL(http_send(resource_item_line("PUT", id), others[i],
					  "{'resource_scopes':[]}")
					.status,
				404);
		CU_ASSERT_EQUAL(http_send(resource_item_line("DELETE", id), others[i], NULL).status,
				404);
		EQ(http_send("GET /resource_set", others[i], NULL).body, "[]");
	}
	CU_ASSERT_EQUAL(read_status(alice_auth(), id), 200);
}

static void
a_list_contains_all_resources(void)
{
	static const char *const names[] = { "photo1", "photo2", "album", "diary", "badge" };
	struct response a = http_send("GET /resource_set", alice_auth(), NULL);

	CU_ASSERT_EQUAL(a.status, 200);
	CU_ASSERT_EQUAL(json_object_array_length(a.json), 5);
	for (size_t i = 0; i < 5; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(a.body, text_format("\"%s\"", id_of(names[i]))));
	EQ(response_header(a, "Cache-Control"), "no-store");
}

/* The target of the Link header, i.e. the next page; NULL on the last page. */
static const char *
next_page(struct response a)
{
	const char *link = response_header(a, "Link"), *target;

	if (*link == '\0')
		return NULL;
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(link, ">; rel=\"next\""));
	CU_ASSERT_EQUAL(strncmp(link, "<https://as.example.com/resource_set", 36), 0);
	target = strstr(link, "/resource_set");
	return text_format("GET %.*s", (int)strcspn(target, ">"), target);
}

static void
a_long_list_has_pages(void)
{
	const char *whole = http_send("GET /resource_set", alice_auth(), NULL).body, *line;
	static const char *const sizes[] = { "1", "2", "4", "5", "6", "10000" };
	static const int pages[] = { 5, 3, 2, 1, 1, 1 };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buf b = { .arena = http_case.work->arena };
		int n = 0;

		line = text_format("GET /resource_set?limit=%s", sizes[i]);
		for (; line != NULL && n < 9; n++) {
			struct response a = http_send(line, alice_auth(), NULL);

			CU_ASSERT_EQUAL(a.status, 200);
			CU_ASSERT(json_object_array_length(a.json) > 0);
			buf_printf(&b, "%s%.*s", n > 0 ? "," : "[", (int)strlen(a.body) - 2,
				   a.body + 1);
			line = next_page(a);
		}
		CU_ASSERT_EQUAL(n, pages[i]);
		EQ(text_format("%s]", b.data), whole);
	}
	EQ(response_header(http_send("GET /resource_set", alice_auth(), NULL), "Link"), "");
}

/* A page begins after the given id, whether or not that resource still exists. */
static void
a_page_may_begin_after_a_deleted_resource(void)
{
	struct response first = http_send("GET /resource_set/?limit=2", alice_auth(), NULL);
	const char *last = json_object_get_string(json_object_array_get_idx(first.json, 1));
	const char *line = next_page(first);

	CU_ASSERT_PTR_NOT_NULL(strstr(line, "/resource_set/?limit=2&after="));
	CU_ASSERT_EQUAL(http_send(resource_item_line("DELETE", last), alice_auth(), NULL).status,
			204);
	CU_ASSERT_EQUAL(json_object_array_length(http_send(line, alice_auth(), NULL).json), 2);
	EQ(http_send(line, issue_pat(http_case.fixture.alice, "filez"), NULL).body, "[]");
}

static void
the_parameters_of_a_page_are_validated(void)
{
	static const char *const bad[] = {
		"limit=0",	   "limit=10001",
		"limit=-1",	   "limit=",
		"limit=1e2",	   "limit=%20",
		"limit=+5",	   "limit=99999999999999999999",
		"after=",	   "after=x",
		"after=../x",	   "after=01m84vdt8p78qmxqv5g6nq8jt%00",
		"limit=1&limit=2",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct response a =
			http_send(text_format("GET /resource_set?%s", bad[i]), alice_auth(), NULL);

		CU_ASSERT_EQUAL(a.status, 400);
		EQ(response_text(a, "error"), "invalid_request");
	}
	CU_ASSERT_EQUAL(http_send("GET /resource_set?limit=0", NULL, NULL).status, 401);
}

static void
the_number_of_an_owners_resources_at_a_resource_server_is_limited(void)
{
	struct response a;

	http_case_set_setting("resources_max", "6");
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}").status,
			201);
	a = resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}");
	CU_ASSERT_EQUAL(a.status, 507);
	EQ(response_text(a, "error"), "quota_exceeded");
	CU_ASSERT_PTR_NOT_NULL(strstr(response_text(a, "error_description"), "6 resources"));
	CU_ASSERT_EQUAL(resource_endpoint_create(issue_pat(http_case.fixture.alice, "filez"),
						 "{'resource_scopes':[]}")
				.status,
			201);
	CU_ASSERT_EQUAL(
		http_send(resource_item_line("DELETE", id_of("photo1")), alice_auth(), NULL).status,
		204);
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}").status,
			201);
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}").status,
			507);
}

static void
a_trailing_slash_makes_no_difference(void)
{
	EQ(http_send("GET /resource_set/", alice_auth(), NULL).body,
	   http_send("GET /resource_set", alice_auth(), NULL).body);
	CU_ASSERT_EQUAL(
		http_send("POST /resource_set/", alice_auth(), "{'resource_scopes':[]}").status,
		201);
}

static void
an_update_replaces_the_whole_description(void)
{
	const char *id = id_of("photo1");
	struct response a = http_send(resource_item_line("PUT", id), alice_auth(),
				      "{'resource_scopes':['view']}");

	CU_ASSERT_EQUAL(a.status, 200);
	EQ(response_text(a, "_id"), id);
	EQ(response_header(a, "ETag"), "\"2\"");
	EQ(http_send(resource_item_line("GET", id), alice_auth(), NULL).body,
	   text_format("{\"_id\":\"%s\",\"resource_scopes\":[\"view\"]}", id));
}

static void
an_update_without_a_change_keeps_the_revision(void)
{
	const char *id = id_of("badge");

	EQ(response_header(http_send(resource_item_line("PUT", id), alice_auth(),
				     "{'name':'badge','resource_scopes':[]}"),
			   "ETag"),
	   "\"1\"");
	EQ(response_header(http_send(resource_item_line("PUT", id), alice_auth(),
				     "{'resource_scopes':[]}"),
			   "ETag"),
	   "\"2\"");
}

static void
an_invalid_update_changes_nothing(void)
{
	const char *id = id_of("photo1"),
		   *before = http_send(resource_item_line("GET", id), alice_auth(), NULL).body;
	struct response a = http_send(resource_item_line("PUT", id), alice_auth(), "{'name':'x'}");

	EQ(response_text(a, "error"), "invalid_request");
	EQ(http_send(resource_item_line("GET", id), alice_auth(), NULL).body, before);
}

static void
an_update_of_a_missing_resource_creates_nothing(void)
{
	CU_ASSERT_EQUAL(http_send(resource_item_line("PUT", "00000000000000000000000000"),
				  alice_auth(), "{'resource_scopes':[]}")
				.status,
			404);
	CU_ASSERT_EQUAL(http_send(resource_item_line("PUT", "mine"), alice_auth(),
				  "{'resource_scopes':[]}")
				.status,
			404);
}

static void
a_deleted_resource_is_not_found(void)
{
	const char *id = id_of("photo1");
	struct response a = http_send(resource_item_line("DELETE", id), alice_auth(), NULL);

	CU_ASSERT_EQUAL(a.status, 204);
	EQ(a.body, "");
	CU_ASSERT_EQUAL(read_status(alice_auth(), id), 404);
	CU_ASSERT_EQUAL(http_send(resource_item_line("DELETE", id), alice_auth(), NULL).status,
			404);
	CU_ASSERT_PTR_NULL(strstr(http_send("GET /resource_set", alice_auth(), NULL).body, id));
	EQ(response_text(request_permission("photo1{view}"), "error"), "invalid_resource_id");
}

static void
malformed_descriptions_are_rejected(void)
{
	static const char *const wrong[] = {
		"{}",
		"{'resource_scopes':'view'}",
		"{'resource_scopes':[1]}",
		"[]",
		"{",
		"[1",
		"{'resource_scopes':[]}x",
		"{'resource_scopes':['\xc0\xaf']}",
		"{'resource_scopes':['a'],'resource_scopes':['b']}",
		"{'resource_scopes':['a\\u0000b']}",
		"{'resource_scopes':[],'name':5}",
		"{'resource_scopes':[NaN]}",
		"[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct response a = resource_endpoint_create(alice_auth(), wrong[i]);

		CU_ASSERT_EQUAL(a.status, 400);
		EQ(response_text(a, "error"), "invalid_request");
		EQ(response_header(a, "Cache-Control"), "no-store");
	}
	http_case.content_type = "application/json";
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "").status, 400);
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "null").status, 400);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", alice_auth(), NULL).status, 200);
}

static void
the_body_must_be_json(void)
{
	http_case.content_type = "application/json; charset=utf-8";
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}").status,
			201);
	http_case.content_type = "application/x-www-form-urlencoded";
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "{'resource_scopes':[]}").status,
			400);
	http_case.content_type = NULL;
	CU_ASSERT_EQUAL(resource_endpoint_create(alice_auth(), "resource_scopes=view").status, 400);
}

/* Credentials are checked first, so an unauthenticated caller learns nothing else. */
static void
authentication_is_checked_first(void)
{
	static const char *const ids[] = {
		"unknown", "no.such", "a%20b", "%c3%a4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		struct response a = http_send(resource_item_line("PUT", ids[i]),
					      auth_bearer("pat_x"), "{broken");

		EQ(response_text(a, "error"), "invalid_token");
		EQ(response_header(a, "WWW-Authenticate"),
		   "Bearer realm=\"uma\", error=\"invalid_token\", "
		   "error_description=\"The access token is not valid\"");
		CU_ASSERT_EQUAL(http_send(resource_item_line("GET", ids[i]), NULL, NULL).status,
				401);
		CU_ASSERT_EQUAL(
			http_send(resource_item_line("GET", ids[i]), alice_auth(), NULL).status,
			404);
		CU_ASSERT_EQUAL(
			http_send(resource_item_line("POST", ids[i]), alice_auth(), "{}").status,
			405);
	}
}

static int
with_match(const char *method, const char *if_match, const char *body)
{
	struct response a;

	http_case.if_match = if_match;
	a = http_send(resource_item_line(method, id_of("badge")), alice_auth(), body);
	http_case.if_match = NULL;
	return a.status;
}

static void
an_update_with_a_stale_entity_tag_is_rejected(void)
{
	CU_ASSERT_EQUAL(with_match("PUT", "\"2\"", "{'resource_scopes':['a']}"), 412);
	CU_ASSERT_EQUAL(with_match("PUT", "\"1\"", "{'resource_scopes':['a']}"), 200);
	CU_ASSERT_EQUAL(with_match("PUT", "\"1\"", "{'resource_scopes':['b']}"), 412);
	CU_ASSERT_EQUAL(with_match("PUT", "\"9\", \"2\"", "{'resource_scopes':['b']}"), 200);
	CU_ASSERT_EQUAL(with_match("PUT", "*", "{'resource_scopes':['c']}"), 200);
	CU_ASSERT_EQUAL(with_match("DELETE", "\"1\"", NULL), 412);
	CU_ASSERT_EQUAL(with_match("DELETE", "\"4\"", NULL), 204);
}

static int
with_none_match(const char *if_none_match)
{
	struct response a;

	http_case.if_none_match = if_none_match;
	a = http_send(resource_item_line("GET", id_of("badge")), alice_auth(), NULL);
	http_case.if_none_match = NULL;
	EQ(response_header(a, "ETag"), "\"1\"");
	CU_ASSERT((a.status == 304) == (*a.body == '\0'));
	return a.status;
}

static void
a_description_that_the_client_already_has_answers_304(void)
{
	CU_ASSERT_EQUAL(with_none_match("\"1\""), 304);
	CU_ASSERT_EQUAL(with_none_match("\"7\",\"1\""), 304);
	CU_ASSERT_EQUAL(with_none_match("\"11\""), 200);
}

static CU_TestInfo tests[] = {
	{ "a new resource has a Location [F-CRE-01 F-CRE-02 F-CRE-03 F-CRE-05 F-READ-01]",
	  a_new_resource_has_a_location },
	{ "a new resource is protected at once [F-CRE-06 F-PRM-12]",
	  a_new_resource_is_protected_at_once },
	{ "equal descriptions create two resources [F-CRE-08]",
	  equal_descriptions_create_two_resources },
	{ "a resource is visible only to its owner and resource server [F-READ-03 F-CRE-07 F-LST-03 T-U04 T-U16 D-19]",
	  a_resource_is_visible_only_to_its_owner_and_resource_server },
	{ "a list contains all resources [F-LST-01 F-LST-02]", a_list_contains_all_resources },
	{ "a long list has pages [F-LST-01 T-O05]", a_long_list_has_pages },
	{ "a page may begin after a deleted resource [F-LST-03]",
	  a_page_may_begin_after_a_deleted_resource },
	{ "the parameters of a page are validated [T-P07]",
	  the_parameters_of_a_page_are_validated },
	{ "the number of an owner's resources at a resource server is limited [T-O05]",
	  the_number_of_an_owners_resources_at_a_resource_server_is_limited },
	{ "a trailing slash makes no difference [F-LST-05 D-16]",
	  a_trailing_slash_makes_no_difference },
	{ "an update replaces the whole description [F-UPD-01 F-UPD-02]",
	  an_update_replaces_the_whole_description },
	{ "an update without a change keeps the revision",
	  an_update_without_a_change_keeps_the_revision },
	{ "an invalid update changes nothing [F-UPD-03]", an_invalid_update_changes_nothing },
	{ "an update of a missing resource creates nothing [F-UPD-04 F-RER-01]",
	  an_update_of_a_missing_resource_creates_nothing },
	{ "a deleted resource is not found [F-DEL-01 F-DEL-02 F-DEL-04 F-READ-02]",
	  a_deleted_resource_is_not_found },
	{ "malformed descriptions are rejected [F-RER-04 F-RER-05 F-RER-07 T-P01 T-P02 T-P06]",
	  malformed_descriptions_are_rejected },
	{ "the body must be JSON [F-RER-08 D-21]", the_body_must_be_json },
	{ "authentication is checked first [F-PAT-10]", authentication_is_checked_first },
	{ "an update with a stale entity tag is rejected [F-READ-04]",
	  an_update_with_a_stale_entity_tag_is_rejected },
	{ "a description that the client already has answers 304 [F-READ-04]",
	  a_description_that_the_client_already_has_answers_304 },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo resources_suite = { "server/resources", NULL, NULL, examples_open,
				 http_case_close,    tests };
