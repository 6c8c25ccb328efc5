/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BENCH_TALK_H
#define USHER_TESTS_BENCH_TALK_H

#include <stdbool.h>
#include <stddef.h>

/* The requests that the load sends over a connection, and the responses that it expects. */
#define TICKET_MAX 128
#define ASK_MAX    4096

/* A line of what fill has made. */
struct line {
	const char *pat, *resource, *rpt;
};

/* The state of one connection. */
struct talk {
	char ticket[TICKET_MAX];	/* from the last answer; "" when there was none */
};

struct answer {
	int         status;
	const char *body;	/* ended by NUL */
};

struct kind {
	const char *name;
	size_t    (*ask)(const struct talk *t, const struct line *l, char out[ASK_MAX]);
	int         status;	/* what a good answer has */
	const char *holds;	/* and what its body must contain */
};

/* The path of the tenant, "" unless it is set. */
void talk_below(const char *path);
/* NULL: there is none of that name. */
const struct kind *kind_named(const char *name);
/* Is the answer as it should be?  Notes what the next request needs of it. */
bool talk_hear(const struct kind *k, struct talk *t, const struct answer *a);
/* The lines of a file; ends the program when it cannot be read. */
const struct line *lines_read(const char *path, size_t *n);

#endif
