/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets the defaults of a table of settings, parses and prints their values, and defines the table
 * of usherd. config.c reads the file.
 */
#include <inttypes.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/text.h"

#define TEXT_SIZE_MAX	    1024
#define LOGIN_PARAMETER_MAX 64

static enum err
settings_fail(struct arena *a, const struct setting *row, const char *what, const char **why)
{
	*why = arena_printf(a, "%s %s", row->name, what);
	return ERR_INVALID_REQUEST;
}

/* `words` is separated by ", ". */
static bool
settings_is_one_of(const char *value, const char *words)
{
	size_t len = strlen(value);

	while (*words != '\0') {
		size_t word = strcspn(words, ",");

		if (word == len && strncmp(words, value, len) == 0)
			return true;
		words += word + strspn(words + word, ", ");
	}
	return false;
}

static enum err
settings_read_text(struct arena *a, const struct setting *row, const char *value, const char **out,
		   const char **why)
{
	if (strlen(value) > TEXT_SIZE_MAX)
		return settings_fail(a, row,
				     arena_printf(a, "must be at most %d bytes", TEXT_SIZE_MAX),
				     why);
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return settings_fail(a, row, "must not contain a control character", why);
	if (!text_is_utf8(bytes_of(value)))
		return settings_fail(a, row, "must be UTF-8", why);
	if (row->words != NULL && !settings_is_one_of(value, row->words))
		return settings_fail(a, row, arena_printf(a, "must be one of %s", row->words), why);
	*out = arena_strdup(a, value);
	return OK;
}

/* Parses octal digits; the caller checks the range. */
static bool
settings_parse_octal(const char *value, int64_t *out)
{
	size_t len = strlen(value);

	if (len == 0 || len > 8 || strspn(value, "01234567") != len)
		return false;
	*out = 0;
	for (size_t i = 0; i < len; i++)
		*out = *out * 8 + (value[i] - '0');
	return true;
}

static const char *
settings_print_int(struct arena *a, const struct setting *row, int64_t value)
{
	if (row->kind == SETTING_OCTAL)
		return arena_printf(a, "%04" PRIo64, (uint64_t)value);
	return arena_printf(a, "%" PRId64, value);
}

static enum err
settings_read_int(struct arena *a, const struct setting *row, const char *value, int64_t *out,
		  const char **why)
{
	int64_t number;
	bool good;

	if (row->kind == SETTING_OCTAL)
		good = settings_parse_octal(value, &number);
	else
		good = text_parse_int(value, INT64_MIN, INT64_MAX, &number);
	if (!good || number < row->min || number > row->max)
		return settings_fail(a, row,
				     arena_printf(a, "must be %s from %s to %s",
						  row->kind == SETTING_OCTAL ? "an octal number"
									     : "a number",
						  settings_print_int(a, row, row->min),
						  settings_print_int(a, row, row->max)),
				     why);
	*out = number;
	return OK;
}

/* Accepts the same words as libconfuse. */
static enum err
settings_read_bool(struct arena *a, const struct setting *row, const char *value, bool *out,
		   const char **why)
{
	if (settings_is_one_of(value, "yes, true, on"))
		*out = true;
	else if (settings_is_one_of(value, "no, false, off"))
		*out = false;
	else
		return settings_fail(a, row, "must be yes or no", why);
	return OK;
}

/* Parses `value` into `field`, the member of the table's struct for `row`. */
static enum err
settings_set_field(struct arena *a, const struct setting *row, void *field, const char *value,
		   const char **why)
{
	switch (row->kind) {
	case SETTING_TEXT: return settings_read_text(a, row, value, field, why);
	case SETTING_INT:
	case SETTING_OCTAL: return settings_read_int(a, row, value, field, why);
	case SETTING_BOOL: return settings_read_bool(a, row, value, field, why);
	}
	*why = "the setting has no kind";
	return ERR_SERVER;
}

static enum err
settings_fail_unknown(struct arena *a, const char *name, const char **why)
{
	*why = arena_printf(a, "unknown setting '%s'", text_plain(a, name));
	return ERR_INVALID_REQUEST;
}

