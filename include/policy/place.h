/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_PLACE_H
#define USHER_POLICY_PLACE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/*
 * A place in a document that is being read: the value there, and how one came to it.  So a
 * refusal can name the place ("rules[2].when.email must be text"), and costs nothing before.
 *
 *	struct place at;
 *
 *	TRY(place_need(rule, "when", &at));
 *	TRY(place_text(&at, PLACE_TEXT_MAX, &c->text));
 *
 * Places live on the stack of the reading functions; nothing keeps them.  Everything here
 * refuses with ERR_INVALID_REQUEST and leaves the sentence in *why.
 */
#define PLACE_LIST_MAX 32
#define PLACE_TEXT_MAX 512

struct place {
	struct json_object *value;
	struct arena       *arena;
	const char        **why;
	const struct place *up;		/* NULL: the document itself */
	const char         *name;	/* of this member; NULL: an element */
	size_t              index;
	unsigned            nested;	/* conditions made of conditions around this place */
	unsigned           *weight;	/* scopes, conditions and values of the document so far */
};

/* The member called `name`; false when there is none.  `at` must be an object. */
bool place_member(const struct place *at, const char *name, struct place *out);
enum err place_need(const struct place *at, const char *name, struct place *out);
struct place place_element(const struct place *at, size_t index);

/* `sentence` continues the name of the place: "must be text". */
enum err place_fail(const struct place *at, const char *sentence);

/* An object whose members are all among `known` (ended by NULL). */
enum err place_object(const struct place *at, const char *const *known);
/* An array of 1 to `max` elements. */
enum err place_list(const struct place *at, size_t max, size_t *n);
/* Text of 1 to `max` bytes without control characters, copied into the arena. */
enum err place_text(const struct place *at, size_t max, const char **out);
/* A list of such texts, at most PLACE_LIST_MAX; doubles count once. */
enum err place_texts(const struct place *at, size_t max, struct strs *out);
enum err place_int(const struct place *at, int64_t min, int64_t max, int64_t *out);

#endif
