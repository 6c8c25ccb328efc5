/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls: every way of authenticating against every registered method (RFC 6749, 2.3). */
#include "http/form.h"
#include "tests/run.h"
#include "tests/server/share.h"

#define EQ   CU_ASSERT_STRING_EQUAL
#define FORM "grant_type=refresh_token&refresh_token=x"

static void
start(void)
{
	share_open();
	cast_client(&world.c, "poster", AUTH_POST, "");
}

/* A known client comes as far as its refresh token. */
static const char *
told(const char *auth, const char *credentials)
{
	struct said a = say("POST /token", auth, format(FORM "%s", credentials));

	return strcmp(text(a, "error"), "invalid_grant") == 0 ? "known" : text(a, "error");
}

static const char *
posted(const char *client)
{
	return format("&client_id=%s&client_secret=%s", client, cast_secret(&world.c, client));
}

/* RFC 6749, 2.3.1: of two ways to send a secret, libraries choose either. */
static void
a_secret_counts_by_basic_and_in_the_body(void)
{
	EQ(told(basic("viewer"), ""), "known");
	EQ(told(NULL, posted("viewer")), "known");
	EQ(told(NULL, "&client_id=viewer"), "invalid_client");
	EQ(told(basic("poster"), ""), "known");
	EQ(told(NULL, posted("poster")), "known");
	EQ(told(NULL, "&client_id=poster"), "invalid_client");
	EQ(told(basic("public"), ""), "invalid_client");
	EQ(told(basic_raw("public:"), ""), "invalid_client");
	EQ(told(NULL, posted("public")), "invalid_client");
	EQ(told(NULL, "&client_id=public"), "known");
}

static void
only_one_method_a_request(void)
{
	EQ(told(basic("viewer"), posted("viewer")), "invalid_request");
	EQ(told(basic("viewer"), "&client_assertion=x"), "invalid_request");
	EQ(told(basic("viewer"), "&client_id=other"), "invalid_request");
	EQ(told(basic("viewer"), "&client_id=viewer"), "known");
	EQ(told(NULL, "&client_id=viewer&client_assertion=x"), "invalid_client");
}

static void
wrong_credentials_are_one_answer(void)
{
	struct said unknown = say("POST /token", basic_raw("nobody:the-secret-of-nobody"), FORM);
	struct said wrong = say("POST /token", basic_raw("viewer:wrong"), FORM);
	struct said missing = say("POST /token", NULL, FORM "&client_id=poster");

	CU_ASSERT_EQUAL(unknown.status, 401);
	EQ(header(unknown, "WWW-Authenticate"), "Basic realm=\"token\"");
	EQ(unknown.body, wrong.body);
	EQ(wrong.body, missing.body);
	EQ(told(basic("other"), ""), "known");
	EQ(told(basic_raw("other:the-secret-of-viewer"), ""), "invalid_client");
	EQ(told(basic_raw("viewer:"), ""), "invalid_client");
	EQ(told(basic_raw(":"), ""), "invalid_client");
	EQ(told(NULL, ""), "invalid_client");
	EQ(told(bearer("x"), ""), "invalid_client");
	EQ(told("Digest x", ""), "invalid_client");
	EQ(told("Basic !", ""), "invalid_request");
	EQ(told(basic_raw("viewer"), ""), "invalid_request");
}

