/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "tests/admin/desk.h"
#include "tests/run.h"

#define FRIENDS "{\"rules\":["                                                            \
	"{\"id\":\"bob\",\"effect\":\"permit\",\"scopes\":[\"view\"],"                     \
	"\"when\":{\"email\":\"bob@example.net\"}},"                                       \
	"{\"id\":\"kin\",\"effect\":\"permit\",\"scopes\":[\"view\",\"print\"],"           \
	"\"when\":{\"group\":\"family\"}},"                                                \
	"{\"id\":\"ed\",\"effect\":\"ask\",\"scopes\":[\"delete\"],\"when\":"              \
	"{\"claim\":{\"issuer\":\"https://idp\",\"name\":\"role\",\"op\":\"eq\","             \
	"\"value\":\"editor\"}}}]}"
#define RULE(effect, when)                                        \
	"{\"rules\":[{\"id\":\"no\",\"effect\":\"" effect "\","         \
	"\"scopes\":\"all\",\"when\":" when "}]}"
#define NOBODY   RULE("deny", "{\"anyone\":true}")
#define DEFAULTS " --owner alice --client photos"

/* RFC 8037, A.2 */
#define JWKS "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"kid\":\"1\"," \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

static char line[512];

/* The fixture, with the issuer that FRIENDS names. */
static void
open_desk(struct desk *d)
{
	desk_open(d);
	CU_ASSERT_EQUAL(desk_say(d, JWKS, "issuer add acme https://idp --jwks -")->code, 0);
	CU_ASSERT_EQUAL(desk_say(d, JWKS, "issuer add acme https://other --jwks -")->code, 0);
}

static const char *
with(const char *before, const char *id)
{
	snprintf(line, sizeof line, "%s %s", before, id);
	return line;
}

static void
a_policy_is_given_back_as_it_was_set(void)
{
	const char *id, *why;
	struct json_object *o;
	struct said *said;
	struct arena *a = arena_new();
	struct desk d;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	CU_ASSERT_EQUAL(desk_code(&d, NULL, with("policy get acme", id)), 67);
	o = desk_json(&d, FRIENDS, arena_printf(a, "policy set acme %s -", id));
	CU_ASSERT_STRING_EQUAL(desk_text(o, "resource"), id);
	o = desk_json(&d, NULL, with("policy get acme", id));
	CU_ASSERT_STRING_EQUAL(json_print(a, o),
			       json_print(a, json_parse(a, bytes_of(FRIENDS), &why)));
	/* What people get can be given back. */
	said = desk_say(&d, NULL, with("policy get acme", id));
	CU_ASSERT_EQUAL(desk_code(&d, arena_strdup(a, said->out), with("policy set acme", id)), 0);
	CU_ASSERT_EQUAL(desk_code(&d, NULL, with("policy remove acme", id)), 0);
	CU_ASSERT_EQUAL(desk_code(&d, NULL, with("policy remove acme", id)), 67);
	desk_close(&d);
	arena_free(a);
}

static void
a_bad_policy_changes_nothing(void)
{
	static const char *const bad[] = {
		"", "{", "[]", "{\"rules\":[],\"rules\":[]}", "{'rules':[]}",
		RULE("allow", "{\"anyone\":true}"), RULE("permit", "{\"emial\":\"b@x.net\"}"),
	};
	struct json_object *o;
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	desk_say(&d, NOBODY, with("policy set acme", id));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct said *said = desk_say(&d, bad[i], with("policy set acme", id));

		CU_ASSERT_EQUAL(said->code, 65);
		CU_ASSERT_TRUE(text_starts(said->err, "usherctl: "));
	}
	o = desk_json(&d, NULL, with("policy explain acme", id));
	CU_ASSERT_EQUAL(json_object_get_int(json_object_object_get(o, "revision")), 1);
	desk_close(&d);
}

/* Verdict and rule of `scope` as explain tells them with these facts. */
static const char *
verdict(struct desk *d, const char *id, const char *facts, const char *scope)
{
	static char answer[128];
	struct json_object *o, *list;

	snprintf(line, sizeof line, "policy explain acme %s %s --scope %s", id, facts, scope);
	o = desk_json(d, NULL, line);
	list = json_object_object_get(o, "decisions");
	if (list == NULL || json_object_array_length(list) != 1)
		return "no decision";
	o = json_object_array_get_idx(list, 0);
	snprintf(answer, sizeof answer, "%s %s", desk_text(o, "verdict"), desk_text(o, "rule"));
	return answer;
}

