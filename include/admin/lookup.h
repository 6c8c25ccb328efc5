/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_LOOKUP_H
#define USHER_ADMIN_LOOKUP_H

#include "admin/invocation.h"
#include "model/account.h"
#include "model/client.h"
#include "model/resource.h"

/* Find objects of the tenant by the names that administrators use. If there is no such object, they
 * refuse the command and name the command that lists the objects. */
enum err lookup_client(struct invocation *c, const char *id, struct client *out);
/* Refuses a client that is not a resource server. */
enum err lookup_server(struct invocation *c, const char *id, struct client *out);
/* Finds an account by its login, or else by its id. */
enum err lookup_account(struct invocation *c, const char *login, struct account *out);
enum err lookup_resource(struct invocation *c, const char *id, struct resource *out);

/* Returns the login of the account with this id, or the id if there is no such account. */
const char *lookup_login(struct invocation *c, const char *account);
/* Returns the name of a resource, or its id if it has no name or does not exist. */
const char *lookup_resource_name(struct invocation *c, const char *id);

#endif