static void
add_odd(const char *secret)
{
	struct client client = { .id = "odd" };
	const char *shown;

	CU_ASSERT_EQUAL(client_add(&world.c.s.w, &client, secret, &shown), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
}

/* The specification's example, and what many clients send instead. */
static void
basic_may_be_encoded_or_not(void)
{
	add_odd("s3cr3t:c/v %+and-more");
	EQ(told(basic_raw("odd:s3cr3t%3Ac%2Fv+%25%2Band-more"), ""), "known");
	EQ(told(basic_raw("odd:s3cr3t:c/v %+and-more"), ""), "known");
	EQ(told(basic_raw("odd:s3cr3t:c/v"), ""), "invalid_client");
}

#define SECRET "100% secret: a+b"

static void
add_named(const char *id, const char *scopes)
{
	struct client client = { .id = id, .scopes = cast_scopes(&world.c, scopes) };
	const char *shown;

	CU_ASSERT_EQUAL_FATAL(client_add(&world.c.s.w, &client, SECRET, &shown), OK);
	CU_ASSERT_EQUAL_FATAL(scene_commit(&world.c.s), OK);
}

/* Of "a%2Bb" one reading is a+b and the other a%2Bb; either may come again in the form, and no
 * third. */
static void
the_forms_client_id_is_the_headers_in_either_reading(void)
{
	const char *raw = "a%2Bb:the-secret-of-a%2Bb";

	cast_client(&world.c, "a%2Bb", NULL, "");
	EQ(told(basic_raw(raw), "&client_id=a%252Bb"), "known");
	EQ(told(basic_raw(raw), "&client_id=a%2Bb"), "known");
	EQ(told(basic_raw(raw), "&client_id=a+b"), "invalid_request");
	EQ(told(basic_raw(raw), "&client_id=viewer"), "invalid_request");
}

/* As RFC 6749, 2.3.1 has it: form-encoded, then joined by a colon. */
static const char *
basic_encoded(const char *id)
{
	struct arena *a = world.c.s.arena;

	return basic_raw(format("%s:%s", form_encode(a, id),
				form_encode(a, SECRET)));
}

static void
an_id_is_any_printable_ascii(void)
{
	static const char *const ids[] = {
		"https://app.example.com/cb?x=1&y", "a:b", "a%41b", "a+b", "a b", "\"a\\", "?1",
		"100%", "%", "+", ":",
	};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		const char *id = form_encode(world.c.s.arena, ids[i]);
		const char *secret = form_encode(world.c.s.arena, SECRET);

		add_named(ids[i], "");
		EQ(told(basic_encoded(ids[i]), ""), "known");
		EQ(told(basic_encoded(ids[i]), format("&client_id=%s", id)), "known");
		EQ(told(NULL, format("&client_id=%s&client_secret=%s", id, secret)), "known");
		if (strchr(ids[i], ':') == NULL)	/* as it is, as many clients send it */
			EQ(told(basic_raw(format("%s:%s", ids[i], SECRET)), ""), "known");
	}
	EQ(told(basic_raw("a:wrong"), ""), "invalid_client");
}

static void
the_longest_ids_go_through_everything(void)
{
	const char *rs = format("https://%0248d", 1), *client = format("urn:c:%0250d", 2);
	const char *her, *resource;
	struct said a;

	add_named(rs, SCOPE_PROTECTION);
	add_named(client, "");
	her = pat(world.c.alice, rs);
	resource = text(say("POST /resource_set", her, "{'resource_scopes':['view']}"), "_id");
	a = say(format("PUT /policy/%s", resource), her, "{'rules':[{'id':'all','effect':'permit',"
		"'scopes':['view'],'when':{'anyone':true}}]}");
	CU_ASSERT_EQUAL(a.status, 200);
	CU_ASSERT_EQUAL(say("PUT /policy", her, "{'rules':[]}").status, 200);
	a = say("POST /permission", her, format("{'resource_id':'%s','resource_scopes':['view']}",
						resource));
	CU_ASSERT_EQUAL_FATAL(a.status, 201);
	a = say("POST /token", basic_encoded(client),
		format("grant_type=urn:ietf:params:oauth:grant-type:uma-ticket&ticket=%s",
		       text(a, "ticket")));
	CU_ASSERT_EQUAL_FATAL(a.status, 200);
	a = say("POST /introspect", her, format("token=%s", text(a, "access_token")));
	EQ(text(a, "client_id"), client);
	EQ(text(a, "aud"), rs);
}

/* A secret that reads as another when decoded is good as it is only. */
static void
a_secret_with_percents_is_taken_as_it_is(void)
{
	add_odd("percent%41percent-long");
	EQ(told(basic_raw("odd:percent%41percent-long"), ""), "known");
	EQ(told(basic_raw("odd:percentApercent-long"), ""), "invalid_client");
}

static void
a_disabled_client_is_nobody(void)
{
	cast_change(&world.c, "viewer", cast_disable);
	cast_change(&world.c, "public", cast_disable);
	EQ(told(basic("viewer"), ""), "invalid_client");
	EQ(told(NULL, "&client_id=public"), "invalid_client");
}

/* Neither by the other method, nor while its client is disabled. */
static void
a_correct_secret_is_no_failure(void)
{
	world_set("misses_max", "3");
	cast_change(&world.c, "viewer", cast_disable);
	for (int i = 0; i < 5; i++) {
		EQ(told(basic("viewer"), ""), "invalid_client");
		EQ(told(basic("poster"), ""), "known");
		EQ(told(NULL, posted("other")), "known");
	}
	EQ(told(basic_raw("viewer:wrong"), ""), "invalid_client");
	EQ(told(basic_raw("poster:wrong"), ""), "invalid_client");
	EQ(told(basic_raw("other:wrong"), ""), "invalid_client");
}

