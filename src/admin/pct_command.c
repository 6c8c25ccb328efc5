/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl pct bad: claims that were kept for a client count no more (UMA Grant, 5.2). */
#include "admin/lookup.h"

static enum err
pct_bad_run(struct invocation *c)
{
	struct client cl;

	TRY(lookup_client(c, invocation_value(c, "client"), &cl));
	/* Not the present second: what was gathered in it is suspect too. */
	cl.pct_after = c->work.now + 1;
	c->work.changes->essential = true;
	TRY(client_put(&c->work, &cl));
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "client_id", cl.id);
	out_field_time(&c->out_table, "pct_after", cl.pct_after);
	out_table_end(&c->out_table);
	out_table_note(&c->out_table, "\nClaims that were gathered before count no more.");
	return OK;
}

static const struct flag bad_flags[] = {
	{ "client", "ID", FLAG_MUST, "the client whose PCTs are not to be trusted" }, FLAG_END
};

const struct command pct_commands[] = {
	{ "pct", "bad", "TENANT", "Mark all persisted claims of a client as bad", bad_flags,
	  "pct bad acme --client printer", NEEDS_TENANT, pct_bad_run },
	COMMAND_END
};
