/* SPDX-License-Identifier: Apache-2.0 */
/* The list of errors as a table. The header explains them. */
#include "base/err.h"

static const struct {
	const char *name;
	int status;
	const char *wire;
} errors[] = {
#define X(name, status, wire) [name] = { #name, status, wire },
	ERR_LIST(X)
#undef X
};

int
err_status(enum err e)
{
	return errors[e].status;
}

const char *
err_wire(enum err e)
{
	return errors[e].wire;
}

const char *
err_name(enum err e)
{
	return errors[e].name;
}
