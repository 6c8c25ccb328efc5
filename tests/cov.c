/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For V=cov only: what a child process did counts as well, though it ends by _exit or abort, which
 * is how tests look at a misuse that ends the process.  Linked by --wrap.
 */
#include <stdlib.h>
#include <unistd.h>

void __gcov_dump(void);
void __real__exit(int code) __attribute__((noreturn));
void __real_abort(void) __attribute__((noreturn));
void __wrap__exit(int code) __attribute__((noreturn));
void __wrap_abort(void) __attribute__((noreturn));

void
__wrap__exit(int code)
{
	__gcov_dump();
	__real__exit(code);
}

void
__wrap_abort(void)
{
	__gcov_dump();
	__real_abort();
}
