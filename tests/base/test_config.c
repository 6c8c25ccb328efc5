/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/text.h"
#include "tests/run.h"
#include "tests/support.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct arena *arena;
static struct settings s;
static char *directory;
static const char *path, *why;

static void
config_setup(void)
{
	arena = arena_new();
	directory = scratch_new();
	path = arena_printf(arena, "%s/usher.conf", directory);
}

static void
config_teardown(void)
{
	scratch_remove(directory);
	free(directory);
	arena_free(arena);
}

static void
write_file(const char *text, size_t size)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fwrite(text, 1, size, f);
	fclose(f);
	chmod(path, 0600);
}

static enum err
load_file(const char *name)
{
	why = "";
	return config_load(arena, &usher_settings, name, &s, &why);
}

static enum err
config_load_text(const char *text)
{
	write_file(text, strlen(text));
	return load_file(path);
}

/* Returns the error without the file's name, or "ok". */
static const char *
config_error(const char *text)
{
	if (config_load_text(text) == OK)
		return "ok";
	CU_ASSERT(text_starts(why, path));
	return why + strlen(path) + 1;
}

static void
a_setting_that_is_absent_has_its_default(void)
{
	CU_ASSERT_EQUAL(config_load_text(""), OK);
	EQ(s.listen, "/run/usher/usherd.sock");
	CU_ASSERT_EQUAL(s.tenant.ticket_life, 300);
	CU_ASSERT(s.tenant.partial_grants);
}

static void
a_setting_in_the_file_has_its_value(void)
{
	CU_ASSERT_EQUAL(config_load_text(
				"# a comment\n\nlisten = \"127.0.0.1:9000\"   # behind\nworkers=3\n"
				"\tticket_life = 60\npartial_grants = no\nlisten_mode = 0600\n"
				"peers = 'www-data root'\nlog = syslog"),
			OK);
	EQ(s.listen, "127.0.0.1:9000");
	CU_ASSERT_EQUAL(s.workers, 3);
	CU_ASSERT_EQUAL(s.tenant.ticket_life, 60);
	CU_ASSERT_FALSE(s.tenant.partial_grants);
	CU_ASSERT_EQUAL(s.listen_mode, 0600);
	EQ(s.peers, "www-data root");
	EQ(s.log, "syslog");
}

static void
the_error_of_an_unknown_setting_names_the_line(void)
{
	EQ(config_error("\nworkrs = 3\n"), "2: unknown setting 'workrs'; did you mean 'workers'?");
	EQ(config_error("\n\ncompletely_different_thing = 3\n"),
	   "3: unknown setting 'completely_different_thing'");
	EQ(config_error("# one\n# two\nlog_levl = info\n"),
	   "3: unknown setting 'log_levl'; did you mean 'log_level'?");
	EQ(config_error("x = 1\n"), "1: unknown setting 'x'");
	/* A short name that differs in three letters is not suggested. */
	EQ(config_error("loud = 1\n"), "1: unknown setting 'loud'");
	EQ(config_error("isuer = 1\n"), "1: unknown setting 'isuer'");
}

static void
a_setting_may_appear_only_once(void)
{
	EQ(config_error("workers = 1\nworkers = 2\n"), "2: 'workers' is set in line 1 already");
	CU_ASSERT_STRING_NOT_EQUAL(config_error("workers = 1 workers = 2\n"), "ok");
}

static void
settings_must_agree(void)
{
	EQ(config_error("map_size = 64\n\nmap_max = 32\n"),
	   "3: map_size (64) must not exceed map_max (32)");
	EQ(config_error("map_max = 32\n"), "1: map_size (64) must not exceed map_max (32)");
	EQ(config_error("map_max = 64\n"), "ok");
	EQ(config_error("workers = 1\nstore = \"\"\n"),
	   "2: store must be the absolute path of a directory");
	EQ(config_error("store = lib/store\n"),
	   "1: store must be the absolute path of a directory");
	EQ(config_error("master_key = ./key\n"),
	   "1: master_key must be the absolute path of a file");
	EQ(config_error("master_key = \"\"\n"),
	   "1: master_key must be the absolute path of a file");
}

