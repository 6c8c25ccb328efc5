/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/owner.h"

/* Switches to the user and, if the system knows the user, to all groups of the user: one of them
 * may have the right to read the master key. */
static bool
owner_switch(const struct stat *owner, const struct passwd *known)
{
	gid_t group = known != NULL ? known->pw_gid : owner->st_gid;
	bool groups =
		known != NULL ? initgroups(known->pw_name, group) == 0 : setgroups(1, &group) == 0;

	return groups && setresgid(group, group, group) == 0 &&
	       setresuid(owner->st_uid, owner->st_uid, owner->st_uid) == 0;
}

enum err
owner_become(struct invocation *c)
{
	const struct passwd *known;
	struct stat st;

	if (geteuid() != 0 || lstat(c->settings.store, &st) != 0 || st.st_uid == 0)
		return OK;
	known = getpwuid(st.st_uid);
	if (owner_switch(&st, known))
		return OK;
	return invocation_fail(c, EX_NOPERM,
			       "store %s is owned by %s, and root cannot switch to "
			       "that user (%s); run usherctl as that user",
			       c->settings.store,
			       known != NULL ? known->pw_name
					     : arena_printf(c->arena, "%u", st.st_uid),
			       strerror(errno));
}
