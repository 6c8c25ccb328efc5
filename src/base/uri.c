/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URIs that people register: issuers, redirect URIs, icons. liburiparser checks the syntax; this
 * file decides which kinds of URI are accepted. path.c parses the paths of requests.
 */
#include <arpa/inet.h>
#include <string.h>
#include <uriparser/Uri.h>

#include "base/log.h"
#include "base/text.h"
#include "base/uri.h"

#define URI_MAX 2048

static enum err
uri_fail(const char *what, const char **why)
{
	*why = what;
	return ERR_INVALID_REQUEST;
}

/* ASCII only, so that the result does not depend on the locale. */
static char *
uri_lower_case(struct arena *a, const char *from, size_t len)
{
	char *text = arena_strndup(a, from, len);

	for (char *p = text; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return text;
}

static char *
uri_lower_range(struct arena *a, UriTextRangeA range)
{
	return uri_lower_case(a, range.first, (size_t)(range.afterLast - range.first));
}

static void
uri_read_authority(struct arena *a, const UriUriA *u, struct uri *out)
{
	out->host = uri_lower_range(a, u->hostText);
	/* Keeps the brackets, so that the host can be compared with a Host header. */
	if (u->hostData.ip6 != NULL || u->hostData.ipFuture.first != NULL)
		out->host = arena_printf(a, "[%s]", out->host);
	if (u->portText.first != NULL)
		out->port = uri_lower_range(a, u->portText);
	out->has_userinfo = u->userInfo.first != NULL;
}

/* The text after the authority, up to the first '?' or '#'. */
static const char *
uri_read_path(struct arena *a, const char *text, bool authority)
{
	const char *p = strchr(text, ':') + 1;

	if (authority)
		p += 2 + strcspn(p + 2, "/?#");
	return arena_strndup(a, p, strcspn(p, "?#"));
}

static enum err
uri_read_parts(struct arena *a, const char *text, const UriUriA *u, struct uri *out,
	       const char **why)
{
	bool authority = u->hostText.first != NULL;
	int64_t port;

	if (u->scheme.first == NULL)
		return uri_fail("the URI is not absolute", why);
	*out = (struct uri){ .scheme = uri_lower_range(a, u->scheme) };
	if (authority)
		uri_read_authority(a, u, out);
	if (out->port != NULL && !text_parse_int(out->port, 1, 65535, &port))
		return uri_fail("the port of the URI must be a number from 1 to 65535", why);
	out->path = uri_read_path(a, text, authority);
	out->has_query = u->query.first != NULL;
	out->has_fragment = u->fragment.first != NULL;
	return OK;
}

/* True if another program, such as a proxy, could read the path differently (T-P08). */
static bool
uri_has_ambiguous_byte(const char *path)
{
	static const char *const ambiguous[] = { "%00", "%0a", "%0d",  "%5c",
						 "%2e", "/./", "/../", "/..;" };
	char slashed[URI_MAX + 2];

	if (strlen(path) > URI_MAX)
		return true;
	snprintf(slashed, sizeof(slashed), "%s/", path);
	for (size_t i = 0; i < sizeof(ambiguous) / sizeof(ambiguous[0]); i++)
		if (strcasestr(slashed, ambiguous[i]) != NULL)
			return true;
	return false;
}

/* True for a name or an address. RFC 3986 also allows ';', '!' and escapes, which programs read
 * differently. */
static bool
uri_is_plain_host(const char *host)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-._";

	return *host == '[' || (*host != '\0' && host[strspn(host, plain)] == '\0');
}

static bool
uri_has_web_form(const struct uri *u)
{
	return (text_equal(u->scheme, "https") || text_equal(u->scheme, "http")) &&
	       u->host != NULL && uri_is_plain_host(u->host) && !u->has_userinfo;
}

/* True for https, and for http to this machine. */
static bool
uri_is_safe_web(const struct uri *u)
{
	return uri_has_web_form(u) && (text_equal(u->scheme, "https") || uri_is_loopback(u));
}

