/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_CONDITION_H
#define USHER_POLICY_CONDITION_H

#include "base/buf.h"
#include "policy/facts.h"
#include "policy/names.h"
#include "policy/place.h"
#include "policy/policy.h"

/*
 * One condition of a rule.  Its kinds stand in one table (src/policy/condition.c); a kind's
 * functions are in src/policy/when_*.c.
 *
 * A test has three answers.  UNKNOWN means that a claim may still turn up that decides.  In this
 * order, `all` is the least of its parts, `any` the greatest, and `not` counts from the other
 * end (Kleene's logic).
 */
enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

struct claim_condition;
struct login_condition;

struct condition {
	const struct kind *kind;
	struct condition  *next;	/* in the list of the condition around it */
	union {
		struct {
			const char *text;	/* account, email, client, group */
			const char *canonical;	/* of an e-mail address */
			const char *person;	/* login of an account, to show; NULL: not known */
		};
		struct condition       *parts;	/* all, any, not */
		struct claim_condition *claim;
		struct login_condition *login;
	};
};

/* The phrases a sentence is made of: "Members of family may …", "… when a member of family
 * wants to …", "anyone who is a member of family and …". */
enum mood { MOOD_MANY, MOOD_ONE, MOOD_IS, MOOD_COUNT };

struct kind {
	const char *name;
	enum err  (*parse)(const struct place *at, struct condition *out);
	enum truth (*test)(const struct condition *c, const struct facts *f);
	/* What would help, asked only when the test says UNKNOWN. */
	void      (*want)(const struct condition *c, const struct facts *f, struct wants *out);
	/* The one member that the document has for it. */
	void      (*print)(const struct condition *c, struct buf *b);
	void      (*say)(const struct condition *c, enum mood mood, struct buf *b);
	enum name_kind names;	/* what its name stands for; NAME_NONE: it has none */
	const char *beside;	/* a member that may stand beside it in the document */
};

/* `at` is the object with the member that names the kind. */
enum err condition_parse(const struct place *at, struct condition **out);
enum truth condition_test(const struct condition *c, const struct facts *f);
void condition_wants(const struct condition *c, const struct facts *f, struct wants *out);
/* Canonical: equal conditions give equal text. */
void condition_print(struct buf *b, const char *name, const struct condition *c);
void condition_say(const struct condition *c, enum mood mood, struct buf *b);
/* Adds the groups that it names, each once. */
void condition_groups(struct arena *a, const struct condition *c, struct strs *out);
/* Does it hold for everybody? */
bool condition_is_anyone(const struct condition *c);

/* Adds a want unless an equal one is there. */
void wants_add(struct wants *w, const char *name, const char *friendly, const char *issuer);
/* Who it is would help: any identity token. */
void wants_add_party(struct wants *w);

/* --- the functions of the kinds; only the table calls them --------------------------------- */

/* when_people.c; the first two serve every kind whose value is one text */
enum err when_text_parse(const struct place *at, struct condition *out);
void when_text_print(const struct condition *c, struct buf *b);
enum err when_anyone_parse(const struct place *at, struct condition *out);
enum truth when_anyone_test(const struct condition *c, const struct facts *f);
void when_anyone_print(const struct condition *c, struct buf *b);
void when_anyone_say(const struct condition *c, enum mood mood, struct buf *b);
enum err when_account_parse(const struct place *at, struct condition *out);
enum truth when_account_test(const struct condition *c, const struct facts *f);
void when_account_want(const struct condition *c, const struct facts *f, struct wants *out);
void when_account_print(const struct condition *c, struct buf *b);
void when_account_say(const struct condition *c, enum mood mood, struct buf *b);
enum err when_email_parse(const struct place *at, struct condition *out);
enum truth when_email_test(const struct condition *c, const struct facts *f);
void when_email_want(const struct condition *c, const struct facts *f, struct wants *out);
void when_email_say(const struct condition *c, enum mood mood, struct buf *b);
enum truth when_group_test(const struct condition *c, const struct facts *f);
void when_group_say(const struct condition *c, enum mood mood, struct buf *b);

/* when_client.c */
enum truth when_client_test(const struct condition *c, const struct facts *f);
void when_client_say(const struct condition *c, enum mood mood, struct buf *b);

/* when_claim.c */
enum err when_claim_parse(const struct place *at, struct condition *out);
enum truth when_claim_test(const struct condition *c, const struct facts *f);
void when_claim_want(const struct condition *c, const struct facts *f, struct wants *out);
void when_claim_print(const struct condition *c, struct buf *b);
void when_claim_say(const struct condition *c, enum mood mood, struct buf *b);
/* For policy/names.c: where the issuer is. */
const char **when_claim_issuer(struct condition *c);

/* when_login.c */
enum err when_login_parse(const struct place *at, struct condition *out);
enum truth when_login_test(const struct condition *c, const struct facts *f);
void when_login_want(const struct condition *c, const struct facts *f, struct wants *out);
void when_login_print(const struct condition *c, struct buf *b);
void when_login_say(const struct condition *c, enum mood mood, struct buf *b);

/* when_logic.c */
enum err when_list_parse(const struct place *at, struct condition *out);
void when_list_print(const struct condition *c, struct buf *b);
void when_parts_want(const struct condition *c, const struct facts *f, struct wants *out);
enum truth when_all_test(const struct condition *c, const struct facts *f);
void when_all_say(const struct condition *c, enum mood mood, struct buf *b);
enum truth when_any_test(const struct condition *c, const struct facts *f);
void when_any_say(const struct condition *c, enum mood mood, struct buf *b);
enum err when_not_parse(const struct place *at, struct condition *out);
enum truth when_not_test(const struct condition *c, const struct facts *f);
void when_not_print(const struct condition *c, struct buf *b);
void when_not_say(const struct condition *c, enum mood mood, struct buf *b);

#endif
