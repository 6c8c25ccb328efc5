/* SPDX-License-Identifier: Apache-2.0 */
#include "base/settings.h"
#include "tests/run.h"

static struct arena *a;
static struct settings s;

static void
settings_setup(void)
{
	a = arena_new();
	settings_defaults(&usher_settings, &s);
}

static void
settings_teardown(void)
{
	arena_free(a);
}

static bool
settings_accept(const char *name, const char *value)
{
	const char *why = NULL;
	enum err e = setting_set(a, &usher_settings, &s, name, value, &why);

	CU_ASSERT_EQUAL(e == OK, why == NULL);
	CU_ASSERT(e == OK || e == ERR_INVALID_REQUEST);
	return e == OK;
}

static const char *
settings_get_text(const char *name)
{
	return setting_get(a, &s, setting_find(&usher_settings, name));
}

static void
each_setting_has_its_default(void)
{
	CU_ASSERT_STRING_EQUAL(s.listen, "/run/usher/usherd.sock");
	CU_ASSERT_EQUAL(s.listen_mode, 0660);
	CU_ASSERT_EQUAL(s.workers, 0);
	CU_ASSERT_EQUAL(s.tenant.ticket_life, 300);
	CU_ASSERT(s.tenant.issue_pct);
	for (size_t i = 0; i < usher_settings.count; i++)
		CU_ASSERT_STRING_EQUAL(settings_get_text(usher_settings.row[i].name),
				       usher_settings.row[i].preset);
}

static void
each_setting_has_a_kind_a_help_text_and_an_owner(void)
{
	CU_ASSERT_EQUAL(setting_find(&usher_settings, "listen")->kind, SETTING_TEXT);
	CU_ASSERT_EQUAL(setting_find(&usher_settings, "listen_mode")->kind, SETTING_OCTAL);
	CU_ASSERT_EQUAL(setting_find(&usher_settings, "workers")->kind, SETTING_INT);
	CU_ASSERT_EQUAL(setting_find(&usher_settings, "partial_grants")->kind, SETTING_BOOL);
	CU_ASSERT_FALSE(setting_find(&usher_settings, "workers")->tenant);
	CU_ASSERT(setting_find(&usher_settings, "rpt_life")->tenant);
	CU_ASSERT_PTR_NULL(setting_find(&usher_settings, "isuer"));
	CU_ASSERT_PTR_NULL(setting_find(&usher_settings, ""));
	for (size_t i = 0; i < usher_settings.count; i++) {
		const struct setting *row = &usher_settings.row[i];

		CU_ASSERT(strlen(row->help) > 10);
		CU_ASSERT_PTR_EQUAL(setting_find(&usher_settings, row->name), row);
	}
}

static const char *
settings_print_value(const struct setting *row, int64_t value)
{
	if (row->kind == SETTING_OCTAL && value >= 0)
		return arena_printf(a, "%04llo", (unsigned long long)value);
	return arena_printf(a, "%lld", (long long)value);
}

static void
the_limits_of_each_number_are_exact(void)
{
	for (size_t i = 0; i < usher_settings.count; i++) {
		const struct setting *row = &usher_settings.row[i];

		if (row->kind != SETTING_INT && row->kind != SETTING_OCTAL)
			continue;
		CU_ASSERT(settings_accept(row->name, settings_print_value(row, row->min)));
		CU_ASSERT_STRING_EQUAL(settings_get_text(row->name),
				       settings_print_value(row, row->min));
		CU_ASSERT(settings_accept(row->name, settings_print_value(row, row->max)));
		CU_ASSERT_FALSE(
			settings_accept(row->name, settings_print_value(row, row->min - 1)));
		CU_ASSERT_FALSE(
			settings_accept(row->name, settings_print_value(row, row->max + 1)));
		CU_ASSERT_STRING_EQUAL(settings_get_text(row->name),
				       settings_print_value(row, row->max));
	}
}

static void
an_error_describes_the_accepted_values(void)
{
	const char *why = NULL;

	setting_set(a, &usher_settings, &s, "ticket_life", "9", &why);
	CU_ASSERT_STRING_EQUAL(why, "ticket_life must be a number from 10 to 86400");
	setting_set(a, &usher_settings, &s, "listen_mode", "0999", &why);
	CU_ASSERT_STRING_EQUAL(why, "listen_mode must be an octal number from 0000 to 0777");
	setting_set(a, &usher_settings, &s, "issue_pct", "maybe", &why);
	CU_ASSERT_STRING_EQUAL(why, "issue_pct must be yes or no");
	setting_set(a, &usher_settings, &s, "log_level", "loud", &why);
	CU_ASSERT_STRING_EQUAL(why, "log_level must be one of error, warn, info, debug");
	setting_set(a, &usher_settings, &s, "isuer", "x", &why);
	CU_ASSERT_STRING_EQUAL(why, "unknown setting 'isuer'");
}

