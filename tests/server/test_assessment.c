/* SPDX-License-Identifier: Apache-2.0 */
/* The worked examples of the assessment (UMA Grant, 3.3.4), by their numbers in the conformance
 * list. */
#include "base/json.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ CU_ASSERT_STRING_EQUAL

static void
strict(struct client *client)
{
	client->strict_scope = true;
}

static void
whole(struct client *client)
{
	client->partial = PARTIAL_NO;
}

static void
e1(void)
{
	permits("photo1", "view");
	EQ(granted(redeem(ticket("photo1{view}"), "")), "photo1{view}");
}

static void
e2(void)
{
	struct said a;

	registered("viewer", "download");
	permits("photo1", "view download");
	a = redeem(ticket("photo1{view}"), "&scope=download");
	EQ(granted(a), "photo1{download,view}");
	CU_ASSERT_FALSE(has(a, "scope"));
	CU_ASSERT_FALSE(has(a, "ticket"));
}

static void
e3(void)
{
	permits("photo1", "view download");
	EQ(granted(redeem(ticket("photo1{view}"), "&scope=download")), "photo1{view}");
	cast_change(&world.c, "viewer", strict);
	EQ(granted(redeem(ticket("photo1{view}"), "&scope=download")), "400 invalid_scope");
}

static void
e4(void)
{
	const char *t = ticket("photo1{view}");
	struct said a;

	registered("viewer", "edit");
	permits("photo1", "all");
	permits("album", "all");
	a = redeem(t, "&scope=edit");
	EQ(granted(a), "400 invalid_scope");
	CU_ASSERT_FALSE(has(a, "ticket"));
	EQ(granted(redeem(t, "")), "400 invalid_grant");
}

static void
e5(void)
{
	registered("viewer", "download resize");
	permits("photo1", "view resize");
	permits("diary", "all");
	EQ(granted(redeem(ticket("album{edit} photo1{view} photo2{view}"),
			  "&scope=download+resize")), "photo1{resize,view}");
	cast_change(&world.c, "photoz", whole);
	EQ(granted(redeem(ticket("album{edit} photo1{view} photo2{view}"),
			  "&scope=download+resize")), "403 request_denied");
}

static void
e5_all_permitted(void)
{
	registered("viewer", "download resize");
	permits("photo1", "all");
	permits("photo2", "all");
	permits("album", "all");
	permits("diary", "all");
	EQ(granted(redeem(ticket("album{edit} photo1{view} photo2{view}"),
			  "&scope=download+resize")),
	   "photo1{download,resize,view} photo2{download,resize,view} album{download,edit}");
}

static void
e6(void)
{
	registered("viewer", "view print download");
	permits("photo1", "view print download");
	EQ(granted(redeem(ticket("photo1{view}"), "")), "photo1{view}");
}

static void
e7(void)
{
	registered("viewer", "view");
	permits("album", "view");
	EQ(granted(redeem(ticket("album{}"), "&scope=view")), "album{view}");
}

static void
e8(void)
{
	EQ(granted(redeem(ticket("badge{}"), "")), "403 request_denied");
	permits("badge", "all");
	EQ(granted(redeem(ticket("badge{}"), "")), "badge{}");
}

/* A rule for some scopes says nothing of the bare resource, nor do zero rules. */
static void
the_bare_resource_needs_a_rule_for_all(void)
{
	permits("album", "view");
	EQ(granted(redeem(ticket("album{}"), "")), "403 request_denied");
	permits("album", "");
	EQ(granted(redeem(ticket("album{}"), "")), "403 request_denied");
}

static void
e9(void)
{
	permits("photo1", "view");
	EQ(granted(redeem(ticket("photo1{view}"), "&scope=view")), "photo1{view}");
	cast_change(&world.c, "viewer", strict);
	EQ(granted(redeem(ticket("photo1{view}"), "&scope=view")), "400 invalid_scope");
	registered("viewer", "view");
	EQ(granted(redeem(ticket("photo1{view}"), "&scope=view")), "photo1{view}");
}

