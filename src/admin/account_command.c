/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl account …: the accounts of a tenant, which are people and organisations. */
#include <string.h>

#include "admin/input.h"
#include "admin/lookup.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/issuer.h"
#include "model/password.h"
#include "model/reset.h"
#include "model/session.h"

static void
account_put_fields(struct out_table *s, const struct account *acc, bool has_password)
{
	out_field_text(s, "account", acc->id);
	out_field_text(s, "login", acc->login);
	out_field_text(s, "email", acc->email);
	out_field_str_list(s, "groups", &acc->groups);
	out_field_bool(s, "password", has_password);
	out_field_bool(s, "disabled", acc->disabled);
	out_field_time(s, "created", acc->created);
}

static enum err
account_show(struct invocation *c, const struct account *acc, bool has_password)
{
	out_table_record(&c->out_table);
	account_put_fields(&c->out_table, acc, has_password);
	out_table_end(&c->out_table);
	return OK;
}

/* Shows an account whose password the command does not change. */
static enum err
account_show_stored(struct invocation *c, const struct account *acc)
{
	struct bytes password;

	TRY(password_row(&c->work, acc, &password));
	return account_show(c, acc, password.size > 0);
}

static enum err
account_read_password(struct invocation *c, const struct account *acc)
{
	const char *password;

	TRY(input_secret(c, "password: ", &password));
	return password_set(&c->work, acc, password);
}

static enum err
account_edit(struct invocation *c, struct account *acc)
{
	const char *email;
	struct str_list groups = invocation_values(c, "group");

	TRY(input_email(c, &email));
	if (email != NULL)
		acc->email = email[0] != '\0' ? email : NULL;
	if (invocation_given(c, "group"))
		acc->groups = (struct str_list){ 0 };
	for (size_t i = 0; i < groups.n; i++)
		if (groups.list[i][0] != '\0')
			str_list_put(c->work.arena, &acc->groups, groups.list[i]);
	return OK;
}

static enum err
account_add_run(struct invocation *c)
{
	struct account acc = { .login = invocation_word(c, 1) };
	bool has_password = invocation_given(c, "password-stdin");

	TRY(account_edit(c, &acc));
	TRY(account_add(&c->work, &acc));
	if (has_password)
		TRY(account_read_password(c, &acc));
	return account_show(c, &acc, has_password);
}

static enum err
account_set_run(struct invocation *c)
{
	struct account acc;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	TRY(invocation_require_option(c));
	TRY(account_edit(c, &acc));
	TRY(account_put(&c->work, &acc));
	return account_show_stored(c, &acc);
}

static enum err
account_show_run(struct invocation *c)
{
	struct account acc;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	return account_show_stored(c, &acc);
}

static enum err
account_password_run(struct invocation *c)
{
	struct account acc;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	TRY(account_read_password(c, &acc));
	TRY(session_end_all(&c->work, acc.id, NULL));
	return account_show(c, &acc, true);
}

static enum err
account_list_one(void *arg, const void *account)
{
	const struct account *acc = account;
	struct invocation *c = arg;
	struct bytes password;

	TRY(password_row(&c->work, acc, &password));
	out_table_row(&c->out_table);
	account_put_fields(&c->out_table, acc, password.size > 0);
	return OK;
}

