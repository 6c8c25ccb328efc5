/* SPDX-License-Identifier: Apache-2.0 */
/* Account names are replaced by ids when a policy is stored, and by logins when it is displayed. */
#include <string.h>

#include "model/account.h"
#include "model/client.h"
#include "model/issuer.h"
#include "model/policy_names.h"
#include "model/stored_policy.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define WHEN(when) "{'rules':[{'effect':'permit','scopes':['view'],'when':" when "}]}"

static struct fixture c;
static const char *photo;

static void
policy_names_setup(void)
{
	fixture_open(&c);
	fixture_issuer(&c, IDP);
	photo = fixture_resource(&c, c.alice, "view print");
}

static void
policy_names_teardown(void)
{
	fixture_close(&c);
}

/*
 * The error for `doc` as the policy of photo, or as the default if `resource` is NULL; "" if it is
 * accepted.
 */
static const char *
policy_names_error(const char *resource, const char *doc)
{
	struct stored_policy s;

	CU_ASSERT_EQUAL_FATAL(stored_policy_find(&c.s.w, c.alice, "photoz", resource, &s), OK);
	if (stored_policy_put(&c.s.w, &s, fixture_json(&c, doc)) == ERR_INVALID_REQUEST)
		return c.s.w.refusal.why;
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
	return "";
}

static struct stored_policy
policy_names_stored(void)
{
	struct stored_policy s;

	CU_ASSERT_EQUAL_FATAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	return s;
}

static const char *
policy_names_text(const struct stored_policy *s)
{
	const char *text;

	CU_ASSERT_EQUAL_FATAL(policy_names_show(&c.s.w, &s->policy, &text), OK);
	return text;
}

static void
unknown_names_are_rejected_with_their_position(void)
{
	static const struct {
		const char *doc, *why;
	} rows[] = {
		{ WHEN("{'account':'nobody'}"),
		  "rules[0].when.account is 'nobody', but there is no such account" },
		{ WHEN("{'account':'01hf3x7s5m0000000000000000'}"),
		  "rules[0].when.account is "
		  "'01hf3x7s5m0000000000000000', but there is no such account" },
		{ WHEN("{'account':'Bob'}"),
		  "rules[0].when.account is 'Bob', but there is no such account" },
		{ WHEN("{'account':'bob','login':'alice'}"),
		  "rules[0].when.login is not the login of that account: leave it out" },
		{ WHEN("{'not':{'all':[{'anyone':true},{'group':'famil'}]}}"),
		  "rules[0].when.not.all[1].group is 'famil', but no account is in that group" },
		{ WHEN("{'any':[{'client':'nosuch'}]}"),
		  "rules[0].when.any[0].client is 'nosuch', but there is no such client" },
		{ WHEN("{'claim':{'issuer':'https://other','name':'n','op':'exists'}}"),
		  "rules[0].when.claim.issuer is 'https://other', but the tenant does not trust "
		  "that issuer" },
		{ "{'rules':[{'effect':'deny','scopes':'all','when':{'anyone':true}},"
		  "{'effect':'permit','scopes':['view','edit'],'when':{'anyone':true}}]}",
		  "rules[1].scopes[1] is 'edit', but the resource has no such scope" },
	};
	char group[513] = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(policy_names_error(photo, rows[i].doc), rows[i].why);
	memset(group, 'g', 512);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		policy_names_error(photo, arena_printf(c.s.arena, WHEN("{'group':'%s'}"), group)),
		"no account is in that group"));
	CU_ASSERT_EQUAL(policy_names_stored().row.size, 0);
	CU_ASSERT_STRING_EQUAL(policy_names_error(photo, WHEN("{'account':'bob'}")), "");
	CU_ASSERT_STRING_EQUAL(policy_names_error(photo, WHEN("{'group':'family'}")), "");
	CU_ASSERT_STRING_EQUAL(policy_names_error(photo, WHEN("{'client':'viewer'}")), "");
	CU_ASSERT_STRING_EQUAL(policy_names_error(photo,
						  WHEN("{'claim':{'issuer':'" IDP "','name':'n',"
						       "'op':'exists'}}")),
			       "");
}

