/* SPDX-License-Identifier: Apache-2.0 */
/* usherctl session …: lists and ends the sessions of a person. */
#include <string.h>

#include "admin/lookup.h"
#include "model/session.h"

static enum err
session_list_one(void *arg, const void *session)
{
	const struct session *s = session;
	struct invocation *c = arg;
	struct out_table *t = &c->out_table;

	out_table_row(t);
	out_field_text(t, "session", s->id);
	out_field_text(t, "how", s->amr);
	out_field_text(t, "device", s->device);
	out_field_text(t, "address", s->address);
	out_field_time(t, "signed_in", s->signed_in);
	out_field_time(t, "ends", s->ends);
	return OK;
}

static enum err
session_list_run(struct invocation *c)
{
	struct account acc;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	out_table_list(&c->out_table, "sessions");
	TRY(session_each(&c->work, acc.id, session_list_one, c));
	out_table_end(&c->out_table);
	return OK;
}

/* Ends one session, or all. */
static enum err
session_end_run(struct invocation *c)
{
	const char *id = invocation_word(c, 2);
	struct account acc;
	enum err e;

	TRY(lookup_account(c, invocation_word(c, 1), &acc));
	e = id != NULL ? session_end(&c->work, acc.id, id)
		       : session_end_all(&c->work, acc.id, NULL);
	if (e == ERR_NOT_FOUND)
		return invocation_fail(c, EX_NOUSER,
				       "%s has no session %s; usherctl session list %s %s shows "
				       "all sessions",
				       acc.login, id, c->work.tenant->name, acc.login);
	TRY(e);
	out_table_record(&c->out_table);
	out_field_text(&c->out_table, "ended", id != NULL ? id : "all");
	out_field_text(&c->out_table, "account", acc.login);
	out_table_end(&c->out_table);
	return OK;
}

const struct command session_commands[] = {
	{ "session", "list", "TENANT LOGIN", "List where a person is signed in", no_flags,
	  "session list acme alice", NEEDS_TENANT, session_list_run },
	{ "session", "end", "TENANT LOGIN [SESSION]", "Sign a person out: one session, or all",
	  no_flags, "session end acme alice", NEEDS_TENANT, session_end_run },
	COMMAND_END
};
