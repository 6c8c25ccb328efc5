/* SPDX-License-Identifier: Apache-2.0 */
/* Resource registration (UMA Federated Authorization, 3.2) for the owner and the resource server of
 * the PAT. */
#include <string.h>

#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "model/resource.h"
#include "uma/endpoints.h"
#include "web/etag.h"
#include "web/reply.h"

enum err
resource_load(struct request *rq)
{
	struct resource *r = ARENA_NEW(rq->work.arena, struct resource);

	rq->object = r;
	return resource_find(&rq->work, rq->caller.owner, rq->caller.client.id, rq->id,
			     ERR_NOT_FOUND, r);
}

static void
resource_reply_id(struct request *rq, int status, const struct resource *r)
{
	struct buf b = reply_object(rq);

	etag_reply(rq, r->revision);
	out_text(&b, "_id", r->id);
	reply_json(rq, status, &b);
}

/* One page of the collection. */
struct page {
	struct buf ids; /* the JSON array */
	int64_t limit;
	const char *after; /* the id before the page; NULL: the first page */
	const char *last;  /* the last id of the page */
};

static enum err
resource_page_add(void *arg, const void *id)
{
	struct page *p = arg;

	out_text(&p->ids, NULL, id);
	p->last = id;
	return OK;
}

/* The parameters `limit` and `after` of the query. */
static enum err
resource_page_read(struct request *rq, struct page *p)
{
	const char *limit = param_sent(&rq->query, "limit");

	p->after = param_sent(&rq->query, "after");
	p->limit = RESOURCE_PAGE_MAX;
	if (limit != NULL && !text_parse_int(limit, 1, RESOURCE_PAGE_MAX, &p->limit))
		return work_fail(&rq->work, ERR_INVALID_REQUEST,
				 "limit must be a number from 1 to %d", RESOURCE_PAGE_MAX);
	if (p->after != NULL && !id_is(p->after))
		return work_fail(&rq->work, ERR_INVALID_REQUEST, "after must be a resource id");
	return OK;
}

/* The address of the next page (RFC 8288). The resource with the last id may be deleted by then. */
static void
resource_page_link(struct request *rq, const struct page *p)
{
	reply_header(rq, HEADER_LINK,
		     arena_printf(rq->work.arena, "<%s/%s?limit=%lld&after=%s>; rel=\"next\"",
				  rq->work.tenant->issuer, rq->route->path, (long long)p->limit,
				  p->last));
}

enum err
resource_list(struct request *rq)
{
	struct page p = { .ids = { .arena = rq->work.arena } };
	bool more;

	TRY(resource_page_read(rq, &p));
	out_open(&p.ids, NULL, '[');
	TRY(resource_ids(&rq->work, rq->caller.owner, rq->caller.client.id, p.after,
			 (size_t)p.limit, resource_page_add, &p, &more));
	out_close(&p.ids, ']');
	if (more)
		resource_page_link(rq, &p);
	reply_document(rq, 200, TYPE_JSON, buf_bytes(&p.ids));
	return OK;
}

/* The route of the collection exists with a slash at its end and without. */
static const char *
resource_url(struct request *rq, const struct resource *r)
{
	const char *collection = rq->route->path;

	return arena_printf(rq->work.arena, "%s/%s%s%s", rq->work.tenant->issuer, collection,
			    text_ends(collection, "/") ? "" : "/", r->id);
}

enum err
resource_create(struct request *rq)
{
	struct resource r = { .owner = rq->caller.owner, .rs = rq->caller.client.id };

	TRY(resource_parse(&rq->work, rq->json, &r));
	TRY(resource_add(&rq->work, &r));
	reply_header(rq, HEADER_LOCATION, resource_url(rq, &r));
	resource_reply_id(rq, 201, &r);
	return OK;
}

/* The description as the resource server sent it, with _id in front. */
enum err
resource_get(struct request *rq)
{
	const struct resource *r = rq->object;
	struct buf b = { .arena = rq->work.arena };

	etag_reply(rq, r->revision);
	if (etag_known(rq, r->revision)) {
		reply_empty(rq, 304);
		return OK;
	}
	buf_printf(&b, "{\"_id\":\"%s\",%s", r->id, r->doc + 1);
	reply_document(rq, 200, TYPE_JSON, buf_bytes(&b));
	return OK;
}

enum err
resource_replace(struct request *rq)
{
	const struct resource *r = rq->object;
	struct resource fresh = *r;

	TRY(etag_check(rq, r->revision));
	TRY(resource_parse(&rq->work, rq->json, &fresh));
	if (strcmp(fresh.doc, r->doc) != 0)
		TRY(resource_put(&rq->work, &fresh));
	resource_reply_id(rq, 200, &fresh);
	return OK;
}

enum err
resource_delete(struct request *rq)
{
	const struct resource *r = rq->object;

	TRY(etag_check(rq, r->revision));
	TRY(resource_remove(&rq->work, r));
	reply_empty(rq, 204);
	return OK;
}
