/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usherctl: the program for administrators. It opens the store itself, so it works whether or not
 * usherd runs. The commands are in src/admin, with one table in each file. It opens no listening
 * socket.
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
	/* Only its user can read the files that it creates (T-S10), and no other process can read
	 * its memory, which contains keys (T-X05). */
	umask(077);
	if (!confine_memory()) {
		fprintf(stderr, "usherctl: core dumps cannot be disabled: %m\n");
		return EX_OSERR;
	}
	return command_main(argc, argv);
}
