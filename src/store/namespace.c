/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB identifies readers, and checks whether they are alive, by process ids. In two containers
 * that share a volume but not the PID namespace the ids would be confused (T-S08). So the file
 * STORE_DIR_PIDS contains the name of the namespace in which the database is used. All processes
 * that have the database open hold a shared lock on that file. A process that gets the lock
 * exclusively writes the name of its namespace.
 *
 * The name is read under the shared lock, which prevents writing, so it stays valid. It may be the
 * name of a process that has just exited, so there are several attempts. After a boot no process
 * holds the lock, so an old name does not matter.
 *
 * The process with the exclusive lock also creates the writers' lock (writer.h): no other
 * process can be using it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "src/store/namespace.h"
#include "src/store/store_dir.h"
#include "src/store/writer.h"

#define NAME_SIZE  64 /* "pid:[4026531836]" */
#define TRIES	   20
#define TRIES_BUSY 500
#define PAUSE_US   10000

static const char other[] = "the database is open in another PID namespace (another container?); "
			    "they cannot share it";
static const char busy[] = "another process that opens the database does not come to an end";

static bool
namespace_own_name(char name[NAME_SIZE])
{
	ssize_t n = readlink("/proc/self/ns/pid", name, NAME_SIZE - 1);

	if (n > 0)
		name[n] = '\0';
	return n > 0;
}

static bool
namespace_is_named(int fd, const char *name)
{
	char text[NAME_SIZE];
	ssize_t n = pread(fd, text, sizeof(text), 0);

	return n == (ssize_t)strlen(name) && memcmp(text, name, (size_t)n) == 0;
}

static bool
namespace_write_name(int fd, const char *name)
{
	size_t size = strlen(name);

	return pwrite(fd, name, size, 0) == (ssize_t)size && ftruncate(fd, (off_t)size) == 0;
}

/* Writes the name; called by a process that has the database open alone. A full disk is no
 * error if the file has the same name already. */
static const char *
namespace_prepare(int dir, int fd, const char *name)
{
	if (!namespace_is_named(fd, name) && !namespace_write_name(fd, name))
		return strerror(errno);
	return writer_make(dir);
}

/* Returns NULL when the process has joined, or the reason. Never waits, because a process with
 * the exclusive lock may be stopped. */
static const char *
namespace_try_join(int dir, int fd, const char *name)
{
	const char *fault = NULL;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		fault = namespace_prepare(dir, fd, name);
	if (fault != NULL)
		return fault;
	if (flock(fd, LOCK_SH | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? busy : strerror(errno);
	return namespace_is_named(fd, name) ? NULL : other;
}

static const char *
namespace_join_locked(int dir, int fd)
{
	const char *fault = "the PID namespace cannot be determined; is /proc mounted?";
	char name[NAME_SIZE];

	if (!namespace_own_name(name))
		return fault;
	for (int i = 0; i < (fault == busy ? TRIES_BUSY : TRIES) && fault != NULL; i++) {
		if (i > 0) {
			flock(fd, LOCK_UN);
			usleep(PAUSE_US);
		}
		fault = namespace_try_join(dir, fd, name);
	}
	return fault;
}

enum err
namespace_join(const char *path, int *out, const char **why)
{
	int dir = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = -1;

	if (dir >= 0)
		fd = openat(dir, STORE_DIR_PIDS, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	*why = fd < 0 ? strerror(errno) : namespace_join_locked(dir, fd);
	if (dir >= 0)
		close(dir);
	if (*why == NULL) {
		*out = fd;
		return OK;
	}
	if (fd >= 0)
		close(fd);
	return ERR_STORE;
}
