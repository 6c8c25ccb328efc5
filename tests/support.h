/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SUPPORT_H
#define USHER_TESTS_SUPPORT_H

#include <stdint.h>

/* A fresh scratch folder below build/tmp; the caller removes it, with all in it, and frees the name. */
char *scratch_new(void);
void scratch_remove(const char *path);

/* xorshift64*: the same numbers after the same seed (not 0).  draw_below returns 0 to below - 1. */
void draw_seed(uint64_t seed);
unsigned draw_below(unsigned below);

#endif
