/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worked examples of the assessment (UMA Grant, 3.3.4), with their numbers in the conformance
 * list.
 */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
client_set_strict_scope(struct client *client)
{
	client->strict_scope = true;
}

static void
client_forbid_partial(struct client *client)
{
	client->partial = PARTIAL_NO;
}

static void
worked_example_1(void)
{
	owner_permits("photo1", "view");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "photo1{view}");
}

static void
worked_example_2(void)
{
	struct response a;

	register_scopes("viewer", "download");
	owner_permits("photo1", "view download");
	a = redeem_ticket(new_ticket("photo1{view}"), "&scope=download");
	EQ(response_granted(a), "photo1{download,view}");
	CU_ASSERT_FALSE(response_has(a, "scope"));
	CU_ASSERT_FALSE(response_has(a, "ticket"));
}

static void
worked_example_3(void)
{
	owner_permits("photo1", "view download");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "&scope=download")),
	   "photo1{view}");
	fixture_change_client(&http_case.fixture, "viewer", client_set_strict_scope);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "&scope=download")),
	   "400 invalid_scope");
}

static void
worked_example_4(void)
{
	const char *t = new_ticket("photo1{view}");
	struct response a;

	register_scopes("viewer", "edit");
	owner_permits("photo1", "all");
	owner_permits("album", "all");
	a = redeem_ticket(t, "&scope=edit");
	EQ(response_granted(a), "400 invalid_scope");
	CU_ASSERT_FALSE(response_has(a, "ticket"));
	EQ(response_granted(redeem_ticket(t, "")), "400 invalid_grant");
}

static void
worked_example_5(void)
{
	register_scopes("viewer", "download resize");
	owner_permits("photo1", "view resize");
	owner_permits("diary", "all");
	EQ(response_granted(redeem_ticket(new_ticket("album{edit} photo1{view} photo2{view}"),
					  "&scope=download+resize")),
	   "photo1{resize,view}");
	fixture_change_client(&http_case.fixture, "photoz", client_forbid_partial);
	EQ(response_granted(redeem_ticket(new_ticket("album{edit} photo1{view} photo2{view}"),
					  "&scope=download+resize")),
	   "403 request_denied");
}

static void
worked_example_5_all_permitted(void)
{
	register_scopes("viewer", "download resize");
	owner_permits("photo1", "all");
	owner_permits("photo2", "all");
	owner_permits("album", "all");
	owner_permits("diary", "all");
	EQ(response_granted(redeem_ticket(new_ticket("album{edit} photo1{view} photo2{view}"),
					  "&scope=download+resize")),
	   "photo1{download,resize,view} photo2{download,resize,view} album{download,edit}");
}

static void
worked_example_6(void)
{
	register_scopes("viewer", "view print download");
	owner_permits("photo1", "view print download");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "photo1{view}");
}

static void
worked_example_7(void)
{
	register_scopes("viewer", "view");
	owner_permits("album", "view");
	EQ(response_granted(redeem_ticket(new_ticket("album{}"), "&scope=view")), "album{view}");
}

static void
worked_example_8(void)
{
	EQ(response_granted(redeem_ticket(new_ticket("badge{}"), "")), "403 request_denied");
	owner_permits("badge", "all");
	EQ(response_granted(redeem_ticket(new_ticket("badge{}"), "")), "badge{}");
}

/*
 * A rule for some scopes does not permit the resource without scopes, nor does a policy without
 * rules.
 */
static void
a_permission_without_scopes_requires_a_rule_for_all_scopes(void)
{
	owner_permits("album", "view");
	EQ(response_granted(redeem_ticket(new_ticket("album{}"), "")), "403 request_denied");
	owner_permits("album", "");
	EQ(response_granted(redeem_ticket(new_ticket("album{}"), "")), "403 request_denied");
}

static void
worked_example_9(void)
{
	owner_permits("photo1", "view");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "&scope=view")),
	   "photo1{view}");
	fixture_change_client(&http_case.fixture, "viewer", client_set_strict_scope);
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "&scope=view")),
	   "400 invalid_scope");
	register_scopes("viewer", "view");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "&scope=view")),
	   "photo1{view}");
}

