/* SPDX-License-Identifier: Apache-2.0 */
/* What a grant depends on: see the header. */
#include "base/b64.h"
#include "base/random.h"
#include "base/text.h"
#include "model/account.h"
#include "model/grant.h"
#include "model/delegation.h"
#include "model/party.h"
#include "model/tenant.h"
#include "model/token.h"

const char *
incarnation_new(struct work *w)
{
	uint8_t raw[8];

	random_bytes(w->random, raw, sizeof raw);
	return b64url_encode(w->arena, BYTES(raw, sizeof raw));
}

static const char *
grant_holder(struct work *w, const char *client, const struct party *p)
{
	struct buf b = { .arena = w->arena };

	buf_text(&b, client);
	if (p != NULL) {
		buf_char(&b, '.');
		buf_text(&b, p->version);
	}
	return b.data;
}

enum err
grant_bind(struct work *w, struct grant *g, const struct party *p)
{
	const char *client;
	enum err e = client_check_holder(w, g->client, ABSENT, &client);

	if (e != OK && e != ABSENT)
		return e;
	g->party = party_key(w, p);
	g->issuer = p != NULL ? p->issuer : NULL;
	g->identity =
		p == NULL ? NULL
			  : b64url_encode(w->arena, account_identity_key(w, p->issuer, p->subject));
	g->holder = grant_holder(w, client, p);
	g->granted_at = w->now;
	return OK;
}

enum err
grant_find_sharing(struct work *w, const char *owner, int64_t *out)
{
	TRY(store_count(w->db, w->tenant->id, T_COUNT,
			changes_sharing_key(w->arena, bytes_of(owner)), out));
	*out += 1;
	return OK;
}

enum err
grant_record_sharing(struct work *w, struct grant *g, const struct party *p)
{
	g->groups = p != NULL ? p->group_change_count : 0;
	return grant_find_sharing(w, g->owner, &g->sharing);
}

/* Checks the client and the party on whose behalf it acts. */
static enum err
grant_check_holder(struct work *w, const struct grant *g, enum err missing, struct party *party)
{
	struct bytes identity;
	const char *client;

	TRY(client_check_holder(w, g->client, missing, &client));
	if (g->issuer == NULL)
		return text_equal(g->holder, grant_holder(w, client, NULL)) ? OK : missing;
	if (g->identity == NULL || !b64url_decode_public(w->arena, g->identity, &identity))
		return missing;
	party->issuer = g->issuer;
	TRY(party_resolve(w, identity, missing, party));
	return text_equal(g->holder, grant_holder(w, client, party)) ? OK : missing;
}

enum err
grant_check_active(struct work *w, const struct grant *g, const struct client *rs,
		   const char *current, enum err missing, struct party *party)
{
	struct family family;

	*party = (struct party){ 0 };
	if (g->client == NULL || g->owner == NULL || g->delegation == NULL ||
	    !text_equal(g->rs, rs->id))
		return missing;
	if (current == NULL)
		TRY(delegation_check_active(w, g->owner, rs, g->delegation, missing));
	else if (!text_equal(current, g->delegation))
		return missing;
	TRY(grant_check_holder(w, g, missing, party));
	return g->family != NULL ? family_find(w, g->family, missing, &family) : OK;
}
