/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_TEXT_H
#define USHER_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* True for well-formed UTF-8 (Unicode 15, table 3-7) without U+0000. Overlong forms, surrogates and
 * values above U+10FFFF are rejected (T-P03). */
bool text_is_utf8(struct bytes b);
/* True if no byte of `s` is above 0x7f. */
bool text_is_ascii(const char *s);
/* True if the text contains a control character: C0, DEL, or C1 (two bytes of UTF-8). Headers and
 * texts that people read must not contain any. */
bool text_has_control(struct bytes b);
/* Decodes the character at `s` and returns its length in bytes. `s` should be valid UTF-8; a
 * malformed character is TEXT_MALFORMED and ends before the next byte that does not continue it.
 * Reads no further than a NUL. */
#define TEXT_MALFORMED UINT32_MAX
size_t text_character(const char *s, uint32_t *out);
/* The length of the character at `s` if it must not be shown to people: control characters, and
 * invisible characters that reorder, join or hide others (Unicode Technical Report 36, 2.5 and
 * 2.6). 0: it may be shown. Reads no further than a NUL. */
size_t text_unsafe(const char *s);
/* The number of leading characters, at most `max`, that are in the set. NUL must not be in it. */
size_t text_span(const char *s, size_t max, const bool set[256]);
/* True for an identifier in a path: 1 to `max` letters, digits, '_' and '-'. False for NULL. */
bool text_is_id(const char *s, size_t max);
/* True for a character of a scope token: %x21 / %x23-5B / %x5D-7E (RFC 6749, 3.3). */
bool text_is_scope_char(char c);
/* Compares two texts; NULL equals only NULL. Not for secrets: see crypto_equal. */
bool text_equal(const char *a, const char *b);
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
/* Parse a decimal integer from `min` to `max`: an optional '-', no '+', no leading zeros, no other
 * characters. False otherwise. */
bool text_parse_int(const char *s, int64_t min, int64_t max, int64_t *out);
bool text_parse_int_bytes(struct bytes b, int64_t min, int64_t max, int64_t *out);
/* Prints a decimal integer to the end of `digits`, with a NUL, and returns its first character. */
#define INT_DIGITS 21 /* digits of INT64_MIN, its sign and the NUL */
const char *text_print_int(int64_t value, char digits[INT_DIGITS]);
/* The value of a hexadecimal digit; -1 for other characters. */
int text_hex(char c);
/* A copy of `s` for `error_description` (RFC 6749, 5.2): printable ASCII without '"' and '\\';
 * other characters are replaced. */
char *text_plain(struct arena *a, const char *s);

#endif