/* The resources of a default are not known yet. */
static void
an_owners_default_may_name_any_scope(void)
{
	CU_ASSERT_STRING_EQUAL(policy_names_error(NULL,
						  "{'rules':[{'effect':'permit','scopes':['edit'],"
						  "'when':{'account':'bob'}}]}"),
			       "");
	CU_ASSERT_STRING_EQUAL(policy_names_error(NULL, WHEN("{'account':'nobody'}")),
			       "rules[0].when.account is 'nobody', but there is no such account");
}

static void
an_account_is_stored_by_id_and_displayed_by_login(void)
{
	struct stored_policy s;
	const char *mark, *text;

	CU_ASSERT_STRING_EQUAL(policy_names_error(photo, WHEN("{'account':'bob'}")), "");
	s = policy_names_stored();
	mark = rule_fingerprint(c.s.arena, s.policy.rules);
	CU_ASSERT_PTR_NULL(strstr(s.doc, "bob"));
	CU_ASSERT_PTR_NOT_NULL(strstr(s.doc, c.bob));
	text = policy_names_text(&s);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		text, arena_printf(c.s.arena, "{\"account\":\"%s\",\"login\":\"bob\"}", c.bob)));

	/* The displayed text can be stored again and is the same policy. */
	CU_ASSERT_STRING_EQUAL(policy_names_error(photo, text), "");
	s = policy_names_stored();
	CU_ASSERT_STRING_EQUAL(rule_fingerprint(c.s.arena, s.policy.rules), mark);
	CU_ASSERT_STRING_EQUAL(policy_names_text(&s), text);
	CU_ASSERT_STRING_EQUAL(
		policy_names_error(photo, arena_printf(c.s.arena, WHEN("{'account':'%s'}"), c.bob)),
		"");
	CU_ASSERT_STRING_EQUAL(rule_fingerprint(c.s.arena, policy_names_stored().policy.rules),
			       mark);
}

static bool
is_permitted(const char *account)
{
	struct party party = { .issuer = IDP, .subject = "s", .account = account };
	struct facts f = { .now = 1, .party = &party };
	struct stored_policy s = policy_names_stored();
	const struct rule *why;

	return policy_decide(&s.policy, "view", &f, &why) == VERDICT_PERMIT;
}

static void
the_next_holder_of_a_login_inherits_no_permission(void)
{
	struct account bob;
	struct stored_policy s;

	CU_ASSERT_STRING_EQUAL(policy_names_error(photo, WHEN("{'account':'bob'}")), "");
	CU_ASSERT_TRUE(is_permitted(c.bob));
	CU_ASSERT_EQUAL(account_find(&c.s.w, c.bob, ERR_NOT_FOUND, &bob), OK);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &bob), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(is_permitted(fixture_account(&c, "bob", "family")));
	s = policy_names_stored();
	CU_ASSERT_PTR_NULL(strstr(policy_names_text(&s), "login"));
}

static bool
is_group(const char *group)
{
	return account_group_find(&c.s.w, group, ABSENT) == OK;
}

static void
set_groups(const char *id, const char *first, const char *second)
{
	struct account acc;

	CU_ASSERT_EQUAL_FATAL(account_find(&c.s.w, id, ERR_NOT_FOUND, &acc), OK);
	acc.groups = (struct str_list){ 0 };
	if (first != NULL)
		str_list_put(c.s.arena, &acc.groups, first);
	if (second != NULL)
		str_list_put(c.s.arena, &acc.groups, second);
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
a_group_exists_while_it_has_a_member(void)
{
	const char *eve = fixture_account(&c, "eve", "chess"),
		   *dan = fixture_account(&c, "dan", "chess");
	struct account acc;

	CU_ASSERT_TRUE(is_group("chess"));
	CU_ASSERT_FALSE(is_group("ches"));
	CU_ASSERT_FALSE(is_group("chess club"));
	CU_ASSERT_FALSE(is_group(""));
	set_groups(eve, "go", "poker");
	CU_ASSERT_TRUE(is_group("chess"));
	CU_ASSERT_TRUE(is_group("go"));
	CU_ASSERT_TRUE(is_group("poker"));
	set_groups(eve, "go", NULL);
	CU_ASSERT_TRUE(is_group("go"));
	CU_ASSERT_FALSE(is_group("poker"));
	CU_ASSERT_EQUAL(account_find(&c.s.w, dan, ERR_NOT_FOUND, &acc), OK);
	CU_ASSERT_EQUAL(account_remove(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(is_group("chess"));
}

static void
the_length_of_a_groups_name_is_limited(void)
{
	struct account acc = { .login = "frank" };
	char name[130];

	memset(name, 'g', sizeof name);
	name[129] = '\0';
	str_list_put(c.s.arena, &acc.groups, name);
	CU_ASSERT_EQUAL(account_add(&c.s.w, &acc), ERR_INVALID_REQUEST);
	acc.groups.list[0] = name + 1;
	CU_ASSERT_EQUAL(account_add(&c.s.w, &acc), OK);
	acc.groups.list[0] = "a\nb";
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), ERR_INVALID_REQUEST);
	acc.groups.list[0] = "";
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), ERR_INVALID_REQUEST);
}

