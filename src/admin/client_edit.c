/* SPDX-License-Identifier: Apache-2.0 */
/* Applies options to the fields of a client. The model checks whether the fields agree. */
#include <string.h>

#include "admin/client_edit.h"
#include "admin/input.h"
#include "admin/lookup.h"
#include "base/str_list.h"
#include "base/text.h"
#include "base/uri.h"

#define SCOPES_MAX 32

/* clang-format off */
#define COMMON_FLAGS                                                                            \
	{ "name", "N", FLAG_ONCE, "name to show to people" },                                   \
	{ "public", NULL, FLAG_SWITCH, "public client without secret, as --auth none" },        \
	{ "auth", "METHOD", FLAG_ONCE,                                                          \
	  "client_secret_basic (default), client_secret_post, none" },                          \
	{ "grant", "G", FLAG_MANY,                                                              \
	  "uma, refresh_token, client_credentials, authorization_code" },                       \
	{ "scope", "S", FLAG_ONCE, "scopes; uma_protection makes it a resource server" },       \
	{ "redirect-uri", "U", FLAG_MANY, "redirection URI of the authorization endpoint" },    \
	{ "claims-redirect-uri", "U", FLAG_MANY, "claims redirection URI" },                    \
	{ "require-pushed", NULL, FLAG_SWITCH,                                                  \
	  "its authorization requests must be pushed (RFC 9126)" },                             \
	{ "push-claims", NULL, FLAG_SWITCH, "it may push claim tokens" },                       \
	{ "strict-scope", NULL, FLAG_SWITCH, "reject unregistered scopes; default: ignore them" }, \
	{ "resource-uri", "URI", FLAG_ONCE,                                                     \
	  "resource server: audience of RPTs (default: its id)" },                              \
	{ "rpt-permissions", "W", FLAG_ONCE, "resource server: token (default), introspection" }, \
	{ "partial", "P", FLAG_ONCE, "resource server: grant a part: yes, no, tenant (default)" }, \
	{ "flat-permissions", NULL, FLAG_SWITCH, "resource server: also id#scope strings" },    \
	{ "owner", "LOGIN", FLAG_ONCE, "resource server: owner of PATs by client_credentials" }, \
	{ "secret-stdin", NULL, FLAG_SWITCH,                                                    \
	  "read the secret from standard input: at least 16 characters" }
/* clang-format on */

const struct flag client_add_flags[] = {
	{ "id", "ID", FLAG_ONCE, "client_id, such as that at another server (default: a new one)" },
	COMMON_FLAGS,
	FLAG_END
};

const struct flag client_set_flags[] = {
	COMMON_FLAGS,
	{ "secret", "new", FLAG_ONCE, "make a new secret, which is shown once" },
	{ "no-require-pushed", NULL, FLAG_SWITCH, "it need not push authorization requests" },
	{ "no-push-claims", NULL, FLAG_SWITCH, "it may not push claim tokens any more" },
	{ "no-strict-scope", NULL, FLAG_SWITCH, "ignore unregistered scopes" },
	{ "no-flat-permissions", NULL, FLAG_SWITCH, "introspection as in the specification" },
	FLAG_END
};

/* Options with a fixed set of values, and the values as a sentence lists them. */
/* clang-format off */
static const struct choice {
	const char *option, *value[5], *list;
} choices[] = {
	{ "auth", { AUTH_BASIC, AUTH_POST, AUTH_NONE },
	  AUTH_BASIC ", " AUTH_POST " or " AUTH_NONE },
	{ "grant", { "uma", GRANT_UMA, GRANT_REFRESH, GRANT_CLIENT, GRANT_CODE },
	  "uma, " GRANT_REFRESH ", " GRANT_CLIENT " or " GRANT_CODE },
	{ "rpt-permissions", { "token", "introspection" }, "token or introspection" },
	{ "partial", { "yes", "no", "tenant" }, "yes, no or tenant" },
};
/* clang-format on */

static bool
client_edit_is_chosen(const struct choice *row, const char *value)
{
	if (value[0] == '\0') /* clears the field */
		return true;
	for (size_t i = 0; i < 5 && row->value[i] != NULL; i++)
		if (strcmp(row->value[i], value) == 0)
			return true;
	return false;
}

