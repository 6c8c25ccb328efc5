/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl account …: people and organisations of a tenant. */
#include <string.h>

#include "admin/input.h"
#include "admin/lookup.h"
#include "model/issuer.h"

#define PASSWORD_MIN 8

static void
account_cells(struct sheet *s, const struct account *acc)
{
	cell_text(s, "account", acc->id);
	cell_text(s, "login", acc->login);
	cell_text(s, "email", acc->email);
	cell_strs(s, "groups", &acc->groups);
	cell_bool(s, "password", acc->password != NULL);
	cell_bool(s, "disabled", acc->disabled);
	cell_time(s, "created", acc->created);
}

static enum err
account_show(struct call *c, const struct account *acc)
{
	sheet_record(&c->sheet);
	account_cells(&c->sheet, acc);
	sheet_end(&c->sheet);
	return OK;
}

static enum err
account_edit_password(struct call *c, struct account *acc)
{
	const char *password;

	if (!call_given(c, "password-stdin"))
		return OK;
	TRY(input_secret(c, "password: ", &password));
	if (strlen(password) < PASSWORD_MIN)
		return call_refuse(c, EX_DATAERR, "a password has at least %d characters",
				   PASSWORD_MIN);
	acc->password = crypto_password_hash(c->work.arena, password);
	return OK;
}

static enum err
account_edit(struct call *c, struct account *acc)
{
	const char *email;
	struct strs groups = call_values(c, "group");

	TRY(input_email(c, &email));
	if (email != NULL)
		acc->email = email[0] != '\0' ? email : NULL;
	if (call_given(c, "group"))
		acc->groups = (struct strs){ 0 };
	for (size_t i = 0; i < groups.n; i++)
		if (groups.list[i][0] != '\0')
			strs_put(c->work.arena, &acc->groups, groups.list[i]);
	return account_edit_password(c, acc);
}

static enum err
account_add_run(struct call *c)
{
	struct account acc = { .login = call_word(c, 1) };

	TRY(account_edit(c, &acc));
	TRY(account_add(&c->work, &acc));
	return account_show(c, &acc);
}

static enum err
account_set_run(struct call *c)
{
	struct account acc;

	TRY(lookup_account(c, call_word(c, 1), &acc));
	TRY(call_must_change(c));
	TRY(account_edit(c, &acc));
	TRY(account_put(&c->work, &acc));
	return account_show(c, &acc);
}

static enum err
account_show_run(struct call *c)
{
	struct account acc;

	TRY(lookup_account(c, call_word(c, 1), &acc));
	return account_show(c, &acc);
}

static enum err
account_list_one(void *arg, const void *account)
{
	const struct account *acc = account;
	struct call *c = arg;

	sheet_row(&c->sheet);
	account_cells(&c->sheet, acc);
	return OK;
}

static enum err
account_list_run(struct call *c)
{
	sheet_list(&c->sheet, "accounts");
	TRY(account_each(&c->work, account_list_one, c));
	sheet_end(&c->sheet);
	return OK;
}

/* Enables, too. */
static enum err
account_disable_run(struct call *c)
{
	struct account acc;

	TRY(lookup_account(c, call_word(c, 1), &acc));
	acc.disabled = call_disables(c);
	c->work.changes->essential = true;
	TRY(account_put(&c->work, &acc));
	return account_show(c, &acc);
}

static enum err
account_remove_run(struct call *c)
{
	struct account acc;

	TRY(lookup_account(c, call_word(c, 1), &acc));
	TRY(account_remove(&c->work, &acc));
	sheet_record(&c->sheet);
	cell_text(&c->sheet, "removed", acc.login);
	sheet_end(&c->sheet);
	return OK;
}

static enum err
account_link_run(struct call *c)
{
	const char *issuer = call_value(c, "issuer"), *subject = call_value(c, "subject");
	const char *birth;
	struct account acc;
	enum err trusted;

	TRY(input_issuer(c, "--issuer", issuer));
	TRY(lookup_account(c, call_word(c, 1), &acc));
	TRY(account_link(&c->work, &acc, issuer, subject));
	trusted = issuer_check_trusted(&c->work, issuer, ABSENT, &birth);
	if (trusted == ABSENT)
		call_note(c, "the link has no effect until tenant %s trusts %s; usherctl issuer "
			  "list %s shows whom it trusts", c->work.tenant->name, issuer,
			  c->work.tenant->name);
	else
		TRY(trusted);
	sheet_record(&c->sheet);
	cell_text(&c->sheet, "account", acc.id);
	cell_text(&c->sheet, "login", acc.login);
	cell_text(&c->sheet, "issuer", issuer);
	cell_text(&c->sheet, "subject", subject);
	sheet_end(&c->sheet);
	return OK;
}

static const struct flag edit_flags[] = {
	{ "email", "E", FLAG_ONCE, "e-mail address" },
	{ "group", "G", FLAG_MANY, "group that policies may name" },
	{ "password-stdin", NULL, FLAG_SWITCH,
	  "read the password from standard input: at least 8 characters" },
	FLAG_END
};

static const struct flag link_flags[] = {
	{ "issuer", "URL", FLAG_MUST, "who knows the person" },
	{ "subject", "SUB", FLAG_MUST, "as whom: the `sub` of its ID Tokens" },
	FLAG_END
};

const struct command account_commands[] = {
	{ "account", "add", "TENANT LOGIN", "Make an account", edit_flags,
	  "account add acme alice --email alice@example.com --group family", NEEDS_TENANT,
	  account_add_run },
	{ "account", "list", "TENANT", "List the accounts", no_flags,
	  "account list acme", NEEDS_TENANT, account_list_run },
	{ "account", "show", "TENANT LOGIN", "Show an account", no_flags,
	  "account show acme alice", NEEDS_TENANT, account_show_run },
	{ "account", "set", "TENANT LOGIN", "Change what the options name, and nothing else",
	  edit_flags, "account set acme alice --email alice@example.org", NEEDS_TENANT,
	  account_set_run },
	{ "account", "link", "TENANT LOGIN", "Take an issuer's subject for this account",
	  link_flags, "account link acme bob --issuer https://idp.example.net --subject 248289",
	  NEEDS_TENANT, account_link_run },
	{ "account", "disable", "TENANT LOGIN", "Stop the account: its PATs and shares rest",
	  no_flags, "account disable acme alice", NEEDS_TENANT, account_disable_run },
	{ "account", "enable", "TENANT LOGIN", "Let it go on", no_flags,
	  "account enable acme alice", NEEDS_TENANT, account_disable_run },
	{ "account", "remove", "TENANT LOGIN", "Remove it with its resources and policies",
	  no_flags, "account remove acme alice", NEEDS_TENANT, account_remove_run },
	COMMAND_END
};
