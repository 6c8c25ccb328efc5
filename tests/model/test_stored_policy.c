/* SPDX-License-Identifier: Apache-2.0 */
#include "model/stored_policy.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define ANYONE "'when':{'anyone':true}"

static struct fixture c;
static const char *photo;

static void
stored_policy_setup(void)
{
	fixture_open(&c);
	photo = fixture_resource(&c, c.alice, "view print");
	fixture_account(&c, "mallory", "foes");
}

static void
stored_policy_teardown(void)
{
	fixture_close(&c);
}

static struct stored_policy
stored_policy_effective_doc(void)
{
	const struct stored_policy *s;

	CU_ASSERT_EQUAL_FATAL(stored_policy_effective(&c.s.w, c.alice, "photoz", photo, &s), OK);
	return *s;
}

static void
where_there_is_none_nothing_is_permitted(void)
{
	struct stored_policy s = stored_policy_effective_doc();

	CU_ASSERT_EQUAL(s.row.size, 0);
	CU_ASSERT_EQUAL(s.revision, 0);
	CU_ASSERT_PTR_NULL(s.policy.rules);
	CU_ASSERT_PTR_NULL(s.index);
}

static void
the_default_decides_where_a_resource_has_none(void)
{
	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'id':'d','effect':'permit','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_STRING_EQUAL(stored_policy_effective_doc().policy.rules->id, "d");
}

/* An empty one of its own shuts what the default opens. */
static void
its_own_decides_alone(void)
{
	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'id':'d','effect':'permit','scopes':'all'," ANYONE "}]}");
	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
	CU_ASSERT_PTR_NULL(stored_policy_effective_doc().policy.rules);
	CU_ASSERT_EQUAL(stored_policy_effective_doc().revision, 1);
}

static void
nobody_elses_default_counts(void)
{
	fixture_policy(&c, c.erin, NULL,
		       "{'rules':[{'effect':'permit','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_EQUAL(stored_policy_effective_doc().row.size, 0);
}

static void
remove_policy(const char *resource)
{
	struct stored_policy s;

	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", resource, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_remove(&c.s.w, &s), OK);
	CU_ASSERT(c.s.changes.essential);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
a_removed_policy_gives_way_to_the_default(void)
{
	struct stored_policy s;

	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'id':'d','effect':'deny','scopes':'all'," ANYONE "}]}");
	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
	remove_policy(photo);
	CU_ASSERT_STRING_EQUAL(stored_policy_effective_doc().policy.rules->id, "d");
	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_remove(&c.s.w, &s), ERR_NOT_FOUND);
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
	stored_policy_effective_doc();
	db = c.s.w.db;
	c.s.w.db = NULL;
	harness_begin(&c.s);
	other();
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	store_release(db);
	return deciding.verdict;
}

static void
somebody_sets_the_default(void)
{
	fixture_policy(&c, c.alice, NULL, "{'rules':[]}");
}

static void
somebody_sets_its_own(void)
{
	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
}

static void
somebody_removes_the_default(void)
{
	remove_policy(NULL);
}

