/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The assessment compared with the reference, and properties that hold for every request. The
 * worked examples are in server/test_assessment.c.
 */
#include "model/permission.h"
#include "tests/model/fixture.h"
#include "tests/run.h"
#include "tests/support.h"
#include "tests/uma/reference.h"
#include "uma/assess.h"

#define RESOURCE_SETS 40
#define QUESTIONS     60

static struct fixture c;
static struct ref_resource ref_resources[RESOURCES];
static const char *ids[RESOURCES];

static void
assess_setup(void)
{
	fixture_open(&c);
	draw_seed(20180107);
}

static void
assess_teardown(void)
{
	fixture_close(&c);
}

static struct str_list
scopes_of(uint8_t bits, bool backwards)
{
	struct str_list list = { 0 };

	for (int i = 0; i < SCOPES; i++) {
		int s = backwards ? SCOPES - 1 - i : i;

		if ((bits >> s & 1) != 0)
			str_list_add(c.s.arena, &list, arena_printf(c.s.arena, "s%d", s));
	}
	return list;
}

static uint8_t
bits_of(const struct str_list *list)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < list->n; i++)
		bits |= (uint8_t)(1 << (list->list[i][1] - '0'));
	return bits;
}

static void
draw_rule(struct ref_rule *rule, struct buf *doc)
{
	static const char *const effects[] = { "permit", "deny", "ask", "permit" };
	struct str_list scopes;

	rule->effect = draw_below(8) == 0   ? (draw_below(2) ? REF_ASK : REF_NEED)
		       : draw_below(4) == 0 ? REF_DENY
					    : REF_PERMIT;
	rule->all = draw_below(3) == 0;
	rule->scopes = (uint8_t)(1 + draw_below((1 << SCOPES) - 1));
	scopes = scopes_of(rule->scopes, false);
	buf_printf(doc, "{'effect':'%s','scopes':", effects[rule->effect]);
	if (rule->all)
		buf_text(doc, "'all'");
	else
		buf_printf(doc, "['%s']", str_list_join(c.s.arena, &scopes, "','"));
	buf_printf(doc, ",'when':%s}",
		   rule->effect == REF_NEED ? "{'email':'a@example.net'}" : "{'anyone':true}");
}

/*
 * A policy names scopes that the resource has when the policy is written; they may be removed
 * later.
 */
static void
leave_scopes(const char *id, struct str_list scopes)
{
	struct resource resource;

	CU_ASSERT_EQUAL_FATAL(
		resource_find(&c.s.w, c.alice, "photoz", id, ERR_NOT_FOUND, &resource), OK);
	resource.scopes = scopes;
	CU_ASSERT_EQUAL_FATAL(resource_put(&c.s.w, &resource), OK);
	CU_ASSERT_EQUAL_FATAL(harness_commit(&c.s), OK);
}

static void
draw_resource(int r)
{
	struct buf doc = { .arena = c.s.arena };
	struct str_list scopes;

	ref_resources[r] = (struct ref_resource){ .there = draw_below(8) != 0,
						  .rules = (int)draw_below(RULES + 1) };
	ids[r] = "00000000000000000000000000";
	buf_text(&doc, "{'rules':[");
	for (int i = 0; i < ref_resources[r].rules; i++) {
		if (i > 0)
			buf_char(&doc, ',');
		draw_rule(&ref_resources[r].rule[i], &doc);
	}
	buf_text(&doc, "]}");
	if (!ref_resources[r].there)
		return;
	scopes = scopes_of((1 << SCOPES) - 1, false);
	ids[r] = fixture_resource(&c, c.alice, str_list_join(c.s.arena, &scopes, " "));
	fixture_policy(&c, c.alice, ids[r], doc.data);
	ref_resources[r].available = (uint8_t)draw_below(1 << SCOPES);
	leave_scopes(ids[r], scopes_of(ref_resources[r].available, false));
}

/* Two deleted resources would be one in the ticket. */
static void
draw_resources(void)
{
	bool gone = false;

	for (int r = 0; r < RESOURCES; r++) {
		do
			draw_resource(r);
		while (!ref_resources[r].there && gone);
		gone = gone || !ref_resources[r].there;
	}
}

static struct ref_question
draw_question(void)
{
	struct ref_question q = { .strict = draw_below(4) == 0,
				  .partial = draw_below(2) == 0,
				  .registered = (uint8_t)draw_below(1 << SCOPES) };
	uint8_t all = 0;

	for (int r = 0; r < RESOURCES; r++) {
		q.in_ticket[r] = r == 0 || draw_below(2) == 0;
		q.ticket[r] = q.in_ticket[r] ? (uint8_t)draw_below(1 << SCOPES) : 0;
		/* Mostly available scopes: they may have changed since the ticket was issued. */
		if (draw_below(6) != 0)
			q.ticket[r] &= ref_resources[r].available;
		all |= q.in_ticket[r] ? ref_resources[r].available : 0;
	}
	q.requested = (uint8_t)draw_below(1 << SCOPES);
	if (draw_below(4) != 0)
		q.requested &= all;
	if (draw_below(3) == 0)
		q.requested &= q.registered;
	return q;
}

