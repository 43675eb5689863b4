# preflight: build, test, install. Quiet; V=1 shows the commands.
#
#   make            the program, build/preflight
#   make deps       Debian packages, by name, only what is missing (root)
#   make static     one file for every Linux of this processor, build/static/preflight
#   make demo       set-up, build, the main job in the lab (root)
#   make check      set-up, lint, all tests (root)
#   make check-faults   each call and allocation in turn fails (root)
#   make check-stress   the suites on a busy machine: REPEAT=20 (root)
#   make check-ruleset   generated packet filters against packets: RULESETS=500 SEED=1 (root)
#   make campaign   cases by seed against an independent probe: N=300 SEED=1
#   make nightly    what takes too long for every run (root)
#   make install    below DESTDIR and PREFIX=/usr/local; make uninstall

VERSION := 0.2.0
CC      ?= cc
B       ?= build
V       ?= 0
ifeq ($(V),0)
Q := @
say = @printf '  %-6s %s\n' '$(1)' '$(2)'
else
Q :=
say = @:
endif

PACKAGES := libuv libcares openssl libcurl libssh yaml-0.1 jansson
PC_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PC_LIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
SNMP_LIBS := -lnetsnmp

# The OpenSSF compiler guide's set, as far as this compiler knows it.
probe = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
WARN := -Wall -Wextra -Wno-missing-field-initializers -Wformat -Wformat=2 -Werror=format-security \
	-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough \
	-Wconversion -Wsign-conversion -Werror=implicit \
	-Werror=incompatible-pointer-types -Werror=int-conversion
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 \
	-fno-delete-null-pointer-checks -fno-strict-overflow \
	-fno-strict-aliasing -ffile-prefix-map=$(CURDIR)=.
ifndef PROBED
WARN_PROBED := $(call probe,-Wduplicated-cond) $(call probe,-Wlogical-op) \
	$(call probe,-Wformat-signedness) $(call probe,-Wtrampolines) \
	$(call probe,-Wbidi-chars=any) $(call probe,-Walloca)
HARDEN_PROBED := $(call probe,-fcf-protection=full) \
	$(call probe,-ftrivial-auto-var-init=zero) \
	$(call probe,-fstrict-flex-arrays=3)
endif
# CI sets WERROR=1: a warning there is an error, a user's newer compiler isn't.
WERROR ?= $(if $(CI),1,0)
ifeq ($(WERROR),1)
WARN += -Werror
endif

OPT      ?= -O2 -g
SANITIZE ?=
INCLUDES := -iquote .
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE $(OPT) $(WARN) $(WARN_PROBED) \
	$(if $(SANITIZE),,$(HARDEN) $(HARDEN_PROBED)) $(SANITIZE) $(INCLUDES) \
	$(PC_CFLAGS) -DPREFLIGHT_VERSION='"$(VERSION)"' $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack \
	-Wl,--as-needed $(SANITIZE) $(LDFLAGS)
LIBS = $(PC_LIBS) $(SNMP_LIBS) -lpthread -lm

CHECKS  := $(sort $(wildcard checks/*.c))
FORMATS := $(shell grep -l '^const struct format format_' report/formats/*.c)
DIALECTS := $(sort $(wildcard changes/dialects/*.c))
RECOGNISERS := $(sort $(wildcard listen/*.c))
RULES   := $(sort $(wildcard report/diagnose/rules/*.c))
# The folder of core/os that is built.
SYSTEM  ?= linux
LIB_SRC := $(sort $(wildcard core/os/$(SYSTEM)/*.c) \
	$(foreach layer,core checks listen profiles report changes, \
	$(wildcard $(layer)/*.c $(layer)/*/*.c)) $(wildcard report/*/*/*.c))
