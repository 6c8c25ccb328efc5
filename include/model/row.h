/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ROW_H
#define USHER_MODEL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
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
	F_TEXT,	    /* const char * */
	F_INT,	    /* int64_t */
	F_BOOL,	    /* bool */
	F_STR_LIST, /* struct str_list */
	F_JSON,	    /* const char *: JSON text kept as it is */
	F_ENUM,	    /* an enum, by the names in `names`; the first value is not written */
	F_LIST,	    /* a linked list of structs, see struct field_list */
};

struct field_list;

struct field {
	const char *name;
	size_t size; /* of the name */
	enum field_kind kind;
	size_t offset;
	bool must;		       /* a text without which the row is none of ours */
	const char *const *names;      /* F_ENUM: ended by NULL */
	const struct field_list *list; /* F_LIST */
};

/* The structs of an F_LIST: their fields, their size, and where their `next` is. */
struct field_list {
	const struct field *fields;
	size_t size, next;
};

/* clang-format off */
#define FIELD(type, name, member, kind) \
	{ name, sizeof(name) - 1, kind, offsetof(type, member), false, NULL, NULL }
#define MUST(type, name, member, kind) \
	{ name, sizeof(name) - 1, kind, offsetof(type, member), true, NULL, NULL }
#define ENUM(type, name, member, names) \
	{ name, sizeof(name) - 1, F_ENUM, offsetof(type, member), false, names, NULL }
#define LIST(type, name, member, list) \
	{ name, sizeof(name) - 1, F_LIST, offsetof(type, member), false, NULL, list }
#define FIELD_END { NULL, 0, F_TEXT, 0, false, NULL, NULL }
/* clang-format on */

/* Lists of struct permission (model/permission.h). */
extern const struct field_list permission_list;

/* What work.h needs to find and read objects of a kind, a struct with members `key` and `row`:
 *
 *	static const struct row_kind kind = ROW_KIND(ticket, T_TICKET, "a ticket", fields);
 */
struct row_kind {
	enum table table;
	const char *what; /* for the log: "a ticket" */
	const struct field *fields;
	size_t size, key, row; /* of the struct; where it has the two */
};

/* clang-format off */
#define ROW_KIND(type, table, what, fields) \
	{ table, what, fields, sizeof(struct type), offsetof(struct type, key), \
	  offsetof(struct type, row) }
/* clang-format on */

struct bytes row_encode(struct arena *a, const struct field *fields, const void *object);
/* False: not a row of ours; the caller reports a fault of the store.  Texts live in `a`. */
bool row_decode(struct arena *a, const struct field *fields, struct bytes row, void *object);

#endif
