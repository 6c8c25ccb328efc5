/* SPDX-License-Identifier: Apache-2.0 */
/* A line that is typed and not shown. */
#include "admin/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* Signals that end or stop a process by default.  While the terminal does not echo, each of them
 * is caught, and raised again when the terminal has been restored. */
static const int signals[] = {
	SIGTTIN, SIGTTOU, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP
};
#define SIGNALS	  (sizeof signals / sizeof signals[0])
#define UNBLOCKED 2 /* the first two come only from using the terminal in the background */

struct former {
	struct sigaction action[SIGNALS];
	sigset_t mask;
};

static volatile sig_atomic_t caught;

static void
terminal_note_signal(int signal)
{
	caught = signal;
}

/* From now on signals are noted, and delivered only to terminal_wait. */
static void
terminal_catch(struct former *f)
{
	struct sigaction note = { .sa_handler = terminal_note_signal };
	sigset_t held;

	caught = 0;
	sigemptyset(&note.sa_mask);
	sigemptyset(&held);
	for (size_t i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &f->action[i]);
		if (f->action[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &note, NULL);
		if (i >= UNBLOCKED)
			sigaddset(&held, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &held, &f->mask);
}

static void
terminal_release(const struct former *f)
{
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &f->action[i], NULL);
	sigprocmask(SIG_SETMASK, &f->mask, NULL);
}

static bool
terminal_wait(int fd, const struct former *f)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return ppoll(&p, 1, NULL, &f->mask) > 0;
}

/* One attempt, which a signal may end: -1 and EINTR. */
static ssize_t
terminal_try(int fd, const char *prompt, char *text, size_t size)
{
	struct termios shown, hidden;
	struct former former;
	ssize_t n = -1;
	int kept;

	if (tcgetattr(fd, &shown) != 0)
		return -1;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	terminal_catch(&former);
	if (tcsetattr(fd, TCSAFLUSH, &hidden) == 0) {
		fputs(prompt, stderr);
		fflush(stderr);
		if (terminal_wait(fd, &former))
			n = read(fd, text, size);
		kept = errno;
		tcsetattr(fd, TCSAFLUSH, &shown);
		fputc('\n', stderr);
		errno = kept;
	}
	kept = errno;
	terminal_release(&former);
	errno = kept;
	return n;
}

ssize_t
terminal_read_hidden(int fd, const char *prompt, char *text, size_t size)
{
	bool interrupted;
	ssize_t n;

	do {
		n = terminal_try(fd, prompt, text, size);
		interrupted = n < 0 && errno == EINTR;
		if (caught != 0)
			raise(caught);
	} while (interrupted);
	return n;
}
