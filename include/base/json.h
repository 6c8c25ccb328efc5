/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_JSON_H
#define USHER_BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str_list.h"

/*
 * JSON in requests and files. json-c is lenient: it keeps the last of two equal member names,
 * accepts single quotes, NaN and ill-formed UTF-8, and cuts names at U+0000. So a scanner checks
 * the text first; only text that it accepts (I-JSON, RFC 7493) reaches json-c.
 *
 * Bounds: JSON_SIZE_MAX bytes, JSON_DEPTH_MAX levels, JSON_MEMBERS_MAX members in an object,
 * JSON_NODES_MAX values in total.
 */
#define JSON_SIZE_MAX	 65536
#define JSON_DEPTH_MAX	 16
#define JSON_MEMBERS_MAX 64
#define JSON_NODES_MAX	 1000

/* True if `text` is one JSON value within the bounds. Otherwise `*why` is the reason: a sentence in
 * `a` for error_description, such as "x appears more than once" for a repeated member. */
bool json_scan(struct arena *a, struct bytes text, const char **why);

/* The work of json_scan for `text`: bytes read plus bytes of member names compared. With it tests
 * bound the work for the worst texts independently of the machine's speed (T-P06). */
size_t json_scan_steps(struct arena *a, struct bytes text);

/* Parses `text`. The value is freed with the arena. NULL, with `*why` as from json_scan, if the
 * text is rejected. */
struct json_object *json_parse(struct arena *a, struct bytes text, const char **why);

/* Typed getters for members of an object. They convert nothing: a number is not text, text is not
 * a number, 1.0 is not an integer. JSON_WRONG: the member has another type or is out of bounds.
 * `*out` is set only if the member was found. */
enum json_found { JSON_ABSENT, JSON_WRONG, JSON_FOUND };
enum json_found json_text(struct json_object *o, const char *name, const char **out);
enum json_found json_int(struct json_object *o, const char *name, int64_t min, int64_t max,
			 int64_t *out);
/* A NumericDate (RFC 7519, 2): a number of seconds since 1970, up to the year 9999. A fraction is
 * rounded down or up; the caller chooses the direction that is safe. */
enum json_round { JSON_DOWN, JSON_UP };
enum json_found json_date(struct json_object *o, const char *name, enum json_round round,
			  int64_t *out);
enum json_found json_flag(struct json_object *o, const char *name, bool *out);
/* An array of strings, at most `max`. */
enum json_found json_str_list(struct arena *a, struct json_object *o, const char *name, size_t max,
			      struct str_list *out);
enum json_found json_member(struct json_object *o, const char *name, enum json_type type,
			    struct json_object **out);

/* The compact text of a json-c value, in `a`. */
const char *json_print(struct arena *a, struct json_object *o);

/*
 * Writes JSON: responses and rows. The functions add the commas.
 *
 *	struct buf b = { .arena = a };
 *	out_open(&b, NULL, '{');
 *	out_text(&b, "ticket", handle);		// a value of NULL omits the member
 *	out_close(&b, '}');
 *
 * `name` is NULL inside an array and at the top level.
 */
void out_open(struct buf *b, const char *name, char bracket);
void out_close(struct buf *b, char bracket);
void out_text(struct buf *b, const char *name, const char *value);
/* Writes one text that consists of two parts, such as a URL of an issuer and a path. */
void out_joined(struct buf *b, const char *name, const char *value, const char *rest);
void out_int(struct buf *b, const char *name, int64_t value);
void out_bool(struct buf *b, const char *name, bool value);
void out_str_list(struct buf *b, const char *name, const struct str_list *value);
/* Copies `json`, which must be valid JSON, unchanged; NULL omits the member. */
void out_raw(struct buf *b, const char *name, const char *json);

#endif
