/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_OUT_TABLE_H
#define USHER_ADMIN_OUT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str_list.h"

/*
 * The output of a command: records of named fields. The same calls produce both forms, aligned text
 * for people and one JSON document for programs:
 *
 *	out_table_list(s, "clients");		// or out_table_record(s) for a single record
 *	out_table_row(s);
 *	out_field_text(s, "client_id", c->id);	// NULL: the field is omitted
 *	out_table_end(s);
 *
 * Names and other values are chosen by users. The text form shows control characters and characters
 * that change the direction of writing as '?', so no value can control the terminal (T-G01, T-U17).
 */
enum out_table_form { OUT_TABLE_TEXT, OUT_TABLE_JSON };

struct out_table_row;

struct out_table {
	struct arena *arena;
	enum out_table_form form;
	struct buf out;
	bool list;
	const char *name; /* of the list */
	struct out_table_row *first, **last, *row;
};

void out_table_start(struct out_table *s, struct arena *a, enum out_table_form form);
/* Begins a single record. */
void out_table_record(struct out_table *s);
/* Begins a list of records. `name` is its member in the JSON form. */
void out_table_list(struct out_table *s, const char *name);
/* Begins the next record of a list. */
void out_table_row(struct out_table *s);
/* Ends the list or record. In the text form another one may follow. */
void out_table_end(struct out_table *s);
/* Adds a line of text; does nothing in the JSON form. */
void out_table_note(struct out_table *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds an empty line; does nothing in the JSON form. */
void out_table_gap(struct out_table *s);
/* Returns true if all fields should be shown: in the JSON form and in a single record. The columns
 * of a list have no room for them. */
bool out_table_detailed(const struct out_table *s);

void out_field_text(struct out_table *s, const char *name, const char *value);
void out_field_int(struct out_table *s, const char *name, int64_t value);
/* The text form omits false. */
void out_field_bool(struct out_table *s, const char *name, bool value);
void out_field_str_list(struct out_table *s, const char *name, const struct str_list *value);
/* Seconds since 1970; 0 is omitted. */
void out_field_time(struct out_table *s, const char *name, int64_t value);
/* Adds `json`, a JSON value, in the JSON form and `text` in the text form. */
void out_field_json(struct out_table *s, const char *name, const char *json, const char *text);

/* Returns a copy of `s` that is safe for a terminal: control and direction characters are '?'. */
char *out_table_safe(struct arena *a, const char *s);
/* Returns a time as "2026-11-23 18:00:01Z". */
char *out_table_time(struct arena *a, int64_t seconds);

#endif
