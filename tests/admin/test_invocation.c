/* SPDX-License-Identifier: Apache-2.0 */
/* The frame around a command, tested with commands that exist only here. */
#include <string.h>

#include "admin/input.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

/* How often the command ran, and how many other commits still happen meanwhile. */
static int runs, other_commits;

/* Another process's commit, after the snapshot of this invocation. */
static void
invocation_commit_concurrently(struct invocation *c)
{
	struct changes other, *list = &other;

	changes_start(&other, c->work.arena, c->work.tenant->id);
	change_put(&other, T_META, bytes_of("test"), bytes_of(runs == 1 ? "one" : "two"));
	CU_ASSERT_EQUAL(store_commit(c->store, &list, 1), OK);
}

static enum err
invocation_take_run(struct invocation *c)
{
	const char *line = "";
	struct bytes seen;
	enum err e = row_get(&c->work, T_META, bytes_of("test"), ERR_NOT_FOUND, &seen);

	runs++;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	change_take(c->work.changes, T_META, bytes_of("test"), seen, bytes_of("mine"));
	if (runs <= other_commits)
		invocation_commit_concurrently(c);
	TRY(input_secret(c, "line: ", &line));
	out_table_note(&c->out_table, "run %d: %s", runs, line);
	return OK;
}

static enum err
invocation_reject_run(struct invocation *c)
{
	change_put(c->work.changes, T_META, bytes_of("test"), bytes_of("mine"));
	out_table_note(&c->out_table, "this is not printed");
	return work_fail(&c->work, ERR_EXISTS, "no");
}

static const struct command take = { "take",   NULL, "TENANT",	   "",
				     no_flags, "",   NEEDS_TENANT, invocation_take_run };
static const struct command refuse = { "refuse", NULL, "TENANT",     "",
				       no_flags, "",   NEEDS_TENANT, invocation_reject_run };

static int
run_call(void *invocation)
{
	return invocation_run(invocation);
}

static struct cli_output *
invocation_run_line(struct cli_fixture *d, const struct command *command, int others)
{
	char *argv[] = { (char *)"x", (char *)"-c", d->config, (char *)"acme", NULL };
	struct invocation c = { .arena = arena_new(), .command = command };
	struct cli_output *cli_output;
	const char *why;

	runs = 0;
	other_commits = others;
	options_start(&c.options);
	CU_ASSERT_EQUAL(options_read(c.arena, 4, argv, no_flags, &c.options, &why), OK);
	cli_output = cli_fixture_capture(d, "hello\n", run_call, &c);
	arena_free(c.arena);
	return cli_output;
}

static enum err
read_test(struct work *w, void *arg)
{
	struct bytes row;
	enum err e = row_get(w, T_META, bytes_of("test"), ERR_NOT_FOUND, &row);

	*(const char **)arg = e == OK && bytes_equal(row, bytes_of("mine")) ? "mine" : "other";
	return e == ERR_NOT_FOUND ? OK : e;
}

static const char *
invocation_stored_row(struct cli_fixture *d)
{
	const char *text = "";

	cli_fixture_work(d, "acme", read_test, &text);
	return text;
}

static void
after_a_conflict_a_command_runs_again_on_the_same_input(void)
{
	struct cli_output *cli_output;
	struct cli_fixture d;

	cli_fixture_open(&d);
	CU_ASSERT_EQUAL(invocation_run_line(&d, &take, 0)->code, 0);
	CU_ASSERT_EQUAL(runs, 1);
	cli_output = invocation_run_line(&d, &take, 1);
	CU_ASSERT_EQUAL(cli_output->code, 0);
	CU_ASSERT_STRING_EQUAL(cli_output->out, "run 2: hello\n");
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_STRING_EQUAL(invocation_stored_row(&d), "mine");
	cli_output = invocation_run_line(&d, &take, 9);
	CU_ASSERT_EQUAL(cli_output->code, 75);
	CU_ASSERT_STRING_EQUAL(cli_output->out, "");
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_STRING_EQUAL(invocation_stored_row(&d), "other");
	cli_fixture_close(&d);
}

static void
a_failed_command_changes_and_prints_nothing(void)
{
	struct cli_output *cli_output;
	struct cli_fixture d;

	cli_fixture_open(&d);
	cli_output = invocation_run_line(&d, &refuse, 0);
	CU_ASSERT_EQUAL(cli_output->code, 73);
	CU_ASSERT_STRING_EQUAL(cli_output->out, "");
	CU_ASSERT_STRING_EQUAL(cli_output->err, "usherctl: no\n");
	CU_ASSERT_STRING_EQUAL(invocation_stored_row(&d), "other");
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = { { "after a conflict a command runs again on the same input [T-S01]",
				 after_a_conflict_a_command_runs_again_on_the_same_input },
			       { "a failed command changes and prints nothing",
				 a_failed_command_changes_and_prints_nothing },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo invocation_suite = { "admin/invocation", NULL, NULL, NULL, NULL, tests };
