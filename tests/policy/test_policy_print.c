/* SPDX-License-Identifier: Apache-2.0 */
/* Printing a parsed policy as its document. */
#include <string.h>

#include "tests/policy/policy_fixture.h"
#include "tests/run.h"

/* Every kind and every member once, in the canonical order. */
static const char everything[] =
	"{'rules':["
	"{'id':'a','effect':'permit','scopes':['view','https://x/p','a b'],'from':1,'until':2,"
	"'when':{'all':[{'anyone':true},{'account':'bob'},{'account':'01hf3x7s5m0000000000000000','login':'bob'},{'email':'bob@example.net'},"
	"{'client':'c'},{'group':'g'}]}},"
	"{'id':'b','effect':'deny','scopes':'all','when':{'any':["
	"{'claim':{'issuer':'i','name':'n','op':'eq','value':'v'}},"
	"{'claim':{'issuer':'i','name':'/n/0','op':'in','value':['v',-1,true,false]}},"
	"{'claim':{'issuer':'i','name':'n','op':'exists'}},"
	"{'claim':{'issuer':'i','name':'email','op':'eq','value':'Bob@a.example'}},"
	"{'claim':{'issuer':'i','name':'/email','op':'exists','verified':false}},"
	"{'not':{'authentication':{'acr':['x','y'],'max_age':60}}},"
	"{'authentication':{'max_age':60}},{'authentication':{'acr':['x']}}]}},"
	"{'id':'c','effect':'ask','scopes':['all'],'until':253402300799,'when':{'anyone':true}}]}";

static void
a_printed_policy_is_the_document_that_was_parsed(void)
{
	struct policy p = policy_of(everything);
	char *wanted = arena_strdup(policy_fixture_arena(), everything);

	for (char *c = wanted; *c != '\0'; c++) {
		if (*c == '\'')
			*c = '"';
	}
	CU_ASSERT_STRING_EQUAL(print_of(&p), wanted);
	policy_fixture_teardown();
}

/* Left: RFC 8259, 6; right: without exponent. */
static void
a_number_prints_without_exponent(void)
{
	static const char *const rows[][2] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "0.0e9", "0" },
		{ "30", "30" },
		{ "30.0", "30" },
		{ "3e1", "30" },
		{ "300e-1", "30" },
		{ "-16.50", "-16.5" },
		{ "0.5", "0.5" },
		{ "5E-1", "0.5" },
		{ "0.001", "0.001" },
		{ "1e-15", "0.000000000000001" },
		{ "1e+15", "1000000000000000" },
		{ "9007199254740991", "9007199254740991" },
		{ "-9007199254740991.0", "-9007199254740991" },
		{ "123456789.123456", "123456789.123456" },
		{ "0.123456789012345", "0.123456789012345" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct policy p = policy_of(
			text_fill("{'rules':[{'effect':'deny','scopes':'all','when':"
				  "{'claim':{'issuer':'i','name':'n','op':'eq','value':$}}}]}",
				  rows[i][0]));
		char *printed = arena_printf(policy_fixture_arena(), "\"value\":%s}", rows[i][1]);

		CHECK_ROW(strstr(print_of(&p), printed) != NULL, rows[i][0]);
	}
	policy_fixture_teardown();
}

static void
a_policy_without_rules_can_be_printed(void)
{
	struct policy p = policy_of("{'rules':[]}");

	CU_ASSERT_PTR_NULL(p.rules);
	CU_ASSERT_STRING_EQUAL(print_of(&p), "{\"rules\":[]}");
	policy_fixture_teardown();
}

static void
a_repeated_scope_is_printed_once(void)
{
	struct policy p = policy_of("{'rules':[{'effect':'deny','scopes':['b','a','b'],"
				    "'when':{'anyone':true}}]}");

	CU_ASSERT_PTR_NOT_NULL(strstr(print_of(&p), "\"scopes\":[\"b\",\"a\"],"));
	policy_fixture_teardown();
}

static void
verdicts_and_effects_have_names(void)
{
	CU_ASSERT_STRING_EQUAL(effect_name(EFFECT_PERMIT), "permit");
	CU_ASSERT_STRING_EQUAL(effect_name(EFFECT_DENY), "deny");
	CU_ASSERT_STRING_EQUAL(effect_name(EFFECT_ASK), "ask");
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_DENY), "deny");
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_PERMIT), "permit");
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_ASK), "ask");
	CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_NEED_CLAIMS), "need_claims");
}

static CU_TestInfo tests[] = {
	{ "a printed policy is the document that was parsed",
	  a_printed_policy_is_the_document_that_was_parsed },
	{ "a number prints without exponent", a_number_prints_without_exponent },
	{ "a policy without rules can be printed", a_policy_without_rules_can_be_printed },
	{ "a repeated scope is printed once", a_repeated_scope_is_printed_once },
	{ "verdicts and effects have names", verdicts_and_effects_have_names },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo policy_print_suite = { "policy/policy_print", NULL, NULL, NULL, NULL, tests };
