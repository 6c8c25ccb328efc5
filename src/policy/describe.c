/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of sentences that all kinds of conditions share: names, lists, times. English only.
 */
#include <stdbool.h>
#include <time.h>

#include "base/text.h"
#include "policy/describe.h"

struct range {
	uint32_t first, last;
};

/* Blanks and punctuation with which a name could continue the sentence. */
static const struct range punctuation[] = {
	{ ' ', ' ' },	    { '"', '"' },	{ '(', ')' },
	{ ',', ',' },	    { ';', ';' },	{ 0x00a0, 0x00a0 },
	{ 0x1680, 0x1680 }, { 0x2000, 0x206f }, { 0x3000, 0x303f },
};

/* Quotation marks, with which a name could end its quotation early. */
static const struct range marks[] = { { '"', '"' }, { 0x201c, 0x201f } };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
describe_is_in(uint32_t c, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= r[i].first && c <= r[i].last)
			return true;
	}
	return false;
}

static bool
describe_needs_quotes(const char *name)
{
	uint32_t c;

	for (const char *s = name; *s != '\0'; s += text_character(s, &c)) {
		text_character(s, &c);
		if (describe_is_in(c, punctuation, COUNT(punctuation)) || text_unsafe(s) > 0)
			return true;
	}
	return *name == '\0';
}

void
describe_name(struct buf *b, const char *name)
{
	bool quoted = describe_needs_quotes(name);
	size_t size, count = 0;
	uint32_t c;

	if (quoted)
		buf_text(b, "“");
	for (const char *s = name; *s != '\0'; s += size) {
		size = text_character(s, &c);
		if (text_unsafe(s) > 0 || describe_is_in(c, marks, COUNT(marks)))
			continue;
		if (count++ == DESCRIBE_NAME_MAX) {
			buf_text(b, "…");
			break;
		}
		buf_add(b, s, size);
	}
	if (quoted)
		buf_text(b, "”");
}

void
describe_between(struct buf *b, size_t i, size_t n, const char *last)
{
	if (i == 0)
		return;
	if (i + 1 < n)
		buf_text(b, ", ");
	else
		buf_printf(b, " %s ", last);
}

void
describe_names(struct buf *b, const struct str_list *names, const char *last)
{
	for (size_t i = 0; i < names->n; i++) {
		describe_between(b, i, names->n, last);
		describe_name(b, names->list[i]);
	}
}

void
describe_seconds(struct buf *b, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	size_t i = 0;
	int64_t n;

	while (seconds % units[i].seconds != 0)
		i++;
	n = seconds / units[i].seconds;
	buf_printf(b, "%lld %s%s", (long long)n, units[i].name, n == 1 ? "" : "s");
}

void
describe_date(struct buf *b, int64_t when)
{
	static const char *const months[] = {
		"January", "February", "March",	    "April",   "May",	   "June",
		"July",	   "August",   "September", "October", "November", "December",
	};
	time_t t = when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return;
	buf_printf(b, "%d %s %d", tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900);
	if (when % 86400 == 0)
		return;
	buf_printf(b, " %02d:%02d", tm.tm_hour, tm.tm_min);
	if (tm.tm_sec != 0)
		buf_printf(b, ":%02d", tm.tm_sec);
	buf_text(b, " UTC");
}
