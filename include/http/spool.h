/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_HTTP_SPOOL_H
#define USHER_HTTP_SPOOL_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * Buffered bytes of an incomplete request, or of a response that the peer has not read. All
 * spools of a process share one budget, so many slow peers together cannot use more memory than
 * that (T-F05).
 */
struct spool;

struct spool_budget {
	size_t used, max;
	/* Called when the budget is used up. It clears another spool than `asker`, and returns
	 * false if none may be cleared. May be NULL. */
	bool (*make_room)(void *arg, const struct spool *asker);
	void *arg;
};

struct spool {
	struct spool_budget *budget;
	uint8_t *data;
	size_t size, room;
};

/* Appends bytes. Returns false, without adding them, if the budget is used up. */
bool spool_add(struct spool *s, const void *data, size_t size);
/* Removes the first `size` bytes. */
void spool_drop(struct spool *s, size_t size);
/* Wipes and frees all memory. */
void spool_clear(struct spool *s);

#endif
