/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model/audit.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

/*
 * The audit rows that the server writes for a grant, alice's photo to the viewer by alice's rule,
 * and for a denial to a party whose account was removed.
 */
static enum err
audit_note_event(struct work *w, void *arg)
{
	struct permission *list = NULL, **last = &list, *p;
	struct account alice;

	TRY(account_by_login(w, "alice", ERR_NOT_FOUND, &alice));
	p = permission_add(w->arena, &last, "photo");
	str_list_add(w->arena, &p->scopes, "view");
	str_list_add(w->arena, &p->scopes, "print");
	p->rule = "friends";
	w->actor = (struct actor){ ACTOR_CLIENT, "viewer" };
	audit_add(w, &(struct audit){
			     .event = AUDIT_RPT_GRANTED, .owner = alice.id, .permissions = list });
	audit_add(w, &(struct audit){ .event = AUDIT_RPT_DENIED,
				      .owner = "01m84vdt8p78qmxqv5g6nq8jtr",
				      .rule = "nobody" });
	return OK;
}

static void
an_event_is_a_line_with_actor_owners_login_object_and_rule(void)
{
	struct cli_output *cli_output;
	struct cli_fixture d;

	cli_fixture_open(&d);
	cli_fixture_work(&d, "acme", audit_note_event, NULL);
	cli_output = cli_fixture_run(&d, NULL, "audit acme");
	CU_ASSERT_EQUAL(cli_output->code, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->out, "Z  rpt.granted        viewer  owner=alice  "
						       "photo[view print] by friends\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->out,
				      "Z  rpt.denied         viewer  "
				      "owner=01m84vdt8p78qmxqv5g6nq8jtr  rule=nobody\n"));
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = { { "an event is a line with actor, owner's login, object and rule",
				 an_event_is_a_line_with_actor_owners_login_object_and_rule },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo audit_command_suite = { "admin/audit_command", NULL, NULL, NULL, NULL, tests };
