/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_UMA_ENDPOINTS_H
#define USHER_UMA_ENDPOINTS_H

#include "web/request.h"

/*
 * Handlers of routes (src/server/routes.c).  Carried out by resource_endpoint.c,
 * permission_endpoint.c and policy_endpoint.c.
 */

/* Loader: rq->object is the struct resource of :id, if the PAT's owner and resource server have it;
 * else ERR_NOT_FOUND. */
enum err resource_load(struct request *rq);
/* Resource registration (UMA Federated Authorization, 3.2). */
enum err resource_list(struct request *rq);
enum err resource_create(struct request *rq);
enum err resource_get(struct request *rq);
enum err resource_replace(struct request *rq);
enum err resource_delete(struct request *rq);

/* Permission endpoint (UMA Federated Authorization, 4). */
enum err permission_post(struct request *rq);

/* Loader of the policy's handlers: finds the policy, or its place when there is none yet; without
 * :id the default policy.  ERR_NOT_FOUND when the caller has no such resource. */
enum err policy_load(struct request *rq);
/* The owner's policies: ours, no specification has it.  Without an id: her default for the resource
 * server of the PAT. */
enum err policy_get(struct request *rq);
enum err policy_replace(struct request *rq);
enum err policy_delete(struct request *rq);

#endif
