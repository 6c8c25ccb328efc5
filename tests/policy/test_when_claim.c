/* SPDX-License-Identifier: Apache-2.0 */
/* Claim conditions: every operator, every type, absence, pointers, issuers. */
#include "tests/policy/help.h"
#include "tests/run.h"

#define NO      TRUTH_NO
#define YES     TRUTH_YES
#define UNKNOWN TRUTH_UNKNOWN

static const char claims[] =
	"{'role':'editor','age':30,'zero':0,'minus':-7,'staff':true,'ex':false,'nothing':null,"
	"'huge':18446744073709551615,'half':30.5,'even':30.0,'empty':'','number':'30',"
	"'groups':['a','b',7,true,null,['c']],'none':[],"
	"'home':{'city':'Bonn','a/b':1,'t~t':2,'':3,'list':[{'x':'deep'}]},"
	"'/role':'slash','a/b':'plain','Role':'upper'}";

static enum truth
test(const char *name, const char *op, const char *value)
{
	struct facts f = facts_of(claims);
	char *when = arena_printf(help_arena(), "{'claim':{'issuer':'https://idp.example',"
				  "'name':'%s','op':'%s'%s%s}}", name, op,
				  *value != '\0' ? ",'value':" : "", value);

	return condition_test(condition_of(when), &f);
}

static const struct row {
	const char *name, *op, *value;
	enum truth  truth;
} operators[] = {
	{ "role", "eq", "'editor'", YES },
	{ "role", "eq", "'Editor'", NO },
	{ "role", "eq", "'edito'", NO },
	{ "Role", "eq", "'upper'", YES },
	{ "age", "eq", "30", YES },
	{ "age", "eq", "31", NO },
	{ "minus", "eq", "-7", YES },
	{ "staff", "eq", "true", YES },
	{ "staff", "eq", "false", NO },
	{ "ex", "eq", "false", YES },
	{ "ex", "eq", "true", NO },
	{ "empty", "eq", "'x'", NO },

	{ "role", "in", "['author','editor']", YES },
	{ "role", "in", "['author']", NO },
	{ "age", "in", "['30',true,30]", YES },
	{ "age", "in", "['30',true,29]", NO },

	{ "role", "prefix", "'edi'", YES },
	{ "role", "prefix", "'editor'", YES },
	{ "role", "prefix", "'editors'", NO },
	{ "role", "prefix", "'dit'", NO },
	{ "role", "suffix", "'tor'", YES },
	{ "role", "suffix", "'editor'", YES },
	{ "role", "suffix", "'an editor'", NO },
	{ "role", "suffix", "'tors'", NO },

	{ "age", "ge", "30", YES },
	{ "age", "ge", "31", NO },
	{ "age", "le", "30", YES },
	{ "age", "le", "29", NO },
	{ "minus", "le", "0", YES },
	{ "minus", "ge", "0", NO },
	{ "huge", "ge", "9007199254740991", YES },
	{ "huge", "le", "9007199254740991", NO },
	{ "huge", "eq", "9007199254740991", NO },

	{ "groups", "contains", "'b'", YES },
	{ "groups", "contains", "7", YES },
	{ "groups", "contains", "true", YES },
	{ "groups", "contains", "'c'", NO },
	{ "groups", "contains", "'7'", NO },
	{ "groups", "contains", "false", NO },
	{ "none", "contains", "'a'", NO },

	{ "role", "exists", "", YES },
	{ "ex", "exists", "", YES },
	{ "zero", "exists", "", YES },
	{ "none", "exists", "", YES },
	{ "empty", "exists", "", YES },
};

/* json-c would turn each of these into the other. */
static const struct row conversions[] = {
	{ "number", "eq", "30", NO },
	{ "age", "eq", "'30'", NO },
	{ "half", "eq", "30", NO },
	{ "even", "eq", "30", NO },
	{ "staff", "eq", "1", NO },
	{ "staff", "eq", "'true'", NO },
	{ "zero", "eq", "false", NO },
	{ "ex", "eq", "0", NO },
	{ "home", "eq", "'{ }'", NO },
	{ "groups", "eq", "'a'", NO },
	{ "number", "ge", "1", NO },
	{ "half", "ge", "1", NO },
	{ "even", "le", "90", NO },
	{ "staff", "ge", "1", NO },
	{ "empty", "le", "9", NO },
	{ "age", "prefix", "'3'", NO },
	{ "groups", "prefix", "'['", NO },
	{ "home", "suffix", "'}'", NO },
	{ "role", "contains", "'editor'", NO },
	{ "role", "contains", "'edi'", NO },
	{ "home", "contains", "'city'", NO },
};

