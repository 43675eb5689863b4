# Included by the Makefile: the JSON Schemas as C strings.
SCHEMAS := $(sort $(wildcard report/schema/*.json))

$(B)/schema_data.c: $(SCHEMAS) report/schema.mk
	@mkdir -p $(B)
	@{ echo '/* Generated from report/schema/. */'; \
	  echo '#include "report/schema.h"'; \
	  echo 'const struct schema schema_list[] = {'; \
	  for f in $(SCHEMAS); do \
	    n=$${f##*/}; echo "{\"$${n%.json}\","; \
	    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $$f; \
	    echo '},'; \
	  done; \
	  echo '{NULL, NULL}};'; } > $@

$(B)/schema_data.o: $(B)/schema_data.c
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
