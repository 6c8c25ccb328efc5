/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_ENDPOINTS_H
#define USHER_UMA_ENDPOINTS_H

#include "web/request.h"

/*
 * Handlers of routes (src/server/routes.c). Implemented by resource_endpoint.c,
 * permission_endpoint.c, policy_endpoint.c and claims_endpoint.c.
 */

/* Loader: sets rq->object to the struct resource with the id in the path. ERR_NOT_FOUND if the
 * PAT's owner and resource server do not have it. */
enum err resource_load(struct request *rq);
/* Resource registration (UMA Federated Authorization, 3.2). */
enum err resource_list(struct request *rq);
enum err resource_create(struct request *rq);
enum err resource_get(struct request *rq);
enum err resource_replace(struct request *rq);
enum err resource_delete(struct request *rq);

/* Permission endpoint (UMA Federated Authorization, 4). */
enum err permission_post(struct request *rq);

/* Claims interaction endpoint (UMA Grant, 3.3.2): the arrival from a client, the page, its form. */
enum err claims_get(struct request *rq);
enum err claims_page(struct request *rq);
enum err claims_post(struct request *rq);
extern const char *const claims_repeatable[], *const claims_fields[];

/* The owner's policies; no specification defines this interface.
 *
 * The loader finds the policy of the resource with the id in the path, or, without an id, the
 * owner's default policy for the resource server of the PAT. A policy that does not exist yet is
 * found with revision 0. ERR_NOT_FOUND if the caller has no such resource. */
enum err policy_load(struct request *rq);
enum err policy_get(struct request *rq);
enum err policy_replace(struct request *rq);
enum err policy_delete(struct request *rq);

#endif
