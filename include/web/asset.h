/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_WEB_ASSET_H
#define USHER_WEB_ASSET_H

#include "web/request.h"

/* GET /assets/:id: the style and the mark of pages. Their names change with their contents, so
 * browsers keep them (RFC 8246). */
enum err asset_get(struct request *rq);

#endif