CMD_SRC := $(sort $(wildcard cmd/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/registry.o $(B)/recognisers.o $(B)/built_in.o $(B)/public_roots.o \
	$(B)/page.o
CMD_OBJ := $(CMD_SRC:%.c=$(B)/%.o) $(B)/version.o
LIBA    := $(B)/libpreflight.a

all: $(B)/preflight

$(B)/preflight: $(CMD_OBJ) $(LIBA)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(CMD_OBJ) $(LIBA) $(LIBS)

$(LIBA): $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) qcs $@ $(LIB_OBJ) # q: names repeat

$(B)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(B)/%.o: $(B)/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The registries of checks, formats, dialects, recognisers and findings, from the files found.
# Made every time, moved only when it changed: deleting a check must show, too.
$(B)/registry.c: FORCE
	@mkdir -p $(B)
	@sh tests/lint/registry.sh $(CHECKS) -- $(FORMATS) -- $(DIALECTS) -- $(RULES) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# By itself: a unit test of plans brings a registry of checks of its own.
$(B)/recognisers.c: FORCE
	@mkdir -p $(B)
	@sh tests/lint/registry.sh recognisers $(RECOGNISERS) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# The profiles, as the program holds them.
PROFILES := $(sort $(wildcard profiles/*.yaml))
$(B)/built_in.c: packaging/embed.sh $(PROFILES)
	@mkdir -p $(B)
	@sh packaging/embed.sh $(PROFILES) > $@

# Style and script of the page that `--format html` writes.
PAGE := report/formats/html_style.css report/formats/html_script.js
$(B)/page.c: packaging/embed_text.sh $(PAGE)
	@mkdir -p $(B)
	@sh packaging/embed_text.sh report/formats/html.h html_style=$(word 1,$(PAGE)) \
	  html_script=$(word 2,$(PAGE)) > $@

# Mozilla's set of public roots, of the package ca-certificates.
$(B)/public_roots.c: $(wildcard /usr/share/ca-certificates/mozilla/*.crt)
	@mkdir -p $(B)
	@{ echo '#include "core/os/roots.h"'; echo 'const char os_roots_public[] = ""'; \
	  cat /dev/null $(sort $^) | sed 's/.*/"&\\n"/'; echo ';'; } > $@

# What `preflight --version` says: the release and the commit, where git knows. With
# RELEASE_KEY=FILE the key that `preflight verify` goes by.
RELEASE_KEY ?=
$(B)/version.c: FORCE
	@mkdir -p $(B)
	@sh packaging/version.sh $(VERSION) $(RELEASE_KEY) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d)

# What the compiler would miss is named before it starts, with what installs it.
HEADERS := '\#include <net-snmp/net-snmp-config.h>'
$(LIB_OBJ) $(CMD_OBJ): | $(B)/headers
$(B)/headers:
	@mkdir -p $(@D)
	$(Q)missing=; for library in $(PACKAGES); do \
	  pkg-config --exists $$library 2>/dev/null || missing="$$missing $$library"; done; \
	echo $(HEADERS) | $(CC) -E - >/dev/null 2>&1 || missing="$$missing net-snmp"; \
	[ -z "$$missing" ] || { echo "preflight: no headers of:$$missing" >&2; \
	  echo "preflight: run 'sudo make deps'" >&2; exit 1; }
	@touch $@

include packaging/install.mk
include tests/tests.mk
include packaging/static/static.mk

# Looks at the pages for what bars a reader: of npm, in tests only.
AXE := axe-core@4.10.2

deps:
	$(Q)sh packaging/deps.sh $(DEPS)
	$(Q)$(if $(DEPS),:,sh packaging/npm.sh $(AXE))

# The pages that hold what `preflight explain` and `preflight list options` say.
docs: all
	$(Q)PREFLIGHT=$(abspath $(B))/preflight docs/generate
	$(Q)PREFLIGHT=$(abspath $(B))/preflight docs/generate_options
	$(Q)PREFLIGHT=$(abspath $(B))/preflight docs/generate_pages

clean:
	$(Q)rm -rf $(B)

FORCE:
.PHONY: all deps demo docs check lint asan clean FORCE
.DELETE_ON_ERROR:
