/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/output.h"

bool
output_finish(void)
{
	bool flushed = fflush(stdout) == 0;

	return flushed && !ferror(stdout);
}
