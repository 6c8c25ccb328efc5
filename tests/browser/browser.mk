# SPDX-License-Identifier: Apache-2.0
#
# Tests of the pages in Chromium.

PRINT_PAGE := $(B)/tests/print_page

$(PRINT_PAGE): $(B)/tests/browser/print_page.o $(foreach r,$(call upto,pages),$(B)/lib$(r).a)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(LINK) $(filter %.o,$^) $(call archives,$(call upto,pages)) $(LIBS)

.PHONY: browser
browser: $(PRINT_PAGE) $(PROGRAMS)
	PYTHON=$(PYTHON) USHER_BUILD=$(B) sh tests/browser/run.sh
