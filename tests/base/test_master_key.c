/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/text.h"
#include "tests/run.h"
#include "tests/support.h"

#define GOOD "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F\n"

/* Two user ids; no such users need to exist. */
enum { ONE = 60001, OTHER = 60002 };

static struct arena *a;
static char *scratch;

static void
master_key_setup(void)
{
	a = arena_new();
	scratch = scratch_new();
}

static void
master_key_teardown(void)
{
	scratch_remove(scratch);
	free(scratch);
	arena_free(a);
}

static const char *
master_key_path(const char *name)
{
	return arena_printf(a, "%s/%s", scratch, name);
}

static const char *
master_key_write(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(master_key_path(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
	chmod(master_key_path(name), mode);
	return master_key_path(name);
}

static bool
master_key_rejects(const char *file)
{
	struct key key;
	const char *why = NULL;

	return master_key_read(a, file, &key, &why) == ERR_SERVER && why != NULL &&
	       text_starts(why, file);
}

static void
the_digits_of_the_file_are_the_key(void)
{
	struct key key = { { 0xff } };
	const char *why;

	CU_ASSERT_EQUAL(master_key_read(a, master_key_write("k", GOOD, 0600), &key, &why), OK);
	for (uint8_t i = 0; i < CRYPTO_KEY; i++)
		CU_ASSERT_EQUAL(key.byte[i], i);
}

/* All modes. Four that give access only to the owner, and reading by a group, are accepted. */
static void
only_the_owner_and_a_group_that_may_read_may_have_access(void)
{
	for (mode_t mode = 0400; mode <= 0777; mode++) {
		bool good = mode == 0400 || mode == 0600 || mode == 0440 || mode == 0640;

		if ((mode & 0400) == 0)
			continue; /* the owner cannot read the file, unless the owner is root */
		CU_ASSERT_EQUAL(master_key_rejects(master_key_write("k", GOOD, mode)), !good);
		unlink(master_key_path("k"));
	}
}

static void
no_other_user_may_be_able_to_replace_it(void)
{
	static const mode_t good[] = { 0700, 0755, 0711, 01777, 01775 };
	static const mode_t bad[] = { 0777, 0775, 0707, 0730, 02770 };
	const char *file = master_key_write("k", GOOD, 0600), *why;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CU_ASSERT_EQUAL(chmod(scratch, good[i]), 0);
		CU_ASSERT_FALSE(master_key_rejects(file));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(chmod(scratch, bad[i]), 0);
		CU_ASSERT_TRUE(master_key_rejects(file));
		CU_ASSERT_EQUAL(master_key_create(a, master_key_path("new"), &why), ERR_SERVER);
		CU_ASSERT_NOT_EQUAL(access(master_key_path("new"), F_OK), 0);
	}
}

/* Runs in a process of the user `uid`. */
static bool
is_refused_for(uid_t uid, const char *name)
{
	struct key key;
	const char *why = NULL;
	bool rejected;

	CU_ASSERT_EQUAL_FATAL(seteuid(uid), 0);
	rejected = master_key_read(a, name, &key, &why) != OK;
	CU_ASSERT_EQUAL_FATAL(seteuid(0), 0);
	if (rejected)
		CU_ASSERT_STRING_EQUAL(why, "k: belongs to another user");
	return rejected;
}

/* Changes the owner, which only root can; otherwise the test reports that it was skipped. */
static void
the_file_must_belong_to_the_current_user_or_to_root(void)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);

	master_key_write("k", GOOD, 0440);
	if (geteuid() != 0 || chown(master_key_path("k"), ONE, OTHER) != 0) {
		printf("# not root: the owner of a master key could not be another\n");
		close(here);
		return;
	}
	chmod(scratch, 0711);
	CU_ASSERT_EQUAL(chdir(scratch), 0);
	CU_ASSERT_EQUAL(setegid(OTHER), 0);
	CU_ASSERT_TRUE(is_refused_for(OTHER, "k"));
	CU_ASSERT_FALSE(is_refused_for(ONE, "k"));
	CU_ASSERT_TRUE(is_refused_for(0, "k"));
	CU_ASSERT_EQUAL(chown("k", 0, OTHER), 0);
	CU_ASSERT_FALSE(is_refused_for(OTHER, "k"));
	CU_ASSERT_EQUAL(setegid(0), 0);
	CU_ASSERT_EQUAL(fchdir(here), 0);
	close(here);
}

