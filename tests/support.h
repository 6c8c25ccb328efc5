/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_SUPPORT_H
#define USHER_TESTS_SUPPORT_H

/* A fresh scratch folder below build/tmp; the caller removes it, with all in it, and frees the name. */
char *scratch_new(void);
void scratch_remove(const char *path);

#endif
