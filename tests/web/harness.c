/* SPDX-License-Identifier: Apache-2.0 */
/* The model's harness: a room's tests are linked with no other room's. */
#include "tests/model/harness.c"
