/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_RUN_H
#define USHER_TESTS_RUN_H

#include <CUnit/CUnit.h>

/*
 * Runs the suites of one room and prints a line a test: "ok room/module: sentence" or "not ok …"
 * with the place of the first failure.  Rows of the conformance list that a test shows stand in
 * brackets at the end of its sentence: "a ticket works once [G-TKT-02 T-U01]".  The last line is
 * "N passed, N failed".  Returns the exit code of main.
 */
int run_suites(CU_SuiteInfo *suites);

#endif
