/* SPDX-License-Identifier: Apache-2.0 */
/* Basic credentials must be written again as they came; tokens must hold no other characters. */
#include <strings.h>

#include "base/b64.h"
#include "base/text.h"
#include "http/authorization.h"
#include "http/form.h"
#include "tests/fuzz/fuzz.h"

static void
check_basic(struct arena *a, const char *header, const struct authorization *got)
{
	const char *id = got->alt_id != NULL ? got->alt_id : got->id;
	const char *secret = got->alt_id != NULL ? got->alt_secret : got->secret;

	MUST((got->alt_id == NULL) == (got->alt_secret == NULL));
	MUST(text_ends(header, b64_encode(a, bytes_of(arena_printf(a, "%s:%s", id, secret)))));
	MUST(text_is_utf8(bytes_of(got->id)) && text_is_utf8(bytes_of(got->secret)));
	if (got->alt_id == NULL)
		return;
	MUST(text_equal(form_decode(a, id, strlen(id)), got->id));
	MUST(text_equal(form_decode(a, secret, strlen(secret)), got->secret));
}

static void
authorization_check(struct arena *a, const char *header, const struct authorization *got)
{
	switch (got->scheme) {
	case SCHEME_NONE: MUST(*header == '\0'); break;
	case SCHEME_BASIC:
		MUST(strncasecmp(header, "Basic ", 6) == 0 && got->token == NULL);
		check_basic(a, header, got);
		break;
	case SCHEME_BEARER:
		MUST(strncasecmp(header, "Bearer ", 7) == 0 && got->id == NULL);
		MUST(*got->token != '\0' && text_ends(header, got->token));
		MUST(strpbrk(got->token, " ,\"\\\r\n\t") == NULL);
		break;
	case SCHEME_OTHER: MUST(got->token == NULL && got->id == NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *header = arena_strndup(a, (const char *)data, size), *why = NULL;
	struct authorization got;

	if (authorization_parse(a, header, &got, &why) == OK)
		authorization_check(a, header, &got);
	else
		MUST(text_equal(text_plain(a, why), why));
	arena_free(a);
	return 0;
}
