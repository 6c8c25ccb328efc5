/* SPDX-License-Identifier: Apache-2.0 */
#include "model/audit.h"
#include "tests/model/scene.h"
#include "tests/run.h"

static struct scene s;

static void
start(void)
{
	scene_open(&s);
}

static void
stop(void)
{
	scene_close(&s);
}

static enum err
add(const char *name, const char *issuer)
{
	enum err e = tenant_add(&s.w, &s.tenants, &s.master, name, issuer);

	if (e == OK)
		return scene_commit(&s);
	scene_begin(&s);
	return e;
}

static const char *
matched(const char *host, const char *target)
{
	const struct tenant *t;
	const char *why;
	struct path path;

	CU_ASSERT_EQUAL_FATAL(path_parse(s.arena, target, &path, &why), OK);
	t = tenants_match(&s.tenants, host, &path);
	return t != NULL ? t->name : "nobody";
}

static void
the_longest_path_of_the_host_wins(void)
{
	CU_ASSERT_EQUAL(add("deep", "https://as.example.com/t/two/deep"), OK);
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/token"), "one");
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/t/token"), "one");
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/t/two"), "two");
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/t/two/token?x=/deep"), "two");
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/t/two/deep/token"), "deep");
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/t/twofold/token"), "one");
	CU_ASSERT_STRING_EQUAL(matched("as.example.com", "/T/two/token"), "one");
}

static void
another_host_has_no_tenant(void)
{
	CU_ASSERT_STRING_EQUAL(matched("as.example.org", "/token"), "nobody");
	CU_ASSERT_STRING_EQUAL(matched("", "/token"), "nobody");
	CU_ASSERT_EQUAL(add("other", "https://AS.Example.org:8443/x"), OK);
	CU_ASSERT_STRING_EQUAL(matched("as.example.org", "/x/token"), "other");
	CU_ASSERT_STRING_EQUAL(matched("as.example.org", "/token"), "nobody");
}

static void
a_tenant_knows_its_issuer(void)
{
	const struct tenant *one = tenants_named(&s.tenants, "one");
	const struct tenant *two = tenants_named(&s.tenants, "two");

	CU_ASSERT_STRING_EQUAL(two->issuer, "https://as.example.com/t/two");
	CU_ASSERT_STRING_EQUAL(two->host, "as.example.com");
	CU_ASSERT_STRING_EQUAL(two->path_text, "/t/two");
	CU_ASSERT_EQUAL(two->path.n, 2);
	CU_ASSERT(two->https);
	CU_ASSERT_EQUAL(one->path.n, 0);
	CU_ASSERT_STRING_EQUAL(one->path_text, "");
	CU_ASSERT_EQUAL(add("local", "http://127.0.0.1:8080"), OK);
	CU_ASSERT_FALSE(tenants_named(&s.tenants, "local")->https);
	CU_ASSERT_PTR_NULL(tenants_named(&s.tenants, "three"));
}

