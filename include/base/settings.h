/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_SETTINGS_H
#define USHER_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * Settings of a program. One table defines them; base/config.h reads the file, checks the bounds
 * and prints the sample file, the values in effect and the manual page from this table.
 *
 * A macro contains the rows of a table. A row has: field; default, as written in the file; least
 * and greatest value of a number, or the words allowed for a text; help. The help is a phrase that
 * describes the setting, then, after each "; ", a further sentence. The macro is expanded twice:
 * into the fields of a struct (…_FIELD) and into rows (…_ROW).
 *
 *	#define SMALL_SETTINGS(TEXT, WORD, INT, BOOL)     \
 *		INT(depth, "3", 1, 9, "levels to search")
 *
 *	struct small {
 *		PROCESS_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
 *		SMALL_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
 *	};
 *	#define SETTING_PLACE(name) .offset = offsetof(struct small, name)
 *	static const struct setting rows[] = {
 *		PROCESS_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
 *		SMALL_SETTINGS(TEXT_ROW, WORD_ROW, INT_ROW, BOOL_ROW)
 *	};
 *
 * A daemon's table begins with PROCESS_SETTINGS, so that its struct begins with the members of
 * struct process_settings.
 */
enum setting_kind { SETTING_TEXT, SETTING_INT, SETTING_OCTAL, SETTING_BOOL };

struct setting {
	const char *name;
	enum setting_kind kind;
	const char *preset; /* default, as written in a file */
	int64_t min, max;
	const char *words; /* the allowed values of a text, separated by ", "; NULL: any */
	const char *help;
	bool tenant;   /* each tenant may have its own value; these rows are the last ones */
	size_t offset; /* in the struct of the table */
};

/* A contradiction between values that are valid separately. */
struct settings_fault {
	const char *name[2]; /* the settings in contradiction; the second may be NULL */
	const char *why;     /* NULL: no fault */
};

struct settings_table {
	const char *program; /* the daemon that reads the file */
	const char *path;    /* default path of the file */
	const struct setting *row;
	size_t count; /* number of rows */
	size_t size;  /* size of the struct that contains the values */
	struct settings_fault (*check)(struct arena *a, const void *settings); /* or NULL */
};

#define TEXT_FIELD(name, ...) const char *name;
#define WORD_FIELD(name, ...) const char *name;
#define INT_FIELD(name, ...)  int64_t name;
#define BOOL_FIELD(name, ...) bool name;

/* A number is octal if its default begins with a zero and has more digits. */
#define INT_KIND(preset) ((preset)[0] == '0' && sizeof(preset) > 2 ? SETTING_OCTAL : SETTING_INT)

#define TEXT_ROW(name_, preset_, help_)                                                            \
	{ .name = #name_,                                                                          \
	  .kind = SETTING_TEXT,                                                                    \
	  .preset = preset_,                                                                       \
	  .help = help_,                                                                           \
	  SETTING_PLACE(name_) },
#define WORD_ROW(name_, preset_, words_, help_)                                                    \
	{ .name = #name_,                                                                          \
	  .kind = SETTING_TEXT,                                                                    \
	  .preset = preset_,                                                                       \
	  .words = words_,                                                                         \
	  .help = help_,                                                                           \
	  SETTING_PLACE(name_) },
#define INT_ROW(name_, preset_, min_, max_, help_)                                                 \
	{ .name = #name_,                                                                          \
	  .kind = INT_KIND(preset_),                                                               \
	  .preset = preset_,                                                                       \
	  .min = min_,                                                                             \
	  .max = max_,                                                                             \
	  .help = help_,                                                                           \
	  SETTING_PLACE(name_) },
#define BOOL_ROW(name_, preset_, help_)                                                            \
	{ .name = #name_,                                                                          \
	  .kind = SETTING_BOOL,                                                                    \
	  .preset = preset_,                                                                       \
	  .max = 1,                                                                                \
	  .help = help_,                                                                           \
	  SETTING_PLACE(name_) },

/* Fills `out`, the struct of the table, with the defaults. */
void settings_defaults(const struct settings_table *t, void *out);
/* The row of a setting, NULL if the table has no such setting. */
const struct setting *setting_find(const struct settings_table *t, const char *name);
/* Sets a setting in the struct `s` from its text form; a text is copied into `a`. If the name is
 * unknown or the value invalid, ERR_INVALID_REQUEST with the reason in *why. */
enum err setting_set(struct arena *a, const struct settings_table *t, void *s, const char *name,
		     const char *value, const char **why);
/* The text form of a value in the struct `s`; the result may be in `a`. */
const char *setting_get(struct arena *a, const void *s, const struct setting *row);

