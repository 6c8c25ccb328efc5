/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a table of settings: the values in effect, a sample file, a part of a manual page. */
#include "base/config.h"

#include <ctype.h>

#define COLUMNS 76

static const char *
config_print_quoted(struct arena *a, const struct setting *row, const char *value)
{
	struct buf b = { .arena = a };

	if (row->kind != SETTING_TEXT)
		return value;
	buf_char(&b, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\' || *value == '$')
			buf_char(&b, '\\');
		buf_char(&b, *value);
	}
	buf_char(&b, '"');
	return b.data;
}

/* Prints a bound in octal if the setting is octal. */
static const char *
config_print_bound(struct arena *a, const struct setting *row, int64_t value)
{
	return arena_printf(a, row->kind == SETTING_OCTAL ? "%04llo" : "%lld", (long long)value);
}

static bool
config_print_is_number(const struct setting *row)
{
	return row->kind == SETTING_INT || row->kind == SETTING_OCTAL;
}

/* Prints the help as comment lines that fit a terminal. */
static void
config_print_help(struct buf *out, const struct setting *row)
{
	const char *help = row->help;
	size_t column = 0;

	while (*help != '\0') {
		size_t word = strcspn(help, " ");

		if (column == 0 || column + 1 + word > COLUMNS) {
			buf_text(out, column == 0 ? "# " : "\n# ");
			column = word;
		} else {
			buf_char(out, ' ');
			column += 1 + word;
		}
		buf_add(out, help, word);
		help += word + strspn(help + word, " ");
	}
	if (config_print_is_number(row))
		buf_printf(out, " (%s to %s)", config_print_bound(out->arena, row, row->min),
			   config_print_bound(out->arena, row, row->max));
	buf_char(out, '\n');
}

static bool
config_print_begins_tenants(const struct settings_table *t, size_t i)
{
	return t->row[i].tenant && (i == 0 || !t->row[i - 1].tenant);
}

static void
config_print_all(const struct settings_table *t, const void *s, const char *before, struct buf *out)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct setting *row = &t->row[i];

		if (config_print_begins_tenants(t, i))
			buf_text(out, "# --- Defaults for all tenants; "
				      "each tenant may have its own values.\n\n");
		config_print_help(out, row);
		buf_printf(out, "%s%s = %s\n\n", before, row->name,
			   config_print_quoted(out->arena, row, setting_get(out->arena, s, row)));
	}
}

/* Escapes text for mdoc(7): '.' and ''' at the beginning of a line start a request, '\' starts an
 * escape. */
static void
config_print_roff(struct buf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_text(out, "\\&");
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			buf_text(out, "\\e");
		else
			buf_char(out, *text);
	}
}

static const char *
config_print_value_word(const struct setting *row)
{
	switch (row->kind) {
	case SETTING_TEXT: return "text";
	case SETTING_OCTAL: return "octal";
	case SETTING_BOOL: return "yes | no";
	case SETTING_INT: break;
	}
	return "number";
}

/* Prints one entry of the manual page: the help, a line for each sentence; default; bounds. */
static void
config_print_entry(struct buf *out, const void *s, const struct setting *row)
{
	struct arena *a = out->arena;
	const char *help = row->help, *end;

	buf_printf(out, ".It Ic %s No = Ar %s\n", row->name, config_print_value_word(row));
	while ((end = strstr(help, "; ")) != NULL) {
		char *sentence = arena_strndup(a, help, (size_t)(end - help));

		sentence[0] = (char)toupper((unsigned char)sentence[0]);
		config_print_roff(out, sentence);
		buf_text(out, ".\n");
		help = end + 2;
	}
	config_print_roff(out, arena_printf(a, "%c%s", toupper((unsigned char)help[0]), help + 1));
	buf_text(out, ".\n");
	buf_text(out, "Default ");
	config_print_roff(out, config_print_quoted(a, row, setting_get(a, s, row)));
	if (config_print_is_number(row))
		buf_printf(out, ", from %s to %s", config_print_bound(a, row, row->min),
			   config_print_bound(a, row, row->max));
	buf_text(out, ".\n");
}

void
config_print(const struct settings_table *t, const void *s, struct buf *out)
{
	config_print_all(t, s, "", out);
}

void
config_print_sample(const struct settings_table *t, struct buf *out)
{
	void *s = arena_alloc(out->arena, t->size);

	settings_defaults(t, s);
	buf_printf(out,
		   "# Settings of %s. Lines that are commented out show the defaults.\n"
		   "# After a change run %s -t, then systemctl reload %s.\n\n",
		   t->program, t->program, t->program);
	config_print_all(t, s, "#", out);
}

void
config_print_manual(const struct settings_table *t, struct buf *out)
{
	void *s = arena_alloc(out->arena, t->size);

	settings_defaults(t, s);
	buf_text(out, ".Ss The server\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < t->count; i++) {
		if (config_print_begins_tenants(t, i))
			buf_text(out,
				 ".El\n.Ss Defaults for all tenants\n"
				 "Each tenant may have its own value:\n"
				 ".Dq usherctl tenant set Ar tenant Ar name Ns = Ns Ar value .\n"
				 ".Bl -tag -width Ds\n");
		config_print_entry(out, s, &t->row[i]);
	}
	buf_text(out, ".El\n");
}
