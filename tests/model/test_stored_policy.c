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
without_a_policy_nothing_is_permitted(void)
{
	struct stored_policy s = stored_policy_effective_doc();

	CU_ASSERT_EQUAL(s.row.size, 0);
	CU_ASSERT_EQUAL(s.revision, 0);
	CU_ASSERT_PTR_NULL(s.policy.rules);
	CU_ASSERT_PTR_NULL(s.index);
}

static void
the_default_applies_to_a_resource_without_a_policy(void)
{
	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'id':'d','effect':'permit','scopes':'all'," ANYONE "}]}");
	CU_ASSERT_STRING_EQUAL(stored_policy_effective_doc().policy.rules->id, "d");
}

/* An empty policy of the resource denies what the default permits. */
static void
a_resources_own_policy_replaces_the_default(void)
{
	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'id':'d','effect':'permit','scopes':'all'," ANYONE "}]}");
	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
	CU_ASSERT_PTR_NULL(stored_policy_effective_doc().policy.rules);
	CU_ASSERT_EQUAL(stored_policy_effective_doc().revision, 1);
}

static void
defaults_of_other_owners_and_resource_servers_do_not_apply(void)
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
the_default_applies_after_a_policy_is_removed(void)
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

/* A decision depends on the policy, and on the absence of the resource's own policy. */
static enum err
decide_during(void (*other)(void))
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
set_default_concurrently(void)
{
	fixture_policy(&c, c.alice, NULL, "{'rules':[]}");
}

static void
set_own_concurrently(void)
{
	fixture_policy(&c, c.alice, photo, "{'rules':[]}");
}

static void
remove_default_concurrently(void)
{
	remove_policy(NULL);
}

static void
change_unrelated_concurrently(void)
{
	fixture_policy(&c, c.erin, NULL, "{'rules':[]}");
}

static void
a_change_of_the_policy_before_the_commit_conflicts(void)
{
	CU_ASSERT_EQUAL(decide_during(change_unrelated_concurrently), OK);
	CU_ASSERT_EQUAL(decide_during(set_default_concurrently), ERR_CHANGED);
	CU_ASSERT_EQUAL(decide_during(set_own_concurrently), ERR_CHANGED);
	CU_ASSERT_EQUAL(decide_during(change_unrelated_concurrently), OK);
	remove_policy(photo);
	CU_ASSERT_EQUAL(decide_during(remove_default_concurrently), ERR_CHANGED);
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
every_rule_has_an_entry_in_the_rule_index(void)
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

/* Two rows describe one policy; introspection reads the resource's row. */
static void
the_row_of_a_resource_has_its_rule_index(void)
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
a_policy_that_is_removed_and_set_again_has_another_creation_time(void)
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
each_change_increments_the_revision(void)
{
	for (int i = 1; i <= 3; i++) {
		fixture_policy(&c, c.alice, photo, "{'rules':[]}");
		CU_ASSERT_EQUAL(stored_policy_effective_doc().revision, i);
	}
}

static void
an_invalid_policy_is_rejected_with_the_position_of_its_error(void)
{
	struct stored_policy s;

	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_put(&c.s.w, &s,
					  fixture_json(&c, "{'rules':[{'effect':'permit'}]}")),
			ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "rules[0]"));
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
}

/* Written by a newer program, or damaged: it grants nothing, and its owner can replace it. */
static void
an_unreadable_policy_permits_nothing(void)
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
a_resource_with_an_unreadable_policy_can_be_deleted(void)
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
	{ "the row of a resource has its rule index, until the policy is removed [G-PRV-01]",
	  the_row_of_a_resource_has_its_rule_index },
	{ "without a policy nothing is permitted [G-ASM-13 T-U13]",
	  without_a_policy_nothing_is_permitted },
	{ "the default applies to a resource without a policy",
	  the_default_applies_to_a_resource_without_a_policy },
	{ "a resource's own policy replaces the default",
	  a_resources_own_policy_replaces_the_default },
	{ "defaults of other owners and resource servers do not apply [T-U07]",
	  defaults_of_other_owners_and_resource_servers_do_not_apply },
	{ "the default applies after a policy is removed",
	  the_default_applies_after_a_policy_is_removed },
	{ "a change of the policy before the commit conflicts [T-U14]",
	  a_change_of_the_policy_before_the_commit_conflicts },
	{ "every rule has an entry in the rule index", every_rule_has_an_entry_in_the_rule_index },
	{ "a policy that is removed and set again has another creation time [T-U19]",
	  a_policy_that_is_removed_and_set_again_has_another_creation_time },
	{ "each change increments the revision", each_change_increments_the_revision },
	{ "an invalid policy is rejected with the position of its error",
	  an_invalid_policy_is_rejected_with_the_position_of_its_error },
	{ "an unreadable policy permits nothing, and can be replaced and removed",
	  an_unreadable_policy_permits_nothing },
	{ "a resource with an unreadable policy can be deleted",
	  a_resource_with_an_unreadable_policy_can_be_deleted },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo stored_policy_suite = { "model/stored_policy",  NULL, NULL, stored_policy_setup,
				     stored_policy_teardown, tests };
