/* SPDX-License-Identifier: Apache-2.0 */
#include "model/stored_policy.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;

static void
account_setup(void)
{
	fixture_open(&c);
}

static void
account_teardown(void)
{
	fixture_close(&c);
}

static enum err
account_add_commit(struct account acc)
{
	enum err e = account_add(&c.s.w, &acc);

	if (e == OK)
		return harness_commit(&c.s);
	harness_begin(&c.s);
	return e;
}

static void
an_account_is_found_by_id_and_by_login(void)
{
	struct account acc;

	CU_ASSERT_EQUAL_FATAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_STRING_EQUAL(acc.login, "bob");
	CU_ASSERT_EQUAL_FATAL(account_by_login(&c.s.w, "bob", ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_STRING_EQUAL(acc.id, c.bob);
	CU_ASSERT_EQUAL(account_find(&c.s.w, "nobody", ERR_INVALID_GRANT, &acc), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(account_by_login(&c.s.w, "Bob", ERR_NOT_FOUND, &acc), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(account_by_login(&c.s.w, "", ERR_NOT_FOUND, &acc), ERR_NOT_FOUND);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &acc), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(account_by_login(&c.s.w, "bob", ERR_NOT_FOUND, &acc), ERR_NOT_FOUND);
}

static void
a_login_is_unique_within_a_tenant(void)
{
	struct changes second, *list = &second;
	struct account one = { .login = "carol" }, two = { .login = "carol" };

	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "bob" }), ERR_EXISTS);
	CU_ASSERT_EQUAL(account_add(&c.s.w, &one), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(account_add(&c.s.w, &two), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "bob" }), OK);
}

static void
the_fields_of_an_account_are_validated(void)
{
	char text[300];
	struct account conn_set = { .login = "x" };

	memset(text, 'x', sizeof text);
	text[129] = '\0';
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "" }), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = text }), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = text + 1 }), OK);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "a\nb" }),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "a\x7f" }),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "\xc0\xaf" }),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = c.bob }),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "x", .email = "x" }),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "x", .email = "x@\n" }),
			ERR_INVALID_REQUEST);
	memset(text, 'x', sizeof text);
	text[0] = '@';
	text[255] = '\0';
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "x", .email = text }),
			ERR_INVALID_REQUEST);
	for (int i = 0; i < 33; i++)
		str_list_add(c.s.arena, &conn_set.groups, "g");
	CU_ASSERT_EQUAL(account_add_commit(conn_set), ERR_INVALID_REQUEST);
}

static void
an_identity_belongs_to_one_account(void)
{
	struct account bob, got;
	char subject[257];

	memset(subject, 's', 256);
	subject[256] = '\0';
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &bob), OK);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &bob, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL_FATAL(account_by_identity(&c.s.w, IDP, "b0b", ERR_NOT_FOUND, &got), OK);
	CU_ASSERT_STRING_EQUAL(got.id, c.bob);
	CU_ASSERT_EQUAL(account_by_identity(&c.s.w, IDP "b", "0b", ERR_NOT_FOUND, &got),
			ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &bob, IDP, "b0b"), OK);
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.erin, ERR_NOT_FOUND, &got), OK);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &got, IDP, "b0b"), ERR_EXISTS);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &bob, "", "b"), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &bob, IDP, ""), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &bob, IDP, subject), ERR_INVALID_REQUEST);
}

static void
removing_an_account_removes_everything_of_it(void)
{
	const char *erins = fixture_resource(&c, c.erin, "view");
	struct account alice;

	fixture_policy(&c, c.alice, fixture_resource(&c, c.alice, "view"), "{'rules':[]}");
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.alice, ERR_NOT_FOUND, &alice), OK);
	CU_ASSERT_EQUAL(account_link(&c.s.w, &alice, IDP, "alice"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.alice, ERR_NOT_FOUND, &alice), OK);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.alice, ERR_NOT_FOUND, &alice), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(account_by_login(&c.s.w, "alice", ERR_NOT_FOUND, &alice), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(account_by_identity(&c.s.w, IDP, "alice", ERR_NOT_FOUND, &alice),
			ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_POLICY), 0);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_RESOURCE), 1);
	CU_ASSERT_EQUAL(resource_by_id(&c.s.w, erins, ERR_NOT_FOUND, &(struct resource){ 0 }), OK);
}

