/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_STORE_CHANGES_H
#define USHER_STORE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "store/tables.h"

/*
 * The changes that a handler requests. The list is committed completely or not at all, before the
 * response is sent. An expectation compares a row with `seen`, its bytes in the handler's
 * snapshot, or BYTES_NONE if there was no row. If the row has changed before the commit, the
 * verdict of the list is ERR_CHANGED and the handler runs again.
 */
enum change_kind {
	CHANGE_PUT,  /* write `row`, whether or not a row exists */
	CHANGE_DROP, /* remove the row if it exists */
	/* The row must still be `seen`; then write `row` (a tombstone), or remove it if `row` is
	 * BYTES_NONE: for handles that can be used once. */
	CHANGE_TAKE,
	CHANGE_EXPECT, /* the row must still be `seen`; nothing is written */
	CHANGE_ADD,    /* there must be no row; then write `row` */
	CHANGE_COUNT,  /* add `delta` to the counter; above `max` the list is rejected */
};

struct change {
	enum change_kind kind;
	enum table table;
	uint64_t tenant;
	struct bytes key, row, seen;
	int64_t delta, max; /* of CHANGE_COUNT */
	struct change *next;
	struct change *next_count; /* among the rows of the list that count */
};

struct changes {
	struct arena *arena; /* keys and rows are copied into it; `seen` is not */
	uint64_t tenant;     /* for the functions below */
	struct change *first, **last;
	struct change *counts;
	size_t n;
	size_t writes;	  /* number of changes that are not only expectations */
	bool read_only;	  /* expectations are ignored, and a write ends the process */
	bool essential;	  /* may use the last tenth: revoke, delete, login */
	enum err verdict; /* set by store_commit */
};

void changes_start(struct changes *c, struct arena *a, uint64_t tenant);
void change_put(struct changes *c, enum table t, struct bytes key, struct bytes row);
void change_drop(struct changes *c, enum table t, struct bytes key);
void change_take(struct changes *c, enum table t, struct bytes key, struct bytes seen,
		 struct bytes row);
void change_expect(struct changes *c, enum table t, struct bytes key, struct bytes seen);
void change_add(struct changes *c, enum table t, struct bytes key, struct bytes row);
/*
 * Adds `delta` to the counter at `key`, a row of decimal digits; no row is 0. The commit reads the
 * count, not the handler, so lists with the same counter do not conflict, and each counts on from
 * the lists before it. If `delta` is positive and the sum is above `max`, the verdict of the list
 * is ERR_CHANGED: the handler runs again, finds with store_count that the limit is reached, and
 * rejects the request. A handler that does not call store_count conflicts in each run. A sum below
 * 0 becomes 0. `max` is ignored if `delta` is negative. Several calls for one key in one list are
 * one change: their sum, and the lowest `max`.
 */
void change_count(struct changes *c, enum table t, struct bytes key, int64_t delta, int64_t max);

/*
 * The key in T_COUNT of an owner's sharing number. Each list that removes or replaces a row of
 * T_RESOURCE, T_POLICY or T_CONSENT increments the number of the owner, whose id is at the start
 * of the key. So if the number is unchanged, no right to the owner's resources was withdrawn. A
 * new row does not increment the number: it withdraws nothing.
 */
struct bytes changes_sharing_key(struct arena *a, struct bytes owner);

#endif
