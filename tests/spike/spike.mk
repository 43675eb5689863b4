# Spikes; included by tests.mk. A spike is a program tests/spike/*.c with checks
# of its own, run against scripted peers and, where they are installed, real
# servers, all in a network namespace of its own.
SPIKE_SRC := $(filter-out tests/spike/spike.c,$(sort $(wildcard tests/spike/*.c)))
SPIKE_BIN := $(SPIKE_SRC:%.c=$(B)/%)

$(SPIKE_BIN): $(B)/tests/spike/%: tests/spike/%.c tests/spike/spike.c \
		tests/spike/spike.h $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< tests/spike/spike.c $(LIBA) $(LIBS)

spike: $(SPIKE_BIN)
	$(Q)tests/spike/run $(SPIKE_BIN)
.PHONY: spike
