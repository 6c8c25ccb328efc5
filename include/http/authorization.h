/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_AUTHORIZATION_H
#define USHER_HTTP_AUTHORIZATION_H

#include "base/arena.h"
#include "base/err.h"

/*
 * The Authorization header, once parsed: a Bearer token (RFC 6750, 2.1) or Basic credentials.
 * Scheme names have no case. Two credentials in one header (a comma) are rejected.
 *
 * RFC 6749, 2.3.1 form-encodes both halves of Basic credentials; many clients send them raw.
 * Both readings are returned; `alt_*` is NULL if they are equal or if form decoding fails. The
 * caller accepts either.
 */
enum scheme { SCHEME_NONE, SCHEME_BASIC, SCHEME_BEARER, SCHEME_OTHER };

struct authorization {
	enum scheme scheme;
	const char *token;		 /* Bearer: b64token characters only */
	const char *id, *secret;	 /* Basic, form-decoded, or raw if that fails */
	const char *alt_id, *alt_secret; /* Basic, raw, if different */
};

/* Parses the header; the scheme is SCHEME_NONE if `header` is NULL. Returns ERR_INVALID_REQUEST
 * with *why set if it is malformed. */
enum err authorization_parse(struct arena *a, const char *header, struct authorization *out,
			     const char **why);

#endif
