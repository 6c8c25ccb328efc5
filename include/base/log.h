/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_LOG_H
#define USHER_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The log: one JSON object a line on stderr, or syslog.  Values are escaped, so no input can
 * forge a line (T-G01).  Secrets have no way in: tokens, tickets, secrets and bodies are never
 * passed (T-G02); handlers log nothing, the request's one line is log_request.
 */
enum log_level { LOG_L_ERROR, LOG_L_WARN, LOG_L_INFO, LOG_L_DEBUG };

void log_start(const char *program, const char *target, enum log_level level);
/* For a tool that tells people itself: messages go to `take`, as they are, instead of becoming
 * lines.  `last`: the process ends after this one.  NULL: lines again. */
void log_divert(void (*take)(const char *message, bool last));
/* errno is kept. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* For what cannot be (no memory, a broken invariant): logs, then ends the process. */
_Noreturn void log_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What the one line of a request says.  NULL members are left out. */
struct log_request {
	const char *tenant, *method, *route, *client, *error, *remote;
	int status;
	int64_t micros;
};
void log_request(const struct log_request *r);

/* Between the two, lines wait and leave together, in their order, when there are as many as one
 * write takes; only errors are never kept waiting.  For a process that has requests to answer
 * before it writes their lines.  Lines to syslog do not wait. */
void log_buffer(void);
void log_flush(void);

#endif
