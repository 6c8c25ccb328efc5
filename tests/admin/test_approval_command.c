/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model/approval.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

#define WITHDRAW "approval withdraw acme --account alice --client photos"

/* Alice approves photos, as at the authorization endpoint. */
static enum err
approval_give_photos(struct work *w, void *arg)
{
	struct str_list scopes = { 0 };
	struct approval given;
	struct account alice;

	TRY(account_by_login(w, "alice", ERR_NOT_FOUND, &alice));
	str_list_add(w->arena, &scopes, "uma_protection");
	return approval_give(w, alice.id, "photos", &scopes, &given);
}

static const char *
approval_list_of(struct cli_fixture *d, const char *more)
{
	char words[128];

	snprintf(words, sizeof words, "--json approval list acme %s", more);
	return cli_fixture_run(d, NULL, words)->out;
}

static void
approvals_are_listed_and_withdrawn(void)
{
	struct cli_fixture d;

	cli_fixture_open(&d);
	CU_ASSERT_PTR_NOT_NULL(strstr(approval_list_of(&d, ""), "\"approvals\":[]"));
	cli_fixture_work(&d, "acme", approval_give_photos, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(approval_list_of(&d, ""), "\"client\":\"photos\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(approval_list_of(&d, ""), "\"state\":\"valid\""));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(approval_list_of(&d, "--account alice"), "\"scope\":\"uma_protection\""));
	CU_ASSERT_PTR_NULL(strstr(approval_list_of(&d, "--account bob"), "photos"));
	cli_fixture_run(&d, NULL, "pat revoke acme --owner alice --client photos");
	CU_ASSERT_PTR_NOT_NULL(strstr(approval_list_of(&d, ""), "\"state\":\"ended\""));
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, WITHDRAW), 0);
	CU_ASSERT_PTR_NULL(strstr(approval_list_of(&d, ""), "photos"));
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, WITHDRAW), 67);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(cli_fixture_run(&d, NULL, WITHDRAW)->err, "approval list acme"));
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = { { "approvals are listed and withdrawn",
				 approvals_are_listed_and_withdrawn },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo approval_command_suite = { "admin/approval_command", NULL, NULL, NULL, NULL, tests };
