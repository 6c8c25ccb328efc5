/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_POLICY_ADDRESS_H
#define USHER_POLICY_ADDRESS_H

#include <stdbool.h>

#include "base/unicode.h"

/*
 * E-mail addresses and telephone numbers in one spelling, so that they can be compared byte by
 * byte. Policies, accounts and claims follow the same rule.
 *
 * E-mail: one '@'; before it 1 to 64 bytes of the atoms and dots of RFC 5321, 4.1.2, and UTF-8
 * beyond ASCII (RFC 6531), but no '*'; after it a host name, also with characters beyond ASCII; 254
 * bytes in all. The canonical form has ASCII letters in lower case and the host as A-labels.
 *
 * Telephone: '+' and 1 to 15 digits (E.164); blanks, hyphens, dots and brackets between them are
 * left out of the canonical form.
 *
 * Each function returns false if the text is not such an address: it cannot be compared.
 */
#define ADDRESS_MAX  254
#define ADDRESS_SIZE (ADDRESS_MAX + DOMAIN_SIZE)

bool address_email(const char *text, char out[ADDRESS_SIZE]);
bool address_phone(const char *text, char out[ADDRESS_SIZE]);
/* For an address that an owner or administrator writes: normalises *text (base/unicode.h) first. */
bool address_read_email(struct arena *a, const char **text, char out[ADDRESS_SIZE]);

/* The same for the beginning or the end of an address, for the operators prefix and suffix. A part
 * of a host name must be ASCII, as it may end within a label. */
bool address_email_prefix(const char *text, char out[ADDRESS_SIZE]);
bool address_email_suffix(const char *text, char out[ADDRESS_SIZE]);
bool address_phone_prefix(const char *text, char out[ADDRESS_SIZE]);
bool address_phone_suffix(const char *text, char out[ADDRESS_SIZE]);

/* Could two different canonical e-mail addresses be the same mailbox? True if both have characters
 * beyond ASCII before the '@' and the same host: they may differ in the case of such characters,
 * which the canonical form does not change. */
bool address_email_may_equal(const char *a, const char *b);

#endif
