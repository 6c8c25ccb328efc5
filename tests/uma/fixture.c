/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture of tests/model: the tests of a room are one program and link no objects of other
 * rooms' tests.
 */
#include "tests/model/fixture.c"
