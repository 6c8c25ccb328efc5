/* SPDX-License-Identifier: Apache-2.0 */
/* A call's frame, by commands that exist only here. */
#include <string.h>

#include "admin/input.h"
#include "tests/admin/desk.h"
#include "tests/run.h"

/* How often the command ran, and how often somebody comes in between. */
static int runs, meddlings;

/* Somebody else's commit, after the snapshot of this call was taken. */
static void
meddle(struct call *c)
{
	struct changes other, *list = &other;

	changes_start(&other, c->work.arena, c->work.tenant->id);
	change_put(&other, T_META, bytes_of("test"), bytes_of(runs == 1 ? "one" : "two"));
	CU_ASSERT_EQUAL(store_commit(c->store, &list, 1), OK);
}

static enum err
take_run(struct call *c)
{
	const char *line = "";
	struct bytes seen;
	enum err e = row_get(&c->work, T_META, bytes_of("test"), ERR_NOT_FOUND, &seen);

	runs++;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	change_take(c->work.changes, T_META, bytes_of("test"), seen, bytes_of("mine"));
	if (runs <= meddlings)
		meddle(c);
	TRY(input_secret(c, "line: ", &line));
	sheet_note(&c->sheet, "run %d: %s", runs, line);
	return OK;
}

static enum err
refuse_run(struct call *c)
{
	change_put(c->work.changes, T_META, bytes_of("test"), bytes_of("mine"));
	sheet_note(&c->sheet, "this is not printed");
	return fail(&c->work, ERR_EXISTS, "no");
}

static const struct command take = {
	"take", NULL, "TENANT", "", no_flags, "", NEEDS_TENANT, take_run
};
static const struct command refuse = {
	"refuse", NULL, "TENANT", "", no_flags, "", NEEDS_TENANT, refuse_run
};

static int
run_call(void *call)
{
	return call_run(call);
}

static struct said *
call(struct desk *d, const struct command *command, int others)
{
	char *argv[] = { (char *)"x", (char *)"-c", d->config, (char *)"acme", NULL };
	struct call c = { .arena = arena_new(), .command = command };
	struct said *said;
	const char *why;

	runs = 0;
	meddlings = others;
	options_start(&c.options);
	CU_ASSERT_EQUAL(options_read(c.arena, 4, argv, no_flags, &c.options, &why), OK);
	said = desk_capture(d, "hello\n", run_call, &c);
	arena_free(c.arena);
	return said;
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
kept(struct desk *d)
{
	const char *text = "";

	desk_work(d, "acme", read_test, &text);
	return text;
}

static void
a_command_runs_once_more_when_something_changed(void)
{
	struct said *said;
	struct desk d;

	desk_open(&d);
	CU_ASSERT_EQUAL(call(&d, &take, 0)->code, 0);
	CU_ASSERT_EQUAL(runs, 1);
	said = call(&d, &take, 1);
	CU_ASSERT_EQUAL(said->code, 0);
	CU_ASSERT_STRING_EQUAL(said->out, "run 2: hello\n");
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_STRING_EQUAL(kept(&d), "mine");
	said = call(&d, &take, 9);
	CU_ASSERT_EQUAL(said->code, 75);
	CU_ASSERT_STRING_EQUAL(said->out, "");
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_STRING_EQUAL(kept(&d), "other");
	desk_close(&d);
}

static void
a_refusal_changes_and_prints_nothing(void)
{
	struct said *said;
	struct desk d;

	desk_open(&d);
	said = call(&d, &refuse, 0);
	CU_ASSERT_EQUAL(said->code, 73);
	CU_ASSERT_STRING_EQUAL(said->out, "");
	CU_ASSERT_STRING_EQUAL(said->err, "usherctl: no\n");
	CU_ASSERT_STRING_EQUAL(kept(&d), "other");
	desk_close(&d);
}

static CU_TestInfo tests[] = {
	{ "a command runs once more, on the same input, when something changed meanwhile [T-S01]",
	  a_command_runs_once_more_when_something_changed },
	{ "a refusal changes and prints nothing", a_refusal_changes_and_prints_nothing },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo call_suite = { "admin/call", NULL, NULL, NULL, NULL, tests };
