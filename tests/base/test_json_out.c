/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/text.h"
#include "tests/run.h"

static struct arena *a;

static void
json_out_setup(void)
{
	a = arena_new();
}

static void
json_out_teardown(void)
{
	arena_free(a);
}

static void
commas_are_added_automatically(void)
{
	struct buf b = { .arena = a };
	struct str_list scopes = { (const char *[]){ "view", "print" }, 2, 2 }, none = { 0 };

	out_open(&b, NULL, '{');
	out_text(&b, "ticket", "tk_1");
	out_open(&b, "list", '[');
	out_int(&b, NULL, -5);
	out_bool(&b, NULL, true);
	out_open(&b, NULL, '{');
	out_close(&b, '}');
	out_text(&b, NULL, "[");
	out_raw(&b, NULL, "{\"x\":1}");
	out_close(&b, ']');
	out_str_list(&b, "scopes", &scopes);
	out_str_list(&b, "none", &none);
	out_joined(&b, "url", "https://a", "/\"b");
	out_bool(&b, "last", false);
	out_close(&b, '}');
	CU_ASSERT_STRING_EQUAL(b.data, "{\"ticket\":\"tk_1\","
				       "\"list\":[-5,true,{},\"[\",{\"x\":1}],"
				       "\"scopes\":[\"view\",\"print\"],\"none\":[],"
				       "\"url\":\"https://a/\\\"b\",\"last\":false}");
}

static void
null_values_are_omitted(void)
{
	struct buf b = { .arena = a };

	out_open(&b, NULL, '{');
	out_text(&b, "a", NULL);
	out_raw(&b, "b", NULL);
	out_str_list(&b, "c", NULL);
	out_int(&b, "d", 0);
	out_close(&b, '}');
	CU_ASSERT_STRING_EQUAL(b.data, "{\"d\":0}");
}

static void
integers_keep_every_digit(void)
{
	struct buf b = { .arena = a };

	out_open(&b, NULL, '[');
	out_int(&b, NULL, INT64_MAX);
	out_int(&b, NULL, INT64_MIN);
	out_close(&b, ']');
	CU_ASSERT_STRING_EQUAL(b.data, "[9223372036854775807,-9223372036854775808]");
}

/* json-c parses the output back to the same text. */
static void
no_text_breaks_out_of_its_quotes(void)
{
	for (int c = 1; c < 128; c++) {
		struct buf b = { .arena = a };
		char text[] = { 'a', (char)c, '"', '\\', (char)c, '\0' };
		struct json_object *o;
		const char *back = NULL, *why = NULL;

		out_open(&b, NULL, '{');
		out_text(&b, text, text);
		out_close(&b, '}');
		o = json_parse(a, buf_bytes(&b), &why);
		CU_ASSERT_PTR_NULL(why);
		CU_ASSERT_EQUAL(json_text(o, text, &back), JSON_FOUND);
		CU_ASSERT(text_equal(back, text));
		CU_ASSERT_EQUAL(json_object_object_length(o), 1);
	}
}

static CU_TestInfo tests[] = { { "commas are added automatically", commas_are_added_automatically },
			       { "NULL values are omitted", null_values_are_omitted },
			       { "integers keep every digit", integers_keep_every_digit },
			       { "no text breaks out of its quotes",
				 no_text_breaks_out_of_its_quotes },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo json_out_suite = { "base/json_out",   NULL, NULL, json_out_setup,
				json_out_teardown, tests };
