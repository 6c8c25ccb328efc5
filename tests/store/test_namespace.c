/* SPDX-License-Identifier: Apache-2.0 */
/* Which processes may have a database open together (T-S08). */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/store/namespace.h"
#include "tests/store/contract.h"
#include "tests/store/store_fixture.h"

#define REFUSED	 3 /* exit codes of the children */
#define NO_RIGHT 4

static const char foreign[] = "pid:[1]";

static enum err
try_open(struct store_fixture *st, const char **why)
{
	struct store_config config = { st->path, st->size, st->max, false, 0 };
	struct store *s;
	enum err e = store_open(store_fixture_engine, &config, &s, why);

	if (e == OK)
		store_close(s);
	return e;
}

static int
name_file(struct store_fixture *st)
{
	return open(arena_printf(st->arena, "%s/pids", st->path), O_RDWR);
}

static void
write_foreign(int fd)
{
	CU_ASSERT_EQUAL(ftruncate(fd, 0), 0);
	CU_ASSERT_EQUAL(pwrite(fd, foreign, strlen(foreign), 0), (ssize_t)strlen(foreign));
}

static int
open_once(struct store_fixture *st, void *arg)
{
	const char *why = NULL;
	enum err e = try_open(st, &why);

	if (e == ERR_STORE && why != NULL && strstr(why, "PID namespace") != NULL)
		return REFUSED;
	return e == OK ? 0 : 1;
}

static void
processes_of_another_namespace_exclude_ours(void)
{
	const char *why = NULL;
	struct store_fixture st;
	int fd;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	fd = name_file(&st);
	CU_ASSERT_EQUAL(flock(fd, LOCK_SH), 0);
	CU_ASSERT_EQUAL(try_open(&st, &why), OK); /* of our own namespace */
	write_foreign(fd);
	CU_ASSERT_EQUAL(try_open(&st, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, "the database is open in another PID namespace (another "
				    "container?); they cannot share it");
	close(fd);
	CU_ASSERT_EQUAL(try_open(&st, &why), OK);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

/* The name belongs to a dead process, and any process may replace it: all start at once. */
static void
the_name_of_a_dead_process_does_not_matter(void)
{
	struct store_fixture st;
	pid_t pid[16];
	int fd;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	for (int round = 0; round < 5; round++) {
		fd = name_file(&st);
		write_foreign(fd);
		close(fd);
		for (int i = 0; i < 16; i++)
			pid[i] = store_fixture_fork(&st, open_once, NULL);
		for (int i = 0; i < 16; i++)
			CU_ASSERT_EQUAL(store_fixture_wait(pid[i]), 0);
	}
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* With our own privileges, or as root of a user namespace. */
static bool
leave_namespace(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %u 1", geteuid());
	return unshare(CLONE_NEWPID) == 0 || (unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0 &&
					      write_text("/proc/self/uid_map", map));
}

/* Only the children of the caller are in the new namespace. */
static int
open_elsewhere(struct store_fixture *st, void *arg)
{
	if (!leave_namespace())
		return NO_RIGHT;
	return store_fixture_wait(store_fixture_fork(st, open_once, NULL));
}

static void
a_process_of_another_pid_namespace_is_rejected(void)
{
	struct store_fixture st;
	int exit_code;

	store_fixture_setup(&st);
	exit_code = store_fixture_wait(store_fixture_fork(&st, open_elsewhere, NULL));
	if (exit_code == NO_RIGHT)
		printf("# no right to make a PID namespace: only a foreign name was tried\n");
	else
		CU_ASSERT_EQUAL(exit_code, REFUSED);
	store_fixture_close(&st);
	if (exit_code != NO_RIGHT)
		CU_ASSERT_EQUAL(store_fixture_wait(store_fixture_fork(&st, open_elsewhere, NULL)),
				0);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

/* After the check of the directory, a link at this name would redirect the write. */
static void
a_link_at_the_name_is_not_followed(void)
{
	const char *why = NULL;
	const char *name, *victim;
	struct store_fixture st;
	int fd = -1;

	store_fixture_setup(&st);
	store_fixture_close(&st);
	name = arena_printf(st.arena, "%s/pids", st.path);
	victim = arena_printf(st.arena, "%s.victim", st.path);
	CU_ASSERT_EQUAL(unlink(name), 0);
	CU_ASSERT_EQUAL(symlink(victim, name), 0);
	CU_ASSERT_EQUAL(namespace_join(st.path, &fd, &why), ERR_STORE);
	CU_ASSERT_STRING_EQUAL(why, "Too many levels of symbolic links");
	CU_ASSERT_NOT_EQUAL(access(victim, F_OK), 0);
	unlink(name);
	store_fixture_open(&st);
	store_fixture_teardown(&st);
}

static CU_TestInfo tests[] = {
	{ "the store is not opened while processes of another namespace have it open [T-S08]",
	  processes_of_another_namespace_exclude_ours },
	{ "the name of a dead process does not matter",
	  the_name_of_a_dead_process_does_not_matter },
	{ "a process of another PID namespace is rejected while ours has the store open [T-S08]",
	  a_process_of_another_pid_namespace_is_rejected },
	{ "a link at the name is not followed [T-X06]", a_link_at_the_name_is_not_followed },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo namespace_suite = { "store/namespace", NULL, NULL, NULL, NULL, tests };