/*
 * The settings of usherd and usherctl in usher.conf. PROCESS_SETTINGS configure the processes of
 * any daemon; SERVER_SETTINGS configure usherd for all tenants; TENANT_SETTINGS are defaults for
 * all tenants, and each tenant may have its own value (`usherctl tenant set`).
 *
 * To add a setting, add a row here and the code that uses it.
 */
#define CONFIG_PATH "/etc/usher/usher.conf"

/* clang-format off */
#define PROCESS_SETTINGS(TEXT, WORD, INT, BOOL)                                         \
	TEXT(listen, "/run/usher/usherd.sock", "socket to listen on: a path, or "       \
	     "host:port on loopback; on a port, every user of the machine could "       \
	     "pose as the web server; ignored if a socket is inherited (systemd, "      \
	     "descriptor 0)")                                                           \
	INT(listen_mode, "0660", 0, 0777, "mode of that socket, octal")                 \
	TEXT(peers, "", "names or ids of the users that may connect, separated by "     \
	     "spaces; connections of other users are closed even if they can open "     \
	     "the socket; empty: all users that can open the socket may connect")       \
	INT(workers, "0", 0, 256, "number of worker processes; 0: one for each "        \
	     "processor core")                                                          \
	INT(worker_connections, "512", 4, 16384, "most connections of one worker at "   \
	     "a time; a worker with so many accepts no more, so another worker "        \
	     "takes them")                                                              \
	INT(worker_requests, "0", 0, 1000000000, "a worker is replaced after this "     \
	     "number of requests; 0: never")                                            \
	INT(request_timeout, "10", 1, 600, "time limit in seconds for receiving a "     \
	     "request, and for sending a response")                                     \
	INT(idle_timeout, "75", 5, 3600, "seconds after which an idle keep-alive "      \
	     "connection is closed; must be longer than the same timeout of the web "   \
	     "server (nginx: 60), because a POST is lost if usherd closes the "         \
	     "connection while the web server sends it")                                \
	WORD(log, "stderr", "stderr, syslog", "where the log is written: stderr or "    \
	     "syslog")                                                                  \
	WORD(log_level, "info", "error, warn, info, debug", "error, warn, info (one "   \
	     "line for each request) or debug; each level includes those before it")

#define SERVER_SETTINGS(TEXT, WORD, INT, BOOL)                                          \
	TEXT(store, "/var/lib/usher/store", "directory of the database, as an "         \
	     "absolute path; must be on a local file system; no other user may have "   \
	     "write permission for it or for its parent directory")                     \
	INT(map_size, "64", 1, 1048576, "initial size of the database in MiB")          \
	INT(map_max, "65536", 1, 1048576, "largest size of the database in MiB; the "   \
	     "database doubles when it is 70 percent full, or at once for a write "     \
	     "that does not fit; the last tenth is reserved for revoking and "          \
	     "deleting")                                                                \
	TEXT(master_key, "/etc/usher/master.key", "file of the master key: 64 "         \
	     "hexadecimal digits, mode 0600 or 0640, created by usherctl init; must "   \
	     "belong to root or to the user that runs usherd; no other user may "       \
	     "have write permission for its directory")                                 \
	INT(password_memory, "19456", 7168, 1048576, "memory in KiB for the hash of a "    \
	     "password (Argon2id); a hash at another cost is renewed when its "         \
	     "account signs in")                                                        \
	INT(password_passes, "2", 1, 16, "passes of that hash over its memory; a "      \
	     "hash must take less than a second")                                       \
	TEXT(login, "", "parameter NAME: people may also sign in as the web server has "   \
	     "authenticated them, which passes the name of the user in the FastCGI "     \
	     "parameter NAME on the path /signin/by-server only; the name is a subject "  \
	     "of the issuer urn:usher:login:NAME, and usherctl account link links it to "\
	     "an account; empty: by password only")                                      \
	INT(sweep_interval, "10", 1, 86400, "seconds between two runs of the "          \
	     "janitor, which deletes expired rows; affects only disk space, because "   \
	     "expired tokens and tickets are rejected in any case")

