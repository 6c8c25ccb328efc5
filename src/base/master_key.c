/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of the master key. All other symmetric keys are derived from this key. So a file that
 * other users can read or replace, or that is a link, is an error and not only a warning (T-X06).
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/directory.h"

#define HEX_DIGITS (2 * CRYPTO_KEY)
#define FILE_SIZE  (HEX_DIGITS + 1) /* and a newline */

static const char exists[] = "exists already";

static enum err
master_key_fail(struct arena *a, const char *path, const char *what, const char **why)
{
	*why = arena_printf(a, "%s: %s", path, what);
	return ERR_SERVER;
}

/* Returns NULL, or the fault of the directory as a predicate of the file. */
static const char *
master_key_directory_fault(struct arena *a, int dir)
{
	const char *fault;
	struct stat st;

	if (fstat(dir, &st) != 0)
		return strerror(errno);
	fault = directory_fault(&st);
	return fault != NULL ? arena_printf(a, "is in a directory %s", fault) : NULL;
}

/* Checks the open descriptor, so that the checked file is the one that is read. Root, too, accepts
 * only files of root: in a sticky directory another user could have created the file. */
static const char *
master_key_file_fault(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is not a regular file";
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return "belongs to another user";
	if ((st.st_mode & 0137) != 0)
		return "is open to other users than its owner; set its mode to 0600 or 0640";
	if (st.st_size != FILE_SIZE)
		return "is not 64 hexadecimal digits and a newline";
	return NULL;
}

static const char *
master_key_read_text(int fd, struct key *out)
{
	char text[FILE_SIZE];
	size_t size;
	bool good;

	good = read(fd, text, sizeof(text)) == (ssize_t)sizeof(text) && text[HEX_DIGITS] == '\n' &&
	       sodium_hex2bin(out->byte, CRYPTO_KEY, text, HEX_DIGITS, NULL, &size, NULL) == 0 &&
	       size == CRYPTO_KEY;
	crypto_wipe(text, sizeof(text));
	return good ? NULL : "is not 64 hexadecimal digits and a newline";
}

static const char *
master_key_write_text(int fd)
{
	struct key key;
	char text[FILE_SIZE];
	bool good;

	crypto_random(key.byte, sizeof(key.byte));
	sodium_bin2hex(text, sizeof(text), key.byte, sizeof(key.byte));
	text[HEX_DIGITS] = '\n';
	/* fchmod, because the umask may have removed the owner's permissions. */
	good = fchmod(fd, 0600) == 0 && write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) &&
	       fsync(fd) == 0;
	crypto_wipe(text, sizeof(text));
	crypto_wipe(&key, sizeof(key));
	return good ? NULL : strerror(errno);
}

/* Avoids the descriptors 0 to 2: if the program was started with one of them closed, a message
 * could go into the file (T-X08). */
static int
master_key_open_above_standard(int dir, const char *name, int flags, mode_t mode)
{
	int low = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, mode), fd;

	if (low < 0 || low > STDERR_FILENO)
		return low;
	fd = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(low);
	return fd;
}

/* A descriptor of the directory that holds `path`; -1 with errno. */
static int
master_key_open_directory(struct arena *a, const char *path, int flags)
{
	return open(directory_of(a, path), flags | O_DIRECTORY | O_CLOEXEC);
}

static const char *
master_key_name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static const char *
master_key_read_in_directory(struct arena *a, int dir, const char *path, struct key *out)
{
	const char *fault = master_key_directory_fault(a, dir);
	int fd;

	if (fault != NULL)
		return fault;
	/* O_NONBLOCK, because opening a pipe would wait for its writer. */
	fd = master_key_open_above_standard(dir, master_key_name_of(path), O_RDONLY | O_NONBLOCK,
					    0);
	if (fd < 0)
		return errno == ELOOP ? "is a link" : strerror(errno);
	fault = master_key_file_fault(fd);
	if (fault == NULL)
		fault = master_key_read_text(fd, out);
	close(fd);
	return fault;
}

/* Syncs the directory, too: otherwise the new file could be lost in a crash. */
static const char *
master_key_create_in_directory(struct arena *a, int dir, const char *path)
{
	const char *fault = master_key_directory_fault(a, dir);
	int fd;

	if (fault != NULL)
		return fault;
	fd = master_key_open_above_standard(dir, master_key_name_of(path),
					    O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return errno == EEXIST ? exists : strerror(errno);
	fault = master_key_write_text(fd);
	close(fd);
	if (fault == NULL && fsync(dir) != 0)
		fault = strerror(errno);
	if (fault != NULL)
		unlinkat(dir, master_key_name_of(path), 0);
	return fault;
}

enum err
master_key_read(struct arena *a, const char *path, struct key *out, const char **why)
{
	int dir = master_key_open_directory(a, path, O_PATH);
	const char *fault;

	if (dir < 0)
		return master_key_fail(a, path, strerror(errno), why);
	fault = master_key_read_in_directory(a, dir, path, out);
	close(dir);
	return fault != NULL ? master_key_fail(a, path, fault, why) : OK;
}

enum err
master_key_create(struct arena *a, const char *path, const char **why)
{
	int dir = master_key_open_directory(a, path, O_RDONLY);
	const char *fault;

	if (dir < 0)
		return master_key_fail(a, path, strerror(errno), why);
	fault = master_key_create_in_directory(a, dir, path);
	close(dir);
	if (fault == NULL)
		return OK;
	master_key_fail(a, path, fault, why);
	return fault == exists ? ERR_EXISTS : ERR_SERVER;
}
