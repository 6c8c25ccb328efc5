/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The largest inputs that the limits of bodies allow: an object that does not fit into a row is
 * rejected, and the worker does not abort.
 */
#include "tests/run.h"
#include "tests/server/examples.h"

#define EQ   CU_ASSERT_STRING_EQUAL
#define BODY 65536 /* the limit of a request body */

static char *
sizes_padded(char c, size_t n)
{
	char *s = arena_alloc(http_case.work->arena, n + 1);

	memset(s, c, n);
	return s;
}

static struct buf
sizes_buffer(void)
{
	return (struct buf){ .arena = http_case.work->arena };
}

/* Appends `n` scopes of `size` bytes each, as elements of an array. */
static void
add_scopes(struct buf *b, int n, int size)
{
	for (int i = 0; i < n; i++)
		buf_printf(b, "%s'%s%03d'", i > 0 ? "," : "", sizes_padded('s', (size_t)size - 3),
			   i);
}

static void
a_resource_that_does_not_fit_into_a_row_is_rejected(void)
{
	struct buf b = sizes_buffer();
	struct response a;

	buf_text(&b, "{'resource_scopes':[");
	add_scopes(&b, 64, 250);
	buf_text(&b, "]");
	for (int i = 0; i < 11; i++)
		buf_printf(&b, ",'description#a%c':'%s'", 'a' + i, sizes_padded('x', 4000));
	buf_text(&b, "}");
	CU_ASSERT(b.size < BODY);
	a = http_send("POST /resource_set", alice_auth(), b.data);
	CU_ASSERT_EQUAL(a.status, 413);
	EQ(response_text(a, "error"), "invalid_request");
	a = http_send(text_format("PUT /resource_set/%s", id_of("photo1")), alice_auth(), b.data);
	CU_ASSERT_EQUAL(a.status, 413);
	CU_ASSERT_EQUAL(http_send("GET /resource_set", alice_auth(), NULL).status, 200);
}

static void
a_policy_that_does_not_fit_into_a_row_is_rejected(void)
{
	struct buf b = sizes_buffer();
	struct response a;

	buf_text(&b, "{'rules':[");
	for (int i = 0; i < 7; i++) {
		buf_printf(&b, "%s{'effect':'permit','when':{'anyone':true},'scopes':[",
			   i > 0 ? "," : "");
		add_scopes(&b, 32, 250);
		buf_text(&b, "]}");
	}
	buf_text(&b, "]}");
	CU_ASSERT(b.size < BODY);
	a = http_send("PUT /policy", alice_auth(), b.data);
	CU_ASSERT_EQUAL(a.status, 413);
	CU_ASSERT_EQUAL(http_send("GET /policy", alice_auth(), NULL).status, 404);
}

/* A rule without an id gets one, so the stored text is longer than the text that was sent. */
static void
a_policy_that_was_accepted_can_be_read_again(void)
{
	struct buf b = sizes_buffer();
	struct response a;

	buf_text(&b, "{'rules':[");
	for (int i = 0; i < 64; i++)
		buf_printf(&b,
			   "%s{'effect':'permit','scopes':'all','when':{'any':["
			   "{'claim':{'issuer':'" IDP "','name':'a','op':'exists'}},"
			   "{'claim':{'issuer':'" IDP "','name':'b','op':'exists'}}]}}",
			   i > 0 ? "," : "");
	buf_text(&b, "]}");
	a = http_send(text_format("PUT /policy/%s", id_of("photo1")), alice_auth(), b.data);
	CU_ASSERT(a.status == 200 || a.status == 413);
	if (a.status != 200)
		EQ(response_text(a, "error"), "invalid_request");
	EQ(response_granted(redeem_ticket(new_ticket("photo1{view}"), "")), "403 request_denied");
	CU_ASSERT_EQUAL(http_send(text_format("PUT /policy/%s", id_of("photo1")), alice_auth(),
				  "{'rules':[]}")
				.status,
			200);
}

/* The largest permissions that a ticket may have, and then the same with claims beside them. */
static void
a_ticket_that_does_not_fit_into_a_row_is_rejected(void)
{
	struct buf b = sizes_buffer(), scopes = sizes_buffer();
	struct response a;
	const char *id;

	buf_text(&scopes, "{'resource_scopes':[");
	add_scopes(&scopes, 60, 250);
	buf_text(&scopes, "]}");
	buf_text(&b, "[");
	for (int i = 0; i < 4; i++) {
		id = response_text(http_send("POST /resource_set", alice_auth(), scopes.data),
				   "_id");
		buf_printf(&b, "%s{'resource_id':'%s',%s", i > 0 ? "," : "", id, scopes.data + 1);
	}
	buf_text(&b, "]");
	CU_ASSERT(b.size < BODY);
	a = http_send("POST /permission", alice_auth(), b.data);
	CU_ASSERT_EQUAL(a.status, 413);
	EQ(response_text(a, "error"), "invalid_request");
}

