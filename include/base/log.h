/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_LOG_H
#define USHER_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The log: one JSON object per line on standard error, or in syslog. Values are escaped, so no
 * input can forge a line (T-G01). Callers never pass tokens, tickets, secrets or bodies (T-G02).
 * Handlers do not log; log_request writes the only line of a request.
 */
enum log_level { LOG_L_ERROR, LOG_L_WARN, LOG_L_INFO, LOG_L_DEBUG };

/* Sets the name of the program in each line, the target ("stderr" or "syslog") and the level; it
 * omits lines above that level. `program` must remain valid. */
void log_start(const char *program, const char *target, enum log_level level);
/* For a command-line tool: passes each message to `take` instead of writing a line. `last` is true
 * if the process ends after this message. NULL restores lines. */
void log_divert(void (*take)(const char *message, bool last));
/* These functions preserve errno. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Logs and aborts the process: for a broken invariant, or when there is no memory. */
_Noreturn void log_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The content of a request's line. Members that are NULL are omitted. */
struct log_request {
	const char *tenant, *method, *route, *client, *error, *reference, *remote;
	int status;
	int64_t micros;
};
void log_request(const struct log_request *r);

/* Between log_buffer and log_flush, lines are buffered and written together, in their order, when
 * they fill one write. An error flushes the buffer at once. A worker uses this to answer requests
 * before it writes their lines. Lines to syslog are not buffered. */
void log_buffer(void);
void log_flush(void);

#endif
