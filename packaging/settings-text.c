/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the sample of settings or the settings part of usher.conf(5), as `usherd --sample` and
 * `usherd --manual` do. This program is compiled for the build machine, because usherd may be
 * compiled for another machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"

/* Replaces log_die of base/log.c, which needs more modules than this program has. */
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
		config_print_sample(&usher_settings, &out);
	} else if (strcmp(kind, "--manual") == 0) {
		config_print_manual(&usher_settings, &out);
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
