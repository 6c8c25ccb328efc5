/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_CLIENT_EDIT_H
#define USHER_ADMIN_CLIENT_EDIT_H

#include "admin/invocation.h"
#include "model/client.h"

/* The options of `client add` and `client set`: they are the same, and those that are given change
 * the client.  An empty value takes a thing away. */
extern const struct flag client_add_flags[], client_set_flags[];

/* `given_secret`: from standard input; NULL: none was given. */
enum err client_edit(struct invocation *c, struct client *cl, const char **given_secret);
/* The secret that `client set` gives; `*secret` is NULL when it stays as it is. */
enum err client_edit_secret(struct invocation *c, struct client *cl, const char *given,
			    const char **secret);

#endif