static struct permission *
asked_of(const struct ref_question *q, bool backwards)
{
	struct permission *list = NULL, **last = &list;

	for (int i = 0; i < RESOURCES; i++) {
		int r = backwards ? RESOURCES - 1 - i : i;

		struct permission *p;

		if (!q->in_ticket[r])
			continue;
		p = permission_add(c.s.arena, &last, ids[r]);
		p->scopes = scopes_of(q->ticket[r], backwards);
		p->since = 1;
	}
	return list;
}

static enum ref_outcome
outcome_of(enum err e, const struct outcome *out)
{
	static const enum ref_outcome kinds[] = {
		[OUTCOME_GRANTED] = REF_GRANTED,
		[OUTCOME_NEED_INFO] = REF_NEED_INFO,
		[OUTCOME_SUBMITTED] = REF_SUBMITTED,
		[OUTCOME_DENIED] = REF_DENIED,
	};

	if (e == ERR_INVALID_SCOPE)
		return REF_INVALID_SCOPE;
	if (e == ERR_INVALID_GRANT)
		return REF_INVALID_GRANT;
	CU_ASSERT_EQUAL(e, OK);
	return kinds[out->kind];
}

static struct ref_answer
assess_ours(const struct ref_question *q, bool backwards)
{
	struct client viewer = { .id = "viewer",
				 .scopes = scopes_of(q->registered, false),
				 .strict_scope = q->strict };
	struct client photoz = { .id = "photoz", .partial = q->partial ? PARTIAL_YES : PARTIAL_NO };
	struct ticket t = { .grant.rs = "photoz",
			    .grant.owner = c.alice,
			    .permissions = asked_of(q, backwards) };
	struct str_list scopes = scopes_of(q->requested, backwards);
	struct facts facts = { .now = c.s.w.now, .client = "viewer" };
	struct assessment_input assessment_input = { .client = &viewer,
						     .rs = &photoz,
						     .ticket = &t,
						     .scopes = &scopes,
						     .facts = &facts,
						     .party_key = "" };
	struct ref_answer a = { 0 };
	struct outcome out;

	changes_start(&c.s.changes, c.s.arena, c.s.w.tenant->id);
	a.outcome = outcome_of(assess_request(&c.s.w, &assessment_input, &out), &out);
	if (a.outcome == REF_INVALID_SCOPE || a.outcome == REF_INVALID_GRANT)
		return a;
	for (const struct permission *p = out.granted; p != NULL; p = p->next) {
		int r = 0;

		while (strcmp(ids[r], p->resource) != 0)
			r++;
		a.granted[r] |= bits_of(&p->scopes);
		a.bare[r] = p->scopes.n == 0;
	}
	return a;
}

static bool
assess_same_answer(const struct ref_answer *a, const struct ref_answer *b)
{
	return a->outcome == b->outcome && memcmp(a->granted, b->granted, sizeof a->granted) == 0 &&
	       memcmp(a->bare, b->bare, sizeof a->bare) == 0;
}

static void
check_all_questions(void (*law)(const struct ref_question *q))
{
	for (int i = 0; i < RESOURCE_SETS; i++) {
		draw_resources();
		for (int k = 0; k < QUESTIONS; k++) {
			struct ref_question q = draw_question();

			law(&q);
		}
	}
}

/* Counts each outcome, to assert that every outcome occurred. */
static int tally[REF_OUTCOMES];

static void
matches_reference(const struct ref_question *q)
{
	struct ref_answer want = reference_assess(ref_resources, q), got = assess_ours(q, false);

	tally[want.outcome]++;
	CU_ASSERT(assess_same_answer(&want, &got));
}

static void
the_assessment_agrees_with_the_reference(void)
{
	memset(tally, 0, sizeof tally);
	check_all_questions(matches_reference);
	for (int i = 0; i < REF_OUTCOMES; i++)
		CU_ASSERT(tally[i] >= 10);
}

static void
ignores_order(const struct ref_question *q)
{
	struct ref_answer a = assess_ours(q, false), b = assess_ours(q, true);

	CU_ASSERT(assess_same_answer(&a, &b));
}

static void
the_order_of_resources_and_scopes_does_not_matter(void)
{
	check_all_questions(ignores_order);
}

