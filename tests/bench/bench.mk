# SPDX-License-Identifier: Apache-2.0
#
# make bench: measures the speed as ratios to floors that are measured in the same run. It prints a table
# and writes build/bench.tsv; no test depends on it. ROUNDS= and SECONDS= change the duration, ROWS=
# the size of the large store. To compare with another revision, build it in another directory (make
# V=gcc bench-programs) and run tests/bench/bench.py --old DIRECTORY/build/gcc, which measures both
# alternately.

BENCH       := $(B)/bench
BENCH_STORE := model policy jose http store base

# bench_program NAME OBJECTS ROOMS: a program of some objects and rooms.
define bench_program
$(BENCH)/$(1): $(2:%=$(B)/%.o) $(3:%=$(B)/lib%.a)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	$$(Q)$$(LINK) $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS)
BENCH_PROGRAMS += $(BENCH)/$(1)
endef

$(eval $(call bench_program,fill,tests/bench/fill,$(BENCH_STORE)))
$(eval $(call bench_program,load,tests/bench/load tests/bench/talk,base))
$(eval $(call bench_program,start,tests/bench/start,base))
$(eval $(call bench_program,bench_sign,tests/bench/bench_sign,jose base))
$(eval $(call bench_program,bench_store,tests/bench/bench_store tests/support,store base))
$(eval $(call bench_program,usherd-trivial,tests/bench/trivial tests/process/stub/stub_request,$(STUB_ROOMS)))
# usherd with batches of one request, to measure what group commit gains.
$(eval $(call bench_program,usherd-single,tests/bench/loop_single src/usherd,$(call reverse,$(filter-out admin,$(ROOMS)))))

# A program that is linked with all libraries of usherd and calls none.
$(BENCH)/nothing: $(B)/tests/bench/nothing.o
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(LINK) $< -Wl,--no-as-needed $(LIBS)
BENCH_PROGRAMS += $(BENCH)/nothing

$(B)/tests/bench/loop_single.o: src/process/loop.c
	@mkdir -p $(@D)
	@echo "  CC    $@"
	$(Q)$(COMPILE) -DBATCH_MAX=1

.PHONY: bench bench-programs
bench-programs: programs $(BENCH_PROGRAMS)
bench:
	@packaging/deps.sh bench
	+@$(MAKE) --no-print-directory V=gcc bench-programs
	@$(PYTHON) tests/bench/bench.py --build build/gcc
