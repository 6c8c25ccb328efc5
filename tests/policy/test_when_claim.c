/* SPDX-License-Identifier: Apache-2.0 */
/* Claim conditions: every operator and type, absent claims, pointers, issuers. */
#include "tests/policy/policy_fixture.h"
#include "tests/run.h"
#include "base/text.h"

#define NO	TRUTH_NO
#define YES	TRUTH_YES
#define UNKNOWN TRUTH_UNKNOWN

static const char claims[] =
	"{'role':'editor','age':30,'zero':0,'minus':-7,'staff':true,'ex':false,'nothing':null,"
	"'huge':18446744073709551615,'half':30.5,'even':30.0,'empty':'','number':'30',"
	"'beyond':99999999999999999999999,'below':-99999999999999999999999,'power':3e1,"
	"'exact':30.000000000000000000001,'vast':1e400,'tiny':1e-400,'endless':1e99999999999999999999999999,'nothingness':1e-99999999999999999999,"
	"'nought':-0.0,"
	"'digits':16.00000000000000000000000000000000000000000000000000000000000000001,"
	"'yes':'yes','teams':['a','b'],'joined':'a b,c','word':'ab ba',"
	"'lone':['a b,c'],'printed':'[a, b]','quoted':'[\\'a\\',\\'b\\']','lines':'a\\nb',"
	"'deep':[['a','b']],'void':[null],'sixteen':[16],'ages':[16,20],"
	"'flags':[true,false],'truth':[true],'nested':[['a']],'composed':'caf\xc3\xa9',"
	"'decomposed':'cafe\xcc\x81','kelvin':'\xe2\x84\xaa"
	"arl',"
	"'unspeakable':'x\xe2\x80\x8dy',"
	"'groups':['a','b',7,true,null,['c']],'none':[],"
	"'home':{'city':'Bonn','a/b':1,'t~t':2,'':3,'list':[{'x':'deep'}]},"
	"'/role':'slash','a/b':'plain','Role':'upper'}";

static enum truth
when_claim_test_text(const char *name, const char *op, const char *value)
{
	struct facts f = facts_of(claims);
	char *when = arena_printf(policy_fixture_arena(),
				  "{'claim':{'issuer':'https://idp.example',"
				  "'name':'%s','op':'%s'%s%s}}",
				  name, op, *value != '\0' ? ",'value':" : "", value);

	return condition_test(condition_of(when), &f);
}

static const struct row {
	const char *name, *op, *value;
	enum truth truth;
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
	{ "age", "in", "['30',true,29]", UNKNOWN },
	{ "age", "in", "[28,29]", NO },

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
	{ "beyond", "ge", "9007199254740991", YES },
	{ "below", "le", "-9007199254740991", YES },
	{ "half", "eq", "30.5", YES },
	{ "half", "eq", "3.05e1", YES },
	{ "half", "eq", "30", NO },
	{ "half", "ge", "30", YES },
	{ "half", "ge", "31", NO },
	{ "half", "le", "30.4999999999999", NO },
	{ "half", "in", "[30,30.5]", YES },
	{ "even", "eq", "30", YES },
	{ "even", "le", "90", YES },
	{ "even", "ge", "30.1", NO },
	{ "power", "eq", "30", YES },
	{ "exact", "ge", "30", YES },
	{ "exact", "le", "30", NO },
	{ "exact", "eq", "30", NO },
	{ "vast", "ge", "30", YES },
	{ "endless", "ge", "30", YES },
	{ "endless", "eq", "30", NO },
	{ "nothingness", "le", "0", NO },
	{ "nothingness", "le", "30", YES },
	{ "tiny", "le", "0", NO },
	{ "tiny", "ge", "0", YES },
	{ "nought", "eq", "0", YES },
	{ "nought", "ge", "-0.0", YES },

	{ "groups", "contains", "'b'", YES },
	{ "groups", "contains", "7", YES },
	{ "groups", "contains", "true", YES },
	{ "groups", "contains", "'c'", UNKNOWN },
	{ "groups", "contains", "'7'", UNKNOWN },
	{ "groups", "contains", "false", UNKNOWN },
	{ "none", "contains", "'a'", NO },
	{ "teams", "contains", "'b'", YES },
	{ "teams", "contains", "'c'", NO },

	{ "role", "exists", "", YES },
	{ "ex", "exists", "", YES },
	{ "zero", "exists", "", YES },
	{ "none", "exists", "", YES },
	{ "empty", "exists", "", YES },
};

