/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_LOG_OUTPUT_H
#define USHER_BASE_LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes lines of the log to standard error (a file, socket, pipe or terminal) or to the syslog
 * daemon. No function waits for a reader (T-O06): the caller keeps or drops the bytes that could
 * not be written. The flags of standard error are not changed, because other programs share it.
 */

/* Determines the type of standard error; call it again when standard error was replaced. `program`
 * is the name in syslog messages and must remain valid. */
void log_output_start(const char *program);

/* The most bytes that one write to standard error should have, so that they never mix with those
 * of another process: PIPE_BUF, or 4 * PIPE_BUF for a file. */
size_t log_output_max(void);
/* Writes to standard error. Returns the number of bytes written, 0 if nothing could be written. */
size_t log_output_write(const char *text, size_t size);

/* Sends one message to the syslog daemon, in the format of syslog(3): facility daemon, with the
 * process id. `priority` is LOG_ERR to LOG_DEBUG. False if the message was not sent. */
bool log_output_syslog(int priority, const char *text, size_t size);
/* For tests: uses another socket instead of /dev/log. */
void log_output_syslog_path(const char *path);

#endif
