/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64 in its two alphabets.  libsodium refuses other spellings (T-P09): spare bits, missing or
 * surplus padding, and, without a list of what to ignore and an end pointer, white space.
 */
#include <sodium.h>

#include "base/b64.h"
#include "base/log.h"

static char *
encode(struct arena *a, struct bytes b, int variant)
{
	size_t size;
	char *text;

	if (b.size > SIZE_MAX / 4)
		log_die("base64 of %zu bytes", b.size);
	size = sodium_base64_encoded_len(b.size, variant);
	text = arena_alloc(a, size);
	return sodium_bin2base64(text, size, b.data, b.size, variant);
}

/* libsodium 1.0.18 takes every byte from 0x80 for the last letter of the alphabet, where char has
 * a sign: it would give one text many spellings. */
static bool
is_ascii(const char *text)
{
	while (*text > 0 && *text < 0x7f)
		text++;
	return *text == '\0';
}

static bool
decode(struct arena *a, const char *text, int variant, struct bytes *out)
{
	size_t len, max;
	uint8_t *data;

	if (text == NULL || !is_ascii(text))
		return false;
	len = strlen(text);
	max = len / 4 * 3 + 3;
	data = arena_alloc(a, max);
	if (sodium_base642bin(data, max, text, len, NULL, &out->size, NULL, variant) != 0)
		return false;
	out->data = data;
	return true;
}

static int
b64url_letter_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

char *
b64url_encode(struct arena *a, struct bytes b)
{
	return encode(a, b, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
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
	return decode(a, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

bool
b64url_decode_public(struct arena *a, const char *text, struct bytes *out)
{
	uint8_t *data, *to;
	unsigned held = 0;	/* bits of `bits` that are not written yet */
	uint32_t bits = 0;

	if (text == NULL)
		return false;
	data = to = arena_alloc(a, strlen(text) / 4 * 3 + 3);
	for (; *text != '\0'; text++) {
		int value = b64url_letter_value(*text);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		*to++ = (uint8_t)(bits >> held);
	}
	*out = BYTES(data, to - data);
	return held < 6 && (bits & ((1u << held) - 1)) == 0;
}

bool
b64_decode(struct arena *a, const char *text, struct bytes *out)
{
	return decode(a, text, sodium_base64_VARIANT_ORIGINAL, out);
}

char *
b64_encode(struct arena *a, struct bytes b)
{
	return encode(a, b, sodium_base64_VARIANT_ORIGINAL);
}
