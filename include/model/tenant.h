/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_TENANT_H
#define USHER_MODEL_TENANT_H

#include "base/crypto.h"
#include "base/settings.h"
#include "base/uri.h"
#include "jose/signing_key.h"
#include "model/handle.h"
#include "model/work.h"

/*
 * A tenant is an issuer: a URL, its own keys, clients, accounts, resources, settings.  What all
 * requests need of the tenants is read once and kept until one of them changes (a row of the
 * instance, "generation", tells).
 */
struct tenant_key {
	struct signing_key key;
	int64_t            created;
	int64_t            made_ms;	/* puts keys of one second in order */
	int64_t            from;	/* signs from then on; before, it is only published */
	int64_t            until;	/* published until then; 0: no end is set */
	struct tenant_key *next;	/* newest first */
};

struct tenant {
	tenant_id              id;
	const char            *name;		/* for people and usherctl: [a-z0-9-]{1,63} */
	const char            *issuer;		/* byte for byte what every document says */
	const char            *host;		/* of the issuer, lower case */
	struct path            path;		/* of the issuer */
	const char            *path_text;	/* "" or "/t/acme" */
	bool                   https;
	bool                   disabled;
	const char            *own_settings;	/* JSON object text; NULL: as in usher.conf */
	struct tenant_settings set;
	struct key             handle_key[HANDLE_KINDS];	/* derived: tenant, kind, epoch */
	struct key             rpt_key;				/* likewise, for signed tokens */
	struct key             secret_key;	/* client secrets; survives a restore */
	struct key             pairwise_key;	/* requesting parties' `sub` */
	struct key             claims_key;	/* seals persisted claims */
	struct tenant_key     *keys;
	int64_t                created;
	struct bytes           row;		/* as read: for change_expect */
	struct bytes           generation;	/* of all tenants when this one was read */
	struct memo           *memo;
};

/* What was made of a tenant and serves all requests; in the arena of the tenants. */
struct memo {
	struct arena *arena;
	struct bytes  metadata;		/* the discovery document; size 0: not asked for yet */
};

#define TENANTS_MAX 10000
struct tenants {
	struct arena   *arena;
	struct tenant  *list;		/* in the order of their creation */
	size_t          n;
	struct bytes    generation;
};

/* Reads all tenants.  Keys are opened by the master key; one that does not open is ERR_SERVER,
 * logged.  Without it (NULL) keys stay out: the janitor needs none.  `out` lives in an arena
 * of its own: tenants_free. */
enum err tenants_load(struct snapshot *db, const struct key *master,
		      const struct settings *settings, struct tenants *out);
void tenants_free(struct tenants *t);
/* Is `t` what the snapshot says? */
bool tenants_current(const struct tenants *t, struct snapshot *db);
/* The commit will expect that no tenant, and no key of one, has changed since they were read
 * (T-K03). */
void tenant_lean(struct work *w);
/* The tenant whose issuer's host is `host` and whose path is the longest prefix of `path`;
 * NULL: none. What remains of the path begins at segment `tenant->path.n`. */
const struct tenant *tenants_match(const struct tenants *t, const char *host,
				   const struct path *path);
const struct tenant *tenants_named(const struct tenants *t, const char *name);
/* The key that signs now; NULL only before the first key's time. */
const struct signing_key *tenant_signer(const struct tenant *t, int64_t now);

/* --- administration: each leaves changes behind (and an audit row), to be committed --- */

/* A new tenant with its first signing key.  ERR_INVALID_REQUEST (name, issuer), ERR_EXISTS. */
enum err tenant_add(struct work *w, const struct tenants *all, const struct key *master,
		    const char *name, const char *issuer);
/* Writes own_settings and disabled of `t` (w->tenant). */
enum err tenant_put(struct work *w, const struct tenant *t);
/* Removes the tenant and every row of it.  Big: commits of its own, in batches. */
enum err tenant_remove(struct work *w, struct store *store, const struct tenant *t);
/* Generates a key that will sign after the tenant's key_wait (at once when there is none), and sets
 * the end of the older ones to when the last token they signed has expired. */
enum err tenant_key_rotate(struct work *w, const struct key *master, char kid_out[44]);
/* Emergency: unpublishes the key at once; when it was the last that could sign, a new one
 * signs at once. ERR_NOT_FOUND. */
enum err tenant_key_retire(struct work *w, const struct key *master, const char *kid);
/* Raises the epoch of the instance: all handles and signed tokens of all tenants are strangers from
 * the commit on.  `*out` is the new one. */
enum err tenants_raise_epoch(struct work *w, const struct tenants *all, int64_t *out);

#endif
