/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves names to ids when a policy is written, and ids to logins when it is shown. */
#include "base/id.h"
#include "base/json.h"
#include "base/str_list.h"
#include "base/text.h"
#include "model/account.h"
#include "model/client.h"
#include "model/issuer.h"
#include "model/policy_names.h"
#include "model/resource.h"
#include "policy/names.h"

#define NAME_SHOWN 64 /* bytes of a name that a message quotes */

struct resolution {
	struct work *w;
	const struct resource *resource; /* NULL: a default policy */
};

static enum err
policy_names_fail(const struct policy_name *name, const char *reason)
{
	struct arena *a = name->json_path.arena;
	const char *text = *name->text;
	size_t n = strnlen(text, NAME_SHOWN);

	return json_path_fail(&name->json_path,
			      arena_printf(a, "is '%s', but %s",
					   text_plain(a, arena_strndup(a, text, n)), reason));
}

static enum err
policy_names_resolve_account(struct work *w, const struct policy_name *name)
{
	struct json_path login = name->json_path;
	struct account acc;
	enum err e = id_is(*name->text) ? account_find(w, *name->text, ABSENT, &acc)
					: account_by_login(w, *name->text, ABSENT, &acc);

	if (e == ABSENT)
		return policy_names_fail(name, "there is no such account");
	TRY(e);
	if (*name->login != NULL && !text_equal(*name->login, acc.login)) {
		login.name = "login";
		return json_path_fail(&login, "is not the login of that account: leave it out");
	}
	*name->text = acc.id;
	*name->login = NULL;
	return OK;
}

static enum err
policy_names_resolve(void *arg, const struct policy_name *name)
{
	const struct resolution *r = arg;
	struct client client;
	struct issuer issuer;
	const char *reason = NULL;
	enum err e = OK;

	switch (name->kind) {
	case NAME_ACCOUNT: return policy_names_resolve_account(r->w, name);
	case NAME_GROUP:
		e = account_group_find(r->w, *name->text, ABSENT);
		reason = "no account is in that group";
		break;
	case NAME_CLIENT:
		e = client_find(r->w, *name->text, ABSENT, &client);
		reason = "there is no such client";
		break;
	case NAME_ISSUER:
		e = issuer_find(r->w, *name->text, ABSENT, &issuer);
		reason = "the tenant does not trust that issuer";
		break;
	case NAME_SCOPE:
		if (r->resource != NULL && !str_list_has(&r->resource->scopes, *name->text))
			e = ABSENT;
		reason = "the resource has no such scope";
		break;
	case NAME_NONE: break;
	}
	return e == ABSENT ? policy_names_fail(name, reason) : e;
}

enum err
policy_names_read(struct work *w, const char *owner, const char *rs, const char *resource,
		  struct json_object *doc, struct policy *out, const char **text)
{
	struct resolution resolution = { .w = w };
	const char *why = NULL;
	struct buf b = { .arena = w->arena };
	struct resource r;

	if (resource != NULL) {
		TRY(resource_find(w, owner, rs, resource, ERR_NOT_FOUND, &r));
		resolution.resource = &r;
	}
	TRY_WHY(w, why, policy_parse(w->arena, doc, out, &why));
	TRY_WHY(w, why, policy_names_each(w->arena, out, policy_names_resolve, &resolution, &why));
	policy_print(&b, out);
	/* With ids the document is longer than the submitted one, and it must still be
	 * parseable. */
	doc = json_parse(w->arena, buf_bytes(&b), &why);
	if (doc == NULL)
		return work_fail_with(w, ERR_TOO_LARGE, why);
	*text = b.data;
	TRY_WHY(w, why, policy_parse(w->arena, doc, out, &why));
	return OK;
}

static enum err
policy_names_add_login(void *arg, const struct policy_name *name)
{
	struct work *w = arg;
	struct account acc;
	enum err e;

	if (name->kind != NAME_ACCOUNT)
		return OK;
	e = account_find(w, *name->text, ABSENT, &acc);
	if (e == OK)
		*name->login = acc.login;
	return e == ABSENT ? OK : e;
}

enum err
policy_names_show(struct work *w, const struct policy *p, const char **text)
{
	struct buf b = { .arena = w->arena };
	const char *why = NULL;

	TRY_WHY(w, why, policy_names_each(w->arena, p, policy_names_add_login, w, &why));
	policy_print(&b, p);
	*text = b.data;
	return OK;
}
