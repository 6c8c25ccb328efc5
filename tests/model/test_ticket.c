/* SPDX-License-Identifier: Apache-2.0 */
#include "model/permission.h"
#include "model/ticket.h"
#include "model/token.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static const char *handle;
static struct ticket t;

static void
ticket_setup(void)
{
	fixture_open(&c);
	t = (struct ticket){ .grant.rs = "photoz",
			     .grant.owner = c.alice,
			     .permissions = fixture_permissions(&c, "photo1", "view print") };
	CU_ASSERT_EQUAL(ticket_issue(&c.s.w, &t, 300, &handle), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
ticket_teardown(void)
{
	fixture_close(&c);
}

static enum err
ticket_redeem_handle(const char *text, const char *client)
{
	enum err e = ticket_redeem(&c.s.w, text, client, &t);

	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	return e;
}

static void
a_ticket_works_once(void)
{
	CU_ASSERT_EQUAL_FATAL(ticket_redeem_handle(handle, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(t.grant.rs, "photoz");
	CU_ASSERT_STRING_EQUAL(t.grant.owner, c.alice);
	CU_ASSERT_STRING_EQUAL(t.grant.client, "viewer");
	CU_ASSERT_STRING_EQUAL(t.permissions->resource, "photo1");
	CU_ASSERT_EQUAL(t.permissions->scopes.n, 2);
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "viewer"), ERR_INVALID_GRANT);
}

static void
of_two_concurrent_uses_one_succeeds(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
}

static void
a_ticket_expires(void)
{
	harness_set_time(&c.s, HARNESS_NOW + 299);
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	harness_set_time(&c.s, HARNESS_NOW + 300);
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "viewer"), ERR_INVALID_GRANT);
	harness_set_time(&c.s, HARNESS_NOW);
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "viewer"), OK);
}

static void
an_unknown_or_malformed_ticket_is_rejected(void)
{
	const char *pat;
	struct bytes key;

	handle_new(&c.s.w, HANDLE_PAT, HARNESS_NOW + 300, &pat, &key);
	CU_ASSERT_EQUAL(ticket_redeem_handle("", "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(ticket_redeem_handle("tk_", "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(ticket_redeem_handle(pat, "viewer"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(t.row.size, 0); /* an empty row marks an unknown ticket as a guess */
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "viewer"), ERR_INVALID_GRANT);
}

static void
a_rotated_ticket_represents_the_same_permissions(void)
{
	const char *next;

	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	t.party = "{\"iss\":\"x\"}";
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_STRING_NOT_EQUAL(next, handle);
	CU_ASSERT_EQUAL_FATAL(ticket_redeem_handle(next, "viewer"), OK);
	CU_ASSERT_STRING_EQUAL(t.permissions->resource, "photo1");
	CU_ASSERT_EQUAL(t.permissions->scopes.n, 2);
	CU_ASSERT_PTR_NULL(t.permissions->next);
	CU_ASSERT_STRING_EQUAL(t.party, "{\"iss\":\"x\"}");
	CU_ASSERT_EQUAL(t.expires, HARNESS_NOW + 60);
}

static void
a_rotated_ticket_is_bound_to_the_first_client(void)
{
	const char *next;

	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(ticket_redeem_handle(next, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(ticket_redeem_handle(next, "viewer"),
			ERR_INVALID_GRANT); /* and it is spent */
}

/* Issues a ticket, its RPT and a family, as a successful response leaves them. */
static void
ticket_issue_handle(struct rpt *r, const char **token, struct family *f)
{
	struct client rs;

	CU_ASSERT_EQUAL(client_find(&c.s.w, "photoz", ERR_NOT_FOUND, &rs), OK);
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	*f = (struct family){ .grant.client = "viewer",
			      .grant.rs = "photoz",
			      .grant.owner = c.alice };
	CU_ASSERT_EQUAL(family_start(&c.s.w, f), OK);
	*r = (struct rpt){ .grant.client = "viewer",
			   .grant.rs = "photoz",
			   .grant.owner = c.alice,
			   .sub = "s",
			   .granted = t.permissions,
			   .grant.family = family_id(&c.s.w, f) };
	CU_ASSERT_EQUAL(rpt_issue(&c.s.w, &rs, r, token), OK);
	ticket_record_grant(&c.s.w, &t, r->key, r->grant.family);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
}

static void
a_replay_revokes_the_rpt_if_the_tenant_is_configured_so(void)
{
	const char *token;
	struct family f;
	struct rpt r;

	harness_set_setting(&c.s, "replay_revokes", "yes");
	ticket_issue_handle(&r, &token, &f);
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &r), ERR_INVALID_TOKEN);
	CU_ASSERT_EQUAL(family_find(&c.s.w, family_id(&c.s.w, &f), ERR_NOT_FOUND, &f),
			ERR_NOT_FOUND);
}

static void
a_replay_otherwise_only_writes_an_audit_row(void)
{
	const char *token;
	struct family f;
	struct rpt r;
	size_t before;

	ticket_issue_handle(&r, &token, &f);
	before = harness_count_rows(&c.s, T_AUDIT);
	CU_ASSERT_EQUAL(ticket_redeem_handle(handle, "other"), ERR_INVALID_GRANT);
	CU_ASSERT_EQUAL(harness_count_rows(&c.s, T_AUDIT), before + 1);
	CU_ASSERT_EQUAL(rpt_find(&c.s.w, token, &r), OK);
	CU_ASSERT_EQUAL(family_find(&c.s.w, family_id(&c.s.w, &f), ERR_NOT_FOUND, &f), OK);
}

static void
the_claims_of_a_ticket_are_encrypted(void)
{
	struct bytes row;
	const char *next;

	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	t.party = "{\"iss\":\"" IDP "\",\"email\":\"bob@example.net\"}";
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	change_drop(&c.s.changes, T_TICKET, t.key);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	row = harness_row(&c.s, T_TICKET, BYTES_NONE);
	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, "bob", 3));
	CU_ASSERT_EQUAL(ticket_redeem_handle(next, "viewer"), OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t.party);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.party, "bob@example.net"));
	row = harness_row(&c.s, T_TICKET, BYTES_NONE);
	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, "claims", 6));
}

