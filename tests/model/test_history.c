/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random histories of a policy, compared with a reference that records the whole past: at every
 * step the reference evaluates the current rules and records which permissions had a gap or met a
 * deny rule. It shares nothing with model/rule_index.c except the contract in its header.
 */
#include "model/grant.h"
#include "model/stored_policy.h"
#include "model/token.h"
#include "policy/policy.h"
#include "tests/model/fixture.h"
#include "tests/run.h"
#include "tests/support.h"

#define HISTORIES 30
#define STEPS	  50
#define RULES_MAX 6
#define GRANTS	  200
#define SCOPES	  3 /* a, b, c */
#define ALL	  7

enum who { ANYONE, KIN, FOES, NOBODY, WHOS };

struct ref_rule {
	int id;
	enum effect effect;
	bool all;
	unsigned scopes; /* bits */
	enum who who;
	int64_t from, until;
};

struct ref_policy {
	struct ref_rule rule[RULES_MAX];
	int n;
};

struct ref_grant {
	struct permission *real;
	struct ref_rule by;
	int scope;
	bool ended; /* ended by a gap or a deny rule */
	bool changed; /* a value that the contract compares has changed, so the grant may be inactive */
	struct ref_policy last;	     /* at the previous step */
	bool kin, foes;		     /* memberships at the time of the grant */
	int64_t at, sharing, groups; /* as grant_record_sharing recorded them */
};

static struct fixture c;
static const char *photo;
static struct grant grant;
static struct ref_policy policy, saved;
static struct ref_grant grants[GRANTS];
static int granted, checked_ended, checked_active, checked_unchanged;
static bool kin, foes;
static int64_t now;

static void
history_setup(void)
{
	fixture_open(&c);
	fixture_account(&c, "carl", "kin");
	fixture_account(&c, "mallory", "foes");
	draw_seed(20231114);
	checked_ended = checked_active = checked_unchanged = 0;
}

static void
history_teardown(void)
{
	fixture_close(&c);
}

/* --- the reference --------------------------------------------------------------------------- */

static bool
applies_to_party(const struct ref_rule *r)
{
	return r->who == ANYONE || (r->who == KIN && kin) || (r->who == FOES && foes);
}

static bool
is_open(const struct ref_rule *r)
{
	return r->from <= now && (r->until == 0 || now < r->until);
}

static bool
history_rule_covers(const struct ref_rule *r, int scope)
{
	return r->all || (r->scopes >> scope & 1) != 0;
}

static const struct ref_rule *
first_that_applies(int scope)
{
	for (int i = 0; i < policy.n; i++)
		if (history_rule_covers(&policy.rule[i], scope) && is_open(&policy.rule[i]) &&
		    applies_to_party(&policy.rule[i]))
			return &policy.rule[i];
	return NULL;
}

static int
place_of(const struct ref_policy *p, int id)
{
	for (int i = 0; i < p->n; i++)
		if (p->rule[i].id == id)
			return i;
	return -1;
}

/* Deny and ask rules in front of the rule that have not expired, in order. */
static int
in_front(const struct ref_policy *p, int end, int scope, struct ref_rule out[RULES_MAX])
{
	int n = 0;

	for (int i = 0; i < end; i++) {
		const struct ref_rule *r = &p->rule[i];

		if (r->effect != EFFECT_PERMIT && history_rule_covers(r, scope) &&
		    (r->until == 0 || r->until > now))
			out[n++] = *r;
	}
	return n;
}

static bool
same_in_front(const struct ref_policy *p, int p_end, const struct ref_policy *q, int q_end,
	      int scope)
{
	struct ref_rule a[RULES_MAX], b[RULES_MAX];
	int n = in_front(p, p_end, scope, a);

	if (n != in_front(q, q_end, scope, b))
		return false;
	for (int i = 0; i < n; i++)
		if (a[i].effect != b[i].effect || a[i].who != b[i].who || a[i].from != b[i].from ||
		    a[i].until != b[i].until)
			return false;
	return true;
}

/* Updates the reference's state of a grant after a step. */
static void
update_grant(struct ref_grant *g)
{
	int at = place_of(&policy, g->by.id), before = place_of(&g->last, g->by.id);
	const struct ref_rule *r = at >= 0 ? &policy.rule[at] : NULL;
	bool kept = r != NULL && r->effect == g->by.effect && r->who == g->by.who &&
		    history_rule_covers(r, g->scope) && is_open(r);

	g->ended = g->ended || !kept;
	for (int i = 0; i < at; i++) {
		const struct ref_rule *front = &policy.rule[i];

		if (front->effect != EFFECT_PERMIT && history_rule_covers(front, g->scope) &&
		    is_open(front) && applies_to_party(front))
			g->ended = true;
	}
	if (!kept || before < 0 || !same_in_front(&g->last, before, &policy, at, g->scope))
		g->changed = true;
	/*
	 * The contract ignores memberships that no current rule names; the reference counts every
	 * change.
	 */
	if (kin != g->kin || foes != g->foes)
		g->changed = true;
	if (r != NULL && r->who != ANYONE && (kin != g->kin && r->who == KIN))
		g->ended = g->ended || !kin;
	g->last = policy;
}

