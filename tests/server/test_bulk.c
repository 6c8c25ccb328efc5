/* SPDX-License-Identifier: Apache-2.0 */
/* Ten thousand of a kind, made in rounds as under load: a list is whole, and what is to be unique
 * or unguessable is.  The clock stands still, so time sets nothing apart. */
#include <stdlib.h>

#include "base/b64.h"
#include "base/json.h"
#include "model/token.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define MANY  10000
#define ROUND 100
#define TAIL  28 /* base64url characters at the end of a handle: 168 bits */

static const char *made[MANY];

static int
bulk_compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many of the texts differ; leaves them in order. */
static size_t
bulk_count_distinct(const char **list, size_t n)
{
	size_t found = n > 0;

	qsort(list, n, sizeof *list, bulk_compare_texts);
	for (size_t i = 1; i < n; i++)
		found += strcmp(list[i - 1], list[i]) != 0;
	return found;
}

/* Answers of 201 to one request, as often; what they name by `member`. */
static void
bulk_create(const char *line, const char *auth, const char *body, const char *member)
{
	struct exchange *list[ROUND];

	for (size_t n = 0; n < MANY; n += ROUND) {
		for (size_t i = 0; i < ROUND; i++)
			list[i] = http_request(line, auth, body);
		CU_ASSERT_EQUAL_FATAL(serve_together(list, ROUND), OK);
		for (size_t i = 0; i < ROUND; i++) {
			struct response a = response_of(list[i]);

			CU_ASSERT_EQUAL_FATAL(a.status, 201);
			made[n + i] = response_text(a, member);
		}
		http_case_free_requests();
	}
}

/* Nothing but time and kind is common to them.  Each of 64 characters stands about 156 times in
 * each place, give or take 12; the bounds are seven times that away.  The last one holds fewer
 * bits. */
static void
have_random_tails(void)
{
	static unsigned seen[TAIL - 1][256];

	memset(seen, 0, sizeof seen);
	for (size_t i = 0; i < MANY; i++) {
		made[i] += strlen(made[i]) - TAIL;
		for (size_t k = 0; k < TAIL - 1; k++)
			seen[k][(unsigned char)made[i][k]]++;
	}
	CU_ASSERT_EQUAL(bulk_count_distinct(made, MANY), MANY);
	for (size_t k = 0; k < TAIL - 1; k++) {
		size_t kinds = 0;

		for (size_t c = 0; c < 256; c++) {
			kinds += seen[k][c] > 0;
			CU_ASSERT(seen[k][c] == 0 || (seen[k][c] > 68 && seen[k][c] < 244));
		}
		CU_ASSERT_EQUAL(kinds, 64);
	}
}

/* The members of a bare array of texts, and nothing else between its brackets. */
static size_t
bulk_split_list(struct response a, const char **list)
{
	char *body = arena_strdup(http_case.c.s.arena, a.body), *rest = NULL;
	size_t n = 0, size = 2;

	CU_ASSERT_FATAL(*body == '[' && body[strlen(body) - 1] == ']');
	for (char *s = strtok_r(body, "[\",]", &rest); s; s = strtok_r(NULL, "[\",]", &rest)) {
		if (n < MANY)
			list[n] = s;
		n++;
		size += strlen(s) + strlen("\"\",");
	}
	CU_ASSERT_EQUAL(strlen(a.body), n > 0 ? size - 1 : size);
	return n;
}

static void
a_list_of_ten_thousand_is_whole(void)
{
	static const char *list[MANY];
	const char *erin = issue_pat(http_case.c.erin, "photoz");
	struct response a;

	bulk_create("POST /resource_set", erin, "{'resource_scopes':[]}", "_id");
	CU_ASSERT_EQUAL(bulk_count_distinct(made, MANY), MANY);
	a = http_send("GET /resource_set", erin, NULL);
	CU_ASSERT_EQUAL(a.status, 200);
	CU_ASSERT_EQUAL_FATAL(bulk_split_list(a, list), MANY);
	CU_ASSERT_EQUAL(bulk_count_distinct(list, MANY), MANY);
	for (size_t i = 0; i < MANY; i++)
		CU_ASSERT_STRING_EQUAL(list[i], made[i]);
}

static void
no_ticket_is_like_another(void)
{
	bulk_create("POST /permission", alice_auth(),
		    text_format("{'resource_id':'%s','resource_scopes':['view']}", id_of("photo1")),
		    "ticket");
	have_random_tails();
}

/* In the token itself. */
static const char *
jti_in(const char *token)
{
	const char *claims = strchr(token, '.') + 1, *why, *jti = NULL;
	struct arena *a = http_case.c.s.arena;
	struct bytes raw;

	claims = arena_strndup(a, claims, strcspn(claims, "."));
	CU_ASSERT_FATAL(b64url_decode(a, claims, &raw));
	json_text(json_parse(a, raw, &why), "jti", &jti);
	CU_ASSERT_PTR_NOT_NULL_FATAL(jti);
	return jti;
}

static void
bulk_find_client(const char *id, struct client *out)
{
	CU_ASSERT_EQUAL_FATAL(client_find(&http_case.c.s.w, id, ERR_NOT_FOUND, out), OK);
}

static void
no_pct_is_like_another(void)
{
	struct client viewer;

	bulk_find_client("viewer", &viewer);
	for (size_t i = 0; i < MANY; i++)
		CU_ASSERT_EQUAL_FATAL(
			pct_issue(&http_case.c.s.w, &viewer, "{}", HARNESS_NOW, &made[i]), OK);
	have_random_tails();
}

static void
no_jti_comes_twice(void)
{
	struct client photoz;
	const char *token;

	bulk_find_client("photoz", &photoz);
	for (size_t i = 0; i < MANY; i++) {
		struct rpt r = { .grant.client = "viewer",
				 .grant.rs = "photoz",
				 .grant.owner = http_case.c.alice,
				 .sub = "viewer",
				 .grant.party = "",
				 .granted = fixture_permissions(&http_case.c, id_of("photo1"),
								"view") };

		CU_ASSERT_EQUAL_FATAL(rpt_issue(&http_case.c.s.w, &photoz, &r, &token), OK);
		made[i] = jti_in(token);
	}
	CU_ASSERT_EQUAL(bulk_count_distinct(made, MANY), MANY);
}

static CU_TestInfo tests[] = {
	{ "a list of 10,000 resources is whole, and their ids differ [F-LST-04 F-CRE-05 F-CRE-08]",
	  a_list_of_ten_thousand_is_whole },
	{ "of 10,000 tickets each ends in 160 random bits and more [G-TKT-01 F-PRM-10 T-U03]",
	  no_ticket_is_like_another },
	{ "of 10,000 persisted claims tokens each ends in 160 random bits and more [G-PCT-02]",
	  no_pct_is_like_another },
	{ "of 10,000 RPTs no two have one jti [O-9068-03]", no_jti_comes_twice },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo bulk_suite = { "server/bulk", NULL, NULL, examples_open, http_case_close, tests };
