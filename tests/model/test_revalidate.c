/* SPDX-License-Identifier: Apache-2.0 */
/* The permissions that introspection still returns after changes. */
#include "model/consent.h"
#include "model/delegation.h"
#include "model/stored_policy.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

#define BOB			     "'when':{'email':'bob@example.net'}"
#define EVE			     "'when':{'email':'eve@example.net'}"
#define RULE_R(effect, scopes, when) "{'id':'r','effect':" effect ",'scopes':" scopes "," when "}"
#define RULES(rest)		     "{'rules':[{'id':'r','effect':'permit'," rest "}]}"

static struct fixture c;
static const char *photo, *album;
static struct grant grant;
static struct party party;

static void
permissions_setup(void)
{
	fixture_open(&c);
	grant = (struct grant){
		.client = "viewer", .rs = "photoz", .owner = c.alice, .granted_at = HARNESS_NOW
	};
	party = (struct party){ 0 };
	photo = fixture_resource(&c, c.alice, "view print edit");
	fixture_account(&c, "mallory", "foes");
	fixture_account(&c, "walter", "work");
	album = fixture_resource(&c, c.alice, "view");
	fixture_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," BOB));
}

static void
permissions_teardown(void)
{
	fixture_close(&c);
}

/*
 * A permission as the assessment would grant it now, by the rule `by`, after the owner's `answer`.
 */
static struct permission *
granted_by(const char *by, const char *resource, const char *scopes, const struct consent *answer)
{
	struct permission *p = fixture_permissions(&c, resource, scopes);
	const char *scope = p->scopes.n > 0 ? p->scopes.list[0] : NULL;
	const struct rule_entry *e;
	struct rule_source from;
	struct resource r;

	CU_ASSERT_EQUAL_FATAL(resource_find(&c.s.w, c.alice, "photoz", resource, ERR_NOT_FOUND, &r),
			      OK);
	CU_ASSERT_EQUAL_FATAL(stored_policy_source(&c.s.w, &r, &from), OK);
	e = rule_index_find(from.index, by);
	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	p->rule = e->id;
	p->until = e->until;
	p->consent = answer != NULL ? answer->id : NULL;
	p->basis = permission_basis(&c.s.w, &r, &from, e, scope,
				    answer != NULL ? consent_allowed_since(answer, resource, scope)
						   : 0,
				    &party, grant.granted_at);
	return p;
}

static struct permission *
permissions_granted(const char *resource, const char *scopes)
{
	return granted_by("r", resource, scopes, NULL);
}

/* "resource-index:scopes" of the remaining permissions, separated by spaces. */
static const char *
permissions_left(struct permission *list)
{
	struct permission *live;
	struct buf b = { .arena = c.s.arena };

	CU_ASSERT_EQUAL_FATAL(permissions_revalidate(&c.s.w, &grant, &party, list, &live), OK);
	buf_text(&b, "");
	for (; live != NULL; live = live->next)
		buf_printf(&b, "%s%s:%s", b.size > 0 ? "; " : "",
			   strcmp(live->resource, photo) == 0 ? "photo" : "album",
			   str_list_join(c.s.arena, &live->scopes, " "));
	return b.data;
}

static void
permissions_without_a_change_remain(void)
{
	CU_ASSERT_STRING_EQUAL(permissions_left(permissions_granted(photo, "view print")),
			       "photo:view print");
	CU_ASSERT_STRING_EQUAL(permissions_left(NULL), "");
}

static void
removing_a_policy_revokes_its_permissions(void)
{
	struct permission *p = permissions_granted(photo, "view");
	struct stored_policy s;

	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_remove(&c.s.w, &s), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

/* The epochs of a damaged policy are lost, so those of its successor must not match by chance. */
static void
a_policy_that_replaces_a_damaged_one_restores_nothing(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, photo, RULES("'scopes':['print']," BOB));
	fixture_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," BOB));
	for (int i = 0; i < 4; i++) {
		p = permissions_granted(photo, "view");
		harness_corrupt_rows(&c.s, T_POLICY, "x");
		fixture_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," EVE));
		CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	}
}

