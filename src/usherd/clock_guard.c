/* SPDX-License-Identifier: Apache-2.0 */
/* When nothing is removed because the system's clock jumped: see the header. */
#include "usherd/clock_guard.h"

#include <stdlib.h>

void
clock_guard_start(struct clock_guard *h, int64_t known, int64_t wall, int64_t boot)
{
	*h = (struct clock_guard){ .time = known != 0 ? known : wall, .at = boot, .since = -1 };
	h->since_start = clock_guard_check(h, wall, boot);
}

/* Another jump begins the waiting anew. */
static void
clock_guard_log_jump(struct clock_guard *h, int64_t ahead, int64_t boot)
{
	if (h->since >= 0 && llabs(ahead - h->ahead) <= CLOCK_GUARD_JUMP)
		return;
	h->since_start = false;
	h->since = boot;
	h->ahead = ahead;
}

bool
clock_guard_check(struct clock_guard *h, int64_t wall, int64_t boot)
{
	int64_t passed = boot - h->at, ahead = wall - (h->time + passed);
	int64_t slow = h->time + passed / 2; /* as clock_ms goes on behind its floor */

	if (ahead > CLOCK_GUARD_JUMP) {
		clock_guard_log_jump(h, ahead, boot);
		if (boot - h->since < CLOCK_GUARD_FOR)
			return true;
	}
	h->since = -1;
	h->time = wall > slow ? wall : slow;
	h->at = boot;
	return false;
}
