/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_HTTP_FCGI_RECORDS_H
#define USHER_TESTS_HTTP_FCGI_RECORDS_H

#include "base/buf.h"

/* FastCGI records for the tests, written from the specification (3.3 and 3.4). */
enum { R_BEGIN = 1, R_ABORT, R_END, R_PARAMS, R_STDIN, R_STDOUT, R_STDERR, R_DATA, R_GET_VALUES };

void record_add(struct buf *b, int type, unsigned id, struct bytes content, unsigned padding);
void record_add_begin(struct buf *b, unsigned id, unsigned role, unsigned flags);
/* A pair whose lengths are encoded in one byte, or in four. */
void record_add_pair(struct buf *b, const char *name, const char *value, int wide);
/* The streams PARAMS and STDIN, each with its end. */
void record_add_streams(struct buf *b, unsigned id, struct bytes params, struct bytes body);
/* "GET /" without other parameters, as request `id`. */
void record_add_request(struct buf *b, unsigned id, unsigned flags);

#endif
