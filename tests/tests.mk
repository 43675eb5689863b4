# Tests; included by the Makefile. A unit test is a file tests/unit/*.c with a
# main of its own (cmocka), found by name.
UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(B)/%)

$(B)/tests/unit/%: tests/unit/%.c $(LIBA)
	$(call say,CCLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIBA) -lcmocka $(LIBS)

-include $(UNIT_BIN:=.d)

unit: $(UNIT_BIN)
	$(Q)for t in $(UNIT_BIN); do $$t || exit 1; done
.PHONY: unit
