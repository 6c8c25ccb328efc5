/* SPDX-License-Identifier: Apache-2.0 */
#include "model/permission.h"
#include "model/ticket.h"
#include "model/token.h"
#include "tests/model/cast.h"
#include "tests/run.h"

static struct cast c;
static const char *handle;
static struct ticket t;

static void
start(void)
{
	cast_open(&c);
	t = (struct ticket){ .rs = "photoz", .owner = c.alice,
			     .asked = cast_asked(&c, "photo1", "view print") };
	CU_ASSERT_EQUAL(ticket_issue(&c.s.w, &t, 300, &handle), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
}

static void
stop(void)
{
	cast_close(&c);
}

static enum err
redeem(const char *text, const char *client)
{
	enum err e = ticket_redeem(&c.s.w, text, client, &t);

	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	return e;
}

static void
a_ticket_works_once(void)
{
	CU_ASSERT_EQUAL_FATAL(redeem(handle, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(t.rs, "photoz");
	CU_ASSERT_STRING_EQUAL(t.owner, c.alice);
	CU_ASSERT_STRING_EQUAL(t.client, "viewer");
	CU_ASSERT_STRING_EQUAL(t.asked->resource, "photo1");
	CU_ASSERT_EQUAL(t.asked->scopes.n, 2);
	CU_ASSERT_EQUAL(redeem(handle, "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(redeem(handle, "viewer"), ERR_INVALID_GRANT);
}

static void
of_two_at_once_one_wins(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), ERR_CHANGED);
}

static void
a_ticket_expires(void)
{
	scene_at(&c.s, SCENE_NOW + 299);
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	scene_at(&c.s, SCENE_NOW + 300);
	CU_ASSERT_EQUAL(redeem(handle, "viewer"), ERR_INVALID_GRANT);
	scene_at(&c.s, SCENE_NOW);
	CU_ASSERT_EQUAL(redeem(handle, "viewer"), OK);
}

static void
what_is_no_ticket_is_refused(void)
{
	const char *pat;
	struct bytes key;

	handle_new(&c.s.w, HANDLE_PAT, SCENE_NOW + 300, &pat, &key);
	CU_ASSERT_EQUAL(redeem("", "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(redeem("tk_", "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(redeem(pat, "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(t.row.size, 0);	/* by which a guess is known */
	scene_in(&c.s, "two");
	CU_ASSERT_EQUAL(redeem(handle, "viewer"), ERR_INVALID_GRANT);
}

static void
a_rotated_ticket_stands_for_the_same(void)
{
	const char *next;

	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	t.party = "{\"iss\":\"x\"}";
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_STRING_NOT_EQUAL(next, handle);
	CU_ASSERT_EQUAL_FATAL(redeem(next, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(t.asked->resource, "photo1");
	CU_ASSERT_EQUAL(t.asked->scopes.n, 2);
	CU_ASSERT_PTR_NULL(t.asked->next);
	CU_ASSERT_STRING_EQUAL(t.party, "{\"iss\":\"x\"}");
	CU_ASSERT_EQUAL(t.expires, SCENE_NOW + 60);
}

static void
a_rotated_ticket_is_of_the_first_client(void)
{
	const char *next;

	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
	CU_ASSERT_EQUAL(redeem(next, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(redeem(next, "viewer"), ERR_INVALID_GRANT);	/* and spent */
}

/* A ticket that gave an RPT and a family, as the answer leaves them. */
static void
give(struct rpt *r, const char **token, struct family *f)
{
	struct client rs;

	CU_ASSERT_EQUAL(client_find(&c.s.w, "photoz", ERR_NOT_FOUND, &rs), OK);
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	*f = (struct family){ .client = "viewer", .rs = "photoz", .owner = c.alice };
	CU_ASSERT_EQUAL(family_start(&c.s.w, f), OK);
	*r = (struct rpt){ .client = "viewer", .rs = "photoz", .owner = c.alice, .sub = "s",
			   .granted = t.asked, .family = family_id(&c.s.w, f) };
	CU_ASSERT_EQUAL(rpt_issue(&c.s.w, &rs, r, token), OK);
	ticket_gave(&c.s.w, &t, r->key, r->family);
	CU_ASSERT_EQUAL(scene_commit(&c.s), OK);
}

static void
a_replay_revokes_where_the_tenant_says_so(void)
{
	const char *token;
	struct family f;
	struct rpt r;

	scene_set(&c.s, "replay_revokes", "yes");
	give(&r, &token, &f);
	CU_ASSERT_EQUAL(redeem(handle, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &r), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(family_find(&c.s.w, family_id(&c.s.w, &f), ERR_NOT_FOUND, &f),
			ERR_NOT_FOUND);
}

static void
a_replay_alone_is_only_noted(void)
{
	const char *token;
	struct family f;
	struct rpt r;
	size_t before;

	give(&r, &token, &f);
	before = scene_rows(&c.s, T_AUDIT);
	CU_ASSERT_EQUAL(redeem(handle, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(scene_rows(&c.s, T_AUDIT), before + 1);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &r), OK);
	CU_ASSERT_EQUAL(family_find(&c.s.w, family_id(&c.s.w, &f), ERR_NOT_FOUND, &f), OK);
}

static void
the_store_does_not_hold_the_ticket(void)
{
	struct bytes row = scene_row(&c.s, T_TICKET, BYTES_NONE);

	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, handle + 10, 20));
}

static void
a_row_that_rotted_is_a_fault(void)
{
	scene_spoil(&c.s, T_TICKET, "{\"rs\":\"photoz\"}");
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), ERR_STORE);
	scene_spoil(&c.s, T_TICKET, "x");
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "a ticket works once [G-TKT-02 T-U02]", a_ticket_works_once },
	{ "of two at once one wins [G-TKT-06 T-U01]", of_two_at_once_one_wins },
	{ "a ticket expires [G-TKT-05 G-ERR-03]", a_ticket_expires },
	{ "what is no ticket is refused [G-ERR-02 T-C05 T-M01]", what_is_no_ticket_is_refused },
	{ "a rotated ticket stands for the same [G-TKT-07 G-TKT-08]",
	  a_rotated_ticket_stands_for_the_same },
	{ "a rotated ticket is of the first client [G-ERR-05 T-U02]",
	  a_rotated_ticket_is_of_the_first_client },
	{ "a replay revokes where the tenant says so [G-TKT-10 T-U02]",
	  a_replay_revokes_where_the_tenant_says_so },
	{ "a replay alone is only noted [G-TKT-10]", a_replay_alone_is_only_noted },
	{ "the store does not hold the ticket [T-S10]", the_store_does_not_hold_the_ticket },
	{ "a row that rotted is a fault [T-S11]", a_row_that_rotted_is_a_fault },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo ticket_suite = { "model/ticket", NULL, NULL, start, stop, tests };
