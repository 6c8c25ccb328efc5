/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions of rules for owners, and untrusted names in them. */
#include <string.h>

#include "policy/describe.h"
#include "tests/policy/policy_fixture.h"
#include "tests/run.h"

#define RULE(effect, scopes, rest)                                                                 \
	"{'rules':[{'effect':'" effect "','scopes':" scopes "," rest "}]}"
#define VIEW(when) RULE("permit", "['view']", "'when':" when)

/* Dates as printed by `date -u -d @N`. */
static const struct {
	const char *policy, *sentence;
} sentences[] = {
	{ VIEW("{'anyone':true}"), "Anyone may view" },
	{ RULE("permit", "['view','print']",
	       "'until':1809129600,'when':{'email':'bob@example.net'}"),
	  "bob@example.net may view and print until 1 May 2027" },
	{ RULE("permit", "'all'", "'when':{'group':'family'}"),
	  "Members of family may do everything" },
	{ RULE("ask", "['view']", "'when':{'client':'X'}"),
	  "You are asked when someone of client X wants to view" },
	{ RULE("ask", "'all'", "'when':{'group':'family'}"),
	  "You are asked when a member of family wants to do anything" },
	{ RULE("deny", "['view','print','edit']", "'when':{'account':'bob'}"),
	  "Refused when user bob wants to view, print or edit" },
	{ RULE("deny", "['view','print','edit']",
	       "'when':{'account':'01hf3x7s5m0000000000000000','login':'bob'}"),
	  "Refused when user bob wants to view, print or edit" },
	{ RULE("permit", "['view','print','edit']", "'when':{'account':'bob'}"),
	  "User bob may view, print and edit" },
	{ RULE("deny", "'all'", "'when':{'anyone':true}"), "Nobody may do anything" },
	{ RULE("deny", "['view','print']", "'until':1809129600,'when':{'anyone':true}"),
	  "Nobody may view or print until 1 May 2027" },
	{ VIEW("{'client':'X'}"), "Anyone of client X may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'role','op':'eq','value':'editor'}}"),
	  "Anyone with role = editor according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'role','op':'in','value':['a',5,true]}}"),
	  "Anyone with role = a, 5 or true according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'role','op':'prefix','value':'ed'}}"),
	  "Anyone with role beginning with ed according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'role','op':'suffix','value':'or'}}"),
	  "Anyone with role ending with or according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'age','op':'ge','value':18}}"),
	  "Anyone with age of at least 18 according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'age','op':'le','value':18}}"),
	  "Anyone with age of at most 18 according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'groups','op':'contains','value':'a'}}"),
	  "Anyone with groups with a according to https://idp may view" },
	{ VIEW("{'claim':{'issuer':'https://idp','name':'role','op':'exists'}}"),
	  "Anyone with role of any value according to https://idp may view" },
	{ VIEW("{'authentication':{'max_age':300}}"),
	  "Anyone who signed in within the last 5 minutes may view" },
	{ VIEW("{'authentication':{'acr':['mfa','pin'],'max_age':3600}}"),
	  "Anyone who signed in within the last 1 hour by mfa or pin may view" },
	{ VIEW("{'authentication':{'acr':['mfa']}}"), "Anyone who signed in by mfa may view" },
	{ RULE("permit", "['view']", "'from':1809129600,'when':{'anyone':true}"),
	  "Anyone may view from 1 May 2027" },
	{ RULE("permit", "['view']", "'from':951782400,'until':1809181800,'when':{'anyone':true}"),
	  "Anyone may view from 29 February 2000 until 1 May 2027 14:30 UTC" },
	{ RULE("permit", "['view']", "'from':1,'until':253402300799,'when':{'anyone':true}"),
	  "Anyone may view from 1 January 1970 00:00:01 UTC until 31 December 9999 23:59:59 UTC" },
};

/* Each description has one meaning: brackets where the words could be grouped in two ways. */
static const struct {
	const char *policy, *sentence;
} combined[] = {
	{ VIEW("{'any':[{'account':'bob'},{'group':'family'}]}"),
	  "User bob or members of family may view" },
	{ VIEW("{'all':[{'email':'b@c'},{'client':'X'},{'authentication':{'max_age':1}}]}"),
	  "Anyone who is b@c and comes with client X and signed in within the last 1 second "
	  "may view" },
	{ VIEW("{'not':{'account':'bob'}}"), "Anyone except user bob may view" },
	{ VIEW("{'not':{'any':[{'account':'bob'},{'group':'family'}]}}"),
	  "Anyone except (user bob or a member of family) may view" },
	{ VIEW("{'any':[{'not':{'account':'bob'}},{'group':'family'}]}"),
	  "(anyone except user bob) or members of family may view" },
	{ VIEW("{'all':[{'any':[{'account':'bob'},{'account':'al'}]},{'not':{'client':'X'}}]}"),
	  "Anyone who (is user bob or is user al) and (is anyone except someone of client X) "
	  "may view" },
	{ VIEW("{'all':[{'anyone':true},{'group':'g'},"
	       "{'claim':{'issuer':'i','name':'n','op':'eq','value':false}}]}"),
	  "Anyone who is anyone and is a member of g and has n = false according to i "
	  "may view" },
	{ VIEW("{'not':{'claim':{'issuer':'i','name':'n','op':'eq','value':-1}}}"),
	  "Anyone except anyone with n = -1 according to i may view" },
};

