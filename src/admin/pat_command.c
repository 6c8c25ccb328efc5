/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl pat: issues a PAT that the administrator passes to the resource server. It is for one
 * owner and one resource server (UMA Federated Authorization, 1.3). The administrator is
 * responsible for the owner's consent. Without a resource server the token is an owner's token: it
 * gives access to the owner's policies and to nothing else.
 */
#include "admin/lookup.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/audit.h"
#include "model/delegation.h"
#include "model/token.h"

#define LIFE_MIN 10
#define LIFE_MAX 315360000 /* ten years, for a device whose PAT nobody renews */

static enum err
pat_find_server(struct invocation *c, struct client *rs)
{
	TRY(lookup_client(c, invocation_value(c, "client"), rs));
	if (!client_is_resource_server(rs))
		return invocation_fail(c, EX_DATAERR,
				       "client %s is not a resource server: it lacks "
				       "scope " SCOPE_PROTECTION,
				       rs->id);
	if (rs->disabled)
		return invocation_fail(c, EX_DATAERR, "client %s is disabled", rs->id);
	return OK;
}

static enum err
pat_find_owner(struct invocation *c, struct account *owner)
{
	TRY(lookup_account(c, invocation_value(c, "owner"), owner));
	if (owner->disabled)
		return invocation_fail(c, EX_DATAERR, "account %s is disabled", owner->login);
	return OK;
}

static enum err
pat_read_life(struct invocation *c, int64_t *out)
{
	const char *text = invocation_value(c, "life");

	*out = c->work.tenant->set.access_life;
	if (text != NULL && !text_parse_int(text, LIFE_MIN, LIFE_MAX, out))
		return invocation_fail(c, EX_DATAERR, "--life must be %d to %d seconds", LIFE_MIN,
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
	TRY(pat_read_life(c, &life));
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
	out_table_note(&c->out_table, "\nThe token is not shown again.");
	return OK;
}

/* Revokes the delegation from the owner to the resource server: its PATs and all tokens that are
 * based on them. */
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
	{ "client", "ID", FLAG_ONCE, "the resource server (default: the owner's own tokens)" },
	{ "owner", "LOGIN", FLAG_MUST, "the owner whose delegation is revoked" },
	FLAG_END
};

static const struct flag pat_flags[] = {
	{ "client", "ID", FLAG_ONCE, "the resource server (default: an owner's token)" },
	{ "owner", "LOGIN", FLAG_MUST, "the owner of the protected resources" },
	{ "life", "S", FLAG_ONCE, "lifetime in seconds (default: the setting access_life)" },
	FLAG_END
};

const struct command pat_commands[] = {
	{ "pat", "revoke", "TENANT", "Revoke PATs of an owner, and their tickets and RPTs",
	  revoke_flags, "pat revoke acme --client photos --owner alice", NEEDS_TENANT,
	  pat_revoke_run },
	{ "pat", NULL, "TENANT", "Issue a PAT for a resource server", pat_flags,
	  "pat acme --client photos --owner alice --life 31536000", NEEDS_TENANT, pat_run },
	COMMAND_END
};
