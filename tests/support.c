/* SPDX-License-Identifier: Apache-2.0 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support.h"

char *
scratch_new(void)
{
	char template[] = "build/tmp/XXXXXX";

	mkdir("build", 0755);
	mkdir("build/tmp", 0755);
	if (mkdtemp(template) == NULL) {
		perror("mkdtemp");
		abort();
	}
	return strdup(template);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void
scratch_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static uint64_t draw_state = 1;

void
draw_seed(uint64_t seed)
{
	draw_state = seed;
}

unsigned
draw_below(unsigned below)
{
	draw_state ^= draw_state >> 12;
	draw_state ^= draw_state << 25;
	draw_state ^= draw_state >> 27;
	return (unsigned)((draw_state * 2685821657736338717u) >> 33) % below;
}
