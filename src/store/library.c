/* SPDX-License-Identifier: Apache-2.0 */
/* For `--version`: other rooms do not use the library of the engine directly. */
#include "store/library.h"

#include <lmdb.h>
#include <stddef.h>

const char *
store_library(void)
{
	return mdb_version(NULL, NULL, NULL);
}
