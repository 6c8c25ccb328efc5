/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_CLIENT_EDIT_H
#define USHER_ADMIN_CLIENT_EDIT_H

#include "admin/invocation.h"
#include "model/client.h"

/* The options of `client add` and `client set`. An option that is given changes its field of the
 * client; an empty value clears the field. */
extern const struct flag client_add_flags[], client_set_flags[];

/* Applies the options of the command to `cl`. `*given_secret` is the secret from standard input, or
 * NULL if --secret-stdin is not given. Refuses invalid values. */
enum err client_edit(struct invocation *c, struct client *cl, const char **given_secret);
/* For `client set`: sets the hash of the new secret in `cl`, or clears it if the client is public.
 * `given` is the secret from standard input or NULL. `*secret` is the new secret, or NULL if the
 * secret does not change. */
enum err client_edit_secret(struct invocation *c, struct client *cl, const char *given,
			    const char **secret);

#endif