/* --- the program ----------------------------------------------------------------------------- */

static const char *
scope_name(int scope)
{
	return (const char *const[]){ "a", "b", "c" }[scope];
}

static void
print_rule(struct buf *b, const struct ref_rule *r)
{
	static const char *const effects[] = {
		[EFFECT_PERMIT] = "permit",
		[EFFECT_DENY] = "deny",
		[EFFECT_ASK] = "ask",
	};
	static const char *const whos[WHOS] = {
		"{'anyone':true}",
		"{'group':'kin'}",
		"{'any':[{'group':'foes'}]}",
		"{'client':'other'}",
	};
	const char *comma = "";

	buf_printf(b, "{'id':'r%d','effect':'%s','scopes':", r->id, effects[r->effect]);
	buf_text(b, r->all ? "'all'" : "[");
	for (int i = 0; !r->all && i < SCOPES; i++) {
		if ((r->scopes >> i & 1) == 0)
			continue;
		buf_printf(b, "%s'%s'", comma, scope_name(i));
		comma = ",";
	}
	buf_text(b, r->all ? "" : "]");
	if (r->from != 0)
		buf_printf(b, ",'from':%lld", (long long)r->from);
	if (r->until != 0)
		buf_printf(b, ",'until':%lld", (long long)r->until);
	buf_printf(b, ",'when':%s}", whos[r->who]);
}

static void
write_policy(void)
{
	struct buf b = { .arena = c.s.arena };

	buf_text(&b, "{'rules':[");
	for (int i = 0; i < policy.n; i++) {
		buf_text(&b, i > 0 ? "," : "");
		print_rule(&b, &policy.rule[i]);
	}
	buf_text(&b, "]}");
	fixture_policy(&c, c.alice, photo, b.data);
}

/* The party is bob, with the current state of his account. */
static struct party
party_now(void)
{
	struct party p = { .account = c.bob, .claims = fixture_json(&c, "{}") };
	struct account acc;

	CU_ASSERT_EQUAL_FATAL(account_find(&c.s.w, c.bob, ABSENT, &acc), OK);
	p.groups = acc.groups;
	p.group_changes = acc.group_changes;
	p.group_change_count = acc.group_change_count;
	return p;
}

