/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_ISSUER_H
#define USHER_MODEL_ISSUER_H

#include "base/str_list.h"
#include "jose/jwk.h"
#include "model/work.h"

/* An issuer whose ID Tokens are accepted as claim tokens (OpenID Connect Core, 3.1.3.7). */
struct issuer {
	const char *url;
	const char *jwks;	  /* JSON text of its key set */
	struct str_list audience; /* accepted besides the pushing client's id and our issuer */
	int64_t created;
	const char *incarnation; /* new each time the issuer is added (grant.h) */
	struct bytes key, row;
};

enum err issuer_find(struct work *w, const char *url, enum err missing, struct issuer *out);
/* Returns OK if the issuer is trusted, or is the tenant itself, whose sessions identify people
 * (uma/session_party.h), and sets its incarnation, `missing` if not, or ERR_STORE. */
enum err issuer_check_trusted(struct work *w, const char *url, enum err missing,
			      const char **incarnation);
/* Parses the keys of an issuer found by issuer_find. The result is cached with the loaded tenant,
 * up to ISSUERS_PARSED issuers and ISSUERS_MEMORY bytes. ERR_SERVER if they cannot be read. */
#define ISSUERS_PARSED 16
#define ISSUERS_MEMORY (512 * 1024)
enum err issuer_parse_keys(struct work *w, const struct issuer *i, const struct jwks **out);
/* Validates URL and keys and adds the row to the changes. ERR_INVALID_REQUEST with the reason. */
enum err issuer_put(struct work *w, const struct issuer *i);
enum err issuer_remove(struct work *w, const char *url);
/* `fn` receives a const struct issuer *. */
enum err issuer_each(struct work *w, each_fn fn, void *arg);

#endif
