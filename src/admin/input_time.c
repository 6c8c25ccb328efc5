/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a time in the forms that people write. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin/input.h"
#include "base/text.h"

#define YEAR_9999 253402300799

static const struct {
	char letter;
	int64_t seconds;
} units[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 },
};

static bool
input_parse_age(const char *text, int64_t now, int64_t *out)
{
	char digits[16];
	size_t n = strlen(text);
	int64_t count;

	if (n < 2 || n > sizeof digits)
		return false;
	memcpy(digits, text, n - 1);
	digits[n - 1] = '\0';
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (units[i].letter == text[n - 1] &&
		    text_parse_int(digits, 0, 1000000000, &count)) {
			*out = now - count * units[i].seconds;
			return true;
		}
	return false;
}

/* Parses "Z", "z" or "+02:00" (RFC 3339, 5.6) into the seconds east of UTC. */
static bool
input_parse_offset(const char *text, int64_t *out)
{
	int hours, minutes, end = 0;
	char sign;

	*out = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return true;
	/* Two digits are in the range of int.  NOLINTNEXTLINE(cert-err34-c) */
	if (sscanf(text, "%c%2d:%2d%n", &sign, &hours, &minutes, &end) != 3 || end != 6 ||
	    text[6] != '\0' || (sign != '+' && sign != '-') || hours < 0 || hours > 23 ||
	    minutes < 0 || minutes > 59)
		return false;
	*out = (sign == '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
	return true;
}

static bool
input_parse_rfc3339(const char *text, int64_t *out)
{
	struct tm tm = { 0 };
	int64_t east = 0;
	const char *rest;

	if (strlen(text) < 10 || text[4] != '-' || text[7] != '-')
		return false;
	rest = strptime(text, "%Y-%m-%d", &tm);
	if (rest == NULL || rest != text + 10)
		return false;
	if (*rest != '\0') {
		if (strchr("Tt ", *rest) == NULL || strlen(rest) < 10)
			return false;
		text = rest + 1;
		rest = strptime(text, "%H:%M:%S", &tm);
		if (rest == NULL || rest != text + 8)
			return false;
		if (*rest == '.')
			rest += 1 + strspn(rest + 1, "0123456789");
		if (!input_parse_offset(rest, &east))
			return false;
	}
	*out = (int64_t)timegm(&tm) - east;
	return true;
}

bool
input_time(const char *text, int64_t now, int64_t *out)
{
	return text_parse_int(text, 0, YEAR_9999, out) || input_parse_age(text, now, out) ||
	       input_parse_rfc3339(text, out);
}