static void
guesses_are_slowed_without_locking_out(void)
{
	world_set("misses_max", "3");
	for (int i = 0; i < 3; i++)
		EQ(told(basic_raw("viewer:wrong"), ""), "invalid_client");
	CU_ASSERT_EQUAL(say("POST /token", basic_raw("viewer:wrong"), FORM).status, 429);
	EQ(told(basic("viewer"), ""), "known");
	EQ(told(basic_raw("other:wrong"), ""), "invalid_client");
	world_at(60);
	EQ(told(basic_raw("viewer:wrong"), ""), "invalid_client");
}

static int commits;

static void
count_commit(void)
{
	commits++;
}

/* Anonymous failures must not take the store's lock from others. */
static void
a_failure_commits_nothing(void)
{
	const char *right = basic("viewer");

	world.store.before_commit = count_commit;
	world.store.wakes = 9;
	commits = 0;
	for (int i = 0; i < 3; i++)
		EQ(told(basic_raw("viewer:wrong"), ""), "invalid_client");
	CU_ASSERT_EQUAL(say("POST /token", right, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3A"
			    "grant-type%3Auma-ticket&ticket=x").status, 400);
	CU_ASSERT_EQUAL(commits, 0);
	world.store.wakes = 0;
}

/* However the name is spelled: each of these is read as viewer. */
static void
no_spelling_escapes_the_limit(void)
{
	static const char *const spelled[] = { "viewer", "v%69ewer", "%76iewer", "viewe%72" };

	world_set("misses_max", "3");
	for (size_t i = 0; i < 3; i++)
		EQ(told(basic_raw(format("%s:wrong%zu", spelled[i], i)), ""), "invalid_client");
	for (size_t i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(say("POST /token", basic_raw(format("%s:wrong", spelled[i])),
				    FORM).status, 429);
	CU_ASSERT_EQUAL(say("POST /token", basic_raw("viewer:wr%6fng"), FORM).status, 429);
	EQ(told(basic("viewer"), ""), "known");
}

static void
the_limit_does_not_tell_who_is_a_client(void)
{
	world_set("misses_max", "3");
	for (int i = 0; i < 3; i++)
		EQ(told(basic_raw("nobody:wrong"), ""), "invalid_client");
	CU_ASSERT_EQUAL(say("POST /token", basic_raw("nobody:wrong"), FORM).status, 429);
	EQ(told(basic_raw("viewer:wrong"), ""), "invalid_client");
}

static void
the_form_is_at_fault_where_it_hides_the_client(void)
{
	EQ(told(NULL, "&client_id=public&client_id=public"), "invalid_request");
	EQ(told(NULL, "&client_id=%zz"), "invalid_request");
	EQ(told(basic_raw("viewer:wrong"), "&x=%zz"), "invalid_client");
}

static const char *
listed(const char *auth)
{
	struct said a = say("GET /resource_set", auth, NULL);

	return a.status == 200 ? "200" : format("%d %s", a.status, text(a, "error"));
}

/* RFC 6750, 3.1. */
static void
a_token_sent_in_the_wrong_way_is_challenged(void)
{
	static const char *const wrong[] = { "Bearer a b", "Bearer ===", "Bearer a,b", "Basic !" };
	const char *challenge = "Bearer realm=\"uma\", error=\"invalid_request\"";
	struct said a = say("POST /introspect", pat(world.c.alice, "photoz"),
			    "token=x&access_token=y");

	CU_ASSERT_EQUAL(a.status, 400);
	EQ(header(a, "WWW-Authenticate"), challenge);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		a = say("GET /resource_set", wrong[i], NULL);
		CU_ASSERT_EQUAL(a.status, 400);
		EQ(header(a, "WWW-Authenticate"), challenge);
	}
}

static void
a_pat_opens_the_protection_api(void)
{
	const char *token = access_token("photoz", world.c.alice, "uma_protection");

	EQ(listed(bearer(token)), "200");
	EQ(listed(format("bearer %s", token)), "200");
	EQ(listed(format("BEARER %s", token)), "200");
	EQ(listed(NULL), "401 ");
	EQ(listed(token), "401 ");
	EQ(listed(bearer("x")), "401 invalid_token");
	EQ(listed(format("Bearer %s, Bearer %s", token, token)), "400 invalid_request");
	EQ(listed(bearer(access_token("viewer", NULL, "view"))), "403 insufficient_scope");
	EQ(listed(bearer(access_token("photoz", world.c.alice, "view"))),
	   "403 insufficient_scope");
	world_at(365 * 86400);
	EQ(listed(bearer(token)), "401 invalid_token");
}

