/* SPDX-License-Identifier: Apache-2.0 */
/* Rejected policies and their error messages; the corpus has accepted ones too. */
#include <string.h>

#include "base/json.h"
#include "tests/policy/policy_fixture.h"
#include "tests/run.h"

#define RULE(members)	"{'rules':[{" members "}]}"
#define PERMIT(members) RULE("'effect':'permit','scopes':'all'," members)
#define WHEN(condition) PERMIT("'when':" condition)
#define EMAIL(members)	WHEN("{'claim':{'issuer':'https://i','name':'email'," members "}}")
#define CLAIM(members)	WHEN("{'claim':{'issuer':'https://i','name':'n'," members "}}")
#define ANYONE		"'when':{'anyone':true}"

static const struct refusal {
	const char *policy, *why;
} refusals[] = {
	{ "[]", "the policy must be an object" },
	{ "{}", "rules is missing" },
	{ "{'rules':null}", "rules must be a list" },
	{ "{'rules':{}}", "rules must be a list" },
	{ "{'rules':[],'rule':[]}", "rule is an unknown member" },
	{ "{'rules':[],'a b':1}", "the policy has an unknown member" },
	{ "{'rules':[7]}", "rules[0] must be an object" },
	{ RULE("'effect':'permit','scopes':'all'"), "rules[0].when is missing" },
	{ RULE("'scopes':'all'," ANYONE), "rules[0].effect is missing" },
	{ RULE("'effect':'permit'," ANYONE), "rules[0].scopes is missing" },
	{ PERMIT("'unless':1," ANYONE), "rules[0].unless is an unknown member" },
	{ RULE("'effect':'allow','scopes':'all'," ANYONE),
	  "rules[0].effect must be permit, deny or ask" },
	{ RULE("'effect':true,'scopes':'all'," ANYONE), "rules[0].effect must be text" },
	{ RULE("'effect':'permit','scopes':'view'," ANYONE),
	  "rules[0].scopes must be a list of scopes, or \"all\"" },
	{ RULE("'effect':'permit','scopes':[]," ANYONE), "rules[0].scopes must not be empty" },
	{ RULE("'effect':'permit','scopes':['a','']," ANYONE),
	  "rules[0].scopes[1] must not be empty" },
	{ RULE("'effect':'permit','scopes':['a\\u0007']," ANYONE),
	  "rules[0].scopes[0] must not have control characters" },
	{ RULE("'effect':'permit','scopes':['\\u0085']," ANYONE),
	  "rules[0].scopes[0] must not have control characters" },
	{ PERMIT("'id':''," ANYONE), "rules[0].id must not be empty" },
	{ PERMIT("'id':'a b'," ANYONE),
	  "rules[0].id must consist of letters, digits, '_' and '-'" },
	{ PERMIT("'from':0," ANYONE), "rules[0].from must be from 1 to 253402300799" },
	{ PERMIT("'until':253402300800," ANYONE), "rules[0].until must be from 1 to 253402300799" },
	{ PERMIT("'until':18446744073709551615," ANYONE),
	  "rules[0].until must be from 1 to 253402300799" },
	{ PERMIT("'from':'5'," ANYONE), "rules[0].from must be an integer" },
	{ PERMIT("'from':5.0," ANYONE), "rules[0].from must be an integer" },
	{ PERMIT("'from':null," ANYONE), "rules[0].from must be an integer" },
	{ PERMIT("'from':5,'until':5," ANYONE), "rules[0].until must be later than from" },
	{ "{'rules':[{'id':'x','effect':'deny','scopes':'all'," ANYONE "},"
	  "{'id':'x','effect':'permit','scopes':'all'," ANYONE "}]}",
	  "rules[1].id must be unique; another rule has the same id" },
	{ WHEN("{}"), "rules[0].when must have exactly one member" },
	{ WHEN("{'anyone':true,'email':'bob@example.net'}"),
	  "rules[0].when must have exactly one member" },
	{ WHEN("[]"), "rules[0].when must be an object" },
	{ WHEN("{'emial':'bob@example.net'}"), "rules[0].when.emial is an unknown member" },
	{ WHEN("{'anyone':false}"), "rules[0].when.anyone must be true" },
	{ WHEN("{'anyone':1}"), "rules[0].when.anyone must be true" },
	{ WHEN("{'account':7}"), "rules[0].when.account must be text" },
	{ WHEN("{'account':'bob','login':7}"), "rules[0].when.login must be text" },
	{ WHEN("{'account':'bob','email':'a@b'}"), "rules[0].when must have exactly one member" },
	{ WHEN("{'login':'bob'}"), "rules[0].when.login is an unknown member" },
	{ WHEN("{'email':'a@b','login':'bob'}"), "rules[0].when.login is an unknown member" },
	{ WHEN("{'client':''}"), "rules[0].when.client must not be empty" },
	{ WHEN("{'group':['a']}"), "rules[0].when.group must be text" },
	{ WHEN("{'email':true}"), "rules[0].when.email must be text" },
	{ WHEN("{'email':'bob'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'@example.net'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@a@b'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob x@b'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'mailto:bob@example.net'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'*@example.net'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@*.example.net'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@example.net.'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'<bob@example.net>'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@exa_mple.net'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@[192.0.2.1]'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@-a.example'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'email':'bob@a..example'}"),
	  "rules[0].when.email must be an e-mail address such as bob@example.net" },
	{ WHEN("{'authentication':{}}"), "rules[0].when.authentication must have acr or max_age" },
	{ WHEN("{'authentication':{'acr':[]}}"),
	  "rules[0].when.authentication.acr must not be empty" },
	{ WHEN("{'authentication':{'acr':'mfa'}}"),
	  "rules[0].when.authentication.acr must be a list" },
	{ WHEN("{'authentication':{'max_age':0}}"),
	  "rules[0].when.authentication.max_age must be from 1 to 31536000" },
	{ WHEN("{'authentication':{'max_age':5,'amr':'x'}}"),
	  "rules[0].when.authentication.amr is an unknown member" },
	{ WHEN("{'all':[]}"), "rules[0].when.all must not be empty" },
	{ WHEN("{'any':[]}"), "rules[0].when.any must not be empty" },
	{ WHEN("{'all':{}}"), "rules[0].when.all must be a list" },
	{ WHEN("{'not':[]}"), "rules[0].when.not must be an object" },
	{ WHEN("{'not':{}}"), "rules[0].when.not must have exactly one member" },
	{ WHEN("{'any':[{'anyone':true},{'all':[{'email':1}]}]}"),
	  "rules[0].when.any[1].all[0].email must be text" },
	{ WHEN("{'claim':{'name':'n','op':'exists'}}"), "rules[0].when.claim.issuer is missing" },
	{ WHEN("{'claim':{'issuer':'https://i','op':'exists'}}"),
	  "rules[0].when.claim.name is missing" },
	{ WHEN("{'claim':{'issuer':'https://i','name':'/a~2','op':'exists'}}"),
	  "rules[0].when.claim.name must be a JSON pointer (RFC 6901)" },
	{ WHEN("{'claim':{'issuer':'https://i','name':'/a~','op':'exists'}}"),
	  "rules[0].when.claim.name must be a JSON pointer (RFC 6901)" },
	{ WHEN("{'claim':{'issuer':'https://i','name':'n'}}"),
	  "rules[0].when.claim.op is missing" },
	{ CLAIM("'op':'like','value':'x'"), "rules[0].when.claim.op must be eq, in, prefix, "
					    "suffix, ge, le, contains or exists" },
	{ CLAIM("'op':'eq'"), "rules[0].when.claim.value is missing" },
	{ CLAIM("'op':'exists','value':true"),
	  "rules[0].when.claim.value must be absent if op is exists" },
	{ CLAIM("'op':'eq','value':null"),
	  "rules[0].when.claim.value must be text, a number, true or false" },
	{ CLAIM("'op':'eq','value':0.1234567890123456"),
	  "rules[0].when.claim.value must have at most 15 digits and 15 decimal places" },
	{ CLAIM("'op':'eq','value':1.234567890123456"),
	  "rules[0].when.claim.value must have at most 15 digits and 15 decimal places" },
	{ CLAIM("'op':'eq','value':1e-16"),
	  "rules[0].when.claim.value must have at most 15 digits and 15 decimal places" },
	{ CLAIM("'op':'le','value':1e400"),
	  "rules[0].when.claim.value must be from -9007199254740991 to 9007199254740991" },
	{ CLAIM("'op':'ge','value':-9007199254740991.5"),
	  "rules[0].when.claim.value must be from -9007199254740991 to 9007199254740991" },
	{ CLAIM("'op':'eq','value':'x\xe2\x80\x8dy'"), "rules[0].when.claim.value has characters "
						       "that cannot be compared (RFC 8265, 4.2)" },
	{ CLAIM("'op':'exists','verified':false"),
	  "rules[0].when.claim.verified is allowed only for email and phone_number" },
	{ EMAIL("'op':'exists','verified':1"),
	  "rules[0].when.claim.verified must be true or false" },
	{ EMAIL("'op':'eq','value':'mailto:bob@example.net'"),
	  "rules[0].when.claim.value must be an e-mail address" },
	{ EMAIL("'op':'in','value':['a@b','*@b']"),
	  "rules[0].when.claim.value[1] must be an e-mail address" },
	{ EMAIL("'op':'suffix','value':'@*.example.net'"),
	  "rules[0].when.claim.value cannot be the suffix of such an address" },
	{ EMAIL("'op':'prefix','value':'a b'"),
	  "rules[0].when.claim.value cannot be the prefix of such an address" },
	{ WHEN("{'claim':{'issuer':'i','name':'/phone_number','op':'eq','value':'030 1234'}}"),
	  "rules[0].when.claim.value must be a telephone number with + and the country code" },
	{ CLAIM("'op':'eq','value':['a']"),
	  "rules[0].when.claim.value must be text, a number, true or false" },
	{ CLAIM("'op':'eq','value':9007199254740992"),
	  "rules[0].when.claim.value must be from -9007199254740991 to 9007199254740991" },
	{ CLAIM("'op':'prefix','value':''"), "rules[0].when.claim.value must not be empty" },
	{ CLAIM("'op':'prefix','value':5"), "rules[0].when.claim.value must be text" },
	{ CLAIM("'op':'ge','value':'5'"), "rules[0].when.claim.value must be a number" },
	{ CLAIM("'op':'in','value':'a'"), "rules[0].when.claim.value must be a list" },
	{ CLAIM("'op':'in','value':[]"), "rules[0].when.claim.value must not be empty" },
	{ CLAIM("'op':'in','value':['a',{}]"),
	  "rules[0].when.claim.value[1] must be text, a number, true or false" },
	{ CLAIM("'op':'eq','value':'a','case':false"),
	  "rules[0].when.claim.case is an unknown member" },
};

