/* SPDX-License-Identifier: Apache-2.0 */
/* The output of --version, for bug reports. Libraries without a version function are left out. */
#include "server/version.h"

#include <gnutls/gnutls.h>
#include <json-c/json.h>
#include <sodium.h>

#include "base/config.h"
#include "store/library.h"

void
version_print(FILE *out, const char *program)
{
	fprintf(out, "%s %s\n", program, USHER_VERSION);
	fprintf(out, "json-c %s\n", json_c_version());
	fprintf(out, "GnuTLS %s\n", gnutls_check_version(NULL));
	fprintf(out, "%s\n", store_library());
	fprintf(out, "libsodium %s\n", sodium_version_string());
	fprintf(out, "libconfuse %s\n", config_library_version());
}
