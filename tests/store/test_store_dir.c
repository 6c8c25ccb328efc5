/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "src/store/store_dir.h"
#include "tests/store/contract.h"

#define XFS_MAGIC 0x58465342 /* linux/magic.h lacks it before 6.6 */
#define ZFS_MAGIC 0x2fc12fc1

static void
network_file_systems_are_rejected(void)
{
	static const unsigned long bad[] = { NFS_SUPER_MAGIC,	SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC,
					     SMB2_SUPER_MAGIC,	V9FS_MAGIC,	 CEPH_SUPER_MAGIC,
					     OCFS2_SUPER_MAGIC, AFS_SUPER_MAGIC, CODA_SUPER_MAGIC,
					     FUSE_SUPER_MAGIC };
	static const unsigned long good[] = { EXT4_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
					      TMPFS_MAGIC,	OVERLAYFS_SUPER_MAGIC,
					      F2FS_SUPER_MAGIC, XFS_MAGIC,
					      ZFS_MAGIC };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CU_ASSERT_PTR_NOT_NULL(store_dir_check_file_system(bad[i]));
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		CU_ASSERT_PTR_NULL(store_dir_check_file_system(good[i]));
	CU_ASSERT_STRING_EQUAL(store_dir_check_file_system(NFS_SUPER_MAGIC),
			       "the database may not be on NFS");
}

/* Root owns "/". Only tests that run as root must switch to another user first. */
static void
a_directory_of_another_user_is_rejected(void)
{
	bool root = geteuid() == 0;
	struct store_dir dir;
	const char *why = NULL;

	CU_ASSERT_EQUAL_FATAL(root ? seteuid(65534) : 0, 0);
	CU_ASSERT_EQUAL(store_dir_check("/", &dir, &why), ERR_STORE);
	CU_ASSERT_EQUAL_FATAL(root ? seteuid(0) : 0, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "its directory belongs to the user 0, and this program "
					   "runs as the user "));
}

static CU_TestInfo tests[] = { { "network file systems are rejected [T-S08]",
				 network_file_systems_are_rejected },
			       { "a directory of another user is rejected [T-X06]",
				 a_directory_of_another_user_is_rejected },
			       CU_TEST_INFO_NULL };
CU_SuiteInfo store_dir_suite = { "store/store_dir", NULL, NULL, NULL, NULL, tests };
