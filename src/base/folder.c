/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

const char *
folder_of(struct arena *a, const char *path)
{
	size_t n = strlen(path);
	const char *slash;

	while (n > 1 && path[n - 1] == '/')
		n--;
	slash = memrchr(path, '/', n);
	if (slash == NULL || n == 0)
		return ".";
	return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

bool
folder_is_shared(const struct stat *folder)
{
	return (folder->st_mode & (S_IWGRP | S_IWOTH)) != 0 && (folder->st_mode & S_ISVTX) == 0;
}
