/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever file is accepted: each translation is inside of the file, and UTF-8. */
#include "base/text.h"
#include "pages/catalogue.h"
#include "tests/fuzz/fuzz.h"

static void
check_inside(struct bytes mo, const char *text, const char *id)
{
	const uint8_t *at = (const uint8_t *)text;

	MUST(text_is_utf8(bytes_of(text)));
	MUST(text == id || (at >= mo.data && at + strlen(text) < mo.data + mo.size));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char one[] = "{n} item", many[] = "{n} items", view[] = "view";
	struct arena *a = arena_new();
	struct bytes mo = arena_bytes(a, BYTES(data, size));
	const char *why = NULL;
	struct catalogue *c = catalogue_read(a, mo, &why);

	for (int64_t n = -1; c != NULL && n < 25; n++) {
		const char *text = catalogue_plural(c, one, many, n);

		check_inside(mo, text, text == one ? one : many);
		check_inside(mo, catalogue_get(c, NULL, one), one);
		check_inside(mo, catalogue_get(c, "may", view), view);
	}
	arena_free(a);
	return 0;
}