static void
links_and_files_of_other_types_are_rejected(void)
{
	master_key_write("k", GOOD, 0600);
	CU_ASSERT_EQUAL(symlink("k", master_key_path("link")), 0);
	CU_ASSERT(master_key_rejects(master_key_path("link")));
	CU_ASSERT_EQUAL(mkfifo(master_key_path("pipe"), 0600), 0);
	CU_ASSERT(master_key_rejects(master_key_path("pipe")));
	CU_ASSERT_EQUAL(mkdir(master_key_path("folder"), 0700), 0);
	CU_ASSERT(master_key_rejects(master_key_path("folder")));
	CU_ASSERT(master_key_rejects(master_key_path("absent")));
	CU_ASSERT(master_key_rejects("/dev/zero"));
}

static void
other_contents_are_rejected(void)
{
	static const char *const wrong[] = {
		"",
		"\n",
		"00",
		(GOOD "\n"),
		(" " GOOD),
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f ",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g\n",
		"0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1\n\n",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT(master_key_rejects(master_key_write("k", wrong[i], 0600)));
}

static void
a_new_key_file_is_private_and_readable(void)
{
	struct key one, two;
	struct stat st;
	const char *why;
	mode_t before = umask(0777);

	CU_ASSERT_EQUAL(master_key_create(a, master_key_path("one"), &why), OK);
	umask(0);
	CU_ASSERT_EQUAL(master_key_create(a, master_key_path("two"), &why), OK);
	umask(before);
	CU_ASSERT_EQUAL(stat(master_key_path("one"), &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
	CU_ASSERT_EQUAL(stat(master_key_path("two"), &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
	CU_ASSERT_EQUAL(master_key_read(a, master_key_path("one"), &one, &why), OK);
	CU_ASSERT_EQUAL(master_key_read(a, master_key_path("two"), &two, &why), OK);
	CU_ASSERT_NOT_EQUAL(memcmp(&one, &two, sizeof(one)), 0);
}

static void
an_existing_key_is_not_overwritten(void)
{
	const char *file = master_key_write("k", GOOD, 0600), *why = NULL;
	struct key key;

	CU_ASSERT_EQUAL(master_key_create(a, file, &why), ERR_EXISTS);
	CU_ASSERT_PTR_NOT_NULL(why);
	CU_ASSERT_EQUAL(master_key_read(a, file, &key, &why), OK);
	CU_ASSERT_EQUAL(key.byte[31], 0x1f);
	CU_ASSERT_EQUAL(symlink("nowhere", master_key_path("link")), 0);
	CU_ASSERT_EQUAL(master_key_create(a, master_key_path("link"), &why), ERR_EXISTS);
	CU_ASSERT_NOT_EQUAL(access(master_key_path("nowhere"), F_OK), 0);
	CU_ASSERT_EQUAL(master_key_create(a, master_key_path("no/such/folder"), &why), ERR_SERVER);
}

static CU_TestInfo tests[] = {
	{ "the digits of the file are the key", the_digits_of_the_file_are_the_key },
	{ "only the owner, and a group that may read, may have access [T-X06]",
	  only_the_owner_and_a_group_that_may_read_may_have_access },
	{ "no other user may be able to replace the file [T-X06]",
	  no_other_user_may_be_able_to_replace_it },
	{ "the file must belong to the current user or to root [T-X06]",
	  the_file_must_belong_to_the_current_user_or_to_root },
	{ "links and files of other types are rejected [T-X06]",
	  links_and_files_of_other_types_are_rejected },
	{ "other contents are rejected", other_contents_are_rejected },
	{ "a new key file is private and readable [T-X06]",
	  a_new_key_file_is_private_and_readable },
	{ "an existing key is not overwritten", an_existing_key_is_not_overwritten },
	CU_TEST_INFO_NULL
};
CU_SuiteInfo master_key_suite = { "base/master_key",   NULL, NULL, master_key_setup,
				  master_key_teardown, tests };
