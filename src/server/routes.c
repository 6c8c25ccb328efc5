/* SPDX-License-Identifier: Apache-2.0 */
/* Every door of the server.  No row, no service; a row settles caller and body before its handler
 * runs. */
#include <string.h>

#include "base/buf.h"
#include "oauth/endpoints.h"
#include "routes.h"
#include "uma/endpoints.h"

#define UMA2_WELL_KNOWN  ".well-known/uma2-configuration"
#define OAUTH_WELL_KNOWN ".well-known/oauth-authorization-server"

const struct route routes[] = {
	/* method   path                caller         body           handler           pages */
	{ M_GET,    UMA2_WELL_KNOWN,    CALLER_ANYONE, BODY_NONE,     discovery_get,    PAGES_ALL },
	{ M_GET,    OAUTH_WELL_KNOWN,   CALLER_ANYONE, BODY_NONE,     discovery_get,    PAGES_ALL },
	{ M_GET,    "jwks",             CALLER_ANYONE, BODY_NONE,     jwks_get,         PAGES_ALL },
	{ M_POST,   "token",            CALLER_CLIENT, BODY_FORM_RAW, token_post,       PAGES_ALL },
	{ M_POST,   "introspect",       CALLER_EITHER, BODY_FORM,     introspect_post,  PAGES_OWN },
	{ M_POST,   "revoke",           CALLER_CLIENT, BODY_FORM,     revoke_post,      PAGES_ALL },
	{ M_GET,    "resource_set",     CALLER_PAT,    BODY_NONE,     resource_list,    PAGES_OWN },
	{ M_POST,   "resource_set",     CALLER_PAT,    BODY_JSON,     resource_create,  PAGES_OWN },
	{ M_GET,    "resource_set/",    CALLER_PAT,    BODY_NONE,     resource_list,    PAGES_OWN },
	{ M_POST,   "resource_set/",    CALLER_PAT,    BODY_JSON,     resource_create,  PAGES_OWN },
	{ M_GET,    "resource_set/:id", CALLER_PAT,    BODY_NONE,     resource_get,     PAGES_OWN },
	{ M_PUT,    "resource_set/:id", CALLER_PAT,    BODY_JSON,     resource_replace, PAGES_OWN },
	{ M_DELETE, "resource_set/:id", CALLER_PAT,    BODY_NONE,     resource_delete,  PAGES_OWN },
	{ M_POST,   "permission",       CALLER_PAT,    BODY_JSON,     permission_post,  PAGES_OWN },
	{ M_GET,    "policy",           CALLER_PAT,    BODY_NONE,     policy_get,       PAGES_OWN },
	{ M_PUT,    "policy",           CALLER_PAT,    BODY_JSON,     policy_replace,   PAGES_OWN },
	{ M_DELETE, "policy",           CALLER_PAT,    BODY_NONE,     policy_delete,    PAGES_OWN },
	{ M_GET,    "policy/:id",       CALLER_OWNER,  BODY_NONE,     policy_get,       PAGES_OWN },
	{ M_PUT,    "policy/:id",       CALLER_OWNER,  BODY_JSON,     policy_replace,   PAGES_OWN },
	{ M_DELETE, "policy/:id",       CALLER_OWNER,  BODY_NONE,     policy_delete,    PAGES_OWN },
};
const size_t routes_count = sizeof routes / sizeof routes[0];

/* One segment of a row against one of the request.  Whether an identifier is one is no matter of
 * the route: who may not ask shall not learn it (UMA Federated Authorization, 6). */
static bool
segment_fits(const char *row, size_t n, const char *segment, const char **id)
{
	if (n == 3 && memcmp(row, ":id", 3) == 0) {
		*id = segment;
		return *segment != '\0';
	}
	return strlen(segment) == n && memcmp(row, segment, n) == 0;
}

static bool
path_fits(const char *row, const struct path *path, size_t skip, const char **id)
{
	size_t i = skip;

	*id = NULL;
	for (;; row++, i++) {
		size_t n = strcspn(row, "/");

		if (i >= path->n || !segment_fits(row, n, path->segment[i], id))
			return false;
		row += n;
		if (*row == '\0')
			return i + 1 == path->n;
	}
}

const struct route *
route_for_pages(const struct path *path, size_t skip)
{
	const char *id;

	for (size_t i = 0; i < routes_count; i++)
		if (routes[i].pages == PAGES_ALL && path_fits(routes[i].path, path, skip, &id))
			return &routes[i];
	return NULL;
}

static void
allow_add(struct buf *allow, enum method m)
{
	if (allow->size > 0)
		buf_text(allow, ", ");
	buf_text(allow, method_name(m));
	if (m == M_GET)
		buf_text(allow, ", HEAD");
}

enum err
route_find(struct arena *a, enum method method, const struct path *path, size_t skip,
	   const struct route **out, const char **id, const char **allow)
{
	struct buf methods = { .arena = a };

	if (method == M_HEAD)
		method = M_GET;
	for (size_t i = 0; i < routes_count; i++) {
		if (!path_fits(routes[i].path, path, skip, id))
			continue;
		if (routes[i].method == method) {
			*out = &routes[i];
			return OK;
		}
		allow_add(&methods, routes[i].method);
	}
	*allow = methods.data;
	return methods.size > 0 ? ERR_METHOD : ERR_NOT_FOUND;
}
