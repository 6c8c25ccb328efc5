/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the objects of the tenant by the names that the administrator types. */
#include "admin/lookup.h"

static enum err
lookup_not_found(struct invocation *c, const char *what, const char *name, const char *where)
{
	return invocation_fail(c, EX_NOUSER, "tenant %s has no %s %s; usherctl %s %s shows all",
			       c->work.tenant->name, what, name, where, c->work.tenant->name);
}

enum err
lookup_client(struct invocation *c, const char *id, struct client *out)
{
	enum err e = client_find(&c->work, id, ABSENT, out);

	return e == ABSENT ? lookup_not_found(c, "client", id, "client list") : e;
}

enum err
lookup_server(struct invocation *c, const char *id, struct client *out)
{
	TRY(lookup_client(c, id, out));
	if (client_is_resource_server(out))
		return OK;
	return invocation_fail(
		c, EX_DATAERR,
		"client %s is not a resource server: it lacks scope " SCOPE_PROTECTION, id);
}

enum err
lookup_account(struct invocation *c, const char *login, struct account *out)
{
	enum err e = account_by_login(&c->work, login, ABSENT, out);

	if (e == ABSENT)
		e = account_find(&c->work, login, ABSENT, out);
	return e == ABSENT ? lookup_not_found(c, "account", login, "account list") : e;
}

enum err
lookup_resource(struct invocation *c, const char *id, struct resource *out)
{
	enum err e = resource_by_id(&c->work, id, ABSENT, out);

	return e == ABSENT ? lookup_not_found(c, "resource", id, "resource list") : e;
}

const char *
lookup_login(struct invocation *c, const char *account)
{
	struct account acc;

	if (account == NULL || account_find(&c->work, account, ABSENT, &acc) != OK)
		return account;
	return acc.login;
}

const char *
lookup_resource_name(struct invocation *c, const char *id)
{
	struct resource r;

	if (resource_by_id(&c->work, id, ABSENT, &r) != OK || r.name == NULL)
		return id;
	return r.name;
}