static const struct row absences[] = {
	{ "missing", "eq", "'x'", UNKNOWN },
	{ "missing", "in", "['x']", UNKNOWN },
	{ "missing", "prefix", "'x'", UNKNOWN },
	{ "missing", "suffix", "'x'", UNKNOWN },
	{ "missing", "ge", "1", UNKNOWN },
	{ "missing", "le", "1", UNKNOWN },
	{ "missing", "contains", "1", UNKNOWN },
	{ "missing", "exists", "", UNKNOWN },
	{ "nothing", "eq", "'x'", UNKNOWN },
	{ "nothing", "exists", "", UNKNOWN },
	{ "/home/street", "eq", "'x'", UNKNOWN },
	{ "/home/street", "exists", "", UNKNOWN },
	{ "/groups/9", "exists", "", UNKNOWN },
};

/* RFC 6901, 4 and 5. */
static const struct row pointers[] = {
	{ "/home/city", "eq", "'Bonn'", YES },
	{ "/home/a~1b", "eq", "1", YES },
	{ "/home/t~0t", "eq", "2", YES },
	{ "/home/", "eq", "3", YES },
	{ "/home/list/0/x", "eq", "'deep'", YES },
	{ "/groups/0", "eq", "'a'", YES },
	{ "/groups/00", "exists", "", UNKNOWN },
	{ "/groups/-", "exists", "", UNKNOWN },
	{ "/groups/a", "exists", "", UNKNOWN },
	{ "/role", "eq", "'editor'", YES },
	{ "/~1role", "eq", "'slash'", YES },
	{ "/role/0", "exists", "", UNKNOWN },
	{ "a/b", "eq", "'plain'", YES },
	{ "home/city", "exists", "", UNKNOWN },
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		CHECK_ROW(test(r->name, r->op, r->value) == r->truth,
			  arena_printf(help_arena(), "%s %s %s", r->name, r->op, r->value));
		help_done();
	}
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void
operators_compare_as_they_are_called(void)
{
	CHECK(operators);
}

static void
nothing_is_converted(void)
{
	CHECK(conversions);
}

static void
an_absent_claim_may_still_come(void)
{
	CHECK(absences);
}

static void
a_pointer_reaches_inside(void)
{
	CHECK(pointers);
}

static void
a_claim_is_of_one_issuer(void)
{
	static const char *const others[] = {
		"https://idp.example/", "https://IDP.example", "https://evil.example", "i",
	};
	struct party bare = { .issuer = "https://idp.example" };
	struct facts nobody = { .now = 1 }, f = facts_of(claims);
	struct condition *c;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		c = condition_of(arena_printf(help_arena(), "{'claim':{'issuer':'%s',"
					      "'name':'role','op':'exists'}}", others[i]));
		CU_ASSERT_EQUAL(condition_test(c, &f), UNKNOWN);
	}
	c = condition_of("{'claim':{'issuer':'https://idp.example','name':'role','op':'exists'}}");
	CU_ASSERT_EQUAL(condition_test(c, &f), YES);
	CU_ASSERT_EQUAL(condition_test(c, &nobody), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test(c, &(struct facts){ .party = &bare }), UNKNOWN);
	c = condition_of("{'claim':{'issuer':'https://idp.example','name':'/a','op':'exists'}}");
	CU_ASSERT_EQUAL(condition_test(c, &(struct facts){ .party = &bare }), UNKNOWN);
	help_done();
}

static CU_TestInfo tests[] = {
	{ "operators compare as they are called", operators_compare_as_they_are_called },
	{ "nothing is converted for a comparison", nothing_is_converted },
	{ "an absent claim may still come", an_absent_claim_may_still_come },
	{ "a JSON pointer reaches inside a claim", a_pointer_reaches_inside },
	{ "a claim is what one issuer says", a_claim_is_of_one_issuer },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo when_claim_suite = { "policy/when_claim", NULL, NULL, NULL, NULL, tests };
