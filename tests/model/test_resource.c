/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "model/stored_policy.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;

static void
resource_setup(void)
{
	fixture_open(&c);
}

static void
resource_teardown(void)
{
	fixture_close(&c);
}

static enum err
resource_find_id(const char *owner, const char *rs, const char *id, struct resource *out)
{
	return resource_find(&c.s.w, owner, rs, id, ERR_NOT_FOUND, out);
}

static void
a_resource_is_found_by_owner_resource_server_and_id(void)
{
	const char *id = fixture_resource(&c, c.alice, "view print");
	struct resource r;

	CU_ASSERT(id_is(id));
	CU_ASSERT_EQUAL_FATAL(resource_find_id(c.alice, "photoz", id, &r), OK);
	CU_ASSERT_STRING_EQUAL(r.id, id);
	CU_ASSERT_STRING_EQUAL(r.owner, c.alice);
	CU_ASSERT_STRING_EQUAL(r.rs, "photoz");
	CU_ASSERT_EQUAL(r.scopes.n, 2);
	CU_ASSERT_EQUAL(r.revision, 1);
	CU_ASSERT_EQUAL(r.created, HARNESS_NOW);
}

static void
a_resource_does_not_exist_for_other_owners_and_resource_servers(void)
{
	const char *id = fixture_resource(&c, c.alice, "view");
	struct resource r;

	CU_ASSERT_EQUAL(resource_find_id(c.erin, "photoz", id, &r), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(resource_find_id(c.alice, "filez", id, &r), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(resource_find_id(c.alice, "photoz", "nonsense", &r), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(resource_find_id(c.alice, "photoz", "", &r), ERR_NOT_FOUND);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(resource_find_id(c.alice, "photoz", id, &r), ERR_NOT_FOUND);
}

static void
a_resource_is_also_found_by_id_alone(void)
{
	const char *id = fixture_resource(&c, c.alice, "view");
	struct resource r;

	CU_ASSERT_EQUAL_FATAL(resource_by_id(&c.s.w, id, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_STRING_EQUAL(r.owner, c.alice);
	CU_ASSERT_EQUAL(resource_by_id(&c.s.w, "x", ERR_NOT_FOUND, &r), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(resource_by_id(&c.s.w, "00000000000000000000000000", ERR_NOT_FOUND, &r),
			ERR_NOT_FOUND);
	harness_corrupt_rows(&c.s, T_RESOURCE_ID, "no server here");
	CU_ASSERT_EQUAL(resource_by_id(&c.s.w, id, ERR_NOT_FOUND, &r), ERR_STORE);
}

static void
a_change_increments_the_revision(void)
{
	const char *id = fixture_resource(&c, c.alice, "view");
	struct resource r;

	CU_ASSERT_EQUAL_FATAL(resource_find_id(c.alice, "photoz", id, &r), OK);
	harness_set_time(&c.s, HARNESS_NOW + 5);
	CU_ASSERT_EQUAL_FATAL(resource_find_id(c.alice, "photoz", id, &r), OK);
	r.scopes = fixture_scopes(&c, "edit");
	CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL_FATAL(resource_find_id(c.alice, "photoz", id, &r), OK);
	CU_ASSERT_EQUAL(r.revision, 2);
	CU_ASSERT_EQUAL(r.created, HARNESS_NOW);
	CU_ASSERT_EQUAL(r.updated, HARNESS_NOW + 5);
	CU_ASSERT(str_list_has(&r.scopes, "edit"));
}

static void
of_two_concurrent_changes_one_succeeds(void)
{
	const char *id = fixture_resource(&c, c.alice, "view");
	struct changes second, *list = &second;
	struct resource r;

	CU_ASSERT_EQUAL_FATAL(resource_find_id(c.alice, "photoz", id, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
}

static void
removing_a_resource_removes_its_policy(void)
{
	const char *id = fixture_resource(&c, c.alice, "view");
	struct resource r;
	struct stored_policy own;

	fixture_policy(&c, c.alice, id, "{'rules':[]}");
	CU_ASSERT_EQUAL_FATAL(resource_find_id(c.alice, "photoz", id, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	CU_ASSERT(c.s.changes.essential);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(resource_find_id(c.alice, "photoz", id, &r), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(resource_by_id(&c.s.w, id, ERR_NOT_FOUND, &r), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", id, &own), OK);
	CU_ASSERT_EQUAL(own.row.size, 0);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_POLICY), 0);
}

static enum err
resource_count_row(void *arg, const void *resource)
{
	(*(int *)arg)++;
	return OK;
}

static int
resource_number_of(const char *owner, const char *rs)
{
	int n = 0;

	CU_ASSERT_EQUAL(resource_each(&c.s.w, owner, rs, resource_count_row, &n), OK);
	return n;
}

static void
a_list_is_of_one_owner_at_one_resource_server(void)
{
	fixture_resource(&c, c.alice, "view");
	fixture_resource(&c, c.alice, "view");
	fixture_resource(&c, c.erin, "view");
	CU_ASSERT_EQUAL(resource_number_of(c.alice, "photoz"), 2);
	CU_ASSERT_EQUAL(resource_number_of(c.alice, "photo"), 0);
	CU_ASSERT_EQUAL(resource_number_of(c.alice, "filez"), 0);
	CU_ASSERT_EQUAL(resource_number_of(c.alice, NULL), 2);
	CU_ASSERT_EQUAL(resource_number_of(c.erin, NULL), 1);
	CU_ASSERT_EQUAL(resource_number_of(NULL, NULL), 3);
}

static void
a_corrupt_resource_row_is_a_fault(void)
{
	const char *id = fixture_resource(&c, c.alice, "view");
	struct resource r;
	int n = 0;

	harness_corrupt_rows(&c.s, T_RESOURCE, "{\"id\":\"x\"}");
	CU_ASSERT_EQUAL(resource_find_id(c.alice, "photoz", id, &r), ERR_STORE);
	CU_ASSERT_EQUAL(resource_each(&c.s.w, NULL, NULL, resource_count_row, &n), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "a resource is found by owner, resource server and id [F-CRE-05]",
	  a_resource_is_found_by_owner_resource_server_and_id },
	{ "a resource does not exist for other owners and resource servers [F-READ-03 T-U04 T-M01]",
	  a_resource_does_not_exist_for_other_owners_and_resource_servers },
	{ "a resource is also found by id alone", a_resource_is_also_found_by_id_alone },
	{ "a change increments the revision [F-READ-04]", a_change_increments_the_revision },
	{ "of two concurrent changes one succeeds", of_two_concurrent_changes_one_succeeds },
	{ "removing a resource removes its policy [F-DEL-02 T-U15]",
	  removing_a_resource_removes_its_policy },
	{ "a list contains the resources of one owner at one resource server [F-LST-03 F-PAT-06]",
	  a_list_is_of_one_owner_at_one_resource_server },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_resource_row_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo resource_suite = { "model/resource",  NULL, NULL, resource_setup,
				resource_teardown, tests };
