/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_CONDITION_H
#define USHER_POLICY_CONDITION_H

#include "base/buf.h"
#include "base/str_list.h"
#include "policy/facts.h"
#include "policy/names.h"
#include "policy/json_path.h"
#include "policy/policy.h"

/*
 * One condition of a rule. One table lists the kinds of conditions (src/policy/condition.c); the
 * functions of a kind are in src/policy/when_*.c.
 *
 * A test has three results. UNKNOWN: another claim of the party could still decide. In the order
 * below, `all` is the minimum of its parts, `any` the maximum, and `not` reverses the order
 * (Kleene's three-valued logic).
 */
enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

struct claim_condition;
struct login_condition;

struct condition {
	const struct condition_kind *kind;
	struct condition *next; /* in the list of the condition around it */
	union {
		struct {
			const char *text;      /* account, email, client, group */
			const char *canonical; /* of an e-mail address */
			const char *person; /* login of an account, for people; NULL: not known */
		};
		struct condition *parts; /* all, any, not */
		struct claim_condition *claim;
		struct login_condition *login;
	};
};

/* The forms of a condition's phrase in a sentence: "Members of family may …", "… when a member of
 * family wants to …", "anyone who is a member of family and …". */
enum phrase_form { PHRASE_MANY, PHRASE_ONE, PHRASE_IS, PHRASE_COUNT };

struct condition_kind {
	const char *name;
	enum err (*parse)(const struct json_path *at, struct condition *out);
	enum truth (*test)(const struct condition *c, const struct facts *f);
	/* Adds the claims that could decide; called only if the test returned UNKNOWN. */
	void (*require)(const struct condition *c, const struct facts *f,
			struct required_claims *out);
	/* Prints the member of the document that has the condition. */
	void (*print)(const struct condition *c, struct buf *b);
	void (*describe)(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
	enum name_kind names;  /* what its text names; NAME_NONE: it has no name */
	const char *companion; /* another member that the object may have; or NULL */
	/* When the result may change although only the time passes: the first such time after
	 * f->now; 0: never. A permission ends then. Introspection and refresh do not test the
	 * condition again, so a later result would not be noticed. */
	int64_t (*until)(const struct condition *c, const struct facts *f);
};

/* Reads the object at `at`, whose member has the name of a kind. ERR_INVALID_REQUEST. */
enum err condition_parse(const struct json_path *at, struct condition **out);
enum truth condition_test(const struct condition *c, const struct facts *f);
/* As in struct condition_kind. */
int64_t condition_until(const struct condition *c, const struct facts *f);
/* The earlier of two times, of which 0 means never. */
int64_t condition_earlier(int64_t a, int64_t b);
void condition_required_claims(const struct condition *c, const struct facts *f,
			       struct required_claims *out);
/* Prints canonical JSON: equal conditions have equal text. */
void condition_print(struct buf *b, const char *name, const struct condition *c);
void condition_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
/* Adds the groups that the condition names, each once. */
void condition_groups(struct arena *a, const struct condition *c, struct str_list *out);
/* Is the condition true for everybody? */
bool condition_is_anyone(const struct condition *c);

/* Adds a required claim unless the list has an equal one. */
void required_claims_add(struct required_claims *w, const char *name, const char *friendly,
			 const char *issuer);
/* Adds "any identity token": the condition depends on who the party is. */
void required_claims_add_party(struct required_claims *w);

/* --- the functions of the kinds; only the table calls them --------------------------------- */

/* when_people.c; the first two are for every kind whose value is one text */
enum err when_text_parse(const struct json_path *at, struct condition *out);
void when_text_print(const struct condition *c, struct buf *b);
enum err when_anyone_parse(const struct json_path *at, struct condition *out);
enum truth when_anyone_test(const struct condition *c, const struct facts *f);
void when_anyone_print(const struct condition *c, struct buf *b);
void when_anyone_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
enum err when_account_parse(const struct json_path *at, struct condition *out);
enum truth when_account_test(const struct condition *c, const struct facts *f);
void when_account_require(const struct condition *c, const struct facts *f,
			  struct required_claims *out);
void when_account_print(const struct condition *c, struct buf *b);
void when_account_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
enum err when_email_parse(const struct json_path *at, struct condition *out);
enum truth when_email_test(const struct condition *c, const struct facts *f);
void when_email_require(const struct condition *c, const struct facts *f,
			struct required_claims *out);
void when_email_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
enum truth when_group_test(const struct condition *c, const struct facts *f);
void when_group_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);

/* when_client.c */
enum truth when_client_test(const struct condition *c, const struct facts *f);
void when_client_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);

/* when_claim.c */
enum err when_claim_parse(const struct json_path *at, struct condition *out);
enum truth when_claim_test(const struct condition *c, const struct facts *f);
void when_claim_require(const struct condition *c, const struct facts *f,
			struct required_claims *out);
void when_claim_print(const struct condition *c, struct buf *b);
void when_claim_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
/* The pointer to the condition's issuer, for policy/names.c. */
const char **when_claim_issuer(struct condition *c);

/* when_login.c */
enum err when_login_parse(const struct json_path *at, struct condition *out);
enum truth when_login_test(const struct condition *c, const struct facts *f);
void when_login_require(const struct condition *c, const struct facts *f,
			struct required_claims *out);
void when_login_print(const struct condition *c, struct buf *b);
void when_login_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);

/* when_logic.c */
enum err when_list_parse(const struct json_path *at, struct condition *out);
void when_list_print(const struct condition *c, struct buf *b);
void when_parts_require(const struct condition *c, const struct facts *f,
			struct required_claims *out);
enum truth when_all_test(const struct condition *c, const struct facts *f);
void when_all_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
enum truth when_any_test(const struct condition *c, const struct facts *f);
void when_any_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);
enum err when_not_parse(const struct json_path *at, struct condition *out);
enum truth when_not_test(const struct condition *c, const struct facts *f);
void when_not_print(const struct condition *c, struct buf *b);
void when_not_describe(const struct condition *c, enum phrase_form phrase_form, struct buf *b);

#endif
