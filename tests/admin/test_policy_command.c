/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "tests/admin/cli_fixture.h"
#include "tests/run.h"

#define FRIENDS                                                                                    \
	"{\"rules\":["                                                                             \
	"{\"id\":\"bob\",\"effect\":\"permit\",\"scopes\":[\"view\"],"                             \
	"\"when\":{\"email\":\"bob@example.net\"}},"                                               \
	"{\"id\":\"kin\",\"effect\":\"permit\",\"scopes\":[\"view\",\"print\"],"                   \
	"\"when\":{\"group\":\"family\"}},"                                                        \
	"{\"id\":\"ed\",\"effect\":\"ask\",\"scopes\":[\"delete\"],\"when\":"                      \
	"{\"claim\":{\"issuer\":\"https://idp\",\"name\":\"role\",\"op\":\"eq\","                  \
	"\"value\":\"editor\"}}}]}"
#define RULE(effect, when)                                                                         \
	"{\"rules\":[{\"id\":\"no\",\"effect\":\"" effect "\","                                    \
	"\"scopes\":\"all\",\"when\":" when "}]}"
#define NOBODY	 RULE("deny", "{\"anyone\":true}")
#define DEFAULTS " --owner alice --client photos"

/* RFC 8037, A.2 */
#define JWKS                                                                                       \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"kid\":\"1\","         \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

static char line[512];

/* Opens the fixture and adds the issuer that FRIENDS names. */
static void
policy_command_setup(struct cli_fixture *d)
{
	cli_fixture_open(d);
	CU_ASSERT_EQUAL(cli_fixture_run(d, JWKS, "issuer add acme https://idp --jwks -")->code, 0);
	CU_ASSERT_EQUAL(cli_fixture_run(d, JWKS, "issuer add acme https://other --jwks -")->code,
			0);
}

static const char *
policy_words_with_id(const char *before, const char *id)
{
	snprintf(line, sizeof line, "%s %s", before, id);
	return line;
}

static void
a_policy_is_printed_as_it_was_set(void)
{
	const char *id, *why;
	struct json_object *o;
	struct cli_output *cli_output;
	struct arena *a = arena_new();
	struct cli_fixture d;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	CU_ASSERT_EQUAL(
		cli_fixture_exit_code(&d, NULL, policy_words_with_id("policy get acme", id)), 67);
	o = cli_fixture_json(&d, FRIENDS, arena_printf(a, "policy set acme %s -", id));
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(o, "resource"), id);
	o = cli_fixture_json(&d, NULL, policy_words_with_id("policy get acme", id));
	CU_ASSERT_STRING_EQUAL(json_print(a, o),
			       json_print(a, json_parse(a, bytes_of(FRIENDS), &why)));
	/* The output can be used as input again. */
	cli_output = cli_fixture_run(&d, NULL, policy_words_with_id("policy get acme", id));
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, arena_strdup(a, cli_output->out),
					      policy_words_with_id("policy set acme", id)),
			0);
	CU_ASSERT_EQUAL(
		cli_fixture_exit_code(&d, NULL, policy_words_with_id("policy remove acme", id)), 0);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL,
					      policy_words_with_id("policy remove acme", id)),
			67);
	cli_fixture_close(&d);
	arena_free(a);
}

static void
an_invalid_policy_changes_nothing(void)
{
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"{\"rules\":[],\"rules\":[]}",
		"{'rules':[]}",
		RULE("allow", "{\"anyone\":true}"),
		RULE("permit", "{\"emial\":\"b@x.net\"}"),
	};
	struct json_object *o;
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	cli_fixture_run(&d, NOBODY, policy_words_with_id("policy set acme", id));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct cli_output *cli_output =
			cli_fixture_run(&d, bad[i], policy_words_with_id("policy set acme", id));

		CU_ASSERT_EQUAL(cli_output->code, 65);
		CU_ASSERT_TRUE(text_starts(cli_output->err, "usherctl: "));
	}
	o = cli_fixture_json(&d, NULL, policy_words_with_id("policy explain acme", id));
	CU_ASSERT_EQUAL(json_object_get_int(json_object_object_get(o, "revision")), 1);
	cli_fixture_close(&d);
}

/* The verdict and rule for `scope` in the output of explain with these facts. */
static const char *
policy_explain_verdict(struct cli_fixture *d, const char *id, const char *facts, const char *scope)
{
	static char answer[128];
	struct json_object *o, *list;

	snprintf(line, sizeof line, "policy explain acme %s %s --scope %s", id, facts, scope);
	o = cli_fixture_json(d, NULL, line);
	list = json_object_object_get(o, "decisions");
	if (list == NULL || json_object_array_length(list) != 1)
		return "no decision";
	o = json_object_array_get_idx(list, 0);
	snprintf(answer, sizeof answer, "%s %s", cli_fixture_member(o, "verdict"),
		 cli_fixture_member(o, "rule"));
	return answer;
}

