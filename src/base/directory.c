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
directory_fault(const struct stat *directory)
{
	if ((directory->st_mode & (S_IWGRP | S_IWOTH)) != 0 && (directory->st_mode & S_ISVTX) == 0)
		return "that others may write to (its mode has w for group or others)";
	if (directory->st_uid != 0 && directory->st_uid != geteuid())
		return "that belongs to another user";
	return NULL;
}
