/* SPDX-License-Identifier: Apache-2.0 */
/* What introspection leaves of granted permissions as things change. */
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

/* As the assessment would grant it now, by the rule `by`, after that answer of the owner. */
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

/* "resource-index:scopes" of what is left, joined by blanks. */
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
what_nothing_changed_for_stays(void)
{
	CU_ASSERT_STRING_EQUAL(permissions_left(permissions_granted(photo, "view print")),
			       "photo:view print");
	CU_ASSERT_STRING_EQUAL(permissions_left(NULL), "");
}

static void
a_withdrawn_policy_takes_all(void)
{
	struct permission *p = permissions_granted(photo, "view");
	struct stored_policy s;

	CU_ASSERT_EQUAL(stored_policy_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(stored_policy_remove(&c.s.w, &s), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

/* The numbers of a damaged policy are lost: those of the next one mean something else. */
static void
a_policy_in_place_of_a_damaged_one_revives_nothing(void)
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
a_removed_rule_takes_what_it_gave(void)
{
	struct permission *p = permissions_granted(photo, "view");

	fixture_policy(&c, c.alice, photo,
		       "{'rules':[{'id':'x','effect':'permit','scopes':'all'," BOB "}]}");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_rule_for_others_takes_what_it_gave(void)
{
	struct permission *p = permissions_granted(photo, "view");

	fixture_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," EVE));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_rule_that_denies_now_takes_what_it_gave(void)
{
	struct permission *p = permissions_granted(photo, "view");

	fixture_policy(&c, c.alice, photo,
		       "{'rules':[{'id':'r','effect':'deny','scopes':'all'," BOB "}]}");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_narrowed_rule_takes_the_scope(void)
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
a_rule_counts_while_it_is_open(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000020," BOB));
	p = permissions_granted(photo, "view");
	p->until = 0; /* the rule's own end counts in any case */
	harness_set_time(&c.s, HARNESS_NOW + 19);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	harness_set_time(&c.s, HARNESS_NOW + 20);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
a_shortened_rule_shortens_what_it_gave(void)
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
a_prolonged_rule_prolongs_nothing(void)
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
a_scope_no_longer_registered_goes(void)
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
a_deleted_resource_goes(void)
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
a_policy_of_its_own_overrides_the_default(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, NULL, RULES("'scopes':'all'," BOB));
	p = permissions_granted(album, "view");
	fixture_policy(&c, c.alice, album, "{'rules':[]}");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
the_bare_resource_needs_a_rule_for_all(void)
{
	struct permission *p;

	fixture_policy(&c, c.alice, photo, RULES("'scopes':'all'," BOB));
	p = permissions_granted(photo, "");
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:");
	fixture_policy(&c, c.alice, photo, RULES("'scopes':['view']," BOB));
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

/* The owner's answer to one question about photo: what is allowed, NULL for no. */
static struct consent
permissions_answered(const char *scopes, const char *allowed)
{
	struct consent q = { .owner = c.alice,
			     .rs = "photoz",
			     .client = "viewer",
			     .asked = fixture_permissions(&c, photo, scopes) };

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
an_answer_counts_while_it_is_given(void)
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

/* The owner answered about one resource in two entries, for two rules asked. */
static void
an_answer_in_two_entries_counts_as_one(void)
{
	struct consent q = { .owner = c.alice,
			     .rs = "photoz",
			     .client = "viewer",
			     .asked = fixture_permissions(&c, photo, "view") };

	fixture_join(q.asked, fixture_permissions(&c, photo, "print"));
	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, q.asked), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(granted_by("r", photo, "view print", &q)),
			       "photo:view print");
}

static void
an_answer_ends_with_the_delegation(void)
{
	struct consent yes = permissions_answered("view", "view");
	struct permission *p = granted_by("r", photo, "view", &yes);

	CU_ASSERT_EQUAL(delegation_revoke(&c.s.w, c.alice, "photoz"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, yes.id, ERR_NOT_FOUND, &yes), ERR_NOT_FOUND);
}

/* --- what is withdrawn, and given back ------------------------------------------------------- */

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

/* `edit` withdraws what `p` gives, and `back` gives it again. */
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
a_deny_or_ask_rule_put_above_ends_it(void)
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
what_is_given_back_stays_withdrawn(void)
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
an_unrelated_edit_changes_nothing(void)
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

/* It denied nobody, ran out, and was removed: no reason to take anything back. */
static void
a_rule_that_runs_out_ends_nothing(void)
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
a_scope_registered_again_stays_withdrawn(void)
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
a_default_that_decides_again_revives_nothing(void)
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
a_group_that_decided_is_looked_at_again(void)
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
a_permission_without_a_basis_is_none(void)
{
	struct permission *p = permissions_granted(photo, "view");

	p->basis = NULL;
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static void
its_own_expiry_counts(void)
{
	struct permission *p = permissions_granted(photo, "view");

	p->until = HARNESS_NOW + 5;
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "photo:view");
	harness_set_time(&c.s, HARNESS_NOW + 5);
	CU_ASSERT_STRING_EQUAL(permissions_left(p), "");
}

static CU_TestInfo tests[] = {
	{ "what nothing changed for stays", what_nothing_changed_for_stays },
	{ "a withdrawn policy takes all [G-PRV-01 F-PRV-02]", a_withdrawn_policy_takes_all },
	{ "a policy in place of a damaged one revives nothing [T-U19]",
	  a_policy_in_place_of_a_damaged_one_revives_nothing },
	{ "a removed rule takes what it gave [G-PRV-01]", a_removed_rule_takes_what_it_gave },
	{ "a rule for others takes what it gave [G-PRV-01]", a_rule_for_others_takes_what_it_gave },
	{ "a rule that denies now takes what it gave [G-PRV-01]",
	  a_rule_that_denies_now_takes_what_it_gave },
	{ "a narrowed rule takes the scope [G-PRV-01]", a_narrowed_rule_takes_the_scope },
	{ "a rule counts while it is open", a_rule_counts_while_it_is_open },
	{ "a shortened rule shortens what it gave", a_shortened_rule_shortens_what_it_gave },
	{ "a prolonged rule prolongs nothing that was granted [G-REF-08]",
	  a_prolonged_rule_prolongs_nothing },
	{ "a scope no longer registered goes [F-UPD-06 T-U15]", a_scope_no_longer_registered_goes },
	{ "a deleted resource goes [F-DEL-05 T-U15]", a_deleted_resource_goes },
	{ "a policy of its own overrides the default at once",
	  a_policy_of_its_own_overrides_the_default },
	{ "the bare resource needs a rule for all scopes", the_bare_resource_needs_a_rule_for_all },
	{ "an answer of the owner counts while it is given, scope by scope [G-PRV-01 T-U19]",
	  an_answer_counts_while_it_is_given },
	{ "an answer ends with the delegation [T-U15]", an_answer_ends_with_the_delegation },
	{ "a deny or ask rule put above ends it [T-U19]", a_deny_or_ask_rule_put_above_ends_it },
	{ "what is given back stays withdrawn [T-U19]", what_is_given_back_stays_withdrawn },
	{ "an unrelated edit changes nothing [T-U19]", an_unrelated_edit_changes_nothing },
	{ "a rule that runs out ends nothing [T-U19]", a_rule_that_runs_out_ends_nothing },
	{ "a scope registered again stays withdrawn [T-U19]",
	  a_scope_registered_again_stays_withdrawn },
	{ "a default that decides again revives nothing [T-U19]",
	  a_default_that_decides_again_revives_nothing },
	{ "a group that decided is looked at again [T-U19]",
	  a_group_that_decided_is_looked_at_again },
	{ "a permission without a basis is none [T-U19]", a_permission_without_a_basis_is_none },
	{ "an answer in two entries counts as one", an_answer_in_two_entries_counts_as_one },
	{ "its own expiry counts [F-INT-16]", its_own_expiry_counts },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo revalidate_suite = { "model/revalidate",	NULL, NULL, permissions_setup,
				  permissions_teardown, tests };
