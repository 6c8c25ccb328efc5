/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the directory of a database. No other user may write to it or replace it (T-X06), and
 * it must be on a local file system: LMDB shares memory and locks between processes, which does
 * not work over a network (T-S08).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/directory.h"
#include "src/store/store_dir.h"

/* The numbers of statfs(2); linux/magic.h does not have all of them. */
static const struct {
	unsigned long type;
	const char *why;
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

/* The text of the last error, which is valid until the next one. A process opens only one
 * store. */
static char said[256];

const char *
store_dir_describe(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof said, format, args);
	va_end(args);
	return said;
}

/* Root, too, must own the directory: another owner could make root follow links, and would get
 * files that they cannot open. */
static const char *
store_dir_owner_fault(const char *what, const struct stat *st)
{
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return store_dir_describe(
			"others may write to %s (its mode has w for group or others)", what);
	if (st->st_uid != geteuid())
		return store_dir_describe(
			"%s belongs to the user %u, and this program runs as the user %u: "
			"run it as the owner, or change the owner",
			what, st->st_uid, geteuid());
	return NULL;
}

static const char *
store_dir_directory_fault(int dir, struct store_dir *out)
{
	struct stat st, parent;
	struct statfs fs;
	const char *why;

	if (fstat(dir, &st) != 0 || fstatfs(dir, &fs) != 0 || fstatat(dir, "..", &parent, 0) != 0)
		return strerror(errno);
	out->device = st.st_dev;
	out->inode = st.st_ino;
	why = store_dir_owner_fault("its directory", &st);
	if (why == NULL && directory_fault(&parent) != NULL)
		why = store_dir_describe("it is in a directory %s", directory_fault(&parent));
	return why != NULL ? why
			   : store_dir_check_file_system((unsigned long)fs.f_type & 0xffffffffUL);
}

/* Returns NULL if the file is valid or missing (`*st` is zero then), or the fault. */
static const char *
store_dir_file_fault(int dir, const char *name, struct stat *st)
{
	*st = (struct stat){ 0 };
	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? NULL : store_dir_describe("%s: %s", name, strerror(errno));
	if (!S_ISREG(st->st_mode) || st->st_nlink != 1)
		return store_dir_describe("%s is a link, or not a plain file", name);
	return store_dir_owner_fault(name, st);
}

static const char *
store_dir_files_fault(int dir, struct store_dir *out)
{
	static const char *const others[] = { STORE_DIR_LOCK, STORE_DIR_PIDS, STORE_DIR_WRITER };
	const char *why = NULL;
	struct stat st;

	for (size_t i = 0; i < sizeof others / sizeof others[0] && why == NULL; i++)
		why = store_dir_file_fault(dir, others[i], &st);
	if (why == NULL)
		why = store_dir_file_fault(dir, STORE_DIR_DATA, &st);
	if (why == NULL && st.st_nlink > 0 && st.st_size == 0)
		why = STORE_DIR_DATA " is empty: put back a copy, or remove the directory and run "
				     "usherctl init";
	out->size = (uint64_t)st.st_size;
	return why;
}

const char *
store_dir_check_file_system(unsigned long type)
{
	for (size_t i = 0; i < sizeof(remote) / sizeof(*remote); i++)
		if (remote[i].type == type)
			return remote[i].why;
	return NULL;
}

const char *
store_dir_check_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			return store_dir_describe(
				"the descriptor %d is closed, and a file of the store "
				"would get its number: start the program with it open",
				fd);
	return NULL;
}

enum err
store_dir_check(const char *path, struct store_dir *out, const char **why)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	*out = (struct store_dir){ 0 };
	*why = "there is no database";
	if (dir < 0 && errno == ENOENT)
		return ABSENT;
	*why = store_dir_describe("its directory cannot be opened: %s",
				  errno == ELOOP || errno == ENOTDIR
					  ? "it is a link, or no directory"
					  : strerror(errno));
	if (dir < 0)
		return ERR_STORE;
	*why = store_dir_directory_fault(dir, out);
	if (*why == NULL)
		*why = store_dir_files_fault(dir, out);
	close(dir);
	if (*why != NULL)
		return ERR_STORE;
	*why = "there is no database";
	return out->size > 0 ? OK : ABSENT;
}
