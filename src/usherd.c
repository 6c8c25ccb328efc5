/* SPDX-License-Identifier: Apache-2.0 */
/* usherd: the authorization server. */
#include "usherd/command.h"
#include "usherd/service.h"

int
main(int argc, char **argv)
{
	return usherd_main(&usherd_service, argc, argv);
}
