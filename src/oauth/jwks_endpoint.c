/* SPDX-License-Identifier: Apache-2.0 */
/* The public keys. A new key signs only after key_wait, so caches may store the response at most
 * that long. */
#include "oauth/endpoints.h"
#include "web/reply.h"

#define CACHE_MAX 3600

enum err
jwks_get(struct request *rq)
{
	const struct tenant *t = rq->work.tenant;
	struct buf b = { .arena = rq->work.arena };

	out_open(&b, NULL, '{');
	out_open(&b, "keys", '[');
	for (const struct tenant_key *k = t->keys; k != NULL; k = k->next)
		if (k->until == 0 || rq->work.now < k->until)
			signing_key_print_jwk(&b, k->key.kid, k->key.alg, k->key.public_key);
	out_close(&b, ']');
	out_close(&b, '}');
	reply_cacheable(rq, t->set.key_wait < CACHE_MAX ? t->set.key_wait : CACHE_MAX);
	reply_document(rq, 200, "application/jwk-set+json", buf_bytes(&b));
	return OK;
}
