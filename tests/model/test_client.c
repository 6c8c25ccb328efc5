/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/model/fixture.h"
#include "tests/run.h"
#include "base/text.h"

static struct fixture c;
static const char *secret;

static void
client_setup(void)
{
	fixture_open(&c);
}

static void
client_teardown(void)
{
	fixture_close(&c);
}

static enum err
client_add_commit(struct client *client, const char *given)
{
	enum err e;

	c.s.w.refusal.why = NULL;
	e = client_add(&c.s.w, client, given, &secret);
	if (e == OK)
		return harness_commit(&c.s);
	CU_ASSERT_PTR_NOT_NULL(c.s.w.refusal.why);
	harness_begin(&c.s);
	return e;
}

static struct str_list
client_list_of_one(const char *item)
{
	struct str_list list = { 0 };

	str_list_add(c.s.arena, &list, item);
	return list;
}

static struct client
client_find_ok(const char *id)
{
	struct client client = { 0 };

	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, id, ERR_NOT_FOUND, &client), OK);
	return client;
}

static void
a_new_client_has_defaults(void)
{
	struct client client = { .name = "App" };

	CU_ASSERT_EQUAL_FATAL(client_add_commit(&client, NULL), OK);
	client = client_find_ok(client.id);
	CU_ASSERT_STRING_EQUAL(client.auth, AUTH_BASIC);
	CU_ASSERT(client_has_grant(&client, GRANT_UMA) && client_has_grant(&client, GRANT_REFRESH));
	CU_ASSERT_FALSE(client_has_grant(&client, GRANT_CLIENT));
	CU_ASSERT_FALSE(client_is_resource_server(&client));
	CU_ASSERT_FALSE(client.push_claims);
	CU_ASSERT_EQUAL(client.created, HARNESS_NOW);
	CU_ASSERT_STRING_EQUAL(client_audience(&client), client.id);
}

static void
a_resource_server_has_an_account_of_its_own(void)
{
	struct client rs = client_find_ok("photoz");
	struct account own;

	CU_ASSERT(client_is_resource_server(&rs));
	CU_ASSERT(client_has_grant(&rs, GRANT_CLIENT));
	CU_ASSERT_PTR_NOT_NULL_FATAL(rs.owner);
	CU_ASSERT_EQUAL(account_find(&c.s.w, rs.owner, ERR_NOT_FOUND, &own), OK);
	CU_ASSERT_STRING_EQUAL(own.login, "photoz");
}

/* The default name would be the client_id, which may look like an account id; no login may. */
static void
a_resource_server_needs_no_name(void)
{
	struct client rs = { .scopes = client_list_of_one(SCOPE_PROTECTION) };

	CU_ASSERT_EQUAL_FATAL(client_add_commit(&rs, NULL), OK);
	CU_ASSERT_PTR_NOT_NULL(client_find_ok(rs.id).owner);
}

static void
an_existing_account_does_not_become_a_resource_servers_by_its_login(void)
{
	struct client rs = { .id = "erin", .scopes = client_list_of_one(SCOPE_PROTECTION) };
	struct client named = { .id = "bobs",
				.scopes = client_list_of_one(SCOPE_PROTECTION),
				.owner = c.bob };

	CU_ASSERT_EQUAL(client_add_commit(&rs, NULL), ERR_EXISTS);
	CU_ASSERT_EQUAL_FATAL(client_add_commit(&named, NULL), OK);
	CU_ASSERT_STRING_EQUAL(client_find_ok("bobs").owner, c.bob);
}

static void
a_secret_is_shown_once_and_stored_as_a_hash(void)
{
	struct client client = { .id = "fresh" };
	struct bytes row;

	CU_ASSERT_EQUAL_FATAL(client_add_commit(&client, NULL), OK);
	row = harness_row(&c.s, T_CLIENT, bytes_of("fresh"));
	client = client_find_ok("fresh");
	CU_ASSERT_EQUAL(strlen(secret), 43);
	CU_ASSERT(client_secret_matches(&c.s.w, &client, secret));
	CU_ASSERT_FALSE(client_secret_matches(&c.s.w, &client, "wrong"));
	CU_ASSERT_FALSE(client_secret_matches(&c.s.w, &client, ""));
	CU_ASSERT_PTR_NULL(memmem(row.data, row.size, secret, strlen(secret)));
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_FALSE(client_secret_matches(&c.s.w, &client, secret));
}

