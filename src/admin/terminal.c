/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a line from a terminal without echo. */
#include "admin/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* Signals that end or stop a process by default. While the terminal does not echo, these signals
 * are caught; each is raised again when the terminal has been restored. */
static const int signals[] = {
	SIGTTIN, SIGTTOU, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP
};
#define SIGNALS	  (sizeof signals / sizeof signals[0])
#define UNBLOCKED 2 /* the first two are sent only to a background process that uses the terminal */

/* The signal actions and the mask before terminal_catch. */
struct saved_signals {
	struct sigaction action[SIGNALS];
	sigset_t mask;
};

static volatile sig_atomic_t caught;

static void
terminal_note_signal(int signal)
{
	caught = signal;
}

/* From now on signals are only recorded, and they are delivered only during terminal_wait. */
static void
terminal_catch(struct saved_signals *saved)
{
	struct sigaction note = { .sa_handler = terminal_note_signal };
	sigset_t blocked;

	caught = 0;
	sigemptyset(&note.sa_mask);
	sigemptyset(&blocked);
	for (size_t i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &saved->action[i]);
		if (saved->action[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &note, NULL);
		if (i >= UNBLOCKED)
			sigaddset(&blocked, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &saved->mask);
}

static void
terminal_release(const struct saved_signals *saved)
{
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &saved->action[i], NULL);
	sigprocmask(SIG_SETMASK, &saved->mask, NULL);
}

static bool
terminal_wait(int fd, const struct saved_signals *saved)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return ppoll(&p, 1, NULL, &saved->mask) > 0;
}

/* One attempt of terminal_read_hidden. A signal ends it with -1 and EINTR. */
static ssize_t
terminal_read_once(int fd, const char *prompt, char *text, size_t size)
{
	struct termios shown, hidden;
	struct saved_signals saved;
	ssize_t n = -1;
	int error;

	if (tcgetattr(fd, &shown) != 0)
		return -1;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	terminal_catch(&saved);
	if (tcsetattr(fd, TCSAFLUSH, &hidden) == 0) {
		fputs(prompt, stderr);
		fflush(stderr);
		if (terminal_wait(fd, &saved))
			n = read(fd, text, size);
		error = errno;
		tcsetattr(fd, TCSAFLUSH, &shown);
		fputc('\n', stderr);
		errno = error;
	}
	error = errno;
	terminal_release(&saved);
	errno = error;
	return n;
}

ssize_t
terminal_read_hidden(int fd, const char *prompt, char *text, size_t size)
{
	bool interrupted;
	ssize_t n;

	do {
		n = terminal_read_once(fd, prompt, text, size);
		interrupted = n < 0 && errno == EINTR;
		if (caught != 0)
			raise(caught);
	} while (interrupted);
	return n;
}
