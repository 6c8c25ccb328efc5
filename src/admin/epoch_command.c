/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl epoch: for a store that was put back from a copy (T-S12). */
#include "admin/call.h"

static enum err
epoch_raise_run(struct call *c)
{
	int64_t epoch;

	c->work.changes->essential = true;
	TRY(tenants_raise_epoch(&c->work, &epoch));
	sheet_record(&c->sheet);
	cell_int(&c->sheet, "epoch", epoch);
	sheet_end(&c->sheet);
	sheet_note(&c->sheet, "\nTickets and tokens from before are void, PATs among them; "
		   "usherctl pat makes new ones.\nResource servers that verify RPTs by themselves "
		   "take old ones until they expire.");
	return OK;
}

const struct command epoch_commands[] = {
	{ "epoch", "raise", "", "After a store was put back from a copy: void all tickets and "
	  "tokens", no_flags, "epoch raise", NEEDS_STORE, epoch_raise_run },
	COMMAND_END
};
