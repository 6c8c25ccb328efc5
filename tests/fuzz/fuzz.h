/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_FUZZ_FUZZ_H
#define USHER_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What a fuzz target consists of.  To add one: tests/fuzz/fuzz_<name>.c with the first function
 * below, and some inputs in tests/fuzz/seeds/<name>/; fuzz.mk finds both.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Optional: called once before. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What has to hold for every input there is. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
