/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_EXCHANGE_H
#define USHER_HTTP_EXCHANGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * One HTTP request and its response, independent of FastCGI. The FastCGI boundary fills `in`, the
 * server fills `out`, the boundary sends it. All memory is in the exchange's arena.
 */
enum method { M_GET, M_HEAD, M_POST, M_PUT, M_DELETE, M_OPTIONS, M_OTHER };
const char *method_name(enum method m);
enum method method_of(const char *name);

/* Every parameter of the front end that is read: X(member, parameter, maximum in bytes). To read
 * another header, add a row. A member is NULL if the parameter is absent or empty. */
/* clang-format off */
#define HTTP_PARAMS(X)                                                                 \
	X(method_text,    "REQUEST_METHOD",     64)                                    \
	X(uri,            "REQUEST_URI",        16384)	/* path and query, not decoded */  \
	X(host,           "HTTP_HOST",          1024)	/* lower case, no port; never NULL */ \
	X(https_text,     "HTTPS",              16)                                    \
	X(authorization,  "HTTP_AUTHORIZATION", 16384)                                 \
	X(content_type,   "CONTENT_TYPE",       1024)                                  \
	X(content_length, "CONTENT_LENGTH",     32)                                    \
	X(if_match,       "HTTP_IF_MATCH",      4096)                                  \
	X(if_none_match,  "HTTP_IF_NONE_MATCH", 4096)                                  \
	X(origin,         "HTTP_ORIGIN",        1024)                                  \
	X(cookie,         "HTTP_COOKIE",        16384)                                 \
	X(accept,         "HTTP_ACCEPT",        4096)                                  \
	X(languages,      "HTTP_ACCEPT_LANGUAGE", 4096)                                \
	X(user_agent,     "HTTP_USER_AGENT",    4096)                                  \
	X(fetch_site,     "HTTP_SEC_FETCH_SITE", 64)                                   \
	X(purpose,        "HTTP_PURPOSE",       256)                                   \
	X(fetch_purpose,  "HTTP_SEC_PURPOSE",   256)                                   \
	X(login_user,     "USHER_USER",         1024)	/* authenticated by the front end */ \
	X(remote,         "REMOTE_ADDR",        64)	/* for the log and lists of devices */
/* clang-format on */

/* The FastCGI roles that a service may have (FastCGI 1.0, 6). */
enum role { ROLE_RESPONDER = 1, ROLE_AUTHORIZER = 2 };

struct http_in {
#define X(member, parameter, bound) const char *member;
	HTTP_PARAMS(X)
#undef X
	enum role role;
	enum method method;
	bool https; /* the client uses https, according to the front end */
	struct bytes body;
	enum err fault; /* not OK: the boundary rejects the request; see `why` */
	const char *why;
};

/* Every header that a response may have besides Content-Type, Content-Length and Set-Cookie:
 * X(slot, name). Each can be set once, so this list bounds their number. */
/* clang-format off */
#define HTTP_HEADERS(X)                                                  \
	X(HEADER_ACCEPT_RANGES,    "Accept-Ranges")                      \
	X(HEADER_ALLOW,            "Allow")                              \
	X(HEADER_CACHE_CONTROL,    "Cache-Control")                      \
	X(HEADER_CORS_ORIGIN,      "Access-Control-Allow-Origin")        \
	X(HEADER_CORS_METHODS,     "Access-Control-Allow-Methods")       \
	X(HEADER_CORS_HEADERS,     "Access-Control-Allow-Headers")       \
	X(HEADER_CORS_MAX_AGE,     "Access-Control-Max-Age")             \
	X(HEADER_COOP,             "Cross-Origin-Opener-Policy")         \
	X(HEADER_CORP,             "Cross-Origin-Resource-Policy")       \
	X(HEADER_CSP,              "Content-Security-Policy")            \
	X(HEADER_ETAG,             "ETag")                               \
	X(HEADER_LINK,             "Link")                               \
	X(HEADER_LOCATION,         "Location")                           \
	X(HEADER_NO_SNIFF,         "X-Content-Type-Options")             \
	X(HEADER_FRAME_OPTIONS,    "X-Frame-Options")                    \
	X(HEADER_PRAGMA,           "Pragma")                             \
	X(HEADER_REFERRER_POLICY,  "Referrer-Policy")                    \
	X(HEADER_REFRESH,          "Refresh")                            \
	X(HEADER_RETRY_AFTER,      "Retry-After")                        \
	X(HEADER_WWW_AUTHENTICATE, "WWW-Authenticate")
/* clang-format on */

enum header {
#define X(slot, name) slot,
	HTTP_HEADERS(X)
#undef X
		HEADERS
};

/* The cookies that a response may set, one header each: more would not fit into the header block
 * that front ends accept. */
#define HTTP_COOKIES 4

struct http_out {
	int status;
	const char *content_type; /* NULL: no body */
	struct bytes body;
	const char *header[HEADERS];	  /* NULL: not sent */
	const char *cookie[HTTP_COOKIES]; /* values of Set-Cookie; NULL: not sent */
};

struct exchange {
	struct arena *arena;
	struct http_in in;
	struct http_out out;
	int64_t started; /* clock_micros when the request was taken; 0: not known */
	bool final;	 /* `out` may be sent before the batch ends */
	void *carrier;	 /* the connection; for the caller of the server */
};

/* Sets or replaces a header; NULL removes it. A value with control characters ends the process
 * (T-B06): callers validate values that come from data. */
void http_header(struct http_out *out, enum header h, const char *value);
const char *header_name(enum header h);
/* Sets or replaces the header Set-Cookie of one slot, in the same way. */
void http_cookie(struct http_out *out, size_t slot, const char *value);
/* Returns number and phrase, such as "200 OK". */
const char *http_status_line(int status);

#endif
