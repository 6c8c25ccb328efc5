/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_TERMINAL_H
#define USHER_ADMIN_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>

/* Reads one line of at most `size` bytes from the terminal `fd` into `text`, without echo. Writes
 * `prompt` to stderr. The former mode of the terminal is restored when this function returns, when
 * a signal ends the process, and while the process is stopped. Returns the result of read(2). */
ssize_t terminal_read_hidden(int fd, const char *prompt, char *text, size_t size);

#endif
