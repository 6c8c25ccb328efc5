/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_PROCESS_STUB_REQUEST_H
#define USHER_TESTS_PROCESS_STUB_REQUEST_H

#include "usherd/service.h"

/*
 * The functions of process/service.h that are common to services without a server: they read
 * usher.conf, and a request is an exchange with an arena, and jobs.
 */
struct stub_request {
	struct exchange exchange; /* first: a pointer to it is one to the request */
	struct jobs jobs;
	bool waits; /* for jobs, after a run */
};

const struct process_settings *stub_configure(struct arena *a, const char *path, const char **why);
struct exchange *stub_request_new(void);
void stub_request_reset(struct exchange *x);
void stub_request_free(struct exchange *x);

#endif
