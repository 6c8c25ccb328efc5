/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process `passwords` (T-L03): hashes passwords and compares them. It reads the master key once
 * to derive the key of the hashes, and has no store and no listening socket.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "model/password.h"
#include "process/confine.h"
#include "usherd/service.h"

#define MEMORY_MORE (64u << 20) /* bytes besides the memory of a hash */

struct passwords {
	struct arena *arena;
	struct password_keeper keeper;
};

static int
passwords_start(struct passwords *p, const struct settings *s)
{
	struct key master = { { 0 } };
	const char *why = NULL;
	int code = EX_OK;

	if (!confine_data((size_t)s->password_memory * 1024 + MEMORY_MORE)) {
		log_error("passwords: the memory cannot be limited: %m");
		code = EX_OSERR;
	} else if (master_key_read(p->arena, s->master_key, &master, &why) != OK) {
		log_error("passwords: master key %s", why);
		code = EX_CONFIG;
	} else if (!password_keeper_start(&p->keeper, p->arena, &master, s)) {
		log_error("passwords: no memory for a hash; see the setting password_memory");
		code = EX_OSERR;
	}
	crypto_wipe(&master, sizeof(master));
	return code;
}

int
passwords_open(const struct task *t, void **state)
{
	struct passwords *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	*state = p;
	p->arena = arena_new();
	return passwords_start(p, usherd_settings(t));
}

void
passwords_close(void *state)
{
	struct passwords *p = state;

	arena_free(p->arena);
	crypto_wipe(p, sizeof(*p));
	free(p);
}

bool
passwords_run(void *state, struct arena *a, struct bytes input, struct bytes *result)
{
	return password_keeper_run(&((struct passwords *)state)->keeper, a, input, result);
}
