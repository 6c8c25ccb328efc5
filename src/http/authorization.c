/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Authorization header (RFC 9110, 11.6.2): Basic (RFC 7617) with the form encoding of RFC
 * 6749, 2.3.1, and Bearer (RFC 6750, 2.1).  src/web/caller_client.c verifies the credentials.
 */
#include <strings.h>

#include "base/b64.h"
#include "base/text.h"
#include "http/authorization.h"
#include "http/form.h"

/* More than the longest token that is accepted (T-J03). */
#define HEADER_MAX 8704

/* The characters of a scheme and of a token. They are tables because strspn would build a table
 * in each call. */
#define ALPHANUMERIC ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true
static const bool tchar[256] = {
	ALPHANUMERIC,  ['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true, ['&'] = true,
	['\''] = true, ['*'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['^'] = true,
	['_'] = true,  ['`'] = true, ['|'] = true, ['~'] = true,
};
static const bool b64token[256] = {
	ALPHANUMERIC, ['-'] = true, ['.'] = true, ['_'] = true,
	['~'] = true, ['+'] = true, ['/'] = true,
};

static enum err
authorization_fail(const char *what, const char **why)
{
	*why = what;
	return ERR_INVALID_REQUEST;
}

/* b64token: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
static enum err
authorization_parse_bearer(const char *text, struct authorization *out, const char **why)
{
	size_t body = text_span(text, HEADER_MAX, b64token);
	size_t padding = strspn(text + body, "=");

	if (body == 0 || text[body + padding] != '\0')
		return authorization_fail("the bearer token is ill-formed", why);
	out->scheme = SCHEME_BEARER;
	out->token = text;
	return OK;
}

/* The form-decoded text, or NULL if it is not form-encoded. */
static char *
authorization_decoded(struct arena *a, const char *raw)
{
	char *text = form_decode(a, raw, strlen(raw));

	return text != NULL && !text_has_control(bytes_of(text)) ? text : NULL;
}

static void
authorization_read_both_ways(struct arena *a, const char *id, const char *secret,
			     struct authorization *out)
{
	const char *plain_id = authorization_decoded(a, id),
		   *plain_secret = authorization_decoded(a, secret);

	out->scheme = SCHEME_BASIC;
	out->id = id;
	out->secret = secret;
	if (plain_id == NULL || plain_secret == NULL)
		return;
	if (strcmp(plain_id, id) == 0 && strcmp(plain_secret, secret) == 0)
		return;
	out->id = plain_id;
	out->secret = plain_secret;
	out->alt_id = id;
	out->alt_secret = secret;
}

static enum err
authorization_parse_basic(struct arena *a, const char *text, struct authorization *out,
			  const char **why)
{
	struct bytes pair;
	char *id, *colon;

	if (!b64_decode(a, text, &pair))
		return authorization_fail("the Basic credentials are not base64", why);
	if (!text_is_utf8(pair))
		return authorization_fail("the Basic credentials are not UTF-8", why);
	id = arena_strndup(a, (const char *)pair.data, pair.size);
	if (text_has_control(bytes_of(id)))
		return authorization_fail("the Basic credentials hold a control character", why);
	/* Splits at the first colon: secrets may contain colons, identifiers must not (RFC
	 * 7617, 2). */
	colon = strchr(id, ':');
	if (colon == NULL)
		return authorization_fail("the Basic credentials lack a colon", why);
	*colon = '\0';
	authorization_read_both_ways(a, id, colon + 1, out);
	return OK;
}

enum err
authorization_parse(struct arena *a, const char *header, struct authorization *out,
		    const char **why)
{
	const char *rest;
	size_t name;

	*out = (struct authorization){ .scheme = SCHEME_NONE };
	if (header == NULL || *header == '\0')
		return OK;
	if (strnlen(header, HEADER_MAX + 1) > HEADER_MAX)
		return authorization_fail(
			arena_printf(a, "the Authorization header must be at most %d bytes",
				     HEADER_MAX),
			why);
	if (strchr(header, ',') != NULL)
		return authorization_fail("the Authorization header holds more than one credential",
					  why);
	name = text_span(header, HEADER_MAX, tchar);
	if (name == 0 || (header[name] != ' ' && header[name] != '\0'))
		return authorization_fail("the Authorization header is ill-formed", why);
	rest = header + name + strspn(header + name, " ");
	if (name == 5 && strncasecmp(header, "Basic", name) == 0)
		return authorization_parse_basic(a, rest, out, why);
	if (name == 6 && strncasecmp(header, "Bearer", name) == 0)
		return authorization_parse_bearer(arena_strdup(a, rest), out, why);
	out->scheme = SCHEME_OTHER;
	return OK;
}
