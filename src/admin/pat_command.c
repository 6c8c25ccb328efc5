/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl pat: a protection API access token handed over out of band.  One owner, one resource
 * server (UMA Federated Authorization, 1.3); that the owner agrees, the administrator vouches for.
 * Without a resource server it is the owner's own token, good for her policies and nothing else.
 */
#include "admin/lookup.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/delegation.h"
#include "model/token.h"

#define LIFE_MIN 10
#define LIFE_MAX 315360000 /* ten years: what an operator may want for a device */

static enum err
pat_find_server(struct invocation *c, struct client *rs)
{
	TRY(lookup_client(c, invocation_value(c, "client"), rs));
	if (!client_is_resource_server(rs))
		return invocation_refuse(c, EX_DATAERR,
					 "client %s is no resource server: it lacks "
					 "scope " SCOPE_PROTECTION,
					 rs->id);
	if (rs->disabled)
		return invocation_refuse(c, EX_DATAERR, "client %s is disabled", rs->id);
	return OK;
}

static enum err
pat_find_owner(struct invocation *c, struct account *owner)
{
	TRY(lookup_account(c, invocation_value(c, "owner"), owner));
	if (owner->disabled)
		return invocation_refuse(c, EX_DATAERR, "account %s is disabled", owner->login);
	return OK;
}

static enum err
pat_pick_life(struct invocation *c, int64_t *out)
{
	const char *text = invocation_value(c, "life");

	*out = c->work.tenant->set.access_life;
	if (text != NULL && !text_int(text, LIFE_MIN, LIFE_MAX, out))
		return invocation_refuse(c, EX_DATAERR, "--life is seconds, %d to %d", LIFE_MIN,
					 LIFE_MAX);
	return OK;
}

static enum err
pat_run(struct invocation *c)
{
	struct account owner;
	struct client rs;
	struct access pat = { .client = "" };
	const char *handle, *scope = SCOPE_OWNER;
	int64_t life;

	TRY(pat_find_owner(c, &owner));
	TRY(pat_pick_life(c, &life));
	if (invocation_given(c, "client")) {
		TRY(pat_find_server(c, &rs));
		pat.client = rs.id;
		scope = SCOPE_PROTECTION;
	}
	pat.owner = owner.id;
	str_list_add(c->work.arena, &pat.scopes, scope);
	TRY(access_issue(&c->work, &pat, life, &handle));
	audit_add(&c->work, &(struct audit){ .event = AUDIT_PAT_ISSUED,
					     .owner = owner.id,
					     .client = invocation_given(c, "client") ? rs.id : NULL,
					     .why = scope });
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "access_token", handle);
	out_field_text(&c->out_table, "token_type", "Bearer");
	out_field_text(&c->out_table, "scope", scope);
	out_field_int(&c->out_table, "expires_in", life);
	out_table_end(&c->out_table);
	out_table_note(&c->out_table, "\nThe token is shown this once.");
	return OK;
}

/* The owner takes back what a resource server may do in her name: its PATs and all that came of
 * them. */
static enum err
pat_revoke_run(struct invocation *c)
{
	struct account owner;
	struct client rs = { .id = "" };

	TRY(lookup_account(c, invocation_value(c, "owner"), &owner));
	if (invocation_given(c, "client"))
		TRY(lookup_client(c, invocation_value(c, "client"), &rs));
	TRY(delegation_revoke(&c->work, owner.id, rs.id));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "revoked", owner.login);
	out_field_text(&c->out_table, "client", *rs.id != '\0' ? rs.id : NULL);
	out_table_end(&c->out_table);
	return OK;
}

static const struct flag revoke_flags[] = {
	{ "client", "ID", FLAG_ONCE, "the resource server; without: the owner's own tokens" },
	{ "owner", "LOGIN", FLAG_MUST, "who takes it back" },
	FLAG_END
};

static const struct flag pat_flags[] = {
	{ "client", "ID", FLAG_ONCE, "the resource server that will hold it; without: the owner" },
	{ "owner", "LOGIN", FLAG_MUST, "whose resources it protects" },
	{ "life", "S", FLAG_ONCE, "seconds it is good for; else the setting access_life" },
	FLAG_END
};

const struct command pat_commands[] = {
	{ "pat", "revoke", "TENANT",
	  "Take back an owner's PATs, and the tickets and RPTs they gave", revoke_flags,
	  "pat revoke acme --client photos --owner alice", NEEDS_TENANT, pat_revoke_run },
	{ "pat", NULL, "TENANT", "Issue a PAT, to be handed to a resource server", pat_flags,
	  "pat acme --client photos --owner alice --life 31536000", NEEDS_TENANT, pat_run },
	COMMAND_END
};