/* Values of different types cannot be compared, even if they look alike (T-U18). */
static const struct row other_types[] = {
	{ "number", "eq", "30", UNKNOWN },    { "age", "eq", "'30'", UNKNOWN },
	{ "staff", "eq", "1", UNKNOWN },      { "staff", "eq", "'true'", UNKNOWN },
	{ "zero", "eq", "false", UNKNOWN },   { "ex", "eq", "0", UNKNOWN },
	{ "yes", "eq", "true", UNKNOWN },     { "home", "eq", "'{ }'", UNKNOWN },
	{ "number", "ge", "1", UNKNOWN },     { "staff", "ge", "1", UNKNOWN },
	{ "empty", "le", "9", UNKNOWN },      { "age", "prefix", "'3'", UNKNOWN },
	{ "home", "suffix", "'}'", UNKNOWN }, { "home", "contains", "'city'", UNKNOWN },
	{ "digits", "le", "17", UNKNOWN },
};

/* A single value is a list of one; one matching element of several is sufficient. */
static const struct row lists[] = {
	{ "groups", "eq", "'a'", YES },
	{ "groups", "in", "['x','b']", YES },
	{ "groups", "prefix", "'['", UNKNOWN },
	{ "teams", "eq", "'b'", YES },
	{ "teams", "eq", "'c'", NO },
	{ "teams", "prefix", "'b'", YES },
	{ "teams", "suffix", "'c'", NO },
	{ "teams", "in", "['c','d']", NO },
	{ "none", "eq", "'a'", UNKNOWN },
	{ "none", "in", "['a']", UNKNOWN },
	{ "none", "le", "17", UNKNOWN },
	{ "role", "contains", "'editor'", YES },
	{ "role", "contains", "'edi'", NO },
	{ "joined", "contains", "'b'", UNKNOWN },
	{ "joined", "contains", "'c'", UNKNOWN },
	{ "joined", "contains", "'d'", NO },
	{ "joined", "contains", "'bb'", NO },
	{ "lone", "contains", "'b'", UNKNOWN },
	{ "lone", "contains", "'d'", NO },
	{ "printed", "contains", "'a'", UNKNOWN },
	{ "printed", "contains", "'b'", UNKNOWN },
	{ "quoted", "contains", "'a'", UNKNOWN },
	{ "quoted", "contains", "'b'", UNKNOWN },
	{ "lines", "contains", "'b'", UNKNOWN },
	{ "deep", "contains", "'a'", UNKNOWN },
	{ "void", "contains", "'a'", UNKNOWN },
	{ "void", "le", "17", UNKNOWN },
	{ "word", "contains", "'b'", NO },
	{ "word", "contains", "'a'", NO },
	{ "sixteen", "le", "17", YES },
	{ "sixteen", "ge", "18", NO },
	{ "ages", "le", "17", UNKNOWN },
	{ "ages", "ge", "18", UNKNOWN },
	{ "ages", "ge", "10", YES },
	{ "ages", "le", "10", NO },
	{ "ages", "eq", "16", YES },
	{ "flags", "eq", "true", UNKNOWN },
	{ "flags", "contains", "true", YES },
	{ "truth", "eq", "true", YES },
	{ "nested", "eq", "'a'", UNKNOWN },
};

