/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted issuers of claim tokens. */
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "http/uri.h"
#include "jose/jwk.h"
#include "model/audit.h"
#include "model/issuer.h"
#include "model/row.h"
#include "model/tenant.h"

#define URL_MAX      400	/* it is a key */
#define AUDIENCE_MAX 16

static const struct field fields[] = {
	FIELD(struct issuer, "url", url, F_TEXT),
	FIELD(struct issuer, "jwks", jwks, F_JSON),
	FIELD(struct issuer, "audience", audience, F_STRS),
	FIELD(struct issuer, "created", created, F_INT),
	FIELD_END
};

static enum err
decode(struct work *w, struct bytes row, struct issuer *out)
{
	*out = (struct issuer){ .row = row };
	if (row_decode(w->arena, fields, row, out) && out->url != NULL && out->jwks != NULL)
		return OK;
	log_error("tenant %s: an issuer's row cannot be read", w->tenant->name);
	return ERR_STORE;
}

enum err
issuer_find(struct work *w, const char *url, enum err missing, struct issuer *out)
{
	struct bytes row;

	TRY(row_get(w, T_ISSUER, bytes_of(url), missing, &row));
	return decode(w, row, out);
}

enum err
issuer_put(struct work *w, const struct issuer *i)
{
	struct json_object *set;
	struct bytes row;
	struct jwks keys;
	struct uri uri;

	TRY(uri_parse(w->arena, i->url, &uri, &w->why));
	if (!uri_is_web(w->arena, i->url) || uri.has_query || uri.has_fragment ||
	    strlen(i->url) > URL_MAX)
		return fail(w, ERR_INVALID_REQUEST, "an issuer is an https URL of at most %d bytes "
			    "without query and fragment", URL_MAX);
	if (i->audience.n > AUDIENCE_MAX)
		return fail(w, ERR_INVALID_REQUEST, "an issuer has at most %d audiences",
			    AUDIENCE_MAX);
	set = json_parse(w->arena, bytes_of(i->jwks), &w->why);
	if (set == NULL)
		return ERR_INVALID_REQUEST;
	TRY(jwks_parse(w->arena, set, &keys, &w->why));
	row = row_encode(w->arena, fields, i);
	TRY(row_fits(w, row));
	change_put(w->changes, T_ISSUER, bytes_of(i->url), row);
	audit_add(w, &(struct audit){ .event = "issuer.set", .actor = "admin", .object = i->url });
	return OK;
}

enum err
issuer_remove(struct work *w, const char *url)
{
	struct issuer i;

	TRY(issuer_find(w, url, ERR_NOT_FOUND, &i));
	w->changes->essential = true;
	change_drop(w->changes, T_ISSUER, bytes_of(url));
	audit_add(w, &(struct audit){ .event = "issuer.removed", .actor = "admin", .object = url });
	return OK;
}

struct each {
	struct work *w;
	issuer_fn    fn;
	void        *arg;
};

static enum err
each_row(void *arg, struct bytes key, struct bytes row)
{
	struct each *e = arg;
	struct issuer i;

	TRY(decode(e->w, row, &i));
	return e->fn(e->arg, &i);
}

enum err
issuer_each(struct work *w, issuer_fn fn, void *arg)
{
	struct each e = { w, fn, arg };

	return store_scan(w->db, w->tenant->id, T_ISSUER, BYTES_NONE, BYTES_NONE, each_row, &e);
}