static void
values_out_of_bounds_are_rejected(void)
{
	static const char *const wrong[] = {
		"workers = 257",       "workers = -1",
		"workers = many",      "workers = 1.5",
		"workers =",	       "ticket_life = 9",
		"ticket_life = 86401", "partial_grants = perhaps",
		"log = paper",	       "listen_mode = 9",
		"rpt_alg = none",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_EQUAL(config_load_text(wrong[i]), ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(strstr(why, "usher.conf:1: "));
	}
}

static void
a_malformed_line_is_rejected(void)
{
	static const char *const wrong[] = {
		"workers",
		"workers 3",
		"= 3",
		"workers = 3 4",
		"{",
		"workers = {3}",
		"section x { }",
		"workers += 3",
		"listen = \"open",
		"include(\"/etc/passwd\")",
		"workers = (1)",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CU_ASSERT_EQUAL(config_load_text(wrong[i]), ERR_INVALID_REQUEST);
	EQ(config_error("workers 3\n"), "1: a line must be one setting: name = value");
}

static void
the_length_of_lines_and_files_is_limited(void)
{
	struct buf b = { .arena = arena };

	buf_text(&b, "# ");
	for (int i = 0; i < 3000; i++)
		buf_char(&b, 'x');
	EQ(config_error(b.data), "1: the line must be shorter than 2047 bytes, without NUL");
	write_file("# a\0b\nworkers = 3\n", 18);
	CU_ASSERT_EQUAL(load_file(path), ERR_INVALID_REQUEST);
	b = (struct buf){ .arena = arena };
	for (int i = 0; i < 10001; i++)
		buf_char(&b, '\n');
	EQ(config_error(b.data), "10001: the file must have at most 10000 lines");
}

static void
a_file_that_others_may_write_to_is_rejected(void)
{
	config_load_text("");
	chmod(path, 0620);
	CU_ASSERT_EQUAL(load_file(path), ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "others may write"));
	chmod(path, 0602);
	CU_ASSERT_EQUAL(load_file(path), ERR_INVALID_REQUEST);
	chmod(path, 0644);
	CU_ASSERT_EQUAL(load_file(path), OK);
	if (geteuid() == 0) {
		CU_ASSERT_EQUAL(chown(path, 12345, 0), 0);
		CU_ASSERT_EQUAL(load_file(path), ERR_INVALID_REQUEST);
	}
}

static void
only_a_regular_file_is_read(void)
{
	const char *link = arena_printf(arena, "%s/link", directory);

	config_load_text("");
	CU_ASSERT_EQUAL(symlink("usher.conf", link), 0);
	CU_ASSERT_EQUAL(load_file(link), ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "symbolic link"));
	CU_ASSERT_EQUAL(load_file(directory), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(load_file(arena_printf(arena, "%s/none", directory)), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(mkfifo(arena_printf(arena, "%s/pipe", directory), 0600), 0);
	CU_ASSERT_EQUAL(load_file(arena_printf(arena, "%s/pipe", directory)), ERR_INVALID_REQUEST);
}

static const char *
config_print_text(void)
{
	struct buf b = { .arena = arena };

	config_print(&usher_settings, &s, &b);
	return b.data;
}

static void
the_printed_configuration_can_be_read_again(void)
{
	const char *first;

	CU_ASSERT_EQUAL(
		config_load_text(
			"listen = \"/a \\\"b\\\" \\\\ \\$c\"\nworkers = 7\nissue_pct = no\n"),
		OK);
	EQ(s.listen, "/a \"b\" \\ $c");
	first = config_print_text();
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\nworkers = 7\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\nissue_pct = no\n"));
	CU_ASSERT_EQUAL(config_load_text(first), OK);
	EQ(config_print_text(), first);
}

/* The sample contains each setting as a comment, and no line is wider than a terminal. */
static void
the_sample_changes_nothing(void)
{
	struct buf b = { .arena = arena };
	const char *before;

	CU_ASSERT_EQUAL(config_load_text(""), OK);
	before = config_print_text();
	config_print_sample(&usher_settings, &b);
	CU_ASSERT_EQUAL(config_load_text(b.data), OK);
	EQ(config_print_text(), before);
	for (size_t i = 0; i < usher_settings.count; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(
			b.data, arena_printf(arena, "\n#%s = ", usher_settings.row[i].name)));
	for (const char *line = b.data; *line != '\0'; line += strcspn(line, "\n") + 1)
		CU_ASSERT(strcspn(line, "\n") < 100);
}

/* mdoc(7): one entry for each setting, in the order of the table, with its default and bounds. */
static void
the_manual_has_every_setting(void)
{
	struct buf b = { .arena = arena };
	const char *at;

	config_print_manual(&usher_settings, &b);
	at = b.data;
	for (size_t i = 0; i < usher_settings.count; i++) {
		at = strstr(at, arena_printf(arena, "\n.It Ic %s No = Ar ",
					     usher_settings.row[i].name));
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data,
				      ".It Ic listen_mode No = Ar octal\nMode of that "
				      "socket, octal.\nDefault 0660, from 0000 to 0777.\n"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(b.data, ".It Ic workers No = Ar number\nNumber of worker processes.\n"
			       "0: one for each processor core.\nDefault 0, from 0 to 256.\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data, "Default \"/run/usher/usherd.sock\".\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data, ".It Ic issue_pct No = Ar yes | no\n"));
}

/* The table of another daemon: the settings of all daemons and four of its own. */
#define SMALL_SETTINGS(TEXT, WORD, INT, BOOL)                                                      \
	TEXT(motto, "none", "what it says first")                                                  \
	WORD(mood, "calm", "calm, brisk", "how it says it; brisk is short")                        \
	INT(depth, "3", 1, 9, "how deep it looks")                                                 \
	BOOL(nightly, "no", "whether it looks at night")

struct small {
	union {
		struct process_settings process;
		struct {
			PROCESS_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
		};
	};
	SMALL_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
};

static const struct setting small_rows[] = {
#define SETTING_PLACE(name) .offset = offsetof(struct small, name)
	PROCESS_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
		SMALL_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
#undef SETTING_PLACE
};

static struct settings_fault
small_check(struct arena *a, const void *settings)
{
	const struct small *small = settings;

	if (small->depth <= small->workers)
		return (struct settings_fault){ { "workers", "depth" }, "depth is too small" };
	return (struct settings_fault){ .why = NULL };
}

static struct settings_table small_table = {
	.program = "smalld",
	.row = small_rows,
	.count = sizeof(small_rows) / sizeof(small_rows[0]),
	.size = sizeof(struct small),
	.check = small_check,
};

/* The bytes after the structure must not be overwritten. */
static struct {
	struct small small;
	char guard[sizeof(struct settings)];
} second;

/* Like config_error(), for the small table. */
static const char *
small_error(const char *text)
{
	write_file(text, strlen(text));
	if (config_load(arena, &small_table, path, &second.small, &why) == OK)
		return "ok";
	CU_ASSERT(text_starts(why, path));
	return why + strlen(path) + 1;
}

static void
another_program_has_its_own_table(void)
{
	char guard[sizeof(second.guard)];

	memset(guard, 0x5a, sizeof(guard));
	memset(&second, 0x5a, sizeof(second));
	EQ(small_error("workers = 2\nmood = brisk\nnightly = yes\nmotto = 'good day'\n"), "ok");
	CU_ASSERT_EQUAL(second.small.process.workers, 2);
	EQ(second.small.process.log, "stderr");
	EQ(second.small.motto, "good day");
	EQ(second.small.mood, "brisk");
	CU_ASSERT_EQUAL(second.small.depth, 3);
	CU_ASSERT(second.small.nightly);
	CU_ASSERT_EQUAL(memcmp(second.guard, guard, sizeof(guard)), 0);
	EQ(small_error("\nmod = calm\n"), "2: unknown setting 'mod'; did you mean 'mood'?");
	EQ(small_error("mood = sad\n"), "1: mood must be one of calm, brisk");
	EQ(small_error("depth = 10\n"), "1: depth must be a number from 1 to 9");
	EQ(small_error("ticket_life = 60\n"), "1: unknown setting 'ticket_life'");
	EQ(config_error("mood = calm\n"), "1: unknown setting 'mood'");
}

static void
a_table_checks_that_its_settings_agree(void)
{
	EQ(small_error("depth = 4\n\nworkers = 4\n"), "3: depth is too small");
	EQ(small_error("\nworkers = 3\n"), "2: depth is too small");
	EQ(small_error("map_size = 64\n"), "1: unknown setting 'map_size'");
	small_table.check = NULL;
	EQ(small_error("depth = 4\n\nworkers = 4\n"), "ok");
	small_table.check = small_check;
}

static void
a_table_has_its_own_path(void)
{
	write_file("depth = 7\n", 10);
	small_table.path = path;
	CU_ASSERT_EQUAL(config_load(arena, &small_table, NULL, &second.small, &why), OK);
	CU_ASSERT_EQUAL(second.small.depth, 7);
	CU_ASSERT_EQUAL(unlink(path), 0);
	CU_ASSERT_EQUAL(config_load(arena, &small_table, NULL, &second.small, &why), OK);
	CU_ASSERT_EQUAL(second.small.depth, 3);
}

static void
all_settings_of_a_table_are_printed_and_no_others(void)
{
	struct buf all = { .arena = arena }, sample = { .arena = arena };
	struct buf manual = { .arena = arena };

	EQ(small_error("depth = 5\n"), "ok");
	config_print(&small_table, &second.small, &all);
	CU_ASSERT_PTR_NOT_NULL(strstr(all.data, "\n# how deep it looks (1 to 9)\ndepth = 5\n\n"));
	EQ(small_error(all.data), "ok");
	config_print_sample(&small_table, &sample);
	CU_ASSERT(text_starts(sample.data, "# Settings of smalld. "));
	CU_ASSERT_PTR_NOT_NULL(strstr(sample.data, "\n#depth = 3\n"));
	CU_ASSERT_PTR_NULL(strstr(sample.data, "tenants"));
	config_print_manual(&small_table, &manual);
	CU_ASSERT_PTR_NOT_NULL(strstr(manual.data, ".It Ic mood No = Ar text\nHow it says it.\n"
						   "Brisk is short.\nDefault \"calm\".\n"));
	CU_ASSERT_PTR_NULL(strstr(manual.data, "tenants"));
	for (size_t i = 0; i < small_table.count; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(manual.data, arena_printf(arena, ".It Ic %s No",
									small_rows[i].name)));
}

static CU_TestInfo tests[] = {
	{ "a setting that is absent has its default", a_setting_that_is_absent_has_its_default },
	{ "a setting in the file has its value", a_setting_in_the_file_has_its_value },
	{ "the error of an unknown setting names the line",
	  the_error_of_an_unknown_setting_names_the_line },
	{ "a setting may appear only once", a_setting_may_appear_only_once },
	{ "settings that contradict each other are rejected", settings_must_agree },
	{ "values out of bounds are rejected", values_out_of_bounds_are_rejected },
	{ "a malformed line is rejected", a_malformed_line_is_rejected },
	{ "the length of lines and files is limited", the_length_of_lines_and_files_is_limited },
	{ "a file that others may write to is rejected [T-X06]",
	  a_file_that_others_may_write_to_is_rejected },
	{ "only a regular file is read [T-X06]", only_a_regular_file_is_read },
	{ "the printed configuration can be read again",
	  the_printed_configuration_can_be_read_again },
	{ "the sample changes nothing", the_sample_changes_nothing },
	{ "the manual has every setting", the_manual_has_every_setting },
	{ "another program has its own table", another_program_has_its_own_table },
	{ "a table checks that its settings agree", a_table_checks_that_its_settings_agree },
	{ "a table has its own path", a_table_has_its_own_path },
	{ "all settings of a table are printed, and no others",
	  all_settings_of_a_table_are_printed_and_no_others },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo config_suite = { "base/config", NULL, NULL, config_setup, config_teardown, tests };
