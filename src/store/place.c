/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a database may live: in a directory of its own that nobody else may write to, or put
 * another in the place of (T-X06), on a file system of this machine: LMDB shares memory and locks
 * between processes, and over a network neither holds (T-S08).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/log.h"
#include "src/store/place.h"

/* Numbers as statfs(2) has them; not all of them stand in linux/magic.h. */
static const struct {
	unsigned long type;
	const char   *why;
} remote[] = {
	{ 0x00006969, "the database may not be on NFS" },
	{ 0x0000517b, "the database may not be on SMB" },
	{ 0xfe534d42, "the database may not be on SMB" },
	{ 0xff534d42, "the database may not be on CIFS" },
	{ 0x01021997, "the database may not be on 9P" },
	{ 0x00c36400, "the database may not be on Ceph" },
	{ 0x0bd00bd0, "the database may not be on Lustre" },
	{ 0x01161970, "the database may not be on GFS2" },
	{ 0x7461636f, "the database may not be on OCFS2" },
	{ 0x5346414f, "the database may not be on AFS" },
	{ 0x6b414653, "the database may not be on AFS" },
	{ 0x73757245, "the database may not be on Coda" },
	{ 0x0000564c, "the database may not be on NCP" },
	{ 0x786f4256, "the database may not be in a shared folder of VirtualBox" },
	{ 0x65735546, "the database may not be on FUSE" },
};

static const char *
owner_refused(const struct stat *st)
{
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "the database may be written by others (its mode has w for them)";
	if (geteuid() != 0 && st->st_uid != geteuid())
		return "the database belongs to another user";
	return NULL;
}

/* What lies in a sticky directory only its owner may rename. */
static const char *
parent_refused(int dir)
{
	struct stat st;

	if (fstatat(dir, "..", &st, 0) != 0)
		return strerror(errno);
	if (folder_is_shared(&st))
		return "the database is in a directory that others may write to (its mode has w "
		       "for them)";
	return NULL;
}

static const char *
directory_refused(int dir, struct store_place *out)
{
	struct statfs fs;
	struct stat st;

	if (fstat(dir, &st) != 0 || fstatfs(dir, &fs) != 0)
		return strerror(errno);
	out->device = st.st_dev;
	out->inode = st.st_ino;
	if (owner_refused(&st) != NULL)
		return owner_refused(&st);
	if (parent_refused(dir) != NULL)
		return parent_refused(dir);
	return place_refused((unsigned long)fs.f_type & 0xffffffffUL);
}

/* NULL when the file is good, or missing (`*size` stays). */
static const char *
file_refused(int dir, const char *name, uint64_t *size)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? NULL : strerror(errno);
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return "a file of the database is a link, or not a file";
	*size = (uint64_t)st.st_size;
	return owner_refused(&st);
}

const char *
place_refused(unsigned long type)
{
	for (size_t i = 0; i < sizeof(remote) / sizeof(*remote); i++)
		if (remote[i].type == type)
			return remote[i].why;
	return NULL;
}

enum err
place_check(const char *path, struct store_place *out, const char **why)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	uint64_t unused = 0;

	*out = (struct store_place){ 0 };
	*why = "there is no database";
	if (dir < 0 && errno == ENOENT)
		return ABSENT;
	*why = "the place of the database is not a directory that may be opened";
	if (dir < 0)
		return ERR_STORE;
	*why = directory_refused(dir, out);
	if (*why == NULL)
		*why = file_refused(dir, PLACE_LOCK, &unused);
	if (*why == NULL)
		*why = file_refused(dir, PLACE_PIDS, &unused);
	if (*why == NULL)
		*why = file_refused(dir, PLACE_DATA, &out->size);
	close(dir);
	if (*why != NULL)
		return ERR_STORE;
	*why = "there is no database";
	return out->size > 0 ? OK : ABSENT;
}
