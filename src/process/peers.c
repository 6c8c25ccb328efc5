/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the user at the other end of a Unix socket with SO_PEERCRED (unix(7), T-F01). */
#include "process/peers.h"

#include <pwd.h>
#include <sys/socket.h>

#include "base/text.h"

static bool
peers_find_user(const char *name, uid_t *out)
{
	const struct passwd *entry;
	int64_t number;

	if (text_parse_int(name, 0, UINT32_MAX - 1, &number)) {
		*out = (uid_t)number;
		return true;
	}
	entry = getpwnam(name);
	if (entry != NULL)
		*out = entry->pw_uid;
	return entry != NULL;
}

enum err
peers_parse(struct arena *a, const char *text, struct peers *out, const char **why)
{
	out->n = 0;
	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		const char *name = arena_strndup(a, text, strcspn(text, " "));

		if (out->n == PEERS_MAX) {
			*why = arena_printf(a, "peers must have at most %d users", PEERS_MAX);
			return ERR_INVALID_REQUEST;
		}
		if (!peers_find_user(name, &out->uid[out->n++])) {
			*why = arena_printf(a, "peers: there is no user '%s'", name);
			return ERR_INVALID_REQUEST;
		}
		text += strlen(name);
	}
	return OK;
}

bool
peers_allow(const struct peers *p, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (p->n == 0)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (p->uid[i] == peer.uid)
			return true;
	return false;
}
