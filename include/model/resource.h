/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_RESOURCE_H
#define USHER_MODEL_RESOURCE_H

#include <json-c/json.h>

#include "base/str_list.h"
#include "model/permission.h"
#include "model/rule_index.h"
#include "model/work.h"

/*
 * A protected resource (UMA Federated Authorization, 3).  Found by owner, resource server and id,
 * never by less: another owner's or another server's looks as if it did not exist.
 */
struct resource {
	const char *id;
	const char *owner;	/* account */
	const char *rs;		/* client id of the resource server */
	struct str_list scopes; /* available now */
	const char *doc;	/* the description as JSON object text, without _id */
	const char *name;	/* for people; NULL: none given */
	int64_t revision;	/* 1, 2, …: the entity tag */
	int64_t created, updated;
	struct numbered_names *scopes_since; /* revisions that brought scopes; of the rest: 1 */
	bool own_policy;		     /* it has a policy of its own, with this index */
	struct rule_entry *index;
	int64_t policy_switches; /* how often it got or lost a policy of its own */
	struct bytes key, row;
};

#define RESOURCE_SCOPES_MAX 64
#define RESOURCE_SCOPE_LEN  256
#define RESOURCE_PAGE_MAX   10000 /* ids in one answer of GET /resource_set */

enum err resource_find(struct work *w, const char *owner, const char *rs, const char *id,
		       enum err missing, struct resource *out);
/* By id alone: for administrators, who see the whole tenant, and owners (check `owner` then). */
enum err resource_by_id(struct work *w, const char *id, enum err missing, struct resource *out);
/* Reads a description from outside into `r` (scopes, doc, name).  ERR_INVALID_REQUEST. */
enum err resource_parse(struct work *w, struct json_object *doc, struct resource *r);
/* Fills id, revision, times.  ERR_QUOTA: the owner has resources_max at this resource server. */
enum err resource_add(struct work *w, struct resource *r);
/* Replaces the row as read (r->row); fails by ERR_CHANGED at the commit when it was changed. */
enum err resource_put(struct work *w, struct resource *r);
/* The revision since which it has had the scope without a gap; 0: it does not have it. */
int64_t resource_scope_since(const struct resource *r, const char *scope);
/* Leaves the index of its own policy in its row, so that introspection need not look elsewhere; for
 * stored_policy.c.  `own` false: it has none any more.  `born`: the numbers of the index have
 * nothing to do with those of before. */
enum err resource_set_policy_index(struct work *w, const struct resource *r, bool own, bool is_new,
				   struct rule_entry *index);
/* With its policy.  Permissions on it vanish from every introspection, since those look it up. */
enum err resource_remove(struct work *w, const struct resource *r);
/* The ids of one owner at one resource server, the oldest first, at most `limit` of those behind
 * `after` (an id, or NULL).  `fn` gets the id as text that lives as long as the arena; `*more`:
 * there are others behind these. */
enum err resource_ids(struct work *w, const char *owner, const char *rs, const char *after,
		      size_t limit, each_fn fn, void *arg, bool *more);
/* Of one owner at one resource server; rs NULL: of the owner; owner NULL: all.  `fn` gets a const
 * struct resource *. */
enum err resource_each(struct work *w, const char *owner, const char *rs, each_fn fn, void *arg);

#endif
