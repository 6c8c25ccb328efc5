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
 * Settings of a program: one table, from which the reader of its file (base/config.h), the bounds,
 * the sample file, the list of values in effect and the manual page are made.
 *
 * A table is a list of rows by a macro.  A row: field, default (as written in the file), least and
 * greatest value, or the words that a text may be; help: what it is, and after each "; " what else
 * one should know, a sentence each.  The list is expanded twice: into the fields of a struct
 * (…_FIELD) and into rows (…_ROW).
 *
 *	#define SMALL_SETTINGS(TEXT, WORD, INT, BOOL)     \
 *		INT(depth, "3", 1, 9, "how deep it looks")
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
 * A daemon's table begins with the rows of its processes, in the order of PROCESS_SETTINGS, so that
 * its struct begins with struct process_settings.
 */
enum setting_kind { SETTING_TEXT, SETTING_INT, SETTING_OCTAL, SETTING_BOOL };

struct setting {
	const char *name;
	enum setting_kind kind;
	const char *preset; /* default, as written in a file */
	int64_t min, max;
	const char *words; /* those that a text may be, ", " between them; NULL: any */
	const char *help;
	bool tenant;   /* a tenant may have its own; such rows are the last ones */
	size_t offset; /* in the struct of the table */
};

/* Values that do not fit together, though each is within its bounds. */
struct settings_fault {
	const char *name[2]; /* the settings that `why` is about; the second may be NULL */
	const char *why;     /* NULL: no fault */
};

struct settings_table {
	const char *program; /* the daemon that reads the file */
	const char *path;    /* where the file usually is */
	const struct setting *row;
	size_t count;
	size_t size; /* of the struct that the rows are fields of */
	struct settings_fault (*check)(struct arena *a, const void *settings); /* or NULL */
};

#define TEXT_FIELD(name, ...) const char *name;
#define WORD_FIELD(name, ...) const char *name;
#define INT_FIELD(name, ...)  int64_t name;
#define BOOL_FIELD(name, ...) bool name;

/* An octal number is one whose default begins with a zero. */
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

/* Fills the struct of the table, `out`. */
void settings_defaults(const struct settings_table *t, void *out);
const struct setting *setting_find(const struct settings_table *t, const char *name);
/* Sets one in the struct `s` from its text form, checked; values live in `a`.
 * ERR_INVALID_REQUEST with *why set. */
enum err setting_set(struct arena *a, const struct settings_table *t, void *s, const char *name,
		     const char *value, const char **why);
/* The text form of the value in the struct `s`. */
const char *setting_get(struct arena *a, const void *s, const struct setting *row);

/*
 * The settings of usherd and usherctl, usher.conf.  PROCESS_SETTINGS are those of a daemon's
 * processes, whatever it serves; SERVER_SETTINGS those of usherd, for all tenants.  TENANT_SETTINGS
 * are the defaults of all tenants; each tenant may have its own value (`usherctl tenant set`).
 *
 * To add one: a row here and the code that uses it.
 */
#define CONFIG_PATH "/etc/usher/usher.conf"

/* clang-format off */
#define PROCESS_SETTINGS(TEXT, WORD, INT, BOOL)                                         \
	TEXT(listen, "/run/usher/usherd.sock", "socket to listen on: a path, or "       \
	     "host:port on loopback, where every user of the machine could pose as "    \
	     "the web server; ignored if a socket is inherited (systemd, "              \
	     "descriptor 0)")                                                           \
	INT(listen_mode, "0660", 0, 0777, "mode of that socket, octal")                 \
	TEXT(peers, "", "user names or ids that may connect, separated by spaces; "     \
	     "others are shut out even where they may open the socket; empty: all "     \
	     "who may open it")                                                         \
	INT(workers, "0", 0, 256, "worker processes; 0: as many as there are cores")    \
	INT(worker_connections, "512", 4, 16384, "connections a worker holds at "       \
	    "once; a full one leaves the others to the next")                           \
	INT(worker_requests, "0", 0, 1000000000, "requests after which a worker is "    \
	    "replaced; 0: never")                                                       \
	INT(request_timeout, "10", 1, 600, "seconds a request may take to arrive, "     \
	    "and an answer to leave")                                                   \
	INT(idle_timeout, "75", 5, 3600, "seconds a kept connection may be idle; "      \
	    "longer than the web server keeps it (nginx 60): one that closes in the "   \
	    "moment of a POST loses it")                                                \
	WORD(log, "stderr", "stderr, syslog", "where the log goes: stderr or syslog")   \
	WORD(log_level, "info", "error, warn, info, debug", "what is logged: error, "   \
	     "warn, info (a line a request) or debug, each with those before it")

