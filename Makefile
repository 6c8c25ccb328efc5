# SPDX-License-Identifier: Apache-2.0
#
# make            build usherd and usherctl (build/gcc); installs nothing
# make deps       install the Debian packages that the build needs
# make run        a demo on 127.0.0.1:8080 behind nginx, or FRONT=lighttpd
# make check      run all tests; the last line is the number of passed and failed tests
# make lint       clang-format, cppcheck, clang-tidy and gcc -fanalyzer; part of make check
# make tables     write tests/conformance.tsv and tests/threats.tsv from the results of the last check
# make install    install below DESTDIR: programs and manual pages in PREFIX (/usr/local), the sample of
#                 settings in SYSCONFDIR (/etc, where the programs expect it), systemd units in UNITDIR
#                 (the directory that pkg-config names, or PREFIX/lib/systemd/system)
# make manuals, make sample
#                 make usher.conf(5) and the sample of settings. To build for another machine, set CC
#                 and PKG_CONFIG for that machine, and CC_FOR_BUILD to the compiler of this machine.
# make bench, make fuzz, make cover, make clean
#
# V selects the kind of build: gcc, asan (gcc with sanitizers), clang (clang with sanitizers),
# cov (coverage), fuzz (clang with libFuzzer). Each kind has its own directory below build/. Warnings
# are errors (WERROR) in all kinds except gcc, because packagers use other compilers. In `make check`
# they are errors there too.
#
# Q= shows the commands.

V       ?= gcc
Q       ?= @
PREFIX  ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
SYSCONFDIR ?= /etc
PYTHON  ?= /usr/bin/python3
PKG_CONFIG ?= pkg-config
VERSION := 0.1.0

B := build/$(V)

# Lowest first. The tests of a room are linked with this room and lower ones only, so a call of a
# higher room does not link.
ROOMS := base store jose http pages policy model web uma oauth people server process usherd admin

PKGS := json-c gnutls lmdb libsodium libconfuse liburiparser
WERROR ?= $(if $(filter gcc,$(V)),,-Werror)
WARN := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef -Wconversion -Wswitch-enum \
	-Wno-unused-parameter
ALL_CPPFLAGS := -Iinclude -I. -D_GNU_SOURCE -DUSHER_VERSION='"$(VERSION)"' $(CPPFLAGS)
ALL_CFLAGS   := -std=c11 $(WARN) $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
ALL_LDFLAGS  := -Wl,--as-needed -Wl,-z,relro,-z,now
LIBS         := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lfcgi -pthread

SAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS ?= -O2 -g
CC_gcc   := $(if $(filter default,$(origin CC)),gcc,$(CC))
CC_asan  := gcc
CC_clang := clang
CC_cov   := gcc
CC_fuzz  := clang
FLAGS_gcc   := $(CFLAGS) -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LINK_gcc    := -pie $(LDFLAGS)
FLAGS_asan  := -O1 -g $(SAN)
LINK_asan   := $(SAN)
FLAGS_clang := -O1 -g $(SAN)
LINK_clang  := $(SAN)
FLAGS_cov   := -O0 -g --coverage
LINK_cov    := --coverage -Wl,--wrap=_exit,--wrap=abort build/cov/tests/cov.o
FLAGS_fuzz  := -O1 -g $(SAN) -fsanitize=fuzzer-no-link
LINK_fuzz   := $(SAN)

CCV := $(CC_$(V))
COMPILE = $(CCV) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(FLAGS_$(V)) -MMD -MP -c -o $@ $<
LINK = $(CCV) $(FLAGS_$(V)) $(ALL_LDFLAGS) $(LINK_$(V)) -o $@

MAINS := usherd usherctl
PROGRAMS := $(MAINS:%=$(B)/%)

.PHONY: all deps check run bench fuzz cover install clean programs unit
all: programs
programs: $(PROGRAMS)
	@:

deps:
	@packaging/deps.sh build

