/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creates 10,000 objects of each kind, in batches as under load: lists are complete, ids are unique
 * and handles unpredictable. The clock does not advance, so no difference comes from the time.
 */
#include <stdlib.h>

#include "base/b64.h"
#include "base/json.h"
#include "model/token.h"
#include "tests/run.h"
#include "tests/server/examples.h"

#define MANY  10000
#define BATCH 100
#define TAIL  28 /* base64url characters at the end of a handle: 168 bits */

static const char *made[MANY];

static int
bulk_compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the texts and returns how many different ones there are. */
static size_t
bulk_count_distinct(const char **list, size_t n)
{
	size_t found = n > 0;

	qsort(list, n, sizeof *list, bulk_compare_texts);
	for (size_t i = 1; i < n; i++)
		found += strcmp(list[i - 1], list[i]) != 0;
	return found;
}

/*
 * Sends a request MANY times, expects 201 each time, and stores the value of `member` of each
 * response in made[].
 */
static void
bulk_create(const char *line, const char *auth, const char *body, const char *member)
{
	struct exchange *list[BATCH];

	for (size_t n = 0; n < MANY; n += BATCH) {
		for (size_t i = 0; i < BATCH; i++)
			list[i] = http_request(line, auth, body);
		CU_ASSERT_EQUAL_FATAL(serve_together(list, BATCH), OK);
		for (size_t i = 0; i < BATCH; i++) {
			struct response a = response_of(list[i]);

			CU_ASSERT_EQUAL_FATAL(a.status, 201);
			made[n + i] = response_text(a, member);
		}
		http_case_free_requests();
	}
}

/*
 * The handles share at most creation time and kind. Each of 64 characters is expected 156 times at
 * each position, standard deviation 12; the bounds are 7 deviations away. The last character is
 * excluded: it carries fewer bits.
 */
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

/* Splits an array of strings; asserts that the body contains nothing else. */
static size_t
bulk_split_list(struct response a, const char **list)
{
	char *body = arena_strdup(http_case.work->arena, a.body), *rest = NULL;
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
a_list_of_10000_resources_is_complete(void)
{
	static const char *list[MANY];
	const char *erin = issue_pat(http_case.fixture.erin, "photoz");
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
tickets_end_in_160_random_bits(void)
{
	bulk_create("POST /permission", alice_auth(),
		    text_format("{'resource_id':'%s','resource_scopes':['view']}", id_of("photo1")),
		    "ticket");
	have_random_tails();
}

/* The jti inside the token. */
static const char *
jti_in(const char *token)
{
	const char *claims = strchr(token, '.') + 1, *why, *jti = NULL;
	struct arena *a = http_case.work->arena;
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
	CU_ASSERT_EQUAL_FATAL(client_find(http_case.work, id, ERR_NOT_FOUND, out), OK);
}

static void
pcts_end_in_160_random_bits(void)
{
	struct client viewer;

	bulk_find_client("viewer", &viewer);
	for (size_t i = 0; i < MANY; i++)
		CU_ASSERT_EQUAL_FATAL(
			pct_issue(http_case.work, &viewer, "{}", HARNESS_NOW, false, &made[i]), OK);
	have_random_tails();
}

static void
no_two_rpts_have_the_same_jti(void)
{
	struct client photoz;
	const char *token;

	bulk_find_client("photoz", &photoz);
	for (size_t i = 0; i < MANY; i++) {
		struct rpt r = { .grant.client = "viewer",
				 .grant.rs = "photoz",
				 .grant.owner = http_case.fixture.alice,
				 .sub = "viewer",
				 .grant.party = "",
				 .granted = fixture_permissions(&http_case.fixture, id_of("photo1"),
								"view") };

		CU_ASSERT_EQUAL_FATAL(rpt_issue(http_case.work, &photoz, &r, &token), OK);
		made[i] = jti_in(token);
	}
	CU_ASSERT_EQUAL(bulk_count_distinct(made, MANY), MANY);
}

static CU_TestInfo tests[] = {
	{ "a list of 10,000 resources is complete, and their ids differ [F-LST-04 F-CRE-05 F-CRE-08]",
	  a_list_of_10000_resources_is_complete },
	{ "10,000 tickets end in at least 160 random bits each [G-TKT-01 F-PRM-10 T-U03]",
	  tickets_end_in_160_random_bits },
	{ "10,000 persisted claims tokens end in at least 160 random bits each [G-PCT-02]",
	  pcts_end_in_160_random_bits },
	{ "no two of 10,000 RPTs have the same jti [O-9068-03]", no_two_rpts_have_the_same_jti },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo bulk_suite = { "server/bulk", NULL, NULL, examples_open, http_case_close, tests };