/* One text in two spellings (Unicode Standard Annex 15). */
static const struct row spellings[] = {
	{ "composed", "eq", "'caf\xc3\xa9'", YES },
	{ "composed", "eq", "'cafe\xcc\x81'", YES },
	{ "decomposed", "eq", "'caf\xc3\xa9'", YES },
	{ "decomposed", "prefix", "'caf\xc3\xa9'", YES },
	{ "decomposed", "contains", "'caf\xc3\xa9'", YES },
	{ "decomposed", "eq", "'cafe'", NO },
	{ "kelvin", "eq", "'Karl'", YES },
	{ "unspeakable", "eq", "'x'", UNKNOWN },
	{ "unspeakable", "exists", "", YES },
};

static const struct row absences[] = {
	{ "missing", "eq", "'x'", UNKNOWN },	  { "missing", "in", "['x']", UNKNOWN },
	{ "missing", "prefix", "'x'", UNKNOWN },  { "missing", "suffix", "'x'", UNKNOWN },
	{ "missing", "ge", "1", UNKNOWN },	  { "missing", "le", "1", UNKNOWN },
	{ "missing", "contains", "1", UNKNOWN },  { "missing", "exists", "", UNKNOWN },
	{ "nothing", "eq", "'x'", UNKNOWN },	  { "nothing", "exists", "", UNKNOWN },
	{ "/home/street", "eq", "'x'", UNKNOWN }, { "/home/street", "exists", "", UNKNOWN },
	{ "/groups/9", "exists", "", UNKNOWN },
};

/* RFC 6901, 4 and 5. */
static const struct row pointers[] = {
	{ "/home/city", "eq", "'Bonn'", YES },	   { "/home/a~1b", "eq", "1", YES },
	{ "/home/t~0t", "eq", "2", YES },	   { "/home/", "eq", "3", YES },
	{ "/home/list/0/x", "eq", "'deep'", YES }, { "/groups/0", "eq", "'a'", YES },
	{ "/groups/00", "exists", "", UNKNOWN },   { "/groups/-", "exists", "", UNKNOWN },
	{ "/groups/a", "exists", "", UNKNOWN },	   { "/role", "eq", "'editor'", YES },
	{ "/~1role", "eq", "'slash'", YES },	   { "/role/0", "exists", "", UNKNOWN },
	{ "a/b", "eq", "'plain'", YES },	   { "home/city", "exists", "", UNKNOWN },
};

static void
when_claim_check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		CHECK_ROW(when_claim_test_text(r->name, r->op, r->value) == r->truth,
			  arena_printf(policy_fixture_arena(), "%s %s %s", r->name, r->op,
				       r->value));
		policy_fixture_teardown();
	}
}
#define CHECK(rows) when_claim_check(rows, sizeof(rows) / sizeof((rows)[0]))

static void
operators_compare_according_to_their_names(void)
{
	CHECK(operators);
}

static void
values_of_different_types_cannot_be_compared(void)
{
	CHECK(other_types);
}

static void
a_single_value_is_a_list_of_one(void)
{
	CHECK(lists);
}

static void
spellings_of_one_text_are_equal(void)
{
	CHECK(spellings);
}