static void
worked_example_10(void)
{
	struct response a;

	register_scopes("viewer", "download");
	owner_set_policy("photo1", "{'effect':'permit','scopes':['view','download'],"
				   "'when':{'email':'bob@example.net'}}");
	a = redeem_ticket(new_ticket("photo1{view}"), "&scope=download");
	EQ(response_granted(a), "403 need_info");
	EQ(response_granted(
		   redeem_ticket(response_text(a, "ticket"), push_claims_param("viewer", "{}"))),
	   "photo1{view}");
}

static void
worked_example_11(void)
{
	struct response old, a;

	owner_permits("photo1", "view");
	owner_permits("photo2", "view");
	old = redeem_ticket(new_ticket("photo1{view}"), "");
	a = redeem_ticket(new_ticket("photo2{view}"),
			  text_format("&rpt=%s", response_text(old, "access_token")));
	EQ(response_granted(a), "photo1{view} photo2{view}");
	CU_ASSERT(response_has(a, "upgraded"));
	EQ(response_granted(old), "inactive");
}

static void
worked_example_12(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("photo1{print}"), "");
	EQ(response_granted(a), "403 request_submitted");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "403 request_submitted");
	answer_question("photo1{print}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "photo1{print}");
}

static void
worked_example_12_denied(void)
{
	struct response a;

	owner_set_policy("photo1", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("photo1{print}"), "");
	answer_question("");
	a = redeem_ticket(response_text(a, "ticket"), "");
	EQ(response_granted(a), "403 request_denied");
	CU_ASSERT_FALSE(response_has(a, "ticket"));
}

static void
put_scopes(const char *resource, const char *scopes)
{
	CU_ASSERT_EQUAL(http_send(text_format("PUT /resource_set/%s", id_of(resource)),
				  alice_auth(), text_format("{'resource_scopes':[%s]}", scopes))
				.status,
			200);
}

static void
worked_example_13(void)
{
	const char *first = new_ticket("photo1{view,print}"),
		   *second = new_ticket("photo1{view,print}");

	owner_permits("photo1", "view print");
	put_scopes("photo1", "'view','resize','download'");
	EQ(response_granted(redeem_ticket(first, "")), "photo1{view}");
	fixture_change_client(&http_case.fixture, "photoz", client_forbid_partial);
	EQ(response_granted(redeem_ticket(second, "")), "403 request_denied");
}

static void
worked_example_14(void)
{
	register_scopes("viewer", "download print");
	owner_permits("photo1", "view print download");
	EQ(response_granted(
		   redeem_ticket(new_ticket("photo1{view}"), "&scope=print+download+print")),
	   "photo1{download,print,view}");
}

static void
worked_example_15(void)
{
	struct response a;

	owner_permits("photo1", "view");
	fixture_change_client(&http_case.fixture, "photoz", client_forbid_partial);
	a = redeem_ticket(new_ticket("photo1{view} photo2{view}"), "");
	EQ(response_granted(a), "403 request_denied");
	CU_ASSERT_FALSE(response_has(a, "access_token"));
	CU_ASSERT_FALSE(response_has(a, "ticket"));
	CU_ASSERT_PTR_NULL(strstr(a.body, "view"));
}

static void
delete_resource(const char *resource)
{
	CU_ASSERT_EQUAL(http_send(text_format("DELETE /resource_set/%s", id_of(resource)),
				  alice_auth(), NULL)
				.status,
			204);
}

static void
worked_example_16(void)
{
	const char *first = new_ticket("photo1{view} album{view}"),
		   *last = new_ticket("photo1{view}"),
		   *second = new_ticket("photo1{view} album{view}");

	owner_permits("photo1", "view");
	owner_permits("album", "view");
	delete_resource("photo1");
	EQ(response_granted(redeem_ticket(first, "")), "album{view}");
	fixture_change_client(&http_case.fixture, "photoz", client_forbid_partial);
	EQ(response_granted(redeem_ticket(second, "")), "403 request_denied");
	EQ(response_granted(redeem_ticket(last, "")), "400 invalid_grant");
}

static void
a_resource_without_a_policy_is_not_granted(void)
{
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "403 request_denied");
	owner_permits("photo1", "");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "403 request_denied");
}

static void
the_order_of_resources_and_scopes_does_not_matter(void)
{
	register_scopes("viewer", "resize download");
	owner_permits("photo1", "all");
	owner_permits("album", "view download");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,print} album{view}"),
					  "&scope=resize+download")),
	   response_granted(redeem_ticket(new_ticket("album{view} photo1{print,view}"),
					  "&scope=download+resize")));
}

