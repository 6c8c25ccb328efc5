/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/model/fixture.h"
#include "tests/run.h"

static struct fixture c;
static struct resource r;

static void
resource_parse_setup(void)
{
	harness_open(&c.s);
}

static void
resource_parse_teardown(void)
{
	harness_close(&c.s);
}

static enum err
resource_parse_json(const char *text)
{
	r = (struct resource){ 0 };
	c.s.w.refusal.why = NULL;
	return resource_parse(&c.s.w, fixture_json(&c, text), &r);
}

static void
a_description_is_stored_verbatim(void)
{
	CU_ASSERT_EQUAL(resource_parse_json("{'name':'Fotos \xc3\xa4','resource_scopes':['view',"
					    "'https://photoz.example.com/s/print'],'type':'urn:x',"
					    "'description':'d',"
					    "'icon_uri':'https://photoz.example.com/i.png'}"),
			OK);
	CU_ASSERT_STRING_EQUAL(r.doc, "{\"resource_scopes\":[\"view\","
				      "\"https://photoz.example.com/s/print\"],\"name\":\"Fotos "
				      "\xc3\xa4\","
				      "\"type\":\"urn:x\",\"description\":\"d\","
				      "\"icon_uri\":\"https://photoz.example.com/i.png\"}");
	CU_ASSERT_STRING_EQUAL(r.name, "Fotos \xc3\xa4");
	CU_ASSERT_EQUAL(r.scopes.n, 2);
}

static void
members_with_language_tags_are_stored(void)
{
	CU_ASSERT_EQUAL(resource_parse_json(
				"{'resource_scopes':[],'name#de':'Album','description#fr':'d'}"),
			OK);
	CU_ASSERT_STRING_EQUAL(r.doc, "{\"resource_scopes\":[],\"name#de\":\"Album\","
				      "\"description#fr\":\"d\"}");
	CU_ASSERT_PTR_NULL(r.name);
}

static void
unknown_members_are_ignored(void)
{
	CU_ASSERT_EQUAL(resource_parse_json(
				"{'resource_scopes':['a'],'x':{'a':1},'_id':'mine','names':5,"
				"'icon_uri#de':5}"),
			OK);
	CU_ASSERT_STRING_EQUAL(r.doc, "{\"resource_scopes\":[\"a\"]}");
}

static void
scopes_are_a_set(void)
{
	CU_ASSERT_EQUAL(resource_parse_json("{'resource_scopes':['a','b','a']}"), OK);
	CU_ASSERT_EQUAL(r.scopes.n, 2);
	CU_ASSERT_STRING_EQUAL(r.doc, "{\"resource_scopes\":[\"a\",\"b\"]}");
}

static void
escaped_and_plain_scopes_are_equal(void)
{
	CU_ASSERT_EQUAL(resource_parse_json(
				"{'resource_scopes':['view','\\u0076iew','\xc3\xa9','e\xcc\x81']}"),
			OK);
	CU_ASSERT_EQUAL(r.scopes.n, 3);
}

static void
an_invalid_description_is_rejected(void)
{
	static const char *const wrong[] = {
		"[]",
		"'x'",
		"5",
		"{}",
		"{'name':'x'}",
		"{'resource_scopes':'view'}",
		"{'resource_scopes':{}}",
		"{'resource_scopes':null}",
		"{'resource_scopes':[1]}",
		"{'resource_scopes':[null]}",
		"{'resource_scopes':[['a']]}",
		"{'resource_scopes':['']}",
		"{'resource_scopes':['a b']}",
		"{'resource_scopes':['view',' print']}",
		"{'resource_scopes':['a\\u0022b']}",
		"{'resource_scopes':['a\\u005cb']}",
		"{'resource_scopes':['a\xc2\x85']}",
		"{'resource_scopes':['a\\u0007b']}",
		"{'resource_scopes':['a\\u007fb']}",
		"{'resource_scopes':[],'name':5}",
		"{'resource_scopes':[],'name#de':5}",
		"{'resource_scopes':[],'description':[]}",
		"{'resource_scopes':[],'type':null}",
		"{'resource_scopes':[],'icon_uri':5}",
		"{'resource_scopes':[],'icon_uri':'x.png'}",
		"{'resource_scopes':[],'icon_uri':'javascript:alert(1)'}",
		"{'resource_scopes':[],'icon_uri':'data:image/png,x'}",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_EQUAL(resource_parse_json(wrong[i]), ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(c.s.w.refusal.why);
	}
}

/* `n` copies of `item`, separated by commas. */
static const char *
resource_repeat_text(const char *item, int n)
{
	struct buf b = { .arena = c.s.arena };

	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s'%s%d'", i > 0 ? "," : "", item, i);
	return b.data;
}

static const char *
long_text(size_t n)
{
	char *text = arena_alloc(c.s.arena, n + 1);

	memset(text, 'x', n);
	return text;
}

static void
the_lengths_of_members_are_limited(void)
{
	static const struct {
		const char *name;
		size_t max;
	} members[] = {
		{ "name", 1024 },
		{ "name#de", 1024 },
		{ "description", 4096 },
		{ "type", 2048 },
	};
	struct arena *a = c.s.arena;

	for (size_t i = 0; i < 4; i++)
		for (size_t over = 0; over < 2; over++)
			CU_ASSERT_EQUAL(resource_parse_json(arena_printf(
						a, "{'resource_scopes':[],'%s':'%s'}",
						members[i].name, long_text(members[i].max + over))),
					over ? ERR_INVALID_REQUEST : OK);
	for (size_t over = 0; over < 2; over++) {
		CU_ASSERT_EQUAL(resource_parse_json(
					arena_printf(a, "{'resource_scopes':[%s]}",
						     resource_repeat_text("s", 64 + (int)over))),
				over ? ERR_INVALID_REQUEST : OK);
		CU_ASSERT_EQUAL(resource_parse_json(arena_printf(a, "{'resource_scopes':['%s']}",
								 long_text(256 + over))),
				over ? ERR_INVALID_REQUEST : OK);
	}
}

static CU_TestInfo tests[] = {
	{ "a description is stored verbatim [F-RSD-01 F-RSD-02]",
	  a_description_is_stored_verbatim },
	{ "members with language tags are stored [F-RSD-03]",
	  members_with_language_tags_are_stored },
	{ "unknown members are ignored [F-RSD-05 G-CONV-02 F-CRE-05]",
	  unknown_members_are_ignored },
	{ "scopes are a set", scopes_are_a_set },
	{ "escaped and plain scopes are equal, composed and decomposed ones are not [O-8414-12]",
	  escaped_and_plain_scopes_are_equal },
	{ "an invalid description is rejected [F-RER-04 F-RSD-06]",
	  an_invalid_description_is_rejected },
	{ "the lengths of members are limited [F-RER-09 T-U17]",
	  the_lengths_of_members_are_limited },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo resource_parse_suite = { "model/resource_parse",  NULL, NULL, resource_parse_setup,
				      resource_parse_teardown, tests };
