/* SPDX-License-Identifier: Apache-2.0 */
/* When nothing is removed because the system's clock jumped: see the header. */
#include "usherd/hold.h"

#include <stdlib.h>

void
hold_start(struct hold *h, int64_t known, int64_t wall, int64_t boot)
{
	*h = (struct hold){ .time = known != 0 ? known : wall, .at = boot, .since = -1 };
	h->rested = hold_look(h, wall, boot);
}

/* Another jump begins the waiting anew. */
static void
hold_log_jump(struct hold *h, int64_t ahead, int64_t boot)
{
	if (h->since >= 0 && llabs(ahead - h->ahead) <= HOLD_JUMP)
		return;
	h->rested = false;
	h->since = boot;
	h->ahead = ahead;
}

bool
hold_look(struct hold *h, int64_t wall, int64_t boot)
{
	int64_t passed = boot - h->at, ahead = wall - (h->time + passed);
	int64_t slow = h->time + passed / 2;	/* as clock_ms goes on behind its floor */

	if (ahead > HOLD_JUMP) {
		hold_log_jump(h, ahead, boot);
		if (boot - h->since < HOLD_FOR)
			return true;
	}
	h->since = -1;
	h->time = wall > slow ? wall : slow;
	h->at = boot;
	return false;
}