static void
stays_within_bounds(const struct ref_question *q)
{
	struct ref_answer a = assess_ours(q, false);

	for (int r = 0; r < RESOURCES; r++) {
		CU_ASSERT_EQUAL(a.granted[r] & ~(q->ticket[r] | q->registered), 0);
		CU_ASSERT_EQUAL(a.granted[r] & ~(q->ticket[r] | q->requested), 0);
		CU_ASSERT_EQUAL(a.granted[r] & ~ref_resources[r].available, 0);
		CU_ASSERT(q->in_ticket[r] || (a.granted[r] == 0 && !a.bare[r]));
	}
}

static void
nothing_is_granted_beyond_the_request(void)
{
	check_all_questions(stays_within_bounds);
}

/* Candidate scopes only: the outcome may change by D-07. */
static void
grows_with_the_scope(const struct ref_question *q)
{
	struct ref_question more = *q;
	struct ref_answer a, b;

	for (int r = 0; r < RESOURCES; r++)
		if (q->in_ticket[r])
			more.requested |= ref_resources[r].available;
	more.strict = false;
	a = assess_ours(q, false);
	b = assess_ours(&more, false);
	if (a.outcome == REF_INVALID_SCOPE || b.outcome == REF_INVALID_SCOPE)
		return;
	for (int r = 0; r < RESOURCES; r++)
		CU_ASSERT_EQUAL(a.granted[r] & ~b.granted[r], 0);
}

static void
requesting_more_scopes_removes_no_candidate(void)
{
	check_all_questions(grows_with_the_scope);
}

static void
insufficient_claims_answer_need_info(void)
{
	struct client viewer = { .id = "viewer" }, photoz = { .id = "photoz" };
	struct str_list none = { 0 };
	struct facts facts = { .now = c.s.w.now };
	struct ticket t = { .grant.rs = "photoz",
			    .grant.owner = c.alice,
			    .permissions =
				    fixture_permissions(&c, fixture_resource(&c, c.alice, "view"),
							"view") };
	struct assessment_input assessment_input = { .client = &viewer,
						     .rs = &photoz,
						     .ticket = &t,
						     .scopes = &none,
						     .facts = &facts,
						     .party_key = "",
						     .claims_failed = true };
	struct outcome out;

	fixture_policy(&c, c.alice, NULL,
		       "{'rules':[{'effect':'permit','scopes':'all',"
		       "'when':{'anyone':true}}]}");
	CU_ASSERT_EQUAL(assess_request(&c.s.w, &assessment_input, &out), OK);
	CU_ASSERT_EQUAL(out.kind, OUTCOME_NEED_INFO);
	CU_ASSERT_PTR_NULL(out.granted);
}

static void
an_upgrade_assesses_a_scope_again(void)
{
	const char *photo = fixture_resource(&c, c.alice, "view");
	struct facts facts = { .now = c.s.w.now };
	struct ticket t = { .grant.owner = c.alice, .grant.rs = "photoz" };
	struct permission *old = fixture_permissions(&c, photo, "view"), *list = NULL,
			  **last = &list;
	size_t n = 0;

	CU_ASSERT_EQUAL(reassess_permission(&c.s.w, &t, &facts, old, &last, &n), OK);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_PTR_NULL(list);
	fixture_policy(&c, c.alice, photo,
		       "{'rules':[{'id':'r','effect':'permit','scopes':['view'],"
		       "'until':1700000900,'when':{'anyone':true}}]}");
	CU_ASSERT_EQUAL(reassess_permission(&c.s.w, &t, &facts, old, &last, &n), OK);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_STRING_EQUAL(list->rule, "r");
	CU_ASSERT_EQUAL(list->until, 1700000900);
	CU_ASSERT_PTR_NOT_NULL(list->basis);
	old->until = 1700000800;
	CU_ASSERT_EQUAL(reassess_permission(&c.s.w, &t, &facts, old, &last, &n), OK);
	CU_ASSERT_EQUAL(list->next->until, 1700000800);
	CU_ASSERT_EQUAL(reassess_permission(&c.s.w, &t, &facts, fixture_permissions(&c, photo, ""),
					    &last, &n),
			OK);
	CU_ASSERT_EQUAL(n, 2);
}

static CU_TestInfo tests[] = {
	{ "the assessment agrees with the reference for 2,400 requests [G-ASM-01 G-ASM-05 G-ASM-06 G-ERR-06]",
	  the_assessment_agrees_with_the_reference },
	{ "the order of resources and scopes does not matter [G-ASM-16]",
	  the_order_of_resources_and_scopes_does_not_matter },
	{ "nothing is granted beyond the request [G-ASM-07 G-ASM-08 T-U08]",
	  nothing_is_granted_beyond_the_request },
	{ "requesting more scopes removes no candidate",
	  requesting_more_scopes_removes_no_candidate },
	{ "insufficient claims answer need_info [G-CLM-03]", insufficient_claims_answer_need_info },
	{ "an upgrade assesses a scope again [D-08]", an_upgrade_assesses_a_scope_again },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo assess_suite = { "uma/assess", NULL, NULL, assess_setup, assess_teardown, tests };
