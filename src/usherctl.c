/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl: the administrator's tool.  It opens the store itself and works whether or not usherd
 * runs; commands stand in src/admin, one table a file.  It listens to nobody.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "admin/command.h"
#include "base/descriptors.h"
#include "process/confine.h"

int
main(int argc, char **argv)
{
	if (!descriptors_open_standard())
		return EX_OSERR;
	/* What it makes is its user's alone, and nobody finds keys in its memory (T-X05, T-S10). */
	umask(077);
	if (!confine_memory()) {
		fprintf(stderr, "usherctl: it cannot be confined: %m\n");
		return EX_OSERR;
	}
	return command_main(argc, argv);
}