# Names what is missing before the compiler fails. libfcgi has no file for pkg-config; msgfmt is the
# compiler of translations, from GNU gettext.
MISSING = $(strip $(foreach p,$(PKGS),$(if $(shell $(PKG_CONFIG) --exists $(p) 2>/dev/null && echo y),,$(p))) \
	$(if $(shell echo '\#include <fcgiapp.h>' | $(CCV) $(CPPFLAGS) -E - >/dev/null 2>&1 && echo y),,libfcgi) \
	$(if $(shell command -v msgfmt),,msgfmt))
.PHONY: libraries
libraries:
	@missing='$(MISSING)'; [ -z "$$missing" ] || \
		{ echo "missing libraries: $$missing (make deps installs them on Debian)" >&2; exit 1; }

# Make runs pkg-config when it starts, so the build is a second make after the packages are
# installed.
run:
	@packaging/deps.sh run
	+@$(MAKE) --no-print-directory programs
	@$(PYTHON) packaging/demo/demo.py --build $(B)

# --- rooms -----------------------------------------------------------------------------------

define room
$(1)_SRC := $$(wildcard src/$(1)/*.c)
$(1)_OBJ := $$($(1)_SRC:%.c=$$(B)/%.o) $$(MORE_$(1))
$$(B)/lib$(1).a: $$($(1)_OBJ)
	@rm -f $$@
	@ar rcs $$@ $$^
$(1)_TESTS := $$(wildcard tests/$(1)/*.c)
$$(B)/unit/$(1): $$($(1)_TESTS:%.c=$$(B)/%.o) $$(B)/tests/run.o $$(B)/tests/support.o $$(foreach r,$$(call upto,$(1)),$$(B)/lib$$(r).a)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	$$(Q)$$(LINK) $$(filter %.o,$$^) $$(call archives,$$(call upto,$(1))) $$(LIBS) -lcunit
endef

# The rooms up to $(1) inclusive, and their archives in the order for the linker: highest first.
upto     = $(if $(filter $(1),$(ROOMS)),$(call upto_,$(1),$(ROOMS)))
upto_    = $(firstword $(2)) $(if $(filter $(1),$(firstword $(2))),,$(call upto_,$(1),$(wordlist 2,99,$(2))))
reverse  = $(if $(1),$(call reverse,$(wordlist 2,99,$(1))) $(firstword $(1)))
archives = $(foreach r,$(call reverse,$(1)),$(B)/lib$(r).a)

# The files that src/pages/pages.c contains: templates, style and translations.
PAGES_FILES := $(sort $(wildcard src/pages/templates/*.html)) src/pages/usher.css src/pages/mark.svg
CATALOGUES  := $(patsubst src/pages/%.po,$(B)/%.mo,$(sort $(wildcard src/pages/po/*.po)))
MORE_pages  := $(B)/src/pages/assets.o

$(foreach r,$(ROOMS),$(eval $(call room,$(r))))

$(B)/po/%.mo: src/pages/po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check-format --check-domain --no-hash -o $@ $<

$(B)/src/pages/assets.c: packaging/embed.sh $(PAGES_FILES) $(CATALOGUES)
	@mkdir -p $(@D)
	$(Q)packaging/embed.sh $(PAGES_FILES) $(CATALOGUES) > $@.part && mv $@.part $@

$(B)/src/pages/assets.o: $(B)/src/pages/assets.c $(B)/options
	@echo "  CC    $@"
	$(Q)$(COMPILE)

# The compiler, its options and the version. If one changes, all objects are compiled again.
BUILT_WITH := $(CCV) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(FLAGS_$(V))
.PHONY: force
$(B)/options: libraries force
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(BUILT_WITH))' > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/%.o: %.c $(B)/options
	@mkdir -p $(@D)
	@echo "  CC    $@"
	$(Q)$(COMPILE)

$(PROGRAMS): $(B)/%: $(B)/src/%.o $(foreach r,$(ROOMS),$(B)/lib$(r).a)
	@echo "  LINK  $@"
	$(Q)$(LINK) $< $(call archives,$(ROOMS)) $(LIBS)

# `make unit` builds and runs the unit tests of all rooms; `make unit ROOM=policy` those of one room.
ROOM ?= $(foreach r,$(ROOMS),$(if $(wildcard tests/$(r)/*.c),$(r)))
.PHONY: $(ROOMS:%=unit-%)
unit: $(ROOM:%=unit-%)
$(ROOMS:%=unit-%): unit-%: $(B)/unit/%
	@echo "# $<"; $<

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# --- manual pages: usher.conf(5) is made from the table of settings -----------------------------

MANUALS := packaging/man/usherd.8 packaging/man/usherctl.8 $(B)/usher.conf.5
$(B)/usher.conf.5: packaging/man/usher.conf.5.in $(B)/settings-text
	@$(B)/settings-text --manual > $@.part
	@sed -e '/^@SETTINGS@$$/ { r $@.part' -e 'd; }' $< > $@
	@rm $@.part
$(B)/usher.conf.sample: $(B)/settings-text
	@$< --sample > $@.part
	@mv $@.part $@
.PHONY: manuals sample
manuals: $(MANUALS)
sample: $(B)/usher.conf.sample

# settings-text runs on the build machine, which may be unable to run usherd. It needs no library.
CC_FOR_BUILD ?= cc
SETTINGS_TEXT := packaging/settings-text.c $(patsubst %,src/base/%.c,arena buf config_print settings text)
$(B)/settings-text: $(SETTINGS_TEXT) $(wildcard include/base/*.h)
	@mkdir -p $(@D)
	@echo "  CC    $@"
	$(Q)$(CC_FOR_BUILD) -std=c11 -D_GNU_SOURCE -Iinclude -o $@ $(SETTINGS_TEXT)

# --- installing --------------------------------------------------------------------------------

UNITDIR ?= $(or $(shell $(PKG_CONFIG) --variable=systemdsystemunitdir systemd 2>/dev/null),$(PREFIX)/lib/systemd/system)
FRONTS := nginx lighttpd apache
INSTALLED = $(DESTDIR)$(DATADIR)/usher

install: programs manuals sample
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(SYSCONFDIR)/usher $(DESTDIR)$(UNITDIR)
	install -d $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(MANDIR)/man5 $(INSTALLED)/schema
	install -m 755 $(PROGRAMS) $(DESTDIR)$(SBINDIR)
	install -m 644 $(B)/usher.conf.sample $(DESTDIR)$(SYSCONFDIR)/usher/usher.conf.sample
	for m in $(MANUALS); do \
		f=$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; \
		sed 's#/usr/share/usher#$(DATADIR)/usher#' $$m > $$f && \
		chmod 644 $$f || exit 1; done
	install -m 644 schema/* $(INSTALLED)/schema
	for f in $(FRONTS); do \
		install -d $(INSTALLED)/fcgi-conf/$$f && \
		install -m 644 fcgi-conf/$$f/* $(INSTALLED)/fcgi-conf/$$f || exit 1; done
	sed 's#/usr/share/usher/#$(DATADIR)/usher/#; s#/usr/sbin/#$(SBINDIR)/#' fcgi-conf/lighttpd/usher.conf \
		> $(INSTALLED)/fcgi-conf/lighttpd/usher.conf
	sed 's#/usr/share/usher/#$(DATADIR)/usher/#' fcgi-conf/lighttpd/usher_signin.conf \
		> $(INSTALLED)/fcgi-conf/lighttpd/usher_signin.conf
	for u in usherd.service usherd.socket; do \
		sed 's#@SBINDIR@#$(SBINDIR)#; s#@SYSCONFDIR@#$(SYSCONFDIR)#' packaging/systemd/$$u \
			> $(DESTDIR)$(UNITDIR)/$$u || exit 1; done

clean:
	rm -rf build

include tests/check.mk