/* The rules of policy/address.h apply to accounts and policies. */
static void
email_addresses_of_accounts_and_policies_have_the_same_rules(void)
{
	static const char *const bad[] = {
		"bob",		"mailto:bob@example.net", "*@example.net",    "bob@",
		"@example.net", "<bob@example.net>",	  "bob@example.net.", "bob@a..example",
	};
	struct account acc = { .login = "frank" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		acc.email = bad[i];
		CU_ASSERT_EQUAL(account_add(&c.s.w, &acc), ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(strstr(
			policy_names_error(photo,
					   arena_printf(c.s.arena, WHEN("{'email':'%s'}"), bad[i])),
			"must be an e-mail address"));
	}
	acc.email = "frank@b\xc3\xbc"
		    "cher.example";
	CU_ASSERT_EQUAL(account_add(&c.s.w, &acc), OK);
}

/* Sets `n` rules without ids, of 17 JSON values each; the document around them has two more. */
static enum err
put_rules(size_t n)
{
	struct buf b = { .arena = c.s.arena };
	struct stored_policy s;

	buf_text(&b, "{'rules':[");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b,
			   "%s{'effect':'permit','scopes':'all','when':{'all':["
			   "{'claim':{'issuer':'" IDP "','name':'a','op':'eq','value':%zu}},"
			   "{'claim':{'issuer':'" IDP "','name':'b','op':'eq','value':1}}]}}",
			   i > 0 ? "," : "", i);
	buf_text(&b, "]}");
	CU_ASSERT_EQUAL_FATAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	return stored_policy_put(&c.s.w, &s, fixture_json(&c, b.data));
}

/*
 * The stored document has an id in each rule and at most JSON_NODES_MAX values (1,000) as well: 55
 * rules are 2 + 55 * 18 = 992 values, 56 are 1,010.
 */
static void
a_document_that_is_too_large_with_its_ids_is_rejected(void)
{
	CU_ASSERT_EQUAL(put_rules(56), ERR_TOO_LARGE);
	CU_ASSERT_EQUAL(c.s.changes.writes, 0);
	CU_ASSERT_EQUAL(put_rules(55), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
	CU_ASSERT_FALSE(policy_names_stored().unreadable);
}

static CU_TestInfo tests[] = {
	{ "unknown names are rejected with their position [T-U20]",
	  unknown_names_are_rejected_with_their_position },
	{ "an owner's default may name any scope", an_owners_default_may_name_any_scope },
	{ "an account is stored by id and displayed by login [T-U20]",
	  an_account_is_stored_by_id_and_displayed_by_login },
	{ "the next holder of a login inherits no permission [T-U20]",
	  the_next_holder_of_a_login_inherits_no_permission },
	{ "a document that is too large with its ids is rejected [T-P06]",
	  a_document_that_is_too_large_with_its_ids_is_rejected },
	{ "a group exists while it has a member", a_group_exists_while_it_has_a_member },
	{ "the length of a group's name is limited", the_length_of_a_groups_name_is_limited },
	{ "email addresses of accounts and policies have the same rules",
	  email_addresses_of_accounts_and_policies_have_the_same_rules },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo policy_names_suite = { "model/policy_names",  NULL, NULL, policy_names_setup,
				    policy_names_teardown, tests };
