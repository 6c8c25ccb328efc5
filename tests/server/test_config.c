/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "server/config.h"
#include "tests/run.h"
#include "tests/support.h"

#define EQ CU_ASSERT_STRING_EQUAL

static struct arena *arena;
static struct settings s;
static char *folder;
static const char *path, *why;

static void
start(void)
{
	arena = arena_new();
	folder = scratch_new();
	path = arena_printf(arena, "%s/usher.conf", folder);
}

static void
stop(void)
{
	scratch_remove(folder);
	free(folder);
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
load(const char *text)
{
	write_file(text, strlen(text));
	why = "";
	return config_load(arena, path, &s, &why);
}

/* The reason without the file's name; "ok" where there is none. */
static const char *
refusal(const char *text)
{
	if (load(text) == OK)
		return "ok";
	CU_ASSERT(text_starts(why, path));
	return why + strlen(path) + 1;
}

static void
what_is_not_said_is_the_default(void)
{
	CU_ASSERT_EQUAL(load(""), OK);
	EQ(s.listen, "/run/usher/usherd.sock");
	CU_ASSERT_EQUAL(s.tenant.ticket_life, 300);
	CU_ASSERT(s.tenant.partial_grants);
}

static void
what_is_said_counts(void)
{
	CU_ASSERT_EQUAL(load("# a comment\n\nlisten = \"127.0.0.1:9000\"   # behind\nworkers=3\n"
			     "\tticket_life = 60\npartial_grants = no\nlisten_mode = 0600\n"
			     "peers = 'www-data root'\nlog = syslog"), OK);
	EQ(s.listen, "127.0.0.1:9000");
	CU_ASSERT_EQUAL(s.workers, 3);
	CU_ASSERT_EQUAL(s.tenant.ticket_life, 60);
	CU_ASSERT_FALSE(s.tenant.partial_grants);
	CU_ASSERT_EQUAL(s.listen_mode, 0600);
	EQ(s.peers, "www-data root");
	EQ(s.log, "syslog");
}

static void
an_unknown_setting_is_refused_with_its_line(void)
{
	EQ(refusal("\nworkrs = 3\n"), "2: no such setting 'workrs', perhaps 'workers'");
	EQ(refusal("\n\ncompletely_different_thing = 3\n"),
	   "3: no such setting 'completely_different_thing'");
	EQ(refusal("# one\n# two\nlog_levl = info\n"),
	   "3: no such setting 'log_levl', perhaps 'log_level'");
	EQ(refusal("x = 1\n"), "1: no such setting 'x'");
	/* Three letters away from another is another word when it is short. */
	EQ(refusal("loud = 1\n"), "1: no such setting 'loud'");
	EQ(refusal("isuer = 1\n"), "1: no such setting 'isuer'");
}

static void
a_setting_stands_once(void)
{
	EQ(refusal("workers = 1\nworkers = 2\n"), "2: 'workers' stands in line 1 already");
	CU_ASSERT_STRING_NOT_EQUAL(refusal("workers = 1 workers = 2\n"), "ok");
}

static void
settings_must_go_together(void)
{
	EQ(refusal("map_size = 64\n\nmap_max = 32\n"), "3: map_size 64 is more than map_max 32");
	EQ(refusal("map_max = 32\n"), "1: map_size 64 is more than map_max 32");
	EQ(refusal("map_max = 64\n"), "ok");
	EQ(refusal("workers = 1\nstore = \"\"\n"), "2: store must name a directory");
	EQ(refusal("master_key = \"\"\n"), "1: master_key must name a file");
}

static void
values_out_of_bounds_are_refused(void)
{
	static const char *const wrong[] = {
		"workers = 257", "workers = -1", "workers = many", "workers = 1.5", "workers =",
		"ticket_life = 9", "ticket_life = 86401", "partial_grants = perhaps",
		"log = paper",
		"listen_mode = 9", "rpt_alg = none",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_EQUAL(load(wrong[i]), ERR_INVALID_REQUEST);
		CU_ASSERT_PTR_NOT_NULL(strstr(why, "usher.conf:1: "));
	}
}

static void
what_is_no_line_of_ours_is_refused(void)
{
	static const char *const wrong[] = {
		"workers", "workers 3", "= 3", "workers = 3 4", "{", "workers = {3}",
		"section x { }",
		"workers += 3", "listen = \"open", "include(\"/etc/passwd\")", "workers = (1)",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CU_ASSERT_EQUAL(load(wrong[i]), ERR_INVALID_REQUEST);
	EQ(refusal("workers 3\n"), "1: a line is one setting, name = value");
}

static void
lines_and_files_are_bounded(void)
{
	struct buf b = { .arena = arena };

	buf_text(&b, "# ");
	for (int i = 0; i < 3000; i++)
		buf_char(&b, 'x');
	EQ(refusal(b.data), "1: the line is too long, or contains NUL");
	write_file("# a\0b\nworkers = 3\n", 18);
	CU_ASSERT_EQUAL(config_load(arena, path, &s, &why), ERR_INVALID_REQUEST);
	b = (struct buf){ .arena = arena };
	for (int i = 0; i < 10001; i++)
		buf_char(&b, '\n');
	EQ(refusal(b.data), "10001: the file is too long");
}

static void
a_file_that_others_may_write_to_is_refused(void)
{
	load("");
	chmod(path, 0620);
	CU_ASSERT_EQUAL(config_load(arena, path, &s, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "others may write"));
	chmod(path, 0602);
	CU_ASSERT_EQUAL(config_load(arena, path, &s, &why), ERR_INVALID_REQUEST);
	chmod(path, 0644);
	CU_ASSERT_EQUAL(config_load(arena, path, &s, &why), OK);
	if (geteuid() == 0) {
		CU_ASSERT_EQUAL(chown(path, 12345, 0), 0);
		CU_ASSERT_EQUAL(config_load(arena, path, &s, &why), ERR_INVALID_REQUEST);
	}
}

static void
only_a_file_is_read(void)
{
	const char *link = arena_printf(arena, "%s/link", folder);

	load("");
	CU_ASSERT_EQUAL(symlink("usher.conf", link), 0);
	CU_ASSERT_EQUAL(config_load(arena, link, &s, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "symbolic link"));
	CU_ASSERT_EQUAL(config_load(arena, folder, &s, &why), ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(config_load(arena, arena_printf(arena, "%s/none", folder), &s, &why),
			ERR_INVALID_REQUEST);
	CU_ASSERT_EQUAL(mkfifo(arena_printf(arena, "%s/pipe", folder), 0600), 0);
	CU_ASSERT_EQUAL(config_load(arena, arena_printf(arena, "%s/pipe", folder), &s, &why),
			ERR_INVALID_REQUEST);
}

static const char *
printed(void)
{
	struct buf b = { .arena = arena };

	config_print(&s, &b);
	return b.data;
}

static void
what_is_printed_is_read_again(void)
{
	const char *first;

	CU_ASSERT_EQUAL(load("listen = \"/a \\\"b\\\" \\\\ \\$c\"\nworkers = 7\nissue_pct = no\n"),
			OK);
	EQ(s.listen, "/a \"b\" \\ $c");
	first = printed();
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\nworkers = 7\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\nissue_pct = no\n"));
	CU_ASSERT_EQUAL(load(first), OK);
	EQ(printed(), first);
}

/* All of it a comment, each setting there, no line wider than a terminal. */
static void
the_sample_changes_nothing(void)
{
	struct buf b = { .arena = arena };
	const char *before;

	CU_ASSERT_EQUAL(load(""), OK);
	before = printed();
	config_sample(&b);
	CU_ASSERT_EQUAL(load(b.data), OK);
	EQ(printed(), before);
	for (size_t i = 0; i < settings_count; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(b.data, arena_printf(arena, "\n#%s = ",
								   settings_table[i].name)));
	for (const char *line = b.data; *line != '\0'; line += strcspn(line, "\n") + 1)
		CU_ASSERT(strcspn(line, "\n") < 100);
}

/* mdoc(7): an entry a setting, in the order of the table, with its default and bounds. */
static void
the_manual_has_every_setting(void)
{
	struct buf b = { .arena = arena };
	const char *at;

	config_manual(&b);
	at = b.data;
	for (size_t i = 0; i < settings_count; i++) {
		at = strstr(at, arena_printf(arena, "\n.It Ic %s No = Ar ",
					     settings_table[i].name));
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data, ".It Ic listen_mode No = Ar octal\nMode of that "
		"socket, octal.\nDefault 0660, from 0000 to 0777.\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data, ".It Ic workers No = Ar number\nWorker processes.\n"
		"0: as many as there are cores.\nDefault 0, from 0 to 256.\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data, "Default \"/run/usher/usherd.sock\".\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(b.data, ".It Ic issue_pct No = Ar yes | no\n"));
}

static CU_TestInfo tests[] = {
	{ "what is not said is the default", what_is_not_said_is_the_default },
	{ "what is said counts", what_is_said_counts },
	{ "an unknown setting is refused with its line",
	  an_unknown_setting_is_refused_with_its_line },
	{ "a setting stands once", a_setting_stands_once },
	{ "settings that do not go together are refused", settings_must_go_together },
	{ "values out of bounds are refused", values_out_of_bounds_are_refused },
	{ "what is no line of ours is refused", what_is_no_line_of_ours_is_refused },
	{ "lines and files are bounded", lines_and_files_are_bounded },
	{ "a file that others may write to is refused [T-X06]",
	  a_file_that_others_may_write_to_is_refused },
	{ "only a file is read [T-X06]", only_a_file_is_read },
	{ "what is printed is read again", what_is_printed_is_read_again },
	{ "the sample changes nothing", the_sample_changes_nothing },
	{ "the manual has every setting", the_manual_has_every_setting },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo config_suite = { "server/config", NULL, NULL, start, stop, tests };