static void
explain_decides_as_the_policy_does(void)
{
	static const struct { const char *facts, *scope, *answer; } rows[] = {
		{ "--email bob@example.net", "view", "permit bob" },
		/* No account is linked: not of the family. */
		{ "--email bob@example.net", "print", "deny " },
		{ "--email eve@example.net", "view", "deny " },
		{ "--account alice --email eve@example.net", "print", "permit kin" },
		{ "--account bob --email eve@example.net", "print", "deny " },
		/* Without an e-mail address the first rule cannot be judged: the search stops. */
		{ "--account alice", "view", "need_claims bob" },
		{ "--issuer https://idp --claim role=\"editor\"", "delete", "ask ed" },
		{ "--issuer https://idp --claim role=\"reader\"", "delete", "deny " },
		{ "--issuer https://other --claim role=\"editor\"", "delete", "need_claims ed" },
		{ "--issuer https://idp --claim role=null", "delete", "need_claims ed" },
		{ "--client viewer", "delete", "need_claims ed" },
		/* The server rejects the tokens of an issuer that the tenant does not trust. */
		{ "--email bob@example.net --issuer https://nobody", "view", "need_claims " },
	};
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	desk_say(&d, FRIENDS, with("policy set acme", id));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_STRING_EQUAL(verdict(&d, id, rows[i].facts, rows[i].scope),
				       rows[i].answer);
	desk_close(&d);
}

/* As the server does: it does not ask the policy. */
static void
explain_knows_who_is_disabled(void)
{
	static const struct { const char *command, *facts, *answer; } rows[] = {
		{ "account disable acme bob", "--account bob", "need_claims " },
		{ "account enable acme bob", "--account bob", "permit yes" },
		{ "client disable acme viewer", "--account bob --client viewer", "deny " },
		{ "client disable acme viewer", "--client viewer", "deny " },
		{ "client enable acme viewer", "--client viewer", "permit yes" },
	};
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	desk_say(&d, "{\"rules\":[{\"id\":\"yes\",\"effect\":\"permit\",\"scopes\":\"all\","
		 "\"when\":{\"anyone\":true}}]}", with("policy set acme", id));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		desk_say(&d, NULL, rows[i].command);
		CU_ASSERT_STRING_EQUAL(verdict(&d, id, rows[i].facts, "view"), rows[i].answer);
	}
	desk_close(&d);
}

/* Logins are shown, also in sentences; what is printed can be set again. */
static void
accounts_are_shown_by_login(void)
{
	static const char rules[] = "{\"rules\":[{\"id\":\"b\",\"effect\":\"permit\","
				    "\"scopes\":\"all\",\"when\":{\"account\":\"bob\"}}]}";
	struct arena *a = arena_new();
	struct said *said;
	struct desk d;
	const char *id, *text;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	said = desk_say(&d, rules, with("policy set acme", id));
	CU_ASSERT_PTR_NOT_NULL(strstr(said->out, "User bob may do everything"));
	text = arena_strdup(a, desk_say(&d, NULL, with("policy get acme", id))->out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"login\":\"bob\""));
	CU_ASSERT_EQUAL(desk_code(&d, text, with("policy set acme", id)), 0);
	CU_ASSERT_STRING_EQUAL(desk_say(&d, NULL, with("policy get acme", id))->out, text);
	CU_ASSERT_STRING_EQUAL(verdict(&d, id, "--account bob", "view"), "permit b");
	said = desk_say(&d, NULL, with("policy explain acme", id));
	CU_ASSERT_PTR_NOT_NULL(strstr(said->out, "User bob may do everything"));
	desk_close(&d);
	arena_free(a);
}

static void
facts_must_be_facts(void)
{
	static const struct { const char *facts; int code; } rows[] = {
		{ "--claim role=\"editor\"", 64 },		/* whose claim? */
		{ "--issuer https://idp --claim role", 64 },
		{ "--issuer https://idp --claim =1", 64 },
		{ "--issuer https://idp --claim role=editor", 65 },
		{ "--issuer https://idp --claim role={\"a\":1,\"a\":2}", 65 },
		{ "--account eve", 67 },
		{ "--client eve", 67 },
		{ "--scope view --scope eat", 67 },
		{ "--email eve", 65 },
	};
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(line, sizeof line, "policy explain acme %s %s", id, rows[i].facts);
		CU_ASSERT_EQUAL(desk_code(&d, NULL, line), rows[i].code);
	}
	desk_close(&d);
}