/* D-07: claims first, then the owner, then a part of the scopes. */
static void
the_next_step_is_chosen_in_order(void)
{
	owner_set_policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'anyone':true}},"
				   "{'effect':'ask','scopes':['print'],'when':{'anyone':true}},"
				   "{'effect':'permit','scopes':['resize'],"
				   "'when':{'email':'bob@example.net'}}");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,print,resize}"), "")),
	   "403 need_info");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,print}"), "")),
	   "403 request_submitted");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,download}"), "")),
	   "photo1{view}");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{download}"), "")),
	   "403 request_denied");
	answer_question("");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,print}"), "")), "photo1{view}");
}

static void
a_tenant_may_require_all_requested_scopes(void)
{
	http_case_set_setting("partial_grants", "no");
	owner_permits("photo1", "view");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,print}"), "")),
	   "403 request_denied");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "photo1{view}");
}

/* The owner chose the part; scopes that the policy denies still deny the whole request. */
static void
an_owner_may_allow_a_part_of_the_requested_scopes(void)
{
	struct response a;

	fixture_change_client(&http_case.fixture, "photoz", client_forbid_partial);
	owner_set_policy("photo1",
			 "{'effect':'ask','scopes':['print','view'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("photo1{view,print}"), "");
	EQ(response_granted(a), "403 request_submitted");
	answer_question("photo1{view}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "photo1{view}");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view,print} album{edit}"), "")),
	   "403 request_denied");
}

/* The expiry of the only permission of an RPT, in seconds after HARNESS_NOW. */
static int64_t
permission_expiry(struct response a)
{
	struct response seen = http_send("POST /introspect", alice_auth(),
					 text_format("token=%s", response_text(a, "access_token")));
	struct json_object *list = NULL;
	int64_t end = 0;

	json_object_object_get_ex(seen.json, "permissions", &list);
	CU_ASSERT_FATAL(list != NULL && json_object_array_length(list) == 1);
	json_int(json_object_array_get_idx(list, 0), "exp", 0, INT64_MAX, &end);
	return end - HARNESS_NOW;
}

static void
a_permission_expires_at_the_earlier_of_the_rules_and_the_answers_limit(void)
{
	struct response a;

	http_case_set_setting("consent_life", "200");
	owner_set_policy("photo1", text_format("{'effect':'ask','scopes':['print'],'until':%d,"
					       "'when':{'anyone':true}}",
					       HARNESS_NOW + 100));
	a = redeem_ticket(new_ticket("photo1{print}"), "");
	answer_question("photo1{print}");
	CU_ASSERT_EQUAL(permission_expiry(redeem_ticket(response_text(a, "ticket"), "")), 100);
	owner_set_policy("photo2", text_format("{'effect':'ask','scopes':['print'],'until':%d,"
					       "'when':{'anyone':true}}",
					       HARNESS_NOW + 250));
	a = redeem_ticket(new_ticket("photo2{print}"), "");
	answer_question("photo2{print}");
	CU_ASSERT_EQUAL(permission_expiry(redeem_ticket(response_text(a, "ticket"), "")), 200);
	owner_set_policy("diary",
			 text_format("{'effect':'deny','scopes':['read'],'from':%d,"
				     "'when':{'anyone':true}},{'effect':'ask','scopes':['read'],"
				     "'when':{'anyone':true}}",
				     HARNESS_NOW + 150));
	a = redeem_ticket(new_ticket("diary{read}"), "");
	answer_question("diary{read}");
	CU_ASSERT_EQUAL(permission_expiry(redeem_ticket(response_text(a, "ticket"), "")), 150);
	owner_set_policy("album", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("album{view}"), "");
	answer_question("album{view}");
	CU_ASSERT_EQUAL(permission_expiry(redeem_ticket(response_text(a, "ticket"), "")), 200);
}