static void
encrypted_claims_are_bound_to_their_ticket(void)
{
	const char *next, *other;
	struct bytes row;

	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	t.party = "{}";
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	change_drop(&c.s.changes, T_TICKET, t.key);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	row = arena_bytes(c.s.arena, harness_row(&c.s, T_TICKET, BYTES_NONE));
	t = (struct ticket){ .grant.rs = "photoz",
			     .grant.owner = c.alice,
			     .permissions = t.permissions };
	CU_ASSERT_EQUAL(ticket_issue(&c.s.w, &t, 300, &other), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	harness_corrupt_rows(&c.s, T_TICKET,
			     arena_strndup(c.s.arena, (const char *)row.data, row.size));
	CU_ASSERT_EQUAL(ticket_redeem_handle(other, "viewer"), OK);
	CU_ASSERT_PTR_NULL(t.party);
	CU_ASSERT_EQUAL(ticket_redeem_handle(next, "viewer"), OK);
	CU_ASSERT_PTR_NOT_NULL(t.party);
}

static void
claims_that_do_not_fit_are_omitted(void)
{
	char *much = arena_alloc(c.s.arena, ROW_MAX);
	const char *next;

	memset(much, 'x', ROW_MAX - 1);
	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, handle, "viewer", &t), OK);
	t.party = much;
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(ticket_redeem_handle(next, "viewer"), OK);
	CU_ASSERT_PTR_NULL(t.party);
}

static void
a_chain_of_tickets_ends_after_16(void)
{
	const char *next = handle;

	for (int i = 0; i < 16; i++) {
		CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, next, "viewer", &t), OK);
		CU_ASSERT_EQUAL_FATAL(ticket_rotate(&c.s.w, &t, 60, &next), OK);
		CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	}
	CU_ASSERT_EQUAL_FATAL(ticket_redeem(&c.s.w, next, "viewer", &t), OK);
	CU_ASSERT_EQUAL(ticket_rotate(&c.s.w, &t, 60, &next), ERR_REQUEST_DENIED);
}

static void
a_replay_that_revokes_nothing_is_not_an_essential_change(void)
{
	const char *token;
	struct family f;
	struct rpt r;

	harness_set_setting(&c.s, "replay_revokes", "yes");
	ticket_issue_handle(&r, &token, &f);
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "other", &t), ERR_INVALID_GRANT);
	CU_ASSERT(c.s.changes.essential);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "other", &t), ERR_INVALID_GRANT);
	CU_ASSERT_FALSE(c.s.changes.essential);
}

static void
the_store_does_not_contain_the_ticket(void)
{
	struct bytes row = harness_row(&c.s, T_TICKET, BYTES_NONE);

	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, handle + 10, 20));
}

static void
a_corrupt_ticket_row_is_a_fault(void)
{
	harness_corrupt_rows(&c.s, T_TICKET, "{\"rs\":\"photoz\"}");
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), ERR_STORE);
	harness_corrupt_rows(&c.s, T_TICKET, "x");
	CU_ASSERT_EQUAL(ticket_redeem(&c.s.w, handle, "viewer", &t), ERR_STORE);
}

static CU_TestInfo tests[] = {
	{ "a ticket works once [G-TKT-02 T-U02]", a_ticket_works_once },
	{ "of two concurrent uses one succeeds [G-TKT-06 T-U01]",
	  of_two_concurrent_uses_one_succeeds },
	{ "a ticket expires [G-TKT-05 G-ERR-03]", a_ticket_expires },
	{ "an unknown or malformed ticket is rejected [G-ERR-02 T-C05 T-M01]",
	  an_unknown_or_malformed_ticket_is_rejected },
	{ "a rotated ticket represents the same permissions [G-TKT-07 G-TKT-08]",
	  a_rotated_ticket_represents_the_same_permissions },
	{ "a rotated ticket is bound to the first client [G-ERR-05 T-U02]",
	  a_rotated_ticket_is_bound_to_the_first_client },
	{ "a replay revokes the RPT if the tenant is configured so [G-TKT-10 T-U02]",
	  a_replay_revokes_the_rpt_if_the_tenant_is_configured_so },
	{ "a replay otherwise only writes an audit row [G-TKT-10]",
	  a_replay_otherwise_only_writes_an_audit_row },
	{ "the store does not contain the ticket [T-S10]", the_store_does_not_contain_the_ticket },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_ticket_row_is_a_fault },
	{ "the claims of a ticket are encrypted [T-S10]", the_claims_of_a_ticket_are_encrypted },
	{ "encrypted claims are bound to their ticket [T-S11]",
	  encrypted_claims_are_bound_to_their_ticket },
	{ "claims that do not fit are omitted [T-O05]", claims_that_do_not_fit_are_omitted },
	{ "a chain of tickets ends after 16 [T-O05]", a_chain_of_tickets_ends_after_16 },
	{ "a replay that revokes nothing is not an essential change [T-O05]",
	  a_replay_that_revokes_nothing_is_not_an_essential_change },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo ticket_suite = { "model/ticket", NULL, NULL, ticket_setup, ticket_teardown, tests };