static void
a_secret_may_be_chosen_16_to_256_bytes(void)
{
	struct client client = { .id = "given" };
	char text[258];

	memset(text, 's', sizeof text);
	text[257] = '\0';
	CU_ASSERT_EQUAL(client_add_commit(&client, "s3cr3t:c/v"), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(client_add_commit(&client, text), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(client_add_commit(&client, "s3cr3t:c/v-long-enough"), OK);
	client = client_find_ok("given");
	CU_ASSERT(client_secret_matches(&c.s.w, &client, "s3cr3t:c/v-long-enough"));
}

static void
a_public_client_has_no_secret(void)
{
	struct client client = { .id = "public", .auth = AUTH_NONE };

	CU_ASSERT_EQUAL_FATAL(client_add_commit(&client, NULL), OK);
	CU_ASSERT_PTR_NULL(secret);
	client = client_find_ok("public");
	CU_ASSERT_PTR_NULL(client.secret);
	CU_ASSERT_FALSE(client_secret_matches(&c.s.w, &client, ""));
}

static void
a_client_id_is_unique_within_a_tenant(void)
{
	struct client client = { .id = "viewer" };

	CU_ASSERT_EQUAL(client_add_commit(&client, NULL), ERR_EXISTS);
	harness_use_tenant(&c.s, "two");
	CU_ASSERT_EQUAL(client_add_commit(&client, NULL), OK);
}

static void
a_client_id_is_validated(void)
{
	static const char *const wrong[] = {
		"", "a\x7f", "a\xc3\xa9", "a\tb", "a\n", "\x1f", "\xff"
	};
	static const char *const good[] = { "A-z_0.9~", "https://app.example.com/cb?x=1&y#z",
					    "a:b",	"a b",
					    " ",	"a+b%41",
					    "?0",	"\"\\",
					    "~",	"-",
					    "--id",	"urn:x:a;b,c" };
	char *longest = arena_printf(c.s.arena, "%0256d", 0);

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CU_ASSERT_EQUAL(client_add_commit(&(struct client){ .id = wrong[i] }, NULL),
				ERR_INVALID_REQUEST);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		CU_ASSERT_EQUAL_FATAL(client_add_commit(&(struct client){ .id = good[i] }, NULL),
				      OK);
		CU_ASSERT_STRING_EQUAL(client_find_ok(good[i]).id, good[i]);
	}
	CU_ASSERT_EQUAL(client_add_commit(&(struct client){ .id = longest }, NULL), OK);
	CU_ASSERT_EQUAL(
		client_add_commit(&(struct client){ .id = arena_printf(c.s.arena, "%0257d", 0) },
				  NULL),
		ERR_INVALID_REQUEST);
}

/* A login is shorter than a client_id. */
static void
a_resource_server_may_have_the_longest_client_id(void)
{
	struct client rs = { .id = arena_printf(c.s.arena, "https://%0248d", 0),
			     .scopes = client_list_of_one(SCOPE_PROTECTION) };
	struct account own;

	CU_ASSERT_EQUAL_FATAL(client_add_commit(&rs, NULL), OK);
	CU_ASSERT_EQUAL_FATAL(
		account_find(&c.s.w, client_find_ok(rs.id).owner, ERR_NOT_FOUND, &own), OK);
	CU_ASSERT(text_starts(own.login, "client-https://0"));
}

static void
the_grant_types_scopes_and_rights_of_a_client_are_validated(void)
{
	struct client wrong[] = {
		{ .auth = "private_key_jwt" },
		{ .auth = "" },
		{ .grants = client_list_of_one("implicit") },
		{ .grants = client_list_of_one("password") },
		{ .grants = client_list_of_one(GRANT_CLIENT), .auth = AUTH_NONE },
		{ .scopes = client_list_of_one("a b\"") },
		{ .scopes = client_list_of_one("\x01") },
		{ .scopes = client_list_of_one("") },
		{ .name = "\xff" },
		{ .resource_uri = "photoz" },
		{ .resource_uri = "https://photoz.example.com/#x" },
		{ .owner = "nobody" },
	};
	struct client good[] = {
		{ .auth = AUTH_POST },
		{ .grants = client_list_of_one(GRANT_CLIENT) },
		{ .scopes = client_list_of_one("a:b/c") },
		{ .resource_uri = "https://photoz.example.com/" },
		{ .partial = PARTIAL_YES },
		{ .rpt_permissions = RPT_PERMISSIONS_INTROSPECTION },
		{ .partial = PARTIAL_NO },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CU_ASSERT_EQUAL(client_add_commit(&wrong[i], NULL), ERR_INVALID_REQUEST);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CU_ASSERT_EQUAL(client_add_commit(&good[i], NULL), OK);
	CU_ASSERT_STRING_EQUAL(client_audience(&good[3]), "https://photoz.example.com/");
	CU_ASSERT_EQUAL(client_find_ok(good[4].id).partial, PARTIAL_YES);
	CU_ASSERT_EQUAL(client_find_ok(good[4].id).rpt_permissions, RPT_PERMISSIONS_TOKEN);
	CU_ASSERT_EQUAL(client_find_ok(good[5].id).rpt_permissions, RPT_PERMISSIONS_INTROSPECTION);
	CU_ASSERT_EQUAL(client_find_ok(good[5].id).partial, PARTIAL_TENANT);
}

static void
a_client_may_omit_its_only_redirect_uri(void)
{
	struct str_list one = client_list_of_one("https://c.example/1"), two = one, none = { 0 };

	two = client_list_of_one("https://c.example/1");
	str_list_add(c.s.arena, &two, "http://127.0.0.1/2");
	CU_ASSERT_STRING_EQUAL(client_redirect_uri(&one, NULL), "https://c.example/1");
	CU_ASSERT_STRING_EQUAL(client_redirect_uri(&one, "https://c.example/1"),
			       "https://c.example/1");
	CU_ASSERT_PTR_NULL(client_redirect_uri(&one, "https://c.example/2"));
	CU_ASSERT_PTR_NULL(client_redirect_uri(&two, NULL));
	CU_ASSERT_STRING_EQUAL(client_redirect_uri(&two, "http://127.0.0.1:4711/2"),
			       "http://127.0.0.1:4711/2");
	CU_ASSERT_PTR_NULL(client_redirect_uri(&none, NULL));
}

static void
a_client_of_the_code_flow_has_a_redirect_uri(void)
{
	struct client cl = { .grants = client_list_of_one(GRANT_CODE) };
	struct client kept;

	CU_ASSERT_EQUAL(client_add_commit(&cl, NULL), ERR_INVALID_REQUEST);
	cl = (struct client){ .grants = client_list_of_one(GRANT_CODE),
			      .redirect_uris = client_list_of_one("https://c.example/cb"),
			      .require_pushed = true };
	CU_ASSERT_EQUAL_FATAL(client_add_commit(&cl, NULL), OK);
	kept = client_find_ok(cl.id);
	CU_ASSERT(kept.require_pushed);
	kept.grants = client_list_of_one(GRANT_UMA);
	CU_ASSERT_EQUAL(client_put(&c.s.w, &kept), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(client_find_ok(cl.id).grants_epoch, 1);
}

static void
redirection_uris_are_validated(void)
{
	static const char *const wrong[] = { "/cr",
					     "https://c.example/cr#x",
					     "http://c.example/cr",
					     "https://u@c.example/cr",
					     "javascript:alert(1)",
					     "" };
	struct str_list many = { 0 };

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_EQUAL(
			client_add_commit(&(struct client){ .redirect_uris =
								    client_list_of_one(wrong[i]) },
					  NULL),
			ERR_INVALID_REQUEST);
		CU_ASSERT_EQUAL(
			client_add_commit(&(struct client){ .claims_redirect_uris =
								    client_list_of_one(wrong[i]) },
					  NULL),
			ERR_INVALID_REQUEST);
	}
	for (int i = 0; i < 33; i++)
		str_list_add(c.s.arena, &many, "https://c.example/cr");
	CU_ASSERT_EQUAL(client_add_commit(&(struct client){ .redirect_uris = many }, NULL),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(
		client_add_commit(&(struct client){ .claims_redirect_uris = client_list_of_one(
							    "https://c.example/cr?x=1") },
				  NULL),
		OK);
}

static void
the_lengths_of_names_and_scopes_are_limited(void)
{
	char name[202];
	struct str_list many = { 0 };

	memset(name, 'n', sizeof name);
	name[201] = '\0';
	CU_ASSERT_EQUAL(client_add_commit(&(struct client){ .name = name }, NULL),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(client_add_commit(&(struct client){ .name = name + 1 }, NULL), OK);
	for (int i = 0; i < 33; i++)
		str_list_add(c.s.arena, &many, arena_printf(c.s.arena, "s%d", i));
	CU_ASSERT_EQUAL(client_add_commit(&(struct client){ .scopes = many }, NULL),
			ERR_INVALID_REQUEST);
}

static void
a_change_is_validated_like_a_new_client(void)
{
	struct client client = client_find_ok("viewer");

	client.auth = AUTH_NONE;
	CU_ASSERT_EQUAL(client_put(&c.s.w, &client), ERR_INVALID_REQUEST);
	client.secret = NULL;
	CU_ASSERT_EQUAL(client_put(&c.s.w, &client), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	client = client_find_ok("viewer");
	client.auth = AUTH_POST;
	CU_ASSERT_EQUAL(client_put(&c.s.w, &client), ERR_INVALID_REQUEST);
}

static void
of_two_concurrent_changes_one_succeeds(void)
{
	struct client client = client_find_ok("viewer");
	struct changes second, *list = &second;

	CU_ASSERT_EQUAL(client_put(&c.s.w, &client), OK);
	client.disabled = true;
	changes_start(&second, c.s.arena, c.s.w.tenant->id);
	c.s.w.changes = &second;
	CU_ASSERT_EQUAL(client_put(&c.s.w, &client), OK);
	CU_ASSERT_EQUAL(store_commit(c.s.store, &list, 1), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), ERR_CHANGED);
	CU_ASSERT(client_find_ok("viewer").disabled);
}

static enum err
add_id(void *arg, const void *client)
{
	str_list_add(c.s.arena, arg, ((const struct client *)client)->id);
	return OK;
}

static void
a_removed_client_is_not_found(void)
{
	struct client client;
	int64_t epoch;

	CU_ASSERT_EQUAL(client_remove(&c.s.w, "viewer"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(client_find(&c.s.w, "viewer", ERR_NOT_FOUND, &client), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(client_remove(&c.s.w, "viewer"), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(client_check_enabled(&c.s.w, "viewer", ERR_NOT_FOUND, &epoch),
			ERR_NOT_FOUND);
}

static void
the_client_id_of_a_removed_client_is_not_reused(void)
{
	struct client again = { .id = "viewer" };
	struct str_list ids = { 0 };

	CU_ASSERT_EQUAL(client_remove(&c.s.w, "viewer"), OK);
	CU_ASSERT_EQUAL(harness_commit(&c.s), OK);
	CU_ASSERT_EQUAL(client_add(&c.s.w, &again, NULL, &secret), ERR_EXISTS);
	CU_ASSERT_PTR_NOT_NULL(strstr(c.s.w.refusal.why, "a removed client had this id"));
	CU_ASSERT_EQUAL(client_each(&c.s.w, add_id, &ids), OK);
	CU_ASSERT_FALSE(str_list_has(&ids, "viewer"));
}

static void
all_clients_are_listed(void)
{
	struct str_list ids = { 0 };

	CU_ASSERT_EQUAL(client_each(&c.s.w, add_id, &ids), OK);
	CU_ASSERT_STRING_EQUAL(str_list_join(c.s.arena, &ids, " "), "filez other photoz viewer");
}

static void
a_corrupt_client_row_is_a_fault(void)
{
	struct client client;
	struct str_list ids = { 0 };

	harness_corrupt_rows(&c.s, T_CLIENT, "{\"id\":\"viewer\"}");
	CU_ASSERT_EQUAL(client_find(&c.s.w, "viewer", ERR_NOT_FOUND, &client), ERR_STORE);
	CU_ASSERT_EQUAL(client_each(&c.s.w, add_id, &ids), ERR_STORE);
	c.s.w.refusal.why = "";
	CU_ASSERT_EQUAL(client_add(&c.s.w, &(struct client){ .id = "viewer" }, NULL, &secret),
			ERR_STORE);
}

static int64_t
epoch_after(const char *id, void (*change)(struct client *client), bool of_pushing)
{
	struct client client;

	fixture_change_client(&c, id, change);
	CU_ASSERT_EQUAL_FATAL(client_find(&c.s.w, id, ERR_NOT_FOUND, &client), OK);
	return of_pushing ? client.push_epoch : client.epoch;
}

static void
each_right_that_a_client_loses_raises_an_epoch(void)
{
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_disable, false), 1);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_disable, false), 1);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_enable, false), 1);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_disable, false), 2);
	CU_ASSERT_EQUAL(epoch_after("photoz", fixture_forbid_protection, false), 1);
	CU_ASSERT_EQUAL(epoch_after("photoz", fixture_allow_protection, false), 1);
	CU_ASSERT_EQUAL(epoch_after("photoz", fixture_forbid_protection, false), 2);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_allow_push, true), 0);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_forbid_push, true), 1);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_allow_push, true), 1);
	CU_ASSERT_EQUAL(epoch_after("viewer", fixture_forbid_push, true), 2);
}

