/* findings_service.c - causes at the far end: devices and their services. */
#include "report/diagnose/findings.h"

const struct finding_entry findings_service[] = {
    {.code = "service-down",
     .owner = OWNER_DEVICE,
     .title = "{paths} is refused by {targets}",
     .meaning = "The host is there and says that nothing listens on this "
		"port: the service is off, or on another port.",
     .decided = "The connection was refused. Confirmed where nothing "
		"stands between this host and the target.",
     .lookalikes = "A firewall that rejects with a TCP reset.",
     .remedies = {{OWNER_DEVICE,
		   {"On {targets}, switch the service on (or tell the "
		    "inventory its port)",
		    "If it runs, look at a firewall that rejects {paths}"}},
		  {OWNER_VENDOR,
		   {"Check the vendor's status page for {targets}",
		    "If the service is up, look for a firewall that rejects "
		    "{paths} with a TCP reset"}}},
     .confirm_by = "a connection from the device's own network"},
    {.code = "host-down",
     .owner = OWNER_DEVICE,
     .title = "No answer at all from {targets}",
     .meaning = "No test of it was answered, not even a ping: it is off, "
		"has another address, or is cut off.",
     .decided = "Tests on at least two different ports were all "
		"silent while the gateway passes other traffic; or a "
		"router says that the host is unreachable.",
     .lookalikes = "A firewall that drops everything towards it.",
     .remedies = {{OWNER_DEVICE,
		   {"Check power, cable and address of {targets}",
		    "Ping it from its own network",
		    "If it answers there, look for a firewall in "
		    "between"}}},
     .confirm_by = "a ping from the device's own network"},
    {.code = "arp-no-answer",
     .owner = OWNER_DEVICE,
     .title = "No ARP answer on this network from {targets}",
     .meaning = "The address belongs to this host's own network, and nobody "
		"there claims it: the device is off, on another VLAN, or has "
		"another address.",
     .decided = "The neighbour table has no entry after the probes.",
     .remedies = {{OWNER_DEVICE,
		   {"Check power, cable and address of {targets}",
		    "Check the VLAN of its switch port"}}}},
    {.code = "wrong-service",
     .owner = OWNER_DEVICE,
     .title = "Something else answers on {paths} of {targets}",
     .meaning = "The port is open, but what answers there does not speak "
		"the protocol that the product needs.",
     .decided = "An answer came that does not belong to the protocol.",
     .lookalikes = "A transparent proxy that answers in its place.",
     .remedies = {{OWNER_DEVICE,
		   {"Look what runs on {paths} of {targets}",
		    "If the service has another port, name it in the "
		    "inventory (ports:)"}},
		  {OWNER_VENDOR,
		   {"Compare with the answer from another network: a "
		    "transparent proxy may stand in between"}}}},
    {.code = "service-rejects",
     .owner = OWNER_DEVICE,
     .title = "The service on {paths} says no: {targets}",
     .meaning = "The right service answered, and refused this host: an "
		"access list, too many connections, or a setting.",
     .decided = "An answer of the right protocol came, and it says no.",
     .remedies = {{OWNER_DEVICE,
		   {"On {targets}, look at access lists and limits for "
		    "{source}"}},
		  {OWNER_VENDOR,
		   {"Report the answer to the vendor: {detail}"}}}},
    {.code = "service-silent",
     .owner = OWNER_DEVICE,
     .title = "The port {paths} opens, then nothing comes: {targets}",
     .meaning = "The port opens, but the service does not answer: it hangs, "
		"is overloaded, or waits for something else.",
     .decided = "The connection opened; nothing came in time.",
     .lookalikes = "A firewall that answers for the host, or swallows the "
		   "content.",
     .remedies = {{OWNER_DEVICE,
		   {"Restart the service on {targets}",
		    "Look for limits on connections"}},
		  {OWNER_VENDOR,
		   {"Check the vendor's status page for {targets}"}}},
     .confirm_by = "the same connection from the device's own network"},
    {.code = "service-resets",
     .owner = OWNER_DEVICE,
     .title = "The port {paths} opens, then the connection is cut: {targets}",
     .meaning = "The port opens, and the connection is torn down before the "
		"service answers: an access list on the device, too many "
		"connections, or a filter.",
     .decided = "The connection opened, and was torn down before the answer.",
     .lookalikes = "A filter on the way that looks at the content.",
     .remedies = {{OWNER_DEVICE,
		   {"On {targets}, look at access lists (VTY, allowed hosts) "
		    "for {source}",
		    "Look for limits on connections"}}},
     .confirm_by = "the same connection from the device's own network"},
    {.code = "ntp-blocked",
     .owner = OWNER_FIREWALL,
     .title = "No time server answers: {paths} is blocked{subject}",
     .meaning = "None of the time servers answered, while other traffic to "
		"the internet works.",
     .decided =
	 "No time server answered, while other ports of the internet did.",
     .lookalikes = "Time servers that are all down, which is rare.",
     .remedies = {{OWNER_FIREWALL,
		   {"On the firewall{subject}, allow {paths} from {source} to "
		    "the internet, and the answers back",
		    "Or give the product a time server inside the "
		    "network"}},
		  {OWNER_INTERNET,
		   {"Ask the provider whether {paths} is "
		    "filtered{subject}",
		    "Or use a time server inside the network"}}},
     .confirm_by = "the firewall's log for udp/123 from {source}"},
    {.code = "ntp-unsynchronised",
     .owner = OWNER_INTERNET,
     .title = "Time server without time of its own: {targets}",
     .meaning = "The server answers, but says that it is not synchronised: "
		"its time must not be used.",
     .decided = "The answer says so itself: leap indicator 3, or no stratum.",
     .remedies = {{OWNER_INTERNET,
		   {"Use another time server",
		    "If it is your own, check its sources (chronyc "
		    "sources)"}}}},
    {.code = "server-clock-wrong",
     .owner = OWNER_INTERNET,
     .title = "The clock of {targets} is wrong",
     .meaning = "A server tells a time that others do not: a time server "
		"that must not be used, or a domain controller or file server "
		"with which logging in will fail. This host's own clock is "
		"right.",
     .decided = "Its time differs from this host's (a time server's by five "
		"seconds, others' by five minutes), and web servers of two "
		"owners (over trusted TLS) or most time servers agree with "
		"this host.",
     .remedies = {{OWNER_INTERNET,
		   {"Use another time server",
		    "If it is your own, check its sources (chronyc "
		    "sources)"}},
		  {OWNER_DEVICE,
		   {"Check where {targets} has its time from (w32tm /query "
		    "/status, chronyc sources)"}}},
     .confirm_by = "comparing it with a second time server"},
    {.code = "ntp-kiss-of-death",
     .owner = OWNER_VENDOR,
     .title = "Time server that tells this site to stay away: {targets}",
     .meaning = "The server answers with a kiss-o'-death: too many requests "
		"come from this site's address, or it serves others only.",
     .decided = "The answer is a kiss-o'-death packet (RATE, DENY, RSTR).",
     .remedies = {{OWNER_VENDOR,
		   {"Ask less often, or use another time server",
		    "Behind one public address, let one server of the site "
		    "ask and the others ask that one"}}}},
    {.code = "snmp-community-or-acl",
     .owner = OWNER_DEVICE,
     .title = "SNMP runs, but does not serve this host: {targets}",
     .meaning = "The agent is alive and silent about our request: the "
		"community (or user) is wrong, or its access list does not "
		"hold this host.",
     .decided = "The agent told its SNMPv3 engine id, and stayed "
		"silent about our request.",
     .remedies = {{OWNER_DEVICE,
		   {"Compare the community (or the SNMPv3 user) with the "
		    "device's configuration",
		    "Allow {source} in its SNMP access list"}}},
     .confirm_by = "snmpget from an address that the device's access list "
		   "holds"},
    {.code = "snmp-agent-off",
     .owner = OWNER_DEVICE,
     .title = "SNMP is switched off on {targets}",
     .meaning = "The device says that nothing listens on the SNMP port.",
     .decided = "The device itself answered: port unreachable.",
     .lookalikes = "A firewall on the device that rejects.",
     .remedies = {{OWNER_DEVICE,
		   {"Switch the SNMP agent on, with an access list that holds "
		    "{source}"}}},
     .confirm_by = "the device's configuration"},
    {.code = "snmp-credentials",
     .owner = OWNER_DEVICE,
     .title = "The SNMPv3 user is refused by {targets}",
     .meaning = "The agent answered, and refuses the user: it knows no such "
		"user, a secret or its protocol is wrong, it has no such "
		"security level, or its access control lets the user read "
		"nothing. A credential that was refused is not tried again "
		"on that device in the same run.",
     .decided = "The agent's own report or error says so. A wrong privacy "
		"secret is often met by silence: then the agent answered the "
		"same user without privacy, and not with it.",
     .remedies = {{OWNER_DEVICE,
		   {"Compare user, authentication and privacy settings "
		    "(protocols, too) with the device's configuration",
		    "Correct the credential in the inventory, or the user on "
		    "the device"}}},
     .confirm_by = "snmpget -v3 with the same user and secrets"},
    {.code = "ssh-login-refused",
     .owner = OWNER_DEVICE,
     .title = "The SSH login is refused by {targets}",
     .meaning = "The server is reached and takes part in the login, and does "
		"not let this user in: wrong password or key, a user it does "
		"not allow from here, or no way to log in that the credential "
		"can use. It was tried once, so that no account is locked.",
     .decided = "The server refused the one login that was tried, or offers "
		"no way that the credential can use.",
     .lookalikes = "An account that is locked or has expired; a directory "
		   "behind the device that does not answer.",
     .remedies = {{OWNER_DEVICE,
		   {"Compare user and password (or key) with the device's "
		    "accounts",
		    "See in the device's log why it refused: allowed users, "
		    "allowed addresses (this host: {source}), ways to log "
		    "in"}}}},
    {.code = "ssh-old-algorithms",
     .owner = OWNER_DEVICE,
     .title = "Old SSH only on {targets}",
     .meaning = "The path works, and the server offers only algorithms (or a "
		"version of the protocol) that current clients have switched "
		"off: the product may not be able to log in.",
     .decided = "The server's own list holds nothing that OpenSSH's client "
		"offers unless told to.",
     .remedies = {{OWNER_DEVICE,
		   {"Update the device's software, or switch newer algorithms "
		    "on in its SSH settings (a new host key may be needed)",
		    "Where that cannot be: ask the product's vendor whether it "
		    "still speaks the old ones"}}}},
    {.code = NULL}};
