/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_URI_H
#define USHER_BASE_URI_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/* Parses URIs with liburiparser (RFC 3986, strict). Nothing is normalised: later comparisons of
 * registered URIs are byte by byte. */
struct uri {
	const char *scheme; /* lower case */
	const char *host;   /* lower case; NULL without authority */
	const char *port;   /* NULL if absent */
	const char *path;   /* as written, "" if absent */
	bool has_userinfo, has_query, has_fragment;
};

/* The functions that return enum err return ERR_INVALID_REQUEST with the reason in *why. */

/* Parses an absolute URI of at most 2,048 bytes into `out`, with texts in `a`. */
enum err uri_parse(struct arena *a, const char *text, struct uri *out, const char **why);
/* Accepts https without query, fragment, userinfo and trailing slash; http only on loopback
 * (127.0.0.0/8, [::1], localhost). RFC 8414, 2. */
enum err uri_check_issuer(struct arena *a, const char *text, struct uri *out, const char **why);
/* Accepts https, http on loopback, or a private-use scheme with a dot (RFC 8252, 7.1); without
 * fragment. */
enum err uri_check_redirect(struct arena *a, const char *text, const char **why);
/* True if a client that registered `registered` may use `uri`: they are equal, byte for byte,
 * except for the port of http on the loopback addresses 127.0.0.1 and [::1], which a native app
 * gets from its system when it starts (RFC 8252, 7.3; RFC 9700, 2.1). */
bool uri_redirect_matches(const char *registered, const char *uri);
/* True for https and http, for icons and links that people see. */
bool uri_is_web(struct arena *a, const char *text);
bool uri_is_loopback(const struct uri *u);

/*
 * The path of a request target (REQUEST_URI), decoded once, segment by segment. Accepts the
 * origin form and the absolute form. Rejects empty and dot segments, %2F, %5C, %00, ';', control
 * characters, ill-formed escapes and a raw backslash. One trailing slash gives an empty last
 * segment. `query` is the text after the first '?', NULL without one.
 */
#define PATH_SEGMENTS_MAX 16
struct path {
	const char *segment[PATH_SEGMENTS_MAX];
	size_t n;
	const char *query;
};
enum err path_parse(struct arena *a, const char *target, struct path *out, const char **why);

#endif
