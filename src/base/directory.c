/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "base/directory.h"

const char *
directory_of(struct arena *a, const char *path)
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

const char *
directory_fault(const struct stat *folder)
{
	if ((folder->st_mode & (S_IWGRP | S_IWOTH)) != 0 && (folder->st_mode & S_ISVTX) == 0)
		return "that others may write to (its mode has w for them)";
	if (folder->st_uid != 0 && folder->st_uid != geteuid())
		return "that belongs to another user";
	return NULL;
}
