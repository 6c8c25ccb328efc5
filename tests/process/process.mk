# SPDX-License-Identifier: Apache-2.0
#
# The boundary and the processes, seen from a raw FastCGI client: usherd with a service that echoes;
# and the real one, where tickets are at stake.

STUB       := $(B)/tests/stub_usherd
MAKE_STORE := $(B)/tests/make_store
# Of these rooms a service of its own takes what the processes, the configuration and the janitor
# need, and nothing of the server.
STUB_ROOMS := usherd process server model policy http jose store base

$(STUB): $(B)/tests/process/stub/stub_server.o $(B)/tests/process/stub/stub_request.o \
		$(STUB_ROOMS:%=$(B)/lib%.a)
	@mkdir -p $(@D)
	$(LINK) $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$(MAKE_STORE): $(B)/tests/process/stub/make_store.o $(B)/libstore.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(LINK) $^ $(LIBS)

# A test may let these fail (tests/process/faults.h).
$(B)/unit/process: LINK_$(V) += -Wl,--wrap=fork,--wrap=kill,--wrap=setrlimit

.PHONY: boundary check-kill
boundary: $(STUB) $(MAKE_STORE) $(PROGRAMS)
	V=$(V) $(PYTHON) tests/process/test_boundary.py

# kill -9 every 50 ms under load, KILL_SECONDS for each number of WORKERS; no part of `make check`.
KILL_SECONDS ?= 600
WORKERS ?= 2 6
check-kill: $(MAKE_STORE) $(PROGRAMS)
	V=$(V) KILL_SECONDS=$(KILL_SECONDS) WORKERS="$(WORKERS)" $(PYTHON) tests/process/kill_storm.py
