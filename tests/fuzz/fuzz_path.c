/* SPDX-License-Identifier: Apache-2.0 */
/* No segment holds what a path is made of; written again, it is read as the same (T-F10). */
#include "base/buf.h"
#include "base/text.h"
#include "base/uri.h"
#include "tests/fuzz/fuzz.h"

static void
check_segment(const char *s, bool last)
{
	MUST(strpbrk(s, "/\\;") == NULL);
	MUST(strcmp(s, ".") != 0 && strcmp(s, "..") != 0);
	MUST(last || *s != '\0');
	MUST(text_is_utf8(bytes_of(s)));
	for (; *s != '\0'; s++)
		MUST((unsigned char)*s >= ' ' && *s != 0x7f);
}

static void
path_check_segments(struct arena *a, const struct path *p)
{
	struct buf b = { .arena = a };
	struct path again;
	const char *why;

	MUST(p->n >= 1 && p->n <= PATH_SEGMENTS_MAX);
	for (size_t i = 0; i < p->n; i++) {
		check_segment(p->segment[i], i + 1 == p->n);
		buf_char(&b, '/');
		for (const char *s = p->segment[i]; *s != '\0'; s++)
			buf_printf(&b, "%%%02x", (unsigned char)*s);
	}
	if (b.size > 8192)
		return;
	MUST(path_parse(a, b.data, &again, &why) == OK);
	MUST(again.n == p->n && again.query == NULL);
	for (size_t i = 0; i < p->n; i++)
		MUST(text_equal(again.segment[i], p->segment[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *target = arena_strndup(a, (const char *)data, size), *why = NULL;
	struct path p;

	if (path_parse(a, target, &p, &why) == OK) {
		path_check_segments(a, &p);
		MUST(p.query == NULL || text_ends(target, p.query));
	} else {
		MUST(text_equal(text_plain(a, why), why));
	}
	arena_free(a);
	return 0;
}