void
settings_defaults(const struct settings_table *t, void *out)
{
	struct arena *a = arena_new();
	const char *why;

	memset(out, 0, t->size);
	for (size_t i = 0; i < t->count; i++) {
		const struct setting *row = &t->row[i];
		void *field = (char *)out + row->offset;

		if (settings_set_field(a, row, field, row->preset, &why) != OK)
			log_die("the default of a setting is invalid: %s", why);
		/* The copy is freed with the arena. */
		if (row->kind == SETTING_TEXT)
			*(const char **)field = row->preset;
	}
	arena_free(a);
}

const struct setting *
setting_find(const struct settings_table *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (text_equal(t->row[i].name, name))
			return &t->row[i];
	return NULL;
}

enum err
setting_set(struct arena *a, const struct settings_table *t, void *s, const char *name,
	    const char *value, const char **why)
{
	const struct setting *row = setting_find(t, name);

	if (row == NULL)
		return settings_fail_unknown(a, name, why);
	return settings_set_field(a, row, (char *)s + row->offset, value, why);
}

const char *
setting_get(struct arena *a, const void *s, const struct setting *row)
{
	const void *field = (const char *)s + row->offset;

	switch (row->kind) {
	case SETTING_TEXT: return *(const char *const *)field;
	case SETTING_INT:
	case SETTING_OCTAL: return settings_print_int(a, row, *(const int64_t *)field);
	case SETTING_BOOL: return *(const bool *)field ? "yes" : "no";
	}
	return NULL;
}

enum err
tenant_setting_set(struct arena *a, struct tenant_settings *s, const char *name, const char *value,
		   const char **why)
{
	const struct setting *row = setting_find(&usher_settings, name);

	if (row == NULL)
		return settings_fail_unknown(a, name, why);
	if (!row->tenant)
		return settings_fail(
			a, row,
			"is a setting of the server; set it in usher.conf, not for a tenant", why);
	return settings_set_field(a, row,
				  (char *)s + (row->offset - offsetof(struct settings, tenant)),
				  value, why);
}

/* clang-format off */
static const struct setting rows[] = {
#define SETTING_PLACE(name) .offset = offsetof(struct settings, name)
	PROCESS_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
	SERVER_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
#undef SETTING_PLACE
#define SETTING_PLACE(name) .tenant = true, .offset = offsetof(struct settings, tenant.name)
	TENANT_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
#undef SETTING_PLACE
};
/* clang-format on */

const char *
login_parameter(const char *login)
{
	static const char word[] = "parameter ";

	return login != NULL && text_starts(login, word) && login[sizeof word - 1] != '\0'
		       ? login + sizeof word - 1
		       : NULL;
}

/* A client sets every parameter that begins with HTTP_, and two of three web servers copy
 * REMOTE_USER from a header that nobody has verified. */
static struct settings_fault
settings_check_login(struct arena *a, const char *login)
{
	const char *name = login_parameter(login);

	if (login == NULL || login[0] == '\0')
		return (struct settings_fault){ .why = NULL };
	if (name == NULL || strlen(name) > LOGIN_PARAMETER_MAX ||
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(name))
		return (struct settings_fault){
			{ "login" },
			arena_printf(a,
				     "login must be empty, or 'parameter' and a name of at most %d "
				     "letters A to Z, digits and underscores, such as "
				     "'parameter USHER_USER'",
				     LOGIN_PARAMETER_MAX)
		};
	if (!text_starts(name, "USHER_"))
		return (struct settings_fault){
			{ "login" },
			"login must name a parameter that begins with USHER_: clients set those "
			"that begin with HTTP_, and web servers set REMOTE_USER and others without "
			"a check"
		};
	return (struct settings_fault){ .why = NULL };
}

static struct settings_fault
settings_check_together(struct arena *a, const void *settings)
{
	const struct settings *s = settings;

	if (s->map_size > s->map_max)
		return (struct settings_fault){
			{ "map_size", "map_max" },
			arena_printf(a, "map_size (%lld) must not exceed map_max (%lld)",
				     (long long)s->map_size, (long long)s->map_max)
		};
	/* The working directory of usherd may not be that of usherctl. */
	if (s->store[0] != '/')
		return (struct settings_fault){ { "store" },
						"store must be the absolute path of a directory" };
	if (s->master_key[0] != '/')
		return (struct settings_fault){ { "master_key" },
						"master_key must be the absolute path of a file" };
	return settings_check_login(a, s->login);
}

const struct settings_table usher_settings = {
	.program = "usherd",
	.path = CONFIG_PATH,
	.row = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.size = sizeof(struct settings),
	.check = settings_check_together,
};
