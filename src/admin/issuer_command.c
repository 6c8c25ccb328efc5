/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl issuer …: the issuers whose ID Tokens are accepted as claim tokens. */
#include "admin/input.h"
#include "base/json.h"
#include "model/issuer.h"

static size_t
issuer_count_keys(struct invocation *c, const struct issuer *i)
{
	struct json_object *set, *keys = NULL;
	const char *why = NULL;

	set = json_parse(c->work.arena, bytes_of(i->jwks), &why);
	if (set == NULL || json_member(set, "keys", json_type_array, &keys) != JSON_FOUND)
		return 0;
	return json_object_array_length(keys);
}

static void
issuer_put_fields(struct invocation *c, const struct issuer *i)
{
	out_field_text(&c->out_table, "issuer", i->url);
	out_field_int(&c->out_table, "keys", (int64_t)issuer_count_keys(c, i));
	out_field_str_list(&c->out_table, "audience", &i->audience);
	out_field_time(&c->out_table, "created", i->created);
}

static enum err
issuer_add_run(struct invocation *c)
{
	struct issuer i = { .url = invocation_word(c, 1), .created = c->work.now };
	struct json_object *set;

	if (invocation_given(c, "jwks-uri"))
		return invocation_fail(c, EX_UNAVAILABLE,
				       "--jwks-uri is not supported yet: usherd makes no outgoing "
				       "requests; fetch the key set and pass it with --jwks FILE");
	if (!invocation_given(c, "jwks"))
		return invocation_fail(c, EX_USAGE,
				       "--jwks FILE is missing: usherctl issuer add TENANT URL "
				       "--jwks FILE");
	TRY(input_issuer(c, "URL", i.url));
	TRY(input_json(c, invocation_value(c, "jwks"), &set));
	i.jwks = json_print(c->work.arena, set);
	i.audience = invocation_values(c, "audience");
	TRY(issuer_put(&c->work, &i));
	out_table_record(&c->out_table);
	issuer_put_fields(c, &i);
	out_table_end(&c->out_table);
	return OK;
}

static enum err
issuer_list_one(void *arg, const void *issuer)
{
	const struct issuer *i = issuer;
	struct invocation *c = arg;

	out_table_row(&c->out_table);
	issuer_put_fields(c, i);
	return OK;
}

static enum err
issuer_list_run(struct invocation *c)
{
	out_table_list(&c->out_table, "issuers");
	TRY(issuer_each(&c->work, issuer_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

static enum err
issuer_remove_run(struct invocation *c)
{
	const char *url = invocation_word(c, 1);
	enum err e = issuer_remove(&c->work, url);

	if (e == ERR_NOT_FOUND)
		return invocation_fail(c, EX_NOUSER,
				       "tenant %s does not trust issuer %s; usherctl issuer "
				       "list %s shows all",
				       c->work.tenant->name, url, c->work.tenant->name);
	TRY(e);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "removed", url);
	out_table_end(&c->out_table);
	return OK;
}

static const struct flag add_flags[] = {
	{ "jwks", "FILE", FLAG_ONCE, "its public keys, a JWK Set; - is standard input" },
	{ "jwks-uri", "URL", FLAG_ONCE, "not supported yet: usherd makes no outgoing requests" },
	{ "audience", "A", FLAG_MANY, "accept this audience too" },
	FLAG_END
};

/* clang-format off */
const struct command issuer_commands[] = {
	{ "issuer", "add", "TENANT URL", "Trust an issuer of ID Tokens, or replace its keys",
	  add_flags, "issuer add acme https://idp.example.net --jwks idp.jwks", NEEDS_TENANT,
	  issuer_add_run },
	{ "issuer", "list", "TENANT", "List the trusted issuers", no_flags,
	  "issuer list acme", NEEDS_TENANT, issuer_list_run },
	{ "issuer", "remove", "TENANT URL", "Stop trusting the issuer", no_flags,
	  "issuer remove acme https://idp.example.net", NEEDS_TENANT, issuer_remove_run },
	COMMAND_END
};
/* clang-format on */
