/* findings_path.c - causes on the way: firewalls, routes, families. */
#include "report/diagnose/findings.h"

const struct finding_entry findings_path[] = {
    {.code = "firewall-prohibits",
     .owner = OWNER_FIREWALL,
     .title = "{blocker} prohibits {paths} to {targets}",
     .meaning = "A device on the path has a rule against this traffic and "
		"says so.",
     .decided = "An ICMP answer with a policy code came from a device "
		"that is not the target; or a device reports hosts as "
		"unreachable on one port that answer on another. "
		"Silent targets of the same port may be put down to "
		"it: then it says inferred.",
     .remedies = {{OWNER_FIREWALL,
		   {"On {blocker}, allow {paths} from {source} to {rules}",
		    "Run preflight again: other devices may block behind "
		    "it"}},
		  {OWNER_DEVICE,
		   {"In the firewall of {blocker} itself, allow {paths} from "
		    "{source}"}},
		  {OWNER_INTERNET,
		   {"Ask the provider (or whoever runs {blocker}) to allow "
		    "{paths} from {source} to {rules}"}}},
     .confirm_by = "the log of {blocker}"},
    {.code = "firewall-drops",
     .owner = OWNER_FIREWALL,
     .title = "{paths} to {targets} is dropped without a word{subject}",
     .meaning = "Packets for this port vanish, while other traffic on the "
		"same way passes: typical of a firewall rule that drops.",
     .decided = "Every target of the port is silent, and other ports "
		"of the same targets, or of the internet, answer in "
		"the same run. A walk with growing TTL shows how far "
		"packets get.",
     .lookalikes = "A firewall on the target itself, a local firewall that "
		   "drops silently, or an answer lost on the way back.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall{subject}, allow {paths} from {source} to "
		    "{rules}, and the answers back",
		    "Look into its log for drops from {source}"}},
		  {OWNER_DEVICE,
		   {"In the firewall of the device itself, allow {paths} from "
		    "{source}",
		    "Check that the service is enabled on it"}},
		  {OWNER_INTERNET,
		   {"The packets get past this site: ask the provider whether "
		    "{paths} is filtered{subject}",
		    "If a firewall of yours stands there, allow {paths} from "
		    "{source} to {rules}",
		    "The answers may be lost on their way back: look for "
		    "drops of them in this site's firewall, too"}}},
     .confirm_by = "the firewall's log while preflight runs, or a capture "
		   "behind it"},
    {.code = "firewall-resets",
     .owner = OWNER_FIREWALL,
     .title = "{paths} to {targets} is refused on the way",
     .meaning = "Connections are refused, and the signs say that it is not "
		"the targets that refuse.",
     .decided = "The reset came from nearer than the target (its time "
		"to live differs from other answers), or three or "
		"more unrelated hosts refuse the same port and none "
		"accepts it.",
     .lookalikes = "Servers that all have their service stopped.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall, allow {paths} from {source} to "
		    "{rules} (look for rules that reject with a TCP "
		    "reset)"}}},
     .confirm_by = "the firewall's log, or the same connection from "
		   "another network"},
    {.code = "path-unreachable",
     .owner = OWNER_FIREWALL,
     .title = "{blocker} says that {targets} cannot be reached",
     .meaning = "A router on the path has no way to the target, or has a "
		"rule that pretends so.",
     .decided = "An ICMP answer says that there is no way (no route, "
		"host unreachable, time exceeded).",
     .lookalikes = "A firewall rule that rejects with \"host "
		   "unreachable\".",
     .remedies = {{OWNER_FIREWALL,
		   {"On {blocker}, check the route to {targets} and rules "
		    "that reject with \"unreachable\""}},
		  {OWNER_LOCAL_NETWORK,
		   {"On {blocker}, check the route to {targets}, and that the "
		    "hosts are on"}},
		  {OWNER_INTERNET,
		   {"Report to the provider that {blocker} has no route to "
		    "{targets}"}}},
     .confirm_by = "the routing table of {blocker}"},
    {.code = "target-silent",
     .owner = OWNER_INTERNET,
     .title = "No answer from {targets} on {paths}; others answer",
     .meaning = "Only this target is silent; the same port of other hosts "
		"works. Its host is down, or a rule forbids this "
		"destination.",
     .decided = "No answer from this target, while other hosts answer "
		"on the same port in the same run.",
     .lookalikes = "A firewall rule by destination.",
     .remedies = {{OWNER_INTERNET,
		   {"Try {targets} from another network",
		    "If it answers there, look for a rule by destination on "
		    "the firewall; if not, report it to the vendor"}},
		  {OWNER_DEVICE,
		   {"Check power, cable and address of {targets}",
		    "Look at the firewall of the device itself, and on the "
		    "way, for {paths} from {source}"}}},
     .confirm_by = "the same test from another network"},
    {.code = "vendor-outage",
     .owner = OWNER_VENDOR,
     .title = "All hosts of {subject} are silent; everybody else answers",
     .meaning = "No address of this vendor answers, while the same ports of "
		"other owners' hosts do, and packets to it leave this site: "
		"the vendor (or the network in front of it) is down.",
     .decided = "At least two addresses of the vendor were tried and none "
		"answered anything; hosts of at least two other owners "
		"answered on the same ports in the same run; and a walk with "
		"growing TTL got beyond this site, or the refusal came from "
		"the hosts themselves.",
     .lookalikes = "A filter at the provider that names this vendor.",
     .remedies = {{OWNER_VENDOR,
		   {"Check the vendor's status page for {subject}",
		    "Try {subject} from another network (a telephone will "
		    "do)",
		    "If it answers there, ask the provider whether {rules} is "
		    "filtered"}}},
     .confirm_by = "the vendor's status page, or the same test from another "
		   "network"},
    {.code = "rate-limited",
     .owner = OWNER_FIREWALL,
     .title = "The path limits how fast connections may be opened ({paths})",
     .meaning = "Some connections found silence while many were opened, and "
		"opened when they were tried again, alone: a flood protection "
		"or a connection limit stands in the way. The product may meet "
		"it, too.",
     .decided = "Tests that were silent, on ports where others answered, "
		"opened when they were repeated one by one. Where all the "
		"repeated ones opened, the other silent ones are put down to "
		"it as well: then it says inferred, and they count as "
		"untested.",
     .lookalikes = "Heavy loss on the line.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall, look for SYN flood protection or a limit "
		    "of connections per host, and raise it for {source}",
		    "Run preflight again with a lower --rate to test what was "
		    "not reached"}}},
     .confirm_by = "the firewall's counters while preflight runs"},
    {.code = "loss",
     .owner = OWNER_INTERNET,
     .title = "The line loses packets: {detail} tries had no answer",
     .meaning = "Paths work, but only when asked several times. The product "
		"will be slow and lose its connection now and then.",
     .decided = "Of tests that were answered in the end, at least 15 % of all "
		"tries had no answer, and at least eight were lost.",
     .lookalikes = "A limit on how fast packets may be sent.",
     .remedies = {{OWNER_INTERNET,
		   {"Measure it: mtr -rwc 100 to a target; the first hop that "
		    "loses, and all behind it, shows where",
		    "Check the line for load, and cables and duplex on the "
		    "way to it",
		    "Report it to the provider if it begins behind the "
		    "router"}}},
     .confirm_by = "a measurement over minutes (mtr), when the line is idle"},
    {.code = "slow-path",
     .owner = OWNER_INTERNET,
     .title = "The way out is slow: a round trip takes {detail}",
     .meaning = "Paths work, but every connection takes seconds to build. "
		"The product may give up where this test waits.",
     .decided = "Half of all connections away from this network took longer "
		"than any path on earth needs.",
     .lookalikes = "A busy host that answers its own sockets late.",
     .remedies = {{OWNER_INTERNET,
		   {"Look at the load of the line, and at queues in front of "
		    "it (a backup, an update)",
		    "A satellite or mobile line: ask the vendor what delay the "
		    "product bears"}}},
     .confirm_by = "a ping to the provider's gateway when the line is idle"},
    {.code = "partial-address",
     .owner = OWNER_VENDOR,
     .title = "One of several addresses of {subject} does not work: "
	      "{detail}",
     .meaning = "The name has several addresses and not all of them work. "
		"Clients that try one after another are slow at times; those "
		"that take the first may fail.",
     .decided = "Other addresses of the same name and port worked in the "
		"same run.",
     .lookalikes = "A firewall rule with an outdated list of addresses.",
     .remedies = {{OWNER_VENDOR,
		   {"If the firewall works with lists of addresses, compare "
		    "them with {detail}",
		    "If it lasts, report {detail} to the owner of "
		    "{subject}"}}},
     .confirm_by = "the same address from another network"},
    {.code = "ipv6-broken-ipv4-fine",
     .owner = OWNER_INTERNET,
     .title = "IPv6 does not work here; IPv4 does",
     .meaning = "This host has an IPv6 address and a route, but no target "
		"answers over it. Programs that prefer IPv6 are slow or fail "
		"at times.",
     .decided = "No target on the internet answered over IPv6; the same "
		"names and ports work over IPv4.",
     .remedies = {{OWNER_INTERNET,
		   {"Check IPv6 on the router and with the provider",
		    "If the site is not meant to have IPv6, stop announcing "
		    "it (router advertisements)"}},
		  {OWNER_FIREWALL,
		   {"Give IPv6 the same firewall rules as IPv4",
		    "If the site is not meant to have IPv6, stop announcing "
		    "it (router advertisements)"}}},
     .confirm_by = "ping -6 of a public address from the router"},
    {.code = "icmp-filtered-only",
     .owner = OWNER_FIREWALL,
     .title = "Only pings stay without an answer: {targets}",
     .meaning = "Other tests of the same device were answered: only ICMP "
		"echo is filtered.",
     .decided = "Echo requests stayed without an answer; the same device "
		"answered on other ports.",
     .remedies = {{OWNER_FIREWALL,
		   {"Allow ICMP echo (ping) from {source} to {rules}, and "
		    "the replies"}},
		  {OWNER_DEVICE,
		   {"In the firewall of {targets} itself, allow ICMP echo from "
		    "{source}"}}},
     .confirm_by = "a ping from the device's own network"},
    {.code = "udp-no-answer",
     .owner = OWNER_FIREWALL,
     .title = "No answer from {targets} on {paths}",
     .meaning = "UDP does not say whether a port is closed, filtered or "
		"shy: there was silence, and that is all that is known.",
     .decided = "The device answered other tests; nothing came back from "
		"{paths}.",
     .lookalikes = "A filter on the way, a service that is off, or one that "
		   "does not serve this host.",
     .remedies = {{OWNER_FIREWALL,
		   {"Allow {paths} from {source} to {rules}, and the "
		    "answers",
		    "On the device, check that the service is on and accepts "
		    "{source}"}},
		  {OWNER_DEVICE,
		   {"On {targets}, check that the service is on and accepts "
		    "{source}",
		    "Allow {paths} from {source} on the way"}}},
     .confirm_by = "a capture on the device's side while preflight runs"},
    {.code = NULL}};
