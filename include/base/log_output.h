/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_LOG_OUTPUT_H
#define USHER_BASE_LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where the lines of the log go: standard error, whatever that is, or the syslog daemon.  No call
 * waits for a reader (T-O06): what cannot be written now is the caller's to keep or to drop.
 * Flags of standard error stay as they are, since other programs share that file.
 */

/* Looks at what standard error is; call it again when that has changed. */
void log_output_start(const char *program);

/* The most bytes that one write to standard error should have.  So many are never mixed with those
 * of another process: PIPE_BUF, and more where it is a file. */
size_t log_output_max(void);
/* Writes to standard error.  Returns how many bytes it took, 0 when it takes none now. */
size_t log_output_write(const char *text, size_t size);

/* One message to the syslog daemon, in the format of syslog(3): facility daemon, with the process
 * id.  `priority` is LOG_ERR to LOG_DEBUG.  False: it was not sent. */
bool log_output_syslog(int priority, const char *text, size_t size);
/* For tests: another socket than /dev/log. */
void log_output_syslog_path(const char *path);

#endif
