/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl epoch: for a store that was restored from a backup (T-S12). */
#include "admin/invocation.h"

static enum err
epoch_raise_run(struct invocation *c)
{
	int64_t epoch;

	c->work.changes->essential = true;
	TRY(tenants_raise_epoch(&c->work, &epoch));
	out_table_record(&c->out_table);
	out_field_int(&c->out_table, "epoch", epoch);
	out_table_end(&c->out_table);
	out_table_note(&c->out_table,
		       "\nAll earlier tickets, tokens, PATs and PCTs are invalid; "
		       "usherctl pat issues new PATs.\nResource servers that verify RPTs offline "
		       "accept earlier ones until they expire.");
	return OK;
}

const struct command epoch_commands[] = {
	{ "epoch", "raise", "", "Invalidate all tickets and tokens, after a restore from a backup",
	  no_flags, "epoch raise", NEEDS_STORE, epoch_raise_run },
	COMMAND_END
};
