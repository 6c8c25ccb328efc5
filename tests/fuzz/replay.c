/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays inputs to a fuzz target without libFuzzer, so that seeds, and whatever once broke it, are
 * part of every test run.  Arguments: files, or folders of files.
 */
#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX (1 << 20)

#pragma weak LLVMFuzzerInitialize

static unsigned played;

static void
replay_give_up(const char *path)
{
	perror(path);
	exit(1);
}

static void
replay_directory_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *whole = malloc(INPUT_MAX), *exact;
	size_t size;

	if (f == NULL || whole == NULL)
		replay_give_up(path);
	size = fread(whole, 1, INPUT_MAX, f);
	fclose(f);
	/* A piece of its own size, so that reading beyond it shows. */
	exact = malloc(size != 0 ? size : 1);
	if (exact == NULL)
		replay_give_up(path);
	memcpy(exact, whole, size);
	free(whole);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	played++;
}

static void
replay_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char name[PATH_MAX];

	if (directory == NULL)
		replay_give_up(path);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		replay_directory_file(name);
	}
	closedir(directory);
}

static void
replay_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		replay_give_up(path);
	if (S_ISDIR(st.st_mode))
		replay_directory(path);
	else
		replay_directory_file(path);
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		replay_file(argv[i]);
	if (played == 0) {
		fprintf(stderr, "%s: nothing to play\n", argv[0]);
		return 1;
	}
	printf("ok fuzz/%s: its %u seeds break nothing [V09]\n",
	       slash != NULL ? slash + 1 : argv[0], played);
	return 0;
}