#define TENANT_SETTINGS(TEXT, WORD, INT, BOOL)                                          \
	INT(ticket_life, "300", 10, 86400, "lifetime of a permission ticket, in "       \
	     "seconds; a ticket that is returned with need_info or "                    \
	     "request_submitted is valid for at least twice the poll_interval")         \
	INT(rpt_life, "300", 10, 86400, "lifetime of an RPT, in seconds; a resource "   \
	     "server that validates offline learns of a revocation only after this "    \
	     "time")                                                                    \
	WORD(rpt_alg, "EdDSA", "EdDSA, Ed25519", "value of alg in tokens and keys: "    \
	     "EdDSA (RFC 8037) or Ed25519 (RFC 9864), two names of the same "           \
	     "signature algorithm; a key keeps the name with which it was created, "    \
	     "so a change needs usherctl key rotate")                                   \
	INT(access_life, "3600", 10, 31536000, "lifetime of a PAT or access token, "    \
	     "in seconds")                                                              \
	INT(refresh_life, "2592000", 60, 315360000, "longest lifetime of a grant "      \
	     "with refresh tokens, in seconds")                                         \
	INT(refresh_idle, "604800", 60, 315360000, "seconds after which an unused "     \
	     "refresh token expires")                                                   \
	BOOL(issue_pct, "yes", "issue a persisted claims token to clients that push "   \
	     "claims")                                                                  \
	INT(pct_life, "2592000", 60, 2592000, "lifetime of a persisted claims "         \
	     "token, in seconds")                                                       \
	INT(poll_interval, "5", 1, 3600, "seconds a client has to wait before it "      \
	     "asks again for the owner's answer")                                       \
	INT(consent_life, "604800", 60, 31536000, "lifetime of a question to an "       \
	     "owner, and of the answer to it, in seconds from the question")            \
	INT(consents_max, "50", 1, 100000, "most open questions to one owner; "         \
	     "further requests are denied")                                             \
	INT(consents_client_max, "10", 1, 100000, "most open questions to one owner "   \
	     "from one client, so that no client can use up consents_max; further "     \
	     "requests of that client are denied")                                      \
	INT(claim_token_age, "300", 10, 86400, "greatest age of a claim token, in "     \
	     "seconds since it was issued")                                             \
	INT(clock_skew, "60", 0, 300, "greatest difference, in seconds, between the "   \
	     "clocks of trusted issuers and the clock of usherd")                       \
	BOOL(partial_grants, "yes", "grant the permitted part if the policy permits "   \
	     "only a part of the requested scopes; a resource server's own setting "    \
	     "(usherctl client set --partial) takes precedence")                        \
	BOOL(replay_revokes, "no", "the second use of a ticket revokes the RPT and "    \
	     "the refresh tokens that were issued for it")                              \
	INT(misses_max, "30", 1, 100000, "wrong secrets or unknown tickets that one "   \
	     "client may send in a minute; further ones are answered with 429; "        \
	     "correct ones are never delayed")                                          \
	INT(pushed_max, "300", 1, 100000, "authorization requests that one client may " \
	     "push in a minute (RFC 9126); further ones are answered with 429")         \
	INT(session_idle, "1800", 60, 86400, "seconds after which a person who does "   \
	     "nothing is signed out")                                                   \
	INT(session_life, "43200", 300, 2592000, "seconds after which a person has to " \
	     "sign in again in any case")                                               \
	WORD(language, "en", "en, de, fr", "language of pages for people whose "        \
	     "browser prefers no other one that Usher has")                             \
	INT(key_wait, "3600", 0, 2592000, "seconds for which a new signing key is "     \
	     "published before it signs; should be longer than resource servers "       \
	     "cache the keys")                                                          \
	INT(resources_max, "100000", 1, 100000000, "most resources of one owner at "    \
	     "one resource server; more are rejected with 507")                         \
	INT(audit_keep_changes, "365", 1, 36500, "days for which the audit keeps "      \
	     "changes: of tenants, clients, accounts, resources and policies, and "     \
	     "owners' answers")                                                         \
	INT(audit_keep_decisions, "365", 0, 36500, "days for which the audit keeps "    \
	     "decisions: RPTs granted, refreshed or denied, questions to owners, "      \
	     "replays; 0: decisions are not recorded")                                  \
	INT(audit_keep_requests, "7", 0, 36500, "days for which the audit keeps the "   \
	     "steps before a decision: tickets issued, claims requested, client "       \
	     "credentials; 0: these steps are not recorded")
/* clang-format on */

struct process_settings {
	PROCESS_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
};

struct tenant_settings {
	TENANT_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
};

/* The union gives the process settings two names: `s->process.workers` and `s->workers` are the
 * same. */
struct settings {
	union {
		struct process_settings process;
		struct {
			PROCESS_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
		};
	};
	SERVER_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
	struct tenant_settings tenant;
};

extern const struct settings_table usher_settings;

/* The name in the value of the setting `login`, "parameter NAME"; NULL: the value has another
 * form. LOGIN_ISSUER and the name are the issuer of the names that the web server passes. */
#define LOGIN_ISSUER "urn:usher:login:"
const char *login_parameter(const char *login);

/* As setting_set, for a setting of a tenant. ERR_INVALID_REQUEST for other settings, too. */
enum err tenant_setting_set(struct arena *a, struct tenant_settings *s, const char *name,
			    const char *value, const char **why);

#endif
