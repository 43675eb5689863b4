/* ruleset.c - lists of a packet filter's rules, and questions about them. */
#include "core/proto/ruleset.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 3000;

static void ruleset_look(const struct ruleset *r, bool outgoing, bool tcp,
			 const char *source, const char *target)
{
	struct ruleset_packet p = {.outgoing = outgoing,
				   .tcp = tcp,
				   .source_prefix = 128,
				   .target_port = 2055,
				   .interface = "eth0"};
	struct ruleset_answer a;

	FUZZ_HOLDS(addr_parse(&p.source, source) &&
		   addr_parse(&p.target, target));
	ruleset_ask(r, &p, &a);
	FUZZ_HOLDS(a.says <= RULESET_REJECTS);
	FUZZ_HOLDS(a.says != RULESET_UNTESTED || a.reason[0] != '\0');
	FUZZ_HOLDS(a.says == RULESET_UNTESTED || a.port != 0 || a.says > 1);
	FUZZ_HOLDS(memchr(a.where, '\0', sizeof a.where) != NULL);
	FUZZ_HOLDS(memchr(a.chain, '\0', sizeof a.chain) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct error err;
	struct ruleset *r = ruleset_read((const char *)bytes, length, &err);

	if (r == NULL) {
		FUZZ_HOLDS(err.text[0] != '\0');
		return 0;
	}
	for (int i = 0; i < 4; i++) {
		ruleset_look(r, i & 1, i & 2, "10.9.0.2", "10.9.0.1");
		ruleset_look(r, i & 1, i & 2, "fd00:9::2", "fd00:9::1");
	}
	(void)ruleset_tool_name(ruleset_tool(r));
	(void)ruleset_is_empty(r);
	ruleset_free(r);
	return 0;
}