static void
explain_has_the_verdicts_of_the_policy(void)
{
	static const struct {
		const char *facts, *scope, *answer;
	} rows[] = {
		{ "--email bob@example.net", "view", "permit bob" },
		/* No account is linked, so the party is not in the family. */
		{ "--email bob@example.net", "print", "deny " },
		{ "--email eve@example.net", "view", "deny " },
		{ "--account alice --email eve@example.net", "print", "permit kin" },
		{ "--account bob --email eve@example.net", "print", "deny " },
		/* Without an email address the first rule is unknown and ends the search. */
		{ "--account alice", "view", "need_claims bob" },
		{ "--issuer https://idp --claim role=\"editor\"", "delete", "ask ed" },
		{ "--issuer https://idp --claim role=\"reader\"", "delete", "deny " },
		{ "--issuer https://other --claim role=\"editor\"", "delete", "need_claims ed" },
		{ "--issuer https://idp --claim role=null", "delete", "need_claims ed" },
		{ "--client viewer", "delete", "need_claims ed" },
		/* The server rejects tokens of an issuer that the tenant does not trust. */
		{ "--email bob@example.net --issuer https://nobody", "view", "need_claims " },
	};
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	cli_fixture_run(&d, FRIENDS, policy_words_with_id("policy set acme", id));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, rows[i].facts, rows[i].scope),
				       rows[i].answer);
	cli_fixture_close(&d);
}

/* Like the server, explain does not evaluate the policy then. */
static void
explain_handles_disabled_accounts_and_clients_like_the_server(void)
{
	static const struct {
		const char *command, *facts, *answer;
	} rows[] = {
		{ "account disable acme bob", "--account bob", "need_claims " },
		{ "account enable acme bob", "--account bob", "permit yes" },
		{ "client disable acme viewer", "--account bob --client viewer", "deny " },
		{ "client disable acme viewer", "--client viewer", "deny " },
		{ "client enable acme viewer", "--client viewer", "permit yes" },
	};
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	cli_fixture_run(&d,
			"{\"rules\":[{\"id\":\"yes\",\"effect\":\"permit\",\"scopes\":\"all\","
			"\"when\":{\"anyone\":true}}]}",
			policy_words_with_id("policy set acme", id));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cli_fixture_run(&d, NULL, rows[i].command);
		CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, rows[i].facts, "view"),
				       rows[i].answer);
	}
	cli_fixture_close(&d);
}

/* Logins are displayed, also in sentences; the output can be set again. */
static void
accounts_are_displayed_by_login_and_the_output_can_be_set_again(void)
{
	static const char rules[] = "{\"rules\":[{\"id\":\"b\",\"effect\":\"permit\","
				    "\"scopes\":\"all\",\"when\":{\"account\":\"bob\"}}]}";
	struct arena *a = arena_new();
	struct cli_output *cli_output;
	struct cli_fixture d;
	const char *id, *text;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	cli_output = cli_fixture_run(&d, rules, policy_words_with_id("policy set acme", id));
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->out, "User bob may do everything"));
	text = arena_strdup(
		a, cli_fixture_run(&d, NULL, policy_words_with_id("policy get acme", id))->out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"login\":\"bob\""));
	CU_ASSERT_EQUAL(
		cli_fixture_exit_code(&d, text, policy_words_with_id("policy set acme", id)), 0);
	CU_ASSERT_STRING_EQUAL(
		cli_fixture_run(&d, NULL, policy_words_with_id("policy get acme", id))->out, text);
	CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, "--account bob", "view"), "permit b");
	cli_output = cli_fixture_run(&d, NULL, policy_words_with_id("policy explain acme", id));
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->out, "User bob may do everything"));
	cli_fixture_close(&d);
	arena_free(a);
}

static void
invalid_facts_are_rejected(void)
{
	static const struct {
		const char *facts;
		int code;
	} rows[] = {
		{ "--claim role=\"editor\"", 64 }, /* the issuer of the claim is missing */
		{ "--issuer https://idp --claim role", 64 },
		{ "--issuer https://idp --claim =1", 64 },
		{ "--issuer https://idp --claim role=editor", 65 },
		{ "--issuer https://idp --claim role={\"a\":1,\"a\":2}", 65 },
		{ "--account eve", 67 },
		{ "--client eve", 67 },
		{ "--scope view --scope eat", 67 },
		{ "--email eve", 65 },
	};
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(line, sizeof line, "policy explain acme %s %s", id, rows[i].facts);
		CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, line), rows[i].code);
	}
	cli_fixture_close(&d);
}

