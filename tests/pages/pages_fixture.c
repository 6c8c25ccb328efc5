/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pages/pages_fixture.h"

#include <string.h>

struct pages_fixture pages_fixture;

static const char *const names[] = { "a", "b", "c", "d" };

void
pages_fixture_setup(void)
{
	pages_fixture.arena = arena_new();
	pages_fixture.view = view_new(pages_fixture.arena);
	pages_fixture.report = (struct template_report){ 0 };
}

void
pages_fixture_teardown(void)
{
	arena_free(pages_fixture.arena);
}

struct templates *
parse_all(const char *const *texts, size_t n, const char **why)
{
	struct template_source list[4];

	for (size_t i = 0; i < n; i++)
		list[i] = (struct template_source){
			names[i], arena_printf(pages_fixture.arena, "%s.html", names[i]),
			BYTES(texts[i], strlen(texts[i]))
		};
	return templates_parse(pages_fixture.arena, list, n, why);
}

const char *
parse_fault(const char *text)
{
	const char *why = NULL;

	return parse_all(&text, 1, &why) != NULL ? "" : why + strlen("a.html:");
}

const char *
print_page_in(const char *text, const struct catalogue *c)
{
	struct buf out = { .arena = pages_fixture.arena };
	const char *why = NULL;
	struct templates *t = parse_all(&text, 1, &why);

	pages_fixture.report = (struct template_report){ 0 };
	if (t == NULL)
		return why;
	template_print(t, NULL, "a", pages_fixture.view, c, &out, &pages_fixture.report);
	return out.data != NULL ? out.data : "";
}

const char *
print_page(const char *text)
{
	return print_page_in(text, NULL);
}

static void
write_number(uint8_t *to, size_t number)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(number >> (8 * i));
}

struct bytes
write_catalogue(const char *const *strings, size_t n)
{
	size_t pairs = n / 2, head = 28 + pairs * 16, size = head;
	uint8_t *data;

	for (size_t i = 0; i < n; i++)
		size += strlen(strings[i]) + 1;
	data = arena_alloc(pages_fixture.arena, size);
	write_number(data, 0x950412de);
	write_number(data + 8, pairs);
	write_number(data + 12, 28);
	write_number(data + 16, 28 + pairs * 8);
	for (size_t i = 0; i < n; i++) {
		size_t row = 28 + (i % 2) * pairs * 8 + i / 2 * 8, length = strlen(strings[i]);

		write_number(data + row, length);
		write_number(data + row + 4, head);
		for (size_t k = 0; k < length; k++)
			data[head + k] = (uint8_t)(strings[i][k] == '|' ? 0 : strings[i][k]);
		head += length + 1;
	}
	return BYTES(data, size);
}
