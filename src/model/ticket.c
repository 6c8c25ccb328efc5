/* SPDX-License-Identifier: Apache-2.0 */
/* Permission tickets: see the header. Two workers may read the same ticket; only one of their
 * commits succeeds. */
#include "base/b64.h"
#include "base/log.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/handle.h"
#include "model/party.h"
#include "model/row.h"
#include "model/tenant.h"
#include "model/ticket.h"
#include "model/token.h"

/* clang-format off */
static const struct field fields[] = {
	GRANT_FIELDS(struct ticket),
	LIST(struct ticket, "asked", permissions, &permission_list),
	FIELD(struct ticket, "claims", sealed, F_TEXT),
	FIELD(struct ticket, "rotations", rotations, F_INT),
	FIELD(struct ticket, "gathered", gathered, F_BOOL),
	FIELD(struct ticket, "persist", persist, F_BOOL),
	FIELD(struct ticket, "used", used, F_BOOL),
	FIELD(struct ticket, "gave", rpt_key, F_TEXT),
	FIELD(struct ticket, "iat", issued, F_INT),
	FIELD(struct ticket, "exp", expires, F_INT),
	FIELD_END
};
/* clang-format on */

static const struct row_kind kind = ROW_KIND(ticket, T_TICKET, "a ticket", fields);

enum err
ticket_issue(struct work *w, struct ticket *t, int64_t life, const char **handle)
{
	t->issued = w->now;
	t->expires = w->now + life;
	t->used = false;
	handle_new(w, HANDLE_TICKET, t->expires, handle, &t->key);
	t->sealed = t->party != NULL ? party_seal(w, t->party, t->key) : NULL;
	t->row = row_encode(w->arena, fields, t);
	if (t->row.size > ROW_MAX) {
		t->sealed = NULL;
		t->row = row_encode(w->arena, fields, t);
	}
	change_put(w->changes, T_TICKET, t->key, t->row);
	return OK;
}

/* Only a replay that revokes something may use the store's reserve. */
static enum err
ticket_revoke_rpt(struct work *w, const struct ticket *t)
{
	struct bytes key, row;
	enum err e;

	if (t->rpt_key == NULL || !b64url_decode(w->arena, t->rpt_key, &key))
		return OK;
	e = row_get(w, T_RPT, key, ABSENT, &row);
	if (e != OK)
		return e == ABSENT ? OK : e;
	w->changes->essential = true;
	change_drop(w->changes, T_RPT, key);
	return OK;
}

static enum err
ticket_revoke_issued(struct work *w, const struct ticket *t)
{
	TRY(ticket_revoke_rpt(w, t));
	return t->grant.family != NULL ? family_end_by_id(w, t->grant.family) : OK;
}

/* UMA Grant, 5.5: a replayed ticket may have been stolen. What was issued for it is revoked if the
 * tenant's settings say so; the replay itself is always rejected. */
static enum err
ticket_handle_replay(struct work *w, const struct ticket *t, const char *client)
{
	TRY(audit_fold(w, &(struct audit){ .event = AUDIT_TICKET_REPLAYED,
					   .owner = t->grant.owner,
					   .rs = t->grant.rs,
					   .client = t->grant.client }));
	if (w->tenant->set.replay_revokes)
		TRY(ticket_revoke_issued(w, t));
	return work_fail(w, ERR_INVALID_GRANT, "the ticket was used before");
}

static enum err
ticket_find(struct work *w, const char *handle, struct ticket *out)
{
	struct bytes key = BYTES_NONE;
	enum err e;

	handle_row_key(w, HANDLE_TICKET, handle, &key);
	e = row_find_tracked(w, &kind, key, ERR_INVALID_GRANT, out);
	return e == ERR_INVALID_GRANT ? work_fail(w, e, "the ticket is unknown") : e;
}

enum err
ticket_redeem(struct work *w, const char *handle, const char *client, struct ticket *out)
{
	TRY(ticket_find(w, handle, out));
	if (out->expires <= w->now)
		return work_fail(w, ERR_INVALID_GRANT, "the ticket has expired");
	if (out->used)
		return ticket_handle_replay(w, out, client);
	if (out->sealed != NULL) {
		out->party = party_unseal(w, out->sealed, out->key);
		if (out->party == NULL)
			log_error(
				"tenant %s: the claims of a ticket cannot be decrypted; the client "
				"has to push them again",
				w->tenant->name);
	}
	/* The row stays, marked as used and without claims, to detect a replay. */
	if (out->grant.client == NULL) {
		out->grant.client = client;
		TRY(grant_bind(w, &out->grant, NULL));
	}
	out->used = true;
	out->sealed = NULL;
	change_take(w->changes, T_TICKET, out->key, out->row, row_encode(w->arena, fields, out));
	if (!text_equal(out->grant.client, client))
		return work_fail(w, ERR_INVALID_GRANT, "the ticket is bound to another client");
	return OK;
}

void
ticket_record_grant(struct work *w, struct ticket *t, struct bytes rpt_key, const char *family)
{
	t->rpt_key = b64url_encode(w->arena, rpt_key);
	t->grant.family = family;
	change_put(w->changes, T_TICKET, t->key, row_encode(w->arena, fields, t));
}

enum err
ticket_rotate(struct work *w, const struct ticket *old, int64_t life, const char **handle)
{
	struct ticket next = {
		.grant = old->grant,
		.permissions = old->permissions,
		.party = old->party,
		.rotations = old->rotations + 1,
		.gathered = old->gathered,
		.persist = old->persist,
	};

	if (old->rotations >= TICKET_ROTATIONS_MAX)
		return work_fail(w, ERR_REQUEST_DENIED,
				 "the ticket was rotated %d times; request a new "
				 "ticket from the resource server",
				 TICKET_ROTATIONS_MAX);

	return ticket_issue(w, &next, life, handle);
}
