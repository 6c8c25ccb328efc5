/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever template is accepted: no value adds markup to a page (T-B01). */
#include "pages/template.h"
#include "tests/fuzz/fuzz.h"

static struct buf
print_with(struct arena *a, const struct templates *t, const char *text)
{
	struct buf out = { .arena = a };
	struct view *v = view_new(a), *row = view_add(v, "rows");

	view_text(v, "x", text);
	view_own(v, "y", text);
	view_time(v, "t", text, text);
	view_url(v, "u", text);
	view_number(v, "n", 2);
	view_flag(v, "on", true);
	view_text(row, "z", text);
	template_print(t, NULL, "a", v, NULL, &out, NULL);
	buf_char(&out, '\n');
	return out;
}

static size_t
count_byte(const struct buf *b, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < b->size; i++)
		n += b->data[i] == c;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct template_source source = { "a", "a.html", BYTES(data, size) };
	const char *why = NULL;
	struct templates *t = templates_parse(a, &source, 1, &why);

	MUST((t == NULL) == (why != NULL));
	if (t != NULL) {
		struct buf plain = print_with(a, t, "a"), hostile = print_with(a, t, "<\"'>&=/");

		for (const char *c = "<>\"'"; *c != '\0'; c++)
			MUST(count_byte(&plain, *c) == count_byte(&hostile, *c));
		MUST(!template_message_fits("{x}", "x"));
	}
	arena_free(a);
	return 0;
}