#define SERVER_SETTINGS(TEXT, WORD, INT, BOOL)                                          \
	TEXT(store, "/var/lib/usher/store", "directory of the database; not on a "      \
	     "file system of the network, and nobody else may write to it or to the "   \
	     "directory that holds it")                                                 \
	INT(map_size, "64", 1, 1048576, "MiB of database to begin with")                \
	INT(map_max, "65536", 1, 1048576, "MiB up to which the database may grow, "     \
	    "doubling when it is 70 percent full, or at once for what has no room; "    \
	    "the last tenth is kept for revoking and deleting")                         \
	TEXT(master_key, "/etc/usher/master.key", "file with the master key: mode "     \
	     "0600 or 0640, 64 hexadecimal digits, made by usherctl init; it belongs "  \
	     "to who runs usherd or to root, and nobody else may write to its "         \
	     "directory")                                                               \
	INT(sweep_interval, "10", 1, 86400, "seconds between two looks of the "         \
	    "janitor for what has expired; only space depends on it: what has "         \
	    "expired is refused in any case")

#define TENANT_SETTINGS(TEXT, WORD, INT, BOOL)                                          \
	INT(ticket_life, "300", 10, 86400, "seconds a permission ticket is good for; "  \
	    "one that comes with need_info or request_submitted lasts at least twice "  \
	    "the poll_interval")                                                        \
	INT(rpt_life, "300", 10, 86400, "seconds an RPT is good for; a resource server " \
	    "that verifies off line learns of a withdrawal only after this time")       \
	WORD(rpt_alg, "EdDSA", "EdDSA, Ed25519", "name of the signature in tokens and " \
	     "keys: EdDSA (RFC 8037) or Ed25519 (RFC 9864), the same signature; a key " \
	     "keeps the name it was made with, so a change needs usherctl key rotate")  \
	INT(access_life, "3600", 10, 31536000, "seconds a PAT or access token is "      \
	    "good for")                                                                 \
	INT(refresh_life, "2592000", 60, 315360000, "seconds a refreshable grant "      \
	    "lasts at most")                                                            \
	INT(refresh_idle, "604800", 60, 315360000, "seconds a refresh token may lie "   \
	    "unused")                                                                   \
	BOOL(issue_pct, "yes", "give clients that push claims a persisted claims "      \
	     "token")                                                                   \
	INT(pct_life, "2592000", 60, 2592000, "seconds a persisted claims token is "    \
	    "good for")                                                                 \
	INT(poll_interval, "5", 1, 3600, "seconds a client is told to wait for the "    \
	    "owner's answer")                                                           \
	INT(consent_life, "604800", 60, 31536000, "seconds an owner has to answer, "    \
	    "and her answer stands, counted from the question")                         \
	INT(consents_max, "50", 1, 100000, "open questions to one owner; more are "     \
	    "denied")                                                                   \
	INT(consents_client_max, "10", 1, 100000, "open questions to one owner by one " \
	    "client, so that none takes up all of hers; more are denied")               \
	INT(claim_token_age, "300", 10, 86400, "seconds since a claim token was "       \
	    "issued")                                                                   \
	INT(clock_skew, "60", 0, 300, "seconds the clocks of trusted issuers may "      \
	    "differ from ours")                                                         \
	BOOL(partial_grants, "yes", "grant what the policy permits even if more was "   \
	     "asked; a resource server's own setting (usherctl client set --partial) "  \
	     "comes first")                                                             \
	BOOL(replay_revokes, "no", "a ticket that comes twice revokes the RPT and "     \
	     "the refresh tokens it gave")                                              \
	INT(misses_max, "30", 1, 100000, "wrong secrets, or unknown tickets, of one "   \
	    "client a minute before further ones are answered by 429; right ones are "  \
	    "never slowed down")                                                        \
	INT(key_wait, "3600", 0, 2592000, "seconds a new signing key is published "     \
	    "before it signs, so that all who keep the keys have it by then")           \
	INT(resources_max, "100000", 1, 100000000, "resources of one owner at one "     \
	    "resource server; more are refused with 507")                               \
	INT(audit_keep_changes, "365", 1, 36500, "days the audit keeps changes: of "    \
	    "tenants, clients, accounts, resources and policies, and owners' answers")  \
	INT(audit_keep_decisions, "365", 0, 36500, "days the audit keeps decisions: "   \
	    "RPTs granted, refreshed or denied, questions to owners, replays; 0: they " \
	    "are not recorded")                                                         \
	INT(audit_keep_requests, "7", 0, 36500, "days the audit keeps the steps "       \
	    "before a decision: tickets issued, claims asked for, client credentials; " \
	    "0: they are not recorded")
/* clang-format on */

struct process_settings {
	PROCESS_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
};

struct tenant_settings {
	TENANT_SETTINGS(TEXT_FIELD, WORD_FIELD, INT_FIELD, BOOL_FIELD)
};

/* Begins with what the processes know of it: `s->process.workers` and `s->workers` are the same. */
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

/* As setting_set, for one that a tenant may have. */
enum err tenant_setting_set(struct arena *a, struct tenant_settings *s, const char *name,
			    const char *value, const char **why);

#endif
