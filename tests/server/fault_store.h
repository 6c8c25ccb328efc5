/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_FAULT_STORE_H
#define USHER_TESTS_SERVER_FAULT_STORE_H

#include "store/store.h"

/*
 * A storage engine around another one. It fails calls that a test selects, and calls the test
 * between the reads of a batch and its commit.
 */
struct fault_store {
	struct store base;
	struct store *inner;
	size_t calls;	  /* number of get and scan calls since the test set it to 0 */
	size_t fail_call; /* the call of this number returns ERR_STORE; 0: none */
	uint64_t
		unlike; /* snapshots taken while calls fail; each gets another commit number, so that no read is skipped */
	bool fail_snapshot;
	size_t open, most;	 /* snapshots open now, and the maximum so far */
	bool fail_commit;	 /* fails after the commit, so its outcome is unknown */
	int before_commit_calls; /* how many more times before_commit is called */
	void (*before_commit)(void);
	void (*on_read)(void); /* called at each get and scan, or NULL */
};

void fault_store_open(struct fault_store *h, struct store *inner);

#endif
