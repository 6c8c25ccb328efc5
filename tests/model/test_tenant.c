/* SPDX-License-Identifier: Apache-2.0 */
#include "model/audit.h"
#include "model/housekeeping.h"
#include "model/issuer.h"
#include "tests/model/harness.h"
#include "tests/run.h"

static struct harness s;

static void
tenant_setup(void)
{
	harness_open(&s);
}

static void
tenant_teardown(void)
{
	harness_close(&s);
}

static enum err
tenant_add_commit(const char *name, const char *issuer)
{
	enum err e = tenant_add(&s.w, &s.master, name, issuer);

	if (e == OK)
		return harness_commit(&s);
	harness_begin(&s);
	return e;
}

static const char *
tenant_match_name(const char *host, const char *target)
{
	const struct tenant *t;
	const char *why;
	struct path path;
	enum err e;

	CU_ASSERT_EQUAL_FATAL(path_parse(s.arena, target, &path, &why), OK);
	e = tenants_match(&s.tenants, &s.w, host, &path, &t);
	if (e == OK)
		return t->name;
	return e == ABSENT ? "nobody" : "a fault";
}

static const struct tenant *
tenant_find_named(const char *name)
{
	const struct tenant *t = NULL;
	enum err e = tenants_by_name(&s.tenants, &s.w, name, &t);

	CU_ASSERT(e == OK || e == ABSENT);
	return t;
}

static void
the_tenant_with_the_longest_matching_path_is_selected(void)
{
	CU_ASSERT_EQUAL(tenant_add_commit("deep", "https://as.example.com/t/two/deep"), OK);
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/token"), "one");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/token"), "one");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/two"), "two");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/two/token?x=/deep"), "two");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/two/deep/token"), "deep");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/twofold/token"), "one");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/T/two/token"), "one");
}

/* More URLs than the cache keeps, each of them twice. */
static void
requests_share_cached_lookups(void)
{
	static const char *const rows[][2] = {
		{ "/token", "one" }, { "/t/two", "two" }, { "/t/two/x", "two" }, { "/t/x", "one" },
		{ "/a", "one" },     { "/b", "one" },	  { "/t/two/y", "two" }, { "/c", "one" },
	};
	struct tenant_lookups lookups = { .n = 0 };

	s.w.lookups = &lookups;
	for (size_t i = 0; i < 16; i++) {
		CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", rows[i / 2][0]),
				       rows[i / 2][1]);
		CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.org", rows[i / 2][0]),
				       "nobody");
	}
	CU_ASSERT(lookups.n > TENANT_LOOKUPS);
	s.w.lookups = NULL;
}

static void
another_host_has_no_tenant(void)
{
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.org", "/token"), "nobody");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("", "/token"), "nobody");
	CU_ASSERT_EQUAL(tenant_add_commit("other", "https://AS.Example.org:8443/x"), OK);
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.org", "/x/token"), "other");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.org", "/token"), "nobody");
}

static void
a_tenant_has_its_issuer(void)
{
	const struct tenant *one = tenant_find_named("one");
	const struct tenant *two = tenant_find_named("two");

	CU_ASSERT_STRING_EQUAL(two->issuer, "https://as.example.com/t/two");
	CU_ASSERT_STRING_EQUAL(two->host, "as.example.com");
	CU_ASSERT_STRING_EQUAL(two->path_text, "/t/two");
	CU_ASSERT_EQUAL(two->path.n, 2);
	CU_ASSERT(two->https);
	CU_ASSERT_EQUAL(one->path.n, 0);
	CU_ASSERT_STRING_EQUAL(one->path_text, "");
	CU_ASSERT_EQUAL(tenant_add_commit("local", "http://127.0.0.1:8080"), OK);
	CU_ASSERT_FALSE(tenant_find_named("local")->https);
	CU_ASSERT_PTR_NULL(tenant_find_named("three"));
}

