/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of usherd. process/master.h runs the service. */
#include "usherd/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/config.h"
#include "base/descriptors.h"
#include "base/directory.h"
#include "base/output.h"
#include "process/master.h"
#include "server/version.h"

static const char usage[] =
	"Usage: usherd [-c FILE] [-f]\n"
	"       usherd [-c FILE] -t | -T\n"
	"\n"
	"The UMA 2.0 authorization server, for a web server that speaks FastCGI.\n"
	"\n"
	"  -c, --config FILE  settings (default: " CONFIG_PATH ", if it exists)\n"
	"  -f, --foreground   run in the foreground (the default)\n"
	"  -t, --test         check the settings and exit: 0 if they are valid, else 78\n"
	"  -T, --dump         check and print all settings in effect\n"
	"      --sample       print a sample file of settings\n"
	"      --manual       print all settings as a manual page, mdoc(7)\n"
	"  -V, --version      print the version, and those of the libraries\n"
	"  -h, --help         print this help\n";

enum { OPT_SAMPLE = 256, OPT_MANUAL };

/* clang-format off */
static const struct option options[] = {
	{ "config",     required_argument, NULL, 'c' },
	{ "foreground", no_argument,       NULL, 'f' },
	{ "test",       no_argument,       NULL, 't' },
	{ "dump",       no_argument,       NULL, 'T' },
	{ "sample",     no_argument,       NULL, OPT_SAMPLE },
	{ "manual",     no_argument,       NULL, OPT_MANUAL },
	{ "version",    no_argument,       NULL, 'V' },
	{ "help",       no_argument,       NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};
/* clang-format on */

static int
command_print(void (*print)(const struct settings_table *t, struct buf *out))
{
	struct arena *a = arena_new();
	struct buf out = { .arena = a };

	print(&usher_settings, &out);
	fputs(out.data, stdout);
	arena_free(a);
	return EX_OK;
}

/* The default file may be missing. The message states this, in case the administrator expects the
 * file to exist. */
static void
command_print_verdict(const char *path)
{
	if (path == NULL && access(CONFIG_PATH, F_OK) != 0)
		puts(CONFIG_PATH ": no such file; the default settings are in effect");
	else
		printf("%s: no fault found\n", path != NULL ? path : CONFIG_PATH);
}

/* A directory that is missing is no fault: systemd makes it, or passes the socket. */
static void
command_note_missing_directory(struct arena *a, const char *listen)
{
	const char *directory = directory_of(a, listen);

	if (strchr(listen, '/') != NULL && access(directory, F_OK) != 0 && errno == ENOENT)
		fprintf(stderr,
			"usherd: note: listen = %s: there is no directory %s; create it, unless "
			"usherd inherits its socket\n",
			listen, directory);
}

/* -t and -T */
static int
command_check(const char *path, int action)
{
	struct arena *a = arena_new();
	struct buf out = { .arena = a };
	struct settings settings;
	const char *why;
	int code = EX_OK;

	if (config_load(a, &usher_settings, path, &settings, &why) != OK ||
	    master_check(a, &settings.process, &why) != OK) {
		fprintf(stderr, "usherd: %s\n", why);
		code = EX_CONFIG;
	} else if (action == 'T') {
		config_print(&usher_settings, &settings, &out);
		fputs(out.data, stdout);
	} else {
		command_print_verdict(path);
		command_note_missing_directory(a, settings.process.listen);
	}
	arena_free(a);
	return code;
}

static int
command_run(const struct service *service, int action, const char *path)
{
	switch (action) {
	case 'h': fputs(usage, stdout); return EX_OK;
	case 'V': version_print(stdout, "usherd"); return EX_OK;
	case OPT_SAMPLE: return command_print(config_print_sample);
	case OPT_MANUAL: return command_print(config_print_manual);
	case 't':
	case 'T': return command_check(path, action);
	default: return master_run(service, path);
	}
}

int
usherd_main(const struct service *service, int argc, char **argv)
{
	static char name[] = "usherd";
	const char *path = NULL;
	int action = 'f', option, code;

	if (!descriptors_open_standard())
		return EX_OSERR;
	if (argc > 0)
		argv[0] = name; /* getopt_long begins its messages with it */
	while ((option = getopt_long(argc, argv, "c:ftTVh", options, NULL)) != -1) {
		if (option == '?') {
			fputs("Try usherd --help.\n", stderr);
			return EX_USAGE;
		}
		if (option == 'c')
			path = optarg;
		else
			action = option;
	}
	if (optind < argc) {
		fprintf(stderr, "usherd: unexpected argument '%s'. Try usherd --help.\n",
			argv[optind]);
		return EX_USAGE;
	}
	code = command_run(service, action, path);
	if (output_finish())
		return code;
	fputs("usherd: standard output cannot be written\n", stderr);
	return code == EX_OK ? EX_IOERR : code;
}
