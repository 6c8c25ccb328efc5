/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_BASE_TEXT_H
#define USHER_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Well-formed UTF-8 (Unicode 15, table 3-7) without U+0000.  Overlong forms, surrogates and
 * what lies beyond U+10FFFF are refused (T-P03). */
bool text_is_utf8(struct bytes b);
/* Has `s` no byte beyond 0x7f? */
bool text_is_ascii(const char *s);
/* Has it a control character: C0, DEL, or C1 in its two bytes of UTF-8?  None belongs into what
 * people read, or into a header. */
bool text_has_control(struct bytes b);
/* How many characters from the front are in the set, of the first `max`; NUL is in no set. */
size_t text_span(const char *s, size_t max, const bool set[256]);
/* Letters, digits, '_' and '-', 1 to `max` of them: what may stand in a path as an identifier. */
bool text_is_id(const char *s, size_t max);
/* A character of a scope token: %x21 / %x23-5B / %x5D-7E (RFC 6749, 3.3). */
bool text_is_scope_char(char c);
/* NULL is different from everything but NULL. */
bool text_equal(const char *a, const char *b);
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
/* A decimal integer: optional '-', no leading zeros, no sign '+', nothing around it. */
bool text_int(const char *s, int64_t min, int64_t max, int64_t *out);
bool text_bytes_int(struct bytes b, int64_t min, int64_t max, int64_t *out);
/* The same the other way round: the digits end at the end of `digits`, and the text begins where
 * the result points to. */
#define INT_DIGITS 21 /* those of INT64_MIN, its sign and the NUL */
const char *text_of_int(int64_t value, char digits[INT_DIGITS]);
/* The value of a hexadecimal digit; -1 for other characters. */
int text_hex(char c);
/* `s` fit for `error_description` (RFC 6749, 5.2): printable ASCII without '"' and '\\'. */
char *text_plain(struct arena *a, const char *s);

#endif