static void
names_and_issuers_are_validated(void)
{
	static const char *const names[] = {
		"",
		"-a",
		"A",
		"a_b",
		"a.b",
		"\xc3\xa9",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};
	static const char *const issuers[] = {
		"http://as.example.com",
		"https://as.example.net/",
		"https://as.example.net?x",
		"https://as.example.net#x",
		"https://u@as.example.net",
		"ftp://as.example.net",
		"as.example.net",
		"https://",
		"https://as.example.net/a/../b",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		CU_ASSERT_EQUAL(tenant_add_commit(names[i], "https://x.example.com"),
				ERR_INVALID_REQUEST);
	for (size_t i = 0; i < sizeof issuers / sizeof issuers[0]; i++)
		CU_ASSERT_EQUAL(tenant_add_commit("x", issuers[i]), ERR_INVALID_REQUEST);
}

static void
names_and_issuers_are_unique(void)
{
	CU_ASSERT_EQUAL(tenant_add_commit("one", "https://x.example.com"), ERR_EXISTS);
	CU_ASSERT_EQUAL(tenant_add_commit("x", "https://as.example.com/t/two"), ERR_EXISTS);
	CU_ASSERT_EQUAL(tenant_add_commit("x", "https://AS.example.com:8443/t/two"), ERR_EXISTS);
}

/* Both transactions find no such name; the second commit conflicts. */
static void
of_two_concurrent_additions_of_a_name_one_succeeds(void)
{
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(tenant_add(&s.w, &s.master, "x", "https://x.example.com"), OK);
	changes_start(&second, s.arena, 0);
	s.w.changes = &second;
	CU_ASSERT_EQUAL(tenant_add(&s.w, &s.master, "x", "https://x.example.com"), OK);
	s.w.changes = &s.changes;
	CU_ASSERT_EQUAL(store_commit(s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(second.verdict, OK);
	CU_ASSERT_EQUAL(harness_commit(&s), ERR_CHANGED);
}

static void
another_master_key_is_rejected(void)
{
	const struct tenant *t;
	struct tenants all;
	struct key other;

	crypto_random(&other, sizeof other);
	tenants_start(&all, &other, &s.settings);
	CU_ASSERT_EQUAL(tenants_check_master_key(&all, &s.w), ERR_SERVER);
	CU_ASSERT_EQUAL(tenants_by_name(&all, &s.w, "one", &t), ERR_SERVER);
	CU_ASSERT_EQUAL(all.n, 0);
	tenants_free(&all);
}

static enum err
count_tenant(void *arg, const void *tenant)
{
	CU_ASSERT_PTR_NULL(((const struct tenant *)tenant)->keys);
	(*(int *)arg)++;
	return OK;
}

static void
without_a_master_key_there_are_no_keys(void)
{
	struct tenants all;
	int n = 0;

	tenants_start(&all, NULL, &s.settings);
	CU_ASSERT_EQUAL(tenants_each(&all, &s.w, count_tenant, &n), OK);
	CU_ASSERT_EQUAL(n, 2);
	tenants_free(&all);
}

static void
tenant_put_commit(const char *own, bool disabled)
{
	struct tenant t = *s.w.tenant;

	t.own_settings = own;
	t.disabled = disabled;
	CU_ASSERT_EQUAL(tenant_put(&s.w, &t), OK);
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
}

static void
a_tenant_has_its_own_settings(void)
{
	tenant_put_commit("{\"rpt_life\":\"77\",\"misses_max\":\"nine\",\"no_such\":\"1\"}", false);
	CU_ASSERT_EQUAL(s.w.tenant->set.rpt_life, 77);
	CU_ASSERT_EQUAL(s.w.tenant->set.misses_max, 30);
	harness_use_tenant(&s, "two");
	CU_ASSERT_EQUAL(s.w.tenant->set.rpt_life, 300);
}

static void
a_disabled_tenant_is_found_and_marked_as_disabled(void)
{
	tenant_put_commit(NULL, true);
	CU_ASSERT(s.w.tenant->disabled);
	tenant_put_commit(NULL, false);
	CU_ASSERT_FALSE(s.w.tenant->disabled);
}

/* A cached lookup is used, whatever the store contains, until another commit is visible. */
static void
cached_lookups_end_with_the_next_commit(void)
{
	struct tenant_lookups lookups = { .n = 0 };
	const struct tenant *one;

	tenant_lookups_begin(&lookups, s.w.db);
	s.w.lookups = &lookups;
	one = tenant_find_named("one");
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/new"), "one");
	CU_ASSERT_EQUAL(lookups.current, one->id);
	s.w.lookups = NULL;
	tenant_put_commit(NULL, true);
	CU_ASSERT_EQUAL(tenant_add_commit("new", "https://as.example.com/t/new"), OK);
	s.w.lookups = &lookups;
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/new"), "one");
	tenant_lookups_begin(&lookups, s.w.db);
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/t/new"), "new");
	CU_ASSERT(tenant_find_named("one")->disabled);
	s.w.lookups = NULL;
}

/* The tenant that a request uses does not change, and other tenants are not loaded again. */
static void
a_change_reloads_one_tenant_and_no_other(void)
{
	const struct tenant *one = tenant_find_named("one"), *two = tenant_find_named("two");

	CU_ASSERT_PTR_EQUAL(tenant_find_named("one"), one);
	tenant_put_commit(NULL, true);
	CU_ASSERT_PTR_NOT_EQUAL(tenant_find_named("one"), one);
	CU_ASSERT(tenant_find_named("one")->disabled && !one->disabled);
	CU_ASSERT_STRING_EQUAL(one->name, "one");
	CU_ASSERT_PTR_EQUAL(tenant_find_named("two"), two);
}

#define KEYS                                                                                       \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                         \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}" /* RFC 8037, A.2 */
#define IDP "https://idp.example.net"

static void
set_setting(void)
{
	CU_ASSERT_EQUAL(tenant_put(&s.w, s.w.tenant), OK);
}

static void
rotate_key(void)
{
	char kid[44];

	CU_ASSERT_EQUAL(tenant_key_rotate(&s.w, &s.master, kid), OK);
}

static void
retire_key(void)
{
	CU_ASSERT_EQUAL(tenant_key_retire(&s.w, &s.master, s.w.tenant->keys->key.kid), OK);
}

static void
put_issuer(void)
{
	CU_ASSERT_EQUAL(issuer_put(&s.w, &(struct issuer){ .url = IDP, .jwks = KEYS }), OK);
}

static void
remove_issuer(void)
{
	CU_ASSERT_EQUAL(issuer_remove(&s.w, IDP), OK);
}

static void
raise_epoch(void)
{
	int64_t epoch;

	CU_ASSERT_EQUAL(tenants_raise_epoch(&s.w, &epoch), OK);
}

/* Grants by the former keys or settings conflict and run again; other tenants are not affected. */
static void
a_change_of_a_tenant_conflicts_with_grants_of_that_tenant_only(void)
{
	static void (*const changes[])(void) = { set_setting, rotate_key,    retire_key,
						 put_issuer,  remove_issuer, raise_epoch };

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const struct tenant *one = tenant_find_named("one"),
				    *two = tenant_find_named("two");
		struct changes grant[2], *lists[2] = { &grant[0], &grant[1] };
		struct work w = s.w;

		for (int t = 0; t < 2; t++) {
			w.tenant = t == 0 ? one : two;
			w.changes = lists[t];
			changes_start(&grant[t], s.arena, w.tenant->id);
			tenant_expect(&w);
			change_put(w.changes, T_COUNT, bytes_of("x"), bytes_of("1"));
		}
		changes[i]();
		CU_ASSERT_EQUAL(harness_commit(&s), OK);
		CU_ASSERT_EQUAL(store_commit(s.store, lists, 2), OK);
		CU_ASSERT_EQUAL(grant[0].verdict, ERR_CHANGED);
		CU_ASSERT_EQUAL(grant[1].verdict, changes[i] == raise_epoch ? ERR_CHANGED : OK);
		CU_ASSERT_PTR_NOT_EQUAL(tenant_find_named("one"), one);
		CU_ASSERT_EQUAL(tenant_find_named("two") == two, changes[i] != raise_epoch);
		harness_begin(&s);
	}
}

/* A full cache evicts the least recently used tenant; a request that uses the tenant keeps it. */
static void
the_number_of_loaded_tenants_is_limited(void)
{
	const struct tenant *one = tenant_find_named("one");
	int64_t now_ms = s.w.now_ms;

	for (int i = 0; i < TENANTS_LOADED + 10; i++) {
		s.w.now_ms++; /* another id each time */
		CU_ASSERT_EQUAL_FATAL(tenant_add(&s.w, &s.master, arena_printf(s.arena, "t%d", i),
						 arena_printf(s.arena,
							      "https://as.example.com/t/%d", i)),
				      OK);
		if (i % 100 == 99) {
			s.changes.essential = true; /* the store is small */
			CU_ASSERT_EQUAL_FATAL(harness_commit(&s), OK);
			CU_ASSERT_EQUAL(store_upkeep(s.store), OK);
		}
	}
	s.w.now_ms = now_ms;
	s.changes.essential = true;
	CU_ASSERT_EQUAL_FATAL(harness_commit(&s), OK);
	for (int i = 0; i < TENANTS_LOADED + 10; i++)
		CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com",
							 arena_printf(s.arena, "/t/%d/token", i)),
				       arena_printf(s.arena, "t%d", i));
	CU_ASSERT_EQUAL(s.tenants.n, TENANTS_LOADED);
	CU_ASSERT_STRING_EQUAL(one->name, "one");
	CU_ASSERT_PTR_NOT_EQUAL(tenant_find_named("one"), one);
	CU_ASSERT_STRING_EQUAL(tenant_find_named("one")->issuer, one->issuer);
}