static void
only_256_elements_are_compared(void)
{
	struct buf b = { .arena = policy_fixture_arena() };
	struct condition *c = condition_of("{'claim':{'issuer':'https://idp.example',"
					   "'name':'l','op':'eq','value':'last'}}");
	struct facts f;

	buf_text(&b, "{'l':['last'");
	for (int i = 1; i < 256; i++)
		buf_text(&b, ",'x'");
	f = facts_of(arena_printf(policy_fixture_arena(), "%s]}", b.data));
	CU_ASSERT_EQUAL(condition_test(c, &f), YES);
	f = facts_of(arena_printf(policy_fixture_arena(), "%s,'x']}", b.data));
	CU_ASSERT_EQUAL(condition_test(c, &f), YES);
	b.data[7] = 'L';
	f = facts_of(arena_printf(policy_fixture_arena(), "%s]}", b.data));
	CU_ASSERT_EQUAL(condition_test(c, &f), NO);
	f = facts_of(arena_printf(policy_fixture_arena(), "%s,'last']}", b.data));
	CU_ASSERT_EQUAL(condition_test(c, &f), UNKNOWN);

	c = condition_of(
		"{'claim':{'issuer':'https://idp.example','name':'l','op':'le','value':1}}");
	b.size = 0;
	buf_text(&b, "{'l':[1");
	for (int i = 1; i < 256; i++)
		buf_text(&b, ",1");
	f = facts_of(arena_printf(policy_fixture_arena(), "%s]}", b.data));
	CU_ASSERT_EQUAL(condition_test(c, &f), YES);
	f = facts_of(arena_printf(policy_fixture_arena(), "%s,2]}", b.data));
	CU_ASSERT_EQUAL(condition_test(c, &f), UNKNOWN);
	policy_fixture_teardown();
}

/* A claim that another issuer verified does not count. */
static void
email_and_email_verified_are_required_of_the_issuer(void)
{
	struct condition *c = condition_of("{'claim':{'issuer':'https://other','name':'email',"
					   "'op':'exists'}}");
	struct facts f = facts_of("{'email':'a@b','email_verified':true}");
	struct required_claims required_claims = { .n = 0 };

	condition_required_claims(c, &f, &required_claims);
	CU_ASSERT_EQUAL_FATAL(required_claims.n, 2);
	CU_ASSERT_STRING_EQUAL(required_claims.list[0].name, "email");
	CU_ASSERT_STRING_EQUAL(required_claims.list[1].name, "email_verified");
	CU_ASSERT_STRING_EQUAL(required_claims.list[1].issuer, "https://other");
	policy_fixture_teardown();
}

struct address_row {
	const char *op, *value, *claim;
	enum truth truth;
};

static const struct address_row emails[] = {
	{ "eq", "'bob@example.net'", "'bob@example.net'", YES },
	{ "eq", "'bob@example.net'", "'Bob@EXAMPLE.net'", YES },
	{ "eq", "'BOB@Example.Net'", "'bob@example.net'", YES },
	{ "eq", "'bob@example.net'", "'eve@example.net'", NO },
	{ "eq", "'bob@example.net'", "'bob@example.net.'", UNKNOWN },
	{ "eq", "'bob@example.net'", "' bob@example.net'", UNKNOWN },
	{ "eq", "'bob@example.net'", "'mailto:bob@example.net'", UNKNOWN },
	{ "eq", "'bob@example.net'", "'Bob <bob@example.net>'", UNKNOWN },
	{ "eq", "'bob@example.net'", "['bob@example.net']", YES },
	{ "eq", "'bob@example.net'", "7", UNKNOWN },
	{ "eq",
	  "'bob@b\xc3\xbc"
	  "cher.example'",
	  "'bob@xn--bcher-kva.example'", YES },
	{ "eq", "'bob@xn--bcher-kva.example'",
	  "'bob@B\xc3\x9c"
	  "CHER.example'",
	  YES },
	{ "eq", "'bob@xn--bcher-kva.example'",
	  "'bob@bu\xcc\x88"
	  "cher.example'",
	  YES },
	{ "eq", "'\xc3\xa9@a.example'", "'\xc3\x89@a.example'", UNKNOWN },
	{ "eq", "'\xc3\xa9@a.example'", "'\xc3\x89@b.example'", NO },
	{ "eq", "'e@a.example'", "'\xc3\xa9@a.example'", NO },
	{ "in", "['a@b.example','c@b.example']", "'C@B.example'", YES },
	{ "contains", "'a@b.example'", "['x@b.example','A@b.example']", YES },
	{ "contains", "'a@b.example'", "'a@b.example,c@b.example'", UNKNOWN },
	{ "suffix", "'@Example.net'", "'bob@EXAMPLE.NET'", YES },
	{ "suffix", "'.example.net'", "'bob@mail.EXAMPLE.NET'", YES },
	{ "suffix",
	  "'@b\xc3\xbc"
	  "cher.example'",
	  "'bob@xn--bcher-kva.example'", YES },
	{ "suffix", "'@example.net'", "'bob@example.net '", UNKNOWN },
	{ "suffix", "'@example.net'", "'bob@example.org'", NO },
	{ "prefix", "'Admin-'", "'aDMIN-bob@example.net'", YES },
	{ "prefix", "'bob@Mail.'", "'Bob@mail.example'", YES },
	{ "prefix", "'\xc3\xa9'", "'\xc3\x89@a.example'", UNKNOWN },
};

