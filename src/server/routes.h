/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SERVER_ROUTES_H
#define USHER_SERVER_ROUTES_H

#include "web/request.h"

/* The row for a method and a path. The first `skip` segments of the path are those of the issuer.
 * ERR_NOT_FOUND: no row has the path. ERR_METHOD: rows have it with other methods, which *allow
 * lists; *row is one of them. HEAD finds the row of GET, unless that may write. *id is the segment
 * for :id, or NULL. */
enum err route_find(struct arena *a, enum method method, const struct path *path, size_t skip,
		    const struct route **row, const char **id, const char **allow);

/* A row with CORS_ANY for the path, whatever its method, or NULL. */
const struct route *route_find_cors(const struct path *path, size_t skip);

extern const struct routes routes;

#endif