enum err
uri_parse(struct arena *a, const char *text, struct uri *out, const char **why)
{
	UriUriA u;
	const char *where;
	enum err e;

	if (text == NULL || strnlen(text, URI_MAX + 1) > URI_MAX)
		return uri_fail("the URI must be at most 2048 bytes", why);
	switch (uriParseSingleUriA(&u, text, &where)) {
	case URI_SUCCESS: break;
	case URI_ERROR_MALLOC: log_die("out of memory for a URI");
	default: return uri_fail("this is not a URI", why);
	}
	e = uri_read_parts(a, text, &u, out, why);
	uriFreeUriMembersA(&u);
	return e;
}

enum err
uri_check_issuer(struct arena *a, const char *text, struct uri *out, const char **why)
{
	TRY(uri_parse(a, text, out, why));
	if (!uri_is_safe_web(out))
		return uri_fail(
			"the URI must be https (http only on loopback) and must not contain a user",
			why);
	if (out->has_query || out->has_fragment)
		return uri_fail("the URI must have no query and no fragment", why);
	if (text_ends(out->path, "/"))
		return uri_fail("the URI must not end in a slash", why);
	/* Requests to the issuer's endpoints have this path, so path_parse must accept it. */
	if (*out->path != '\0') {
		struct path p;

		TRY(path_parse(a, out->path, &p, why));
	}
	return OK;
}

enum err
uri_check_redirect(struct arena *a, const char *text, const char **why)
{
	struct uri u;

	TRY(uri_parse(a, text, &u, why));
	if (u.has_fragment)
		return uri_fail("the URI must have no fragment", why);
	if (u.has_userinfo)
		return uri_fail("the URI must not contain a user", why);
	if (uri_has_ambiguous_byte(u.path))
		return uri_fail("the URI must not have an ambiguous path, "
				"such as one with dot segments, %00, %0A, %0D, %2E or %5C",
				why);
	if (!uri_is_safe_web(&u) && strchr(u.scheme, '.') == NULL)
		return uri_fail("the URI must be https, http on loopback, or a private-use scheme "
				"that contains a dot",
				why);
	return OK;
}

/* Returns what follows the origin `origin` and the port, if there is one, in `uri`; NULL if `uri`
 * has another origin or an impossible port. */
static const char *
uri_skip_origin(const char *uri, const char *origin)
{
	char digits[6] = "";
	int64_t port;
	size_t n;

	if (!text_starts(uri, origin))
		return NULL;
	uri += strlen(origin);
	if (*uri != ':')
		return uri;
	n = strspn(++uri, "0123456789");
	if (n >= sizeof digits)
		return NULL;
	memcpy(digits, uri, n);
	return text_parse_int(digits, 1, 65535, &port) ? uri + n : NULL;
}

bool
uri_redirect_matches(const char *registered, const char *uri)
{
	static const char *const loopback[] = { "http://127.0.0.1", "http://[::1]" };

	if (strcmp(registered, uri) == 0)
		return true;
	for (size_t i = 0; i < sizeof loopback / sizeof loopback[0]; i++) {
		const char *rest = uri_skip_origin(registered, loopback[i]);
		const char *other = uri_skip_origin(uri, loopback[i]);

		if (rest != NULL && other != NULL)
			return strcmp(rest, other) == 0;
	}
	return false;
}

bool
uri_is_web(struct arena *a, const char *text)
{
	struct uri u;
	const char *why;

	return uri_parse(a, text, &u, &why) == OK && uri_has_web_form(&u);
}

bool
uri_is_loopback(const struct uri *u)
{
	struct in_addr ip;

	if (u->host == NULL)
		return false;
	if (inet_pton(AF_INET, u->host, &ip) == 1)
		return ntohl(ip.s_addr) >> 24 == 127;
	return strcmp(u->host, "localhost") == 0 || strcmp(u->host, "[::1]") == 0;
}
