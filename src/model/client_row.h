/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CLIENT_ROW_H
#define USHER_MODEL_CLIENT_ROW_H

/* Shared by client.c and client_admin.c. */
#include "model/client.h"

struct bytes client_encode(struct arena *a, const struct client *c);
enum err client_decode(struct work *w, struct bytes key, struct bytes row, struct client *out);
/* Like client_find, but also finds a client that was removed. */
enum err client_find_any(struct work *w, const char *id, enum err missing, struct client *out);
const char *client_secret_hash(struct work *w, const char *secret);

#endif