/* Half a row is reserved for claims. */
static void
a_ticket_has_room_for_claims(void)
{
	struct buf b = sizes_buffer(), scopes = sizes_buffer();
	const char *id, *policy_text, *claim;
	struct response a;

	buf_text(&scopes, "{'resource_scopes':[");
	add_scopes(&scopes, 60, 250);
	buf_text(&scopes, "]}");
	id = response_text(http_send("POST /resource_set", alice_auth(), scopes.data), "_id");
	policy_text = "{'effect':'permit','scopes':'all','when':{'email':'nobody@example.net'}}";
	owner_set_policy(id, policy_text);
	buf_printf(&b, "{'resource_id':'%s',%s", id, scopes.data + 1);
	a = http_send("POST /permission", alice_auth(), b.data);
	CU_ASSERT_EQUAL(a.status, 201);
	claim = text_format("{'email':5,'note':'%s'}", sizes_padded('n', 5000));
	a = redeem_ticket(response_text(a, "ticket"), push_claims_param("viewer", claim));
	CU_ASSERT_EQUAL(a.status, 403);
}

/* U+1D160 triples its length in normalization form C. The normalized form is stored. */
static void
the_limit_applies_to_claims_in_their_normalized_form(void)
{
	struct buf note = sizes_buffer();
	struct response a;

	owner_permits("photo1", "view");
	for (int i = 0; i < 5000; i++)
		buf_text(&note, "\xf0\x9d\x85\xa0");
	a = redeem_ticket(new_ticket("photo1{view}"),
			  push_claims_param("viewer", text_format("{'note':'%s'}", note.data)));
	CU_ASSERT_EQUAL(a.status, 403);
	EQ(response_text(a, "error"), "need_info");
}

/*
 * Requests an RPT for `resources` resources with `scopes` scopes each; each has a policy of about
 * 450 values. `more`: further parameters of the token request.
 */
static struct response
ask_for_heavy(int resources, int scopes, const char *more)
{
	struct buf rules = sizes_buffer(), wishes = sizes_buffer(), names = sizes_buffer();

	add_scopes(&names, scopes, 4);
	for (int r = 0; r < 13; r++) {
		buf_printf(&rules,
			   "%s{'effect':'permit','scopes':'all','when':{'claim':"
			   "{'issuer':'" IDP "','name':'role','op':'in','value':[",
			   r > 0 ? "," : "");
		for (int v = 0; v < 32; v++)
			buf_printf(&rules, "%s'v%d'", v > 0 ? "," : "", v);
		buf_text(&rules, "]}}}");
	}
	for (int i = 0; i < resources; i++) {
		const char *id = response_text(http_send("POST /resource_set", alice_auth(),
							 text_format("{'resource_scopes':[%s]}",
								     names.data)),
					       "_id");

		owner_set_policy(id, rules.data);
		buf_printf(&wishes, "%s{'resource_id':'%s','resource_scopes':[%s]}",
			   i > 0 ? "," : "", id, names.data);
	}
	return redeem_ticket(response_text(http_send("POST /permission", alice_auth(),
						     text_format("[%s]", wishes.data)),
					   "ticket"),
			     more);
}

/* An ID Token whose claim `role` has `n` elements, none of which is a value of the policy. */
static const char *
push_roles(int n)
{
	struct buf roles = sizes_buffer();

	for (int i = 0; i < n; i++)
		buf_printf(&roles, "%s'r%d'", i > 0 ? "," : "", i);
	return push_claims_param("viewer", text_format("{'role':[%s]}", roles.data));
}

static void
the_number_of_values_evaluated_for_one_request_is_limited(void)
{
	struct response a = ask_for_heavy(4, 1, "");

	CU_ASSERT_EQUAL(a.status, 403);
	EQ(response_text(a, "error"), "need_info");
	a = ask_for_heavy(16, 1, "");
	CU_ASSERT_EQUAL(a.status, 413);
	EQ(response_text(a, "error"), "invalid_request");
}

/*
 * 256 elements and 416 values are 106,496 comparisons. Together with parsing the policy they cost
 * two thirds of the limit.
 */
static void
the_number_of_comparisons_for_one_request_is_limited(void)
{
	struct response a = ask_for_heavy(1, 1, push_roles(256));

	EQ(response_outcome(a), "403 request_denied");
	EQ(response_outcome(ask_for_heavy(3, 1, push_roles(1))), "403 request_denied");
	a = ask_for_heavy(3, 1, push_roles(256));
	EQ(response_outcome(a), "413 invalid_request");
	EQ(response_text(a, "error_description"),
	   "the policies of the requested resources are too long to "
	   "evaluate in one request: request fewer resources or scopes");
}

