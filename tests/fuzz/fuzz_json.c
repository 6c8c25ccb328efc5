/* SPDX-License-Identifier: Apache-2.0 */
/* What the scanner takes, json-c takes, and prints as something that both take again (T-P04). */
#include "base/json.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static const char *
json_reprint(struct arena *a, const char *text)
{
	const char *why;
	struct json_object *o = json_parse(a, bytes_of(text), &why);

	MUST(o != NULL);
	return json_print(a, o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct bytes text = BYTES(data, size);
	const char *why = NULL, *printed;

	if (json_scan(a, text, &why)) {
		struct json_object *o = json_parse(a, text, &why);

		/* `null` alone is a NULL to json-c. */
		MUST(o != NULL || memmem(data, size, "null", 4) != NULL);
		printed = o != NULL ? json_print(a, o) : "0";
		MUST(text_equal(json_reprint(a, printed), printed));
	} else {
		MUST(why != NULL && *why != '\0');
		MUST(text_equal(text_plain(a, why), why));
	}
	arena_free(a);
	return 0;
}