static enum err
tenant_corrupt_row(struct bytes key, const char *row)
{
	struct tenants all;
	enum err e;
	int n = 0;

	s.changes.tenant = 0;
	change_put(&s.changes, T_TENANT, key, bytes_of(row));
	s.changes.tenant = bytes_get(key.data, key.size);
	change_put(&s.changes, T_META, bytes_of("generation"), bytes_of("x"));
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	tenants_start(&all, NULL, &s.settings);
	e = tenants_each(&all, &s.w, count_tenant, &n);
	CU_ASSERT_PTR_NOT_NULL(tenant_find_named("one"));
	tenants_free(&all);
	s.changes.tenant = 0;
	change_drop(&s.changes, T_TENANT, key);
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	return e;
}

static void
a_corrupt_row_of_a_tenant_does_not_affect_others(void)
{
	struct bytes key = BYTES("\1\2\3\4\5\6\7\10", 8);

	CU_ASSERT_EQUAL(tenant_corrupt_row(key, "{"), ERR_SERVER);
	CU_ASSERT_EQUAL(tenant_corrupt_row(key, "{\"name\":\"x\"}"), ERR_SERVER);
	CU_ASSERT_EQUAL(tenant_corrupt_row(key, "{\"name\":\"x\",\"issuer\":\"nonsense\"}"),
			ERR_SERVER);
	CU_ASSERT_EQUAL(tenant_corrupt_row(BYTES("\1", 1), "{}"), ERR_SERVER);
	CU_ASSERT_EQUAL(tenant_corrupt_row(key, "{\"name\":\"x\",\"issuer\":\"https://x.example\","
						"\"settings\":[]}"),
			ERR_SERVER);
	CU_ASSERT_EQUAL(
		tenant_corrupt_row(key, "{\"name\":\"x\",\"issuer\":\"https://x.example\"}"), OK);
}

