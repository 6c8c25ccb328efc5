/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log. Each line is composed on the stack and written at once. A write is at most PIPE_BUF
 * bytes, so that lines of several processes never mix. While lines are buffered, one write takes as
 * many as fit, because a write for each line costs a tenth of an introspection. All values are
 * escaped here: a line break or a terminal's control sequence in a value is never written as such
 * (T-G01).
 *
 * No write waits (T-O06). While nobody reads the log, lines are kept in the buffer. When it is
 * full, further lines are dropped and counted, and the count is logged when writing works again.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/log_output.h"
#include "base/pid.h"
#include "base/text.h"

#define LINE_SIZE   PIPE_BUF
#define MESSAGE_MAX 3072 /* most bytes of an escaped message in its line */
#define VALUE_MAX   512	 /* most bytes of each of the six members of a request's line */
#define ESCAPE_MAX  6	 /* the longest escape; longer than any character */

/* Names, numbers and the head of a line need less than 512 bytes, so no line is cut. */
_Static_assert(512 + VALUE_MAX + MESSAGE_MAX <= LINE_SIZE, "a message fits into a line");
_Static_assert(512 + 7 * VALUE_MAX <= LINE_SIZE, "a request fits into a line");

/* Global: the process chooses its log once, and any function may log. */
static const char *program = "usher";
static enum log_level wanted = LOG_L_INFO;
static enum { TO_STDERR, TO_SYSLOG } target = TO_STDERR;
static void (*diverted)(const char *message, bool last);

struct line {
	char text[LINE_SIZE];
	size_t size;
};

/* Lines that wait for log_flush or for a reader. */
static struct {
	char text[4 * LINE_SIZE];
	size_t size, max;
	uint64_t dropped; /* lines dropped since the last successful write */
	pid_t owner;	  /* a child of fork(2) must not write its parent's lines again */
} pending = { .max = LINE_SIZE };
static bool buffering; /* between log_buffer and log_flush */

static void
log_line_add(struct line *l, const char *text, size_t size)
{
	if (size > sizeof(l->text) - l->size)
		abort();
	memcpy(l->text + l->size, text, size);
	l->size += size;
}

__attribute__((format(printf, 2, 3))) static void
log_line_printf(struct line *l, const char *format, ...)
{
	char piece[64];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	if (n > 0)
		log_line_add(l, piece, (size_t)n < sizeof(piece) ? (size_t)n : sizeof(piece) - 1);
}

static void
log_line_text(struct line *l, const char *text)
{
	log_line_add(l, text, strlen(text));
}

/* Each request line prints three integers; printf is too slow for that. */
static void
log_line_int(struct line *l, int64_t value)
{
	char digits[INT_DIGITS];

	log_line_text(l, text_print_int(value, digits));
}

/* U+0080 to U+009F. JSON does not require an escape for them, but terminals interpret them. */
static bool
log_is_c1(const uint8_t *p)
{
	return p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f;
}

/* Adds the character of `n` bytes at `p`, escaped if necessary. */
static void
log_add_character(struct line *l, const uint8_t *p, size_t n)
{
	if (*p == '"' || *p == '\\')
		log_line_printf(l, "\\%c", *p);
	else if (*p < ' ' || *p == 0x7f)
		log_line_printf(l, "\\u%04x", *p);
	else if (*p >= 0x80 && n == 1)
		log_line_printf(l, "\\ufffd"); /* ill-formed UTF-8 */
	else if (n == 2 && log_is_c1(p))
		log_line_printf(l, "\\u%04x", p[1]);
	else
		log_line_add(l, (const char *)p, n);
}

