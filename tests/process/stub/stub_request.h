/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_PROCESS_STUB_REQUEST_H
#define USHER_TESTS_PROCESS_STUB_REQUEST_H

#include "usherd/service.h"

/*
 * The functions of process/service.h that are common to services without a server: they read
 * usher.conf, and a request is an exchange with an arena.
 */
const struct process_settings *stub_configure(struct arena *a, const char *path, const char **why);
struct exchange *stub_request_new(void);
void stub_request_reset(struct exchange *x);
void stub_request_free(struct exchange *x);

#endif
