/* SPDX-License-Identifier: Apache-2.0 */
/* What decodes must encode to the same text; what was encoded must decode (T-P09). */
#include "base/b64.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = arena_strndup(a, (const char *)data, size);
	struct bytes raw = BYTES(data, size), out;

	if (b64url_decode(a, text, &out))
		MUST(text_equal(b64url_encode(a, out), text));
	if (b64_decode(a, text, &out))
		MUST(text_equal(b64_encode(a, out), text));
	MUST(b64url_decode(a, b64url_encode(a, raw), &out) && bytes_equal(out, raw));
	MUST(b64_decode(a, b64_encode(a, raw), &out) && bytes_equal(out, raw));
	arena_free(a);
	return 0;
}
