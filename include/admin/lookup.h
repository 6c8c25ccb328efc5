/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_LOOKUP_H
#define USHER_ADMIN_LOOKUP_H

#include "admin/invocation.h"
#include "model/account.h"
#include "model/client.h"
#include "model/resource.h"

/* Things by the names that administrators give them.  What is missing is a refusal that says where
 * to look. */
enum err lookup_client(struct invocation *c, const char *id, struct client *out);
/* A client that is a resource server. */
enum err lookup_server(struct invocation *c, const char *id, struct client *out);
/* By login, else by id. */
enum err lookup_account(struct invocation *c, const char *login, struct account *out);
enum err lookup_resource(struct invocation *c, const char *id, struct resource *out);

/* For people: the login of an account; its id when it is gone. */
const char *lookup_login(struct invocation *c, const char *account);
/* The name of a resource; its id when it has none or is gone. */
const char *lookup_resource_name(struct invocation *c, const char *id);

#endif
