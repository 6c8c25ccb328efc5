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
 * A tenant is an issuer: a URL, its own keys, clients, accounts, resources, settings.  A process
 * loads a tenant when a request asks for it, and again when the tenant's row "generation" differs
 * from the one that it was loaded with.  Every change of the tenant's row, keys and issuers writes
 * a new generation.
 *
 * A loaded tenant is never changed, and lives in an arena of its own.  The arena of each work that
 * looked it up holds a reference, so what a request points to stays until the request's memory
 * goes (T-X09).
 */
struct tenant_key {
	struct signing_key key;
	int64_t created;
	int64_t created_ms;	 /* puts keys of one second in order */
	int64_t from;		 /* signs from then on; before, it is only published */
	int64_t until;		 /* published until then; 0: no end is set */
	struct tenant_key *next; /* newest first */
};

struct tenant {
	tenant_id id;
	const char *name;      /* for people and usherctl: [a-z0-9-]{1,63} */
	const char *issuer;    /* byte for byte what every document says */
	const char *host;      /* of the issuer, lower case */
	struct path path;      /* of the issuer */
	const char *path_text; /* "" or "/t/acme" */
	bool https;
	bool disabled;
	const char *own_settings; /* JSON object text; NULL: as in usher.conf */
	struct tenant_settings set;
	struct key handle_key[HANDLE_KINDS]; /* derived: tenant, kind, epoch */
	struct key rpt_key;		     /* likewise, for signed tokens */
	struct key secret_key;		     /* client secrets; survives a restore */
	struct key pairwise_key;	     /* requesting parties' `sub` */
	struct key claims_key;		     /* seals persisted claims */
	struct tenant_key *keys;
	int64_t created;
	struct bytes generation; /* when it was loaded */
	struct tenant_cache *cached;
};

/* What is made of a tenant when it is first needed, and serves all requests. */
struct tenant_cache {
	struct arena *arena;	     /* the tenant's */
	struct bytes metadata;	     /* the discovery document; size 0: not asked for yet */
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
	tenant_id current; /* the loaded tenant is that of the snapshots; 0: none yet */
};
/* Forgets everything unless `db` shows the same commit as the snapshots before. */
void tenant_lookups_begin(struct tenant_lookups *all, const struct snapshot *db);

/* The tenants that a process has loaded: TENANTS_LOADED at most, the least recently used go. */
#define TENANTS_MAX    10000 /* in one store */
#define TENANTS_LOADED 1024
struct tenants {
	const struct key *master;
	const struct settings *settings;
	struct tenant_entry *slot[TENANTS_LOADED];
	struct tenant_entry *newest, *oldest; /* by their last use */
	size_t n;
};

/* Both must outlive it.  Without a master key (NULL) tenants have no keys: the janitor needs
 * none. */
void tenants_start(struct tenants *t, const struct key *master, const struct settings *settings);
void tenants_free(struct tenants *t);

/*
 * The functions below find a tenant in w->db: OK; ABSENT; ERR_STORE; ERR_SERVER, logged: its row
 * cannot be read, or a key of it does not open with the master key.
 */
/* The tenant whose issuer's host is `host` and whose path is the longest prefix of `path`.  What
 * remains of the path begins at segment `tenant->path.n`. */
enum err tenants_match(struct tenants *t, struct work *w, const char *host, const struct path *path,
		       const struct tenant **out);
/* Only its id, without loading the tenant: OK, ABSENT or ERR_STORE. */
enum err tenants_match_id(struct work *w, const char *host, const struct path *path,
			  tenant_id *out);
enum err tenants_by_name(struct tenants *t, struct work *w, const char *name,
			 const struct tenant **out);
enum err tenants_get(struct tenants *t, struct work *w, tenant_id id, const struct tenant **out);
/* Calls `fn` with each const struct tenant *, in the order of their creation; SCAN_STOP ends it. */
enum err tenants_each(struct tenants *t, struct work *w, each_fn fn, void *arg);
/* The ids of all, in that order. */
enum err tenants_ids(struct snapshot *db, struct arena *a, tenant_id **ids, size_t *n);
/* Does the master key open the first tenant's keys?  ERR_SERVER: the store was probably made with
 * another one. */
enum err tenants_check_master_key(struct tenants *t, struct work *w);

/* The commit will expect the tenant's row, keys and issuers as they were loaded (T-K03). */
void tenant_expect(struct work *w);
/* The key that signs now; NULL only before the first key's time. */
const struct signing_key *tenant_signing_key(const struct tenant *t, int64_t now);

/* --- administration: each leaves changes behind (and an audit row), to be committed --- */

/* A new tenant with its first signing key.  ERR_INVALID_REQUEST (name, issuer), ERR_EXISTS. */
enum err tenant_add(struct work *w, const struct key *master, const char *name, const char *issuer);
/* Writes own_settings and disabled of `t` (w->tenant). */
enum err tenant_put(struct work *w, const struct tenant *t);
/* Removes the tenant and every row of it, in several commits of its own.  If the process ends
 * between two of them, the tenant is gone; tenants_remove_rest removes the rows that are left. */
enum err tenant_remove(struct work *w, struct store *store, const struct tenant *t);
/* Removes a batch of the rows that removed tenants left; sets `*more` when there are others. */
enum err tenants_remove_rest(struct store *store, bool *more);
/* Generates a key that will sign after the tenant's key_wait (at once when there is none), and sets
 * the end of the older ones to when the last token they signed has expired. */
enum err tenant_key_rotate(struct work *w, const struct key *master, char kid_out[44]);
/* Emergency: unpublishes the key at once; when it was the last that could sign, a new one
 * signs at once. ERR_NOT_FOUND. */
enum err tenant_key_retire(struct work *w, const struct key *master, const char *kid);
/* Raises the epoch of the instance: all handles and signed tokens of all tenants are strangers from
 * the commit on.  `*out` is the new one. */
enum err tenants_raise_epoch(struct work *w, int64_t *out);
/* Writes a new generation of the tenant whose changes these are.  Two administrators at once are
 * put in order by it: the second one's changes are ERR_CHANGED. */
enum err tenant_change_generation(struct work *w);

#endif
