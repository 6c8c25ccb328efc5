/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/run.h"
#include "tests/server/examples.h"
#include "base/text.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct response
permission_post(const char *body)
{
	return http_send("POST /permission", alice_auth(), body);
}

static void
a_request_for_one_permission_gets_a_ticket(void)
{
	struct response a =
		permission_post(text_format("{'resource_id':'%s','resource_scopes':['view'],'x':1}",
					    id_of("photo1")));

	CU_ASSERT_EQUAL(a.status, 201);
	CU_ASSERT(text_starts(response_text(a, "ticket"), "tk_"));
	EQ(response_header(a, "Cache-Control"), "no-store");
}

static void
a_request_for_several_permissions_gets_one_ticket_for_all_of_them(void)
{
	struct response a = request_permission("photo1{view} photo2{} album{edit}");

	owner_permits("photo1", "all");
	owner_permits("photo2", "all");
	owner_permits("album", "all");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")),
	   "photo1{view} photo2{} album{edit}");
}

static void
each_request_gets_a_new_ticket(void)
{
	CU_ASSERT_STRING_NOT_EQUAL(new_ticket("photo1{view}"), new_ticket("photo1{view}"));
}

static void
two_permissions_for_one_resource_are_merged(void)
{
	owner_permits("photo1", "all");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view} photo1{print,view}"), "")),
	   "photo1{print,view}");
}

/*
 * A resource has a limited number of scopes, so a merged list above that limit contains a scope
 * that the resource does not have.
 */
static void
the_number_of_merged_scopes_is_limited(void)
{
	struct buf b = { .arena = http_case.work->arena };

	for (int i = 0; i < 9; i++) {
		buf_printf(&b, "%sphoto1{", i > 0 ? " " : "");
		for (int j = 0; j < 8; j++)
			buf_printf(&b, "%ss%d", j > 0 ? "," : "", 8 * i + j);
		buf_text(&b, "}");
		EQ(response_text(request_permission(b.data), "error"),
		   i < 8 ? "invalid_scope" : "invalid_request");
	}
}

static void
syntax_errors_are_reported_first(void)
{
	static const char *const wrong[] = {
		"{}",
		"[]",
		"[5]",
		"[[]]",
		"[null]",
		"{'resource_id':'x'}",
		"{'resource_scopes':[]}",
		"{'resource_id':5,'resource_scopes':[]}",
		"{'resource_id':'x','resource_scopes':'view'}",
		"{'resource_id':'x','resource_scopes':[5]}",
		"{'resource_id':'x','resource_scopes':null}",
		"[{'resource_id':'x','resource_scopes':[]},5]",
		"[{'resource_id':'x'}]",
		"{",
		"[",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct response a = permission_post(wrong[i]);

		CU_ASSERT_EQUAL(a.status, 400);
		EQ(response_text(a, "error"), "invalid_request");
	}
}

static void
an_unknown_resource_is_reported_before_an_unknown_scope(void)
{
	EQ(response_text(request_permission("nowhere{view}"), "error"), "invalid_resource_id");
	EQ(response_text(request_permission("album{print}"), "error"), "invalid_scope");
	EQ(response_text(request_permission("album{print} nowhere{view}"), "error"),
	   "invalid_resource_id");
	EQ(response_text(request_permission("photo1{view} album{print}"), "error"),
	   "invalid_scope");
}

static void
resources_of_other_owners_and_resource_servers_are_unknown(void)
{
	const char *erins = response_text(http_send("POST /resource_set",
						    issue_pat(http_case.fixture.erin, "photoz"),
						    "{'resource_scopes':['view']}"),
					  "_id");
	const char *elsewhere = response_text(http_send("POST /resource_set",
							issue_pat(http_case.fixture.alice, "filez"),
							"{'resource_scopes':['view']}"),
					      "_id");

	EQ(response_text(request_permission(text_format("%s{view}", erins)), "error"),
	   "invalid_resource_id");
	EQ(response_text(request_permission(text_format("%s{view}", elsewhere)), "error"),
	   "invalid_resource_id");
}