static const struct address_row phones[] = {
	{ "eq", "'+49 30 1234'", "'+49301234'", YES },
	{ "eq", "'+49301234'", "'+49 (30) 12-34'", YES },
	{ "eq", "'+49301234'", "'+49301235'", NO },
	{ "eq", "'+49301234'", "'0049301234'", UNKNOWN },
	{ "eq", "'+49301234'", "'+49 (0)30 1234'", UNKNOWN },
	{ "eq", "'+49301234'", "'+49301234;ext=5'", UNKNOWN },
	{ "eq", "'+49301234'", "'tel:+49301234'", UNKNOWN },
	{ "eq", "'+49301234'", "49301234", UNKNOWN },
	{ "eq", "'+123456789012345'", "'+123456789012345'", YES },
	{ "eq", "'+123456789012345'", "'+1234567890123456'", UNKNOWN },
	{ "prefix", "'+49 '", "'+4930'", YES },
	{ "prefix", "'+49'", "'+1 555'", NO },
	{ "suffix", "'12-34'", "'+49301234'", YES },
};

static void
check_addresses(const char *name, const struct address_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct address_row *r = &rows[i];
		struct facts f = facts_of(arena_printf(policy_fixture_arena(),
						       "{'%s':%s,'%s_verified':true}", name,
						       r->claim, name));
		struct condition *c = condition_of(
			arena_printf(policy_fixture_arena(),
				     "{'claim':{'issuer':'https://idp.example','name':'%s',"
				     "'op':'%s','value':%s}}",
				     name, r->op, r->value));

		CHECK_ROW(condition_test(c, &f) == r->truth,
			  arena_printf(policy_fixture_arena(), "%s %s %s", r->op, r->value,
				       r->claim));
		policy_fixture_teardown();
	}
}

static void
equivalent_addresses_are_equal(void)
{
	check_addresses("email", emails, sizeof(emails) / sizeof(emails[0]));
	check_addresses("phone_number", phones, sizeof(phones) / sizeof(phones[0]));
}

