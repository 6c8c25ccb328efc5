/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ROW_H
#define USHER_MODEL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

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
 * Members that a row lacks keep the zero of the struct; unknown members are skipped, so that an
 * older program reads newer rows.  Zero, NULL, false and empty lists are not written.
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
};

#define FIELD(type, name, member, kind) { name, sizeof(name) - 1, kind, offsetof(type, member) }
#define FIELD_END                       { NULL, 0, F_TEXT, 0 }

struct bytes row_encode(struct arena *a, const struct field *fields, const void *object);
/* False: not a row of ours; the caller reports a fault of the store.  Texts live in `a`. */
bool row_decode(struct arena *a, const struct field *fields, struct bytes row, void *object);

#endif