static enum err
client_edit_check_choices(struct invocation *c)
{
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		const struct choice *row = &choices[i];
		struct str_list values = invocation_values(c, row->option);

		for (size_t k = 0; k < values.n; k++)
			if (!client_edit_is_chosen(row, values.list[k]))
				return invocation_fail(c, EX_DATAERR, "--%s must be %s, not “%s”",
						       row->option, row->list, values.list[k]);
	}
	return OK;
}

static enum err
client_edit_check_redirects(struct invocation *c, const char *option)
{
	const char *what = arena_printf(c->work.arena, "--%s", option), *why;
	struct str_list uris = invocation_values(c, option);

	for (size_t i = 0; i < uris.n; i++)
		if (uris.list[i][0] != '\0' &&
		    uri_check_redirect(c->work.arena, uris.list[i], &why) != OK)
			return invocation_fail_value(c, what, uris.list[i], why);
	return OK;
}

static enum err
client_edit_check_resource_uri(struct invocation *c)
{
	const char *uri = invocation_value(c, "resource-uri"),
		   *why = "the URI must not have a fragment";
	struct uri parsed;

	if (uri == NULL || uri[0] == '\0' ||
	    (uri_parse(c->work.arena, uri, &parsed, &why) == OK && !parsed.has_fragment))
		return OK;
	return invocation_fail_value(c, "--resource-uri", uri, why);
}

/* The model checks all values again, but its messages do not name the options. */
static enum err
client_edit_check_values(struct invocation *c)
{
	TRY(client_edit_check_choices(c));
	TRY(client_edit_check_redirects(c, "redirect-uri"));
	TRY(client_edit_check_redirects(c, "claims-redirect-uri"));
	return client_edit_check_resource_uri(c);
}

static void
client_edit_text(struct invocation *c, const char *option, const char **field)
{
	const char *value = invocation_value(c, option);

	if (value != NULL)
		*field = value[0] != '\0' ? value : NULL;
}

static void
client_edit_list(struct invocation *c, const char *option, struct str_list *field)
{
	struct str_list values = invocation_values(c, option);

	if (!invocation_given(c, option))
		return;
	*field = (struct str_list){ 0 };
	for (size_t i = 0; i < values.n; i++)
		if (values.list[i][0] != '\0')
			str_list_put(c->work.arena, field, values.list[i]);
}

/* `client set` has an option --no-… for each switch; `client add` has none. */
static void
client_edit_switch(struct invocation *c, const char *option, bool *field)
{
	const char *off = arena_printf(c->work.arena, "no-%s", option);

	if (invocation_given(c, option))
		*field = true;
	else if (c->options.flags == client_set_flags && invocation_given(c, off))
		*field = false;
}

static void
client_edit_grants(struct invocation *c, struct client *cl)
{
	client_edit_list(c, "grant", &cl->grants);
	for (size_t i = 0; i < cl->grants.n; i++)
		if (strcmp(cl->grants.list[i], "uma") == 0)
			cl->grants.list[i] = GRANT_UMA;
}

static enum err
client_edit_scopes(struct invocation *c, struct client *cl)
{
	const char *scope = invocation_value(c, "scope");

	if (scope == NULL)
		return OK;
	cl->scopes = (struct str_list){ 0 };
	if (scope[0] != '\0' &&
	    !str_list_parse_scope(c->work.arena, scope, SCOPES_MAX, &cl->scopes))
		return invocation_fail(c, EX_DATAERR,
				       "--scope must be at most %d scope tokens separated by "
				       "single spaces (RFC 6749, 3.3), not “%s”",
				       SCOPES_MAX, scope);
	return OK;
}

static enum err
client_edit_fail_secret(struct invocation *c)
{
	return invocation_fail(c, EX_USAGE, "a public client cannot have a secret");
}

static enum err
client_edit_auth(struct invocation *c, struct client *cl)
{
	const char *auth = invocation_value(c, "auth");

	if (invocation_given(c, "public") && auth != NULL && strcmp(auth, AUTH_NONE) != 0)
		return invocation_fail(c, EX_USAGE, "--public and --auth %s exclude each other",
				       auth);
	if (invocation_given(c, "public"))
		auth = AUTH_NONE;
	if (auth != NULL)
		cl->auth = auth;
	if (text_equal(cl->auth, AUTH_NONE) && invocation_given(c, "secret-stdin"))
		return client_edit_fail_secret(c);
	return OK;
}

