/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permission endpoint (UMA Federated Authorization, 4): issues one ticket for one permission or an
 * array of them. Errors are reported in this order: malformed request, unknown resource, unknown
 * scope.
 */
#include <string.h>

#include "base/str_list.h"
#include "model/audit.h"
#include "model/resource.h"
#include "model/ticket.h"
#include "uma/endpoints.h"
#include "web/reply.h"

#define PERMISSIONS_MAX 64

struct permission_request {
	struct request *rq;
	struct permission *list, **last;
	size_t n;
};

/* A resource has at most RESOURCE_SCOPES_MAX scopes (resource_parse.c). */
static enum err
permission_add_scopes(struct work *w, struct permission *p, const struct str_list *scopes)
{
	for (size_t i = 0; i < scopes->n; i++) {
		str_list_put(w->arena, &p->scopes, scopes->list[i]);
		if (p->scopes.n > RESOURCE_SCOPES_MAX)
			return work_fail(w, ERR_INVALID_REQUEST,
					 "resource_scopes must have at most %d scopes "
					 "for one resource",
					 RESOURCE_SCOPES_MAX);
	}
	return OK;
}

/* A resource that appears twice in the request gets one entry with the scopes of both. */
static enum err
permission_read_one(struct permission_request *request, struct json_object *o)
{
	struct work *w = &request->rq->work;
	struct str_list scopes = { 0 };
	struct permission *p;
	const char *id;

	if (!json_object_is_type(o, json_type_object))
		return work_fail(w, ERR_INVALID_REQUEST, "a permission must be a JSON object");
	if (json_text(o, "resource_id", &id) != JSON_FOUND)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "resource_id is required and must be text");
	if (json_str_list(w->arena, o, "resource_scopes", RESOURCE_SCOPES_MAX, &scopes) !=
	    JSON_FOUND)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "resource_scopes is required and must be an "
				 "array of at most %d strings",
				 RESOURCE_SCOPES_MAX);
	p = permission_find(request->list, id);
	if (p == NULL)
		p = permission_add(w->arena, &request->last, id);
	return permission_add_scopes(w, p, &scopes);
}

static enum err
permission_read_all(struct permission_request *request, struct json_object *body)
{
	size_t n = 1;

	if (!json_object_is_type(body, json_type_array))
		return permission_read_one(request, body);
	n = json_object_array_length(body);
	if (n < 1 || n > PERMISSIONS_MAX)
		return work_fail(&request->rq->work, ERR_INVALID_REQUEST,
				 "the request must contain 1 to %d permissions", PERMISSIONS_MAX);
	for (size_t i = 0; i < n; i++)
		TRY(permission_read_one(request, json_object_array_get_idx(body, i)));
	return OK;
}

/* Every resource and scope must be registered (T-U05). The reads are tracked, so the commit checks
 * them again. */
static enum err
permission_check_all(struct permission_request *request)
{
	struct work *w = &request->rq->work;
	const struct caller *caller = &request->rq->caller;
	struct resource r;
	bool covered = true;

	for (struct permission *p = request->list; p != NULL; p = p->next) {
		enum err e = resource_find(w, caller->owner, caller->client.id, p->resource,
					   ERR_INVALID_RESOURCE_ID, &r);

		if (e == ERR_INVALID_RESOURCE_ID)
			return work_fail(w, e, "at least one resource_id is not registered");
		TRY(e);
		p->since = r.revision;
		covered = covered && str_list_covers(&r.scopes, &p->scopes);
	}
	return covered ? OK
		       : work_fail(w, ERR_INVALID_SCOPE,
				   "at least one scope is not registered for its resource");
}

enum err
permission_post(struct request *rq)
{
	struct permission_request request = { .rq = rq };
	struct ticket t = { .grant = { .owner = rq->caller.owner,
				       .rs = rq->caller.client.id,
				       .delegation = rq->caller.token.version } };
	const char *handle;
	struct buf b;

	request.last = &request.list;
	TRY(permission_read_all(&request, rq->json));
	TRY(permission_check_all(&request));
	if (!permissions_fit(rq->work.arena, request.list))
		return work_fail(&rq->work, ERR_TOO_LARGE,
				 "the permissions of one ticket must be at most %d bytes; request "
				 "fewer resources or scopes",
				 PERMISSIONS_SIZE_MAX);
	t.permissions = request.list;
	TRY(ticket_issue(&rq->work, &t, rq->work.tenant->set.ticket_life, &handle));
	audit_add(&rq->work, &(struct audit){ .event = AUDIT_TICKET_ISSUED,
					      .owner = t.grant.owner,
					      .rs = t.grant.rs,
					      .permissions = t.permissions });
	b = reply_object(rq);
	out_text(&b, "ticket", handle);
	reply_json(rq, 201, &b);
	return OK;
}
