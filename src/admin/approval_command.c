/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl approval …: lists and withdraws what people have approved at the authorization
 * endpoint. */
#include "admin/lookup.h"
#include "model/approval.h"
#include "model/delegation.h"

static enum err
approval_list_one(void *arg, const void *approval)
{
	const struct approval *a = approval;
	struct invocation *c = arg;
	struct out_table *s = &c->out_table;
	struct approval valid;
	enum err e = approval_find(&c->work, a->account, a->client, ABSENT, &valid);

	if (e != OK && e != ABSENT)
		return e;
	out_table_row(s);
	out_field_text(s, "account", lookup_login(c, a->account));
	out_field_text(s, "client", a->client);
	out_field_text(s, "scope", str_list_join(c->work.arena, &a->scopes, " "));
	out_field_text(s, "state", e == OK ? "valid" : "ended");
	out_field_time(s, "given", a->given);
	return OK;
}

static enum err
approval_list_run(struct invocation *c)
{
	const char *login = invocation_value(c, "account");
	struct account account = { .id = NULL };

	if (login != NULL)
		TRY(lookup_account(c, login, &account));
	out_table_list(&c->out_table, "approvals");
	TRY(approval_each(&c->work, account.id, approval_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

static enum err
approval_withdraw_run(struct invocation *c)
{
	const char *client = invocation_value(c, "client");
	struct account account;
	enum err e;

	TRY(lookup_account(c, invocation_value(c, "account"), &account));
	e = approval_withdraw(&c->work, account.id, client);
	if (e == ERR_NOT_FOUND)
		return invocation_fail(c, EX_NOUSER,
				       "%s has not approved the client %s; usherctl approval "
				       "list %s shows all approvals",
				       account.login, client, c->work.tenant->name);
	TRY(e);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "withdrawn", client);
	out_field_text(&c->out_table, "account", account.login);
	out_table_end(&c->out_table);
	return OK;
}

static const struct flag list_flags[] = {
	{ "account", "LOGIN", FLAG_ONCE, "only approvals of this account" }, FLAG_END
};

static const struct flag withdraw_flags[] = {
	{ "account", "LOGIN", FLAG_MUST, "the account of the person who approved the client" },
	{ "client", "ID", FLAG_MUST, "the client" },
	FLAG_END
};

const struct command approval_commands[] = {
	{ "approval", "list", "TENANT", "List the clients that people have approved", list_flags,
	  "approval list acme --account alice", NEEDS_TENANT, approval_list_run },
	{ "approval", "withdraw", "TENANT",
	  "Withdraw an approval, and end the tokens that came of it", withdraw_flags,
	  "approval withdraw acme --account alice --client photos", NEEDS_TENANT,
	  approval_withdraw_run },
	COMMAND_END
};
