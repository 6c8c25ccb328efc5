/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a page with sample values, without a server:
 *
 *	print_page PAGE LANGUAGE < values.json > page.html
 *
 * The values are an object for each kind: {"text": {"app": "Photoz"}, "number": {"minutes": 5},
 * "time": {"until": ["10:39", "2026-11-27T09:39Z"]}, "list": {"rights": [{"own": {…}}]}}. A value
 * that the page uses and the sample does not have is an error.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "pages/pages.h"

static void print_page_fill(struct view *v, struct json_object *values);

static void
print_page_add(struct view *v, const char *name, struct json_object *rows)
{
	view_list(v, name);
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		print_page_fill(view_add(v, name), json_object_array_get_idx(rows, i));
}

static void
print_page_set(struct view *v, const char *kind, const char *name, struct json_object *value)
{
	const char *text = json_object_get_string(value);

	if (strcmp(kind, "text") == 0)
		view_text(v, name, text);
	else if (strcmp(kind, "id") == 0)
		view_id(v, name, text);
	else if (strcmp(kind, "own") == 0)
		view_own(v, name, text);
	else if (strcmp(kind, "message") == 0)
		view_message(v, name, text);
	else if (strcmp(kind, "url") == 0)
		view_url(v, name, text);
	else if (strcmp(kind, "flag") == 0)
		view_flag(v, name, json_object_get_boolean(value));
	else if (strcmp(kind, "number") == 0)
		view_number(v, name, json_object_get_int64(value));
	else if (strcmp(kind, "time") == 0)
		view_time(v, name, json_object_get_string(json_object_array_get_idx(value, 0)),
			  json_object_get_string(json_object_array_get_idx(value, 1)));
	else if (strcmp(kind, "list") == 0)
		print_page_add(v, name, value);
}

static void
print_page_fill(struct view *v, struct json_object *values)
{
	json_object_object_foreach(values, kind, members)
	{
		json_object_object_foreach(members, name, value)
			print_page_set(v, kind, name, value);
	}
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct buf out = { .arena = a };
	struct template_report report = { 0 };
	const char *why = "no values on the standard input";
	const struct language *language = argc == 3 ? language_find(argv[2]) : NULL;
	struct json_object *values;
	struct pages *p;
	struct view *v;

	p = pages_load(a, &why);
	values = json_object_from_fd(0);
	if (language == NULL || p == NULL || values == NULL) {
		fprintf(stderr, "print_page PAGE LANGUAGE < values: %s\n", why);
		return 1;
	}
	v = view_new(a);
	print_page_fill(v, values);
	json_object_put(values);
	pages_print(p, argv[1], language, v, &out, &report);
	fwrite(out.data, 1, out.size, stdout);
	if (report.missing > 0)
		fprintf(stderr, "%s: no sample of the value %s\n", argv[1], report.name);
	arena_free(a);
	return report.missing > 0;
}
