# SPDX-License-Identifier: Apache-2.0
#
# make fuzz-replay   run the seeds of every target, in the kind of build of V
# make fuzz          run libFuzzer for FUZZ_SECONDS on each target
#
# A target is tests/fuzz/fuzz_<name>.c; its seeds are in tests/fuzz/seeds/<name>/. Inputs that fail
# are kept in build/fuzz/found/; add them to the seeds when the fault is fixed.

FUZZ_SECONDS ?= 20
FUZZ ?= $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))

FUZZ_FLAGS = -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024 -verbosity=0 \
	-print_final_stats=1

# The rooms that targets are linked with. FUZZ_ROOMS_<name> replaces them for one target.
FUZZ_ROOMS := $(call upto,policy)
FUZZ_ROOMS_template := base pages
FUZZ_ROOMS_catalogue := base pages

define fuzz_target
$$(B)/fuzz/replay/$(1) $$(B)/fuzz/search/$(1): \
		$$(B)/tests/fuzz/fuzz_$(1).o $(foreach r,$(2),$$(B)/lib$(r).a)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	$$(Q)$$(LINK) $$(filter %.o,$$^) $$(FUZZ_MAIN) $$(call archives,$(2)) $$(LIBS)
endef
$(B)/fuzz/search/%: FUZZ_MAIN = -fsanitize=fuzzer
$(FUZZ:%=$(B)/fuzz/replay/%): $(B)/tests/fuzz/replay.o
$(foreach t,$(FUZZ),$(eval $(call fuzz_target,$(t),$(or $(FUZZ_ROOMS_$(t)),$(FUZZ_ROOMS)))))

.PHONY: fuzz-replay fuzz-search
fuzz-replay: $(FUZZ:%=$(B)/fuzz/replay/%)
	@set -e; for t in $(FUZZ); do $(B)/fuzz/replay/$$t tests/fuzz/seeds/$$t; done

# The corpus of libFuzzer is in build/fuzz/corpus; the seeds do not change.
fuzz-search: $(FUZZ:%=$(B)/fuzz/search/%)
	@set -e; for t in $(FUZZ); do \
		mkdir -p $(B)/corpus/$$t $(B)/found; \
		echo "# $$t, $(FUZZ_SECONDS) s"; \
		$(B)/fuzz/search/$$t $(FUZZ_FLAGS) -artifact_prefix=$(B)/found/$$t- \
			$(B)/corpus/$$t tests/fuzz/seeds/$$t; \
	done

fuzz:
	+@$(MAKE) --no-print-directory V=fuzz fuzz-search
