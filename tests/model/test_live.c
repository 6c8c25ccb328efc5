/* SPDX-License-Identifier: Apache-2.0 */
/* What introspection leaves of granted permissions as things change. */
#include "model/consent.h"
#include "model/share.h"
#include "model/token.h"
#include "tests/model/cast.h"
#include "tests/run.h"

#define BOB   "'when':{'email':'bob@example.net'}"
#define EVE   "'when':{'email':'eve@example.net'}"
#define RULES(rest) "{'rules':[{'id':'r','effect':'permit'," rest "}]}"

static struct cast c;
static const char *photo, *album;

static void
start(void)
{
	cast_open(&c);
	photo = cast_resource(&c, c.alice, "view print");
	album = cast_resource(&c, c.alice, "view");
	cast_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," BOB));
}

static void
stop(void)
{
	cast_close(&c);
}

/* As the assessment would grant it now, by the first rule of the policy that decides. */
static struct permission *
granted(const char *resource, const char *scopes)
{
	struct permission *p = cast_asked(&c, resource, scopes);
	const struct share *s;

	CU_ASSERT_EQUAL_FATAL(share_effective(&c.s.w, c.alice, "photoz", resource, &s), OK);
	p->rule = s->policy.rules->id;
	p->mark = arena_strdup(c.s.arena, s->policy.rules->mark);
	p->until = s->policy.rules->until;
	return p;
}

/* "resource-index:scopes" of what is left, joined by blanks. */
static const char *
left(struct permission *list)
{
	struct permission *live;
	struct buf b = { .arena = c.s.arena };

	CU_ASSERT_EQUAL_FATAL(permissions_live(&c.s.w, c.alice, "photoz", list, &live), OK);
	buf_text(&b, "");
	for (; live != NULL; live = live->next)
		buf_printf(&b, "%s%s:%s", b.size > 0 ? "; " : "",
			   strcmp(live->resource, photo) == 0 ? "photo" : "album",
			   strs_join(c.s.arena, &live->scopes, " "));
	return b.data;
}

static void
what_nothing_changed_for_stays(void)
{
	CU_ASSERT_STRING_EQUAL(left(granted(photo, "view print")), "photo:view print");
	CU_ASSERT_STRING_EQUAL(left(NULL), "");
}