static void
each_error_names_its_position(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const char *why = parse_error_of(refusals[i].policy);

		CHECK_ROW(strcmp(why, refusals[i].why) == 0,
			  arena_printf(policy_fixture_arena(), "%s: %s", refusals[i].policy, why));
	}
	policy_fixture_teardown();
}

/* `n` copies of `item`, separated by commas. */
static const char *
policy_repeat(const char *item, size_t n)
{
	struct buf b = { .arena = policy_fixture_arena() };

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? "," : "", item);
	return b.data;
}

static const char *
policy_letters(size_t n)
{
	char *text = arena_alloc(policy_fixture_arena(), n + 1);

	memset(text, 'x', n);
	return text;
}

static bool
policy_parse_accepts(const char *before, const char *middle, const char *after)
{
	const char *why = parse_error_of(
		arena_printf(policy_fixture_arena(), "%s%s%s", before, middle, after));

	return *why == '\0';
}

static void
the_numbers_of_rules_and_scopes_are_limited(void)
{
	static const char rule[] = "{'effect':'deny','scopes':'all','when':{'anyone':true}}";
	static const char texts[] = "{'rules':[{'effect':'deny','scopes':[";

	CU_ASSERT(policy_parse_accepts("{'rules':[", policy_repeat(rule, 64), "]}"));
	CU_ASSERT_FALSE(policy_parse_accepts("{'rules':[", policy_repeat(rule, 65), "]}"));
	CU_ASSERT(policy_parse_accepts(texts, policy_repeat("'a'", 32),
				       "],'when':{'anyone':true}}]}"));
	CU_ASSERT_FALSE(policy_parse_accepts(texts, policy_repeat("'a'", 33),
					     "],'when':{'anyone':true}}]}"));
	policy_fixture_teardown();
}

