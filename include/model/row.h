/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ROW_H
#define USHER_MODEL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store/tables.h"

/*
 * Rows are compact JSON objects. A table of fields for each type defines their format. A row is
 * read in place, member by member, without a tree: introspection reads seven rows, and a json-c
 * parse of each would cost more than everything else it does.
 *
 *	static const struct field fields[] = {
 *		FIELD(struct ticket, "rs", rs, F_TEXT),
 *		...
 *		FIELD_END
 *	};
 *
 * Members that a row lacks keep the zero of the struct, except those declared by MUST, which are
 * required. Unknown members are skipped, so an older program can read newer rows. Zero, NULL, false
 * and empty lists are not written.
 */
enum field_kind {
	F_TEXT,	    /* const char * */
	F_INT,	    /* int64_t */
	F_BOOL,	    /* bool */
	F_STR_LIST, /* struct str_list */
	F_JSON,	    /* const char *: JSON text, unparsed */
	F_ENUM,	    /* an enum, stored as one of `names`; the first value is not written */
	F_LIST,	    /* a linked list of structs, see struct field_list */
};

struct field_list;

struct field {
	const char *name;
	size_t size; /* length of the name */
	enum field_kind kind;
	size_t offset;
	bool must;		       /* a required text: without it the row is invalid */
	const char *const *names;      /* F_ENUM: terminated by NULL */
	const struct field_list *list; /* F_LIST */
};

/* The elements of an F_LIST: their fields, their size, and the offset of `next`. */
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

/* Fields of lists of struct permission (model/permission.h). */
extern const struct field_list permission_list;

/*
 * Describes a type of objects for the functions in work.h. The struct has the members `key` and
 * `row`:
 *
 *	static const struct row_kind kind = ROW_KIND(ticket, T_TICKET, "a ticket", fields);
 */
struct row_kind {
	enum table table;
	const char *what; /* name for log messages: "a ticket" */
	const struct field *fields;
	size_t size, key, row; /* of the struct; offsets of `key` and `row` */
};

/* clang-format off */
#define ROW_KIND(type, table, what, fields) \
	{ table, what, fields, sizeof(struct type), offsetof(struct type, key), \
	  offsetof(struct type, row) }
/* clang-format on */

/* Returns the row of `object`, in `a`. */
struct bytes row_encode(struct arena *a, const struct field *fields, const void *object);
/* Reads `row` into `object`, which is zeroed by the caller. Texts are in `a`. Returns false if the
 * row is damaged; the caller reports a fault of the store. */
bool row_decode(struct arena *a, const struct field *fields, struct bytes row, void *object);

#endif
