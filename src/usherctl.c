/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl: the administrator's tool.  It opens the store itself and works whether or not usherd
 * runs; commands stand in src/admin, one table a file.  It listens to nobody.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include "admin/command.h"

int
main(int argc, char **argv)
{
	const struct rlimit none = { 0, 0 };

	/* What it makes is its user's alone, and a crash leaves no keys behind (T-X05, T-S10). */
	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	return command_main(argc, argv);
}