static void
the_lengths_of_lists_in_conditions_are_limited(void)
{
	static const char deny[] = "{'rules':[{'effect':'deny','scopes':'all','when':";
	static const struct {
		const char *before, *item, *after;
	} lists[] = {
		{ "{'any':[", "{'anyone':true}", "]}" },
		{ "{'all':[", "{'anyone':true}", "]}" },
		{ "{'authentication':{'acr':[", "'a'", "]}}" },
		{ "{'claim':{'issuer':'i','name':'n','op':'in','value':[", "1", "]}}" },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t n = 32; n <= 33; n++) {
			const char *when =
				arena_printf(policy_fixture_arena(), "%s%s%s", lists[i].before,
					     policy_repeat(lists[i].item, n), lists[i].after);

			CHECK_ROW(policy_parse_accepts(deny, when, "}]}") == (n == 32),
				  lists[i].before);
		}
	}
	policy_fixture_teardown();
}

/* With two dots and the @ these leave 62 of the 254 bytes of an address. */
#define LETTERS_63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
the_lengths_of_strings_are_limited(void)
{
	static const struct {
		const char *before, *after;
		size_t max;
	} texts[] = {
		{ RULE("'effect':'permit','scopes':['"), "']," ANYONE "}]}", 256 },
		{ PERMIT("'id':'"), "'," ANYONE "}]}", 64 },
		{ WHEN("{'account':'"), "'}}]}", 512 },
		{ WHEN("{'client':'"), "'}}]}", 512 },
		{ WHEN("{'group':'"), "'}}]}", 512 },
		{ WHEN("{'email':'a@"), "'}}]}", 63 },
		{ WHEN("{'email':'"), "@a'}}]}", 64 },
		{ WHEN("{'email':'" LETTERS_63 "@" LETTERS_63 "." LETTERS_63 "."), "'}}]}", 62 },
		{ WHEN("{'claim':{'op':'exists','name':'n','issuer':'"), "'}}}]}", 512 },
		{ WHEN("{'claim':{'op':'exists','issuer':'i','name':'"), "'}}}]}", 512 },
		{ WHEN("{'claim':{'op':'eq','issuer':'i','name':'n','value':'"), "'}}}]}", 512 },
		{ WHEN("{'authentication':{'acr':['"), "']}}}]}", 512 },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		/* The macros close the document; the tested text is inserted before. */
		const char *before = arena_strndup(policy_fixture_arena(), texts[i].before,
						   strlen(texts[i].before) - strlen("}]}"));

		CHECK_ROW(policy_parse_accepts(before, policy_letters(texts[i].max),
					       texts[i].after),
			  before);
		CHECK_ROW(!policy_parse_accepts(before, policy_letters(texts[i].max + 1),
						texts[i].after),
			  before);
	}
	policy_fixture_teardown();
}

