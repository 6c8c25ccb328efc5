/* SPDX-License-Identifier: Apache-2.0 */
/* For `--version`, which meets no library but through its room. */
#include "store/library.h"

#include <lmdb.h>
#include <stddef.h>

const char *
store_library(void)
{
	return mdb_version(NULL, NULL, NULL);
}