static void
names_and_issuers_are_checked(void)
{
	static const char *const names[] = { "", "-a", "A", "a_b", "a.b", "\xc3\xa9",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	static const char *const issuers[] = {
		"http://as.example.com", "https://as.example.net/", "https://as.example.net?x",
		"https://as.example.net#x", "https://u@as.example.net", "ftp://as.example.net",
		"as.example.net", "https://", "https://as.example.net/a/../b",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		CU_ASSERT_EQUAL(add(names[i], "https://x.example.com"), ERR_INVALID_REQUEST);
	for (size_t i = 0; i < sizeof issuers / sizeof issuers[0]; i++)
		CU_ASSERT_EQUAL(add("x", issuers[i]), ERR_INVALID_REQUEST);
}

static void
two_tenants_never_share_a_name_or_an_address(void)
{
	CU_ASSERT_EQUAL(add("one", "https://x.example.com"), ERR_EXISTS);
	CU_ASSERT_EQUAL(add("x", "https://as.example.com/t/two"), ERR_EXISTS);
	CU_ASSERT_EQUAL(add("x", "https://AS.example.com:8443/t/two"), ERR_EXISTS);
}

/* Both saw no such name; the commit puts them in order. */
static void
two_administrators_at_once_are_put_in_order(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(tenant_add(&s.w, &s.tenants, &s.master, "x", "https://x.example.com"), OK);
	changes_start(&second, s.arena, 0);
	s.w.changes = &second;
	CU_ASSERT_EQUAL(tenant_add(&s.w, &s.tenants, &s.master, "x", "https://x.example.com"), OK);
	s.w.changes = &s.changes;
	CU_ASSERT_EQUAL(store_commit(s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(scene_commit(&s), ERR_CHANGED);
}

static void
another_master_key_opens_nothing(void)
{
	struct key other;
	struct tenants all;

	crypto_random(&other, sizeof other);
	CU_ASSERT_EQUAL(tenants_load(s.w.db, &other, &s.settings, &all), ERR_SERVER);
	CU_ASSERT_PTR_NULL(all.arena);
	tenants_free(&all);
}

static void
without_a_master_key_there_are_no_keys(void)
{
	struct tenants all;

	CU_ASSERT_EQUAL_FATAL(tenants_load(s.w.db, NULL, &s.settings, &all), OK);
	CU_ASSERT_EQUAL(all.n, 2);
	CU_ASSERT_PTR_NULL(tenants_named(&all, "one")->keys);
	tenants_free(&all);
}

static void
put(const char *own, bool disabled)
{
	struct tenant t = *s.w.tenant;

	t.own_settings = own;
	t.disabled = disabled;
	CU_ASSERT_EQUAL(tenant_put(&s.w, &t), OK);
	CU_ASSERT_EQUAL(scene_commit(&s), OK);
}

static void
a_tenant_has_settings_of_its_own(void)
{
	put("{\"rpt_life\":\"77\",\"misses_max\":\"nine\",\"no_such\":\"1\"}", false);
	CU_ASSERT_EQUAL(s.w.tenant->set.rpt_life, 77);
	CU_ASSERT_EQUAL(s.w.tenant->set.misses_max, 30);
	scene_in(&s, "two");
	CU_ASSERT_EQUAL(s.w.tenant->set.rpt_life, 300);
}

static void
a_disabled_tenant_is_known_as_such(void)
{
	put(NULL, true);
	CU_ASSERT(s.w.tenant->disabled);
	put(NULL, false);
	CU_ASSERT_FALSE(s.w.tenant->disabled);
}

static void
what_changes_is_noticed(void)
{
	struct tenants old;

	CU_ASSERT_EQUAL_FATAL(tenants_load(s.w.db, &s.master, &s.settings, &old), OK);
	CU_ASSERT(tenants_current(&old, s.w.db));
	put(NULL, true);
	CU_ASSERT_FALSE(tenants_current(&old, s.w.db));
	tenants_free(&old);
	CU_ASSERT_FALSE(tenants_current(&old, s.w.db));
}

static enum err
spoil(struct bytes key, const char *row)
{
	struct tenants all;
	enum err e;

	s.changes.tenant = 0;
	change_put(&s.changes, T_TENANT, key, bytes_of(row));
	CU_ASSERT_EQUAL(store_commit(s.store, &(struct changes *){ &s.changes }, 1), OK);
	store_release(s.w.db);
	CU_ASSERT_EQUAL(store_snapshot(s.store, &s.w.db), OK);
	e = tenants_load(s.w.db, &s.master, &s.settings, &all);
	tenants_free(&all);
	change_drop(&s.changes, T_TENANT, key);
	CU_ASSERT_EQUAL(store_commit(s.store, &(struct changes *){ &s.changes }, 1), OK);
	return e;
}

static void
a_rotten_row_of_a_tenant_stops_the_start(void)
{
	struct bytes key = BYTES("\1\2\3\4\5\6\7\10", 8);

	CU_ASSERT_EQUAL(spoil(key, "{"), ERR_SERVER);
	CU_ASSERT_EQUAL(spoil(key, "{\"name\":\"x\"}"), ERR_SERVER);
	CU_ASSERT_EQUAL(spoil(key, "{\"name\":\"x\",\"issuer\":\"nonsense\"}"), ERR_SERVER);
	CU_ASSERT_EQUAL(spoil(BYTES("\1", 1), "{\"name\":\"x\",\"issuer\":\"https://x.example\"}"),
			ERR_SERVER);
	CU_ASSERT_EQUAL(spoil(key, "{\"name\":\"x\",\"issuer\":\"https://x.example\","
			      "\"settings\":[]}"), ERR_SERVER);
	CU_ASSERT_EQUAL(spoil(key, "{\"name\":\"x\",\"issuer\":\"https://x.example\"}"), OK);
}

static void
a_removed_tenant_leaves_no_row(void)
{
	tenant_id id = s.w.tenant->id;
	struct bytes row;

	for (int i = 0; i < 600; i++)
		audit_add(&s.w, &(struct audit){ .event = AUDIT_KEY_RETIRED });
	CU_ASSERT_EQUAL(scene_commit(&s), OK);
	CU_ASSERT_EQUAL(tenant_remove(&s.w, s.store, s.w.tenant), OK);
	scene_begin(&s);
	CU_ASSERT_PTR_NULL(s.w.tenant);
	s.changes.tenant = id;
	for (int t = 0; t < TABLE_COUNT; t++)
		CU_ASSERT_EQUAL(scene_rows(&s, t), 0);
	CU_ASSERT_EQUAL(store_get(s.w.db, id, T_TENANT, bytes_of("x"), &row), ABSENT);
	scene_in(&s, "two");
	CU_ASSERT_PTR_NOT_NULL_FATAL(s.w.tenant);
	CU_ASSERT_EQUAL(scene_rows(&s, T_KEY), 1);
}

static CU_TestInfo tests[] = {
	{ "the longest path of the host wins", the_longest_path_of_the_host_wins },
	{ "another host has no tenant [T-F08]", another_host_has_no_tenant },
	{ "a tenant knows its issuer [G-DISC-05]", a_tenant_knows_its_issuer },
	{ "names and issuers are checked [O-8414-01]", names_and_issuers_are_checked },
	{ "two tenants never share a name or an address [T-M01]",
	  two_tenants_never_share_a_name_or_an_address },
	{ "two administrators at once are put in order",
	  two_administrators_at_once_are_put_in_order },
	{ "another master key opens nothing [T-K01]", another_master_key_opens_nothing },
	{ "without a master key there are no keys [T-X01]",
	  without_a_master_key_there_are_no_keys },
	{ "a tenant has settings of its own", a_tenant_has_settings_of_its_own },
	{ "a disabled tenant is known as such", a_disabled_tenant_is_known_as_such },
	{ "what changes is noticed", what_changes_is_noticed },
	{ "a rotten row of a tenant stops the start [T-S11]",
	  a_rotten_row_of_a_tenant_stops_the_start },
	{ "a removed tenant leaves no row [F-PRV-01]", a_removed_tenant_leaves_no_row },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo tenant_suite = { "model/tenant", NULL, NULL, start, stop, tests };