static void
removing_a_rule_revokes_its_permissions(void)
{
	struct permission *p = permissions_granted(photo, "view");

	fixture_policy(&c, c.alice, photo,
		       "{'rules':[{'id':'x','effect':'permit','scopes':'all'," BOB "}]}");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
changing_whom_a_rule_applies_to_revokes_its_permissions(void)
{
	struct permission *p = permissions_granted(photo, "view");

	fixture_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," EVE));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
changing_a_rule_to_deny_revokes_its_permissions(void)
{
	struct permission *p = permissions_granted(photo, "view");

	fixture_policy(&c, c.alice, photo,
		       "{'rules':[{'id':'r','effect':'deny','scopes':'all'," BOB "}]}");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
removing_a_scope_from_a_rule_revokes_that_scope(void)
{
	struct permission *p = permissions_granted(photo, "view print");

	fixture_policy(&c, c.alice, photo, RULES("'scopes':['print']," BOB));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:print");
	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all'," BOB));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:print");
}

static int64_t
until_of(struct permission *p)
{
	struct permission *live;

	CU_ASSERT_EQUAL_FATAL(permissions_revalidate(&c.s.w, &grant, &party, p, &live), OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	return live->until;
}

static void
permissions_are_active_only_within_the_rules_time_window(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000020," BOB));
	p = permissions_granted(photo, "view");
	p->until = 0; /* the rule's own limit applies in any case */
	harness_set_time(&c.s, HARNESS_NOW + 19);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	harness_set_time(&c.s, HARNESS_NOW + 20);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
an_earlier_end_of_a_rule_shortens_its_permissions(void)
{
	struct permission *open = permissions_granted(photo, "view"), *later, *sooner;

	later = permissions_granted(photo, "view");
	later->until = HARNESS_NOW + 90;
	sooner = permissions_granted(photo, "view");
	sooner->until = HARNESS_NOW + 5;
	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000020," BOB));
	CU_ASSERT_EQUAL(until_of(open), HARNESS_NOW + 20);
	CU_ASSERT_EQUAL(until_of(later), HARNESS_NOW + 20);
	CU_ASSERT_EQUAL(until_of(sooner), HARNESS_NOW + 5);
}

static void
a_later_end_of_a_rule_does_not_extend_granted_permissions(void)
{
	struct permission *p, *live;

	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000020," BOB));
	p = permissions_granted(photo, "view");
	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000090," BOB));
	CU_ASSERT_EQUAL(permissions_revalidate(&c.s.w, &grant, &party, p, &live), OK);
	CU_ASSERT_EQUAL(live->until, HARNESS_NOW + 20);
	harness_set_time(&c.s, HARNESS_NOW + 20);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
removing_a_scope_from_a_resource_revokes_that_scope(void)
{
	struct permission *p = permissions_granted(photo, "view print");
	struct resource r;

	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	r.scopes = fixture_scopes(&c, "view");
	CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
}

static void
deleting_a_resource_revokes_its_permissions(void)
{
	struct permission *p = fixture_join(permissions_granted(photo, "view"), NULL);
	struct resource r;

	fixture_policy(&c, c.alice, NULL, RULES("'scopes':'all'," BOB));
	fixture_join(p, permissions_granted(album, "view"));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view; album:view");
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "album:view");
}

static void
a_resources_own_policy_overrides_the_default_at_once(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, NULL, RULES("'scopes':'all'," BOB));
	p = permissions_granted(album, "view");
	fixture_policy(&c, c.alice, album, "{'rules':[]}");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_permission_without_scopes_requires_a_rule_for_all_scopes(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all'," BOB));
	p = permissions_granted(photo, "");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:");
	fixture_policy(&c, c.alice, photo, RULES("'scopes':['view']," BOB));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

/* The owner's answer to one question about photo: the allowed scopes, or NULL for a denial. */
static struct consent
permissions_answered(const char *scopes, const char *allowed)
{
	struct consent q = { .owner = c.alice,
			     .rs = "photoz",
			     .client = "viewer",
			     .requested = fixture_permissions(&c, photo, scopes) };

	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q,
				       allowed != NULL ? fixture_permissions(&c, photo, allowed)
						       : NULL),
			OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	return q;
}

static void
an_answer_counts_until_it_is_revoked(void)
{
	struct consent yes = permissions_answered("view print", "view print");
	struct permission *p = granted_by("r", photo, "view print", &yes);

	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view print");
	permissions_answered("view print", "print");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:print");
	permissions_answered("view print", "view print");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:print");
	permissions_answered("view print", NULL);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	yes = permissions_answered("view print", "view print");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	p = granted_by("r", photo, "view print", &yes);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view print");
	harness_set_time(&c.s, HARNESS_NOW + 604800);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

/* The owner answered about one resource in two entries, for two rules that asked. */
static void
two_entries_of_an_answer_count_as_one(void)
{
	struct consent q = { .owner = c.alice,
			     .rs = "photoz",
			     .client = "viewer",
			     .requested = fixture_permissions(&c, photo, "view") };

	fixture_join(q.requested, fixture_permissions(&c, photo, "print"));
	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, q.requested), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(granted_by("r", photo, "view print", &q)),
			       "photo:view print");
}

static void
an_owners_answer_ends_with_the_delegation(void)
{
	struct consent yes = permissions_answered("view", "view");
	struct permission *p = granted_by("r", photo, "view", &yes);

	CU_ASSERT_EQUAL(delegation_revoke(&c.s.w, c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, yes.id, ERR_NOT_FOUND, &yes), ERR_NOT_FOUND);
}

/* --- revoked, and granted again -------------------------------------------------------------- */

#define X_DENY(rest) "{'id':'x','effect':'deny'," rest "}"
#define R_PERMIT     "{'id':'r','effect':'permit','scopes':['view','print']," BOB "}"

static void
permissions_set_policy(const char *resource, const char *rules)
{
	fixture_policy(&c, c.alice, resource, arena_printf(c.s.arena, "{'rules':[%s]}", rules));
}

static void
remove_policy(const char *resource)
{
	struct stored_policy s;

	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", resource, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_remove(&c.s.w, &s), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

/* `edit` revokes what `p` grants, and `back` grants it again. */
static void
permissions_check_gap(const char *edit, const char *back, const char *after, const char *for_good)
{
	struct permission *p;

	remove_policy(photo);
	permissions_set_policy(photo, R_PERMIT);
	p = permissions_granted(photo, "view print");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view print");
	permissions_set_policy(photo, edit);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), after);
	permissions_set_policy(photo, back);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), for_good);
}

static void
inserting_a_deny_or_ask_rule_above_revokes_the_permission(void)
{
	permissions_check_gap(X_DENY("'scopes':'all'," EVE) "," R_PERMIT, R_PERMIT, "", "");
	permissions_check_gap(X_DENY("'scopes':['view']," EVE) "," R_PERMIT, R_PERMIT,
			      "photo:print", "photo:print");
	permissions_check_gap("{'effect':'ask','scopes':['print']," BOB "}," R_PERMIT, R_PERMIT,
			      "photo:view", "photo:view");
	permissions_check_gap(X_DENY("'scopes':'all','from':1800000000," EVE) "," R_PERMIT,
			      R_PERMIT, "", "");
}

static void
granting_again_does_not_restore_a_revoked_permission(void)
{
	permissions_check_gap("", R_PERMIT, "", "");
	permissions_check_gap(RULE_R("'permit'", "['view']", BOB), R_PERMIT, "photo:view",
			      "photo:view");
	permissions_check_gap(RULE_R("'permit'", "'all'", EVE), R_PERMIT, "", "");
	permissions_check_gap(RULE_R("'deny'", "'all'", BOB), R_PERMIT, "", "");
	permissions_check_gap("{'id':'r','effect':'permit','scopes':'all','until':1600000000," BOB
			      "}",
			      R_PERMIT, "", "");
	permissions_check_gap("{'id':'r','effect':'permit','scopes':'all','from':1800000000," BOB
			      "}",
			      R_PERMIT, "", "");
}

static void
an_unrelated_edit_revokes_nothing(void)
{
	static const char *const edits[] = {
		"{'id':'y','effect':'permit','scopes':'all'," EVE "}," R_PERMIT,
		R_PERMIT "," X_DENY("'scopes':'all'," EVE),
		X_DENY("'scopes':['edit']," EVE) "," R_PERMIT,
		X_DENY("'scopes':'all','until':1600000000," EVE) "," R_PERMIT,
		"{'id':'r','effect':'permit','scopes':'all'," BOB "}",
		"{'id':'r','effect':'permit','scopes':['print','edit','view']," BOB "}",
		"{'id':'r','effect':'permit','scopes':['view','print'],'until':1800000000," BOB "}",
		"{'id':'r','effect':'permit','scopes':['view','print'],'from':1600000000," BOB "}",
	};

	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++)
		permissions_check_gap(edits[i], R_PERMIT, "photo:view print", "photo:view print");
}

