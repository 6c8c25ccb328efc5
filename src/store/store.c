/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The storage interface: the part that is the same for all engines (limits of keys, the format of
 * the database, lists without changes), and the calls of the engine.
 */
#include "base/log.h"
#include "src/store/meta.h"
#include "store/store.h"

static const struct {
	const char *name;
	bool expires;
} tables[TABLE_COUNT] = {
#define X(id, name, expires) { name, expires },
	TABLE_LIST(X)
#undef X
};

static void
store_check_engine(enum table t, size_t size, size_t min)
{
	if ((unsigned)t >= TABLE_COUNT || size < min || size > KEY_MAX)
		log_die("store: a key of %zu bytes for table %d", size, (int)t);
}

enum err
store_open(const struct store_ops *ops, const struct store_config *config, struct store **out,
	   const char **why)
{
	struct store *s;
	enum err e;

	TRY(ops->open(config, &s, why));
	e = meta_check_format(s, why);
	if (e != OK) {
		ops->close(s);
		return e;
	}
	*out = s;
	return OK;
}

void
store_close(struct store *s)
{
	if (s != NULL)
		s->ops->close(s);
}

enum err
store_snapshot(struct store *s, struct snapshot **out)
{
	return s->ops->snapshot(s, out);
}

enum err
store_get(struct snapshot *db, tenant_id t, enum table table, struct bytes key, struct bytes *row)
{
	store_check_engine(table, key.size, 1);
	return db->store->ops->get(db, t, table, key, row);
}

enum err
store_scan(struct snapshot *db, tenant_id t, enum table table, struct bytes prefix,
	   struct bytes from, scan_fn fn, void *arg)
{
	enum err e;

	store_check_engine(table, prefix.size, 0);
	store_check_engine(table, from.size, 0);
	e = db->store->ops->scan(db, t, table, prefix, from, fn, arg);
	return e == SCAN_STOP ? OK : e;
}

void
store_release(struct snapshot *db)
{
	if (db != NULL)
		db->store->ops->release(db);
}

enum err
store_commit(struct store *s, struct changes **lists, size_t n)
{
	size_t changes = 0;
	enum err e;

	for (size_t i = 0; i < n; i++) {
		lists[i]->verdict = OK;
		changes += lists[i]->n;
	}
	if (changes == 0) /* introspection writes nothing, so it needs neither lock nor flush */
		return OK;
	e = s->ops->commit(s, lists, n);
	for (size_t i = 0; i < n && e != OK; i++)
		lists[i]->verdict = e;
	return e;
}

enum err
store_upkeep(struct store *s)
{
	return s->ops->upkeep != NULL ? s->ops->upkeep(s) : OK;
}

enum err
store_usage(struct store *s, uint64_t *used, uint64_t *size)
{
	return s->ops->usage(s, used, size);
}

bool
store_gone(struct store *s)
{
	return s->ops->gone != NULL && s->ops->gone(s);
}

const char *
table_name(enum table t)
{
	return tables[t].name;
}

bool
table_expires(enum table t)
{
	return tables[t].expires;
}