static void
a_rule_is_described_by_a_sentence(void)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const char *described = sentence_of(sentences[i].policy);

		CHECK_ROW(strcmp(described, sentences[i].sentence) == 0, described);
	}
	policy_fixture_teardown();
}

static void
a_sentence_has_one_meaning(void)
{
	for (size_t i = 0; i < sizeof(combined) / sizeof(combined[0]); i++) {
		const char *described = sentence_of(combined[i].policy);

		CHECK_ROW(strcmp(described, combined[i].sentence) == 0, described);
	}
	policy_fixture_teardown();
}

static const char *
describe_long_name(const char *raw)
{
	struct buf b = { .arena = policy_fixture_arena() };

	buf_text(&b, "");
	describe_name(&b, raw);
	return b.data;
}

static void
control_characters_in_names_are_neutralised(void)
{
	static const struct {
		const char *raw, *described;
	} names[] = {
		{ "view", "view" },
		{ "https://x.example/a?b=c#d", "https://x.example/a?b=c#d" },
		{ "bob@example.net", "bob@example.net" },
		{ "Größe", "Größe" },
		{ "写真", "写真" },
		{ "\U0001f4f7", "\U0001f4f7" },
		{ "view until 1 May 2027", "“view until 1 May 2027”" },
		{ "view, print", "“view, print”" },
		{ "x) or (y", "“x) or (y”" },
		{ "a\u00a0b", "“a\u00a0b”" },
		{ "a\u3000b", "“a\u3000b”" },
		{ "\"", "“”" },
		{ "a” may “b", "“a may b”" },
		{ "", "“”" },
		{ "evil\u202egnp", "“evilgnp”" },
		{ "\u2066a\u2069", "“a”" },
		{ "a\u200bb\u200fc\ufeff", "“abc”" },
		{ "a\u061c\u00ad", "“a”" },
		{ "a\nb\tc\x7f\x1b[31m", "“abc[31m”" },
		{ "a\xc2\x85"
		  "b\xc2\x9f",
		  "“ab”" },
		{ "\u202e", "“”" },
		{ "a\U000e0041b", "“ab”" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK_ROW(strcmp(describe_long_name(names[i].raw), names[i].described) == 0,
			  describe_long_name(names[i].raw));
	policy_fixture_teardown();
}

static void
long_names_are_truncated(void)
{
	struct buf raw = { .arena = policy_fixture_arena() },
		   cut = { .arena = policy_fixture_arena() };

	for (int i = 0; i < 100; i++)
		buf_text(&raw, "ü");
	CU_ASSERT_STRING_EQUAL(describe_long_name(raw.data), raw.data);
	buf_printf(&cut, "%s…", raw.data);
	buf_text(&raw, "ü");
	CU_ASSERT_STRING_EQUAL(describe_long_name(raw.data), cut.data);
	policy_fixture_teardown();
}

static void
malformed_utf_8_is_harmless(void)
{
	static const char *const broken[] = { "\xff", "\xf0\x9f", "a\xe2\x80",
					      "\x80", "\xc3",	  "\xf8\x80" };

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		size_t size = strlen(broken[i]) + 1;
		const char *exact = arena_copy(policy_fixture_arena(), broken[i], size);

		CU_ASSERT(strlen(describe_long_name(exact)) <= size + strlen("“”"));
	}
	policy_fixture_teardown();
}

static void
a_name_cannot_imitate_the_words_of_a_sentence(void)
{
	CU_ASSERT_STRING_EQUAL(sentence_of(RULE("permit", "['view','edit \\u202egnihtyreve']",
						"'when':{'group':'family\\u2066, anyone'}")),
			       "Members of “family, anyone” may view and “edit gnihtyreve”");
	CU_ASSERT_STRING_EQUAL(sentence_of(VIEW("{'account':'anyone'}")), "User anyone may view");
	CU_ASSERT_STRING_EQUAL(sentence_of(VIEW("{'client':'X may view. Nobody'}")),
			       "Anyone of client “X may view. Nobody” may view");
	policy_fixture_teardown();
}

static CU_TestInfo tests[] = { { "a rule is described by a sentence",
				 a_rule_is_described_by_a_sentence },
			       { "a sentence has one meaning", a_sentence_has_one_meaning },
			       { "control characters in names are neutralised [T-U17]",
				 control_characters_in_names_are_neutralised },
			       { "long names are truncated [T-U17]", long_names_are_truncated },
			       { "malformed UTF-8 is harmless", malformed_utf_8_is_harmless },
			       { "a name cannot imitate the words of a sentence [T-U17]",
				 a_name_cannot_imitate_the_words_of_a_sentence },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo describe_suite = { "policy/describe", NULL, NULL, NULL, NULL, tests };
