/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a settings file with libconfuse. Each line is parsed on its own, because the line numbers
 * of libconfuse 3.3 are wrong after a comment.
 */
#include "base/config.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_SIZE 2048
#define LINES_MAX 10000

struct reader {
	struct arena *arena;
	const struct settings_table *table;
	void *settings;
	const char *path;
	cfg_opt_t *options; /* the rows of the table, for libconfuse */
	int line;
	int *line_of; /* for each row, the line that contains the setting, or 0 */
	const char **why;
};

static enum err
config_fail(struct reader *r, const char *what)
{
	if (r->line > 0)
		*r->why = arena_printf(r->arena, "%s:%d: %s", r->path, r->line, what);
	else
		*r->why = arena_printf(r->arena, "%s: %s", r->path, what);
	return ERR_INVALID_REQUEST;
}

static size_t
config_smallest(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein distance: how many characters have to be added, removed or replaced. */
static size_t
config_distance(const char *a, const char *b)
{
	size_t row[65], len = strlen(b);

	if (len > 64 || strlen(a) > 64)
		return 64;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = config_smallest(above + 1, row[j - 1] + 1,
						 corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[len];
}

static enum err
config_fail_unknown(struct reader *r, const char *name)
{
	size_t best = strlen(name) / 3 + 1; /* at most a third of the characters may differ */
	const char *near = NULL;

	for (size_t i = 0; i < r->table->count; i++) {
		size_t d = config_distance(name, r->table->row[i].name);

		if (d < best) {
			best = d;
			near = r->table->row[i].name;
		}
	}
	if (near == NULL)
		return config_fail(r, arena_printf(r->arena, "unknown setting '%s'", name));
	return config_fail(r, arena_printf(r->arena, "unknown setting '%s'; did you mean '%s'?",
					   name, near));
}

static enum err
config_read_value(struct reader *r, const struct setting *row, const char *value)
{
	size_t i = (size_t)(row - r->table->row);
	const char *what;

	if (r->line_of[i] > 0)
		return config_fail(r, arena_printf(r->arena, "'%s' is set in line %d already",
						   row->name, r->line_of[i]));
	r->line_of[i] = r->line;
	if (setting_set(r->arena, r->table, r->settings, row->name, value, &what) != OK)
		return config_fail(r, what);
	return OK;
}

/* If one line sets an option twice, libconfuse keeps the last value. This callback marks the option
 * with a comment and rejects it the second time. */
static int
config_reject_second(cfg_t *cfg, cfg_opt_t *option)
{
	if (cfg_opt_getcomment(option) != NULL)
		return -1;
	return cfg_opt_setcomment(option, (char *)"seen");
}

static void
config_drop_message(cfg_t *cfg, const char *format, va_list args)
{
}

static cfg_opt_t *
config_options_new(struct arena *a, const struct settings_table *t)
{
	cfg_opt_t *options = arena_array(a, t->count + 1, sizeof(*options));
	cfg_opt_t end = CFG_END();

	for (size_t i = 0; i < t->count; i++)
		options[i] = (cfg_opt_t)CFG_STR(t->row[i].name, NULL, CFGF_NODEFAULT);
	options[t->count] = end;
	return options;
}

static cfg_t *
config_parser_new(const struct reader *r)
{
	cfg_t *cfg = cfg_init(r->options, CFGF_NONE);

	if (cfg == NULL)
		abort();
	cfg_set_error_function(cfg, config_drop_message);
	for (size_t i = 0; i < r->table->count; i++)
		cfg_set_validate_func(cfg, r->table->row[i].name, config_reject_second);
	return cfg;
}

/* libconfuse gives no error code, and its messages are not used. So this function finds out whether
 * the name is unknown. */
static enum err
config_fail_line(struct reader *r, const char *line)
{
	const char *start = line + strspn(line, " \t");
	const char *name = arena_strndup(r->arena, start, strcspn(start, " \t\r\n={}()#+,"));

	if (name[0] != '\0' && setting_find(r->table, name) == NULL)
		return config_fail_unknown(r, name);
	return config_fail(r, "a line must be one setting: name = value");
}

static bool
config_is_blank(const char *line)
{
	line += strspn(line, " \t\r\n");
	return line[0] == '\0' || line[0] == '#' || strncmp(line, "//", 2) == 0;
}

/* If libconfuse accepts a line but finds no setting in it, a quotation mark is not closed. */
static enum err
config_read_line(struct reader *r, const char *line)
{
	cfg_t *cfg = config_parser_new(r);
	bool parsed = cfg_parse_buf(cfg, line) == CFG_SUCCESS;
	size_t taken = 0;
	enum err e = OK;

	for (size_t i = 0; i < r->table->count && parsed && e == OK; i++) {
		const char *value = cfg_getstr(cfg, r->table->row[i].name);

		if (value == NULL)
			continue;
		taken++;
		e = config_read_value(r, &r->table->row[i], value);
	}
	cfg_free(cfg);
	if (!parsed || (e == OK && taken != 1))
		return config_fail_line(r, line);
	return e;
}

static enum err
config_read_lines(struct reader *r, FILE *file)
{
	char line[LINE_SIZE];

	while (fgets(line, sizeof(line), file) != NULL) {
		r->line++;
		if (strchr(line, '\n') == NULL && !feof(file))
			return config_fail(
				r,
				arena_printf(r->arena,
					     "the line must be shorter than %d bytes, without NUL",
					     LINE_SIZE - 1));
		if (r->line > LINES_MAX)
			return config_fail(r, arena_printf(r->arena,
							   "the file must have at most %d lines",
							   LINES_MAX));
		if (!config_is_blank(line))
			TRY(config_read_line(r, line));
	}
	return ferror(file) ? config_fail(r, "the file cannot be read") : OK;
}

static int
config_get_line(const struct reader *r, const char *name)
{
	return name == NULL ? 0 : r->line_of[setting_find(r->table, name) - r->table->row];
}

/* Rejects values that contradict each other. The reported line is the last one that is involved. */
static enum err
config_check_together(struct reader *r)
{
	struct settings_fault fault = { .why = NULL };
	int first, second;

	if (r->table->check != NULL)
		fault = r->table->check(r->arena, r->settings);
	if (fault.why == NULL)
		return OK;
	first = config_get_line(r, fault.name[0]);
	second = config_get_line(r, fault.name[1]);
	r->line = first > second ? first : second;
	return config_fail(r, fault.why);
}

/* Users with write permission could choose the socket and the keys (T-X06). */
static enum err
config_check_file(struct reader *r, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return config_fail(r, "this is not a regular file");
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return config_fail(r, "group or others may write to this file; run chmod go-w");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return config_fail(r, "this file must belong to root or to the user that reads it");
	return OK;
}

static enum err
config_read_file(struct reader *r, int fd)
{
	FILE *file;
	enum err e;

	e = config_check_file(r, fd);
	file = e == OK ? fdopen(fd, "r") : NULL;
	if (file == NULL) {
		close(fd);
		return e != OK ? e : config_fail(r, strerror(errno));
	}
	e = config_read_lines(r, file);
	fclose(file);
	return e;
}

enum err
config_load(struct arena *a, const struct settings_table *t, const char *path, void *out,
	    const char **why)
{
	struct reader r = {
		.arena = a,
		.table = t,
		.settings = out,
		.path = path != NULL ? path : t->path,
		.options = config_options_new(a, t),
		.line_of = arena_array(a, t->count, sizeof(int)),
		.why = why,
	};
	int fd;

	settings_defaults(t, out);
	fd = open(r.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT && path == NULL)
		return OK;
	if (fd < 0)
		return config_fail(&r, arena_printf(a, "the settings file cannot be opened: %s",
						    errno == ELOOP ? "it is a symbolic link"
								   : strerror(errno)));
	TRY(config_read_file(&r, fd));
	return config_check_together(&r);
}

const char *
config_library_version(void)
{
	return confuse_version;
}
