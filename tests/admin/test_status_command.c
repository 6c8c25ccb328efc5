/* SPDX-License-Identifier: Apache-2.0 */
/* What status prints about the clock; test_usherctl.py tests the rest. */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

static enum err
write_time(struct work *w, void *arg)
{
	const char *text = arena_printf(w->arena, "%lld", (long long)*(int64_t *)arg);

	w->changes->tenant = 0;
	change_put(w->changes, T_META, bytes_of("time"), bytes_of(text));
	return OK;
}

/*
 * The store's time is `ahead` seconds ahead of the system's clock; why NULL: no warning is
 * expected.
 */
static void
status_check_line(struct cli_fixture *d, int64_t ahead, const char *why)
{
	int64_t time = clock_wall() / 1000 + ahead;
	struct cli_output *cli_output;

	cli_fixture_work(d, "acme", write_time, &time);
	cli_output = cli_fixture_run(d, NULL, "status --offline");
	CU_ASSERT_EQUAL(cli_output->code, why == NULL ? EX_OK : EX_UNAVAILABLE);
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->err, why == NULL ? "" : why));
}

static void
status_reports_a_clock_that_was_set_back_or_jumped_ahead(void)
{
	struct cli_fixture d;

	cli_fixture_open(&d);
	status_check_line(&d, 0, NULL);
	status_check_line(&d, -3000, NULL);
	status_check_line(&d, -4000, "no expired rows were removed for an hour");
	status_check_line(&d, 300, "the system clock is behind the time of the store");
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = { { "status reports a clock that was set back or jumped ahead [T-O04]",
				 status_reports_a_clock_that_was_set_back_or_jumped_ahead },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo status_command_suite = { "admin/status_command", NULL, NULL, NULL, NULL, tests };
