/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_INPUT_H
#define USHER_ADMIN_INPUT_H

#include <json-c/json.h>

#include "admin/invocation.h"

/*
 * What a command takes from outside besides its words.  All of it is bounded and UTF-8; standard
 * input is read once, so a command that runs again sees the same.  Secrets come only this way,
 * never in arguments, where every user of the machine could read them (T-X05).
 */
#define INPUT_LINE_MAX 256

/* The one line of standard input, without its end.  A terminal shows `prompt` and does not echo
 * what is typed. */
enum err input_secret(struct invocation *c, const char *prompt, const char **out);
/* All of a file, or of standard input when `path` is "-"; at most JSON_SIZE_MAX bytes. */
enum err input_file(struct invocation *c, const char *path, const char **out);
/* The same as JSON; it lives as long as this attempt of the command. */
enum err input_json(struct invocation *c, const char *path, struct json_object **out);

/* --email; NULL: not given, "": none. */
enum err input_email(struct invocation *c, const char **out);
/* Refuses what cannot be an issuer's URL.  `what` is its option or word, as the help calls it. */
enum err input_issuer(struct invocation *c, const char *what, const char *url);

/* A moment: seconds since 1970; RFC 3339, "2026-11-23T18:00:00Z", or its date alone; or how long
 * ago, "90s", "30m", "2h", "3d", "1w".  False: none of these. */
bool input_time(const char *text, int64_t now, int64_t *out);

#endif
