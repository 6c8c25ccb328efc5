/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BENCH_TALK_H
#define USHER_TESTS_BENCH_TALK_H

#include <stdbool.h>
#include <stddef.h>

/* The requests that the load sends over a connection, and the responses that it expects. */
#define TICKET_MAX  128
#define REQUEST_MAX 4096

/* A line of what fill has made. */
struct line {
	const char *pat, *resource, *rpt;
};

/* The state of one connection. */
struct session {
	char ticket[TICKET_MAX]; /* from the last answer; "" when there was none */
};

struct bench_response {
	int status;
	const char *body; /* ended by NUL */
};

struct kind {
	const char *name;
	size_t (*ask)(const struct session *t, const struct line *l, char out[REQUEST_MAX]);
	int status;		   /* what a good answer has */
	const char *body_contains; /* and what its body must contain */
};

/* The path of the tenant, "" unless it is set. */
void bench_set_path(const char *path);
/* NULL: there is none of that name. */
const struct kind *bench_kind_named(const char *name);
/* Is the answer as it should be?  Notes what the next request needs of it. */
bool bench_check_response(const struct kind *k, struct session *t, const struct bench_response *a);
/* The lines of a file; ends the program when it cannot be read. */
const struct line *bench_lines_read(const char *path, size_t *n);

#endif
