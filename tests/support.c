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
