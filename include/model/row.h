/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ROW_H
#define USHER_MODEL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "store/tables.h"

/*
 * Rows are compact JSON objects, written and read by a table of fields a type: the table is the
 * format.  Reading is done in place, member by member, without building a tree: introspection reads
 * seven rows, and a json-c parse of each would cost more than everything else it does.
 *
 *	static const struct field fields[] = {
 *		FIELD(struct ticket, "rs", rs, F_TEXT),
 *		...
 *		FIELD_END
 *	};
 *
 * Members that a row lacks keep the zero of the struct, but those that MUST be there; unknown ones
 * are skipped, so that an older program reads newer rows.  Zero, NULL, false and empty lists are
 * not written.
 */
enum field_kind {
	F_TEXT,		/* const char * */
	F_INT,		/* int64_t */
	F_BOOL,		/* bool */
	F_STRS,		/* struct strs */
	F_JSON,		/* const char *: JSON text kept as it is */
	F_PERMISSIONS,	/* struct permission *: see model/permission.h */
};

struct field {
	const char     *name;
	size_t          size;	/* of the name */
	enum field_kind kind;
	size_t          offset;
	bool            must;	/* a text without which the row is none of ours */
};

#define FIELD(type, name, member, kind) \
	{ name, sizeof(name) - 1, kind, offsetof(type, member), false }
#define MUST(type, name, member, kind) \
	{ name, sizeof(name) - 1, kind, offsetof(type, member), true }
#define FIELD_END { NULL, 0, F_TEXT, 0, false }

/* What work.h needs to find and read objects of a kind, a struct with members `key` and `row`:
 *
 *	static const struct row_kind kind = ROW_KIND(ticket, T_TICKET, "a ticket", fields);
 */
struct row_kind {
	enum table          table;
	const char         *what;	/* for the log: "a ticket" */
	const struct field *fields;
	size_t              size, key, row;	/* of the struct; where it has the two */
};

#define ROW_KIND(type, table, what, fields) \
	{ table, what, fields, sizeof(struct type), offsetof(struct type, key), \
	  offsetof(struct type, row) }

struct bytes row_encode(struct arena *a, const struct field *fields, const void *object);
/* False: not a row of ours; the caller reports a fault of the store.  Texts live in `a`. */
bool row_decode(struct arena *a, const struct field *fields, struct bytes row, void *object);

#endif