static void
write_groups(void)
{
	struct account acc;

	CU_ASSERT_EQUAL_FATAL(account_find(&c.s.w, c.bob, ABSENT, &acc), OK);
	acc.groups = (struct str_list){ 0 };
	if (kin)
		str_list_add(c.s.arena, &acc.groups, "kin");
	if (foes)
		str_list_add(c.s.arena, &acc.groups, "foes");
	CU_ASSERT_EQUAL(account_put(&c.s.w, &acc), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

/* The permission as the assessment would grant it. */
static struct permission *
real_permission(const struct ref_rule *by, int scope)
{
	struct permission *p = fixture_permissions(&c, photo, scope_name(scope));
	struct party party = party_now();
	struct facts facts = { .now = now, .client = "viewer", .party = &party };
	const struct rule *rule;
	const struct stored_policy *s;
	struct rule_source from;
	struct resource r;

	CU_ASSERT_EQUAL_FATAL(resource_find(&c.s.w, c.alice, "photoz", photo, ABSENT, &r), OK);
	CU_ASSERT_EQUAL_FATAL(stored_policy_effective(&c.s.w, c.alice, "photoz", photo, &s), OK);
	CU_ASSERT_EQUAL(policy_decide(&s->policy, scope_name(scope), &facts, &rule),
			VERDICT_PERMIT);
	CU_ASSERT_STRING_EQUAL(rule->id, arena_printf(c.s.arena, "r%d", by->id));
	CU_ASSERT_EQUAL_FATAL(stored_policy_source(&c.s.w, &r, &from), OK);
	p->rule = rule->id;
	p->until = policy_until(&s->policy, rule, scope_name(scope), &facts);
	p->basis = permission_basis(&c.s.w, &r, &from, rule_index_find(from.index, rule->id),
				    scope_name(scope), 0, &party, now);
	return p;
}

/* The permission that is still active, or NULL, by comparing rows, and by comparing numbers where
 * nothing has changed: both must have the same result. */
static bool
is_active(struct ref_grant *g)
{
	struct party party = party_now();
	struct permission *by_rows, *by_numbers;
	int64_t sharing;

	grant.granted_at = g->at;
	grant.groups = g->groups;
	grant.sharing = 0;
	CU_ASSERT_EQUAL_FATAL(permissions_revalidate(&c.s.w, &grant, &party, g->real, &by_rows),
			      OK);
	grant.sharing = g->sharing;
	c.s.w.changes->read_only = true;
	CU_ASSERT_EQUAL_FATAL(permissions_revalidate(&c.s.w, &grant, &party, g->real, &by_numbers),
			      OK);
	c.s.w.changes->read_only = false;
	CU_ASSERT_EQUAL_FATAL(by_rows != NULL, by_numbers != NULL);
	if (by_rows != NULL) {
		CU_ASSERT_EQUAL(by_rows->until, by_numbers->until);
		CU_ASSERT_STRING_EQUAL(by_rows->scopes.list[0], by_numbers->scopes.list[0]);
	}
	CU_ASSERT_EQUAL(grant_find_sharing(&c.s.w, c.alice, &sharing), OK);
	checked_unchanged += sharing == g->sharing && party.group_change_count == g->groups;
	return by_rows != NULL;
}

/* --- a history ------------------------------------------------------------------------------- */

static struct ref_rule
draw_rule(int id)
{
	struct ref_rule r = { .id = id,
			      .effect = (enum effect)draw_below(3),
			      .all = draw_below(4) == 0,
			      .scopes = 1 + draw_below(ALL),
			      .who = (enum who)draw_below(WHOS) };

	if (draw_below(4) == 0)
		r.effect = EFFECT_PERMIT;
	if (draw_below(4) == 0)
		r.from = now - 3 + draw_below(8);
	if (draw_below(4) == 0)
		r.until = (r.from > now ? r.from : now) + 1 + draw_below(8);
	return r;
}

static void
insert_rule(void)
{
	int at = (int)draw_below((unsigned)policy.n + 1), id = (int)draw_below(RULES_MAX);

	if (policy.n == RULES_MAX || place_of(&policy, id) >= 0)
		return;
	memmove(&policy.rule[at + 1], &policy.rule[at],
		(size_t)(policy.n - at) * sizeof policy.rule[0]);
	policy.rule[at] = draw_rule(id);
	policy.n++;
}

static void
remove_rule(void)
{
	int at = policy.n > 0 ? (int)draw_below((unsigned)policy.n) : 0;

	if (policy.n == 0)
		return;
	policy.n--;
	memmove(&policy.rule[at], &policy.rule[at + 1],
		(size_t)(policy.n - at) * sizeof policy.rule[0]);
}

static void
edit_rule(void)
{
	struct ref_rule *r = policy.n > 0 ? &policy.rule[draw_below((unsigned)policy.n)] : NULL,
			other;

	if (r == NULL)
		return;
	other = draw_rule(r->id);
	switch (draw_below(4)) {
	case 0:
		r->all = other.all;
		r->scopes = other.scopes;
		break;
	case 1:
		r->from = other.from;
		r->until = other.until;
		break;
	case 2: r->effect = other.effect; break;
	case 3: r->who = other.who; break;
	}
}

static void
take_step(void)
{
	unsigned kind = draw_below(12);

	if (kind < 3)
		insert_rule();
	else if (kind < 4)
		remove_rule();
	else if (kind < 6)
		edit_rule();
	else if (kind == 6)
		saved = policy;
	else if (kind == 7)
		policy = saved;
	else if (kind == 8)
		kin = !kin;
	else if (kind == 9 && draw_below(3) == 0)
		foes = !foes;
	else if (kind == 10)
		harness_set_time(&c.s, now += 1 + draw_below(3));
	if (kind < 8)
		write_policy();
	if (kind == 8 || kind == 9)
		write_groups();
}

static void
grant_all(void)
{
	struct party party = party_now();

	CU_ASSERT_EQUAL_FATAL(grant_record_sharing(&c.s.w, &grant, &party), OK);
	for (int s = 0; s < SCOPES; s++) {
		const struct ref_rule *by = first_that_applies(s);

		if (by == NULL || by->effect != EFFECT_PERMIT || granted == GRANTS)
			continue;
		grants[granted++] = (struct ref_grant){ .real = real_permission(by, s),
							.by = *by,
							.scope = s,
							.last = policy,
							.kin = kin,
							.foes = foes,
							.at = now,
							.sharing = grant.sharing,
							.groups = grant.groups };
	}
}

static void
check_all(void)
{
	for (int i = 0; i < granted; i++) {
		struct ref_grant *g = &grants[i];
		bool active;

		update_grant(g);
		active = is_active(g);
		if (g->ended) {
			CU_ASSERT_FALSE(active);
			checked_ended++;
		} else if (!g->changed) {
			CU_ASSERT(active);
			checked_active++;
		}
	}
}

static void
no_permission_is_active_after_a_gap_or_a_deny_rule(void)
{
	for (int h = 0; h < HISTORIES; h++) {
		photo = fixture_resource(&c, c.alice, "a b c");
		grant = (struct grant){ .client = "viewer", .rs = "photoz", .owner = c.alice };
		policy = saved = (struct ref_policy){ .n = 0 };
		granted = 0;
		kin = foes = false;
		now = c.s.w.now;
		write_policy();
		write_groups();
		for (int s = 0; s < STEPS; s++) {
			take_step();
			check_all();
			grant_all();
		}
	}
	/* Both outcomes occurred often enough to be significant. */
	CU_ASSERT(checked_ended > 5000);
	CU_ASSERT(checked_active > 1000);
	CU_ASSERT(checked_unchanged > 100);
}

static CU_TestInfo tests[] = {
	{ "in 30 random histories no permission is active after a gap or a deny rule [T-U19]",
	  no_permission_is_active_after_a_gap_or_a_deny_rule },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo history_suite = {
	"model/history", NULL, NULL, history_setup, history_teardown, tests
};
