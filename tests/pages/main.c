/* SPDX-License-Identifier: Apache-2.0 */
/* The suites of the room: templates, their values and their translations. */
#include "tests/run.h"

extern CU_SuiteInfo view_suite, template_parse_suite, template_print_suite, template_message_suite,
	catalogue_suite, language_suite, pages_suite;

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = { view_suite,		template_parse_suite,
				  template_print_suite, template_message_suite,
				  catalogue_suite,	language_suite,
				  pages_suite,		CU_SUITE_INFO_NULL };

	return run_suites(suites, argc, argv);
}
