/* SPDX-License-Identifier: Apache-2.0 */
/* Checks, compares, parses and prints text. */
#include "base/text.h"

/* The length of the well-formed UTF-8 sequence at `p`, or 0. Each row is a line of Unicode's table
 * 3-7: the ranges of the first and of the second byte; later bytes are always 80..BF. */
static size_t
text_utf8_sequence(const uint8_t *p, size_t left)
{
	/* clang-format off */
	static const struct {
		uint8_t first, last, second_first, second_last;
		size_t  length;
	} row[] = {
		{ 0x01, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	/* clang-format on */
	size_t i = 0;

	while (i < sizeof(row) / sizeof(row[0]) && (p[0] < row[i].first || p[0] > row[i].last))
		i++;
	if (i == sizeof(row) / sizeof(row[0]) || row[i].length > left)
		return 0;
	if (row[i].length > 1 && (p[1] < row[i].second_first || p[1] > row[i].second_last))
		return 0;
	for (size_t k = 2; k < row[i].length; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	return row[i].length;
}

static bool
text_is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_' || c == '-';
}

/* %x21 / %x23-5B / %x5D-7E (RFC 6749, 3.3) */
bool
text_is_scope_char(char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* True if eight bytes are ASCII without NUL: any other byte sets a high bit in the expression. */
static bool
text_eight_are_ascii(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return ((w | (w - 0x0101010101010101)) & 0x8080808080808080) == 0;
}

bool
text_is_utf8(struct bytes b)
{
	size_t i = 0, length;

	while (i < b.size) {
		if (b.size - i >= 8 && text_eight_are_ascii(b.data + i)) {
			i += 8;
			continue;
		}
		length = b.data[i] > 0 && b.data[i] < 0x80
				 ? 1
				 : text_utf8_sequence(b.data + i, b.size - i);
		if (length == 0)
			return false;
		i += length;
	}
	return true;
}

bool
text_is_ascii(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s >= 0x80)
			return false;
	}
	return true;
}

size_t
text_character(const char *s, uint32_t *out)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t size = u[0] < 0xc0 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	uint32_t c = size == 1 ? u[0] : u[0] & (0xffu >> (size + 1));

	for (size_t i = 1; i < size; i++) {
		if ((u[i] & 0xc0) != 0x80) {
			*out = TEXT_MALFORMED;
			return i;
		}
		c = c << 6 | (u[i] & 0x3f);
	}
	*out = size == 1 && c >= 0x80 ? TEXT_MALFORMED : c;
	return size;
}

size_t
text_unsafe(const char *s)
{
	/* clang-format off */
	static const struct { uint32_t first, last; } row[] = {
		{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f },
		{ 0x061c, 0x061c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0xe0000, 0xe0fff },
	};
	/* clang-format on */
	uint32_t c;
	size_t size;

	if ((unsigned char)*s >= 0x20 && (unsigned char)*s < 0x7f)
		return 0;
	size = text_character(s, &c);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (c >= row[i].first && c <= row[i].last)
			return size;
	return 0;
}

size_t
text_span(const char *s, size_t max, const bool set[256])
{
	size_t n = 0;

	/* Four at a time, because tokens have hundreds of characters. */
	while (max - n >= 4 && set[(unsigned char)s[n]] && set[(unsigned char)s[n + 1]] &&
	       set[(unsigned char)s[n + 2]] && set[(unsigned char)s[n + 3]])
		n += 4;
	while (n < max && set[(unsigned char)s[n]])
		n++;
	return n;
}

bool
text_is_id(const char *s, size_t max)
{
	size_t n = 0;

	if (s == NULL)
		return false;
	while (n <= max && text_is_id_char(s[n]))
		n++;
	return n > 0 && n <= max && s[n] == '\0';
}

bool
text_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
text_starts(const char *s, const char *prefix)
{
	return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *s, const char *suffix)
{
	size_t n, tail = strlen(suffix);

	if (s == NULL)
		return false;
	n = strlen(s);
	return n >= tail && strcmp(s + n - tail, suffix) == 0;
}

#define TEXT_DIGITS_MAX 19 /* that many digits always fit into an unsigned 64-bit integer */

/* Replaces strtoll, which depends on the locale and would take most of the time of reading a row.
 */
static bool
text_read_digits(const char *digits, size_t n, uint64_t *out)
{
	uint64_t value = 0;

	if (n == 0 || n > TEXT_DIGITS_MAX)
		return false;
	if (*digits == '0' && n > 1)
		return false; /* a number has only one spelling: no 007 */
	for (size_t i = 0; i < n; i++) {
		unsigned digit = (unsigned char)digits[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool
text_parse_int_bytes(struct bytes b, int64_t min, int64_t max, int64_t *out)
{
	const char *text = (const char *)b.data;
	bool negative = b.size > 0 && *text == '-';
	uint64_t size;
	int64_t value;

	if (!text_read_digits(text + negative, b.size - negative, &size) ||
	    size > (uint64_t)INT64_MAX + negative || (negative && size == 0))
		return false;
	value = (int64_t)(negative ? -size : size);
	if (value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool
text_parse_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	return s != NULL && text_parse_int_bytes(bytes_of(s), min, max, out);
}

bool
text_has_control(struct bytes b)
{
	for (size_t i = 0; i < b.size; i++) {
		uint8_t c = b.data[i], next = i + 1 < b.size ? b.data[i + 1] : 0;

		if (c < 0x20 || c == 0x7f || (c == 0xc2 && next < 0xa0))
			return true;
	}
	return false;
}

const char *
text_print_int(int64_t value, char digits[INT_DIGITS])
{
	char *p = digits + INT_DIGITS - 1;
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	*p = '\0';
	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (value < 0)
		*--p = '-';
	return p;
}

int
text_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *
text_plain(struct arena *a, const char *s)
{
	char *plain = arena_strdup(a, s);

	for (char *p = plain; p != NULL && *p != '\0'; p++) {
		if (*p == '"')
			*p = '\'';
		else if (*p != ' ' && !text_is_scope_char(*p))
			*p = '?';
	}
	return plain;
}
