/* SPDX-License-Identifier: Apache-2.0 */
/* What bug reports should begin with.  Libraries that do not tell their version are left out. */
#include "process/version.h"

#include <confuse.h>
#include <gnutls/gnutls.h>
#include <json-c/json.h>
#include <lmdb.h>
#include <sodium.h>

void
version_print(FILE *out, const char *program)
{
	int major, minor, patch;

	mdb_version(&major, &minor, &patch);
	fprintf(out, "%s %s\n", program, USHER_VERSION);
	fprintf(out, "json-c %s\n", json_c_version());
	fprintf(out, "GnuTLS %s\n", gnutls_check_version(NULL));
	fprintf(out, "LMDB %d.%d.%d\n", major, minor, patch);
	fprintf(out, "libsodium %s\n", sodium_version_string());
	fprintf(out, "libconfuse %s\n", confuse_version);
}