/* The rule denied nobody, expired, and was removed: nothing is revoked. */
static void
the_expiry_of_a_deny_rule_that_did_not_apply_revokes_nothing(void)
{
	struct permission *p;

	permissions_set_policy(photo,
			       X_DENY("'scopes':'all','until':1700000010," EVE) "," R_PERMIT);
	p = permissions_granted(photo, "view");
	harness_set_time(&c.s, HARNESS_NOW + 10);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	permissions_set_policy(photo, R_PERMIT);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	permissions_set_policy(photo,
			       X_DENY("'scopes':'all','until':1700000090," EVE) "," R_PERMIT);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
registering_a_scope_again_does_not_restore_a_permission(void)
{
	struct permission *p = permissions_granted(photo, "view print");
	static const char *const scopes[] = { "view", "view print", "print view edit" };
	struct resource r;

	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r),
				OK);
		r.scopes = fixture_scopes(&c, scopes[i]);
		CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
		CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
		CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	}
	CU_ASSERT_STRING_EQUAL(permissions_left(permissions_granted(photo, "print")),
			       "photo:print");
}

static void
falling_back_to_the_default_does_not_restore_a_permission(void)
{
	struct permission *p;

	permissions_set_policy(NULL, R_PERMIT);
	p = permissions_granted(album, "view");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "album:view");
	permissions_set_policy(album, RULE_R("'permit'", "['view']", BOB));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	remove_policy(album);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	p = permissions_granted(album, "view");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "album:view");
	remove_policy(NULL);
	permissions_set_policy(NULL, R_PERMIT);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_change_of_group_membership_is_checked(void)
{
	struct permission *p, *q;

	permissions_set_policy(
		photo,
		X_DENY("'scopes':['print'],'when':{'group':'foes'}") ",{'id':'r','effect':"
								     "'permit','scopes':'all','when':{'any':[{'group':'family'},{'group':'work'}]}}");
	str_list_add(c.s.arena, &party.groups, "family");
	p = permissions_granted(photo, "view");
	q = permissions_granted(photo, "print");
	str_list_add(c.s.arena, &party.groups, "elsewhere");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	CU_ASSERT_STRING_EQUAL(permissions_left(q), "photo:print");
	str_list_add(c.s.arena, &party.groups, "foes");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	CU_ASSERT_STRING_EQUAL(permissions_left(q), "");
	party = (struct party){ 0 };
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_permission_without_a_recorded_rule_is_inactive(void)
{
	struct permission *p = permissions_granted(photo, "view");

	p->basis = NULL;
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_permission_ends_at_its_own_expiry(void)
{
	struct permission *p = permissions_granted(photo, "view");

	p->until = HARNESS_NOW + 5;
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	harness_set_time(&c.s, HARNESS_NOW + 5);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static CU_TestInfo tests[] = {
	{ "permissions without a change remain", permissions_without_a_change_remain },
	{ "removing a policy revokes its permissions [G-PRV-01 F-PRV-02]",
	  removing_a_policy_revokes_its_permissions },
	{ "a policy that replaces a damaged one restores nothing [T-U19]",
	  a_policy_that_replaces_a_damaged_one_restores_nothing },
	{ "removing a rule revokes its permissions [G-PRV-01]",
	  removing_a_rule_revokes_its_permissions },
	{ "changing whom a rule applies to revokes its permissions [G-PRV-01]",
	  changing_whom_a_rule_applies_to_revokes_its_permissions },
	{ "changing a rule to deny revokes its permissions [G-PRV-01]",
	  changing_a_rule_to_deny_revokes_its_permissions },
	{ "removing a scope from a rule revokes that scope [G-PRV-01]",
	  removing_a_scope_from_a_rule_revokes_that_scope },
	{ "permissions are active only within the rule's time window",
	  permissions_are_active_only_within_the_rules_time_window },
	{ "an earlier end of a rule shortens its permissions",
	  an_earlier_end_of_a_rule_shortens_its_permissions },
	{ "a later end of a rule does not extend granted permissions [G-REF-08]",
	  a_later_end_of_a_rule_does_not_extend_granted_permissions },
	{ "removing a scope from a resource revokes that scope [F-UPD-06 T-U15]",
	  removing_a_scope_from_a_resource_revokes_that_scope },
	{ "deleting a resource revokes its permissions [F-DEL-05 T-U15]",
	  deleting_a_resource_revokes_its_permissions },
	{ "a resource's own policy overrides the default at once",
	  a_resources_own_policy_overrides_the_default_at_once },
	{ "a permission without scopes requires a rule for all scopes",
	  a_permission_without_scopes_requires_a_rule_for_all_scopes },
	{ "an owner's answer counts until the owner revokes it, scope by scope [G-PRV-01 T-U19]",
	  an_answer_counts_until_it_is_revoked },
	{ "an owner's answer ends with the delegation [T-U15]",
	  an_owners_answer_ends_with_the_delegation },
	{ "inserting a deny or ask rule above revokes the permission [T-U19]",
	  inserting_a_deny_or_ask_rule_above_revokes_the_permission },
	{ "granting again does not restore a revoked permission [T-U19]",
	  granting_again_does_not_restore_a_revoked_permission },
	{ "an unrelated edit revokes nothing [T-U19]", an_unrelated_edit_revokes_nothing },
	{ "the expiry of a deny rule that did not apply revokes nothing [T-U19]",
	  the_expiry_of_a_deny_rule_that_did_not_apply_revokes_nothing },
	{ "registering a scope again does not restore a permission [T-U19]",
	  registering_a_scope_again_does_not_restore_a_permission },
	{ "falling back to the default does not restore a permission [T-U19]",
	  falling_back_to_the_default_does_not_restore_a_permission },
	{ "a change of group membership is checked [T-U19]",
	  a_change_of_group_membership_is_checked },
	{ "a permission without a recorded rule is inactive [T-U19]",
	  a_permission_without_a_recorded_rule_is_inactive },
	{ "two entries of an answer count as one", two_entries_of_an_answer_count_as_one },
	{ "a permission ends at its own expiry [F-INT-16]", a_permission_ends_at_its_own_expiry },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo revalidate_suite = { "model/revalidate",	NULL, NULL, permissions_setup,
				  permissions_teardown, tests };
