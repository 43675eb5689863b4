# Tests; included by the Makefile. Everything is found by name: a file
# tests/unit/*.c with a main of its own (cmocka), a file tests/checks/*.py with
# scripted peers, a row of tests/lab/faults.csv.
UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(B)/%)
SHELL_SCRIPTS := packaging/deps.sh packaging/npm.sh packaging/embed.sh packaging/embed_text.sh packaging/version.sh packaging/sign \
	packaging/static/libraries packaging/static/parts tests/lint/registry.sh .ci/run $(wildcard packaging/rmm/*.sh) \
	packaging/completions/preflight.bash packaging/pack packaging/install.sh \
	packaging/debian/postinst tests/packages/boot.sh
JOBS := $(shell nproc)

$(B)/tests/unit/%: tests/unit/%.c $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes -MMD -MP $(LDFLAGS_ALL) \
	  -o $@ $< $(LIBA) -lcmocka $(LIBS)

-include $(UNIT_BIN:=.d)
-include $(wildcard tests/fuzz/fuzz.mk)

unit-build: $(UNIT_BIN) build/tests/profiles/made

# The files that the reader must refuse, also seeds of the fuzzer.
build/tests/profiles/made: tests/profiles/expand tests/profiles/bad.txt tests/profiles/sample.yaml
	$(Q)tests/profiles/expand $(@D)
	@touch $@

# The sanitizer build of everything; the unit tests and the scripted peers in it.
asan:
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) B=build/asan OPT='-O1 -g' \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' \
	  all unit-build
	$(Q)python3 tests/run --build build/asan unit checks

# A compiler looks only at what changed, cppcheck too. gcc's warnings are seen
# in a build of their own, unless WERROR=1 made them errors in this one.
lint: all
	$(call say,LINT,style)
	$(Q)python3 tests/lint/style.py
	$(Q)python3 tests/lint/layers.py
	$(Q)python3 tests/lint/names.py
	$(Q)python3 tests/lint/english.py
	$(Q)python3 tests/lint/documents.py
	$(Q)python3 tests/lint/faults.py
	$(Q)python3 tests/lint/tags.py
	$(Q)python3 tests/lint/facts.py
	$(call say,LINT,format)
	$(Q)git ls-files --cached --others --exclude-standard '*.c' '*.h' | \
	  xargs clang-format --dry-run -Werror
	$(call say,LINT,shell)
	$(Q)shellcheck $(SHELL_SCRIPTS)
	$(call say,LINT,clang)
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) CC=clang B=build/clang WERROR=1 \
	  OPT=-O0 HARDEN= HARDEN_PROBED= all
ifneq ($(WERROR),1)
	$(call say,LINT,gcc)
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) CC=gcc B=build/gcc WERROR=1 all
endif
	$(call say,LINT,cppcheck)
	@mkdir -p build/cppcheck
	$(Q)cppcheck --quiet --std=c11 --enable=warning,portability,performance \
	  --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 \
	  --suppressions-list=tests/lint/cppcheck.txt \
	  --cppcheck-build-dir=build/cppcheck \
	  -D__linux__ -I . -j$(JOBS) core checks listen profiles report changes cmd

demo: deps
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)tests/lab/demo

# What a terminal shows of the demo, anew: tests/golden/screens, docs/screen.svg.
screens: all
	$(Q)tests/lab/screens --update

check: deps
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) WERROR=1 all unit-build bench-tools
	$(Q)$(MAKE) --no-print-directory WERROR=1 lint
	$(Q)$(MAKE) --no-print-directory asan
	$(Q)python3 tests/run unit checks cli faults artefacts browser bench lab

# What the measurements need: the cost of a report apart from the network, and small programs.
BENCH_TOOLS := $(B)/tests/bench/report_cost $(addprefix $(B)/tests/bench/,bare serve tap took) $(B)/tests/line

$(B)/tests/bench/report_cost: tests/bench/report_cost.c $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIBA) $(LIBS)

$(B)/tests/bench/%: tests/bench/%.c
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $<

$(B)/tests/line: tests/lab/line.c
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -O2 -o $@ $<

-include $(B)/tests/bench/report_cost.d

bench-tools: $(BENCH_TOOLS)

# Everything beside other programs, into docs/benchmarks.md: BENCH='--rounds 3 --only ping'. The goals alone.
bench: all bench-tools
	$(Q)tests/bench/bench $(BENCH)

bench-quick: all bench-tools
	$(Q)tests/bench/bench --quick

deps-bench:
	$(Q)sh packaging/deps.sh packaging/packages-bench.txt

# Faults by seed against what an independent probe saw: N cases.
N    ?= 40
SEED ?= 1
campaign: all
	$(Q)tests/lab/campaign --seed $(SEED) --cases $(N)

# What takes too long for every run; the parts are in tests/nightly. Beyond what
# `make deps` installs, the comparison of `make bench`, `make check-stress` and
# `make check-packages` need something.
nightly: deps deps-nightly
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)tests/nightly

deps-nightly:
	$(Q)sh packaging/deps.sh $(addprefix packaging/packages-,bench.txt stress.txt nightly.txt)

# What the host refuses, one call after the other; long. Its sample of two minutes
# is the suite "faults" of tests/run.
FAULTS := $(B)/tests/faults/fail.so
$(FAULTS): tests/faults/fail.c
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(OPT) -Wall -Wextra -shared -fPIC -o $@ $<

unit-build: $(FAULTS)

check-faults: all $(FAULTS)
	$(Q)nice tests/faults/run

# The suites beside other work for the processors, so many times. SUITES: not all.
REPEAT ?= 20
check-stress: deps all unit-build
	$(Q)sh packaging/deps.sh packaging/packages-stress.txt
	$(Q)tests/stress --repeat $(REPEAT) $(SUITES)

.PHONY: screens check-faults check-stress unit-build asan lint demo check bench bench-quick bench-tools deps-bench campaign nightly deps-nightly

# What the evaluator says of this host's packet filter against packets that are
# really sent, in namespaces: RULESETS by SEED (root).
RULESETS ?= 500
$(B)/tests/ruleset/%: tests/ruleset/%.c $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIBA) $(LIBS)

unit-build: $(B)/tests/ruleset/ask

check-ruleset: $(B)/tests/ruleset/ask
	$(Q)unshare --net tests/ruleset/check --seed $(SEED) --rulesets $(RULESETS)

.PHONY: check-ruleset
