# SPDX-License-Identifier: Apache-2.0
#
# Everything about testing: what `make check`, `make cover`, `make bench` and `make fuzz` do.

include tests/fuzz/fuzz.mk
include tests/process/process.mk
-include tests/bench/bench.mk

# What is wiped is watched (tests/http/test_connection.c).
$(B)/unit/http: LINK_$(V) += -Wl,--wrap=crypto_wipe
# How long a handler takes (tests/server/test_serve.c).
$(B)/unit/server: LINK_$(V) += -Wl,--wrap=clock_micros,--wrap=clock_cpu_micros
# What others do between two looks (tests/store/test_lmdb_file.c).
$(B)/unit/store: LINK_$(V) += -Wl,--wrap=mdb_env_info

FLOWS = $(PYTHON) tests/flows/run.py --build $(B)

.PHONY: flows clients check-deps
check: check-deps
	+@MAKE="$(MAKE)" PYTHON="$(PYTHON)" WERROR=-Werror sh tests/check.sh

check-deps:
	@packaging/deps.sh check

flows: programs
	$(FLOWS)

# After a check: the tables are part of a commit, so a check never changes them.
.PHONY: tables
tables:
	$(PYTHON) tests/conformance.py build/logs/*.log

# Published clients against the server.
clients: programs
	PYTHON=$(PYTHON) USHER_BUILD=$(B) sh tests/clients/run.sh

# Line coverage of src/ by the unit tests and the flows behind nginx together.
cover: check-deps
	@sh tests/cover.sh "$(MAKE)" "$(PYTHON)"
