/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_OAUTH_GRANTS_H
#define USHER_OAUTH_GRANTS_H

#include "web/request.h"

/* The client credentials grant (RFC 6749, 4.4). */
enum err grant_client_credentials(struct request *rq);
/* The refresh of an RPT (RFC 6749, 6; UMA Grant, 3.6), or of a token of an authorization code. */
enum err grant_refresh(struct request *rq);
/* The authorization code grant (RFC 6749, 4.1.3). */
enum err grant_code(struct request *rq);

/* For tokens of an authorization code. Returns OK if everything that the token depends on is
 * active, and the client is registered for its scopes; else ERR_INVALID_GRANT with the reason. */
enum err grant_check_access(struct request *rq, const struct access *t);
/* Issues the access token and, if it has a family, which is `f`, a refresh token, and makes the
 * response. */
enum err grant_issue_access(struct request *rq, struct access *t, const struct family *f);

#endif