static void
conditions_nest_at_most_four_deep(void)
{
	CU_ASSERT_STRING_EQUAL(
		parse_error_of(WHEN("{'all':[{'any':[{'not':{'all':[{'anyone':true}]}}]}]}")), "");
	CU_ASSERT_STRING_EQUAL(
		parse_error_of(
			WHEN("{'all':[{'any':[{'not':{'all':[{'not':{'anyone':true}}]}}]}]}")),
		"rules[0].when.all[0].any[0].not.all[0].not must not be nested deeper than 4 conditions");
	CU_ASSERT_STRING_EQUAL(
		parse_error_of(WHEN("{'not':{'not':{'not':{'not':{'any':[{'anyone':true}]}}}}}")),
		"rules[0].when.not.not.not.not.any must not be nested deeper than 4 conditions");
	policy_fixture_teardown();
}

static void
a_rule_without_an_id_gets_an_unused_id(void)
{
	struct policy p = policy_of("{'rules':[{'effect':'deny','scopes':'all'," ANYONE "},"
				    "{'id':'r2','effect':'deny','scopes':'all'," ANYONE "},"
				    "{'effect':'deny','scopes':'all'," ANYONE "},"
				    "{'id':'r1','effect':'deny','scopes':'all'," ANYONE "}]}");

	CU_ASSERT_STRING_EQUAL(p.rules->id, "r3");
	CU_ASSERT_STRING_EQUAL(p.rules->next->id, "r2");
	CU_ASSERT_STRING_EQUAL(p.rules->next->next->id, "r4");
	CU_ASSERT_STRING_EQUAL(p.rules->next->next->next->id, "r1");
	policy_fixture_teardown();
}

static const char *
policy_fingerprint_of(const char *text)
{
	return rule_fingerprint(policy_fixture_arena(), policy_of(text).rules);
}

