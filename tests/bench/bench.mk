# SPDX-License-Identifier: Apache-2.0
#
# make bench: how fast, as ratios to floors that are measured in the same minutes.  It prints a table
# and writes build/bench.tsv; no other test depends on it.  ROUNDS=, SECONDS=, ROWS= change how long
# it takes and how much is in the large store.  To compare with another revision, build it elsewhere
# (make V=gcc bench-programs) and run tests/bench/bench.py --old THERE/build/gcc: both are measured in
# turn.

BENCH       := $(B)/bench
BENCH_STORE := model policy jose http store base

# A program of one source file and some rooms: bench_program NAME OBJECTS ROOMS
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
# usherd whose rounds hold one request: what there would be without group commit.
$(eval $(call bench_program,usherd-single,tests/bench/loop_single src/usherd,$(call reverse,$(filter-out admin,$(ROOMS)))))

# Every library that usherd is linked with, though it calls none.
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
