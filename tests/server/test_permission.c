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
one_object_gives_one_ticket(void)
{
	struct response a =
		permission_post(text_format("{'resource_id':'%s','resource_scopes':['view'],'x':1}",
					    id_of("photo1")));

	CU_ASSERT_EQUAL(a.status, 201);
	CU_ASSERT(text_starts(response_text(a, "ticket"), "tk_"));
	EQ(response_header(a, "Cache-Control"), "no-store");
}

static void
several_objects_give_one_ticket(void)
{
	struct response a = request_permission("photo1{view} photo2{} album{edit}");

	owner_permits("photo1", "all");
	owner_permits("photo2", "all");
	owner_permits("album", "all");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")),
	   "photo1{view} photo2{} album{edit}");
}

static void
each_call_gives_a_new_ticket(void)
{
	CU_ASSERT_STRING_NOT_EQUAL(new_ticket("photo1{view}"), new_ticket("photo1{view}"));
}

static void
the_same_resource_twice_is_joined(void)
{
	owner_permits("photo1", "all");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view} photo1{print,view}"), "")),
	   "photo1{print,view}");
}

/* A resource has so many scopes at most, so a request that joins more names one that it lacks. */
static void
joined_scopes_are_bounded_like_those_of_a_resource(void)
{
	struct buf b = { .arena = http_case.c.s.arena };

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
faults_of_shape_are_told_first(void)
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
unknown_resources_come_before_unknown_scopes(void)
{
	EQ(response_text(request_permission("nowhere{view}"), "error"), "invalid_resource_id");
	EQ(response_text(request_permission("album{print}"), "error"), "invalid_scope");
	EQ(response_text(request_permission("album{print} nowhere{view}"), "error"),
	   "invalid_resource_id");
	EQ(response_text(request_permission("photo1{view} album{print}"), "error"),
	   "invalid_scope");
}

static void
owners_and_servers_are_not_mixed(void)
{
	const char *hers =
		response_text(http_send("POST /resource_set", issue_pat(http_case.c.erin, "photoz"),
					"{'resource_scopes':['view']}"),
			      "_id");
	const char *elsewhere =
		response_text(http_send("POST /resource_set", issue_pat(http_case.c.alice, "filez"),
					"{'resource_scopes':['view']}"),
			      "_id");

	EQ(response_text(request_permission(text_format("%s{view}", hers)), "error"),
	   "invalid_resource_id");
	EQ(response_text(request_permission(text_format("%s{view}", elsewhere)), "error"),
	   "invalid_resource_id");
}

/* One foreign id at each place of a list spoils all of it (CVE-2025-14778). */
static void
every_entry_is_looked_at(void)
{
	const char *hers =
		response_text(http_send("POST /resource_set", issue_pat(http_case.c.erin, "photoz"),
					"{'resource_scopes':['view']}"),
			      "_id");

	for (int at = 0; at < 20; at++) {
		struct buf b = { .arena = http_case.c.s.arena };

		for (int i = 0; i < 20; i++)
			buf_printf(&b, "%s{view} ", i == at ? hers : id_of("photo1"));
		EQ(response_text(request_permission(b.data), "error"), "invalid_resource_id");
	}
	CU_ASSERT_EQUAL(harness_count_rows(&http_case.c.s, T_TICKET), 0);
}

static void
a_list_is_of_64_at_most(void)
{
	struct buf b = { .arena = http_case.c.s.arena };

	for (int i = 0; i < 64; i++)
		buf_text(&b, "photo1{view} ");
	CU_ASSERT_EQUAL(request_permission(b.data).status, 201);
	buf_text(&b, "photo1{view}");
	EQ(response_text(request_permission(b.data), "error"), "invalid_request");
}

static void
only_pats_ask(void)
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
	{ "one object gives one ticket [F-PRM-01 F-PRM-13]", one_object_gives_one_ticket },
	{ "several objects give one ticket that stands for them [F-PRM-02 F-PRM-04 F-PRM-09]",
	  several_objects_give_one_ticket },
	{ "each call gives a new ticket [F-PRM-10]", each_call_gives_a_new_ticket },
	{ "the same resource twice is joined [F-PRM-14 D-17]", the_same_resource_twice_is_joined },
	{ "joined scopes are bounded like those of a resource [T-P06]",
	  joined_scopes_are_bounded_like_those_of_a_resource },
	{ "faults of shape are told first [F-PRM-03 F-PRM-04 F-PRM-11 F-PRM-16 D-06]",
	  faults_of_shape_are_told_first },
	{ "unknown resources come before unknown scopes [F-PRM-05 F-PRM-06 F-PRM-07 D-06]",
	  unknown_resources_come_before_unknown_scopes },
	{ "owners and servers are not mixed [F-PRM-08 D-19 T-U04]",
	  owners_and_servers_are_not_mixed },
	{ "every entry is looked at [F-PRM-07 T-U05]", every_entry_is_looked_at },
	{ "a list is of 64 at most", a_list_is_of_64_at_most },
	{ "only PATs ask, by POST [F-PRM-15 F-PAT-09 T-U06]", only_pats_ask },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo permission_suite = { "server/permission", NULL, NULL, examples_open,
				  http_case_close,     tests };
