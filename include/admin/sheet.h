/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_SHEET_H
#define USHER_ADMIN_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

/*
 * What a command prints: records of named cells.  One description gives both forms, an aligned
 * text for people and one JSON document for programs:
 *
 *	sheet_list(s, "clients");		// or sheet_record(s): a single one
 *	sheet_row(s);
 *	cell_text(s, "client_id", c->id);	// NULL: none; left out
 *	sheet_end(s);
 *
 * Names and the like come from other people: the text form shows control and direction characters
 * as '?', so that no name can steer a terminal (T-G01, T-U17).
 */
enum sheet_form { SHEET_TEXT, SHEET_JSON };

struct sheet_row;

struct sheet {
	struct arena      *arena;
	enum sheet_form    form;
	struct buf         out;		/* what will be printed */
	bool               list;
	const char        *name;	/* of the list */
	struct sheet_row  *first, **last, *row;
};

void sheet_start(struct sheet *s, struct arena *a, enum sheet_form form);
void sheet_record(struct sheet *s);
void sheet_list(struct sheet *s, const char *name);
/* The next record of a list. */
void sheet_row(struct sheet *s);
/* Ends the list or record.  In the text form another may follow it. */
void sheet_end(struct sheet *s);
/* A line of its own, in the text form only. */
void sheet_note(struct sheet *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An empty line, in the text form only. */
void sheet_gap(struct sheet *s);
/* Is there room for everything?  Not in the columns of a list for people. */
bool sheet_detailed(const struct sheet *s);

void cell_text(struct sheet *s, const char *name, const char *value);
void cell_int(struct sheet *s, const char *name, int64_t value);
/* False is left out of the text form. */
void cell_bool(struct sheet *s, const char *name, bool value);
void cell_strs(struct sheet *s, const char *name, const struct strs *value);
/* Seconds; 0 is left out. */
void cell_time(struct sheet *s, const char *name, int64_t value);
/* `json` in the one form, `text` in the other. */
void cell_json(struct sheet *s, const char *name, const char *json, const char *text);

/* `s` without what could steer a terminal. */
char *sheet_safe(struct arena *a, const char *s);
/* "2026-11-23 18:00:01Z" */
char *sheet_time(struct arena *a, int64_t seconds);

#endif
