/* SPDX-License-Identifier: Apache-2.0 */
/* The floor of starting: loads every library that usherd loads, and does nothing. */
int
main(void)
{
	return 0;
}
