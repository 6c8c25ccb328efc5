# SPDX-License-Identifier: Apache-2.0
#
# Tests of the FastCGI boundary and the processes with a raw FastCGI client. Most use a service that
# echoes; tests of tickets use the real one.

STUB       := $(B)/tests/stub_usherd
MAKE_STORE := $(B)/tests/make_store
# The rooms for a test service: its processes, settings and janitor are those of usherd.
STUB_ROOMS := usherd process server model policy http jose store base

$(STUB): $(B)/tests/process/stub/stub_server.o $(B)/tests/process/stub/stub_request.o \
		$(STUB_ROOMS:%=$(B)/lib%.a)
	@mkdir -p $(@D)
	$(LINK) $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$(MAKE_STORE): $(B)/tests/process/stub/make_store.o $(B)/libstore.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(LINK) $^ $(LIBS)

# Tests can make these functions fail (tests/process/faults.h).
$(B)/unit/server: LINK_$(V) += -Wl,--wrap=permission_post # tests/server/test_waiting.c
$(B)/unit/process: LINK_$(V) += -Wl,--wrap=fork,--wrap=kill,--wrap=setrlimit

.PHONY: boundary check-kill
boundary: $(STUB) $(MAKE_STORE) $(PROGRAMS)
	V=$(V) $(PYTHON) tests/process/test_boundary.py

# Sends kill -9 every 50 ms under load, KILL_SECONDS for each number of WORKERS. Not in `make
# check`.
KILL_SECONDS ?= 600
WORKERS ?= 2 6
check-kill: $(MAKE_STORE) $(PROGRAMS)
	V=$(V) KILL_SECONDS=$(KILL_SECONDS) WORKERS="$(WORKERS)" $(PYTHON) tests/process/kill_storm.py
