/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A robust mutex in a mapped file of the store's directory. A process that has the store open alone
 * creates the mutex anew (namespace.c), so the state that a crash or an older program left does not
 * matter.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/pid.h"
#include "src/store/store_dir.h"
#include "src/store/writer.h"

struct writer_page {
	pthread_mutex_t mutex;
	_Atomic int holder;
	pthread_mutex_t opening;
};

/* Signals of job control, and those that end a process by default. SIGSTOP and SIGKILL cannot be
 * blocked; the time limit and the robust mutex handle these. */
static const int held_back[] = { SIGTSTP, SIGTTIN, SIGTTOU, SIGINT, SIGHUP, SIGTERM, SIGQUIT };

static bool
writer_init_page(struct writer_page *page)
{
	pthread_mutexattr_t kind;
	bool good;

	memset(page, 0, sizeof *page);
	if (pthread_mutexattr_init(&kind) != 0)
		return false;
	good = pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED) == 0 &&
	       pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST) == 0 &&
	       pthread_mutex_init(&page->mutex, &kind) == 0 &&
	       pthread_mutex_init(&page->opening, &kind) == 0;
	pthread_mutexattr_destroy(&kind);
	return good;
}

static struct writer_page *
writer_map(int fd)
{
	return mmap(NULL, sizeof(struct writer_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

/* Writing the bytes allocates them: a mapped hole on a full disk would end the process. */
static const char *
writer_fill(int fd)
{
	static const struct writer_page nothing;
	struct writer_page *page;
	const char *fault = NULL;

	if (pwrite(fd, &nothing, sizeof nothing, 0) != (ssize_t)sizeof nothing)
		return strerror(errno);
	page = writer_map(fd);
	if (page == MAP_FAILED)
		return strerror(errno);
	if (!writer_init_page(page))
		fault = "the system has no mutex that processes can share";
	munmap(page, sizeof *page);
	return fault;
}

const char *
writer_make(int dir)
{
	int fd = openat(dir, STORE_DIR_WRITER, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	const char *fault;

	if (fd < 0)
		return strerror(errno);
	fault = writer_fill(fd);
	close(fd);
	return fault;
}

const char *
writer_open(const char *path, struct writer *out)
{
	int dir = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = -1;

	if (dir >= 0) {
		fd = openat(dir, STORE_DIR_WRITER, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
		close(dir);
	}
	*out = (struct writer){ .page = MAP_FAILED, .wait_ms = WRITER_WAIT_MS };
	if (fd >= 0 && lseek(fd, 0, SEEK_END) >= (off_t)sizeof(struct writer_page))
		out->page = writer_map(fd);
	else if (fd >= 0)
		errno = EINVAL;
	if (fd >= 0)
		close(fd);
	return out->page == MAP_FAILED ? strerror(errno) : NULL;
}

void
writer_close(struct writer *w)
{
	if (w->page != NULL && w->page != MAP_FAILED)
		munmap(w->page, sizeof *w->page);
	w->page = NULL;
}

static struct timespec
writer_deadline(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static int
writer_lock(pthread_mutex_t *mutex, int64_t ms)
{
	struct timespec until = writer_deadline(ms);
	int rc = pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);

	/* LMDB repairs what the dead process left of its transaction, and the next process that has
	 * the database open alone makes LMDB's mutexes anew. */
	if (rc == EOWNERDEAD)
		rc = pthread_mutex_consistent(mutex);
	return rc == ETIMEDOUT ? EBUSY : rc;
}

/* Locks with the signals blocked, until writer_unlock. */
static int
writer_lock_undisturbed(struct writer *w, pthread_mutex_t *mutex, int64_t ms)
{
	sigset_t set;
	int rc;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof held_back / sizeof held_back[0]; i++)
		sigaddset(&set, held_back[i]);
	if (sigprocmask(SIG_BLOCK, &set, &w->mask) != 0)
		return errno;
	rc = writer_lock(mutex, ms);
	if (rc != 0)
		sigprocmask(SIG_SETMASK, &w->mask, NULL);
	return rc;
}

static void
writer_unlock(struct writer *w, pthread_mutex_t *mutex)
{
	pthread_mutex_unlock(mutex);
	sigprocmask(SIG_SETMASK, &w->mask, NULL);
}

int
writer_acquire(struct writer *w)
{
	int rc = writer_lock_undisturbed(w, &w->page->mutex,
					 w->stuck ? WRITER_STUCK_MS : w->wait_ms);

	w->stuck = rc == EBUSY;
	if (rc == 0)
		atomic_store(&w->page->holder, (int)pid_self());
	return rc;
}

void
writer_release(struct writer *w)
{
	atomic_store(&w->page->holder, 0);
	writer_unlock(w, &w->page->mutex);
}

int
writer_acquire_opening(struct writer *w)
{
	return writer_lock_undisturbed(w, &w->page->opening, w->wait_ms);
}

void
writer_release_opening(struct writer *w)
{
	writer_unlock(w, &w->page->opening);
}

int
writer_holder(const struct writer *w)
{
	return atomic_load(&w->page->holder);
}
