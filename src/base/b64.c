/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64 with both alphabets, by libsodium. It rejects non-canonical encodings (T-P09): spare bits,
 * missing or surplus padding, and white space, because it gets no characters to ignore and no end
 * pointer.
 */
#include <sodium.h>

#include "base/b64.h"
#include "base/log.h"

static char *
b64_encode_one(struct arena *a, struct bytes b, int variant)
{
	size_t size;
	char *text;

	if (b.size > SIZE_MAX / 4)
		log_die("%zu bytes are too many for base64", b.size);
	size = sodium_base64_encoded_len(b.size, variant);
	text = arena_alloc(a, size);
	return sodium_bin2base64(text, size, b.data, b.size, variant);
}

/* Where char is signed, libsodium 1.0.18 decodes every byte from 0x80 as the last letter of the
 * alphabet, so one text would have many encodings. */
static bool
b64_is_ascii(const char *text)
{
	while (*text > 0 && *text < 0x7f)
		text++;
	return *text == '\0';
}

static bool
b64_decode_one(struct arena *a, const char *text, int variant, struct bytes *out)
{
	size_t len, max;
	uint8_t *data;

	if (text == NULL || !b64_is_ascii(text))
		return false;
	len = strlen(text);
	max = len / 4 * 3 + 3;
	data = arena_alloc(a, max);
	if (sodium_base642bin(data, max, text, len, NULL, &out->size, NULL, variant) != 0)
		return false;
	out->data = data;
	return true;
}

/* The value of each letter of base64url plus one; 0 for other bytes. */
/* clang-format off */
static const uint8_t b64url_value[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6,
	['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};
/* clang-format on */

char *
b64url_encode(struct arena *a, struct bytes b)
{
	return b64_encode_one(a, b, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void
b64url_write(struct bytes b, char *out)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

	sodium_bin2base64(out, sodium_base64_encoded_len(b.size, variant), b.data, b.size, variant);
}

bool
b64url_decode(struct arena *a, const char *text, struct bytes *out)
{
	return b64_decode_one(a, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

bool
b64url_decode_public(struct arena *a, const char *text, struct bytes *out)
{
	uint8_t *data, *to;
	unsigned pending = 0; /* number of low bits of `bits` that are not written yet */
	uint32_t bits = 0;

	if (text == NULL)
		return false;
	data = to = arena_alloc(a, strlen(text) / 4 * 3 + 3);
	for (; *text != '\0'; text++) {
		uint32_t value = b64url_value[(unsigned char)*text];

		if (value == 0)
			return false;
		bits = bits << 6 | (value - 1);
		pending += 6;
		if (pending < 8)
			continue;
		pending -= 8;
		*to++ = (uint8_t)(bits >> pending);
	}
	*out = BYTES(data, (size_t)(to - data));
	return pending < 6 && (bits & ((1u << pending) - 1)) == 0;
}

bool
b64_decode(struct arena *a, const char *text, struct bytes *out)
{
	return b64_decode_one(a, text, sodium_base64_VARIANT_ORIGINAL, out);
}

char *
b64_encode(struct arena *a, struct bytes b)
{
	return b64_encode_one(a, b, sodium_base64_VARIANT_ORIGINAL);
}
