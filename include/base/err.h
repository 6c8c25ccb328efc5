/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_ERR_H
#define USHER_BASE_ERR_H

/*
 * All errors of the program: name, HTTP status, and the `error` code of the response (empty: the
 * response has none).
 *
 * Errors below 500, and ERR_QUOTA, reject a request as a protocol defines it; the response has a
 * description. The others from 500 on are faults of this server: the code that notices one logs it,
 * and the response has only the `error` code.
 */
/* clang-format off */
#define ERR_LIST(X)                                                                      \
	X(OK,                         200, "")                                           \
	/* OAuth 2.0 (RFC 6749, 5.2) and its neighbours */                               \
	X(ERR_INVALID_REQUEST,        400, "invalid_request")                            \
	X(ERR_INVALID_CLIENT,         401, "invalid_client")                             \
	X(ERR_INVALID_GRANT,          400, "invalid_grant")                              \
	X(ERR_UNAUTHORIZED_CLIENT,    400, "unauthorized_client")                        \
	X(ERR_UNSUPPORTED_GRANT_TYPE, 400, "unsupported_grant_type")                     \
	X(ERR_INVALID_SCOPE,          400, "invalid_scope")                              \
	X(ERR_INVALID_TARGET,         400, "invalid_target")                             \
	/* the authorization endpoint (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6) */ \
	X(ERR_UNSUPPORTED_RESPONSE_TYPE, 400, "unsupported_response_type")               \
	X(ERR_ACCESS_DENIED,          403, "access_denied")                              \
	X(ERR_LOGIN_REQUIRED,         400, "login_required")                             \
	X(ERR_CONSENT_REQUIRED,       400, "consent_required")                           \
	/* Bearer tokens (RFC 6750, 3.1); a challenge for no token has no code */        \
	X(ERR_NO_TOKEN,               401, "")                                           \
	X(ERR_BEARER_REQUEST,         400, "invalid_request")                            \
	X(ERR_INVALID_TOKEN,          401, "invalid_token")                              \
	X(ERR_INSUFFICIENT_SCOPE,     403, "insufficient_scope")                         \
	/* UMA Grant, 3.3.6, and UMA Federated Authorization, 3.2 and 4.3 */             \
	X(ERR_REQUEST_DENIED,         403, "request_denied")                             \
	X(ERR_INVALID_RESOURCE_ID,    400, "invalid_resource_id")                        \
	X(ERR_NOT_FOUND,              404, "not_found")                                  \
	X(ERR_METHOD,                 405, "unsupported_method_type")                    \
	/* pages: the form is of another browser, session or page, or too old */         \
	X(ERR_EXPIRED_PAGE,           403, "expired_page")                               \
	/* plain HTTP */                                                                 \
	X(ERR_EXISTS,                 409, "already_exists")                             \
	X(ERR_PRECONDITION,           412, "precondition_failed")                        \
	X(ERR_TOO_LARGE,              413, "invalid_request")                            \
	X(ERR_HEADERS_TOO_LARGE,      431, "invalid_request")                            \
	X(ERR_TOO_MANY,               429, "temporarily_unavailable")                    \
	X(ERR_QUOTA,                  507, "quota_exceeded")                             \
	/* faults of this server */                                                      \
	X(ERR_SERVER,                 500, "server_error")                               \
	X(ERR_STORE,                  503, "server_error")                               \
	X(ERR_FULL,                   503, "server_error")                               \
	/* a job failed, or the queue of its process is full (base/jobs.h) */           \
	X(ERR_UNAVAILABLE,            503, "temporarily_unavailable")                    \
	/* another process holds the writer's lock for too long */                       \
	X(ERR_BUSY,                   503, "server_error")                               \
	/* internal results, which must not reach a client: the row does not exist; a    \
	 * callback ends a scan */                                                       \
	X(ABSENT,                     500, "server_error")                               \
	X(SCAN_STOP,                  500, "server_error")                               \
	/* optimistic-lock conflict: run the handler again */                            \
	X(ERR_CHANGED,                503, "server_error")                               \
	/* the request waits for a job: run the handler again when there is a result */  \
	X(ERR_WAIT,                   503, "server_error")
/* clang-format on */

enum err {
#define X(name, status, wire) name,
	ERR_LIST(X)
#undef X
};

/* The HTTP status of `e`. */
int err_status(enum err e);
/* The `error` member of the response, "" if it has none. */
const char *err_wire(enum err e);
/* The enumerator's own name, for logs and tests. */
const char *err_name(enum err e);

/* Returns from the function at the first error. Nothing leaks: all memory is in the arena. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		enum err try_err_ = (call);                                                        \
		if (try_err_ != OK)                                                                \
			return try_err_;                                                           \
	} while (0)

#endif
