/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The owner's policies over HTTP. A PAT gives access to the policies of its owner at its resource
 * server; an owner's own token to those at all resource servers. A policy of someone else and one
 * that does not exist get the same 404.
 */
#include <string.h>

#include "model/audit.h"
#include "model/policy_names.h"
#include "model/stored_policy.h"
#include "uma/endpoints.h"
#include "web/etag.h"
#include "web/reply.h"

struct target {
	struct stored_policy stored_policy;
	const char *rs;
};

static enum err
policy_find_resource(struct request *rq, struct resource *out)
{
	if (rq->caller.client.id != NULL)
		return resource_find(&rq->work, rq->caller.owner, rq->caller.client.id, rq->id,
				     ERR_NOT_FOUND, out);
	TRY(resource_by_id(&rq->work, rq->id, ERR_NOT_FOUND, out));
	return strcmp(out->owner, rq->caller.owner) == 0 ? OK : ERR_NOT_FOUND;
}

enum err
policy_load(struct request *rq)
{
	struct target *t = ARENA_NEW(rq->work.arena, struct target);
	struct resource r;

	rq->object = t;
	t->rs = rq->caller.client.id;
	if (rq->id == NULL)
		return stored_policy_find(&rq->work, rq->caller.owner, t->rs, NULL,
					  &t->stored_policy);
	TRY(policy_find_resource(rq, &r));
	t->rs = r.rs;
	return stored_policy_find(&rq->work, r.owner, r.rs, r.id, &t->stored_policy);
}

static void
policy_endpoint_record(struct request *rq, enum audit_event event, const char *rs)
{
	audit_add(&rq->work,
		  &(struct audit){
			  .event = event, .owner = rq->caller.owner, .rs = rs, .object = rq->id });
}

static enum err
policy_reply(struct request *rq, const struct stored_policy *s)
{
	const char *text;

	etag_reply(rq, s->revision);
	if (rq->in->method != M_PUT && etag_known(rq, s->revision)) {
		reply_empty(rq, 304);
		return OK;
	}
	TRY(stored_policy_show(&rq->work, s, &text));
	reply_document(rq, 200, TYPE_JSON, bytes_of(text));
	return OK;
}

static enum err
policy_fail_missing(struct request *rq)
{
	return work_fail(
		&rq->work, ERR_NOT_FOUND,
		rq->id != NULL
			? "no policy is stored for this resource"
			: "no default policy is stored for this owner at this resource server");
}

enum err
policy_get(struct request *rq)
{
	const struct target *t = rq->object;

	if (t->stored_policy.row.size == 0)
		return policy_fail_missing(rq);
	return policy_reply(rq, &t->stored_policy);
}

enum err
policy_replace(struct request *rq)
{
	struct target *t = rq->object;

	TRY(etag_check(rq, t->stored_policy.revision));
	TRY(stored_policy_put(&rq->work, &t->stored_policy, rq->json));
	policy_endpoint_record(rq, AUDIT_POLICY_SET, t->rs);
	return policy_reply(rq, &t->stored_policy);
}

enum err
policy_delete(struct request *rq)
{
	struct target *t = rq->object;

	TRY(etag_check(rq, t->stored_policy.revision));
	if (t->stored_policy.row.size == 0)
		return policy_fail_missing(rq);
	TRY(stored_policy_remove(&rq->work, &t->stored_policy));
	policy_endpoint_record(rq, AUDIT_POLICY_REMOVED, t->rs);
	reply_empty(rq, 204);
	return OK;
}