/* CVE-2023-3128: an address that the issuer did not verify may be anybody's input. */
static void
an_address_that_is_not_verified_is_unknown(void)
{
	static const char *const twins[] = {
		"",
		",'$_verified':false",
		",'$_verified':'true'",
		",'$_verified':1",
		",'$_verified':null",
		",'$_verified':[true]",
		",'$_verified':{}",
	};
	static const struct {
		const char *name, *pointer, *claim;
	} names[] = {
		{ "email", "email", "'bob@example.net'" },
		{ "email", "/email", "'bob@example.net'" },
		{ "email", "/email/0", "['bob@example.net']" },
		{ "phone_number", "phone_number", "'+49301234'" },
		{ "phone_number", "/phone_number", "'+49301234'" },
	};
	static const char *const ops[] = {
		"'eq','value':$",     "'in','value':[$]",     "'prefix','value':$",
		"'suffix','value':$", "'contains','value':$", "'exists'",
	};

	for (size_t i = 0; i < 5 * 6 * 7; i++) {
		size_t n = i % 5;
		const char *value = n < 3 ? "'bob@example.net'" : "'+49301234'";
		char *when = arena_printf(policy_fixture_arena(),
					  "{'claim':{'issuer':'https://idp.example',"
					  "'name':'%s','op':%s",
					  names[n].pointer, text_fill(ops[i / 5 % 6], value));
		char *claim = arena_printf(policy_fixture_arena(), "{'%s':%s", names[n].name,
					   names[n].claim);
		char *twin = text_fill(twins[i / 30], names[n].name);
		char *flag = text_fill("$_verified", names[n].name);
		struct facts f =
			facts_of(arena_printf(policy_fixture_arena(), "%s%s}", claim, twin));
		struct facts good = facts_of(
			arena_printf(policy_fixture_arena(), "%s,'%s':true}", claim, flag));
		struct condition *c =
			condition_of(arena_printf(policy_fixture_arena(), "%s}}", when));
		struct condition *lax = condition_of(
			arena_printf(policy_fixture_arena(), "%s,'verified':false}}", when));
		struct required_claims required_claims = { .n = 0 };

		CHECK_ROW(condition_test(c, &f) == UNKNOWN, when);
		CHECK_ROW(condition_test(c, &good) == YES, when);
		CHECK_ROW(condition_test(lax, &f) == YES, when);
		condition_required_claims(c, &f, &required_claims);
		CHECK_ROW(required_claims.n == 1 && text_equal(required_claims.list[0].name, flag),
			  when);
		policy_fixture_teardown();
	}
}

/*
 * Every operator with every JSON type. The claim `n` has, in an unusual form, the value that a rule
 * is about. Neither a deny rule before "permit anyone", nor a permit rule with `not`, may let the
 * party pass.
 */
static const struct {
	const char *op, *forms[16];
} strange[] = {
	{ "'eq','value':16",
	  { "16", "16.0", "1.6e1", "160e-1", "'16'", "[16]", "['16']", "[[16]]", "{'v':16}", "true",
	    "[]", "{}", "'sixteen'", "[null]" } },
	{ "'eq','value':'16'", { "'16'", "16", "16.0", "[16]", "['16']", "true", "[]", "{}" } },
	{ "'eq','value':true",
	  { "true", "'true'", "1", "1.0", "[true]", "['true']", "[1]", "'yes'", "[true,false]",
	    "{'v':true}", "[]" } },
	{ "'eq','value':'a'", { "'a'", "['a']", "['b','a']", "[['a']]", "{'v':'a'}", "1", "[]" } },
	{ "'in','value':[16,17]", { "16", "17.0", "'16'", "[16]", "['17']", "{}", "true", "[]" } },
	{ "'prefix','value':'a'",
	  { "'ab'", "['ab']", "['x','ab']", "[['ab']]", "{}", "1", "true", "[]" } },
	{ "'suffix','value':'b'",
	  { "'ab'", "['ab']", "['x','ab']", "[['ab']]", "{}", "1", "true", "[]" } },
	{ "'le','value':17",
	  { "16", "16.5", "17.0", "'16'", "'16.5'", "[16]", "['16']", "[16,20]", "true", "{}", "[]",
	    "'young'", "1.6e1", "16.99999999999999999999" } },
	{ "'ge','value':17",
	  { "17", "17.5", "18.0", "'18'", "[18]", "['18']", "[18,2]", "true", "{}", "[]",
	    "99999999999999999999", "1e300" } },
	{ "'contains','value':'a'",
	  { "['a']", "'a'", "'a b'", "'b,a'", "[['a']]", "{'a':true}", "1", "true", "[1]" } },
	{ "'contains','value':7",
	  { "[7]", "7", "7.0", "[7.0]", "'7'", "['7']", "[[7]]", "{}", "true" } },
	{ "'exists'", { "1", "1.5", "'x'", "true", "false", "[]", "{}", "''" } },
};

