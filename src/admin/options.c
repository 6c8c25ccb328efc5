/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses options with getopt_long and the table of the command. This module checks only that values
 * are UTF-8 and that the options and words are allowed; the command checks the values.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "admin/options.h"
#include "base/buf.h"
#include "base/str_list.h"
#include "base/text.h"

#define VALUE_BASE 256 /* getopt returns this for the first long option, above all letters */
#define VALUE_WORD 1   /* getopt returns this for a word, with "-" in its option string */
#define ID_MIN	   22  /* length of 16 bytes in base64url; option names are shorter */
#define ID_MAX	   64

/* clang-format off */
const struct flag global_flags[] = {
	{ "config",  "FILE", FLAG_ONCE,   "settings (default: /etc/usher/usher.conf; also -c)" },
	{ "json",    NULL,   FLAG_SWITCH, "print one JSON document" },
	{ "help",    NULL,   FLAG_SWITCH, "show this help (also -h)" },
	{ "version", NULL,   FLAG_SWITCH, "show the version (also -V)" },
	FLAG_END
};
/* clang-format on */

const struct flag no_flags[] = { FLAG_END };

static const struct {
	char letter;
	const char *name;
} letters[] = {
	{ 'c', "config" },
	{ 'h', "help" },
	{ 'V', "version" },
};

static const struct flag *
options_flag_in(const struct flag *flags, const char *name)
{
	for (; flags->name != NULL; flags++)
		if (strcmp(flags->name, name) == 0)
			return flags;
	return NULL;
}

static const struct flag *
options_flag_of_letter(int letter)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (letters[i].letter == letter)
			return options_flag_in(global_flags, letters[i].name);
	return NULL;
}

static enum err
options_fail(const char **why, const char *sentence)
{
	*why = sentence;
	return ERR_INVALID_REQUEST;
}

static enum err
options_take_value(struct arena *a, struct options *o, const struct flag *f, const char *value,
		   const char **why)
{
	struct given_option *g;

	if (value != NULL && !text_is_utf8(bytes_of(value)))
		return options_fail(why,
				    arena_printf(a, "the value of --%s must be UTF-8", f->name));
	if ((f->kind == FLAG_ONCE || f->kind == FLAG_MUST) && option_given(o, f->name))
		return options_fail(why, arena_printf(a, "--%s must be given only once", f->name));
	g = ARENA_NEW(a, struct given_option);
	*g = (struct given_option){ f, value, NULL };
	*o->last = g;
	o->last = &g->next;
	return OK;
}

/* Fills getopt's table with the command's options and the global ones. `all[i]` is the flag for
 * getopt's value VALUE_BASE + i. */
static size_t
options_fill_long(const struct flag *flags, struct option *list, const struct flag **all)
{
	const struct flag *tables[] = { flags, global_flags };
	size_t n = 0;

	for (size_t t = 0; t < 2; t++)
		for (const struct flag *f = tables[t]; f->name != NULL; f++, n++) {
			if (n == FLAGS_MAX)
				abort();
			all[n] = f;
			list[n] = (struct option){ f->name, f->value != NULL, NULL,
						   VALUE_BASE + (int)n };
		}
	list[n] = (struct option){ NULL, 0, NULL, 0 };
	return n;
}

static enum err
options_fail_word(struct arena *a, const char *before, const char *word, const char *after,
		  const char **why)
{
	return options_fail(why, arena_printf(a, "%s%s%s", before, word, after));
}

/* Refuses an unknown option, or the beginning of several options. */
static enum err
options_fail_name(struct arena *a, const struct option *list, const char *word, const char **why)
{
	size_t n = strcspn(word, "=");
	struct buf names = { .arena = a };
	int found = 0;

	for (; list->name != NULL; list++)
		if (n > 2 && strncmp(list->name, word + 2, n - 2) == 0)
			buf_printf(&names, "%s--%s", found++ > 0 ? ", " : "", list->name);
	if (found > 1)
		return options_fail(why, arena_printf(a, "%.*s is ambiguous: %s", (int)n, word,
						      names.data));
	return options_fail(why, arena_printf(a, "there is no option %.*s", (int)n, word));
}

static enum err
options_fail_unparsed(struct arena *a, int kind, char **argv, const struct option *list,
		      const char **why)
{
	/* optind is after an invalid long option, but may still be at the word of a letter. */
	const char *word = argv[optind - 1];

	if (optopt > 0 && optopt < VALUE_BASE && kind == '?')
		return options_fail(why, arena_printf(a, "there is no option -%c", optopt));
	if (kind == ':')
		return options_fail_word(a, "", word, " needs a value", why);
	if (optopt >= VALUE_BASE)
		return options_fail_word(a, "", word, " takes no value", why);
	return options_fail_name(a, list, word, why);
}

static enum err
options_take_word(struct arena *a, struct options *o, const char *word, const char **why)
{
	if (!text_is_utf8(bytes_of(word)))
		return options_fail(why, arena_printf(a, "word %d must be UTF-8", o->words + 1));
	o->word[o->words++] = word;
	return OK;
}