static void
too_little_scope_says_which(void)
{
	struct said a = say("GET /resource_set", bearer(access_token("viewer", NULL, "view")),
			    NULL);

	EQ(header(a, "WWW-Authenticate"),
	   "Bearer realm=\"uma\", error=\"insufficient_scope\", scope=\"uma_protection\"");
}

static void
no_longer_a_server(struct client *client)
{
	client->scopes = (struct strs){ 0 };
}

static void
a_pat_dies_with_its_server(void)
{
	cast_change(&world.c, "photoz", no_longer_a_server);
	EQ(listed(alice()), "403 insufficient_scope");
	cast_change(&world.c, "photoz", cast_disable);
	EQ(listed(alice()), "401 invalid_token");
	CU_ASSERT_EQUAL(client_remove(&world.c.s.w, "photoz"), OK);
	CU_ASSERT_EQUAL(scene_commit(&world.c.s), OK);
	EQ(listed(alice()), "401 invalid_token");
}

static void
a_pat_of_another_tenant_is_a_stranger(void)
{
	CU_ASSERT_EQUAL(say("GET /t/two/resource_set", alice(), NULL).status, 401);
}

static void
the_query_is_no_place_for_a_token(void)
{
	const char *token = access_token("photoz", world.c.alice, "uma_protection");

	CU_ASSERT_EQUAL(say(format("GET /resource_set?access_token=%s", token), NULL, NULL).status,
			401);
	EQ(text(say("POST /introspect", bearer(token), format("token=x&access_token=%s", token)),
		"error"), "invalid_request");
}

static CU_TestInfo tests[] = {
	{ "a secret counts by Basic and in the body [G-TOK-06 G-TOK-07 G-REG-08 O-6749-02]",
	  a_secret_counts_by_basic_and_in_the_body },
	{ "the form's client_id is the header's in either reading [O-6749-03]",
	  the_forms_client_id_is_the_headers_in_either_reading },
	{ "an id is any printable ASCII [O-6749-01]", an_id_is_any_printable_ascii },
	{ "the longest ids go through everything", the_longest_ids_go_through_everything },
	{ "only one method a request [O-6749-03]", only_one_method_a_request },
	{ "wrong credentials are one answer [G-TOK-07 O-6749-14 T-U16]",
	  wrong_credentials_are_one_answer },
	{ "Basic may be form-encoded or not [O-6749-01]", basic_may_be_encoded_or_not },
	{ "a secret with percents is taken as it is [T-P09]",
	  a_secret_with_percents_is_taken_as_it_is },
	{ "a disabled client is nobody [T-U15]", a_disabled_client_is_nobody },
	{ "a correct secret is no failure [O-6749-04 T-C04]", a_correct_secret_is_no_failure },
	{ "guesses are slowed without locking out [O-6749-04 T-C04]",
	  guesses_are_slowed_without_locking_out },
	{ "a wrong secret and an unknown ticket commit nothing [T-O02 T-C04]",
	  a_failure_commits_nothing },
	{ "no spelling escapes the limit [O-6749-04 T-C04]", no_spelling_escapes_the_limit },
	{ "the limit does not tell who is a client [T-U16]",
	  the_limit_does_not_tell_who_is_a_client },
	{ "the form is at fault where it hides the client [G-TOK-03]",
	  the_form_is_at_fault_where_it_hides_the_client },
	{ "a PAT opens the protection API [F-PAT-02 F-PAT-03 F-PAT-04 F-PAT-05 O-6750-01 "
	  "O-6750-02]",
	  a_pat_opens_the_protection_api },
	{ "a token sent in the wrong way is challenged [F-PAT-11 O-6750-02 O-6750-03]",
	  a_token_sent_in_the_wrong_way_is_challenged },
	{ "too little scope says which [F-PAT-04]", too_little_scope_says_which },
	{ "a PAT dies with its server [T-U15]", a_pat_dies_with_its_server },
	{ "a PAT of another tenant is a stranger [T-M01]", a_pat_of_another_tenant_is_a_stranger },
	{ "the query is no place for a token [F-PAT-11 O-6750-03]",
	  the_query_is_no_place_for_a_token },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo caller_suite = { "server/caller", NULL, NULL, start, world_close, tests };
