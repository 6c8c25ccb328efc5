/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_OUT_TABLE_H
#define USHER_ADMIN_OUT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str_list.h"

/*
 * What a command prints: records of named cells.  One description gives both forms, an aligned
 * text for people and one JSON document for programs:
 *
 *	out_table_list(s, "clients");		// or out_table_record(s): a single one
 *	out_table_row(s);
 *	out_field_text(s, "client_id", c->id);	// NULL: none; left out
 *	out_table_end(s);
 *
 * Names and the like come from other people: the text form shows control and direction characters
 * as '?', so that no name can steer a terminal (T-G01, T-U17).
 */
enum out_table_form { OUT_TABLE_TEXT, OUT_TABLE_JSON };

struct out_table_row;

struct out_table {
	struct arena *arena;
	enum out_table_form form;
	struct buf out; /* what will be printed */
	bool list;
	const char *name; /* of the list */
	struct out_table_row *first, **last, *row;
};

void out_table_start(struct out_table *s, struct arena *a, enum out_table_form form);
void out_table_record(struct out_table *s);
void out_table_list(struct out_table *s, const char *name);
/* The next record of a list. */
void out_table_row(struct out_table *s);
/* Ends the list or record.  In the text form another may follow it. */
void out_table_end(struct out_table *s);
/* A line of its own, in the text form only. */
void out_table_note(struct out_table *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* An empty line, in the text form only. */
void out_table_gap(struct out_table *s);
/* Is there room for everything?  Not in the columns of a list for people. */
bool out_table_detailed(const struct out_table *s);

void out_field_text(struct out_table *s, const char *name, const char *value);
void out_field_int(struct out_table *s, const char *name, int64_t value);
/* False is left out of the text form. */
void out_field_bool(struct out_table *s, const char *name, bool value);
void out_field_str_list(struct out_table *s, const char *name, const struct str_list *value);
/* Seconds; 0 is left out. */
void out_field_time(struct out_table *s, const char *name, int64_t value);
/* `json` in the one form, `text` in the other. */
void out_field_json(struct out_table *s, const char *name, const char *json, const char *text);

/* `s` without what could steer a terminal. */
char *out_table_safe(struct arena *a, const char *s);
/* "2026-11-23 18:00:01Z" */
char *out_table_time(struct arena *a, int64_t seconds);

#endif
