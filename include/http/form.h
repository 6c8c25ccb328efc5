/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_FORM_H
#define USHER_HTTP_FORM_H

#include "base/arena.h"
#include "base/err.h"

/* application/x-www-form-urlencoded, in a body or a query: strict percent-escapes, '+' is a space,
 * UTF-8 without NUL, at most PARAMS_MAX pairs.  A name that comes twice is refused ("scope appears
 * more than once", RFC 6749, 3.2); an empty value counts as absent and is left out. */
#define PARAMS_MAX 64

struct param {
	const char *name, *value;
};
struct params {
	struct param list[PARAMS_MAX];
	size_t       n;
};

/* ERR_INVALID_REQUEST with *why set, or OK.  After a fault `out` holds what could be read all the
 * same, of a name that came twice the first: whoever has to know what a malformed request
 * presented finds it, wherever in it the fault stands. */
enum err form_parse(struct arena *a, struct bytes text, struct params *out, const char **why);
/* NULL when absent. */
const char *param_get(const struct params *p, const char *name);
/* One form-encoded component decoded; NULL when it is ill-formed. */
char *form_decode(struct arena *a, const char *text, size_t len);
char *form_encode(struct arena *a, const char *text);

#endif
