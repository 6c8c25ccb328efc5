/* SPDX-License-Identifier: Apache-2.0 */
/* The same stage as for the model: a room's tests are linked with no other room's. */
#include "tests/model/cast.c"
