/* SPDX-License-Identifier: Apache-2.0 */
/* `client set`, and the client as the server reads it afterwards. */
#include <string.h>

#include "model/client.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

#define SECRET "correct-horse-battery"

struct look {
	const char *id, *secret;
	struct client client;
	bool secret_ok;
	char owner_login[64], grants[256], redirects[256];
};

static enum err
client_read(struct work *w, void *arg)
{
	struct look *l = arg;
	struct account owner = { .login = "" };

	TRY(client_find(w, l->id, ERR_NOT_FOUND, &l->client));
	l->secret_ok = l->secret != NULL && client_secret_matches(w, &l->client, l->secret);
	if (l->client.owner != NULL)
		TRY(account_find(w, l->client.owner, ERR_NOT_FOUND, &owner));
	strcpy(l->owner_login, owner.login);
	strcpy(l->grants, str_list_join(w->arena, &l->client.grants, " "));
	strcpy(l->redirects, str_list_join(w->arena, &l->client.claims_redirect_uris, " "));
	return OK;
}

static struct look
client_find_in_store(struct cli_fixture *d, const char *id, const char *secret)
{
	struct look l = { .id = id, .secret = secret };

	cli_fixture_work(d, "acme", client_read, &l);
	return l;
}

static void
the_stored_secret_is_the_one_that_was_printed(void)
{
	struct json_object *o;
	struct cli_fixture d;

	cli_fixture_open(&d);
	o = cli_fixture_json(&d, NULL, "client add acme --id c1");
	CU_ASSERT_TRUE(strlen(cli_fixture_member(o, "client_secret")) >= 43); /* 256 bits */
	CU_ASSERT_TRUE(
		client_find_in_store(&d, "c1", cli_fixture_member(o, "client_secret")).secret_ok);
	o = cli_fixture_json(&d, NULL, "client set acme c1 --secret new");
	CU_ASSERT_TRUE(
		client_find_in_store(&d, "c1", cli_fixture_member(o, "client_secret")).secret_ok);
	CU_ASSERT_NOT_EQUAL(cli_fixture_run(&d, NULL, "client set acme c1 --secret " SECRET)->code,
			    0);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, SECRET "\n", "client set acme c1 --secret-stdin"),
			0);
	CU_ASSERT_TRUE(client_find_in_store(&d, "c1", SECRET).secret_ok);
	CU_ASSERT_FALSE(client_find_in_store(&d, "c1", SECRET "x").secret_ok);
	cli_fixture_close(&d);
}

static void
client_set_changes_only_the_given_members(void)
{
	struct cli_fixture d;
	struct look l;

	cli_fixture_open(&d);
	cli_fixture_run(&d, SECRET,
			"client add acme --id c1 --name One --grant uma --push-claims "
			"--strict-scope --secret-stdin --claims-redirect-uri https://c/1 "
			"--claims-redirect-uri https://c/2");
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL,
					      "client set acme c1 --name Two --no-push-claims"),
			0);
	l = client_find_in_store(&d, "c1", SECRET);
	CU_ASSERT_TRUE(l.secret_ok);
	CU_ASSERT_FALSE(l.client.push_claims);
	CU_ASSERT_TRUE(l.client.strict_scope);
	CU_ASSERT_STRING_EQUAL(l.grants, GRANT_UMA);
	CU_ASSERT_STRING_EQUAL(l.redirects, "https://c/1 https://c/2");
	cli_fixture_run(&d, NULL,
			"client set acme c1 --claims-redirect-uri= --grant refresh_token "
			"--grant uma");
	l = client_find_in_store(&d, "c1", SECRET);
	CU_ASSERT_STRING_EQUAL(l.redirects, "");
	CU_ASSERT_STRING_EQUAL(l.grants, GRANT_REFRESH " " GRANT_UMA);
	cli_fixture_close(&d);
}

static void
default_grant_types_and_owner_depend_on_the_scope(void)
{
	struct cli_fixture d;
	struct look l;

	cli_fixture_open(&d);
	l = client_find_in_store(&d, "photos", NULL);
	CU_ASSERT_STRING_EQUAL(l.grants, GRANT_CLIENT);
	CU_ASSERT_STRING_EQUAL(l.owner_login, "photos");
	CU_ASSERT_STRING_EQUAL(client_find_in_store(&d, "viewer", NULL).grants,
			       GRANT_UMA " " GRANT_REFRESH);
	cli_fixture_run(&d, NULL,
			"client add acme --id films --scope uma_protection --owner alice "
			"--partial no --rpt-permissions introspection --flat-permissions");
	l = client_find_in_store(&d, "films", NULL);
	CU_ASSERT_STRING_EQUAL(l.owner_login, "alice");
	CU_ASSERT_TRUE(l.client.flat_permissions);
	cli_fixture_close(&d);
}

static void
a_client_becomes_public_and_confidential_again_with_a_secret(void)
{
	struct json_object *o;
	struct cli_fixture d;

	cli_fixture_open(&d);
	cli_fixture_run(&d, SECRET, "client add acme --id c1 --secret-stdin");
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, "client set acme c1 --public"), 0);
	CU_ASSERT_FALSE(client_find_in_store(&d, "c1", SECRET).secret_ok);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL,
					      "client set acme c1 --auth client_secret_post"),
			64);
	o = cli_fixture_json(&d, NULL, "client set acme c1 --auth client_secret_post --secret new");
	CU_ASSERT_TRUE(
		client_find_in_store(&d, "c1", cli_fixture_member(o, "client_secret")).secret_ok);
	cli_fixture_close(&d);
}

static enum err
pct_after(struct work *w, void *arg)
{
	struct client c;

	TRY(client_find(w, "viewer", ERR_NOT_FOUND, &c));
	*(int64_t *)arg = c.pct_after - w->now;
	return OK;
}

static void
persisted_claims_are_marked_as_bad_up_to_the_present_time(void)
{
	int64_t ahead = -1000;
	struct cli_fixture d;

	cli_fixture_open(&d);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, "pct revoke acme --client viewer"), 0);
	cli_fixture_work(&d, "acme", pct_after, &ahead);
	/* The time is that of the command, not long ago. */
	CU_ASSERT_TRUE(ahead <= 1 && ahead > -600);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, "pct revoke beta --client viewer"), 67);
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = {
	{ "the stored secret is the one that was printed",
	  the_stored_secret_is_the_one_that_was_printed },
	{ "client set changes only the given members", client_set_changes_only_the_given_members },
	{ "default grant types and owner depend on the scope",
	  default_grant_types_and_owner_depend_on_the_scope },
	{ "a client becomes public, and confidential again with a secret",
	  a_client_becomes_public_and_confidential_again_with_a_secret },
	{ "persisted claims are marked as bad up to the present time [G-PCT-08 T-M01]",
	  persisted_claims_are_marked_as_bad_up_to_the_present_time },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo client_command_suite = { "admin/client_command", NULL, NULL, NULL, NULL, tests };
