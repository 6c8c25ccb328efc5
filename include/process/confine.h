/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PROCESS_CONFINE_H
#define USHER_PROCESS_CONFINE_H

/* Makes this process, just forked by `master`, die with it, leave no core, show its memory to
 * nobody, and stay within bounds (T-X05, T-F02). */
void confine(int master);
/* Raises the number of descriptors to what is allowed. */
void confine_files(void);

#endif
