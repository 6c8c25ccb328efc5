/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_FAULT_STORE_H
#define USHER_TESTS_SERVER_FAULT_STORE_H

#include "store/store.h"

/*
 * An engine around another: fails where a test wants it, and calls the test between a
 * batch's reads and its commit.
 */
struct fault_store {
	struct store base;
	struct store *inner;
	size_t calls;	  /* of get and scan, since the test set it to 0 */
	size_t fail_call; /* the call of that number is ERR_STORE; 0: none */
	uint64_t unlike;  /* snapshots so far while calls fail: nobody may skip a read because of
			   * an earlier one */
	bool fail_snapshot;
	size_t open, most;	 /* snapshots: now, and at most so far */
	bool fail_commit;	 /* after the commit: its outcome is unknown */
	int before_commit_calls; /* how often before_commit is still called */
	void (*before_commit)(void);
	void (*on_read)(void); /* at each get and scan; or NULL */
};

void fault_store_open(struct fault_store *h, struct store *inner);

#endif
