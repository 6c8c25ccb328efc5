/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <unistd.h>

#include "base/directory.h"
#include "tests/run.h"

static void
the_directory_is_the_part_of_the_path_before_the_name(void)
{
	static const char *const rows[][2] = {
		{ "/var/lib/usher/store", "/var/lib/usher" },
		{ "/var/lib/usher/store//", "/var/lib/usher" },
		{ "store/data", "store" },
		{ "./store", "." },
		{ "store", "." },
		{ "store/", "." },
		{ "/store", "/" },
		{ "/", "/" },
		{ "", "." },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(directory_of(a, rows[i][0]), rows[i][1]);
	arena_free(a);
}

static void
mode_and_owner_decide_who_can_replace_files(void)
{
	static const struct {
		mode_t mode;
		bool shared;
	} rows[] = {
		{ 0700, false }, { 0755, false },  { 0770, true },   { 0757, true },
		{ 0777, true },	 { 01777, false }, { 01770, false }, { 02775, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stat st = { .st_mode = S_IFDIR | rows[i].mode, .st_uid = geteuid() };

		CU_ASSERT_EQUAL(directory_fault(&st) != NULL, rows[i].shared);
		st.st_uid = 0;
		CU_ASSERT_EQUAL(directory_fault(&st) != NULL, rows[i].shared);
		st.st_uid = geteuid() + 1;
		CU_ASSERT_PTR_NOT_NULL(directory_fault(&st));
	}
}

static CU_TestInfo tests[] = {
	{ "the directory is the part of the path before the name",
	  the_directory_is_the_part_of_the_path_before_the_name },
	{ "the mode and owner of a directory decide whether another user can replace its files [T-X06]",
	  mode_and_owner_decide_who_can_replace_files },
	CU_TEST_INFO_NULL
};

CU_SuiteInfo directory_suite = { "base/directory", NULL, NULL, NULL, NULL, tests };
