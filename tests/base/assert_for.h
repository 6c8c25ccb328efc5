/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_BASE_ASSERT_FOR_H
#define USHER_TESTS_BASE_ASSERT_FOR_H

#include <CUnit/CUnit.h>

/* An assertion about one of many inputs: a failure names the input. */
#define ASSERT_FOR(input, condition)                                                               \
	CU_assertImplementation((condition), __LINE__, (input), __FILE__, "", CU_FALSE)

#endif
