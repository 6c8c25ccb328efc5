/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of changes of a handler. Sizes are checked where input arrives. A key or row that is
 * larger here is a fault of the program, which is detected at the handler and not at the commit of
 * a batch.
 */
#include <string.h>

#include "base/log.h"
#include "store/changes.h"
#include "store/store.h"

static void
changes_check_key(enum table t, struct bytes key)
{
	if ((unsigned)t >= TABLE_COUNT)
		log_die("store: a change of table %d", (int)t);
	if (key.size == 0 || key.size > KEY_MAX)
		log_die("store: a key of %zu bytes for %s", key.size, table_name(t));
}

static void
changes_check_row(enum table t, struct bytes row, size_t min)
{
	if (row.size < min || row.size > ROW_MAX)
		log_die("store: a row of %zu bytes for %s", row.size, table_name(t));
}

/* True if permissions depend on rows of the table, whose keys begin with the owner. */
static bool
changes_is_shared(enum table t)
{
	return t == T_RESOURCE || t == T_POLICY || t == T_CONSENT;
}

struct bytes
changes_sharing_key(struct arena *a, struct bytes owner)
{
	static const char prefix[] = "sharing"; /* with its NUL, the separator of the parts */
	uint8_t *key = arena_alloc(a, sizeof prefix + owner.size);

	memcpy(key, prefix, sizeof prefix);
	memcpy(key + sizeof prefix, owner.data, owner.size);
	return BYTES(key, sizeof prefix + owner.size);
}

static struct change *
changes_append(struct changes *c, enum change_kind kind, enum table t, struct bytes key)
{
	struct change *ch = ARENA_NEW(c->arena, struct change);

	if (c->read_only)
		log_die("store: a list that is read-only writes to %s", table_name(t));
	changes_check_key(t, key);
	ch->kind = kind;
	ch->table = t;
	ch->tenant = c->tenant;
	ch->key = arena_bytes(c->arena, key);
	*c->last = ch;
	c->last = &ch->next;
	c->n++;
	c->writes += kind != CHANGE_EXPECT;
	return ch;
}

void
changes_start(struct changes *c, struct arena *a, uint64_t tenant)
{
	*c = (struct changes){ .arena = a, .tenant = tenant };
	c->last = &c->first;
}

static struct change *
changes_find_count(const struct changes *c, enum table t, struct bytes key)
{
	struct change *ch = c->counts;

	while (ch != NULL &&
	       !(ch->table == t && ch->tenant == c->tenant && bytes_equal(ch->key, key)))
		ch = ch->next_count;
	return ch;
}

void
change_count(struct changes *c, enum table t, struct bytes key, int64_t delta, int64_t max)
{
	struct change *ch = changes_find_count(c, t, key);

	if (ch == NULL) {
		ch = changes_append(c, CHANGE_COUNT, t, key);
		ch->max = INT64_MAX;
		ch->next_count = c->counts;
		c->counts = ch;
	}
	if (delta > 0 && max < ch->max)
		ch->max = max;
	if (__builtin_add_overflow(ch->delta, delta, &ch->delta))
		log_die("store: a count that overflows for %s", table_name(t));
}

static void
changes_raise_sharing(struct changes *c, enum table t, struct bytes key)
{
	const uint8_t *end = memchr(key.data, '\0', key.size);
	size_t size = end != NULL ? (size_t)(end - key.data) : key.size;
	struct bytes number;

	if (!changes_is_shared(t))
		return;
	number = changes_sharing_key(c->arena, BYTES(key.data, size));
	if (changes_find_count(c, T_COUNT, number) == NULL)
		change_count(c, T_COUNT, number, 1, INT64_MAX);
}

void
change_put(struct changes *c, enum table t, struct bytes key, struct bytes row)
{
	changes_check_row(t, row, 1);
	changes_append(c, CHANGE_PUT, t, key)->row = arena_bytes(c->arena, row);
	changes_raise_sharing(c, t, key);
}

void
change_drop(struct changes *c, enum table t, struct bytes key)
{
	changes_append(c, CHANGE_DROP, t, key);
	changes_raise_sharing(c, t, key);
}

void
change_take(struct changes *c, enum table t, struct bytes key, struct bytes seen, struct bytes row)
{
	struct change *ch;

	changes_check_row(t, row, 0);
	ch = changes_append(c, CHANGE_TAKE, t, key);
	ch->seen = seen;
	if (row.size != 0)
		ch->row = arena_bytes(c->arena, row);
	if (seen.size != 0)
		changes_raise_sharing(c, t, key);
}

void
change_expect(struct changes *c, enum table t, struct bytes key, struct bytes seen)
{
	if (!c->read_only)
		changes_append(c, CHANGE_EXPECT, t, key)->seen = seen;
}

void
change_add(struct changes *c, enum table t, struct bytes key, struct bytes row)
{
	changes_check_row(t, row, 1);
	changes_append(c, CHANGE_ADD, t, key)->row = arena_bytes(c->arena, row);
}
