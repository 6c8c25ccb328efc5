/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_OAUTH_ENDPOINTS_H
#define USHER_OAUTH_ENDPOINTS_H

#include "web/request.h"

/*
 * Handlers of routes (src/server/routes.c), implemented by discovery_endpoint.c, jwks_endpoint.c,
 * token_endpoint.c, pushed_request_endpoint.c, introspect_endpoint.c and revoke_endpoint.c.
 */

/* Metadata of the issuer (RFC 8414; UMA Grant, 2; UMA Federated Authorization, 2). */
enum err discovery_get(struct request *rq);
/* The issuer's public keys (RFC 7517, 5). */
enum err jwks_get(struct request *rq);
/* The token endpoint (RFC 6749, 3.2): calls the function of the parameter grant_type. */
enum err token_post(struct request *rq);
/* The authorization endpoint (RFC 6749, 3.1), and the form of its consent page. */
enum err authorize_get(struct request *rq);
enum err authorize_post(struct request *rq);
/* Parameters of authorize_get that may be repeated for form_parse. */
extern const char *const authorization_request_repeatable[];
/* The pushed authorization request endpoint (RFC 9126, 2). */
enum err pushed_request_post(struct request *rq);
/* Introspection (RFC 7662; UMA Federated Authorization, 5). */
enum err introspect_post(struct request *rq);
/* Revocation (RFC 7009; UMA Grant, 3.7). */
enum err revoke_post(struct request *rq);

#endif