static void
an_owners_answer_without_a_requested_scope_denies_the_request(void)
{
	struct response a;

	owner_set_policy("photo1",
			 "{'effect':'ask','scopes':['print','view'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("photo1{view,print}"), "");
	answer_question("photo1{}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "403 request_denied");
}

static void
two_rules_may_ask_the_owner_about_one_resource(void)
{
	struct response a;

	owner_set_policy("photo1",
			 "{'id':'v','effect':'ask','scopes':['view'],'when':{'anyone':true}},"
			 "{'id':'p','effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("photo1{view,print}"), "");
	answer_question("photo1{view,print}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "photo1{print,view}");
}

static void
the_owner_may_be_asked_about_a_permission_without_scopes(void)
{
	struct response a;

	owner_set_policy("badge", "{'effect':'ask','scopes':'all','when':{'anyone':true}}");
	a = redeem_ticket(new_ticket("badge{}"), "");
	EQ(response_granted(a), "403 request_submitted");
	answer_question("badge{}");
	EQ(response_granted(redeem_ticket(response_text(a, "ticket"), "")), "badge{}");
}

static CU_TestInfo tests[] = {
	{ "E1: a requested scope that the policy permits is granted [G-ASM-01 G-ASM-10]",
	  worked_example_1 },
	{ "E2: a scope that is registered for the client and requested is added [G-ASM-02 G-ASM-05 G-RES-04 G-RES-08]",
	  worked_example_2 },
	{ "E3: a scope that is not registered for the client is ignored or rejected [G-ASM-02 G-ERR-07 G-TOK-13 D-04]",
	  worked_example_3 },
	{ "E4: a scope that no resource of the ticket has is rejected [G-ERR-06 G-TKT-03]",
	  worked_example_4 },
	{ "E5: a part of the scopes is granted, or none, as the tenant is configured [G-ASM-04 G-ASM-06 G-ASM-07 G-ASM-09 G-ASM-11 D-07]",
	  worked_example_5 },
	{ "E5: a scope is added only to resources that have it [G-ASM-06 G-ASM-07]",
	  worked_example_5_all_permitted },
	{ "E6: a scope that is registered but not requested is not added [G-ASM-08]",
	  worked_example_6 },
	{ "E7: a permission without scopes gets the scopes that the client requests [G-ASM-14]",
	  worked_example_7 },
	{ "E8: a permission without scopes is granted only by an explicit rule [G-ASM-12 F-INT-06]",
	  worked_example_8 },
	{ "a permission without scopes requires a rule for all scopes [G-ASM-13 T-U13]",
	  a_permission_without_scopes_requires_a_rule_for_all_scopes },
	{ "E9: a scope of the ticket needs no registration for the client [G-ASM-05 G-ERR-07]",
	  worked_example_9 },
	{ "E10: only the scopes of this request are considered [G-ASM-03]", worked_example_10 },
	{ "E11: an upgraded RPT has the permissions of both [G-UPG-02 G-UPG-03 G-UPG-06]",
	  worked_example_11 },
	{ "E12: the owner allows the request [G-ERR-14 G-ERR-16 G-ERR-17]", worked_example_12 },
	{ "E12: the owner denies the request [G-ERR-17 G-ERR-20]", worked_example_12_denied },
	{ "E13: a scope that the resource no longer has is not granted [G-ASM-15 F-UPD-06]",
	  worked_example_13 },
	{ "E14: repetition and order of scopes do not matter [G-ASM-16]", worked_example_14 },
	{ "E15: if the tenant requires all scopes, the error does not reveal the permitted part [G-ASM-11 G-ERR-13]",
	  worked_example_15 },
	{ "E16: a deleted resource is not granted [G-ASM-15 F-DEL-02 T-U15]", worked_example_16 },
	{ "a resource without a policy is not granted [G-ASM-13 T-U13]",
	  a_resource_without_a_policy_is_not_granted },
	{ "the order of resources and scopes does not matter [G-ASM-16]",
	  the_order_of_resources_and_scopes_does_not_matter },
	{ "missing claims come before a question to the owner, and that before a partial grant [D-07]",
	  the_next_step_is_chosen_in_order },
	{ "a tenant may require all requested scopes [G-ASM-11]",
	  a_tenant_may_require_all_requested_scopes },
	{ "an owner may allow a part of the requested scopes [G-ASM-11]",
	  an_owner_may_allow_a_part_of_the_requested_scopes },
	{ "an owner's answer without a requested scope denies the request [G-ASM-12]",
	  an_owners_answer_without_a_requested_scope_denies_the_request },
	{ "a permission expires at the earlier of the rule's and the answer's limit",
	  a_permission_expires_at_the_earlier_of_the_rules_and_the_answers_limit },
	{ "two rules may ask the owner about one resource",
	  two_rules_may_ask_the_owner_about_one_resource },
	{ "the owner may be asked about a permission without scopes",
	  the_owner_may_be_asked_about_a_permission_without_scopes },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo assessment_suite = { "server/assessment", NULL, NULL, examples_open,
				  http_case_close,     tests };
