/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl key …: the signing keys of a tenant (T-K02, T-K03). */
#include "admin/invocation.h"

static const char *
key_state_of(const struct tenant *t, const struct tenant_key *k, int64_t now)
{
	if (tenant_signing_key(t, now) == &k->key)
		return "signs";
	if (k->until != 0 && k->until <= now)
		return "over";
	return k->from > now ? "waits" : "published";
}

static enum err
key_list_run(struct invocation *c)
{
	const struct tenant *t = c->work.tenant;
	struct out_table *s = &c->out_table;

	out_table_list(s, "keys");
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next) {
		out_table_row(s);
		out_field_text(s, "kid", k->key.kid);
		out_field_text(s, "alg", k->key.alg);
		out_field_text(s, "state", key_state_of(t, k, c->work.now));
		out_field_time(s, "created", k->created);
		out_field_time(s, "signs_from", k->from);
		out_field_time(s, "published_until", k->until);
	}
	out_table_end(s);
	return OK;
}

static enum err
key_rotate_run(struct invocation *c)
{
	const struct tenant *t = c->work.tenant;
	bool at_once = tenant_signing_key(t, c->work.now) == NULL;
	char kid[44];

	TRY(tenant_key_rotate(&c->work, &c->master, kid));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "kid", arena_strdup(c->work.arena, kid));
	out_field_time(&c->out_table, "signs_from", c->work.now + (at_once ? 0 : t->set.key_wait));
	out_table_end(&c->out_table);
	out_table_note(&c->out_table,
		       "\nThe key is published at once. Older keys stay published until "
		       "their last token has expired.");
	return OK;
}

/* Returns the key that the administrator names. The name is optional if there is only one key. */
static enum err
key_choose(struct invocation *c, const char **kid)
{
	const struct tenant_key *keys = c->work.tenant->keys;

	*kid = invocation_word(c, 1);
	if (*kid == NULL && keys != NULL && keys->next == NULL)
		*kid = keys->key.kid;
	if (*kid == NULL)
		return invocation_fail(c, EX_USAGE,
				       "KID is missing, because the tenant has not exactly one "
				       "key; usherctl key list %s shows all",
				       c->work.tenant->name);
	return OK;
}

static enum err
key_retire_run(struct invocation *c)
{
	const char *kid;
	enum err e;

	TRY(key_choose(c, &kid));
	c->work.changes->essential = true;
	e = tenant_key_retire(&c->work, &c->master, kid);
	if (e == ERR_NOT_FOUND)
		return invocation_fail(c, EX_NOUSER,
				       "tenant %s has no key %s; usherctl key list %s "
				       "shows all",
				       c->work.tenant->name, kid, c->work.tenant->name);
	TRY(e);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "retired", kid);
	out_table_end(&c->out_table);
	out_table_note(&c->out_table,
		       "\nThe key is not published any more. Resource servers that verify "
		       "tokens offline\naccept it until they fetch the keys again.");
	return OK;
}

const struct command key_commands[] = {
	{ "key", "list", "TENANT", "List the signing keys, the newest first", no_flags,
	  "key list acme", NEEDS_TENANT, key_list_run },
	{ "key", "rotate", "TENANT", "Publish a new key; it signs after key_wait seconds", no_flags,
	  "key rotate acme", NEEDS_TENANT, key_rotate_run },
	{ "key", "retire", "TENANT [KID]",
	  "Emergency: unpublish a key at once; KID is optional if there is only one", no_flags,
	  "key retire acme kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", NEEDS_TENANT,
	  key_retire_run },
	COMMAND_END
};