static void
a_removed_tenant_leaves_no_row(void)
{
	tenant_id id = s.w.tenant->id;
	struct bytes row;

	for (int i = 0; i < 600; i++)
		audit_add(&s.w, &(struct audit){ .event = AUDIT_KEY_RETIRED });
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	CU_ASSERT_EQUAL(tenant_remove(&s.w, s.store, s.w.tenant), OK);
	harness_begin(&s);
	CU_ASSERT_PTR_NULL(s.w.tenant);
	s.changes.tenant = id;
	for (enum table t = 0; t < TABLE_COUNT; t++)
		CU_ASSERT_EQUAL(harness_count_rows(&s, t), 0);
	CU_ASSERT_EQUAL(store_get(s.w.db, id, T_TENANT, bytes_of("x"), &row), ABSENT);
	CU_ASSERT_STRING_EQUAL(tenant_match_name("as.example.com", "/token"), "nobody");
	CU_ASSERT_EQUAL(tenant_add_commit("one", "https://as.example.com"), OK);
	harness_use_tenant(&s, "two");
	CU_ASSERT_PTR_NOT_NULL_FATAL(s.w.tenant);
	CU_ASSERT_EQUAL(harness_count_rows(&s, T_KEY), 1);
}

/*
 * As if usherctl ended after its first commit: the mark of the removal is set, and all rows remain.
 */
