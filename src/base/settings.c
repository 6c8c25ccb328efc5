/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of settings at work: defaults, reading, printing, all from the one list in the header.
 * Which file they come from, and whether they go together, is not known here.
 */
#include <inttypes.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/text.h"

#define TEXT_SIZE_MAX 1024

/* An octal number is one that is written with a zero in front. */
#define INT_KIND(preset) \
	((preset)[0] == '0' && sizeof(preset) > 2 ? SETTING_OCTAL : SETTING_INT)

const struct setting settings_table[] = {
#define TEXT(name, preset, help) \
	{ #name, SETTING_TEXT, preset, 0, 0, help, IS_TENANT, offsetof(STRUCT, name) },
#define INT(name, preset, min, max, help) \
	{ #name, INT_KIND(preset), preset, min, max, help, IS_TENANT, offsetof(STRUCT, name) },
#define BOOL(name, preset, help) \
	{ #name, SETTING_BOOL, preset, 0, 1, help, IS_TENANT, offsetof(STRUCT, name) },
#define IS_TENANT false
#define STRUCT    struct settings
	PROCESS_SETTINGS(TEXT, INT, BOOL)
	SERVER_SETTINGS(TEXT, INT, BOOL)
#undef IS_TENANT
#undef STRUCT
#define IS_TENANT true
#define STRUCT    struct tenant_settings
	TENANT_SETTINGS(TEXT, INT, BOOL)
#undef IS_TENANT
#undef STRUCT
#undef TEXT
#undef INT
#undef BOOL
};

const size_t settings_count = sizeof(settings_table) / sizeof(settings_table[0]);

/* Texts that are one of a few words.  A row: the setting, its words. */
static const struct {
	const char *name, *word[4];
} choices[] = {
	{ "log",       { "stderr", "syslog" } },
	{ "log_level", { "error", "warn", "info", "debug" } },
	{ "rpt_alg",   { "EdDSA", "Ed25519" } },
};

static enum err
refuse(struct arena *a, const struct setting *row, const char *what, const char **why)
{
	*why = arena_printf(a, "%s %s", row->name, what);
	return ERR_INVALID_REQUEST;
}

static const char *
name_words(struct arena *a, const char *const word[4])
{
	struct buf b = { .arena = a };

	for (size_t i = 0; i < 4 && word[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "must be one of ", word[i]);
	return b.data;
}

static bool
is_chosen(const char *value, const char *const word[4])
{
	for (size_t i = 0; i < 4 && word[i] != NULL; i++)
		if (strcmp(word[i], value) == 0)
			return true;
	return false;
}

static enum err
read_text(struct arena *a, const struct setting *row, const char *value, const char **out,
	  const char **why)
{
	if (strlen(value) > TEXT_SIZE_MAX)
		return refuse(a, row, "is too long", why);
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return refuse(a, row, "holds a control character", why);
	if (!text_is_utf8(bytes_of(value)))
		return refuse(a, row, "is not UTF-8", why);
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (strcmp(choices[i].name, row->name) == 0 && !is_chosen(value, choices[i].word))
			return refuse(a, row, name_words(a, choices[i].word), why);
	*out = arena_strdup(a, value);
	return OK;
}

/* Octal digits only; the range is checked together with the decimal ones. */
static bool
parse_octal(const char *value, int64_t *out)
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
print_int(struct arena *a, const struct setting *row, int64_t value)
{
	if (row->kind == SETTING_OCTAL)
		return arena_printf(a, "%04" PRIo64, (uint64_t)value);
	return arena_printf(a, "%" PRId64, value);
}

static enum err
read_int(struct arena *a, const struct setting *row, const char *value, int64_t *out,
	 const char **why)
{
	int64_t number;
	bool good;

	if (row->kind == SETTING_OCTAL)
		good = parse_octal(value, &number);
	else
		good = text_int(value, INT64_MIN, INT64_MAX, &number);
	if (!good || number < row->min || number > row->max)
		return refuse(a, row, arena_printf(a, "must be %s from %s to %s",
						   row->kind == SETTING_OCTAL ?
						   "an octal number" : "a number",
						   print_int(a, row, row->min),
						   print_int(a, row, row->max)), why);
	*out = number;
	return OK;
}

/* The words that libconfuse takes, too. */
static enum err
read_bool(struct arena *a, const struct setting *row, const char *value, bool *out,
	  const char **why)
{
	if (is_chosen(value, (const char *const[4]){ "yes", "true", "on" }))
		*out = true;
	else if (is_chosen(value, (const char *const[4]){ "no", "false", "off" }))
		*out = false;
	else
		return refuse(a, row, "must be yes or no", why);
	return OK;
}

static enum err
set_field(struct arena *a, const struct setting *row, void *base, const char *value,
	  const char **why)
{
	void *field = (char *)base + row->offset;

	switch (row->kind) {
	case SETTING_TEXT:  return read_text(a, row, value, field, why);
	case SETTING_INT:
	case SETTING_OCTAL: return read_int(a, row, value, field, why);
	case SETTING_BOOL:  return read_bool(a, row, value, field, why);
	}
	return ERR_SERVER;
}

static enum err
unknown(struct arena *a, const char *name, const char **why)
{
	*why = arena_printf(a, "there is no setting %s", text_plain(a, name));
	return ERR_INVALID_REQUEST;
}

void
settings_defaults(struct settings *out)
{
	struct arena *a = arena_new();
	const char *why;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];
		void *base = row->tenant ? (void *)&out->tenant : (void *)out;

		if (set_field(a, row, base, row->preset, &why) != OK)
			log_die("the default of a setting does not fit: %s", why);
		/* Not the copy, which goes with the arena. */
		if (row->kind == SETTING_TEXT)
			*(const char **)((char *)base + row->offset) = row->preset;
	}
	arena_free(a);
}

const struct setting *
setting_find(const char *name)
{
	for (size_t i = 0; i < settings_count; i++)
		if (text_equal(settings_table[i].name, name))
			return &settings_table[i];
	return NULL;
}

enum err
setting_set(struct arena *a, struct settings *s, const char *name, const char *value,
	    const char **why)
{
	const struct setting *row = setting_find(name);

	if (row == NULL)
		return unknown(a, name, why);
	return set_field(a, row, row->tenant ? (void *)&s->tenant : (void *)s, value, why);
}

enum err
tenant_setting_set(struct arena *a, struct tenant_settings *s, const char *name,
		   const char *value, const char **why)
{
	const struct setting *row = setting_find(name);

	if (row == NULL)
		return unknown(a, name, why);
	if (!row->tenant)
		return refuse(a, row, "belongs to the server, not to a tenant", why);
	return set_field(a, row, s, value, why);
}

const char *
setting_get(struct arena *a, const struct settings *s, const struct setting *row)
{
	const char *base = row->tenant ? (const char *)&s->tenant : (const char *)s;
	const void *field = base + row->offset;

	switch (row->kind) {
	case SETTING_TEXT:  return *(const char *const *)field;
	case SETTING_INT:
	case SETTING_OCTAL: return print_int(a, row, *(const int64_t *)field);
	case SETTING_BOOL:  return *(const bool *)field ? "yes" : "no";
	}
	return NULL;
}