/* Returns the index of the option's value in `names`, or `was` if the option is not given. An empty
 * value is the first one. client_edit_check_choices has refused all other values. */
static size_t
client_edit_choice(struct invocation *c, const char *option, const char *const *names, size_t was)
{
	const char *value = invocation_value(c, option);

	if (value == NULL)
		return was;
	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	return 0;
}

static enum err
client_edit_resource_server(struct invocation *c, struct client *cl)
{
	const char *login = invocation_value(c, "owner");
	struct account owner;

	client_edit_text(c, "resource-uri", &cl->resource_uri);
	cl->rpt_permissions = (enum rpt_permissions)client_edit_choice(c, "rpt-permissions",
								       rpt_permissions_names,
								       cl->rpt_permissions);
	cl->partial = (enum partial)client_edit_choice(c, "partial", partial_names, cl->partial);
	client_edit_switch(c, "flat-permissions", &cl->flat_permissions);
	if (login == NULL)
		return OK;
	TRY(lookup_account(c, login, &owner));
	cl->owner = owner.id;
	return OK;
}

/* The values are stored, and take effect when the client becomes a resource server. */
static void
client_edit_note_resource_server_options(struct invocation *c)
{
	static const char *const options[] = { "resource-uri", "rpt-permissions", "partial",
					       "flat-permissions", "owner" };

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (invocation_given(c, options[i]) &&
		    !text_equal(invocation_value(c, options[i]), ""))
			invocation_note(c,
					"--%s has no effect: the client is not a resource server, "
					"it lacks scope " SCOPE_PROTECTION,
					options[i]);
}

enum err
client_edit(struct invocation *c, struct client *cl, const char **given_secret)
{
	*given_secret = NULL;
	TRY(client_edit_check_values(c));
	client_edit_text(c, "name", &cl->name);
	client_edit_list(c, "redirect-uri", &cl->redirect_uris);
	client_edit_list(c, "claims-redirect-uri", &cl->claims_redirect_uris);
	client_edit_switch(c, "require-pushed", &cl->require_pushed);
	client_edit_switch(c, "push-claims", &cl->push_claims);
	client_edit_switch(c, "strict-scope", &cl->strict_scope);
	client_edit_grants(c, cl);
	TRY(client_edit_scopes(c, cl));
	TRY(client_edit_auth(c, cl));
	TRY(client_edit_resource_server(c, cl));
	if (!client_is_resource_server(cl))
		client_edit_note_resource_server_options(c);
	return invocation_given(c, "secret-stdin") ? input_secret(c, "secret: ", given_secret) : OK;
}

/* client_add generates secrets and their hashes, so it is called with a draft of a client. The
 * changes of the draft are discarded. */
static enum err
client_edit_secret_of_draft(struct invocation *c, const char *given, const char **secret,
			    const char **hash)
{
	struct client draft = { .auth = AUTH_BASIC };
	struct work w = c->work;
	struct changes discarded;
	enum err e;

	changes_start(&discarded, w.arena, w.tenant->id);
	w.changes = &discarded;
	e = client_add(&w, &draft, given, secret);
	c->work.refusal = w.refusal;
	*hash = draft.secret;
	return e;
}

enum err
client_edit_secret(struct invocation *c, struct client *cl, const char *given, const char **secret)
{
	const char *word = invocation_value(c, "secret");

	*secret = NULL;
	if (word != NULL && (strcmp(word, "new") != 0 || given != NULL))
		return invocation_fail(c, EX_USAGE,
				       "use either --secret new or --secret-stdin; "
				       "a secret must not be in the arguments");
	if (text_equal(cl->auth, AUTH_NONE)) {
		cl->secret = NULL;
		return word == NULL ? OK : client_edit_fail_secret(c);
	}
	if (word == NULL && given == NULL && cl->secret == NULL)
		return invocation_fail(c, EX_USAGE,
				       "a client that is not public needs a "
				       "secret; add --secret new");
	if (word == NULL && given == NULL)
		return OK;
	return client_edit_secret_of_draft(c, given, secret, &cl->secret);
}
