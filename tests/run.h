/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_TESTS_RUN_H
#define USHER_TESTS_RUN_H

#include <CUnit/CUnit.h>

/*
 * Runs the suites of one room and prints one line for each test: "ok room/module: sentence", or
 * "not ok …" and the failed assertions below it.  The rows of the conformance list that a test
 * shows are in brackets at the end of its sentence: "a ticket works once [G-TKT-02 T-U01]".  The
 * last line is "N passed, N failed".  Returns the exit code of main.
 *
 * With an argument only the tests whose line contains it run; -l lists all.
 */
int run_suites(CU_SuiteInfo *suites, int argc, char **argv);

#endif
