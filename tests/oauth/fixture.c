/* SPDX-License-Identifier: Apache-2.0 */
/* The model's fixture: a room's tests are linked with no other room's. */
#include "tests/model/fixture.c"
