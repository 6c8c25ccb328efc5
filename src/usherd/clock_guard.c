/* SPDX-License-Identifier: Apache-2.0 */
/* Detects that the system clock jumped ahead; see the header. */
#include "usherd/clock_guard.h"

#include <stdlib.h>

void
clock_guard_start(struct clock_guard *g, int64_t store_ms, int64_t wall, int64_t boot)
{
	*g = (struct clock_guard){ .trusted_ms = store_ms != 0 ? store_ms : wall,
				   .trusted_at = boot,
				   .held_since = -1 };
	g->since_start = clock_guard_check(g, wall, boot);
}

/* Records a jump. A further jump restarts the time of CLOCK_GUARD_HOLD. */
static void
clock_guard_record_jump(struct clock_guard *g, int64_t ahead, int64_t boot)
{
	if (g->held_since >= 0 && llabs(ahead - g->ahead) <= CLOCK_GUARD_JUMP)
		return;
	g->since_start = false;
	g->held_since = boot;
	g->ahead = ahead;
}

bool
clock_guard_check(struct clock_guard *g, int64_t wall, int64_t boot)
{
	int64_t passed = boot - g->trusted_at, ahead = wall - (g->trusted_ms + passed);
	int64_t slow = g->trusted_ms + passed / 2; /* clock_ms runs at half speed below its floor */

	if (ahead > CLOCK_GUARD_JUMP) {
		clock_guard_record_jump(g, ahead, boot);
		if (boot - g->held_since < CLOCK_GUARD_HOLD)
			return true;
	}
	g->held_since = -1;
	g->trusted_ms = wall > slow ? wall : slow;
	g->trusted_at = boot;
	return false;
}