static enum err
add_login(void *arg, const void *account)
{
	str_list_add(c.s.arena, arg, ((const struct account *)account)->login);
	return OK;
}

static void
all_accounts_are_listed(void)
{
	struct str_list logins = { 0 };

	CU_ASSERT_EQUAL(account_each(&c.s.w, add_login, &logins), OK);
	CU_ASSERT(str_list_has(&logins, "alice") && str_list_has(&logins, "erin") &&
		  str_list_has(&logins, "bob"));
	CU_ASSERT_EQUAL(logins.n, 5); /* and the accounts of the two resource servers */
}

static void
a_concurrent_change_of_an_account_conflicts(void)
{
	struct account bob;

	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &bob), OK);
	bob.email = "nobody";
	CU_ASSERT_EQUAL(account_put(&c.s.w, &bob), ERR_INVALID_REQUEST);
	bob.email = "bob@example.net";
	CU_ASSERT_EQUAL(account_put(&c.s.w, &bob), OK);
	CU_ASSERT_EQUAL(account_put(&c.s.w, &bob), OK); /* by a second administrator */
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &bob), OK);
	CU_ASSERT_STRING_EQUAL(bob.email, "bob@example.net");
}

static void
a_corrupt_account_row_is_a_fault(void)
{
	struct account acc;
	struct str_list logins = { 0 };

	harness_corrupt_rows(&c.s, T_ACCOUNT, "{\"id\":\"x\"}");
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &acc), ERR_STORE);
	CU_ASSERT_EQUAL(account_by_login(&c.s.w, "bob", ERR_NOT_FOUND, &acc), ERR_STORE);
	CU_ASSERT_EQUAL(account_add_commit((struct account){ .login = "bob" }), ERR_STORE);
	CU_ASSERT_EQUAL(account_each(&c.s.w, add_login, &logins), ERR_STORE);
}

/* Key of a row of `owner` in a table whose keys begin with the owner's id. */
static struct bytes
account_owned_key(const char *owner)
{
	return key_join(c.s.arena, owner, "x", NULL);
}

/* The tables of schema/store.md whose key begins with an owner or account, and resource, which has
 * its own test. Rows of the session index are read, so theirs is a real one. */
static void
removing_an_account_removes_the_rows_whose_keys_begin_with_it(void)
{
	static const enum table owned[] = { T_POLICY, T_DELEGATION, T_APPROVAL, T_CONSENT };
	struct account alice;
	struct bytes row;

	for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
		change_put(c.s.w.changes, owned[i], account_owned_key(c.alice), bytes_of("{}"));
		change_put(c.s.w.changes, owned[i], account_owned_key(c.bob), bytes_of("{}"));
	}
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.alice, ERR_NOT_FOUND, &alice), OK);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &alice), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
	for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
		uint64_t t = c.s.w.tenant->id;

		CU_ASSERT_EQUAL(store_get(c.s.w.db, t, owned[i], account_owned_key(c.alice), &row),
				ABSENT);
		CU_ASSERT_EQUAL(store_get(c.s.w.db, t, owned[i], account_owned_key(c.bob), &row),
				OK);
	}
}

static CU_TestInfo tests[] = {
	{ "removing an account removes the rows whose keys begin with it [T-U15]",
	  removing_an_account_removes_the_rows_whose_keys_begin_with_it },
	{ "an account is found by id and by login [T-M01]",
	  an_account_is_found_by_id_and_by_login },
	{ "a login is unique within a tenant", a_login_is_unique_within_a_tenant },
	{ "the fields of an account are validated", the_fields_of_an_account_are_validated },
	{ "an identity belongs to one account [T-U07]", an_identity_belongs_to_one_account },
	{ "removing an account removes everything of it [T-U15 G-PRV-02]",
	  removing_an_account_removes_everything_of_it },
	{ "all accounts are listed", all_accounts_are_listed },
	{ "writing a changed account conflicts if its row has changed since it was read",
	  a_concurrent_change_of_an_account_conflicts },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_account_row_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo account_suite = {
	"model/account", NULL, NULL, account_setup, account_teardown, tests
};
