/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted issuers of claim tokens. */
#include <string.h>

#include "base/json.h"
#include "base/uri.h"
#include "jose/jwk.h"
#include "model/audit.h"
#include "model/grant.h"
#include "model/issuer.h"
#include "model/row.h"
#include "model/tenant.h"

#define URL_MAX	     400 /* bytes; the URL is a row key */
#define AUDIENCE_MAX 16

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct issuer, "birth", incarnation, F_TEXT),
	MUST(struct issuer, "url", url, F_TEXT),
	MUST(struct issuer, "jwks", jwks, F_JSON),
	FIELD(struct issuer, "audience", audience, F_STR_LIST),
	FIELD(struct issuer, "created", created, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(issuer, T_ISSUER, "an issuer", fields);

/* The field that issuer_check_trusted reads. */
static const struct field incarnation_fields[] = {
	FIELD(struct issuer, "birth", incarnation, F_TEXT), FIELD_END
};

static const struct row_kind incarnation_kind =
	ROW_KIND(issuer, T_ISSUER, "an issuer", incarnation_fields);

enum err
issuer_find(struct work *w, const char *url, enum err missing, struct issuer *out)
{
	return row_find_tracked(w, &kind, bytes_of(url), missing, out);
}

enum err
issuer_check_trusted(struct work *w, const char *url, enum err missing, const char **incarnation)
{
	struct issuer i;

	if (strcmp(url, w->tenant->issuer) == 0) {
		*incarnation = "own";
		return OK;
	}
	TRY(row_find_tracked(w, &incarnation_kind, bytes_of(url), missing, &i));
	*incarnation = i.incarnation != NULL ? i.incarnation : "";
	return OK;
}

/* An issuer that is trusted already keeps its incarnation: new keys change nothing else. */
static enum err
issuer_set_incarnation(struct work *w, const char *url, const char **incarnation)
{
	enum err e = issuer_check_trusted(w, url, ABSENT, incarnation);

	if (e == ABSENT)
		*incarnation = incarnation_new(w);
	return e == ABSENT ? OK : e;
}

/* Rows with the same bytes contain the same keys, in any snapshot. */
struct issuer_keys {
	struct bytes row;
	struct jwks keys;
	struct issuer_keys *next;
};

static enum err
issuer_parse_keys_one(struct arena *a, const struct issuer *i, struct jwks *out)
{
	struct json_object *set;
	const char *why = NULL;

	set = json_parse(a, bytes_of(i->jwks), &why);
	return set != NULL && jwks_parse(a, set, out, &why) == OK ? OK : ERR_SERVER;
}

enum err
issuer_parse_keys(struct work *w, const struct issuer *i, const struct jwks **out)
{
	struct tenant_cache *cached = w->tenant->cached;
	struct arena *a = cached->arena;
	struct issuer_keys *k;
	size_t n = 0;

	for (k = cached->issuers; k != NULL; k = k->next, n++)
		if (bytes_equal(k->row, i->row)) {
			*out = &k->keys;
			return OK;
		}
	if (n == ISSUERS_PARSED || arena_used(a) + i->row.size > ISSUERS_MEMORY)
		a = w->arena;
	k = ARENA_NEW(a, struct issuer_keys);
	TRY(issuer_parse_keys_one(a, i, &k->keys));
	*out = &k->keys;
	if (a == w->arena)
		return OK;
	k->row = arena_bytes(a, i->row);
	k->next = cached->issuers;
	cached->issuers = k;
	return OK;
}

enum err
issuer_put(struct work *w, const struct issuer *i)
{
	struct issuer next = *i;
	struct json_object *set;
	const char *why = NULL;
	struct bytes row;
	struct jwks keys;
	struct uri uri;

	TRY_WHY(w, why, uri_parse(w->arena, i->url, &uri, &why));
	if (!uri_is_web(w->arena, i->url) || uri.has_query || uri.has_fragment ||
	    strlen(i->url) > URL_MAX)
		return work_fail(w, ERR_INVALID_REQUEST,
				 "an issuer must be an https URL of at most %d bytes "
				 "without query and fragment",
				 URL_MAX);
	if (i->audience.n > AUDIENCE_MAX)
		return work_fail(w, ERR_INVALID_REQUEST, "an issuer can have at most %d audiences",
				 AUDIENCE_MAX);
	set = json_parse(w->arena, bytes_of(i->jwks), &why);
	if (set == NULL)
		return work_fail_with(w, ERR_INVALID_REQUEST, why);
	TRY_WHY(w, why, jwks_parse(w->arena, set, &keys, &why));
	TRY(issuer_set_incarnation(w, next.url, &next.incarnation));
	row = row_encode(w->arena, fields, &next);
	TRY(row_check_size(w, row));
	TRY(tenant_change_generation(w));
	change_put(w->changes, T_ISSUER, bytes_of(i->url), row);
	audit_add(w, &(struct audit){ .event = AUDIT_ISSUER_SET, .object = i->url });
	return OK;
}

enum err
issuer_remove(struct work *w, const char *url)
{
	struct issuer i;

	TRY(issuer_find(w, url, ERR_NOT_FOUND, &i));
	w->changes->essential = true;
	TRY(tenant_change_generation(w));
	change_drop(w->changes, T_ISSUER, bytes_of(url));
	audit_add(w, &(struct audit){ .event = AUDIT_ISSUER_REMOVED, .object = url });
	return OK;
}

enum err
issuer_each(struct work *w, each_fn fn, void *arg)
{
	return row_each(w, &kind, BYTES_NONE, fn, arg);
}
