/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The master key's file.  All other symmetric keys are derived from it, so a file that others can
 * read or that a link leads elsewhere is refused, not warned about (T-X06).
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"

#define HEX_DIGITS (2 * CRYPTO_KEY)
#define FILE_SIZE  (HEX_DIGITS + 1)	/* and a newline */

static enum err
refuse(struct arena *a, const char *path, const char *what, const char **why)
{
	*why = arena_printf(a, "%s: %s", path, what);
	return ERR_SERVER;
}

/* On the descriptor, not on the path: what was checked is what is read. */
static const char *
file_fault(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is not a plain file";
	if ((st.st_mode & 0137) != 0)
		return "may be touched by others than its owner; make its mode 0600 or 0640";
	if (st.st_size != FILE_SIZE)
		return "is not 64 hexadecimal digits and a newline";
	return NULL;
}

static const char *
read_key(int fd, struct key *out)
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
write_key(int fd)
{
	struct key key;
	char text[FILE_SIZE];
	bool good;

	crypto_random(key.byte, sizeof(key.byte));
	sodium_bin2hex(text, sizeof(text), key.byte, sizeof(key.byte));
	text[HEX_DIGITS] = '\n';
	/* fchmod, because the umask may have taken what the owner needs. */
	good = fchmod(fd, 0600) == 0 && write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) &&
	       fsync(fd) == 0;
	crypto_wipe(text, sizeof(text));
	crypto_wipe(&key, sizeof(key));
	return good ? NULL : strerror(errno);
}

/* The file is only there to stay once its directory says so. */
static const char *
sync_directory(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash == NULL ? "." : slash == path ? "/" :
			     arena_strndup(a, path, (size_t)(slash - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *fault = fd < 0 || fsync(fd) != 0 ? strerror(errno) : NULL;

	if (fd >= 0)
		close(fd);
	return fault;
}

enum err
master_key_read(struct arena *a, const char *path, struct key *out, const char **why)
{
	/* Without O_NONBLOCK a pipe put there would hold us for ever. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	const char *fault;

	if (fd < 0)
		return refuse(a, path, errno == ELOOP ? "is a link" : strerror(errno), why);
	fault = file_fault(fd);
	if (fault == NULL)
		fault = read_key(fd, out);
	close(fd);
	return fault != NULL ? refuse(a, path, fault, why) : OK;
}

enum err
master_key_create(struct arena *a, const char *path, const char **why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	const char *fault;

	if (fd < 0 && errno == EEXIST) {
		refuse(a, path, "exists already", why);
		return ERR_EXISTS;
	}
	if (fd < 0)
		return refuse(a, path, strerror(errno), why);
	fault = write_key(fd);
	close(fd);
	if (fault == NULL)
		fault = sync_directory(a, path);
	if (fault == NULL)
		return OK;
	unlink(path);
	return refuse(a, path, fault, why);
}