static void
somebody_does_something_else(void)
{
	fixture_policy(&c, c.erin, NULL, "{'rules':[]}");
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

static struct rule_source
stored_policy_source_of(void)
{
	struct rule_source from;
	struct resource r;

	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(stored_policy_source(&c.s.w, &r, &from), OK);
	return from;
}

static void
every_rule_has_an_entry(void)
{
	const struct rule_entry *e;

	fixture_policy(&c, c.alice, photo,
		       "{'rules':["
		       "{'id':'no','effect':'deny','scopes':'all','when':{'client':'photoz'}},"
		       "{'id':'v','effect':'permit','scopes':['view'],'from':5,'until':9,"
		       "'when':{'any':[{'group':'family'},{'not':{'group':'foes'}}]}},"
		       "{'id':'q','effect':'ask','scopes':'all'," ANYONE "}]}");
	e = stored_policy_source_of().index;
	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	CU_ASSERT_STRING_EQUAL(e->id, "no");
	CU_ASSERT_EQUAL(e->effect, EFFECT_DENY);
	CU_ASSERT(e->all_scopes);
	CU_ASSERT_EQUAL(e->groups.n, 0);
	e = e->next;
	CU_ASSERT_STRING_EQUAL(e->id, "v");
	CU_ASSERT_FALSE(e->all_scopes);
	CU_ASSERT(str_list_has(&e->scopes, "view"));
	CU_ASSERT_EQUAL(e->from, 5);
	CU_ASSERT_EQUAL(e->until, 9);
	CU_ASSERT_EQUAL(e->since, 1);
	CU_ASSERT(str_list_has(&e->groups, "family") && str_list_has(&e->groups, "foes"));
	CU_ASSERT_STRING_EQUAL(e->next->id, "q");
	CU_ASSERT_EQUAL(e->next->effect, EFFECT_ASK);
	CU_ASSERT_PTR_NULL(e->next->next);
}

/* Two rows tell of one policy; introspection reads the resource's. */
static void
a_resource_knows_its_policy_and_when_it_is_gone(void)
{
	struct resource r;

	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'id':'d','effect':'permit','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_STRING_NOT_EQUAL(stored_policy_source_of().incarnation, "");
	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT(r.own_policy);
	CU_ASSERT_EQUAL(r.policy_switches, 1);
	CU_ASSERT_PTR_NULL(stored_policy_source_of().index);
	CU_ASSERT_STRING_EQUAL(stored_policy_source_of().incarnation, "");
	remove_policy(photo);
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_FALSE(r.own_policy);
	CU_ASSERT_EQUAL(r.policy_switches, 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(stored_policy_source_of().index);
	CU_ASSERT_STRING_EQUAL(stored_policy_source_of().index->id, "d");
}

static void
a_policy_that_is_set_again_has_another_birth(void)
{
	const char *first;

	fixture_policy(&c, c.alice, NULL, "{'rules':[]}");
	first = stored_policy_source_of().incarnation;
	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'effect':'permit','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_STRING_EQUAL(stored_policy_source_of().incarnation, first);
	remove_policy(NULL);
	fixture_policy(&c, c.alice, NULL, "{'rules':[]}");
	CU_ASSERT_STRING_NOT_EQUAL(stored_policy_source_of().incarnation, first);
}

static void
revisions_count_up(void)
{
	for (int i = 1; i <= 3; i++) {
		fixture_policy(&c, c.alice, photo, "{'rules':[]}");
		CU_ASSERT_EQUAL(stored_policy_effective_doc().revision, i);
	}
}

static void
what_is_no_policy_is_refused_with_its_place(void)
{
	struct stored_policy s;

	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_put(&c.s.w, &s,
					  fixture_json(&c, "{'rules':[{'effect':'permit'}]}")),
			ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "rules[0]"));
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

/* A newer program's, or damaged: nobody gets in by it, and its owner can put it in order. */
static void
a_policy_that_cannot_be_read_permits_nothing(void)
{
	static const char *const bad[] = {
		"{\"revision\":1}",
		"x",
		"{\"doc\":{\"rules\":5},\"revision\":7}",
		("{\"doc\":{\"rules\":[{\"id\":\"a\",\"effect\":\"permit\",\"scopes\":\"all\","
		 "\"when\":{\"moon\":\"full\"}}]},\"revision\":7}"),
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct stored_policy s;

		fixture_policy(&c, c.alice, photo,
			       "{'rules':[{'effect':'permit','scopes':'all'," ANYONE "}]}");
		harness_corrupt_rows(&c.s, T_POLICY, bad[i]);
		CU_ASSERT_PTR_NULL(stored_policy_effective_doc().policy.rules);
		CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
		CU_ASSERT(s.row.size > 0);
		CU_ASSERT_PTR_NOT_NULL(s.doc);
		fixture_policy(&c, c.alice, photo,
			       "{'rules':[{'id':'b','effect':'permit',"
			       "'scopes':'all'," ANYONE "}]}");
		CU_ASSERT_STRING_EQUAL(stored_policy_effective_doc().policy.rules->id, "b");
		harness_corrupt_rows(&c.s, T_POLICY, bad[i]);
		remove_policy(photo);
	}
}

static void
a_resource_goes_with_a_policy_that_cannot_be_read(void)
{
	struct resource r;

	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
	harness_corrupt_rows(&c.s, T_POLICY, "x");
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_POLICY), 0);
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
	{ "every rule has an entry", every_rule_has_an_entry },
	{ "a policy that is set again has another birth [T-U19]",
	  a_policy_that_is_set_again_has_another_birth },
	{ "revisions count up", revisions_count_up },
	{ "what is no policy is refused with its place",
	  what_is_no_policy_is_refused_with_its_place },
	{ "a policy that cannot be read permits nothing, and can be replaced and removed",
	  a_policy_that_cannot_be_read_permits_nothing },
	{ "a resource goes with a policy that cannot be read",
	  a_resource_goes_with_a_policy_that_cannot_be_read },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo stored_policy_suite = { "model/stored_policy",  NULL, NULL, stored_policy_setup,
				     stored_policy_teardown, tests };
