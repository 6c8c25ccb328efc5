/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time-ordered identifiers: 48 bits of time in 10 digits and 80 random bits in 16 digits, each part
 * big-endian, so that identifiers sort by time.
 */
#include <stddef.h>
#include <string.h>

#include "base/bytes.h"
#include "base/id.h"
#include "base/log.h"
#include "base/text.h"

#define TIME_DIGITS 10
#define PART_BYTES  5 /* 40 random bits are 8 digits; an identifier has two such parts */
#define PART_DIGITS 8

/* Without i, l, o and u, which are easy to misread. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const bool is_digit[256] = {
	['0' ... '9'] = true, ['a' ... 'h'] = true, ['j'] = true,	  ['k'] = true,
	['m'] = true,	      ['n'] = true,	    ['p' ... 't'] = true, ['v' ... 'z'] = true,
};

static void
id_write_digits(uint64_t value, size_t n, char *out)
{
	while (n-- > 0) {
		out[n] = digits[value & 31];
		value >>= 5;
	}
}

void
id_new(struct random *r, int64_t now_ms, char out[ID_SIZE])
{
	uint8_t byte[2 * PART_BYTES];

	if (now_ms < 0 || now_ms >> 48 != 0)
		log_die("the time %lld ms does not fit into an identifier", (long long)now_ms);
	random_bytes(r, byte, sizeof(byte));
	id_write_digits((uint64_t)now_ms, TIME_DIGITS, out);
	id_write_digits(bytes_get(byte, PART_BYTES), PART_DIGITS, out + TIME_DIGITS);
	id_write_digits(bytes_get(byte + PART_BYTES, PART_BYTES), PART_DIGITS,
			out + TIME_DIGITS + PART_DIGITS);
	out[ID_LEN] = '\0';
}

bool
id_is(const char *s)
{
	/* Ten digits have 50 bits; the time has 48, so the first digit is at most 7. */
	if (s == NULL || s[0] < '0' || s[0] > '7')
		return false;
	return text_span(s, ID_SIZE, is_digit) == ID_LEN && s[ID_LEN] == '\0';
}
