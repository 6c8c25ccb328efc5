/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_URI_H
#define USHER_BASE_URI_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/* URIs, by liburiparser (RFC 3986, strict).  Registered URIs are compared byte for byte
 * afterwards; nothing is normalised. */
struct uri {
	const char *scheme; /* lower case */
	const char *host;   /* lower case; NULL without authority */
	const char *port;   /* NULL when absent */
	const char *path;   /* as written, "" when absent */
	bool has_userinfo, has_query, has_fragment;
};

/* An absolute URI of at most 2,048 bytes, or ERR_INVALID_REQUEST with *why set. */
enum err uri_parse(struct arena *a, const char *text, struct uri *out, const char **why);
/* https without query, fragment, userinfo and trailing slash; http only on loopback
 * (127.0.0.0/8, [::1], localhost).  RFC 8414, 2. */
enum err uri_check_issuer(struct arena *a, const char *text, struct uri *out, const char **why);
/* https, http on loopback, or a private-use scheme with a dot (RFC 8252, 7.1); no fragment. */
enum err uri_check_redirect(struct arena *a, const char *text, const char **why);
/* https or http, for icons and links shown to people. */
bool uri_is_web(struct arena *a, const char *text);
bool uri_is_loopback(const struct uri *u);

/*
 * The path of a request target (REQUEST_URI), decoded once, segment by segment.  Accepts the
 * origin form and the absolute form; refuses empty and dot segments, %2F, %5C, %00, ';', control
 * characters, ill-formed escapes, a raw backslash.  One trailing slash is kept as an empty last
 * segment.  `query` is what stands behind the first '?', NULL without one.
 */
#define PATH_SEGMENTS_MAX 16
struct path {
	const char *segment[PATH_SEGMENTS_MAX];
	size_t n;
	const char *query;
};
enum err path_parse(struct arena *a, const char *target, struct path *out, const char **why);

#endif
