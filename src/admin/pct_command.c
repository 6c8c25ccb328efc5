/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl pct revoke: invalidates the persisted claims of a client (UMA Grant, 5.2). */
#include "admin/lookup.h"

static enum err
pct_revoke_run(struct invocation *c)
{
	struct client cl;

	TRY(lookup_client(c, invocation_value(c, "client"), &cl));
	/* Claims of the present second are invalid too. */
	cl.pct_after = c->work.now + 1;
	c->work.changes->essential = true;
	TRY(client_put(&c->work, &cl));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "client_id", cl.id);
	out_field_time(&c->out_table, "pct_after", cl.pct_after);
	out_table_end(&c->out_table);
	out_table_note(&c->out_table,
		       "\nAll PCTs that the client got before this time are invalid.");
	return OK;
}

static const struct flag revoke_flags[] = {
	{ "client", "ID", FLAG_MUST, "the client whose PCTs become invalid" }, FLAG_END
};

const struct command pct_commands[] = {
	{ "pct", "revoke", "TENANT", "Invalidate all PCTs that a client has got so far",
	  revoke_flags, "pct revoke acme --client printer", NEEDS_TENANT, pct_revoke_run },
	COMMAND_END
};
