/* findings_dns.c - causes in name resolution. */
#include "report/diagnose/findings.h"

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
    {.code = "hosts-file-pin",
     .owner = OWNER_THIS_HOST,
     .title = "This host's hosts file pins {subject} to {detail}",
     .meaning = "The name is not resolved by DNS but taken from the hosts "
		"file, and the address there does not work (any more). Other "
		"hosts are not affected.",
     .decided = "The hosts file holds the name and the path to its address "
		"fails. Confirmed where DNS gives another address.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Remove the line for {subject} from /etc/hosts (find out "
		    "who put it there: a test, a workaround, malware)",
		    "Run preflight again: the real addresses are not tested "
		    "yet"}}},
     .confirm_by = "asking DNS for {subject}: dig {subject}"},
    {.code = "dns-intercepted",
     .owner = OWNER_FIREWALL,
     .title = "A device on the way answers DNS in the place of {targets}",
     .meaning = "Questions to a DNS server on the internet are answered by "
		"somebody nearer. Names still resolve, but by another server "
		"than the one that was asked: its filter and its faults apply.",
     .decided = "The answer's time to live has not been lowered by a single "
		"router, and an address where no name server can be answered "
		"a DNS question, too.",
     .remedies = {{OWNER_FIREWALL,
		   {"Look for a rule that redirects port 53 (DNS proxy, DNS "
		    "filter, NAT redirect) on the gateway",
		    "If it is meant to be there, nothing needs to be done; "
		    "know that {targets} is not what answers"}}}},
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
