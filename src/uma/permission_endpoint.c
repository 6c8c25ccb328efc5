/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permission endpoint (UMA Federated Authorization, 4): one object or an array of them gives one
 * ticket, or nothing.  Faults of shape are told first, then unknown resources, then unknown scopes.
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

/* A resource has no more scopes than that (resource_parse.c), so more of them are not all there. */
static enum err
permission_add_scopes(struct work *w, struct permission *p, const struct str_list *scopes)
{
	for (size_t i = 0; i < scopes->n; i++) {
		str_list_put(w->arena, &p->scopes, scopes->list[i]);
		if (p->scopes.n > RESOURCE_SCOPES_MAX)
			return work_fail(w, ERR_INVALID_REQUEST,
					 "at most %d scopes of one resource may "
					 "be asked for",
					 RESOURCE_SCOPES_MAX);
	}
	return OK;
}

/* The same resource twice in one request: its scopes are joined, being sets. */
static enum err
permission_read_one(struct permission_request *permission_request, struct json_object *o)
{
	struct work *w = &permission_request->rq->work;
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
	p = permission_of(permission_request->list, id);
	if (p == NULL)
		p = permission_add(w->arena, &permission_request->last, id);
	return permission_add_scopes(w, p, &scopes);
}

static enum err
permission_read_all(struct permission_request *permission_request, struct json_object *body)
{
	size_t n = 1;

	if (!json_object_is_type(body, json_type_array))
		return permission_read_one(permission_request, body);
	n = json_object_array_length(body);
	if (n < 1 || n > PERMISSIONS_MAX)
		return work_fail(&permission_request->rq->work, ERR_INVALID_REQUEST,
				 "1 to %d permissions may be asked for at once", PERMISSIONS_MAX);
	for (size_t i = 0; i < n; i++)
		TRY(permission_read_one(permission_request, json_object_array_get_idx(body, i)));
	return OK;
}

/* Every one is looked at (T-U05), and looked at again by the commit. */
static enum err
permission_check_all(struct permission_request *permission_request)
{
	struct work *w = &permission_request->rq->work;
	const struct who *caller = &permission_request->rq->caller;
	struct resource r;
	bool covered = true;

	for (struct permission *p = permission_request->list; p != NULL; p = p->next) {
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
	struct permission_request permission_request = { .rq = rq };
	struct ticket t = { .grant = { .owner = rq->caller.owner,
				       .rs = rq->caller.client.id,
				       .delegation = rq->caller.token.version } };
	const char *handle;
	struct buf b;

	permission_request.last = &permission_request.list;
	TRY(permission_read_all(&permission_request, rq->json));
	TRY(permission_check_all(&permission_request));
	if (!permissions_fit(rq->work.arena, permission_request.list))
		return work_fail(&rq->work, ERR_TOO_LARGE, "that is too much for one ticket");
	t.asked = permission_request.list;
	TRY(ticket_issue(&rq->work, &t, rq->work.tenant->set.ticket_life, &handle));
	audit_add(&rq->work, &(struct audit){ .event = AUDIT_TICKET_ISSUED,
					      .owner = t.grant.owner,
					      .rs = t.grant.rs,
					      .permissions = t.asked });
	b = reply_object(rq);
	out_text(&b, "ticket", handle);
	reply_json(rq, 201, &b);
	return OK;
}
