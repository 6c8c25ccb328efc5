/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_OAUTH_ENDPOINTS_H
#define USHER_OAUTH_ENDPOINTS_H

#include "web/request.h"

/*
 * Handlers of routes (src/server/routes.c).  Carried out by discovery_endpoint.c, jwks_endpoint.c,
 * token_endpoint.c, introspect_endpoint.c and revoke_endpoint.c.
 */

/* Metadata of the issuer (RFC 8414; UMA Grant, 2; UMA Federated Authorization, 2). */
enum err discovery_get(struct request *rq);
/* The issuer's public keys (RFC 7517, 5). */
enum err jwks_get(struct request *rq);
/* RFC 6749, 3.2: hands over to the grant that grant_type names. */
enum err token_post(struct request *rq);
/* RFC 7662, and UMA Federated Authorization, 5. */
enum err introspect_post(struct request *rq);
/* RFC 7009, and UMA Grant, 3.7. */
enum err revoke_post(struct request *rq);

#endif
