/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the sample of settings or the middle of usher.conf(5), as `usherd --sample` and
 * `usherd --manual` do. It is compiled for the machine that builds: usherd itself may be compiled for
 * another machine and not run here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"

/* The real one writes to the log of a daemon, which needs more of base/ than this program has. */
void
log_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

int
main(int argc, char **argv)
{
	struct buf out = { .arena = arena_new() };
	const char *kind = argc == 2 ? argv[1] : "";
	int written;

	if (strcmp(kind, "--sample") == 0) {
		config_sample(&usher_settings, &out);
	} else if (strcmp(kind, "--manual") == 0) {
		config_manual(&usher_settings, &out);
	} else {
		fputs("usage: settings-text --sample | --manual\n", stderr);
		return 64;
	}
	written = fputs(out.data, stdout);
	arena_free(out.arena);
	if (written < 0 || fflush(stdout) != 0) {
		perror("settings-text: standard output");
		return 74;
	}
	return 0;
}
