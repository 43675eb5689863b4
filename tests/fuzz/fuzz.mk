# Fuzzing; included by tests.mk. A target is a file tests/fuzz/NAME.c with seeds
# in tests/fuzz/corpus/NAME/ or, where the tests have some already, in SEEDS_NAME.
#
#   make fuzz FUZZ_SECONDS=60 [FUZZ=dnsmsg]     libFuzzer, each for so long
#
# As part of the unit tests the same targets run over their seeds and a fixed
# number of changes of them (runner.c).
FUZZ_SECONDS ?= 60
FUZZ_SHARED := tests/fuzz/runner.c tests/fuzz/file.c
FUZZ_SRC := $(filter-out $(FUZZ_SHARED),$(sort $(wildcard tests/fuzz/*.c)))
FUZZ_BIN := $(FUZZ_SRC:%.c=$(B)/%)
FUZZ ?= $(notdir $(basename $(FUZZ_SRC)))

$(FUZZ_BIN): $(B)/tests/fuzz/%: tests/fuzz/%.c $(FUZZ_SHARED) tests/fuzz/fuzz.h $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes $(LDFLAGS_ALL) \
	  -o $@ $< $(FUZZ_SHARED) $(LIBA) $(LIBS)

unit-build: $(FUZZ_BIN)

# The same with libFuzzer in the place of the runner; what it finds goes into
# build/fuzz/found/NAME, and what ends a target is build/fuzz/NAME-crash-...
FUZZER_BIN := $(addprefix $(B)/fuzzer/,$(FUZZ))
$(FUZZER_BIN): $(B)/fuzzer/%: tests/fuzz/%.c tests/fuzz/file.c $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes $(LDFLAGS_ALL) \
	  -fsanitize=fuzzer -o $@ $< tests/fuzz/file.c $(LIBA) $(LIBS)

fuzzer-build: $(FUZZER_BIN) build/tests/profiles/made

fuzz:
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) B=build/fuzz CC=clang OPT='-O1 -g' \
	  SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	  FUZZ='$(FUZZ)' fuzzer-build
	$(Q)python3 tests/fuzz/run --seconds $(FUZZ_SECONDS) $(FUZZ)

.PHONY: fuzz fuzzer-build
