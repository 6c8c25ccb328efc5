/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_MODEL_CLIENT_ROW_H
#define USHER_MODEL_CLIENT_ROW_H

/* Shared by the two files about clients. */
#include "model/client.h"

struct bytes client_encode(struct arena *a, const struct client *c);
enum err client_decode(struct work *w, struct bytes key, struct bytes row, struct client *out);
/* As client_find, and finds also one that was removed. */
enum err client_find_any(struct work *w, const char *id, enum err missing, struct client *out);
const char *client_secret_hash(struct work *w, const char *secret);

#endif
