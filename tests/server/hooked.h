/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SERVER_HOOKED_H
#define USHER_TESTS_SERVER_HOOKED_H

#include "store/store.h"

/*
 * An engine around another: fails where a test wants it, and calls the test between a
 * batch's reads and its commit.
 */
struct hooked {
	struct store  base;
	struct store *inner;
	size_t        calls;		/* of get and scan, since the test set it to 0 */
	size_t        fail_call;	/* the call of that number is ERR_STORE; 0: none */
	bool          fail_snapshot;
	size_t        open, most;	/* snapshots: now, and at most so far */
	bool          fail_commit;	/* after the commit: its outcome is unknown */
	int           wakes;		/* how often before_commit is still called */
	void        (*before_commit)(void);
	void        (*on_read)(void);	/* at each get and scan; or NULL */
};

void hooked_open(struct hooked *h, struct store *inner);

#endif
