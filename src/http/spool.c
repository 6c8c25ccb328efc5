/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded buffers that live longer than a batch, so they cannot be in an arena. */
#include "http/spool.h"

#include <stdlib.h>

#include "base/crypto.h"

#define SPOOL_FIRST 4096

static bool
spool_grow(struct spool *s, size_t size)
{
	size_t room = s->room > 0 ? s->room : SPOOL_FIRST;
	uint8_t *data;

	while (room < size)
		room *= 2;
	while (s->budget->used - s->room + room > s->budget->max)
		if (s->budget->make_room == NULL || !s->budget->make_room(s->budget->arg, s))
			return false;
	/* Not realloc: the old memory may contain credentials and must be wiped. */
	data = malloc(room);
	if (data == NULL)
		return false;
	if (s->size > 0)
		memcpy(data, s->data, s->size);
	if (s->data != NULL)
		crypto_wipe(s->data, s->room);
	free(s->data);
	s->budget->used += room - s->room;
	s->data = data;
	s->room = room;
	return true;
}

bool
spool_add(struct spool *s, const void *data, size_t size)
{
	if (s->size + size > s->room && !spool_grow(s, s->size + size))
		return false;
	if (size > 0)
		memcpy(s->data + s->size, data, size);
	s->size += size;
	return true;
}

void
spool_drop(struct spool *s, size_t size)
{
	s->size -= size;
	memmove(s->data, s->data + size, s->size);
}

void
spool_clear(struct spool *s)
{
	if (s->data != NULL)
		crypto_wipe(s->data, s->room);
	free(s->data);
	s->budget->used -= s->room;
	s->data = NULL;
	s->size = s->room = 0;
}
