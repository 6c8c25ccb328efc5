/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_JSON_PATH_H
#define USHER_POLICY_JSON_PATH_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str_list.h"

/*
 * A value in a document that is being read, and its path from the top of the document, for error
 * messages: "rules[2].when.email must be text". The text of the path is made only on an error.
 *
 *	struct json_path at;
 *
 *	TRY(json_path_need(rule, "when", &at));
 *	TRY(json_path_text(&at, JSON_PATH_TEXT_MAX, &c->text));
 *
 * Paths are on the stack of the reading functions and are not stored. All functions here that
 * return an error return ERR_INVALID_REQUEST and set *why.
 */
#define JSON_PATH_LIST_MAX 32
#define JSON_PATH_TEXT_MAX 512

struct json_path {
	struct json_object *value;
	struct arena *arena;
	const char **why;
	const struct json_path *up; /* NULL: the document itself */
	const char *name;	    /* of this member; NULL: an element */
	size_t index;
	unsigned nested;  /* depth of conditions inside of conditions */
	unsigned *weight; /* scopes, conditions and values of the document so far */
};

/* Finds the member `name` of the object `at`; false if there is none. */
bool json_path_member(const struct json_path *at, const char *name, struct json_path *out);
/* The same for a required member: it is an error if there is none. */
enum err json_path_need(const struct json_path *at, const char *name, struct json_path *out);
struct json_path json_path_element(const struct json_path *at, size_t index);

/* Fails with the path and `sentence`, such as "must be text". */
enum err json_path_fail(const struct json_path *at, const char *sentence);

/* An object whose members are all among `known` (ended by NULL). */
enum err json_path_object(const struct json_path *at, const char *const *known);
/* An array of 1 to `max` elements. */
enum err json_path_list(const struct json_path *at, size_t max, size_t *n);
/* Text of 1 to `max` bytes without control characters, copied into the arena. */
enum err json_path_text(const struct json_path *at, size_t max, const char **out);
/* A list of such texts, at most JSON_PATH_LIST_MAX; duplicates count once. */
enum err json_path_texts(const struct json_path *at, size_t max, struct str_list *out);
enum err json_path_int(const struct json_path *at, int64_t min, int64_t max, int64_t *out);

#endif
