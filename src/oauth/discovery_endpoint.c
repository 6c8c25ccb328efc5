/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata document: lists everything that the server supports, and nothing else. */
#include "model/party.h"
#include "oauth/endpoints.h"
#include "web/reply.h"

#define CACHE_SECONDS 3600
#define PROFILE	      "urn:usher:profile:1" /* schema/profile.md */

/* Lists that end with NULL. */
static const struct {
	const char *member;
	const char *item[6];
} lists[] = {
	{ "response_types_supported", { "code" } },
	{ "response_modes_supported", { "query" } },
	{ "code_challenge_methods_supported", { "S256" } },
	{ "prompt_values_supported", { "none", "login", "consent" } },
	{ "grant_types_supported", { GRANT_CODE, GRANT_CLIENT, GRANT_REFRESH, GRANT_UMA } },
	{ "scopes_supported", { SCOPE_PROTECTION } },
	{ "token_endpoint_auth_methods_supported", { AUTH_BASIC, AUTH_POST, AUTH_NONE } },
	{ "revocation_endpoint_auth_methods_supported", { AUTH_BASIC, AUTH_POST, AUTH_NONE } },
	{ "introspection_endpoint_auth_methods_supported", { "Bearer", AUTH_BASIC, AUTH_POST } },
	{ "uma_profiles_supported", { FORMAT_ID_TOKEN, PROFILE } },
};

/* A client may be bound to pushed requests, but not all clients are (RFC 9126, 5). */
static const struct {
	const char *member;
	bool value;
} flags[] = {
	{ "authorization_response_iss_parameter_supported", true },
	{ "require_pushed_authorization_requests", false },
};

static struct bytes
discovery_print(const struct routes *routes, const char *issuer, struct arena *a)
{
	struct buf b = { .arena = a };

	out_open(&b, NULL, '{');
	out_text(&b, "issuer", issuer);
	for (size_t i = 0; i < routes->n; i++)
		if (routes->row[i].metadata != NULL)
			out_joined(&b, routes->row[i].metadata, issuer,
				   arena_printf(a, "/%s", routes->row[i].path));
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		out_open(&b, lists[i].member, '[');
		for (const char *const *item = lists[i].item; *item != NULL; item++)
			out_text(&b, NULL, *item);
		out_close(&b, ']');
	}
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		out_bool(&b, flags[i].member, flags[i].value);
	out_close(&b, '}');
	return buf_bytes(&b);
}

/* All requests of a tenant get the same document, so it is printed once. */
enum err
discovery_get(struct request *rq)
{
	const struct tenant *t = rq->work.tenant;

	if (t->cached->metadata.size == 0)
		t->cached->metadata = discovery_print(rq->routes, t->issuer, t->cached->arena);
	reply_cacheable(rq, CACHE_SECONDS);
	reply_document(rq, 200, TYPE_JSON, t->cached->metadata);
	return OK;
}
