/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file.  What is taken prints, and what was printed reads back as the same; what
 * is refused is refused with a reason.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "tests/fuzz/fuzz.h"

static char path[64];

static enum err
config_load_file(struct arena *a, const void *data, size_t size, struct settings *out)
{
	const char *why = NULL;
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum err e;

	MUST(file >= 0 && write(file, data, size) == (ssize_t)size);
	close(file);
	e = config_load(a, &usher_settings, path, out, &why);
	MUST((e == OK) == (why == NULL));
	MUST(e == OK || strncmp(why, path, strlen(path)) == 0);
	return e;
}

static void
config_remove_file(void)
{
	unlink(path);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	snprintf(path, sizeof(path), "/tmp/usher-fuzz-%d.conf", (int)getpid());
	atexit(config_remove_file);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct buf first = { .arena = a }, second = { .arena = a };
	struct settings s;

	if (config_load_file(a, data, size, &s) == OK) {
		config_print(&usher_settings, &s, &first);
		MUST(config_load_file(a, first.data, first.size, &s) == OK);
		config_print(&usher_settings, &s, &second);
		MUST(strcmp(first.data, second.data) == 0);
	}
	arena_free(a);
	return 0;
}
