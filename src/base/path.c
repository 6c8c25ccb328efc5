/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Request targets (RFC 9112, 3.2). Front ends decode, join and normalise paths differently. So an
 * ambiguous path is rejected, not normalised (T-F10), and all others are decoded once.
 */
#include "base/uri.h"

#include "base/text.h"

#define TARGET_MAX    8192
#define PATH_TEXT(n)  PATH_QUOTE(n)
#define PATH_QUOTE(n) #n

static enum err
path_fail(const char *what, const char **why)
{
	*why = what;
	return ERR_INVALID_REQUEST;
}

/* True if a decoded segment may contain `c`. Some servers cut a segment at ';'. */
static bool
path_is_plain(unsigned char c)
{
	return c >= ' ' && c != 0x7f && c != '/' && c != '\\' && c != ';';
}

/* Decodes in place. False if the segment is ill-formed or contains a forbidden octet. */
static bool
path_decode_segment(char *segment)
{
	static const bool unchanged[256] = { ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
					     ['0' ... '9'] = true, ['-'] = true,
					     ['.'] = true,	   ['_'] = true };
	char *to = segment;

	/* Nearly every segment has only these characters. */
	if (segment[text_span(segment, TARGET_MAX, unchanged)] == '\0')
		return true;

	for (const char *p = segment; *p != '\0'; p++) {
		char c = *p;

		if (c == '%') {
			int high = text_hex(p[1]);
			int low = high < 0 ? -1 : text_hex(p[2]);

			if (low < 0)
				return false;
			c = (char)(high * 16 + low);
			p += 2;
		}
		if (!path_is_plain((unsigned char)c))
			return false;
		*to++ = c;
	}
	*to = '\0';
	return text_is_utf8(bytes_of(segment));
}

/* True for visible ASCII without a fragment, which a client never sends to a server. */
static bool
path_is_target(const char *s)
{
	static const bool visible[256] = { ['!' ... '"'] = true, ['$' ... '~'] = true };

	return s[text_span(s, TARGET_MAX, visible)] == '\0';
}

/* Returns the origin form unchanged, the rest of the absolute form after its authority, or NULL for
 * other forms. */
static const char *
path_origin_form(const char *target)
{
	size_t scheme = text_starts(target, "http://")	  ? 7
			: text_starts(target, "https://") ? 8
							  : 0;
	size_t authority;

	if (scheme == 0)
		return *target == '/' ? target : NULL;
	authority = strcspn(target + scheme, "/?");
	return authority != 0 ? target + scheme + authority : NULL;
}

static enum err
path_split(char *path, struct path *out, const char **why)
{
	char *slash;

	for (char *p = path; p != NULL; p = slash) {
		slash = strchr(p, '/');
		if (slash != NULL)
			*slash++ = '\0';
		if (!path_decode_segment(p))
			return path_fail("the path is ill-formed", why);
		if (strcmp(p, ".") == 0 || strcmp(p, "..") == 0)
			return path_fail("the path has a dot segment", why);
		if (*p == '\0' && slash != NULL)
			return path_fail("the path has an empty segment", why);
		if (out->n == PATH_SEGMENTS_MAX)
			return path_fail("the path must have at most " PATH_TEXT(
						 PATH_SEGMENTS_MAX) " segments",
					 why);
		out->segment[out->n++] = p;
	}
	return OK;
}

enum err
path_parse(struct arena *a, const char *target, struct path *out, const char **why)
{
	const char *path;
	char *copy, *query;

	*out = (struct path){ 0 };
	if (strnlen(target, TARGET_MAX + 1) > TARGET_MAX)
		return path_fail(
			"the request target must be at most " PATH_TEXT(TARGET_MAX) " bytes", why);
	path = path_is_target(target) ? path_origin_form(target) : NULL;
	if (path == NULL)
		return path_fail("the request target is ill-formed", why);
	copy = arena_strdup(a, path);
	query = strchr(copy, '?');
	if (query != NULL) {
		*query = '\0';
		out->query = query + 1;
	}
	return path_split(copy + (*copy == '/'), out, why);
}
