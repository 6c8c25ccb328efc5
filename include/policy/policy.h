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
 * A policy is an ordered list of rules. These functions evaluate it for given facts; they use no
 * clock, store or log. Implemented by policy_parse.c, policy_print.c, policy_decide.c and
 * rule_describe.c.
 * The document (schema/policy.schema.json):
 *
 *	{"rules":[
 *	  {"id":"friends", "effect":"permit", "scopes":["view"],
 *	   "from":1700000000, "until":1800000000, "when":{"email":"bob@example.net"}},
 *	  {"effect":"ask", "scopes":"all", "when":{"anyone":true}}
 *	]}
 *
 * effect: permit, deny or ask. scopes: a list of 1 to 32, or "all". from, until: seconds,
 * optional; the rule applies while from <= now < until. when: one condition, an object with
 * exactly one member:
 *
 *	{"anyone":true}
 *	{"account":"id"}		clients may send a login: model/policy_names.h stores the
 *					id instead, and adds "login" when the policy is read
 *	{"email":"bob@example.net"}	must be verified; compared as in policy/address.h
 *	{"client":"client_id"}
 *	{"group":"family"}		a group of the linked account
 *	{"claim":{"issuer":"https://…","name":"/path or name","op":"eq","value":…}}
 *			op: eq in prefix suffix ge le exists contains; name is a member's name,
 *			or a JSON pointer (RFC 6901) when it begins with '/'; value: text, a
 *			number, true or false, a list of them for `in`, none for `exists`;
 *			"verified":false accepts an email or phone_number that the issuer did
 *			not verify
 *	{"authentication":{"acr":["…"],"max_age":300}}	at least one of the two
 *	{"all":[…]} {"any":[…]} {"not":{…}}	1 to 32 parts; nested at most POLICY_DEPTH_MAX
 *						deep
 *
 * Unknown members are rejected: a misspelt condition must not permit more than intended. The test
 * of a claim that is missing, or cannot be compared with the value, is UNKNOWN. So a party gains
 * nothing by withholding a claim or by an unusual spelling of it, not even inside of `not`.
 */
#define POLICY_RULES_MAX 64
#define POLICY_DEPTH_MAX 4
/* Limit for the number of scopes, conditions and values of all rules, which determines the cost of
 * an evaluation (T-P06). */
#define POLICY_WEIGHT_MAX 512

enum effect { EFFECT_PERMIT, EFFECT_DENY, EFFECT_ASK };

struct condition; /* see policy/condition.h */

struct rule {
	unsigned position; /* in the policy, from 0 */
	const char *id;	   /* [A-Za-z0-9_-]{1,64}, unique in the policy */
	enum effect effect;
	bool all_scopes;
	struct str_list scopes;
	int64_t from, until; /* 0: no limit */
	struct condition *when;
	struct rule *next;
};

/* The results of the rules' conditions. They do not depend on the scope, so each condition is
 * tested once for all scopes of a request. */
struct condition_results {
	const struct facts *facts; /* the results are valid for these facts only */
	/* by rule->position; 0: not tested yet, else 1 + enum truth */
	char result[POLICY_RULES_MAX];
};

struct policy {
	struct rule *rules; /* NULL: no rule, so nothing is permitted */
	unsigned weight;    /* see POLICY_WEIGHT_MAX */
	/* of one request; NULL: results are not stored */
	struct condition_results *results;
};

/* Reads and checks a document. Rules without id get the first unused of "r1", "r2", … Everything
 * that the policy points to is in the arena `a`. ERR_INVALID_REQUEST: *why has the path and the
 * reason ("rules[2].when.email must be text"). */
enum err policy_parse(struct arena *a, struct json_object *doc, struct policy *out,
		      const char **why);
/* Prints the document, with the ids of all rules, and members in the order above. */
void policy_print(struct buf *b, const struct policy *p);

/*
 * The first rule that covers the scope and whose condition is true decides; without such a rule the
 * verdict is VERDICT_DENY. If a condition is UNKNOWN because a claim is missing, the verdict is
 * VERDICT_NEED_CLAIMS: no later rule may decide instead. `scope` NULL is the resource without a
 * scope (UMA Federated Authorization, 4.1, allows such permissions); only rules for all scopes
 * cover it. Sets *why to the rule, or to NULL.
 */
enum verdict { VERDICT_DENY, VERDICT_PERMIT, VERDICT_ASK, VERDICT_NEED_CLAIMS };
enum verdict policy_decide(const struct policy *p, const char *scope, const struct facts *f,
			   const struct rule **why);

/* A claim without which a rule cannot be evaluated: an element of required_claims (UMA Grant,
 * 3.3.6). */
struct required_claim {
	const char *name;     /* "email"; NULL: any identity token */
	const char *friendly; /* "E-mail address"; never NULL */
	const char *issuer;   /* NULL: any trusted issuer */
};
#define REQUIRED_CLAIMS_MAX 8
struct required_claims {
	struct required_claim list[REQUIRED_CLAIMS_MAX];
	size_t n;
};
/* Adds the claims that are missing for the evaluation of `r`, each once. */
void rule_required_claims(const struct rule *r, const struct facts *f, struct required_claims *out);

/* The time at which a permission by the rule `decider` expires: the end of the rule's time window;
 * the start of an earlier deny or ask rule for the scope whose condition is true or UNKNOWN for
 * these facts; or the time at which the result of one of these conditions may change
 * (condition_until). 0: never. */
int64_t policy_until(const struct policy *p, const struct rule *decider, const char *scope,
		     const struct facts *f);
/* Fingerprint of effect and condition, 16 hexadecimal digits. A rule whose condition was edited has
 * another fingerprint. Computed at each call; the rule index stores it. */
const char *rule_fingerprint(struct arena *a, const struct rule *r);
/* Is `now` in the rule's time window, and is the rule for `scope` (NULL: see policy_decide)? */
bool rule_covers(const struct rule *r, const char *scope, int64_t now);

/* The rule as an English sentence: "bob@example.net may view until 1 May 2027". One line of plain
 * text; names in it are made harmless (policy/describe.h). */
char *rule_describe(struct arena *a, const struct rule *r);
const char *effect_name(enum effect e);
const char *verdict_name(enum verdict v);

#endif
