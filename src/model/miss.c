/* SPDX-License-Identifier: Apache-2.0 */
/* Failed attempts, a row a client.  Over the limit nothing is written any more. */
#include "base/log.h"
#include "model/miss.h"
#include "model/row.h"
#include "model/tenant.h"

#define WINDOW 60

struct miss {
	int64_t since, count;
};

static const struct field fields[] = {
	FIELD(struct miss, "since", since, F_INT),
	FIELD(struct miss, "count", count, F_INT),
	FIELD_END
};

bool
miss_count(struct work *w, const char *client)
{
	struct miss m = { 0 };
	struct bytes row;

	if (row_get(w, T_MISS, bytes_of(client), ERR_NOT_FOUND, &row) == OK &&
	    !row_decode(w->arena, fields, row, &m))
		log_warn("tenant %s: a row of misses cannot be read", w->tenant->name);
	if (w->now - m.since >= WINDOW)
		m = (struct miss){ .since = w->now };
	if (m.count >= w->tenant->set.misses_max)
		return true;
	m.count++;
	change_put(w->changes, T_MISS, bytes_of(client), row_encode(w->arena, fields, &m));
	return false;
}
