/* SPDX-License-Identifier: Apache-2.0 */
#include "model/audit.h"
#include "tests/model/cast.h"
#include "tests/run.h"

static struct cast c;

static void
start(void)
{
	scene_open(&c.s);
}

static void
stop(void)
{
	scene_close(&c.s);
}

struct notes {
	int64_t     at[8];
	const char *row[8];
	size_t      n;
};

static enum err
note(void *arg, int64_t at_ms, struct bytes row)
{
	struct notes *all = arg;

	all->at[all->n] = at_ms;
	all->row[all->n++] = arena_strndup(c.s.arena, (const char *)row.data, row.size);
	return all->n < 8 ? OK : ERR_FULL;
}

static struct notes
since(int64_t seconds)
{
	struct notes all = { .n = 0 };

	CU_ASSERT_EQUAL(audit_each(&c.s.w, seconds, note, &all), OK);
	return all;
}

static void
say(int64_t when, const char *object)
{
	scene_at(&c.s, when);
	c.s.w.actor.kind = ACTOR_ADMINISTRATOR;
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_ISSUER_SET, .object = object });
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
}

static void
events_come_in_the_order_of_time(void)
{
	struct notes all;

	say(SCENE_NOW + 30, "third");
	say(SCENE_NOW + 10, "first");
	say(SCENE_NOW + 20, "second");
	all = since(SCENE_NOW + 10);
	CU_ASSERT_EQUAL_FATAL(all.n, 3);
	CU_ASSERT_STRING_EQUAL(all.row[0], "{\"event\":\"issuer.set\",\"actor\":\"admin\","
			       "\"object\":\"first\"}");
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[1], "second"));
	CU_ASSERT_PTR_NOT_NULL(strstr(all.row[2], "third"));
	CU_ASSERT_EQUAL(all.at[0], (SCENE_NOW + 10) * 1000LL);
}

static void
a_moment_to_begin_with_can_be_given(void)
{
	say(SCENE_NOW + 10, "first");
	say(SCENE_NOW + 20, "second");
	CU_ASSERT_EQUAL(since(SCENE_NOW + 11).n, 1);
	CU_ASSERT_EQUAL(since(SCENE_NOW + 20).n, 1);
	CU_ASSERT_EQUAL(since(SCENE_NOW + 21).n, 0);
}

static void
a_row_says_who_did_what_by_which_rule(void)
{
	struct permission p = { .resource = "photo1", .scopes = cast_scopes(&c, "view"),
				.rule = "r1", .consent = "q" };
	struct notes all;

	scene_at(&c.s, SCENE_NOW + 10);
	c.s.w.actor = (struct actor){ ACTOR_CLIENT, "viewer" };
	audit_add(&c.s.w, &(struct audit){ .event = AUDIT_RPT_GRANTED, .owner = "a",
		  .rs = "photoz", .client = "viewer", .party = "bob", .object = "o",
		  .permissions = &p, .rule = "r2", .why = "because" });
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	all = since(SCENE_NOW + 10);
	CU_ASSERT_EQUAL_FATAL(all.n, 1);
	CU_ASSERT_STRING_EQUAL(all.row[0], "{\"event\":\"rpt.granted\",\"actor\":\"viewer\","
		"\"owner\":\"a\",\"rs\":\"photoz\",\"client\":\"viewer\",\"party\":\"bob\","
		"\"object\":\"o\",\"permissions\":[{\"resource\":\"photo1\",\"scopes\":[\"view\"],"
		"\"rule\":\"r1\",\"consent\":\"q\"}],\"rule\":\"r2\",\"why\":\"because\"}");
}

/* Who did it, when nobody else did: usherd, or an administrator. */
static void
every_actor_has_a_text(void)
{
	static const struct { struct actor actor; const char *text; } cases[] = {
		{ { ACTOR_SERVER, NULL },        "server" },
		{ { ACTOR_CLIENT, "photoz" },    "photoz" },
		{ { ACTOR_OWNER, "alice" },      "alice" },
		{ { ACTOR_ADMINISTRATOR, NULL }, "admin" },
	};
	struct notes all;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		scene_at(&c.s, SCENE_NOW + 100 * (int64_t)(i + 1));
		c.s.w.actor = cases[i].actor;
		audit_add(&c.s.w, &(struct audit){ .event = AUDIT_POLICY_SET });
		CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
		all = since(SCENE_NOW + 100 * (int64_t)(i + 1));
		CU_ASSERT_EQUAL_FATAL(all.n, 1);
		CU_ASSERT_PTR_NOT_NULL(strstr(all.row[0], arena_printf(c.s.arena,
			"\"actor\":\"%s\"", cases[i].text)));
	}
}

static void
tenants_do_not_see_each_other(void)
{
	say(SCENE_NOW + 10, "first");
	scene_in(&c.s, "two");
	CU_ASSERT_EQUAL(since(SCENE_NOW + 1).n, 0);
}

/* Text from outside is escaped, so it makes no rows and no members. */
static void
nothing_in_a_row_can_pose_as_another(void)
{
	struct notes all;

	say(SCENE_NOW + 10, "x\",\"actor\":\"root\n");
	all = since(SCENE_NOW + 10);
	CU_ASSERT_EQUAL_FATAL(all.n, 1);
	CU_ASSERT_STRING_EQUAL(all.row[0], "{\"event\":\"issuer.set\",\"actor\":\"admin\","
			       "\"object\":\"x\\\",\\\"actor\\\":\\\"root\\u000a\"}");
}

static CU_TestInfo tests[] = {
	{ "events come in the order of time", events_come_in_the_order_of_time },
	{ "a moment to begin with can be given", a_moment_to_begin_with_can_be_given },
	{ "a row says who did what by which rule [T-G01]", a_row_says_who_did_what_by_which_rule },
	{ "every actor has a text [T-G01]", every_actor_has_a_text },
	{ "tenants do not see each other [T-M01]", tenants_do_not_see_each_other },
	{ "nothing in a row can pose as another [T-G01]", nothing_in_a_row_can_pose_as_another },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo audit_suite = { "model/audit", NULL, NULL, start, stop, tests };
