/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_INPUT_H
#define USHER_ADMIN_INPUT_H

#include <json-c/json.h>

#include "admin/invocation.h"

/*
 * Input of a command from files and standard input. All input is bounded and UTF-8. Standard input
 * is read once and kept, so a command that runs again gets the same input. Secrets are read from
 * standard input and never from arguments, which every user of the machine can read (T-X05).
 *
 * input_time is in input_time.c.
 */
#define INPUT_LINE_MAX 256

/* Reads the only line of standard input, without its line end: 1 to INPUT_LINE_MAX bytes. A
 * terminal shows `prompt` and does not echo the line. */
enum err input_secret(struct invocation *c, const char *prompt, const char **out);
/* Reads a file, or standard input if `path` is "-"; at most JSON_SIZE_MAX bytes. */
enum err input_file(struct invocation *c, const char *path, const char **out);
/* Reads the same as JSON. `*out` belongs to the arena of this attempt of the command. */
enum err input_json(struct invocation *c, const char *path, struct json_object **out);

/* Reads and checks --email. `*out` is NULL if it is not given, "" to remove the address. */
enum err input_email(struct invocation *c, const char **out);
/* Refuses a URL that cannot be an issuer. `what` is the option or word as the help names it. */
enum err input_issuer(struct invocation *c, const char *what, const char *url);

/* Parses a time into seconds since 1970. The text is one of: seconds since 1970; a date and time of
 * RFC 3339, such as "2026-11-23T18:00:00Z", or the date alone; an age before `now`, such as "90s",
 * "30m", "2h", "3d", "1w". Returns false for any other text. */
bool input_time(const char *text, int64_t now, int64_t *out);

#endif
