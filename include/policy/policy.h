/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_POLICY_H
#define USHER_POLICY_POLICY_H

#include <json-c/json.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str_list.h"
#include "policy/facts.h"

/*
 * Policy: ordered rules and facts in, a verdict and the deciding rule out. Pure: no clock, no
 * store, no log. Carried out by policy_parse.c, policy_print.c, policy_decide.c and
 * rule_describe.c.
 * The document (schema/policy.schema.json):
 *
 *	{"rules":[
 *	  {"id":"friends", "effect":"permit", "scopes":["view"],
 *	   "from":1700000000, "until":1800000000, "when":{"email":"bob@example.net"}},
 *	  {"effect":"ask", "scopes":"all", "when":{"anyone":true}}
 *	]}
 *
 * effect: permit, deny or ask.  scopes: a list of 1 to 32, or "all".  from, until: seconds,
 * optional; the rule applies while from <= now < until.  when: one condition, an object with
 * exactly one member:
 *
 *	{"anyone":true}
 *	{"account":"id"}		from outside also a login: model/policy_names.h stores its
 *					id, and adds "login" when the policy is shown
 *	{"email":"bob@example.net"}	verified; compared as policy/address.h says
 *	{"client":"client_id"}
 *	{"group":"family"}		of the linked account
 *	{"claim":{"issuer":"https://…","name":"/path or name","op":"eq","value":…}}
 *			op: eq in prefix suffix ge le exists contains; name is a member's name,
 *			or a JSON pointer (RFC 6901) when it begins with '/'; value: text, a
 *			number, true or false, a list of them for `in`, none for `exists`;
 *			"verified":false takes an email or phone_number that the issuer did not
 *			verify
 *	{"authentication":{"acr":["…"],"max_age":300}}	one of the two at least
 *	{"all":[…]} {"any":[…]} {"not":{…}}	at most POLICY_DEPTH_MAX around one another;
 *						1 to 32 parts
 *
 * Unknown members are refused: a misspelt condition must not widen a share. A claim that is not
 * known yet, or cannot be compared with the value, answers neither yes nor no, so nobody gains by
 * withholding a claim or by another spelling of it, not even under a `not`.
 */
#define POLICY_RULES_MAX 64
#define POLICY_DEPTH_MAX 4
/* Scopes, conditions and values of all rules together: what judging it costs (T-P06). */
#define POLICY_WEIGHT_MAX 512

enum effect { EFFECT_PERMIT, EFFECT_DENY, EFFECT_ASK };

struct condition; /* see policy/condition.h */

struct rule {
	unsigned position; /* in the policy, from 0 */
	const char *id;	   /* [A-Za-z0-9_-]{1,64}, unique in the policy */
	enum effect effect;
	bool all_scopes;
	struct str_list scopes;
	int64_t from, until; /* 0: open */
	struct condition *when;
	struct rule *next;
};

/* For whom each rule's condition holds does not depend on the scope, so it is tested once for all
 * scopes of a request. */
struct answers {
	const struct facts *facts; /* they are for these only */
	char answer
		[POLICY_RULES_MAX]; /* by rule->position; 0: not tested yet, else 1 + enum truth */
};

struct policy {
	struct rule *rules;	 /* NULL: no rule, so nothing is permitted */
	unsigned weight;	 /* see POLICY_WEIGHT_MAX */
	struct answers *answers; /* of this policy for one request; NULL: not kept */
};

/* Reads and checks a document; rules without id get "r1", "r2", … that are free. Everything the
 * policy points to lives in `a`. ERR_INVALID_REQUEST with *why naming the place
 * ("rules[2].when.email must be text"). */
enum err policy_parse(struct arena *a, struct json_object *doc, struct policy *out,
		      const char **why);
/* The document again, ids filled in, members in the order above. */
void policy_print(struct buf *b, const struct policy *p);

/*
 * The first rule that applies decides; where none does, the answer is no. A rule that cannot be
 * judged yet, for want of a claim, stops the search: what comes after it must not decide in its
 * place. `scope` NULL asks for the resource without any scope (UMA Federated Authorization, 4.1:
 * a permission may have none): only rules for all scopes cover that.
 */
enum verdict { VERDICT_DENY, VERDICT_PERMIT, VERDICT_ASK, VERDICT_NEED_CLAIMS };
enum verdict policy_decide(const struct policy *p, const char *scope, const struct facts *f,
			   const struct rule **why);

/* A claim that would help to judge a rule: what goes into required_claims (UMA Grant, 3.3.6). */
struct required_claim {
	const char *name;     /* "email"; NULL when any identity token helps */
	const char *friendly; /* "E-mail address"; never NULL */
	const char *issuer;   /* NULL: any trusted issuer */
};
#define REQUIRED_CLAIMS_MAX 8
struct required_claims {
	struct required_claim list[REQUIRED_CLAIMS_MAX];
	size_t n;
};
/* Adds what `r` lacks to be judged; equal wants once. */
void rule_required_claims(const struct rule *r, const struct facts *f, struct required_claims *out);

/* When what `decider` permits on the scope ends, for these facts: with its own window, or when a
 * deny or ask rule in front of it opens that applies to them or could not be judged.  0: never. */
int64_t policy_until(const struct policy *p, const struct rule *decider, const char *scope,
		     const struct facts *f);
/* 16 hexadecimal digits over effect and condition: a rule edited to apply to somebody else is
 * another. Made on demand, since only the index of rules keeps it. */
const char *rule_fingerprint(struct arena *a, const struct rule *r);
/* Is the rule open at `now` and does it cover `scope` (NULL: see above)? */
bool rule_covers(const struct rule *r, const char *scope, int64_t now);

/* The sentence for people: "bob@example.net may view until 1 May 2027". English, one line, plain
 * text; names in it are cleaned (policy/describe.h). */
char *rule_describe(struct arena *a, const struct rule *r);
const char *effect_name(enum effect e);
const char *verdict_name(enum verdict v);

#endif
