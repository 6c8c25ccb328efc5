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
 * A tenant is an issuer: a URL with its own keys, clients, accounts, resources and settings. A
 * process loads a tenant when a request needs it, and again when the tenant's row "generation"
 * differs from the loaded one. Every change of the tenant's row, keys and issuers writes a new
 * generation.
 *
 * A loaded tenant is never changed and has an arena of its own. The arena of each work that looked
 * it up holds a reference, so the tenant outlives every request that points to it (T-X09).
 */
struct tenant_key {
	struct signing_key key;
	int64_t created;
	int64_t created_ms;	 /* orders keys of the same second */
	int64_t from;		 /* signs from this time on; published from the beginning */
	int64_t until;		 /* published until this time; 0: no end is set */
	struct tenant_key *next; /* newest first */
};

struct tenant {
	tenant_id id;
	const char *name;      /* name in usherctl: [a-z0-9-]{1,63} */
	const char *issuer;    /* exactly as in all documents */
	const char *host;      /* host of the issuer, lower case */
	const char *origin;    /* its origin (RFC 6454, 6.2): "https://as.example.com" */
	struct path path;      /* path of the issuer */
	const char *path_text; /* "" or "/t/acme" */
	bool https;
	bool disabled;
	const char *own_settings; /* JSON object text; NULL: the settings of usher.conf apply */
	struct tenant_settings set;
	struct key handle_key[HANDLE_KINDS]; /* derived from tenant, kind, epoch */
	struct key rpt_key;		     /* the same for signed tokens */
	struct key secret_key;		     /* for client secrets; independent of the epoch */
	struct key pairwise_key;	     /* for requesting parties' `sub` */
	struct key claims_key;		     /* seals persisted claims */
	struct key page_key; /* of forms, sealed fields and cookies; with the epoch */
	struct tenant_key *keys;
	int64_t created;
	struct bytes generation; /* as it was when the tenant was loaded */
	struct tenant_cache *cached;
};

/* Data derived from a tenant when first needed, shared by all requests. */
struct tenant_cache {
	struct arena *arena;	     /* the tenant's */
	struct bytes metadata;	     /* the discovery document; size 0: not made yet */
	struct issuer_keys *issuers; /* see issuer_parse_keys */
};

/*
 * What was last found in the index of tenants, as long as all snapshots show the same commit: most
 * requests name the same tenant.
 */
#define TENANT_LOOKUPS 8
struct tenant_lookup {
	uint8_t key[KEY_MAX];
	size_t size;	/* of the key */
	enum err found; /* OK or ABSENT */
	tenant_id id;
};
struct tenant_lookups {
	struct tenant_lookup list[TENANT_LOOKUPS];
	size_t n; /* lookups so far; a new one takes the place of the oldest */
	uint64_t commit;
	tenant_id current; /* id of the tenant that is known to be current in this snapshot; 0:
			    * none */
};
/* Drops all lookups, unless `db` shows the same commit as before. */
void tenant_lookups_begin(struct tenant_lookups *all, const struct snapshot *db);

/* The tenants that a process has loaded, at most TENANTS_LOADED; the least recently used is dropped
 * first. */
#define TENANTS_MAX    10000 /* limit of a store */
#define TENANTS_LOADED 1024
struct tenants {
	const struct key *master;
	const struct settings *settings;
	struct tenant_entry *slot[TENANTS_LOADED];
	struct tenant_entry *newest, *oldest; /* ordered by last use */
	size_t n;
};

/* Both must outlive `t`. Without a master key (NULL) tenants have no keys; the janitor needs
 * none. */
void tenants_start(struct tenants *t, const struct key *master, const struct settings *settings);
void tenants_free(struct tenants *t);

/*
 * The functions below find a tenant in w->db. They return OK, ABSENT, ERR_STORE, or ERR_SERVER
 * (logged) if the row of the tenant cannot be read or the master key does not decrypt one of its
 * keys.
 */
/* Finds the tenant whose issuer has the host `host` and, as its path, the longest matching prefix
 * of `path`. The rest of the path begins at segment `tenant->path.n`. */
enum err tenants_match(struct tenants *t, struct work *w, const char *host, const struct path *path,
		       const struct tenant **out);
/* Finds the id only, without loading the tenant. Returns OK, ABSENT or ERR_STORE. */
enum err tenants_match_id(struct work *w, const char *host, const struct path *path,
			  tenant_id *out);
enum err tenants_by_name(struct tenants *t, struct work *w, const char *name,
			 const struct tenant **out);
enum err tenants_get(struct tenants *t, struct work *w, tenant_id id, const struct tenant **out);
/* Calls `fn` with each const struct tenant *, oldest first; SCAN_STOP ends the scan. */
enum err tenants_each(struct tenants *t, struct work *w, each_fn fn, void *arg);
/* Lists the ids of all tenants, oldest first, in `a`. */
enum err tenants_ids(struct snapshot *db, struct arena *a, tenant_id **ids, size_t *n);
/* Returns OK if the master key decrypts the first tenant's keys. ERR_SERVER: the store was probably
 * made with another master key. */
enum err tenants_check_master_key(struct tenants *t, struct work *w);

/* Makes the commit expect the tenant's row, keys and issuers as they were loaded (T-K03). */
void tenant_expect(struct work *w);
/* Returns the key that signs at `now`; NULL only before the first key's time. */
const struct signing_key *tenant_signing_key(const struct tenant *t, int64_t now);

/* --- administration: each function adds changes and an audit event; the caller commits --- */

/* Adds a tenant with its first signing key. ERR_INVALID_REQUEST (name, issuer), ERR_EXISTS. */
enum err tenant_add(struct work *w, const struct key *master, const char *name, const char *issuer);
/* Writes own_settings and disabled of `t` (w->tenant). */
enum err tenant_put(struct work *w, const struct tenant *t);
/* Removes the tenant and all its rows, in several commits of its own. If the process ends between
 * two of them, the tenant is gone, and tenants_remove_rest removes the remaining rows. */
enum err tenant_remove(struct work *w, struct store *store, const struct tenant *t);
/* Removes a batch of the rows that removed tenants left behind; sets `*more` if there are
 * others. */
enum err tenants_remove_rest(struct store *store, bool *more);
/* Generates a key that signs after the tenant's key_wait (at once if no key signs now). The older
 * keys stay published until the last token that they signed has expired. */
enum err tenant_key_rotate(struct work *w, const struct key *master, char kid_out[44]);
/* For emergencies: unpublishes the key at once. If no other key can sign, a new one signs at once.
 * ERR_NOT_FOUND. */
enum err tenant_key_retire(struct work *w, const struct key *master, const char *kid);
/* Raises the epoch of the instance: the commit invalidates all handles and signed tokens of all
 * tenants. `*out` is the new epoch. */
enum err tenants_raise_epoch(struct work *w, int64_t *out);
/* Writes a new generation of the tenant that the changes belong to. Of two administrators that
 * change the tenant at once, the second gets ERR_CHANGED. */
enum err tenant_change_generation(struct work *w);

#endif
