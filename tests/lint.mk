# SPDX-License-Identifier: Apache-2.0
#
# make lint      clang-format, cppcheck, clang-tidy (its checks are in .clang-tidy) and gcc -fanalyzer.
#                A finding is an error. A file that passed is analysed again when it, or a header
#                that it includes, has changed (build/lint).

LINT := build/lint
LINT_SOURCES := $(sort $(wildcard src/*/*.c))
LINT_PASSED  := $(LINT_SOURCES:%.c=$(LINT)/%.passed)
LINT_FLAGS   := -std=c11 $(ALL_CPPFLAGS) $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)

# Off in cppcheck: varFuncNullUB, as NULL is a pointer on POSIX and may end a list of arguments;
# ctuPointerArith, ctuuninitvar and uninitvar, as they take a variable that a function fills for one
# it reads (gcc and clang look for these, too); normalCheckLevelMaxBranches, which is no finding.
LINT_CPPCHECK := --std=c11 --enable=warning,performance,portability --inline-suppr --quiet \
	--error-exitcode=1 --library=tests/cppcheck.cfg --suppress=varFuncNullUB \
	--suppress=ctuPointerArith --suppress=ctuuninitvar --suppress=uninitvar \
	--suppress=normalCheckLevelMaxBranches \
	$(ALL_CPPFLAGS)

# $(call lint,NAME,SENTENCE,COMMAND): one line of the check, and below it the output of the command.
lint = if $(3) >$(LINT)/$(1).log 2>&1; then echo "ok lint: $(2)"; else \
	echo "not ok lint: $(2)"; sed 's/^/    /' $(LINT)/$(1).log; exit 1; fi

.PHONY: lint lint-tools lint-format lint-cppcheck lint-analyzers
lint: lint-format lint-cppcheck lint-analyzers

lint-tools:
	@missing=; for tool in clang-format clang-tidy cppcheck gcc; do \
		command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	[ -z "$$missing" ] || { echo "missing tools:$$missing" \
		"(packaging/deps.sh check installs them on Debian)" >&2; exit 1; }
	@mkdir -p $(LINT)

lint-format: lint-tools
	@$(call lint,format,clang-format has nothing to change,\
		find src include tests packaging -name '*.[ch]' -exec clang-format --dry-run -Werror {} +)

lint-cppcheck: lint-tools
	@$(call lint,cppcheck,cppcheck finds nothing,cppcheck $(LINT_CPPCHECK) src)

lint-analyzers: $(LINT_PASSED)
	@echo "ok lint: clang-tidy and gcc -fanalyzer find nothing"

# The nodes that clang may visit in one function. Most of the time of `make lint` is proportional to
# this number; clang's default is 225000. For a deep analysis: rm -r build/lint;
# make lint LINT_NODES=225000
LINT_NODES := 20000
LINT_CLANG := -Xclang -analyzer-config -Xclang max-nodes=$(LINT_NODES)

# Off in gcc 14: fd-leak, as descriptors are kept in structures or opened to stay open.
LINT_GCC := -O1 -fanalyzer -Werror -Wno-analyzer-fd-leak

# gcc also writes which headers the source includes.
$(LINT_PASSED): $(LINT)/%.passed: %.c .clang-tidy tests/lint.mk | lint-tools
	@mkdir -p $(@D)
	@{ gcc $(LINT_FLAGS) $(LINT_GCC) -MMD -MP -MT $@ -MF $(@:.passed=.d) -c -o /dev/null $< \
		&& clang-tidy --quiet $< -- $(LINT_FLAGS) $(LINT_CLANG); } >$(@:.passed=.log) 2>&1 || \
		{ echo "not ok lint: $<"; sed 's/^/    /' $(@:.passed=.log); exit 1; }
	@touch $@

-include $(LINT_PASSED:.passed=.d)
