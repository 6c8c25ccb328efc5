/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_RESOURCE_H
#define USHER_MODEL_RESOURCE_H

#include <json-c/json.h>

#include "base/str_list.h"
#include "model/permission.h"
#include "model/rule_index.h"
#include "model/work.h"

/*
 * A protected resource (UMA Federated Authorization, 3). It is found by owner, resource server and
 * id together: a resource of another owner or server looks as if it did not exist.
 */
struct resource {
	const char *id;
	const char *owner;	/* account */
	const char *rs;		/* client id of the resource server */
	struct str_list scopes; /* the current scopes */
	const char *doc;	/* the description as JSON object text, without _id */
	const char *name;	/* display name; NULL: none */
	int64_t revision;	/* 1, 2, …: the entity tag */
	int64_t created, updated;
	struct numbered_names *scopes_since; /* revisions that added scopes; other scopes: 1 */
	bool own_policy;		     /* it has a policy of its own; `index` is its rule
					      * index */
	struct rule_entry *index;
	int64_t policy_switches; /* how often it gained or lost its own policy */
	struct bytes key, row;
};

#define RESOURCE_SCOPES_MAX 64
#define RESOURCE_SCOPE_LEN  256
#define RESOURCE_PAGE_MAX   10000 /* ids in one response of GET /resource_set */

enum err resource_find(struct work *w, const char *owner, const char *rs, const char *id,
		       enum err missing, struct resource *out);
/* Finds a resource by its id alone: for administrators, and for owners if the caller compares
 * `owner`. */
enum err resource_by_id(struct work *w, const char *id, enum err missing, struct resource *out);
/* Reads a client's resource description into `r` (scopes, doc, name). ERR_INVALID_REQUEST with the
 * reason. */
enum err resource_parse(struct work *w, struct json_object *doc, struct resource *r);
/* Adds a resource and sets its id, revision and times. ERR_QUOTA if the owner already has
 * resources_max resources at this resource server. */
enum err resource_add(struct work *w, struct resource *r);
/* Replaces the row as read (r->row) and sets the revision. The commit fails with ERR_CHANGED if the
 * row has changed. */
enum err resource_put(struct work *w, struct resource *r);
/* Returns the revision since which the resource has had the scope without a gap; 0: it does not
 * have it. */
int64_t resource_scope_since(const struct resource *r, const char *scope);
/* For stored_policy.c: copies the index of its own policy into the resource's row, so that
 * introspection reads one row less. `own` false: it has no policy of its own any more. `is_new`:
 * the numbers of the index are unrelated to earlier ones. */
enum err resource_set_policy_index(struct work *w, const struct resource *r, bool own, bool is_new,
				   struct rule_entry *index);
/* Removes the resource and its policy. Introspection looks each resource up and so drops the
 * permissions on it. */
enum err resource_remove(struct work *w, const struct resource *r);
/* Lists the ids of one owner at one resource server, oldest first, at most `limit` of those after
 * `after` (an id, or NULL). `fn` receives the id as text in the arena. Sets `*more` if there are
 * others after these. */
enum err resource_ids(struct work *w, const char *owner, const char *rs, const char *after,
		      size_t limit, each_fn fn, void *arg, bool *more);
/* Calls `fn` with each const struct resource * of one owner at one resource server; rs NULL: all of
 * the owner; owner NULL: all. */
enum err resource_each(struct work *w, const char *owner, const char *rs, each_fn fn, void *arg);

#endif