/* The value of a condition does not depend on the scope. */
static void
a_condition_is_evaluated_once_for_all_scopes_of_a_request(void)
{
	EQ(response_outcome(ask_for_heavy(1, 32, push_roles(256))), "403 request_denied");
}

/*
 * A rule of its own for each scope: as many entries as scopes, each with rule id and fingerprint.
 */
static void
an_rpt_that_does_not_fit_into_a_row_is_denied(void)
{
	struct buf scopes = sizes_buffer(), rules = sizes_buffer(), wishes = sizes_buffer();
	struct response a;

	for (int i = 0; i < 60; i++) {
		buf_printf(&scopes, "%s's%d'", i > 0 ? "," : "", i);
		buf_printf(&rules,
			   "%s{'id':'%s%02d','effect':'permit','scopes':['s%d'],"
			   "'when':{'anyone':true}}",
			   i > 0 ? "," : "", sizes_padded('r', 60), i, i);
	}
	http_send("PUT /policy", alice_auth(), text_format("{'rules':[%s]}", rules.data));
	for (int i = 0; i < 14; i++) {
		a = http_send("POST /resource_set", alice_auth(),
			      text_format("{'resource_scopes':[%s]}", scopes.data));
		buf_printf(&wishes, "%s{'resource_id':'%s','resource_scopes':[%s]}",
			   i > 0 ? "," : "", response_text(a, "_id"), scopes.data);
	}
	a = http_send("POST /permission", alice_auth(), text_format("[%s]", wishes.data));
	CU_ASSERT_EQUAL_FATAL(a.status, 201);
	a = redeem_ticket(response_text(a, "ticket"), "");
	CU_ASSERT_EQUAL(a.status, 403);
	EQ(response_text(a, "error"), "request_denied");
	CU_ASSERT_EQUAL(count_audit_rows("rpt.denied"), 1);
}

/* The question to the owner would be larger than a row. */
static void
a_question_that_does_not_fit_into_a_row_is_denied(void)
{
	struct buf scopes = sizes_buffer(), rules = sizes_buffer(), wishes = sizes_buffer();
	struct response a;

	for (int i = 0; i < 60; i++) {
		buf_printf(&scopes, "%s's%d'", i > 0 ? "," : "", i);
		buf_printf(&rules,
			   "%s{'id':'%s%02d','effect':'ask','scopes':['s%d'],"
			   "'when':{'anyone':true}}",
			   i > 0 ? "," : "", sizes_padded('r', 60), i, i);
	}
	http_send("PUT /policy", alice_auth(), text_format("{'rules':[%s]}", rules.data));
	for (int i = 0; i < 14; i++) {
		a = http_send("POST /resource_set", alice_auth(),
			      text_format("{'resource_scopes':[%s]}", scopes.data));
		buf_printf(&wishes, "%s{'resource_id':'%s','resource_scopes':[%s]}",
			   i > 0 ? "," : "", response_text(a, "_id"), scopes.data);
	}
	a = redeem_ticket(response_text(http_send("POST /permission", alice_auth(),
						  text_format("[%s]", wishes.data)),
					"ticket"),
			  "");
	CU_ASSERT_EQUAL(a.status, 403);
	EQ(response_text(a, "error"), "request_denied");
}

static CU_TestInfo tests[] = {
	{ "a resource that does not fit into a row is rejected [T-X07 F-RER-09]",
	  a_resource_that_does_not_fit_into_a_row_is_rejected },
	{ "a policy that does not fit into a row is rejected [T-X07]",
	  a_policy_that_does_not_fit_into_a_row_is_rejected },
	{ "a policy that was accepted can be read again",
	  a_policy_that_was_accepted_can_be_read_again },
	{ "a ticket that does not fit into a row is rejected [T-X07]",
	  a_ticket_that_does_not_fit_into_a_row_is_rejected },
	{ "a ticket has room for claims [T-X07]", a_ticket_has_room_for_claims },
	{ "the limit applies to claims in their normalized form [T-X07 T-U18]",
	  the_limit_applies_to_claims_in_their_normalized_form },
	{ "an RPT that does not fit into a row is denied [T-X07]",
	  an_rpt_that_does_not_fit_into_a_row_is_denied },
	{ "a question that does not fit into a row is denied [T-X07]",
	  a_question_that_does_not_fit_into_a_row_is_denied },
	{ "the number of values evaluated for one request is limited [T-P06 T-O05]",
	  the_number_of_values_evaluated_for_one_request_is_limited },
	{ "the number of comparisons with claims for one request is limited [T-P06 T-O05]",
	  the_number_of_comparisons_for_one_request_is_limited },
	{ "a condition is evaluated once for all scopes of a request [T-O05]",
	  a_condition_is_evaluated_once_for_all_scopes_of_a_request },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo sizes_suite = { "server/sizes", NULL, NULL, examples_open, http_case_close, tests };
