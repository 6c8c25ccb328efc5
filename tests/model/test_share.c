/* SPDX-License-Identifier: Apache-2.0 */
#include "model/share.h"
#include "tests/model/cast.h"
#include "tests/run.h"

#define ANYONE "'when':{'anyone':true}"

static struct cast c;
static const char *photo;

static void
start(void)
{
	cast_open(&c);
	photo = cast_resource(&c, c.alice, "view print");
}

static void
stop(void)
{
	cast_close(&c);
}

static struct share
effective(void)
{
	const struct share *s;

	CU_ASSERT_EQUAL_FATAL(share_effective(&c.s.w, c.alice, "photoz", photo, &s), OK);
	return *s;
}

static void
where_there_is_none_nothing_is_permitted(void)
{
	struct share s = effective();

	CU_ASSERT_EQUAL(s.row.size, 0);
	CU_ASSERT_EQUAL(s.revision, 0);
	CU_ASSERT_PTR_NULL(s.policy.rules);
	CU_ASSERT_PTR_NULL(s.holds);
}

static void
the_default_decides_where_a_resource_has_none(void)
{
	cast_policy(&c, c.alice, NULL, "{'rules':[{'id':'d','effect':'permit','scopes':'all',"
		    ANYONE "}]}");
	CU_ASSERT_STRING_EQUAL(effective().policy.rules->id, "d");
}

/* An empty one of its own shuts what the default opens. */
static void
its_own_decides_alone(void)
{
	cast_policy(&c, c.alice, NULL, "{'rules':[{'id':'d','effect':'permit','scopes':'all',"
		    ANYONE "}]}");
	cast_policy(&c, c.alice, photo, "{'rules':[]}");
	CU_ASSERT_PTR_NULL(effective().policy.rules);
	CU_ASSERT_EQUAL(effective().revision, 1);
}

