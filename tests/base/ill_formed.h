/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BASE_ILL_FORMED_H
#define USHER_TESTS_BASE_ILL_FORMED_H

#include "base/bytes.h"

/*
 * Calls check() once for each kind of ill-formed UTF-8 (Unicode, table 3-7). check() returns true
 * if it rejected the text. Returns the number of rejected texts; *count is the number of all
 * texts.
 */
typedef int ill_formed_check(struct bytes text, void *arg);

struct ill_formed {
	ill_formed_check *check;
	void *arg;
	size_t rejected, count;
};

static inline void
ill_formed_one(struct ill_formed *all, const void *text, size_t size)
{
	all->count++;
	all->rejected += all->check(BYTES(text, size), all->arg) != 0;
}

/* All second bytes from..to after `first`, followed by `more` valid continuation bytes. */
static inline void
ill_formed_seconds(struct ill_formed *all, uint8_t first, unsigned from, unsigned to, size_t more)
{
	for (unsigned second = from; second <= to; second++)
		ill_formed_one(all, (uint8_t[]){ first, (uint8_t)second, 0xbf, 0xbf }, 2 + more);
}

/* A valid sequence, truncated at each byte, and with each byte after the first one replaced. */
static inline void
ill_formed_pieces(struct ill_formed *all, const char *sound)
{
	static const uint8_t wrong[] = { 0x7f, 0xc0, 'a', '"', 0xff };
	size_t size = strlen(sound);
	uint8_t text[4];

	for (size_t n = 1; n < size; n++)
		ill_formed_one(all, sound, n);
	for (size_t at = 1; at < size; at++) {
		for (size_t i = 0; i < sizeof(wrong); i++) {
			memcpy(text, sound, size);
			text[at] = wrong[i];
			ill_formed_one(all, text, size);
		}
	}
}

static inline struct ill_formed
ill_formed_all(ill_formed_check *check, void *arg)
{
	struct ill_formed all = { .check = check, .arg = arg };

	for (unsigned c = 0x80; c <= 0xff; c++) /* alone */
		ill_formed_one(&all, (uint8_t[]){ (uint8_t)c }, 1);
	ill_formed_seconds(&all, 0xc0, 0x80, 0xbf, 0); /* overlong */
	ill_formed_seconds(&all, 0xc1, 0x80, 0xbf, 0);
	ill_formed_seconds(&all, 0xe0, 0x80, 0x9f, 1);
	ill_formed_seconds(&all, 0xf0, 0x80, 0x8f, 2);
	ill_formed_seconds(&all, 0xed, 0xa0, 0xbf, 1); /* surrogates */
	ill_formed_seconds(&all, 0xf4, 0x90, 0xbf, 2); /* beyond U+10FFFF */
	for (unsigned first = 0xf5; first <= 0xff; first++)
		ill_formed_seconds(&all, (uint8_t)first, 0x80, 0x83, 2);
	ill_formed_pieces(&all, "\xc2\x80");
	ill_formed_pieces(&all, "\xdf\xbf");
	ill_formed_pieces(&all, "\xe0\xa0\x80");
	ill_formed_pieces(&all, "\xed\x9f\xbf");
	ill_formed_pieces(&all, "\xef\xbf\xbf");
	ill_formed_pieces(&all, "\xf0\x90\x80\x80");
	ill_formed_pieces(&all, "\xf4\x8f\xbf\xbf");
	return all;
}

#endif
