/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_ROUTES_H
#define USHER_SERVER_ROUTES_H

#include "web/request.h"

/* The row for a method and a path below the issuer.  ERR_NOT_FOUND: no row has the path;
 * ERR_METHOD: some have, with other methods (`*allow` names them).  HEAD finds the row of GET.
 * `*id` is what :id stands for. */
enum err route_find(struct arena *a, enum method method, const struct path *path, size_t skip,
		    const struct route **out, const char **id, const char **allow);

/* The row of that path, whatever its method, with CORS_ANY; NULL: none. */
const struct route *route_find_cors(const struct path *path, size_t skip);

extern const struct routes routes;

#endif
