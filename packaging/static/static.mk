# The static program; included by the Makefile. One file that holds everything:
#
#   make static     build/static/: preflight, preflight.spdx.json (its parts), SHA256SUMS
#
# The same source gives the same octets, wherever it lies; the date in the list of
# parts is SOURCE_DATE_EPOCH, else that of the last commit. `packaging/sign` signs.
# From the objects of the dynamic one. --fatal-warnings: the C library's warning
# about what a static program cannot do (NSS, dlopen) ends the build. -s, not strip:
# the build's id is one of what is left.
STATIC := $(B)/static
STATIC_OBJ := $(STATIC)/no_gssapi.o $(STATIC)/no_plugins.o
STATIC_LIBS = -luv_a -lcares -lcurl -lssh -lyaml -ljansson -lnetsnmp -lssl -lcrypto -lz \
	-lpthread -lm
LDFLAGS_STATIC = -static -no-pie -s -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack \
	-Wl,--gc-sections -Wl,--fatal-warnings \
	@$(STATIC)/wrapped $(LDFLAGS)

SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)

static: $(STATIC)/SHA256SUMS
	@ls -l $(STATIC)/preflight | awk '{ printf "  %-6s %s, %.1f MB\n", "STATIC", $$NF, $$5 / 1000000 }'

$(STATIC)/%.o: packaging/static/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes -c -o $@ $<

# The folder of the libraries. Asked for every time, as their cache may have been
# removed, or the packages renewed; it takes long only then.
$(STATIC)/libraries: FORCE
	@mkdir -p $(@D)
	$(Q)CC='$(CC)' packaging/static/libraries > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(STATIC)/wrapped: packaging/static/no_plugins.c
	@mkdir -p $(@D)
	@sed -n 's/.*__wrap_\([a-z_]*\)(.*/-Wl,--wrap=\1/p' $< > $@

$(STATIC)/preflight: $(CMD_OBJ) $(LIBA) $(STATIC_OBJ) $(STATIC)/libraries $(STATIC)/wrapped
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_STATIC) -o $@ $(CMD_OBJ) $(STATIC_OBJ) $(LIBA) \
	  -L"$$(cat $(STATIC)/libraries)" $(STATIC_LIBS)
	$(Q)strip -R .comment $@

# By the version that the program itself says.
$(STATIC)/preflight.spdx.json: $(STATIC)/preflight packaging/static/parts
	$(Q)CC='$(CC)' SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) packaging/static/parts $< \
	  "$$($< --version | cut -d ' ' -f 2)" "$$(cat $(STATIC)/libraries)" > $@

$(STATIC)/SHA256SUMS: $(STATIC)/preflight $(STATIC)/preflight.spdx.json
	$(Q)cd $(STATIC) && sha256sum preflight preflight.spdx.json > SHA256SUMS

# The vectors of SNMPv3 with the cryptography of the static program.
$(STATIC)/test_snmpusm: tests/unit/test_snmpusm.c $(LIBA) $(STATIC)/libraries
	$(call say,CCLD,$@)
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes $(LDFLAGS_ALL) -o $@ $< $(LIBA) \
	  -lcmocka -L"$$(cat $(STATIC)/libraries)" -l:libnetsnmp.a -l:libcrypto.a \
	  $(PC_LIBS) -lpthread -lm

.PHONY: static
