/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_SRC_STORE_WRITER_H
#define USHER_SRC_STORE_WRITER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The lock in front of LMDB's own (T-O07). LMDB's write lock has no time limit: a process that is
 * stopped inside a transaction would stop every other one, its readers' answers too. Here waiting
 * is limited, and while a process holds the lock, the signals by which a terminal or an operator
 * stops or ends it are blocked. A process that dies with the lock leaves it to the next one.
 */
struct writer {
	struct writer_page *page; /* shared with all processes that have the store open */
	int64_t wait_ms;	  /* how long to wait, while `stuck` is false */
	bool stuck;		  /* the last wait timed out */
	sigset_t mask;		  /* of the process, while it holds the lock */
};

/* Creates the lock anew in the directory. Only for a process that has the store open alone.
 * NULL, or the error. */
const char *writer_make(int dir);
/* Maps the lock that writer_make created in the store at `path`. NULL, or the error. */
const char *writer_open(const char *path, struct writer *out);
void writer_close(struct writer *w);

/* 0; EBUSY when another process does not give it up in time: the first wait is WRITER_WAIT_MS, and
 * until one succeeds the next are WRITER_STUCK_MS. */
#define WRITER_WAIT_MS	2000
#define WRITER_STUCK_MS 20
int writer_acquire(struct writer *w);
void writer_release(struct writer *w);
/* A second lock, which a process holds while it opens or closes the database. LMDB 0.9.31
 * destroys its mutexes when the last process closes the database, and a process that opens it at
 * that moment would use them. Returns 0, or EBUSY after WRITER_WAIT_MS. */
int writer_acquire_opening(struct writer *w);
void writer_release_opening(struct writer *w);
/* The process that has the lock; 0: none, or it is not known. */
int writer_holder(const struct writer *w);

#endif