static void
without_facts_explain_says_every_rule(void)
{
	struct said *said;
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Evil\xe2\x80\xae\033[2Jname");
	desk_say(&d, FRIENDS, with("policy set acme", id));
	said = desk_say(&d, NULL, with("policy explain acme", id));
	CU_ASSERT_EQUAL(said->code, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(said->out, "bob@example.net may view"));
	CU_ASSERT_PTR_NOT_NULL(strstr(said->out, "family"));
	CU_ASSERT_PTR_NULL(strstr(said->out, "VERDICT"));
	CU_ASSERT_PTR_NULL(strchr(said->out, '\033'));
	desk_close(&d);
}

static void
the_default_decides_where_a_resource_has_no_policy(void)
{
	struct json_object *o;
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	o = desk_json(&d, NULL, with("policy explain acme", id));
	CU_ASSERT_STRING_EQUAL(desk_text(o, "policy"), "none");
	CU_ASSERT_STRING_EQUAL(verdict(&d, id, "--email bob@example.net", "view"), "deny ");
	CU_ASSERT_EQUAL(desk_code(&d, FRIENDS, "policy default acme -" DEFAULTS), 0);
	CU_ASSERT_EQUAL(desk_code(&d, NULL, "policy default acme" DEFAULTS), 0);
	/* A client that is no resource server has nothing that a default could be about. */
	CU_ASSERT_EQUAL(desk_code(&d, FRIENDS, "policy default acme - --owner alice "
				  "--client viewer"), 65);
	o = desk_json(&d, NULL, with("policy explain acme", id));
	CU_ASSERT_STRING_EQUAL(desk_text(o, "policy"), "default");
	CU_ASSERT_STRING_EQUAL(verdict(&d, id, "--email bob@example.net", "view"), "permit bob");
	desk_say(&d, NOBODY, with("policy set acme", id));
	CU_ASSERT_STRING_EQUAL(verdict(&d, id, "--email bob@example.net", "view"), "deny no");
	desk_say(&d, NULL, "policy default acme --remove" DEFAULTS);
	desk_say(&d, NULL, with("policy remove acme", id));
	CU_ASSERT_STRING_EQUAL(verdict(&d, id, "--email bob@example.net", "view"), "deny ");
	desk_close(&d);
}

static void
another_tenant_sees_nothing(void)
{
	static const char *const commands[] = {
		"policy get beta", "policy set beta", "policy remove beta",
		"policy explain beta",
	};
	struct json_object *o;
	struct desk d;
	const char *id;

	open_desk(&d);
	id = desk_resource(&d, "Holiday");
	desk_say(&d, FRIENDS, with("policy set acme", id));
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		CU_ASSERT_EQUAL(desk_code(&d, NOBODY, with(commands[i], id)), 67);
	CU_ASSERT_EQUAL(desk_code(&d, NOBODY, "policy default beta -" DEFAULTS), 67);
	o = desk_json(&d, NULL, "resource list beta");
	CU_ASSERT_EQUAL(json_object_array_length(json_object_object_get(o, "resources")), 0);
	CU_ASSERT_STRING_EQUAL(verdict(&d, id, "--email bob@example.net", "view"), "permit bob");
	desk_close(&d);
}

static void
resources_are_listed_by_owner(void)
{
	struct json_object *o, *list;
	struct desk d;

	open_desk(&d);
	desk_resource(&d, "Holiday");
	desk_resource(&d, "Garden");
	o = desk_json(&d, NULL, "resource list acme --owner alice");
	list = json_object_object_get(o, "resources");
	CU_ASSERT_EQUAL(json_object_array_length(list), 2);
	CU_ASSERT_STRING_EQUAL(desk_text(json_object_array_get_idx(list, 0), "owner"), "alice");
	o = desk_json(&d, NULL, "resource list acme --owner bob");
	CU_ASSERT_EQUAL(json_object_array_length(json_object_object_get(o, "resources")), 0);
	CU_ASSERT_EQUAL(desk_code(&d, NULL, "resource list acme --owner eve"), 67);
	desk_close(&d);
}

static CU_TestInfo tests[] = {
	{ "a policy is given back as it was set", a_policy_is_given_back_as_it_was_set },
	{ "a bad policy changes nothing [T-P01 T-P04]", a_bad_policy_changes_nothing },
	{ "explain answers for a disabled account or client as the server does",
	  explain_knows_who_is_disabled },
	{ "accounts are shown by login, and what is shown can be set again [T-U20]",
	  accounts_are_shown_by_login },
	{ "explain decides as the policy does", explain_decides_as_the_policy_does },
	{ "facts that are none are refused [T-P01]", facts_must_be_facts },
	{ "without facts explain says every rule in words [T-U17]",
	  without_facts_explain_says_every_rule },
	{ "the owner's default decides where a resource has no policy; none is deny [T-U13]",
	  the_default_decides_where_a_resource_has_no_policy },
	{ "another tenant sees and changes nothing of it [T-M01]", another_tenant_sees_nothing },
	{ "resources are listed by owner", resources_are_listed_by_owner },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo policy_command_suite = { "admin/policy_command", NULL, NULL, NULL, NULL, tests };