static void
no_unusual_form_passes_a_deny_or_a_not(void)
{
	static const char claim[] = "{'claim':{'issuer':'https://idp.example','name':'n','op':$}}";
	static const char *const rules[] = {
		"{'rules':[{'effect':'deny','scopes':'all','when':$},"
		"{'effect':'permit','scopes':'all','when':{'anyone':true}}]}",
		"{'rules':[{'effect':'permit','scopes':'all','when':{'not':$}}]}",
		"{'rules':[{'effect':'deny','scopes':'all','when':{'any':[{'client':'x'},$]}},"
		"{'effect':'permit','scopes':'all','when':{'anyone':true}}]}",
		"{'rules':[{'effect':'permit','scopes':'all','when':{'all':["
		"{'anyone':true},{'not':$}]}}]}",
	};
	size_t n = sizeof(strange) / sizeof(strange[0]);

	for (size_t i = 0; i < n * 16 * 4; i++) {
		const char *form = strange[i / 4 % n].forms[i / 4 / n];
		struct facts f;
		struct policy p;
		const struct rule *why;

		if (form == NULL)
			continue;
		p = policy_of(text_fill(rules[i % 4], text_fill(claim, strange[i / 4 % n].op)));
		f = facts_of(arena_printf(policy_fixture_arena(), "{'n':%s}", form));
		CHECK_ROW(policy_decide(&p, "view", &f, &why) != VERDICT_PERMIT,
			  arena_printf(policy_fixture_arena(), "%s: %s", strange[i / 4 % n].op,
				       form));
		policy_fixture_teardown();
	}
}

/* The reverse: a permit rule accepts no unusual form. */
static void
no_unusual_form_is_permitted(void)
{
	static const struct {
		const char *op, *forms[8];
	} rows[] = {
		{ "'eq','value':16", { "'16'", "['16']", "16.1", "true", "[[16]]", "{'v':16}" } },
		{ "'eq','value':true", { "'true'", "1", "['true']", "[true,false]", "{}" } },
		{ "'eq','value':'1'", { "1", "1.0", "[1]", "true" } },
		{ "'in','value':[1,true]", { "'1'", "'true'", "['1']", "{}" } },
		{ "'ge','value':18",
		  { "'18'", "17.99999999999999999999", "[17,18]", "true", "'x'", "[]" } },
		{ "'le','value':17",
		  { "17.00000000000000000001", "'17'", "[18,17]", "false", "''", "[]" } },
		{ "'prefix','value':'1'", { "1", "10", "{'1':1}", "[1]", "true" } },
		{ "'suffix','value':'}'", { "{}", "[{}]", "1" } },
		{ "'contains','value':'a'", { "'a b'", "'a,b'", "{'a':1}", "[['a']]" } },
		{ "'exists'", { "null" } },
	};

	for (size_t i = 0; i < 8 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *form = rows[i / 8].forms[i % 8];
		struct facts f;
		struct condition *c;

		if (form == NULL)
			continue;
		c = condition_of(arena_printf(policy_fixture_arena(),
					      "{'claim':{'issuer':"
					      "'https://idp.example','name':'n','op':%s}}",
					      rows[i / 8].op));
		f = facts_of(arena_printf(policy_fixture_arena(), "{'n':%s}", form));
		CHECK_ROW(condition_test(c, &f) != YES,
			  arena_printf(policy_fixture_arena(), "%s: %s", rows[i / 8].op, form));
		policy_fixture_teardown();
	}
}

static void
an_absent_claim_is_unknown_and_required(void)
{
	CHECK(absences);
}

static void
a_json_pointer_selects_a_value_inside_a_claim(void)
{
	CHECK(pointers);
}

