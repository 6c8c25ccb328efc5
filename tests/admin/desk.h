/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_ADMIN_DESK_H
#define USHER_TESTS_ADMIN_DESK_H

#include "model/account.h"
#include "model/consent.h"
#include "model/resource.h"
#include "model/tenant.h"

/*
 * usherctl within this process, on a store of its own: two tenants, acme and beta; in acme a
 * resource server "photos", a client "viewer" and the accounts alice and bob.
 */
struct desk {
	char *folder;
	char  config[256];
};

struct said {
	int  code;
	char out[16384], err[4096];
};

void desk_open(struct desk *d);
void desk_close(struct desk *d);

/* Calls fn(arg) with `input` as standard input, and keeps what it prints. */
struct said *desk_capture(struct desk *d, const char *input, int (*fn)(void *arg), void *arg);
/* Runs `usherctl -c … [words]`, the words split at blanks; `input` is standard input. */
struct said *desk_say(struct desk *d, const char *input, const char *words);
/* Only its exit code. */
int desk_code(struct desk *d, const char *input, const char *words);
/* The same with --json; NULL when it is no JSON object or the exit code is not 0. */
struct json_object *desk_json(struct desk *d, const char *input, const char *words);
/* A member of it as text, "" when it has none. */
const char *desk_text(struct json_object *o, const char *name);

/* Runs `fn` as the server would, in the tenant, and commits what it leaves. */
void desk_work(struct desk *d, const char *tenant, enum err (*fn)(struct work *w, void *arg),
	       void *arg);
/* A resource of alice at photos with scopes view, print and delete; its id. */
const char *desk_resource(struct desk *d, const char *name);

#endif
