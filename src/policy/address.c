/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical forms of e-mail addresses and telephone numbers. */
#include <stddef.h>
#include <string.h>

#include "policy/address.h"

#define LOCAL_MAX 64
#define PHONE_MAX 15

static bool
address_is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char
address_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool
address_copy_local(const char *text, size_t n, char *out)
{
	if (n > LOCAL_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!address_is_alphanumeric(text[i]) && (unsigned char)text[i] < 0x80 &&
		    strchr(".!#$%&'+-/=?^_`{|}~", text[i]) == NULL)
			return false;
		out[i] = address_lower(text[i]);
	}
	out[n] = '\0';
	return true;
}

static bool
address_copy_host_part(const char *text, char *out)
{
	size_t n = strlen(text);

	if (n >= DOMAIN_SIZE)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!address_is_alphanumeric(text[i]) && text[i] != '.' && text[i] != '-')
			return false;
		out[i] = address_lower(text[i]);
	}
	out[n] = '\0';
	return true;
}

/* Copies the part up to and including the '@', which is at index `at`. */
static bool
address_copy_to_sign(const char *text, const char *at, char **out)
{
	size_t n = (size_t)(at - text);

	if (!address_copy_local(text, n, *out))
		return false;
	(*out)[n] = '@';
	*out += n + 1;
	return true;
}

bool
address_email(const char *text, char out[ADDRESS_SIZE])
{
	const char *at = strchr(text, '@');

	return at != NULL && at > text && strlen(text) <= ADDRESS_MAX &&
	       address_copy_to_sign(text, at, &out) && unicode_domain(at + 1, out);
}

bool
address_read_email(struct arena *a, const char **text, char out[ADDRESS_SIZE])
{
	return unicode_normalise(a, *text, text) && address_email(*text, out);
}

bool
address_email_prefix(const char *text, char out[ADDRESS_SIZE])
{
	const char *at = strchr(text, '@');

	if (at == NULL)
		return address_copy_local(text, strlen(text), out);
	return at > text && address_copy_to_sign(text, at, &out) &&
	       address_copy_host_part(at + 1, out);
}

bool
address_email_suffix(const char *text, char out[ADDRESS_SIZE])
{
	const char *at = strchr(text, '@');

	if (at == NULL)
		return address_copy_host_part(text, out);
	return address_copy_to_sign(text, at, &out) && unicode_domain(at + 1, out);
}

bool
address_email_may_equal(const char *a, const char *b)
{
	const char *at_a = strchr(a, '@'), *at_b = strchr(b, '@');
	bool beyond_a = false, beyond_b = false;

	if (at_a == NULL || at_b == NULL || strcmp(at_a, at_b) != 0)
		return false;
	for (; a < at_a; a++)
		beyond_a = beyond_a || (unsigned char)*a >= 0x80;
	for (; b < at_b; b++)
		beyond_b = beyond_b || (unsigned char)*b >= 0x80;
	return beyond_a && beyond_b;
}

/* Rejects "(0)", a trunk prefix that is dialled only within the country. */
static bool
address_copy_digits(const char *text, char *out)
{
	size_t n = 0;

	if (strstr(text, "(0)") != NULL)
		return false;
	for (; *text != '\0'; text++) {
		if (*text >= '0' && *text <= '9' && n < PHONE_MAX)
			out[n++] = *text;
		else if (strchr(" -.()", *text) == NULL)
			return false;
	}
	out[n] = '\0';
	return n > 0;
}

bool
address_phone(const char *text, char out[ADDRESS_SIZE])
{
	out[0] = '+';
	return text[0] == '+' && address_copy_digits(text + 1, out + 1);
}

bool
address_phone_prefix(const char *text, char out[ADDRESS_SIZE])
{
	return address_phone(text, out);
}

bool
address_phone_suffix(const char *text, char out[ADDRESS_SIZE])
{
	return text[0] == '+' ? address_phone(text, out) : address_copy_digits(text, out);
}