static CU_TestInfo tests[] = {
	{ "a new client has default grant types and authentication", a_new_client_has_defaults },
	{ "a resource server has an account of its own [F-PAT-07]",
	  a_resource_server_has_an_account_of_its_own },
	{ "a resource server needs no name", a_resource_server_needs_no_name },
	{ "an existing account does not become a resource server's by its login [T-U07]",
	  an_existing_account_does_not_become_a_resource_servers_by_its_login },
	{ "a secret is shown once and stored as a hash [T-C04 T-S10 T-M01 O-6749-05]",
	  a_secret_is_shown_once_and_stored_as_a_hash },
	{ "a secret may be chosen, 16 to 256 bytes", a_secret_may_be_chosen_16_to_256_bytes },
	{ "a public client has no secret", a_public_client_has_no_secret },
	{ "a client_id is unique within a tenant", a_client_id_is_unique_within_a_tenant },
	{ "a client_id is validated", a_client_id_is_validated },
	{ "a resource server may have the longest client_id",
	  a_resource_server_may_have_the_longest_client_id },
	{ "the grant types, scopes and rights of a client are validated [O-6749-11 T-C06 T-C08]",
	  the_grant_types_scopes_and_rights_of_a_client_are_validated },
	{ "redirection URIs are validated [T-P08]", redirection_uris_are_validated },
	{ "a client may omit its redirect URI if it has only one",
	  a_client_may_omit_its_only_redirect_uri },
	{ "a client of the code flow has a redirect URI; losing the grant ends what it got",
	  a_client_of_the_code_flow_has_a_redirect_uri },
	{ "the lengths of names and scopes are limited",
	  the_lengths_of_names_and_scopes_are_limited },
	{ "a change is validated like a new client [T-C06]",
	  a_change_is_validated_like_a_new_client },
	{ "of two concurrent changes one succeeds", of_two_concurrent_changes_one_succeeds },
	{ "a removed client is not found", a_removed_client_is_not_found },
	{ "the client_id of a removed client is not reused [T-U15 T-C07 T-U11]",
	  the_client_id_of_a_removed_client_is_not_reused },
	{ "all clients are listed", all_clients_are_listed },
	{ "a corrupt row is a server error [T-S11]", a_corrupt_client_row_is_a_fault },
	{ "each right that a client loses raises an epoch [T-U19]",
	  each_right_that_a_client_loses_raises_an_epoch },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo client_suite = { "model/client", NULL, NULL, client_setup, client_teardown, tests };
