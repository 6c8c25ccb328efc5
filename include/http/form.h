/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_FORM_H
#define USHER_HTTP_FORM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * application/x-www-form-urlencoded, in a body or a query: strict percent-escapes, '+' is a space,
 * UTF-8 without NUL, at most PARAMS_MAX pairs. A repeated name is rejected ("scope appears
 * more than once", RFC 6749, 3.2) unless it is repeatable. Empty sequences, as in "a=1&&b=2&", are
 * skipped (WHATWG URL, 5.1).
 */
#define PARAMS_MAX 64

struct param {
	const char *name, *value; /* value "": the parameter was sent without a value */
	uint32_t hash;		  /* of the name */
};
struct params {
	struct param *list; /* in the arena of form_parse */
	size_t n, room;
};

/* Parses a form. `repeatable` is the list of names that may be repeated, ended by NULL; or
 * NULL. Returns OK, or ERR_INVALID_REQUEST with *why set. After a fault `out` contains all
 * other parameters, and the first value of a repeated name, for callers that must know the
 * credentials in a malformed request. The pairs after the first excess pair are not read. */
enum err form_parse(struct arena *a, struct bytes text, const char *const *repeatable,
		    struct params *out, const char **why);
/* Returns NULL if the parameter is absent or has no value: OAuth treats both alike (RFC 6749,
 * 3.1). */
const char *param_get(const struct params *p, const char *name);
/* Returns NULL if the parameter is absent, "" if it has no value. */
const char *param_sent(const struct params *p, const char *name);
/* Returns the values of a repeatable name in their order, then NULL: `for (size_t at = 0; (v =
 * param_next(p, name, &at)) != NULL;)`. */
const char *param_next(const struct params *p, const char *name, size_t *at);
/* Returns the length of the encoded value of the first parameter `name` in `text`; 0 if there
 * is none. `name` needs no escapes. */
size_t form_value_size(struct bytes text, const char *name);
/* Decodes one form-encoded component. Returns NULL if it is malformed. */
char *form_decode(struct arena *a, const char *text, size_t len);
char *form_encode(struct arena *a, const char *text);

#endif
