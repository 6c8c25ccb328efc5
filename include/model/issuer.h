/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ISSUER_H
#define USHER_MODEL_ISSUER_H

#include "model/work.h"

/* Somebody whose ID Tokens count as claims (OpenID Connect Core, 3.1.3.7). */
struct issuer {
	const char *url;
	const char *jwks;	/* JSON text of its key set */
	struct strs audience;	/* accepted besides the pushing client's id and our issuer */
	int64_t     created;
	struct bytes key, row;
};

enum err issuer_find(struct work *w, const char *url, enum err missing, struct issuer *out);
/* Is it trusted?  OK, `missing`, ERR_STORE. */
enum err issuer_stands(struct work *w, const char *url, enum err missing);
/* Checks URL and keys.  ERR_INVALID_REQUEST with the reason. */
enum err issuer_put(struct work *w, const struct issuer *i);
enum err issuer_remove(struct work *w, const char *url);
/* `fn` gets a const struct issuer *. */
enum err issuer_each(struct work *w, each_fn fn, void *arg);

#endif