static void
a_claim_condition_may_require_an_issuer(void)
{
	static const char *const others[] = {
		"https://idp.example/",
		"https://IDP.example",
		"https://evil.example",
		"i",
	};
	struct party bare = { .issuer = "https://idp.example" };
	struct facts nobody = { .now = 1 }, f = facts_of(claims);
	struct condition *c;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		c = condition_of(arena_printf(policy_fixture_arena(),
					      "{'claim':{'issuer':'%s',"
					      "'name':'role','op':'exists'}}",
					      others[i]));
		CU_ASSERT_EQUAL(condition_test(c, &f), UNKNOWN);
	}
	c = condition_of("{'claim':{'issuer':'https://idp.example','name':'role','op':'exists'}}");
	CU_ASSERT_EQUAL(condition_test(c, &f), YES);
	CU_ASSERT_EQUAL(condition_test(c, &nobody), UNKNOWN);
	CU_ASSERT_EQUAL(condition_test(c, &(struct facts){ .party = &bare }), UNKNOWN);
	c = condition_of("{'claim':{'issuer':'https://idp.example','name':'/a','op':'exists'}}");
	CU_ASSERT_EQUAL(condition_test(c, &(struct facts){ .party = &bare }), UNKNOWN);
	policy_fixture_teardown();
}

/*
 * The number of parts of a text is limited like that of list elements, and a long value costs no
 * more.
 */
static void
only_a_limited_number_of_parts_of_a_text_is_compared(void)
{
	static const struct {
		int parts;
		enum truth truth;
	} texts[] = {
		{ 256, NO },
		{ 257, UNKNOWN },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct buf b = { .arena = policy_fixture_arena() };
		struct condition *c = condition_of("{'claim':{'issuer':'https://idp.example',"
						   "'name':'roles','op':'contains',"
						   "'value':'admin'}}");
		size_t comparisons = 0;
		struct facts f;

		buf_text(&b, "{'roles':'x");
		for (int n = 1; n < texts[i].parts; n++)
			buf_text(&b, " y");
		buf_text(&b, "'}");
		f = facts_of(b.data);
		f.comparisons = &comparisons;
		CU_ASSERT_EQUAL(condition_test(c, &f), texts[i].truth);
		CU_ASSERT_EQUAL(comparisons, 1 + (size_t)(2 * texts[i].parts - 1) / 32);
	}
	policy_fixture_teardown();
}

static CU_TestInfo tests[] = {
	{ "operators compare according to their names",
	  operators_compare_according_to_their_names },
	{ "values of different types cannot be compared [T-U18]",
	  values_of_different_types_cannot_be_compared },
	{ "a single value is a list of one [T-U18]", a_single_value_is_a_list_of_one },
	{ "spellings of one text are equal [T-U18]", spellings_of_one_text_are_equal },
	{ "only 256 elements of a list are compared, the others are unknown [T-P06]",
	  only_256_elements_are_compared },
	{ "email and email_verified are required of the issuer that the rule names",
	  email_and_email_verified_are_required_of_the_issuer },
	{ "equivalent addresses are equal [T-U18]", equivalent_addresses_are_equal },
	{ "an address that the issuer did not verify is unknown, and email_verified is required [T-U21]",
	  an_address_that_is_not_verified_is_unknown },
	{ "no unusual form passes a deny or a not, for any operator and type [T-U18]",
	  no_unusual_form_passes_a_deny_or_a_not },
	{ "no unusual form is permitted [T-U18]", no_unusual_form_is_permitted },
	{ "an absent claim is unknown and required", an_absent_claim_is_unknown_and_required },
	{ "a JSON pointer selects a value inside a claim",
	  a_json_pointer_selects_a_value_inside_a_claim },
	{ "a claim condition may require an issuer", a_claim_condition_may_require_an_issuer },
	{ "only a limited number of parts of a text is compared [T-P06 T-U18]",
	  only_a_limited_number_of_parts_of_a_text_is_compared },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo when_claim_suite = { "policy/when_claim", NULL, NULL, NULL, NULL, tests };