static void
e10(void)
{
	struct said a;

	registered("viewer", "download");
	policy("photo1", "{'effect':'permit','scopes':['view','download'],"
			 "'when':{'email':'bob@example.net'}}");
	a = redeem(ticket("photo1{view}"), "&scope=download");
	EQ(granted(a), "403 need_info");
	EQ(granted(redeem(text(a, "ticket"), pushed("viewer", "{}"))), "photo1{view}");
}

static void
e11(void)
{
	struct said old, a;

	permits("photo1", "view");
	permits("photo2", "view");
	old = redeem(ticket("photo1{view}"), "");
	a = redeem(ticket("photo2{view}"), format("&rpt=%s", text(old, "access_token")));
	EQ(granted(a), "photo1{view} photo2{view}");
	CU_ASSERT(has(a, "upgraded"));
	EQ(granted(old), "inactive");
}

static void
e12(void)
{
	struct said a;

	policy("photo1", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = redeem(ticket("photo1{print}"), "");
	EQ(granted(a), "403 request_submitted");
	a = redeem(text(a, "ticket"), "");
	EQ(granted(a), "403 request_submitted");
	answer_question("photo1{print}");
	EQ(granted(redeem(text(a, "ticket"), "")), "photo1{print}");
}

static void
e12_no(void)
{
	struct said a;

	policy("photo1", "{'effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = redeem(ticket("photo1{print}"), "");
	answer_question("");
	a = redeem(text(a, "ticket"), "");
	EQ(granted(a), "403 request_denied");
	CU_ASSERT_FALSE(has(a, "ticket"));
}

static void
put_scopes(const char *resource, const char *scopes)
{
	CU_ASSERT_EQUAL(say(format("PUT /resource_set/%s", id_of(resource)), alice(),
			    format("{'resource_scopes':[%s]}", scopes)).status, 200);
}

static void
e13(void)
{
	const char *first = ticket("photo1{view,print}"), *second = ticket("photo1{view,print}");

	permits("photo1", "view print");
	put_scopes("photo1", "'view','resize','download'");
	EQ(granted(redeem(first, "")), "photo1{view}");
	cast_change(&world.c, "photoz", whole);
	EQ(granted(redeem(second, "")), "403 request_denied");
}

static void
e14(void)
{
	registered("viewer", "download print");
	permits("photo1", "view print download");
	EQ(granted(redeem(ticket("photo1{view}"), "&scope=print+download+print")),
	   "photo1{download,print,view}");
}

static void
e15(void)
{
	struct said a;

	permits("photo1", "view");
	cast_change(&world.c, "photoz", whole);
	a = redeem(ticket("photo1{view} photo2{view}"), "");
	EQ(granted(a), "403 request_denied");
	CU_ASSERT_FALSE(has(a, "access_token"));
	CU_ASSERT_FALSE(has(a, "ticket"));
	CU_ASSERT_PTR_NULL(strstr(a.body, "view"));
}

static void
delete_resource(const char *resource)
{
	CU_ASSERT_EQUAL(say(format("DELETE /resource_set/%s", id_of(resource)), alice(),
			    NULL).status,
			204);
}

static void
e16(void)
{
	const char *first = ticket("photo1{view} album{view}"), *last = ticket("photo1{view}"),
		   *second = ticket("photo1{view} album{view}");

	permits("photo1", "view");
	permits("album", "view");
	delete_resource("photo1");
	EQ(granted(redeem(first, "")), "album{view}");
	cast_change(&world.c, "photoz", whole);
	EQ(granted(redeem(second, "")), "403 request_denied");
	EQ(granted(redeem(last, "")), "400 invalid_grant");
}

static void
without_a_policy_there_is_no_access(void)
{
	EQ(granted(redeem(ticket("photo1{view}"), "")), "403 request_denied");
	permits("photo1", "");
	EQ(granted(redeem(ticket("photo1{view}"), "")), "403 request_denied");
}

static void
order_does_not_matter(void)
{
	registered("viewer", "resize download");
	permits("photo1", "all");
	permits("album", "view download");
	EQ(granted(redeem(ticket("photo1{view,print} album{view}"), "&scope=resize+download")),
	   granted(redeem(ticket("album{view} photo1{print,view}"), "&scope=download+resize")));
}

/* D-07: claims first, then the owner, then a part. */
static void
the_way_on_is_chosen_in_order(void)
{
	policy("photo1", "{'effect':'permit','scopes':['view'],'when':{'anyone':true}},"
			 "{'effect':'ask','scopes':['print'],'when':{'anyone':true}},"
			 "{'effect':'permit','scopes':['resize'],"
			 "'when':{'email':'bob@example.net'}}");
	EQ(granted(redeem(ticket("photo1{view,print,resize}"), "")), "403 need_info");
	EQ(granted(redeem(ticket("photo1{view,print}"), "")), "403 request_submitted");
	EQ(granted(redeem(ticket("photo1{view,download}"), "")), "photo1{view}");
	EQ(granted(redeem(ticket("photo1{download}"), "")), "403 request_denied");
	answer_question("");
	EQ(granted(redeem(ticket("photo1{view,print}"), "")), "photo1{view}");
}

static void
the_tenant_may_want_all_or_nothing(void)
{
	world_set("partial_grants", "no");
	permits("photo1", "view");
	EQ(granted(redeem(ticket("photo1{view,print}"), "")), "403 request_denied");
	EQ(granted(redeem(ticket("photo1{view}"), "")), "photo1{view}");
}

/* She chose it herself; what the policy denies beside it stays all or nothing. */
static void
an_owner_may_allow_a_part_of_what_she_is_asked(void)
{
	struct said a;

	cast_change(&world.c, "photoz", whole);
	policy("photo1", "{'effect':'ask','scopes':['print','view'],'when':{'anyone':true}}");
	a = redeem(ticket("photo1{view,print}"), "");
	EQ(granted(a), "403 request_submitted");
	answer_question("photo1{view}");
	EQ(granted(redeem(text(a, "ticket"), "")), "photo1{view}");
	EQ(granted(redeem(ticket("photo1{view,print} album{edit}"), "")), "403 request_denied");
}

/* When the only permission of an RPT ends, seconds after SCENE_NOW. */
static int64_t
end_of(struct said a)
{
	struct said seen = say("POST /introspect", alice(),
			       format("token=%s", text(a, "access_token")));
	struct json_object *list = NULL;
	int64_t end = 0;

	json_object_object_get_ex(seen.json, "permissions", &list);
	CU_ASSERT_FATAL(list != NULL && json_object_array_length(list) == 1);
	json_int(json_object_array_get_idx(list, 0), "exp", 0, INT64_MAX, &end);
	return end - SCENE_NOW;
}

static void
after_an_answer_the_earlier_end_counts(void)
{
	struct said a;

	world_set("consent_life", "200");
	policy("photo1", format("{'effect':'ask','scopes':['print'],'until':%d,"
				"'when':{'anyone':true}}", SCENE_NOW + 100));
	a = redeem(ticket("photo1{print}"), "");
	answer_question("photo1{print}");
	CU_ASSERT_EQUAL(end_of(redeem(text(a, "ticket"), "")), 100);
	policy("photo2", format("{'effect':'ask','scopes':['print'],'until':%d,"
				"'when':{'anyone':true}}", SCENE_NOW + 250));
	a = redeem(ticket("photo2{print}"), "");
	answer_question("photo2{print}");
	CU_ASSERT_EQUAL(end_of(redeem(text(a, "ticket"), "")), 200);
	policy("diary", format("{'effect':'deny','scopes':['read'],'from':%d,"
			       "'when':{'anyone':true}},{'effect':'ask','scopes':['read'],"
			       "'when':{'anyone':true}}", SCENE_NOW + 150));
	a = redeem(ticket("diary{read}"), "");
	answer_question("diary{read}");
	CU_ASSERT_EQUAL(end_of(redeem(text(a, "ticket"), "")), 150);
	policy("album", "{'effect':'ask','scopes':['view'],'when':{'anyone':true}}");
	a = redeem(ticket("album{view}"), "");
	answer_question("album{view}");
	CU_ASSERT_EQUAL(end_of(redeem(text(a, "ticket"), "")), 200);
}

static void
an_answer_that_allows_nothing_of_it_denies(void)
{
	struct said a;

	policy("photo1", "{'effect':'ask','scopes':['print','view'],'when':{'anyone':true}}");
	a = redeem(ticket("photo1{view,print}"), "");
	answer_question("photo1{}");
	EQ(granted(redeem(text(a, "ticket"), "")), "403 request_denied");
}

static void
two_rules_may_ask_about_one_resource(void)
{
	struct said a;

	policy("photo1", "{'id':'v','effect':'ask','scopes':['view'],'when':{'anyone':true}},"
			 "{'id':'p','effect':'ask','scopes':['print'],'when':{'anyone':true}}");
	a = redeem(ticket("photo1{view,print}"), "");
	answer_question("photo1{view,print}");
	EQ(granted(redeem(text(a, "ticket"), "")), "photo1{print,view}");
}

static void
the_bare_resource_may_be_asked_for(void)
{
	struct said a;

	policy("badge", "{'effect':'ask','scopes':'all','when':{'anyone':true}}");
	a = redeem(ticket("badge{}"), "");
	EQ(granted(a), "403 request_submitted");
	answer_question("badge{}");
	EQ(granted(redeem(text(a, "ticket"), "")), "badge{}");
}

static CU_TestInfo tests[] = {
	{ "E1: what is asked and permitted is granted [G-ASM-01 G-ASM-10]", e1 },
	{ "E2: a registered and requested scope is added [G-ASM-02 G-ASM-05 G-RES-04 G-RES-08]",
	  e2 },
	{ "E3: an unregistered scope is ignored, or refused [G-ASM-02 G-ERR-07 G-TOK-13 D-04]",
	  e3 },
	{ "E4: a scope that no resource of the ticket has is refused [G-ERR-06 G-TKT-03]", e4 },
	{ "E5: in part, or not at all [G-ASM-04 G-ASM-06 G-ASM-07 G-ASM-09 G-ASM-11 D-07]", e5 },
	{ "E5: a scope attaches where it is available only [G-ASM-06 G-ASM-07]",
	  e5_all_permitted },
	{ "E6: registered but not requested is not added [G-ASM-08]", e6 },
	{ "E7: a permission without scopes waits for the client's [G-ASM-14]", e7 },
	{ "E8: the bare resource is granted by an explicit rule only [G-ASM-12 F-INT-06]", e8 },
	{ "the bare resource needs a rule for all scopes [G-ASM-13 T-U13]",
	  the_bare_resource_needs_a_rule_for_all },
	{ "E9: a scope of the ticket needs no registration [G-ASM-05 G-ERR-07]", e9 },
	{ "E10: only the scopes of this request count [G-ASM-03]", e10 },
	{ "E11: an upgraded RPT holds both [G-UPG-02 G-UPG-03 G-UPG-06]", e11 },
	{ "E12: the owner says yes [G-ERR-14 G-ERR-16 G-ERR-17]", e12 },
	{ "E12: the owner says no [G-ERR-17 G-ERR-20]", e12_no },
	{ "E13: a scope that is gone is not granted [G-ASM-15 F-UPD-06]", e13 },
	{ "E14: repetition and order do not matter [G-ASM-16]", e14 },
	{ "E15: all or nothing tells nothing of the part [G-ASM-11 G-ERR-13]", e15 },
	{ "E16: a resource that is gone is not granted [G-ASM-15 F-DEL-02 T-U15]", e16 },
	{ "without a policy there is no access [G-ASM-13 T-U13]",
	  without_a_policy_there_is_no_access },
	{ "order does not matter [G-ASM-16]", order_does_not_matter },
	{ "the way on is chosen in order: claims, owner, part [D-07]",
	  the_way_on_is_chosen_in_order },
	{ "the tenant may want all or nothing [G-ASM-11]", the_tenant_may_want_all_or_nothing },
	{ "an owner may allow a part of what she is asked [G-ASM-11]",
	  an_owner_may_allow_a_part_of_what_she_is_asked },
	{ "an answer that allows nothing of it denies [G-ASM-12]",
	  an_answer_that_allows_nothing_of_it_denies },
	{ "after an answer the earlier end counts", after_an_answer_the_earlier_end_counts },
	{ "two rules may ask about one resource", two_rules_may_ask_about_one_resource },
	{ "the bare resource may be asked for", the_bare_resource_may_be_asked_for },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo assessment_suite = { "server/assessment", NULL, NULL, share_open, world_close,
				  tests };