static enum err
account_list_run(struct invocation *c)
{
	out_table_list(&c->out_table, "accounts");
	TRY(account_each(&c->work, account_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

/* Also runs `account enable`. */
static enum err
account_disable_run(struct invocation *c)
{
	struct account acc;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	acc.disabled = invocation_disables(c);
	c->work.changes->essential = true;
	TRY(account_put(&c->work, &acc));
	return account_show_stored(c, &acc);
}

static enum err
account_remove_run(struct invocation *c)
{
	struct account acc;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	TRY(account_remove(&c->work, &acc));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "removed", acc.login);
	out_table_end(&c->out_table);
	return OK;
}

static enum err
account_note_trust(struct invocation *c, const char *issuer)
{
	const char *incarnation;
	enum err e = issuer_check_trusted(&c->work, issuer, ABSENT, &incarnation);

	if (e != ABSENT)
		return e;
	invocation_note(c,
			"the link has no effect until tenant %s trusts %s; usherctl issuer "
			"list %s shows the trusted issuers",
			c->work.tenant->name, issuer, c->work.tenant->name);
	return OK;
}

/* The name of a parameter of the web server takes the place of an issuer: see the setting login. */
static enum err
account_note_login(struct invocation *c, const char *issuer)
{
	const char *parameter = login_parameter(c->settings.login);

	if (!text_equal(parameter, issuer + sizeof LOGIN_ISSUER - 1))
		invocation_note(c,
				"the link has no effect unless usher.conf has the setting "
				"login = \"parameter %s\"",
				issuer + sizeof LOGIN_ISSUER - 1);
	return OK;
}

static enum err
account_link_run(struct invocation *c)
{
	const char *issuer = invocation_value(c, "issuer"),
		   *subject = invocation_value(c, "subject");
	bool by_server = text_starts(issuer, LOGIN_ISSUER);
	struct account acc;

	if (!by_server)
		TRY(input_issuer(c, "--issuer", issuer));
	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	TRY(account_link(&c->work, &acc, issuer, subject));
	TRY(by_server ? account_note_login(c, issuer) : account_note_trust(c, issuer));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "account", acc.id);
	out_field_text(&c->out_table, "login", acc.login);
	out_field_text(&c->out_table, "issuer", issuer);
	out_field_text(&c->out_table, "subject", subject);
	out_table_end(&c->out_table);
	return OK;
}

/* Prints the link of which `path` and the handle are the end. It is a secret until it is used. */
static void
account_print_link(struct invocation *c, const char *login, const char *path, const char *handle,
		   int64_t life)
{
	const struct tenant *t = c->work.tenant;

	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "login", login);
	out_field_text(&c->out_table, "link",
		       arena_printf(c->work.arena, "%s/%s/%s", t->issuer, path, handle));
	out_field_time(&c->out_table, "expires", c->work.now + life);
	out_table_end(&c->out_table);
	out_table_note(
		&c->out_table,
		"\nSend the link to this person only. It works once and is not shown again.");
}

static enum err
account_reset_link_run(struct invocation *c)
{
	struct account acc;
	const char *handle;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	if (acc.disabled)
		return invocation_fail(c, EX_DATAERR,
				       "account %s is disabled; usherctl account enable %s %s "
				       "enables it",
				       acc.login, c->work.tenant->name, acc.login);
	TRY(reset_issue(&c->work, &acc, &handle));
	account_print_link(c, acc.login, "reset", handle, RESET_LIFE);
	return OK;
}

#define EDIT_FLAGS                                                                                 \
	{ "email", "E", FLAG_ONCE, "e-mail address" },                                             \
	{                                                                                          \
		"group", "G", FLAG_MANY, "a group, which policies may name"                        \
	}

static const struct flag add_flags[] = {
	EDIT_FLAGS,
	{ "password-stdin", NULL, FLAG_SWITCH,
	  "read the password from standard input: at least 10 characters" },
	FLAG_END
};

static const struct flag edit_flags[] = { EDIT_FLAGS, FLAG_END };

static const struct flag link_flags[] = {
	{ "issuer", "URL", FLAG_MUST, "the issuer that identifies the person" },
	{ "subject", "SUB", FLAG_MUST, "the `sub` of the person in its ID Tokens" },
	FLAG_END
};

/* clang-format off */
const struct command account_commands[] = {
	{ "account", "add", "TENANT LOGIN", "Create an account", add_flags,
	  "account add acme alice --email alice@example.com --group family", NEEDS_TENANT,
	  account_add_run },
	{ "account", "list", "TENANT", "List the accounts", no_flags,
	  "account list acme", NEEDS_TENANT, account_list_run },
	{ "account", "show", "TENANT LOGIN", "Show an account", no_flags,
	  "account show acme alice", NEEDS_TENANT, account_show_run },
	{ "account", "set", "TENANT LOGIN", "Change what the options name, and nothing else",
	  edit_flags, "account set acme alice --email alice@example.org", NEEDS_TENANT,
	  account_set_run },
	{ "account", "password", "TENANT LOGIN",
	  "Set the password, which is read from standard input", no_flags,
	  "account password acme alice", NEEDS_TENANT, account_password_run },
	{ "account", "link", "TENANT LOGIN", "Link a subject of an issuer to the account",
	  link_flags, "account link acme bob --issuer https://idp.example.net --subject 248289",
	  NEEDS_TENANT, account_link_run },
	{ "account", "reset-link", "TENANT LOGIN",
	  "Make a link with which the person sets a new password", no_flags,
	  "account reset-link acme alice", NEEDS_TENANT, account_reset_link_run },
	{ "account", "disable", "TENANT LOGIN", "Disable the account, its PATs and its resources",
	  no_flags, "account disable acme alice", NEEDS_TENANT, account_disable_run },
	{ "account", "enable", "TENANT LOGIN", "Enable the account again", no_flags,
	  "account enable acme alice", NEEDS_TENANT, account_disable_run },
	{ "account", "remove", "TENANT LOGIN", "Remove the account with its resources and policies",
	  no_flags, "account remove acme alice", NEEDS_TENANT, account_remove_run },
	COMMAND_END
};
/* clang-format on */