static void
nobody_elses_default_counts(void)
{
	cast_policy(&c, c.erin, NULL, "{'rules':[{'effect':'permit','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_EQUAL(effective().row.size, 0);
}

static void
remove_policy(const char *resource)
{
	struct share s;

	CU_ASSERT_EQUAL(share_find(&c.s.w, c.alice, "photoz", resource, &s), OK);
	CU_ASSERT_EQUAL(share_remove(&c.s.w, &s), OK);
	CU_ASSERT(c.s.changes.essential);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
}

static void
a_removed_policy_gives_way_to_the_default(void)
{
	struct share s;

	cast_policy(&c, c.alice, NULL, "{'rules':[{'id':'d','effect':'deny','scopes':'all',"
		    ANYONE "}]}");
	cast_policy(&c, c.alice, photo, "{'rules':[]}");
	remove_policy(photo);
	CU_ASSERT_STRING_EQUAL(effective().policy.rules->id, "d");
	CU_ASSERT_EQUAL(share_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(share_remove(&c.s.w, &s), ERR_NOT_FOUND);
}

/* A decision leans on the policy, and on the absence of one of the resource's own. */
static enum err
decide_while(void (*other)(void))
{
	struct changes deciding, *list = &deciding;
	struct snapshot *db;

	changes_start(&deciding, c.s.arena, c.s.w.tenant->id);
	change_put(&deciding, T_ISSUER, bytes_of("x"), bytes_of("{}"));
	c.s.w.changes = &deciding;
	effective();
	db = c.s.w.db;
	c.s.w.db = NULL;
	scene_begin(&c.s);
	other();
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	store_release(db);
	return deciding.verdict;
}

static void
somebody_sets_the_default(void)
{
	cast_policy(&c, c.alice, NULL, "{'rules':[]}");
}

static void
somebody_sets_its_own(void)
{
	cast_policy(&c, c.alice, photo, "{'rules':[]}");
}

static void
somebody_removes_the_default(void)
{
	remove_policy(NULL);
}

static void
somebody_does_something_else(void)
{
	cast_policy(&c, c.erin, NULL, "{'rules':[]}");
}

static void
what_a_decision_leans_on_must_not_change(void)
{
	CU_ASSERT_EQUAL(decide_while(somebody_does_something_else), OK);
	CU_ASSERT_EQUAL(decide_while(somebody_sets_the_default), ERR_CHANGED);
	CU_ASSERT_EQUAL(decide_while(somebody_sets_its_own), ERR_CHANGED);
	CU_ASSERT_EQUAL(decide_while(somebody_does_something_else), OK);
	remove_policy(photo);
	CU_ASSERT_EQUAL(decide_while(somebody_removes_the_default), ERR_CHANGED);
}

static void
every_rule_that_lets_in_has_a_line(void)
{
	const struct permission *line;
	struct resource r;

	cast_policy(&c, c.alice, photo, "{'rules':["
		    "{'id':'no','effect':'deny','scopes':'all','when':{'client':'photoz'}},"
		    "{'id':'v','effect':'permit','scopes':['view'],'from':5,'until':9," ANYONE "},"
		    "{'id':'q','effect':'ask','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(share_holds(&c.s.w, &r, &line), OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_STRING_EQUAL(line->rule, "v");
	CU_ASSERT_PTR_NULL(line->resource);
	CU_ASSERT(strs_has(&line->scopes, "view"));
	CU_ASSERT_EQUAL(line->from, 5);
	CU_ASSERT_EQUAL(line->until, 9);
	CU_ASSERT_STRING_EQUAL(line->next->rule, "q");
	CU_ASSERT_STRING_EQUAL(line->next->resource, "*");
	CU_ASSERT_PTR_NULL(line->next->next);
}

/* Two rows tell of one policy; introspection reads the resource's. */
static void
a_resource_knows_its_policy_and_when_it_is_gone(void)
{
	const struct permission *line;
	struct resource r;

	cast_policy(&c, c.alice, NULL,
		    "{'rules':[{'id':'d','effect':'permit','scopes':'all'," ANYONE "}]}");
	cast_policy(&c, c.alice, photo, "{'rules':[]}");
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT(r.own_policy);
	CU_ASSERT_EQUAL(share_holds(&c.s.w, &r, &line), OK);
	CU_ASSERT_PTR_NULL(line);
	remove_policy(photo);
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_FALSE(r.own_policy);
	CU_ASSERT_EQUAL(share_holds(&c.s.w, &r, &line), OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_STRING_EQUAL(line->rule, "d");
}

static const char *
mark_of(const char *policy)
{
	cast_policy(&c, c.alice, photo, policy);
	return arena_strdup(c.s.arena, effective().holds->mark);
}

static void
an_edited_rule_is_another(void)
{
	const char *first = mark_of("{'rules':[{'id':'a','effect':'permit','scopes':['view'],"
				    "'when':{'email':'bob@example.net'}}]}");

	CU_ASSERT_STRING_EQUAL(first, mark_of("{'rules':[{'id':'a','effect':'permit',"
		"'scopes':['view','print'],'until':9,'when':{'email':'bob@example.net'}}]}"));
	CU_ASSERT_STRING_NOT_EQUAL(first, mark_of("{'rules':[{'id':'a','effect':'permit',"
		"'scopes':['view'],'when':{'email':'eve@example.net'}}]}"));
	CU_ASSERT_STRING_NOT_EQUAL(first, mark_of("{'rules':[{'id':'a','effect':'ask',"
		"'scopes':['view'],'when':{'email':'bob@example.net'}}]}"));
}

static void
revisions_count_up(void)
{
	for (int i = 1; i <= 3; i++) {
		cast_policy(&c, c.alice, photo, "{'rules':[]}");
		CU_ASSERT_EQUAL(effective().revision, i);
	}
}

static void
what_is_no_policy_is_refused_with_its_place(void)
{
	struct share s;

	CU_ASSERT_EQUAL(share_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(share_put(&c.s.w, &s, cast_json(&c, "{'rules':[{'effect':'permit'}]}")),
			ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.why, "rules[0]"));
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

static void
a_row_that_rotted_is_a_fault(void)
{
	const struct share *effective;
	struct share s;

	cast_policy(&c, c.alice, photo, "{'rules':[]}");
	scene_spoil(&c.s, T_POLICY, "{\"revision\":1}");
	CU_ASSERT_EQUAL(share_effective(&c.s.w, c.alice, "photoz", photo, &effective), ERR_STORE);
	scene_spoil(&c.s, T_POLICY, "{\"doc\":{\"rules\":5},\"revision\":1}");
	CU_ASSERT_EQUAL(share_effective(&c.s.w, c.alice, "photoz", photo, &effective), ERR_STORE);
	CU_ASSERT_EQUAL(share_find(&c.s.w, c.alice, "photoz", photo, &s), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "a resource knows its own policy, and when it is gone [G-PRV-01]",
	  a_resource_knows_its_policy_and_when_it_is_gone },
	{ "where there is none nothing is permitted [G-ASM-13 T-U13]",
	  where_there_is_none_nothing_is_permitted },
	{ "the default decides where a resource has none",
	  the_default_decides_where_a_resource_has_none },
	{ "its own decides alone", its_own_decides_alone },
	{ "nobody else's default counts [T-U07]", nobody_elses_default_counts },
	{ "a removed policy gives way to the default", a_removed_policy_gives_way_to_the_default },
	{ "what a decision leans on must not change [T-U14]",
	  what_a_decision_leans_on_must_not_change },
	{ "every rule that lets in has a line", every_rule_that_lets_in_has_a_line },
	{ "a rule edited to apply to others is another [G-PRV-01]", an_edited_rule_is_another },
	{ "revisions count up", revisions_count_up },
	{ "what is no policy is refused with its place",
	  what_is_no_policy_is_refused_with_its_place },
	{ "a row that rotted is a fault [T-S11]", a_row_that_rotted_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo share_suite = { "model/share", NULL, NULL, start, stop, tests };