static void
without_facts_explain_describes_every_rule(void)
{
	struct cli_output *cli_output;
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Evil\xe2\x80\xae\033[2Jname");
	cli_fixture_run(&d, FRIENDS, policy_words_with_id("policy set acme", id));
	cli_output = cli_fixture_run(&d, NULL, policy_words_with_id("policy explain acme", id));
	CU_ASSERT_EQUAL(cli_output->code, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->out, "bob@example.net may view"));
	CU_ASSERT_PTR_NOT_NULL(strstr(cli_output->out, "family"));
	CU_ASSERT_PTR_NULL(strstr(cli_output->out, "VERDICT"));
	CU_ASSERT_PTR_NULL(strchr(cli_output->out, '\033'));
	cli_fixture_close(&d);
}

static void
the_default_applies_to_a_resource_without_a_policy(void)
{
	struct json_object *o;
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	o = cli_fixture_json(&d, NULL, policy_words_with_id("policy explain acme", id));
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(o, "policy"), "none");
	CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, "--email bob@example.net", "view"),
			       "deny ");
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, FRIENDS, "policy default acme -" DEFAULTS), 0);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, "policy default acme" DEFAULTS), 0);
	/* A client that is not a resource server cannot have a default policy. */
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, FRIENDS,
					      "policy default acme - --owner alice "
					      "--client viewer"),
			65);
	o = cli_fixture_json(&d, NULL, policy_words_with_id("policy explain acme", id));
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(o, "policy"), "default");
	CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, "--email bob@example.net", "view"),
			       "permit bob");
	cli_fixture_run(&d, NOBODY, policy_words_with_id("policy set acme", id));
	CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, "--email bob@example.net", "view"),
			       "deny no");
	cli_fixture_run(&d, NULL, "policy default acme --remove" DEFAULTS);
	cli_fixture_run(&d, NULL, policy_words_with_id("policy remove acme", id));
	CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, "--email bob@example.net", "view"),
			       "deny ");
	cli_fixture_close(&d);
}

static void
another_tenant_can_neither_read_nor_change_the_policy(void)
{
	static const char *const commands[] = {
		"policy get beta",
		"policy set beta",
		"policy remove beta",
		"policy explain beta",
	};
	struct json_object *o;
	struct cli_fixture d;
	const char *id;

	policy_command_setup(&d);
	id = cli_fixture_resource(&d, "Holiday");
	cli_fixture_run(&d, FRIENDS, policy_words_with_id("policy set acme", id));
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NOBODY,
						      policy_words_with_id(commands[i], id)),
				67);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NOBODY, "policy default beta -" DEFAULTS), 67);
	o = cli_fixture_json(&d, NULL, "resource list beta");
	CU_ASSERT_EQUAL(json_object_array_length(json_object_object_get(o, "resources")), 0);
	CU_ASSERT_STRING_EQUAL(policy_explain_verdict(&d, id, "--email bob@example.net", "view"),
			       "permit bob");
	cli_fixture_close(&d);
}

static void
resources_are_listed_by_owner(void)
{
	struct json_object *o, *list;
	struct cli_fixture d;

	policy_command_setup(&d);
	cli_fixture_resource(&d, "Holiday");
	cli_fixture_resource(&d, "Garden");
	o = cli_fixture_json(&d, NULL, "resource list acme --owner alice");
	list = json_object_object_get(o, "resources");
	CU_ASSERT_EQUAL(json_object_array_length(list), 2);
	CU_ASSERT_STRING_EQUAL(cli_fixture_member(json_object_array_get_idx(list, 0), "owner"),
			       "alice");
	o = cli_fixture_json(&d, NULL, "resource list acme --owner bob");
	CU_ASSERT_EQUAL(json_object_array_length(json_object_object_get(o, "resources")), 0);
	CU_ASSERT_EQUAL(cli_fixture_exit_code(&d, NULL, "resource list acme --owner eve"), 67);
	cli_fixture_close(&d);
}

static CU_TestInfo tests[] = {
	{ "a policy is printed as it was set", a_policy_is_printed_as_it_was_set },
	{ "an invalid policy changes nothing [T-P01 T-P04]", an_invalid_policy_changes_nothing },
	{ "explain handles disabled accounts and clients like the server",
	  explain_handles_disabled_accounts_and_clients_like_the_server },
	{ "accounts are displayed by login, and the output can be set again [T-U20]",
	  accounts_are_displayed_by_login_and_the_output_can_be_set_again },
	{ "explain has the verdicts of the policy", explain_has_the_verdicts_of_the_policy },
	{ "invalid facts are rejected [T-P01]", invalid_facts_are_rejected },
	{ "without facts explain describes every rule [T-U17]",
	  without_facts_explain_describes_every_rule },
	{ "the owner's default applies to a resource without a policy; without a default the verdict is deny [T-U13]",
	  the_default_applies_to_a_resource_without_a_policy },
	{ "another tenant can neither read nor change the policy [T-M01]",
	  another_tenant_can_neither_read_nor_change_the_policy },
	{ "resources are listed by owner", resources_are_listed_by_owner },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo policy_command_suite = { "admin/policy_command", NULL, NULL, NULL, NULL, tests };
