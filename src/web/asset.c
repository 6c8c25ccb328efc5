/* SPDX-License-Identifier: Apache-2.0 */
#include "web/asset.h"

#include "base/text.h"
#include "pages/pages.h"
#include "web/reply.h"

enum err
asset_get(struct request *rq)
{
	struct bytes file;
	const char *type = pages_asset_find(rq->work.pages, rq->id, &file);

	if (type == NULL)
		return ERR_NOT_FOUND;
	reply_document(rq, 200, type, file);
	reply_header(rq, HEADER_CACHE_CONTROL, "public, max-age=31536000, immutable");
	reply_header(rq, HEADER_PRAGMA, NULL);
	reply_header(rq, HEADER_NO_SNIFF, "nosniff");
	/* A picture that is opened by itself is a document: it runs no script. */
	if (text_starts(type, "image/"))
		reply_header(rq, HEADER_CSP, "default-src 'none'; sandbox");
	return OK;
}
