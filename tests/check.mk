# SPDX-License-Identifier: Apache-2.0
#
# The targets for tests: check, cover, bench, fuzz and others.

include tests/lint.mk
include tests/fuzz/fuzz.mk
include tests/process/process.mk
include tests/browser/browser.mk
-include tests/bench/bench.mk

# tests/http/test_connection.c records what is wiped.
$(B)/unit/http: LINK_$(V) += -Wl,--wrap=crypto_wipe
# tests/server/test_serve.c sets how long a handler takes.
$(B)/unit/server: LINK_$(V) += -Wl,--wrap=clock_micros,--wrap=clock_cpu_micros
# tests/store/test_lmdb_file.c acts as another process between two calls.
$(B)/unit/store: LINK_$(V) += -Wl,--wrap=mdb_env_info

FLOWS = $(PYTHON) tests/flows/run.py --build $(B)

.PHONY: flows clients check-deps
check: check-deps
	+@MAKE="$(MAKE)" PYTHON="$(PYTHON)" WERROR=-Werror sh tests/check.sh

check-deps:
	@packaging/deps.sh check

flows: programs
	$(FLOWS)

# Run it after a check. The tables are tracked files, so a check does not change them.
.PHONY: tables
tables:
	$(PYTHON) tests/conformance.py build/logs/*.log

# Runs published clients against the server.
clients: programs
	PYTHON=$(PYTHON) USHER_BUILD=$(B) sh tests/clients/run.sh

# Line coverage of src/ by the unit tests, the boundary and the flows behind nginx together.
cover: check-deps
	@sh tests/cover.sh "$(MAKE)" "$(PYTHON)"