/* One foreign id at any position of a list makes the whole list invalid (CVE-2025-14778). */
static void
every_entry_of_the_list_is_checked(void)
{
	const char *erins = response_text(http_send("POST /resource_set",
						    issue_pat(http_case.fixture.erin, "photoz"),
						    "{'resource_scopes':['view']}"),
					  "_id");

	for (int at = 0; at < 20; at++) {
		struct buf b = { .arena = http_case.work->arena };

		for (int i = 0; i < 20; i++)
			buf_printf(&b, "%s{view} ", i == at ? erins : id_of("photo1"));
		EQ(response_text(request_permission(b.data), "error"), "invalid_resource_id");
	}
	CU_ASSERT_EQUAL(harness_count_rows(http_case.harness, T_TICKET), 0);
}

static void
a_request_has_at_most_64_permissions(void)
{
	struct buf b = { .arena = http_case.work->arena };

	for (int i = 0; i < 64; i++)
		buf_text(&b, "photo1{view} ");
	CU_ASSERT_EQUAL(request_permission(b.data).status, 201);
	buf_text(&b, "photo1{view}");
	EQ(response_text(request_permission(b.data), "error"), "invalid_request");
}

static void
the_permission_endpoint_requires_a_pat_and_post(void)
{
	owner_permits("photo1", "view");
	CU_ASSERT_EQUAL(http_send("POST /permission", NULL, "{}").status, 401);
	CU_ASSERT_EQUAL(http_send("POST /permission", auth_basic("photoz"), "{}").status, 401);
	CU_ASSERT_EQUAL(
		http_send("POST /permission",
			  auth_bearer(response_text(redeem_ticket(new_ticket("photo1{view}"), ""),
						    "access_token")),
			  "{}")
			.status,
		401);
	CU_ASSERT_EQUAL(http_send("GET /permission", alice_auth(), NULL).status, 405);
	EQ(response_header(http_send("PUT /permission", alice_auth(), "{}"), "Allow"), "POST");
}

static CU_TestInfo tests[] = {
	{ "a request for one permission gets a ticket [F-PRM-01 F-PRM-13]",
	  a_request_for_one_permission_gets_a_ticket },
	{ "a request for several permissions gets one ticket for all of them [F-PRM-02 F-PRM-04 F-PRM-09]",
	  a_request_for_several_permissions_gets_one_ticket_for_all_of_them },
	{ "each request gets a new ticket [F-PRM-10]", each_request_gets_a_new_ticket },
	{ "two permissions for one resource are merged [F-PRM-14 D-17]",
	  two_permissions_for_one_resource_are_merged },
	{ "the number of merged scopes is limited [T-P06]",
	  the_number_of_merged_scopes_is_limited },
	{ "syntax errors are reported first [F-PRM-03 F-PRM-04 F-PRM-11 F-PRM-16 D-06]",
	  syntax_errors_are_reported_first },
	{ "an unknown resource is reported before an unknown scope [F-PRM-05 F-PRM-06 F-PRM-07 D-06]",
	  an_unknown_resource_is_reported_before_an_unknown_scope },
	{ "resources of other owners and resource servers are unknown [F-PRM-08 D-19 T-U04]",
	  resources_of_other_owners_and_resource_servers_are_unknown },
	{ "every entry of the list is checked [F-PRM-07 T-U05]",
	  every_entry_of_the_list_is_checked },
	{ "a request has at most 64 permissions", a_request_has_at_most_64_permissions },
	{ "the permission endpoint requires a PAT and POST [F-PRM-15 F-PAT-09 T-U06]",
	  the_permission_endpoint_requires_a_pat_and_post },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo permission_suite = { "server/permission", NULL, NULL, examples_open,
				  http_case_close,     tests };