/* Expected values: Python's hashlib over the condition's text and the effect. */
static void
the_fingerprint_covers_only_condition_and_effect(void)
{
	const char *anyone = policy_fingerprint_of(PERMIT(ANYONE));

	CU_ASSERT_STRING_EQUAL(anyone, "72cc60d3639aa190");
	CU_ASSERT_STRING_EQUAL(policy_fingerprint_of(WHEN("{'email':'bob@example.net'}")),
			       "171eda231152df4a");
	CU_ASSERT_STRING_EQUAL(policy_fingerprint_of(
				       RULE("'effect':'deny','scopes':'all'," ANYONE)),
			       "1f4ad91af5d755f4");
	CU_ASSERT_STRING_EQUAL(anyone, policy_fingerprint_of(
					       PERMIT("'id':'x','from':7,'until':8," ANYONE)));
	CU_ASSERT_STRING_EQUAL(anyone, policy_fingerprint_of(
					       RULE("'effect':'permit','scopes':['a']," ANYONE)));
	policy_fixture_teardown();
}

static void
the_fingerprint_does_not_depend_on_the_spelling_of_the_document(void)
{
	CU_ASSERT_STRING_EQUAL(
		policy_fingerprint_of(WHEN("{'claim':{'op':'eq','value':'a/b','name':'n',"
					   "'issuer':'https://i'}}")),
		policy_fingerprint_of(WHEN("{'claim':{'issuer':'https:\\/\\/i','name':'\\u006e',"
					   " 'value':'a\\/b', 'op':'eq'}}")));
	CU_ASSERT_STRING_NOT_EQUAL(policy_fingerprint_of(CLAIM("'op':'eq','value':'5'")),
				   policy_fingerprint_of(CLAIM("'op':'eq','value':5")));
	policy_fixture_teardown();
}

static void
a_policy_outlives_its_json_document(void)
{
	static const char text[] =
		"{\"rules\":[{\"id\":\"x\",\"effect\":\"permit\",\"scopes\":[\"view\"],"
		"\"when\":{\"claim\":{\"issuer\":\"i\",\"name\":\"n\",\"op\":\"in\","
		"\"value\":[\"a\",5,true]}}}]}";
	struct arena *a = arena_new();
	struct policy p;
	const char *why;

	CU_ASSERT_EQUAL_FATAL(policy_parse(policy_fixture_arena(),
					   json_parse(a, bytes_of(text), &why), &p, &why),
			      OK);
	arena_free(a);
	CU_ASSERT_STRING_EQUAL(print_of(&p), text);
	policy_fixture_teardown();
}

/* base/json.c rejects NUL; a document from another source must not pass either. */
static void
a_nul_does_not_end_a_string(void)
{
	struct json_object *doc =
		json_tokener_parse("{\"rules\":[{\"effect\":\"permit\",\"scopes\":\"all\","
				   "\"when\":{\"client\":\"c\\u0000d\"}}]}");
	const char *why = "";
	struct policy p;

	CU_ASSERT_EQUAL(policy_parse(policy_fixture_arena(), doc, &p, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_STRING_EQUAL(why, "rules[0].when.client must not have control characters");
	json_object_put(doc);
	policy_fixture_teardown();
}

static CU_TestInfo tests[] = {
	{ "each error names its position [G-ASM-13 T-U13]", each_error_names_its_position },
	{ "the numbers of rules and scopes are limited",
	  the_numbers_of_rules_and_scopes_are_limited },
	{ "the lengths of lists in conditions are limited",
	  the_lengths_of_lists_in_conditions_are_limited },
	{ "the lengths of strings are limited", the_lengths_of_strings_are_limited },
	{ "a NUL does not end a string", a_nul_does_not_end_a_string },
	{ "conditions nest at most four deep", conditions_nest_at_most_four_deep },
	{ "a rule without an id gets an unused id", a_rule_without_an_id_gets_an_unused_id },
	{ "the fingerprint covers only condition and effect",
	  the_fingerprint_covers_only_condition_and_effect },
	{ "the fingerprint does not depend on the spelling of the document",
	  the_fingerprint_does_not_depend_on_the_spelling_of_the_document },
	{ "a policy outlives its JSON document", a_policy_outlives_its_json_document },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo policy_parse_suite = { "policy/policy_parse", NULL, NULL, NULL, NULL, tests };