static void
the_janitor_completes_an_interrupted_removal(void)
{
	tenant_id id = s.w.tenant->id;
	uint8_t mark[15] = "removed";
	struct bytes row;
	bool more;
	int rounds = 0;

	for (int i = 0; i < 1200; i++)
		audit_add(&s.w, &(struct audit){ .event = AUDIT_KEY_RETIRED });
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	bytes_put(mark + 7, 8, id);
	s.changes.tenant = 0;
	change_put(&s.changes, T_META, BYTES(mark, sizeof mark), bytes_of("1"));
	CU_ASSERT_EQUAL(harness_commit(&s), OK);
	do {
		CU_ASSERT_EQUAL(housekeeping_round(s.store, &s.settings, HARNESS_NOW, NULL, NULL,
						   &more),
				OK);
		rounds++;
	} while (more && rounds < 100);
	CU_ASSERT(rounds > 1 && rounds < 100);
	harness_begin(&s);
	s.changes.tenant = id;
	for (enum table t = 0; t < TABLE_COUNT; t++)
		CU_ASSERT_EQUAL(harness_count_rows(&s, t), 0);
	CU_ASSERT_EQUAL(store_get(s.w.db, 0, T_META, BYTES(mark, sizeof mark), &row), ABSENT);
}

static CU_TestInfo tests[] = {
	{ "the tenant with the longest matching path is selected",
	  the_tenant_with_the_longest_matching_path_is_selected },
	{ "requests share cached lookups", requests_share_cached_lookups },
	{ "cached lookups end with the next commit [T-U15]",
	  cached_lookups_end_with_the_next_commit },
	{ "another host has no tenant [T-F08]", another_host_has_no_tenant },
	{ "a tenant has its issuer [G-DISC-05]", a_tenant_has_its_issuer },
	{ "names and issuers are validated [O-8414-01]", names_and_issuers_are_validated },
	{ "names and issuers are unique [T-M01]", names_and_issuers_are_unique },
	{ "of two concurrent additions of a name one succeeds",
	  of_two_concurrent_additions_of_a_name_one_succeeds },
	{ "another master key is rejected [T-K01]", another_master_key_is_rejected },
	{ "without a master key there are no keys [T-X01]",
	  without_a_master_key_there_are_no_keys },
	{ "a tenant has its own settings", a_tenant_has_its_own_settings },
	{ "a disabled tenant is found and marked as disabled",
	  a_disabled_tenant_is_found_and_marked_as_disabled },
	{ "a change reloads one tenant and no other [T-X09]",
	  a_change_reloads_one_tenant_and_no_other },
	{ "a change of a tenant conflicts with grants of that tenant only [T-K03]",
	  a_change_of_a_tenant_conflicts_with_grants_of_that_tenant_only },
	{ "the number of loaded tenants is limited", the_number_of_loaded_tenants_is_limited },
	{ "a corrupt row of a tenant does not affect others [T-S11]",
	  a_corrupt_row_of_a_tenant_does_not_affect_others },
	{ "a removed tenant leaves no row [F-PRV-01]", a_removed_tenant_leaves_no_row },
	{ "the janitor completes an interrupted removal",
	  the_janitor_completes_an_interrupted_removal },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo tenant_suite = { "model/tenant", NULL, NULL, tenant_setup, tenant_teardown, tests };
