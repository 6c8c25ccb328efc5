/* SPDX-License-Identifier: Apache-2.0 */
#include "uma/session_party.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/tenant.h"

/* The claims that this server provides about its own accounts. `fresh`: they change with each
 * sign-in. */
static const struct {
	const char *name;
	bool fresh;
} own_claims[] = {
	{ "sub", false },
	{ "email", false },
	{ "email_verified", false },
	{ "preferred_username", false },
	{ "groups", false },
	{ "auth_time", true },
};
#define OWN_CLAIMS (sizeof own_claims / sizeof own_claims[0])

static struct json_object *
session_party_claims(struct work *w, const struct session *s)
{
	const struct account *a = &s->account;
	struct buf b = { .arena = w->arena };
	const char *why;

	out_open(&b, NULL, '{');
	out_text(&b, "sub", a->id);
	out_text(&b, "preferred_username", a->login);
	out_text(&b, "acr", s->acr);
	out_text(&b, "email", a->email);
	if (a->email != NULL)
		out_bool(&b, "email_verified", true);
	out_str_list(&b, "groups", &a->groups);
	out_close(&b, '}');
	return json_parse(w->arena, buf_bytes(&b), &why);
}

enum err
session_party(struct work *w, const struct session *s, struct party *out)
{
	enum err e;

	*out = (struct party){
		.issuer = w->tenant->issuer,
		.subject = s->account.id,
		.claims = session_party_claims(w, s),
		.issued = s->signed_in,
		.auth_time = s->signed_in,
	};
	if (out->claims == NULL)
		return ERR_SERVER;
	/* The identity was unlinked, or its issuer removed: the session does not help. */
	e = party_link(w, out);
	return e == ERR_INVALID_TOKEN ? ERR_EXPIRED_PAGE : e;
}

bool
session_party_is_stale(const struct required_claim *c)
{
	for (size_t i = 0; i < OWN_CLAIMS; i++)
		if (own_claims[i].fresh && text_equal(c->name, own_claims[i].name))
			return true;
	return false;
}

static bool
session_party_provides(struct work *w, const struct required_claim *c)
{
	if (c->issuer != NULL && strcmp(c->issuer, w->tenant->issuer) != 0)
		return false;
	for (size_t i = 0; i < OWN_CLAIMS; i++)
		if (c->name == NULL || strcmp(c->name, own_claims[i].name) == 0)
			return true;
	return false;
}

bool
session_party_helps(struct work *w, const struct required_claims *required,
		    const struct party *known)
{
	bool ours = known != NULL && text_equal(known->issuer, w->tenant->issuer);

	if (required->n == 0)
		return !ours;
	for (size_t i = 0; i < required->n; i++)
		if (session_party_provides(w, &required->list[i]) &&
		    (!ours || session_party_is_stale(&required->list[i])))
			return true;
	return false;
}