static void
a_withdrawn_policy_takes_all(void)
{
	struct permission *p = granted(photo, "view");
	struct share s;

	CU_ASSERT_EQUAL(share_find(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(share_remove(&c.s.w, &s), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
a_removed_rule_takes_what_it_gave(void)
{
	struct permission *p = granted(photo, "view");

	cast_policy(&c, c.alice, photo, "{'rules':[{'id':'x','effect':'permit','scopes':'all',"
		    BOB "}]}");
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
a_rule_for_others_takes_what_it_gave(void)
{
	struct permission *p = granted(photo, "view");

	cast_policy(&c, c.alice, photo, RULES("'scopes':['view','print']," EVE));
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
a_rule_that_denies_now_takes_what_it_gave(void)
{
	struct permission *p = granted(photo, "view");

	cast_policy(&c, c.alice, photo, "{'rules':[{'id':'r','effect':'deny','scopes':'all',"
		    BOB "}]}");
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
a_narrowed_rule_takes_the_scope(void)
{
	struct permission *p = granted(photo, "view print");

	cast_policy(&c, c.alice, photo, RULES("'scopes':['print']," BOB));
	CU_ASSERT_STRING_EQUAL(left(p), "photo:print");
	cast_policy(&c, c.alice, photo, RULES("'scopes':'all'," BOB));
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view print");
}

static void
a_rule_counts_while_it_is_open(void)
{
	struct permission *p = granted(photo, "view"), *live;

	cast_policy(&c, c.alice, photo, RULES("'scopes':'all','from':1700000010,"
					      "'until':1700000020," BOB));
	CU_ASSERT_STRING_EQUAL(left(p), "");
	scene_at(&c.s, SCENE_NOW + 10);
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view");
	CU_ASSERT_EQUAL(permissions_live(&c.s.w, c.alice, "photoz", p, &live), OK);
	CU_ASSERT_EQUAL(live->until, SCENE_NOW + 20);
	scene_at(&c.s, SCENE_NOW + 19);
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view");
	scene_at(&c.s, SCENE_NOW + 20);
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
a_prolonged_rule_prolongs_nothing(void)
{
	struct permission *p, *live;

	cast_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000020," BOB));
	p = granted(photo, "view");
	cast_policy(&c, c.alice, photo, RULES("'scopes':'all','until':1700000090," BOB));
	CU_ASSERT_EQUAL(permissions_live(&c.s.w, c.alice, "photoz", p, &live), OK);
	CU_ASSERT_EQUAL(live->until, SCENE_NOW + 20);
	scene_at(&c.s, SCENE_NOW + 20);
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
a_scope_no_longer_registered_goes(void)
{
	struct permission *p = granted(photo, "view print");
	struct resource r;

	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	r.scopes = cast_scopes(&c, "view");
	CU_ASSERT_EQUAL(resource_put(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view");
}

static void
a_deleted_resource_goes(void)
{
	struct permission *p = cast_more(granted(photo, "view"), NULL);
	struct resource r;

	cast_policy(&c, c.alice, NULL, RULES("'scopes':'all'," BOB));
	cast_more(p, granted(album, "view"));
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view; album:view");
	CU_ASSERT_EQUAL(resource_find(&c.s.w, c.alice, "photoz", photo, ERR_NOT_FOUND, &r), OK);
	CU_ASSERT_EQUAL(resource_remove(&c.s.w, &r), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_STRING_EQUAL(left(p), "album:view");
}

static void
a_policy_of_its_own_overrides_the_default(void)
{
	struct permission *p;

	cast_policy(&c, c.alice, NULL, RULES("'scopes':'all'," BOB));
	p = granted(album, "view");
	cast_policy(&c, c.alice, album, "{'rules':[]}");
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static void
the_bare_resource_needs_a_rule_for_all(void)
{
	struct permission *p;

	cast_policy(&c, c.alice, photo, RULES("'scopes':'all'," BOB));
	p = granted(photo, "");
	CU_ASSERT_STRING_EQUAL(left(p), "photo:");
	cast_policy(&c, c.alice, photo, RULES("'scopes':['view']," BOB));
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

/* A permission that the owner gave when she was asked: her answer's id. */
static struct permission *
consented(const char *scopes, const char *allowed)
{
	struct consent q = { .owner = c.alice, .rs = "photoz", .client = "viewer",
			     .asked = cast_asked(&c, photo, scopes) };
	struct permission *p = granted(photo, scopes);

	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, allowed != NULL ?
				       cast_asked(&c, photo, allowed) : NULL), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	p->consent = q.id;
	return p;
}

static void
an_answer_counts_while_it_stands(void)
{
	struct permission *p = consented("view print", "view print");

	CU_ASSERT_STRING_EQUAL(left(p), "photo:view print");
	consented("view print", "print");
	CU_ASSERT_STRING_EQUAL(left(p), "photo:print");
	consented("view print", NULL);
	CU_ASSERT_STRING_EQUAL(left(p), "");
	consented("view print", "view");
	scene_at(&c.s, SCENE_NOW + 604800);
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

/* The owner answered about one resource in two entries, for two rules asked. */
static void
an_answer_in_two_entries_counts_as_one(void)
{
	struct permission *p = granted(photo, "view print");
	struct consent q = { .owner = c.alice, .rs = "photoz", .client = "viewer",
			     .asked = cast_asked(&c, photo, "view") };

	cast_more(q.asked, cast_asked(&c, photo, "print"));
	CU_ASSERT_EQUAL(consent_ask(&c.s.w, &q, "bob"), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(consent_find(&c.s.w, c.alice, q.id, ERR_NOT_FOUND, &q), OK);
	CU_ASSERT_EQUAL(consent_decide(&c.s.w, &q, q.asked), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	p->consent = q.id;
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view print");
}

static void
its_own_expiry_counts(void)
{
	struct permission *p = granted(photo, "view");

	p->until = SCENE_NOW + 5;
	CU_ASSERT_STRING_EQUAL(left(p), "photo:view");
	scene_at(&c.s, SCENE_NOW + 5);
	CU_ASSERT_STRING_EQUAL(left(p), "");
}

static CU_TestInfo tests[] = {
	{ "what nothing changed for stays", what_nothing_changed_for_stays },
	{ "a withdrawn policy takes all [G-PRV-01 F-PRV-02]", a_withdrawn_policy_takes_all },
	{ "a removed rule takes what it gave [G-PRV-01]", a_removed_rule_takes_what_it_gave },
	{ "a rule for others takes what it gave [G-PRV-01]",
	  a_rule_for_others_takes_what_it_gave },
	{ "a rule that denies now takes what it gave [G-PRV-01]",
	  a_rule_that_denies_now_takes_what_it_gave },
	{ "a narrowed rule takes the scope [G-PRV-01]", a_narrowed_rule_takes_the_scope },
	{ "a rule counts while it is open", a_rule_counts_while_it_is_open },
	{ "a prolonged rule prolongs nothing that was granted [G-REF-08]",
	  a_prolonged_rule_prolongs_nothing },
	{ "a scope no longer registered goes [F-UPD-06 T-U15]",
	  a_scope_no_longer_registered_goes },
	{ "a deleted resource goes [F-DEL-05 T-U15]", a_deleted_resource_goes },
	{ "a policy of its own overrides the default at once",
	  a_policy_of_its_own_overrides_the_default },
	{ "the bare resource needs a rule for all scopes",
	  the_bare_resource_needs_a_rule_for_all },
	{ "an answer of the owner counts while it stands [G-PRV-01]",
	  an_answer_counts_while_it_stands },
	{ "an answer in two entries counts as one", an_answer_in_two_entries_counts_as_one },
	{ "its own expiry counts [F-INT-16]", its_own_expiry_counts },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo live_suite = { "model/live", NULL, NULL, start, stop, tests };