/* Ids of keys and requests are base64url and may begin with '-'. No option has such a length. */
static bool
options_is_id(const char *word)
{
	return word[0] == '-' && strlen(word) >= ID_MIN && text_is_id(word, ID_MAX);
}

/* Gets the next option or word. Returns false after the last one. */
static bool
options_next_word(int argc, char **argv, const char *shorts, const struct option *list, int *got)
{
	if (optind > 0 && optind < argc && options_is_id(argv[optind])) {
		optarg = argv[optind++];
		*got = VALUE_WORD;
		return true;
	}
	*got = getopt_long(argc, argv, shorts, list, NULL);
	return *got != -1;
}

static enum err
options_read_all(struct arena *a, int argc, char **argv, const char *shorts, struct options *o,
		 const char **why)
{
	struct option list[FLAGS_MAX + 1];
	const struct flag *all[FLAGS_MAX + 1], *f;
	int got;

	options_fill_long(o->flags, list, all);
	o->word = arena_array(a, (size_t)argc + 1, sizeof *o->word);
	opterr = 0;
	optind = 0; /* glibc: reset getopt */
	while (options_next_word(argc, argv, shorts, list, &got)) {
		if (got == '?' || got == ':')
			return options_fail_unparsed(a, got, argv, list, why);
		if (got == VALUE_WORD) {
			TRY(options_take_word(a, o, optarg, why));
			continue;
		}
		f = got >= VALUE_BASE ? all[got - VALUE_BASE] : options_flag_of_letter(got);
		if (f == NULL) /* a letter without a flag */
			return options_fail_unparsed(a, got, argv, list, why);
		TRY(options_take_value(a, o, f, f->value != NULL ? optarg : NULL, why));
	}
	return OK;
}

/* Counts the words of `usage`: the required ones and all of them. */
static void
options_count_words(const char *usage, int *least, int *most)
{
	*least = *most = 0;
	for (const char *s = usage; *s != '\0'; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (*s == '\0')
			break;
		(*most)++;
		if (*s != '[')
			(*least)++;
	}
	if (text_ends(usage, "…") || text_ends(usage, "…]"))
		*most = 1000;
}

/* Returns the name of word `i` in the usage. */
static const char *
options_name_of_word(struct arena *a, const char *usage, int i)
{
	for (; i > 0; i--) {
		usage += strcspn(usage, " ");
		usage += strspn(usage, " ");
	}
	return arena_strndup(a, usage, strcspn(usage, " "));
}

void
options_start(struct options *o)
{
	*o = (struct options){ .flags = no_flags };
	o->last = &o->first;
}

enum err
options_leading(struct arena *a, int argc, char **argv, struct options *o, int *at,
		const char **why)
{
	TRY(options_read_all(a, argc, argv, "+:c:hV", o, why));
	*at = optind;
	return OK;
}

enum err
options_read(struct arena *a, int argc, char **argv, const struct flag *flags, struct options *o,
	     const char **why)
{
	o->flags = flags;
	/* With '-' getopt does not reorder argv, and returns words as VALUE_WORD. */
	TRY(options_read_all(a, argc, argv, "-:c:hV", o, why));
	for (int i = optind; i < argc; i++) /* words after "--" */
		TRY(options_take_word(a, o, argv[i], why));
	return OK;
}

enum err
options_check(struct arena *a, const struct options *o, const char *usage, const char **why)
{
	int least, most;

	options_count_words(usage, &least, &most);
	if (o->words < least)
		return options_fail(why, arena_printf(a, "%s is missing",
						      options_name_of_word(a, usage, o->words)));
	if (o->words > most)
		return options_fail(why, arena_printf(a, "unexpected word “%s”", o->word[most]));
	for (const struct flag *f = o->flags; f->name != NULL; f++)
		if (f->kind == FLAG_MUST && !option_given(o, f->name))
			return options_fail(why, arena_printf(a, "--%s %s is missing", f->name,
							      f->value));
	return OK;
}

static const struct given_option *
options_find(const struct options *o, const char *name)
{
	const struct flag *f = options_flag_in(o->flags, name);

	if (f == NULL)
		f = options_flag_in(global_flags, name);
	if (f == NULL)
		abort();
	for (const struct given_option *g = o->first; g != NULL; g = g->next)
		if (g->flag == f)
			return g;
	return NULL;
}

bool
option_given(const struct options *o, const char *name)
{
	return options_find(o, name) != NULL;
}

const char *
option_value(const struct options *o, const char *name)
{
	const struct given_option *g = options_find(o, name);

	return g != NULL ? g->value : NULL;
}

struct str_list
option_values(struct arena *a, const struct options *o, const char *name)
{
	const struct given_option *first = options_find(o, name);
	struct str_list values = { 0 };

	for (const struct given_option *g = first; g != NULL; g = g->next)
		if (g->flag == first->flag)
			str_list_add(a, &values, g->value);
	return values;
}

const char *
option_word(const struct options *o, int i)
{
	return i < o->words ? o->word[i] : NULL;
}