/* Characters that need no escape. */
static const bool plain[256] = {
	[' '] = true,
	['!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

/* Adds as much of `value` as fits into `max` bytes of the line. */
static void
log_add_escaped(struct line *l, const char *value, size_t max)
{
	const uint8_t *p = (const uint8_t *)value, *end = p + strnlen(value, max);
	size_t last = l->size + max - ESCAPE_MAX, n = text_span(value, max - ESCAPE_MAX, plain);
	bool utf8;

	log_line_add(l, value, n);
	p += n;
	utf8 = text_is_utf8(BYTES(p, (size_t)(end - p)));
	for (; p < end && l->size <= last; p += n) {
		n = !utf8 || *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
		log_add_character(l, p, n);
	}
}

static void
log_add_member(struct line *l, const char *name, const char *value, size_t max)
{
	if (value == NULL)
		return;
	log_line_text(l, name);
	log_add_escaped(l, value, max);
	log_line_add(l, "\"", 1);
}

/* Joins the name, a literal, with its punctuation at compile time. */
#define MEMBER(l, name, value, max) log_add_member(l, ",\"" name "\":\"", value, max)

/* Date and time without the fraction. The text is computed once per second, because calendar
 * arithmetic is slow. */
static const char *
log_stamp_of(time_t seconds)
{
	static time_t latest = -1;
	static char stamp[32];
	struct tm tm;

	if (seconds != latest) {
		gmtime_r(&seconds, &tm);
		strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
		latest = seconds;
	}
	return stamp;
}

static void
log_line_begin(struct line *l, enum log_level level)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	int64_t now = clock_ms();

	l->size = 0;
	log_line_text(l, "{\"t\":\"");
	log_line_text(l, log_stamp_of((time_t)(now / 1000)));
	log_line_add(l,
		     (const char[]){ '.', (char)('0' + now % 1000 / 100),
				     (char)('0' + now % 100 / 10), (char)('0' + now % 10), 'Z' },
		     5);
	log_line_text(l, "\",\"level\":\"");
	log_line_text(l, names[level]);
	log_line_text(l, "\"");
	MEMBER(l, "program", program, VALUE_MAX);
	log_line_text(l, ",\"pid\":");
	log_line_int(l, pid_self());
}

static void
log_report_dropped(struct line *l)
{
	log_line_begin(l, LOG_L_WARN);
	log_line_text(l, ",\"msg\":\"");
	log_line_int(l, (int64_t)pending.dropped);
	log_line_text(l, pending.dropped == 1 ? " log line was dropped\"}\n"
					      : " log lines were dropped\"}\n");
}

/* After fork(2), drops the lines of the parent, which writes them itself. */
static void
log_pending_claim(void)
{
	if (pending.owner == pid_self())
		return;
	pending.owner = pid_self();
	pending.size = 0;
	pending.dropped = 0;
}

/* Removes the bytes that were written, so the rest of a partly written line is written later. */
static void
log_pending_write(void)
{
	size_t n = pending.size > 0 ? log_output_write(pending.text, pending.size) : 0;

	if (n == 0)
		return;
	pending.size -= n;
	memmove(pending.text, pending.text + n, pending.size);
}

static void
log_pending_add(const struct line *l)
{
	memcpy(pending.text + pending.size, l->text, l->size);
	pending.size += l->size;
}

static void
log_pending_send(void)
{
	struct line l;

	log_pending_claim();
	log_pending_write();
	if (pending.size > 0 || pending.dropped == 0)
		return;
	log_report_dropped(&l);
	log_pending_add(&l);
	pending.dropped = 0;
	log_pending_write();
}

/* Adds the line to the buffer. Sends the buffer when the next line does not fit, after each line
 * unless the process buffers them, and after an error, because the process may end next. */
static void
log_line_stderr(const struct line *l, enum log_level level)
{
	log_pending_claim();
	if (l->size > pending.max - pending.size)
		log_pending_send();
	if (l->size <= pending.max - pending.size && pending.dropped == 0)
		log_pending_add(l);
	else
		pending.dropped++;
	if (!buffering || level == LOG_L_ERROR)
		log_pending_send();
}

static void
log_line_syslog(const struct line *l, enum log_level level)
{
	static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
	struct line report;

	log_pending_claim();
	if (pending.dropped > 0) {
		log_report_dropped(&report);
		if (log_output_syslog(LOG_WARNING, report.text, report.size - 1))
			pending.dropped = 0;
	}
	if (!log_output_syslog(priorities[level], l->text, l->size - 1))
		pending.dropped++;
}

static void
log_line_send(struct line *l, enum log_level level)
{
	log_line_add(l, "}\n", 2);
	if (target == TO_SYSLOG)
		log_line_syslog(l, level);
	else
		log_line_stderr(l, level);
}

__attribute__((format(printf, 3, 0))) static void
log_message(enum log_level level, bool last, const char *format, va_list args)
{
	int kept = errno;
	struct line l;
	char message[MESSAGE_MAX];

	if (level > wanted)
		return;
	vsnprintf(message, sizeof(message), format, args);
	if (diverted != NULL) {
		diverted(message, last);
	} else {
		log_line_begin(&l, level);
		MEMBER(&l, "msg", message, sizeof(message));
		log_line_send(&l, level);
	}
	errno = kept;
}

void
log_start(const char *name, const char *where, enum log_level level)
{
	log_pending_send();
	for (size_t i = 0; i < pending.size; i++)
		pending.dropped += pending.text[i] == '\n';
	pending.size = 0;
	log_output_start(name);
	pending.max = log_output_max();
	program = name;
	wanted = level;
	target = text_equal(where, "syslog") ? TO_SYSLOG : TO_STDERR;
}

void
log_divert(void (*take)(const char *message, bool last))
{
	diverted = take;
}

#define LOG_FUNCTION(name, level)                                                                  \
	void name(const char *format, ...)                                                         \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		log_message(level, false, format, args);                                           \
		va_end(args);                                                                      \
	}

LOG_FUNCTION(log_error, LOG_L_ERROR)
LOG_FUNCTION(log_warn, LOG_L_WARN)
LOG_FUNCTION(log_info, LOG_L_INFO)
LOG_FUNCTION(log_debug, LOG_L_DEBUG)

void
log_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_message(LOG_L_ERROR, true, format, args);
	va_end(args);
	abort();
}

void
log_request(const struct log_request *r)
{
	int kept = errno;
	struct line l;

	if (wanted < LOG_L_INFO)
		return;
	log_line_begin(&l, LOG_L_INFO);
	MEMBER(&l, "tenant", r->tenant, VALUE_MAX);
	MEMBER(&l, "method", r->method, VALUE_MAX);
	MEMBER(&l, "route", r->route, VALUE_MAX);
	MEMBER(&l, "client", r->client, VALUE_MAX);
	MEMBER(&l, "error", r->error, VALUE_MAX);
	MEMBER(&l, "reference", r->reference, VALUE_MAX);
	MEMBER(&l, "remote", r->remote, VALUE_MAX);
	log_line_text(&l, ",\"status\":");
	log_line_int(&l, r->status);
	log_line_text(&l, ",\"micros\":");
	log_line_int(&l, r->micros);
	log_line_send(&l, LOG_L_INFO);
	errno = kept;
}

void
log_buffer(void)
{
	buffering = true;
}

void
log_flush(void)
{
	int kept = errno;

	buffering = false;
	log_pending_send();
	errno = kept;
}
