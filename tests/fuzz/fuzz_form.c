/* SPDX-License-Identifier: Apache-2.0 */
/* What was read from a form, written as a form, must be read as the same (T-P07). */
#include "base/buf.h"
#include "base/text.h"
#include "http/form.h"
#include "tests/fuzz/fuzz.h"

static struct bytes
form_write(struct arena *a, const struct params *p)
{
	struct buf b = { .arena = a };

	for (size_t i = 0; i < p->n; i++)
		buf_printf(&b, "%s%s=%s", i > 0 ? "&" : "", form_encode(a, p->list[i].name),
			   form_encode(a, p->list[i].value));
	return buf_bytes(&b);
}

static void
form_check_pairs(struct arena *a, const struct params *p)
{
	struct params again;
	const char *why;

	MUST(form_parse(a, form_write(a, p), NULL, &again, &why) == OK);
	MUST(again.n == p->n);
	for (size_t i = 0; i < p->n; i++) {
		MUST(text_equal(again.list[i].name, p->list[i].name));
		MUST(text_equal(again.list[i].value, p->list[i].value));
		MUST(param_sent(p, p->list[i].name) == p->list[i].value);
		MUST(*p->list[i].name != '\0');
		MUST(text_is_utf8(bytes_of(p->list[i].value)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct params p;
	const char *why = NULL;

	if (form_parse(a, BYTES(data, size), NULL, &p, &why) == OK)
		form_check_pairs(a, &p);
	else
		MUST(text_equal(text_plain(a, why), why));
	arena_free(a);
	return 0;
}
