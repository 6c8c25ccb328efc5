/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_OPTIONS_H
#define USHER_ADMIN_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str_list.h"

/*
 * The options and words of a command.  A table says which options there are; reader, help, shell
 * completion and the manual page's test all come from it:
 *
 *	static const struct flag flags[] = {
 *		{ "issuer", "URL", FLAG_MUST, "what every document calls the server" },
 *		FLAG_END
 *	};
 *
 * Options that every command has stand in global_flags.
 */
enum flag_kind {
	FLAG_SWITCH, /* --public */
	FLAG_ONCE,   /* --name N, at most once */
	FLAG_MUST,   /* exactly once */
	FLAG_MANY,   /* as often as wanted */
};

struct flag {
	const char *name;
	const char *value; /* how the help calls the value; NULL for a switch */
	enum flag_kind kind;
	const char *help;
};

/* clang-format off */
#define FLAG_END  { NULL, NULL, FLAG_SWITCH, NULL }
/* clang-format on */
#define FLAGS_MAX 32

extern const struct flag global_flags[];
extern const struct flag no_flags[];

/* One option as it was given; the list keeps their order. */
struct given {
	const struct flag *flag;
	const char *value;
	struct given *next;
};

struct options {
	const struct flag *flags; /* the command's own */
	struct given *first, **last;
	const char **word;
	int words;
};

void options_start(struct options *o);
/* Reads the global options in front of the first word.  `*at` is where that word stands.
 * ERR_INVALID_REQUEST with *why, here and below. */
enum err options_leading(struct arena *a, int argc, char **argv, struct options *o, int *at,
			 const char **why);
/* Reads what follows the command's name, argv[0]: options and words in any order. */
enum err options_read(struct arena *a, int argc, char **argv, const struct flag *flags,
		      struct options *o, const char **why);
/* Is everything there that must be, and no word too much?  `usage` names the words, optional ones
 * in brackets; one that ends in "…" may come again: "TENANT KEY=VALUE…". */
enum err options_check(struct arena *a, const struct options *o, const char *usage,
		       const char **why);

/* Asking for an option that the command's table lacks ends the process: it is a slip of ours. */
bool option_given(const struct options *o, const char *name);
/* NULL when it was not given. */
const char *option_value(const struct options *o, const char *name);
struct str_list option_values(struct arena *a, const struct options *o, const char *name);
/* The word at `i`, NULL when there are fewer. */
const char *option_word(const struct options *o, int i);

#endif
