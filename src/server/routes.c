/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each endpoint of the server. The columns say what happens before the handler runs:
 * authentication of the caller, reading of the body, loading of the object in the path. */
#include <string.h>

#include "base/buf.h"
#include "oauth/endpoints.h"
#include "routes.h"
#include "people/endpoints.h"
#include "uma/endpoints.h"
#include "web/asset.h"

/* The first columns are required; further members follow by name. */
/* clang-format off */
#define ROUTE(method_, path_, caller_, errors_, handle_, ...)                        \
	{ .method = method_, .path = path_, .caller = caller_, .errors = ERRORS_##errors_, \
	  .handle = handle_, __VA_ARGS__ }
/* clang-format on */

#define UMA2_WELL_KNOWN	  ".well-known/uma2-configuration"
#define OAUTH_WELL_KNOWN  ".well-known/oauth-authorization-server"
#define OPENID_WELL_KNOWN ".well-known/openid-configuration"
#define FORM_MAX	  16384

static const char *const consent_fields[] = { "on", "answer", NULL };

/* The body of a page's form, with the names of its fields besides `form`. */
#define FORM_FIELDS(...)                                                                           \
	.body = BODY_FORM, .body_max = FORM_MAX, .fields = (const char *const[])                   \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

/* clang-format off */
static const struct route rows[] = {
	/*    method    path                caller                errors  handler */
	ROUTE(M_GET,    UMA2_WELL_KNOWN,    CALLER_ANYONE,        JSON,   discovery_get,
	      .cors = CORS_ANY),
	ROUTE(M_GET,    OAUTH_WELL_KNOWN,   CALLER_ANYONE,        JSON,   discovery_get,
	      .cors = CORS_ANY),
	ROUTE(M_GET,    OPENID_WELL_KNOWN,  CALLER_ANYONE,        JSON,   discovery_get,
	      .cors = CORS_ANY),
	ROUTE(M_GET,    "jwks",             CALLER_ANYONE,        JSON,   jwks_get,
	      .cors = CORS_ANY, .metadata = "jwks_uri"),
	ROUTE(M_POST,   "token",            CALLER_CLIENT,        JSON,   token_post,
	      .body = BODY_FORM_RAW, .body_max = FORM_MAX, .uncounted = "claim_token",
	      .cors = CORS_ANY, .metadata = "token_endpoint"),
	ROUTE(M_GET,    "authorize",        CALLER_VISITOR,       PAGE,   authorize_get,
	      .body = BODY_FORM_RAW, .repeatable = authorization_request_repeatable,
	      .may_write_on_get = true, .no_form_action = true,
	      .metadata = "authorization_endpoint"),
	ROUTE(M_POST,   "authorize",        CALLER_VISITOR,       PAGE,   authorize_post,
	      .body = BODY_FORM, .body_max = FORM_MAX, .may_repeat = true,
	      .fields = consent_fields, .no_form_action = true),
	ROUTE(M_POST,   "par",              CALLER_CLIENT,        JSON,   pushed_request_post,
	      .body = BODY_FORM, .body_max = FORM_MAX, .cors = CORS_ANY,
	      .metadata = "pushed_authorization_request_endpoint"),
	ROUTE(M_POST,   "introspect",       CALLER_PAT_OR_CLIENT, BEARER, introspect_post,
	      .body = BODY_FORM, .body_max = FORM_MAX, .read_only = true,
	      .metadata = "introspection_endpoint"),
	ROUTE(M_POST,   "revoke",           CALLER_CLIENT,        JSON,   revoke_post,
	      .body = BODY_FORM, .body_max = FORM_MAX, .cors = CORS_ANY,
	      .metadata = "revocation_endpoint"),
	ROUTE(M_GET,    "resource_set",     CALLER_PAT,           BEARER, resource_list,
	      .read_only = true, .metadata = "resource_registration_endpoint"),
	ROUTE(M_POST,   "resource_set",     CALLER_PAT,           BEARER, resource_create,
	      .body = BODY_JSON),
	ROUTE(M_GET,    "resource_set/",    CALLER_PAT,           BEARER, resource_list,
	      .read_only = true),
	ROUTE(M_POST,   "resource_set/",    CALLER_PAT,           BEARER, resource_create,
	      .body = BODY_JSON),
	ROUTE(M_GET,    "resource_set/:id", CALLER_PAT,           BEARER, resource_get,
	      .load = resource_load, .read_only = true),
	ROUTE(M_PUT,    "resource_set/:id", CALLER_PAT,           BEARER, resource_replace,
	      .load = resource_load, .body = BODY_JSON),
	ROUTE(M_DELETE, "resource_set/:id", CALLER_PAT,           BEARER, resource_delete,
	      .load = resource_load),
	ROUTE(M_POST,   "permission",       CALLER_PAT,           BEARER, permission_post,
	      .body = BODY_JSON, .metadata = "permission_endpoint"),
	ROUTE(M_GET,    "policy",           CALLER_PAT,           BEARER, policy_get,
	      .load = policy_load, .read_only = true, .metadata = "policy_endpoint"),
	ROUTE(M_PUT,    "policy",           CALLER_PAT,           BEARER, policy_replace,
	      .load = policy_load, .body = BODY_JSON),
	ROUTE(M_DELETE, "policy",           CALLER_PAT,           BEARER, policy_delete,
	      .load = policy_load),
	ROUTE(M_GET,    "policy/:id",       CALLER_PAT_OR_OWNER,  BEARER, policy_get,
	      .load = policy_load, .read_only = true),
	ROUTE(M_PUT,    "policy/:id",       CALLER_PAT_OR_OWNER,  BEARER, policy_replace,
	      .load = policy_load, .body = BODY_JSON),
	ROUTE(M_DELETE, "policy/:id",       CALLER_PAT_OR_OWNER,  BEARER, policy_delete,
	      .load = policy_load),
	ROUTE(M_GET,    "claims",           CALLER_VISITOR,       PAGE,   claims_get,
	      .body = BODY_FORM_RAW, .repeatable = claims_repeatable, .may_write_on_get = true,
	      .metadata = "claims_interaction_endpoint"),
	ROUTE(M_GET,    "claims/:id",       CALLER_VISITOR,       PAGE,   claims_page,
	      .no_form_action = true),
	ROUTE(M_POST,   "claims/:id",       CALLER_VISITOR,       PAGE,   claims_post,
	      .body = BODY_FORM, .body_max = FORM_MAX, .fields = claims_fields,
	      .no_form_action = true),
	ROUTE(M_GET,    "assets/:id",       CALLER_ANYONE,        JSON,   asset_get,
	      .read_only = true),
	ROUTE(M_GET,    "help",             CALLER_VISITOR,       PAGE,   help_get),
	ROUTE(M_GET,    "signin",           CALLER_VISITOR,       PAGE,   signin_get),
	ROUTE(M_POST,   "signin",           CALLER_VISITOR,       PAGE,   signin_post,
	      FORM_FIELDS("name", "password", "on")),
	ROUTE(M_POST,   "signin/again",     CALLER_VISITOR,       PAGE,   signin_again_post,
	      FORM_FIELDS("on")),
	ROUTE(M_GET,    "signin/by-server", CALLER_VISITOR,       PAGE,   server_signin_get),
	ROUTE(M_POST,   "signin/by-server", CALLER_VISITOR,       PAGE,   server_signin_post,
	      FORM_FIELDS("on")),
	ROUTE(M_POST,   "signout",          CALLER_VISITOR,       PAGE,   signout_post,
	      FORM_FIELDS(NULL)),
	ROUTE(M_GET,    "signed-out",       CALLER_VISITOR,       PAGE,   signed_out_get),
	ROUTE(M_GET,    "reset/:id",        CALLER_VISITOR,       PAGE,   reset_get),
	ROUTE(M_POST,   "reset/:id",        CALLER_VISITOR,       PAGE,   reset_post,
	      FORM_FIELDS("user", "new")),
	ROUTE(M_GET,    "my/",              CALLER_PERSON,        PAGE,   home_get),
	ROUTE(M_GET,    "my/account",       CALLER_PERSON,        PAGE,   account_get),
	ROUTE(M_GET,    "my/devices",       CALLER_PERSON,        PAGE,   devices_get),
	ROUTE(M_POST,   "my/devices/:id/end", CALLER_PERSON,      PAGE,   device_end_post,
	      FORM_FIELDS(NULL)),
	ROUTE(M_POST,   "my/devices/end",   CALLER_PERSON,        PAGE,   devices_end_post,
	      FORM_FIELDS(NULL)),
	ROUTE(M_GET,    "my/password",      CALLER_PERSON,        PAGE,   password_get),
	ROUTE(M_POST,   "my/password",      CALLER_PERSON,        PAGE,   password_post,
	      FORM_FIELDS("user", "old", "new")),
};
/* clang-format on */
const struct routes routes = { rows, sizeof rows / sizeof rows[0] };

