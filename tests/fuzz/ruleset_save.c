/* ruleset_save.c - rules as iptables-save(8) writes them. */
#include "core/proto/ruleset.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 5000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char empty[] = "{\"nftables\":[]}";
	struct ruleset_packet p = {
	    .source_prefix = 128, .target_port = 2055, .interface = "eth0"};
	struct error err = {.text = ""};
	struct ruleset_answer a;
	struct ruleset *r = ruleset_read(empty, sizeof empty - 1, &err);

	FUZZ_HOLDS(r != NULL && addr_parse(&p.source, "10.9.0.2") &&
		   addr_parse(&p.target, "10.9.0.1"));
	/* What is written as JSON is always JSON. */
	if (ruleset_add_save(r, (const char *)bytes, length, false, false,
			     &err) == -1)
		FUZZ_HOLDS(err.text[0] != '\0' &&
			   strstr(err.text, "not JSON") == NULL);
	ruleset_ask(r, &p, &a);
	FUZZ_HOLDS(a.says != RULESET_UNTESTED || a.reason[0] != '\0');
	ruleset_free(r);
	return 0;
}