static void
the_limits_of_texts_are_exact(void)
{
	char path[1026] = "";

	memset(path, 'x', 1024);
	CU_ASSERT(settings_accept("store", path));
	path[1024] = 'x';
	CU_ASSERT_FALSE(settings_accept("store", path));
}

static void
other_spellings_are_rejected(void)
{
	CU_ASSERT_FALSE(settings_accept("workers", ""));
	CU_ASSERT_FALSE(settings_accept("workers", "two"));
	CU_ASSERT_FALSE(settings_accept("workers", "2 "));
	CU_ASSERT_FALSE(settings_accept("workers", "99999999999999999999"));
	CU_ASSERT_FALSE(settings_accept("listen_mode", "0o660"));
	CU_ASSERT_FALSE(settings_accept("listen_mode", ""));
	CU_ASSERT_FALSE(settings_accept("issue_pct", "YES"));
	CU_ASSERT_FALSE(settings_accept("issue_pct", "1"));
	CU_ASSERT_FALSE(settings_accept("store", "/var/lib\n/usher"));
	CU_ASSERT_FALSE(settings_accept("store", "\xff"));
	CU_ASSERT_FALSE(settings_accept("log_level", "loud"));
	CU_ASSERT_FALSE(settings_accept("log", ""));
	CU_ASSERT_FALSE(settings_accept("rpt_alg", "none"));
}

static void
a_setting_is_parsed_from_text(void)
{
	CU_ASSERT(settings_accept("workers", "4"));
	CU_ASSERT_EQUAL(s.workers, 4);
	CU_ASSERT(settings_accept("listen_mode", "600"));
	CU_ASSERT_EQUAL(s.listen_mode, 0600);
	CU_ASSERT_STRING_EQUAL(settings_get_text("listen_mode"), "0600");
	CU_ASSERT(settings_accept("store", "/srv/usher"));
	CU_ASSERT_STRING_EQUAL(s.store, "/srv/usher");
	CU_ASSERT(settings_accept("issue_pct", "off"));
	CU_ASSERT_FALSE(s.tenant.issue_pct);
	CU_ASSERT(settings_accept("rpt_alg", "Ed25519"));
	CU_ASSERT_STRING_EQUAL(s.tenant.rpt_alg, "Ed25519");
	CU_ASSERT(settings_accept("log_level", "debug"));
	CU_ASSERT(settings_accept("peers", ""));
}

static void
a_tenant_has_only_its_own_settings(void)
{
	struct tenant_settings own = s.tenant;
	const char *why = NULL;

	CU_ASSERT_EQUAL(tenant_setting_set(a, &own, "rpt_life", "60", &why), OK);
	CU_ASSERT_EQUAL(own.rpt_life, 60);
	CU_ASSERT_EQUAL(s.tenant.rpt_life, 300);
	CU_ASSERT_EQUAL(tenant_setting_set(a, &own, "workers", "4", &why), ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(why);
	CU_ASSERT_EQUAL(tenant_setting_set(a, &own, "isuer", "4", &why), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(tenant_setting_set(a, &own, "rpt_life", "9", &why), ERR_INVALID_REQUEST);
}

static CU_TestInfo tests[] = {
	{ "each setting has its default", each_setting_has_its_default },
	{ "each setting has a kind, a help text and an owner",
	  each_setting_has_a_kind_a_help_text_and_an_owner },
	{ "the limits of each number are exact [T-P05]", the_limits_of_each_number_are_exact },
	{ "the limits of texts are exact", the_limits_of_texts_are_exact },
	{ "an error describes the accepted values", an_error_describes_the_accepted_values },
	{ "other spellings are rejected", other_spellings_are_rejected },
	{ "a setting is parsed from text", a_setting_is_parsed_from_text },
	{ "a tenant has only its own settings", a_tenant_has_only_its_own_settings },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo settings_suite = { "base/settings",   NULL, NULL, settings_setup,
				settings_teardown, tests };
