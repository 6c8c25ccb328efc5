/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_OPTIONS_H
#define USHER_ADMIN_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str_list.h"

/*
 * The options and words of a command. A table defines the options of a command; the parser, the
 * help, the shell completion and the test of the manual page use it:
 *
 *	static const struct flag flags[] = {
 *		{ "issuer", "URL", FLAG_MUST, "issuer identifier of the tenant" },
 *		FLAG_END
 *	};
 *
 * The options that are valid for every command are in global_flags.
 */
enum flag_kind {
	FLAG_SWITCH, /* --public: no value */
	FLAG_ONCE,   /* --name N: at most once */
	FLAG_MUST,   /* exactly once */
	FLAG_MANY,   /* any number of times */
};

struct flag {
	const char *name;
	const char *value; /* name of the value in the help; NULL for a switch */
	enum flag_kind kind;
	const char *help;
};

/* clang-format off */
#define FLAG_END  { NULL, NULL, FLAG_SWITCH, NULL }
/* clang-format on */
#define FLAGS_MAX 32

extern const struct flag global_flags[];
extern const struct flag no_flags[];

/* One option of the command line. The list has the order of the command line. */
struct given_option {
	const struct flag *flag;
	const char *value;
	struct given_option *next;
};

struct options {
	const struct flag *flags; /* of the command, without global_flags */
	struct given_option *first, **last;
	const char **word;
	int words;
};

void options_start(struct options *o);
/* Reads the global options before the first word. `*at` is the index of that word in argv. On
 * failure this function and the next two return ERR_INVALID_REQUEST and set `*why`. */
enum err options_leading(struct arena *a, int argc, char **argv, struct options *o, int *at,
			 const char **why);
/* Reads the options and words after argv[0], the name of the command. They may be in any order. */
enum err options_read(struct arena *a, int argc, char **argv, const struct flag *flags,
		      struct options *o, const char **why);
/* Checks that all required words and options are given, and no excess words. `usage` names the
 * words; optional ones are in brackets, and one that ends in "…" may be repeated:
 * "TENANT KEY=VALUE…". */
enum err options_check(struct arena *a, const struct options *o, const char *usage,
		       const char **why);

/* These functions abort if the command has no option of this name: that is a programming error. */
bool option_given(const struct options *o, const char *name);
/* Returns the value of an option; NULL if the option is not given. */
const char *option_value(const struct options *o, const char *name);
/* Returns all values of an option, in the order of the command line. */
struct str_list option_values(struct arena *a, const struct options *o, const char *name);
/* Returns the word with index `i`; NULL if there are fewer words. */
const char *option_word(const struct options *o, int i);

#endif
