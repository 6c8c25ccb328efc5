/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_ADMIN_TERMINAL_H
#define USHER_ADMIN_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>

/* Reads one line from the terminal `fd` into `text`, up to `size` bytes, while the terminal does
 * not echo.  `prompt` is written to stderr.  The terminal is as before when this returns, when a
 * signal ends the process, and while it is stopped.  Returns as read(2). */
ssize_t terminal_read_hidden(int fd, const char *prompt, char *text, size_t size);

#endif
