/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_ADMIN_CLI_FIXTURE_H
#define USHER_TESTS_ADMIN_CLI_FIXTURE_H

#include "model/account.h"
#include "model/consent.h"
#include "model/resource.h"
#include "model/tenant.h"

/*
 * Runs usherctl within this process, on a store of its own with two tenants, acme and beta. acme
 * has a resource server "photos", a client "viewer" and the accounts alice and bob.
 */
struct cli_fixture {
	char *directory;
	char config[256];
};

struct cli_output {
	int code;
	char out[16384], err[4096];
};

void cli_fixture_open(struct cli_fixture *d);
void cli_fixture_close(struct cli_fixture *d);

/* Calls fn(arg) with `input` as standard input and captures its output. */
struct cli_output *cli_fixture_capture(struct cli_fixture *d, const char *input,
				       int (*fn)(void *arg), void *arg);
/* Runs `usherctl -c … [words]`, with `words` split at blanks; `input` is standard input. */
struct cli_output *cli_fixture_run(struct cli_fixture *d, const char *input, const char *words);
/* The exit code of that command. */
int cli_fixture_exit_code(struct cli_fixture *d, const char *input, const char *words);
/*
 * The output of that command with --json; NULL if it is not a JSON object or the exit code is not
 * 0.
 */
struct json_object *cli_fixture_json(struct cli_fixture *d, const char *input, const char *words);
/* A member of the object as text, "" if absent. */
const char *cli_fixture_member(struct json_object *o, const char *name);

/* Calls `fn` with a snapshot of the tenant, like the server, and commits the change list. */
void cli_fixture_work(struct cli_fixture *d, const char *tenant,
		      enum err (*fn)(struct work *w, void *arg), void *arg);
/* Registers a resource of alice at photos with scopes view, print and delete; returns its id. */
const char *cli_fixture_resource(struct cli_fixture *d, const char *name);

#endif
