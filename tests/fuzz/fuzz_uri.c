/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is taken as an issuer or for redirects must keep what the header promises (T-P08). */
#include "base/text.h"
#include "base/uri.h"
#include "tests/fuzz/fuzz.h"

static void
check_issuer(struct arena *a, const char *text, const struct uri *u)
{
	struct path p;
	const char *why;

	MUST(uri_is_web(a, text));
	MUST(!u->has_query && !u->has_fragment && !u->has_userinfo);
	MUST(strpbrk(text, "?#\\; ") == NULL && !text_ends(text, "/"));
	MUST(text_equal(u->scheme, "https") || uri_is_loopback(u));
	MUST(*u->path == '\0' || path_parse(a, u->path, &p, &why) == OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = arena_strndup(a, (const char *)data, size), *why = NULL;
	struct uri u;
	bool is_uri = uri_parse(a, text, &u, &why) == OK;

	if (is_uri) {
		MUST(strlen(text) <= 2048 && strpbrk(text, " \\\"<>\t\r\n") == NULL);
		MUST(text_is_utf8(bytes_of(text)) && text_equal(text_plain(a, text), text));
		MUST(strstr(text, u.path) != NULL);
	}
	if (uri_check_redirect(a, text, &why) == OK)
		MUST(is_uri && strchr(text, '#') == NULL && !u.has_userinfo);
	if (uri_check_issuer(a, text, &u, &why) == OK)
		check_issuer(a, text, &u);
	arena_free(a);
	return 0;
}
