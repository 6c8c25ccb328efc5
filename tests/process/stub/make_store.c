/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_store DIR: creates an empty store and a master key in DIR, for the tests of the processes.
 */
#include <stdio.h>

#include "base/crypto.h"
#include "store/store.h"

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct store_config config = { .map_size = 1 << 20, .map_max = 1 << 24, .create = true };
	const char *why = "usage: make_store DIR";
	struct store *store;

	crypto_start();
	if (argc != 2)
		goto fail;
	config.path = arena_printf(a, "%s/store", argv[1]);
	if (store_open(&store_lmdb, &config, &store, &why) != OK)
		goto fail;
	store_close(store);
	if (master_key_create(a, arena_printf(a, "%s/master.key", argv[1]), &why) != OK)
		goto fail;
	arena_free(a);
	return 0;
fail:
	fprintf(stderr, "%s\n", why);
	arena_free(a);
	return 1;
}