/* Compares one segment of a row with one of the request. A malformed identifier fits, too: callers
 * that are not authenticated must not learn the difference (UMA Federated Authorization, 6). */
static bool
routes_segment_fits(const char *row, size_t n, const char *segment, const char **id)
{
	if (n == 3 && memcmp(row, ":id", 3) == 0) {
		*id = segment;
		return *segment != '\0';
	}
	return strlen(segment) == n && memcmp(row, segment, n) == 0;
}

static bool
routes_path_fits(const char *row, const struct path *path, size_t skip, const char **id)
{
	size_t i = skip;

	*id = NULL;
	for (;; row++, i++) {
		size_t n = strcspn(row, "/");

		if (i >= path->n || !routes_segment_fits(row, n, path->segment[i], id))
			return false;
		row += n;
		if (*row == '\0')
			return i + 1 == path->n;
	}
}

const struct route *
route_find_cors(const struct path *path, size_t skip)
{
	const char *id;

	for (size_t i = 0; i < routes.n; i++)
		if (routes.row[i].cors == CORS_ANY &&
		    routes_path_fits(routes.row[i].path, path, skip, &id))
			return &routes.row[i];
	return NULL;
}

static void
routes_allow_add(struct buf *allow, const struct route *r)
{
	if (allow->size > 0)
		buf_text(allow, ", ");
	buf_text(allow, method_name(r->method));
	if (r->method == M_GET && !r->may_write_on_get)
		buf_text(allow, ", HEAD");
}

enum err
route_find(struct arena *a, enum method method, const struct path *path, size_t skip,
	   const struct route **row, const char **id, const char **allow)
{
	struct buf methods = { .arena = a };

	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.row[i];

		if (!routes_path_fits(r->path, path, skip, id))
			continue;
		if (r->method == method ||
		    (method == M_HEAD && r->method == M_GET && !r->may_write_on_get)) {
			*row = r;
			return OK;
		}
		*row = r;
		routes_allow_add(&methods, r);
	}
	*allow = methods.data;
	return methods.size > 0 ? ERR_METHOD : ERR_NOT_FOUND;
}
