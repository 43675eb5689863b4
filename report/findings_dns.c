/* findings_dns.c - causes in name resolution. */
#include "findings.h"

const struct finding_entry findings_dns[] = {
    {.code = "dns-server-dead",
     .owner = OWNER_DNS,
     .title = "The DNS server {subject} does not answer",
     .meaning = "Names cannot be resolved by this server, so whatever "
		"depends on a name could not be tried (unless another server "
		"answers: then only time is lost).",
     .decided = "Questions to it stayed without an answer, or were "
		"refused as by a host where nothing listens. "
		"Confirmed where another configured server answered "
		"the same question in the same run.",
     .lookalikes = "A firewall between this host and the DNS server looks "
		   "the same.",
     .remedies = {{OWNER_DNS,
		   {"Check that the DNS service on {subject} runs and is "
		    "reachable from {source}",
		    "If the server is gone, replace it in this host's resolver "
		    "configuration (DHCP option 6, /etc/resolv.conf)",
		    "Run preflight again: the paths behind the names are not "
		    "tested yet"}}},
     .confirm_by = "dig @{subject} from another host of the same network"},
    {.code = "dns-refused",
     .owner = OWNER_DNS,
     .title = "The DNS server {subject} refuses to resolve",
     .meaning = "The server answers, with REFUSED: it does not serve this "
		"host, or not these names.",
     .decided = "DNS answers with code REFUSED came.",
     .remedies = {{OWNER_DNS,
		   {"Allow recursion for {source} on {subject}",
		    "Or give this host a resolver that serves it"}}}},
    {.code = "dns-servfail",
     .owner = OWNER_DNS,
     .title = "The DNS server {subject} fails to resolve",
     .meaning = "The server answers, with SERVFAIL: its own look-up failed "
		"(no way to the internet, a broken forwarder, DNSSEC).",
     .decided = "DNS answers with code SERVFAIL came.",
     .lookalikes = "For a single name the fault may lie with the name's own "
		   "servers.",
     .remedies = {{OWNER_DNS,
		   {"On {subject}, check the forwarders and its own way to "
		    "the internet (53/udp and 53/tcp)",
		    "Check DNSSEC validation and the server's clock"}}}},
    {.code = "dns-nxdomain",
     .owner = OWNER_DNS,
     .title = "The name {subject} does not exist",
     .meaning = "DNS says that there is no such name: it is misspelt, not "
		"yet created, or this resolver hides it.",
     .decided = "An answer with code NXDOMAIN came for {subject}.",
     .lookalikes = "A DNS filter that answers NXDOMAIN for blocked names.",
     .remedies = {{OWNER_DNS,
		   {"Check the spelling of {subject}",
		    "Ask a public resolver: dig @8.8.8.8 {subject}",
		    "If it answers there, look for a filter or a missing "
		    "conditional forwarder on this site's DNS server"}},
		  {OWNER_VENDOR,
		   {"Check the spelling of {subject}",
		    "Ask the vendor whether the name is in service"}}}},
    {.code = "dns-no-data",
     .owner = OWNER_DNS,
     .title = "The name {subject} has no address",
     .meaning = "The name exists, but without an address record that this "
		"host can use.",
     .decided = "An empty answer without an error came for {subject}.",
     .remedies = {{OWNER_DNS,
		   {"Check the name in the inventory or the variable",
		    "Ask a public resolver: dig @8.8.8.8 {subject}"}}}},
    {.code = "dns-hijack",
     .owner = OWNER_DNS,
     .title = "DNS sends unrelated names to one stranger's address, "
	      "{subject}",
     .meaning = "Names of different owners resolve to the same address, and "
		"what answers there has no certificate for them: somebody "
		"redirects names.",
     .decided = "Names of three or more owners resolve to one "
		"address, and the certificate there is for none of "
		"them.",
     .remedies = {{OWNER_DNS,
		   {"Check which resolver this host uses and who runs it",
		    "Exempt the names of this product from redirection or "
		    "filtering on that resolver",
		    "Or give this host a resolver that answers truthfully"}}}},
    {.code = "dns-unexpected-address",
     .owner = OWNER_DNS,
     .title = "DNS gives an address that cannot be the vendor's: {subject}",
     .meaning = "A name on the internet resolves to a private, local or "
		"unusable address: a DNS filter or sinkhole answers for it, "
		"or a local zone overrides it.",
     .decided = "The answer holds a private, local or unusable "
		"address, and no certificate of the vendor proves it "
		"right.",
     .lookalikes = "A private link to the vendor, which then must work.",
     .remedies = {{OWNER_DNS,
		   {"On this site's DNS filter, allow the names of this "
		    "product",
		    "Look for a local zone or hosts entry that overrides "
		    "them"}}}},
    {.code = "dns-tcp-blocked",
     .owner = OWNER_FIREWALL,
     .title = "DNS over TCP is blocked: {paths} to {targets}",
     .meaning = "DNS answers come over UDP but not over TCP. Long answers "
		"(many addresses, DNSSEC) will fail.",
     .decided = "The same server answers over UDP and is silent over TCP.",
     .remedies = {{OWNER_FIREWALL,
		   {"Allow {paths} from {source} to {rules}",
		    "Or use a resolver inside the network"}}},
     .confirm_by = "the log of the firewall while preflight check dns runs "
		   "with --set transport=tcp"},
    {.code = NULL}};
