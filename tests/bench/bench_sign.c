/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures a second on one core, of a token as long as our RPTs.  A line as bench_store's. */
#include <stdio.h>

#include "base/clock.h"
#include "jose/jwt.h"

#define CLAIMS 420
#define MS     1000

int
main(void)
{
	struct arena *a = arena_new();
	struct signing_key key;
	char claims[CLAIMS];
	int64_t begin, n = 0;

	crypto_start();
	signing_key_generate("EdDSA", &key);
	memset(claims, 'x', sizeof(claims));
	for (begin = clock_ticks(); clock_ticks() - begin < MS; n++) {
		jwt_sign(a, &key, "at+jwt", BYTES(claims, CLAIMS));
		arena_reset(a);
	}
	printf("sign_rpt\t%.0f\tper_s\n", (double)n * 1000 / (double)(clock_ticks() - begin));
	arena_free(a);
	return 0;
}
