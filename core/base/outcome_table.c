/*
 * outcome_table.c - every outcome that can happen, in words for a technician.
 */
#include "core/base/outcome.h"

#include <stddef.h>

const struct outcome_entry outcome_table[] = {
    {PHASE_LOCAL, CAUSE_OK, "this host is as required",
     "A check of this host itself saw what the requirement asks for. "
     "Nothing was sent.",
     "Nothing to do."},
    {PHASE_LOCAL, CAUSE_TIMEOUT, "a check of this host did not end in time",
     "A local test (a file, a command, a worker) was still running at its "
     "deadline. It says nothing about the network.",
     "Look at the load of this host and at network file systems, then run "
     "the check again."},
    {PHASE_LOCAL, CAUSE_REFUSED, "this host's own firewall refused the packet",
     "The refusal carried one of this host's own addresses as its sender, "
     "so no packet left. Nothing is known about the target.",
     "Look for a reject rule in the output chain of this host (nft list "
     "ruleset) or in its security software."},
    {PHASE_LOCAL, CAUSE_PROHIBITED, "this host did not let the packet out",
     "Sending failed with EPERM or EACCES and no ICMP message came, or an "
     "ICMP policy message came from one of this host's own addresses: a "
     "local firewall or a 'prohibit' route. Nothing is known about the "
     "target.",
     "Check the output rules (nft list ruleset) and the route to the "
     "target (ip route get ADDRESS) on this host."},
    {PHASE_LOCAL, CAUSE_UNREACHABLE, "this host has no route to the target",
     "The kernel gave ENETUNREACH, EINVAL or EHOSTUNREACH at once and no "
     "ICMP message came: no route, a 'blackhole' or 'unreachable' route, "
     "or the interface is down. Nothing left this host.",
     "Check the interface and the default route (ip addr, ip route get "
     "ADDRESS)."},
    {PHASE_LOCAL, CAUSE_RESET, "a service of this host hung up",
     "A local service accepted the connection and closed it before it "
     "answered.",
     "Look at that service's state and log on this host."},
    {PHASE_LOCAL, CAUSE_BAD_REPLY,
     "a part of this host answered with something unexpected",
     "A local service, file or command was there, but what it said could "
     "not be read as what it should be.",
     "Run the named command or read the named file by hand and compare."},
    {PHASE_LOCAL, CAUSE_REJECTED, "this host is not as required",
     "A check of this host itself worked and found that the requirement is "
     "not met; the facts hold the value that was found.",
     "Compare the value found with the requirement and change this host."},
    {PHASE_LOCAL, CAUSE_UNSYNCHRONISED,
     "the clock of this host is not synchronised",
     "The kernel or the time service of this host reports that the clock "
     "follows no source, or its offset is too large. Logins (Kerberos) and "
     "certificates depend on the clock.",
     "Check the time service (timedatectl, chronyc tracking) and its "
     "servers."},
    {PHASE_LOCAL, CAUSE_IN_USE, "another program of this host holds the port",
     "Binding the port failed with EADDRINUSE: something on this host "
     "listens there already. Packets of the product would reach that "
     "program.",
     "Find the program (ss -lntup), then stop it or move it to another "
     "port."},
    {PHASE_LOCAL, CAUSE_LOCAL, "this host could not run the test",
     "A resource or right was missing here: descriptors, memory, local "
     "ports, a privilege, a file, or the input. The target was not tested "
     "and is not to blame.",
     "Read the reason of the result, or run 'preflight doctor', which says "
     "what this host can test."},

    {PHASE_RESOLVE, CAUSE_OK, "the name resolves",
     "At least one address came, from the hosts file or from a DNS server "
     "(fact 'resolver'). Whether the address answers was not tested.",
     "Nothing to do."},
    {PHASE_RESOLVE, CAUSE_TIMEOUT, "no DNS server answered",
     "Each configured server was asked several times and all stayed "
     "silent. A firewall that drops port 53 and a server that is down look "
     "alike.",
     "Check that UDP and TCP 53 to the listed servers are open and that "
     "the servers run; try 'preflight check dns SERVER'."},
    {PHASE_RESOLVE, CAUSE_REFUSED, "the DNS server's port is closed",
     "An ICMP port unreachable, or a TCP reset, came from the DNS server's "
     "own address: the host lives, no DNS service listens there. A DNS "
     "answer that says REFUSED is RESOLVE-REJECTED instead.",
     "Correct the server's address in this host's resolver settings, or "
     "start the DNS service."},
    {PHASE_RESOLVE, CAUSE_PROHIBITED, "a device on the path prohibits DNS",
     "An ICMP message of a policy, or a port unreachable that does not "
     "come from the DNS server, answered the query. Its sender is the "
     "blocker.",
     "Allow UDP and TCP 53 from this host to its DNS servers at the "
     "blocker."},
    {PHASE_RESOLVE, CAUSE_UNREACHABLE, "the DNS server is unreachable",
     "A router reported that it has no way to the DNS server (ICMP "
     "unreachable or time exceeded), or no host answers for that address "
     "on the local network.",
     "Check the server's address in the resolver settings, then routing "
     "towards it."},
    {PHASE_RESOLVE, CAUSE_RESET, "the DNS connection was torn down",
     "The answer did not fit into UDP; the DNS server or a device in "
     "between closed the TCP connection that was to carry it.",
     "Allow TCP 53 to the DNS servers without inspection; look at the "
     "server's log."},
    {PHASE_RESOLVE, CAUSE_BAD_REPLY, "the DNS answer makes no sense",
     "Something came back from port 53 that is not a valid answer to the "
     "question: broken, for another name, or an alias loop. A portal or a "
     "device that rewrites DNS looks like this, too.",
     "Ask the same name at another server and compare; look for a DNS "
     "proxy in the router or firewall."},
    {PHASE_RESOLVE, CAUSE_REJECTED, "the DNS server refuses to answer",
     "The server answered with REFUSED (or another code that means no): "
     "the path is open, its access list does not serve this host or this "
     "name.",
     "Let the DNS server answer this host (allow-query, recursion), or use "
     "the server meant for this network."},
    {PHASE_RESOLVE, CAUSE_NXDOMAIN, "the name does not exist",
     "A DNS server answered that there is no such name. A mistyped name, a "
     "split DNS zone without it, and a DNS filter that hides it look "
     "alike.",
     "Check the spelling first; then ask a public server: if that knows "
     "the name, the local server filters it or its zone lacks it."},
    {PHASE_RESOLVE, CAUSE_SERVFAIL, "the DNS server could not find out",
     "The server answered SERVFAIL: its own upstream is unreachable, the "
     "zone is broken, or DNSSEC validation failed. The path to the server "
     "itself is fine.",
     "On the DNS server, test its forwarders and its way to the internet; "
     "try the name with DNSSEC checking off (dig +cd)."},
    {PHASE_RESOLVE, CAUSE_NO_DATA, "the name exists but has no address",
     "The server knows the name but has no A or AAAA record of a family "
     "that this host uses.",
     "Check which records the zone has (dig A, dig AAAA); add the missing "
     "one or use the right name."},
    {PHASE_RESOLVE, CAUSE_LOCAL, "this host has no DNS server to ask",
     "The resolver settings name no server, or the query could not be sent "
     "from here. Nothing is known about the name.",
     "Enter DNS servers in this host's network settings "
     "(/etc/resolv.conf)."},

    {PHASE_CONNECT, CAUSE_OK, "the connection opens",
     "TCP was established with the target and the kernel names it as the "
     "peer. No word of the service was heard: a device that answers for "
     "others (SYN proxy) looks the same.",
     "Nothing to do; a requirement that wants proof 'service' needs a "
     "check with an answer."},
    {PHASE_CONNECT, CAUSE_TIMEOUT, "no answer to the connection attempt",
     "Several attempts got neither an answer nor an ICMP message. A "
     "firewall that drops, a host that is off, and a lost return path look "
     "alike; the evidence says after which hop the packets vanish.",
     "Look in the log of the firewall behind the last hop that answered "
     "for drops of this address and port; check that the target is on."},
    {PHASE_CONNECT, CAUSE_REFUSED, "the port refuses connections",
     "A TCP reset came, or an ICMP port unreachable from the target's own "
     "address. A closed port and a firewall that rejects with resets look "
     "alike unless the TTL tells them apart.",
     "Check on the target that the service runs and listens on this port "
     "(ss -lnt); if it does, look for a firewall that rejects."},
    {PHASE_CONNECT, CAUSE_PROHIBITED, "a device on the path prohibits it",
     "An ICMP message of a policy came (administratively prohibited and "
     "its kin), or a port unreachable from an address that is not the "
     "target's. Its sender is the blocker; its rules, or those of a device "
     "it speaks for, reject this path.",
     "Allow this source, target and port at the blocker."},
    {PHASE_CONNECT, CAUSE_UNREACHABLE, "the target is reported unreachable",
     "A router sent host or network unreachable or time exceeded, or "
     "nobody answered for the address on the local network (about 3 "
     "seconds). Some firewalls also reject with host unreachable.",
     "On the local network: is the target on and in this VLAN? Else follow "
     "the route from the router that reported it."},
    {PHASE_CONNECT, CAUSE_RESET,
     "the connection was torn down as soon as it was open",
     "TCP was established and reset before anything was sent: access lists "
     "of services (TCP wrappers), a full service, or an inspecting device "
     "do this.",
     "Check the service's access list and log on the target for this "
     "host's address."},
    {PHASE_CONNECT, CAUSE_LOCAL, "this host could not open a connection",
     "The attempt failed here for want of a descriptor, a local port, "
     "memory, or a usable source address. The target was not tested.",
     "Run again with a lower --rate; check 'ulimit -n', local ports in use "
     "(ss -s) and --source."},

    {PHASE_PROXY, CAUSE_OK, "the proxy opens the tunnel",
     "The proxy answered CONNECT with a status of 2xx. Whether the target "
     "speaks its protocol is the next phase.",
     "Nothing to do."},
    {PHASE_PROXY, CAUSE_TIMEOUT, "the proxy did not answer",
     "The proxy, or the path to it, stayed silent: on connecting, or on "
     "the request for a tunnel. A proxy that waits for a silent target "
     "looks alike.",
     "Try another target through the same proxy: if that works, the "
     "target's side of the proxy is blocked; else check proxy address and "
     "port."},
    {PHASE_PROXY, CAUSE_REFUSED, "the proxy's port refuses connections",
     "A TCP reset, or an ICMP port unreachable of the proxy itself, "
     "answered the connection to the proxy. The target was not reached.",
     "Check address and port of the proxy, and that its service runs."},
    {PHASE_PROXY, CAUSE_PROHIBITED, "a device prohibits the path to the proxy",
     "An ICMP message of a policy answered the connection to the proxy; "
     "its sender is the blocker. The target was not reached.",
     "Allow this host to reach the proxy's port at the blocker."},
    {PHASE_PROXY, CAUSE_UNREACHABLE, "the proxy is unreachable",
     "A router reported that it has no way to the proxy, or nobody answers "
     "for its address. The target was not reached.",
     "Check the proxy's address and the route to it."},
    {PHASE_PROXY, CAUSE_RESET, "the proxy hung up",
     "The proxy accepted the connection and closed it without an HTTP "
     "answer, as it may when its policy forbids the target, or when the "
     "port expects TLS or SOCKS.",
     "Look in the proxy's log for this host; check that the port is an "
     "HTTP proxy port."},
    {PHASE_PROXY, CAUSE_BAD_REPLY, "what answered is not an HTTP proxy",
     "Something other than an HTTP status line came in answer to CONNECT: "
     "another service, a SOCKS proxy, or a portal.",
     "Check address, port and kind of the proxy (http://, not socks)."},
    {PHASE_PROXY, CAUSE_REJECTED, "the proxy refuses the tunnel",
     "The proxy answered CONNECT with an HTTP error, see fact "
     "'proxy-status': 407 wants a log-in (fact 'proxy-schemes'), 403 is "
     "its policy, 502 to 504 mean that the proxy itself could not reach or "
     "resolve the target.",
     "With 407, give --proxy-auth; with 403, allow host and port in the "
     "proxy's policy; with 502 to 504, test DNS and firewall from the "
     "proxy."},
    {PHASE_PROXY, CAUSE_UNTRUSTED, "the proxy's own certificate is not trusted",
     "The connection to an https:// proxy ended with a certificate that "
     "this host does not trust, so no credentials were sent.",
     "Install the proxy's issuing certificate on this host, or use the "
     "name that is in the certificate."},
    {PHASE_PROXY, CAUSE_NXDOMAIN, "the proxy's name does not exist",
     "DNS answered that there is no such name as the proxy's. The target "
     "was not reached.",
     "Check the spelling of --proxy, then the DNS zone."},
    {PHASE_PROXY, CAUSE_SERVFAIL, "the proxy's name could not be resolved",
     "The DNS server failed, refused or stayed silent when asked for the "
     "proxy's name. The target was not reached.",
     "Repair name resolution on this host first, or give the proxy as an "
     "address."},
    {PHASE_PROXY, CAUSE_NO_DATA, "the proxy's name has no address",
     "DNS knows the proxy's name but has no address of a family that this "
     "host uses.",
     "Check the records of the proxy's name, or give the proxy as an "
     "address."},
    {PHASE_PROXY, CAUSE_LOCAL, "this host could not use the proxy",
     "Something needed for the proxy is missing here, such as its "
     "credentials or a log-in scheme that this program speaks.",
     "Check --proxy and --proxy-auth."},

    {PHASE_TLS, CAUSE_OK, "the TLS handshake works",
     "The handshake was completed and the certificate chain and name were "
     "accepted.",
     "Nothing to do."},
    {PHASE_TLS, CAUSE_TIMEOUT,
     "TCP opens, then the TLS handshake gets no answer",
     "The connection opened, but nothing came in answer to the first TLS "
     "message: a firewall that drops by content or server name, a path "
     "that loses large packets (MTU), or a service that does not speak TLS "
     "here.",
     "Exempt the target from inspection at the firewall; test the path "
     "with large packets (ping -M do -s 1400)."},
    {PHASE_TLS, CAUSE_RESET,
     "the connection was torn down during the TLS handshake",
     "A reset or close came after the first TLS message. Firewalls that "
     "filter by server name do this; so do servers that do not know the "
     "name or the TLS version.",
     "Look for a blocked application or URL category in the firewall's "
     "log; exempt this name from inspection."},
    {PHASE_TLS, CAUSE_BAD_REPLY, "what answered does not speak TLS properly",
     "The bytes that came are no TLS, or the two sides share no version or "
     "cipher. A plain service on this port, a portal's page, and a very "
     "old device look alike; see fact 'tls-error'.",
     "Check that the port is the TLS port; on an old device, update its "
     "firmware or TLS settings."},
    {PHASE_TLS, CAUSE_REJECTED, "the server refuses the TLS handshake",
     "The peer sent a TLS alert: it understood and said no, for example "
     "unknown name, client certificate required, or access denied.",
     "Check the name used, and whether the server asks for a client "
     "certificate."},
    {PHASE_TLS, CAUSE_UNTRUSTED, "the certificate is not trusted",
     "The handshake worked, but chain or name was not accepted: facts "
     "'tls-trust', 'tls-error' and 'tls-issuer' say why. An issuer that is "
     "the customer's firewall or proxy means TLS inspection; a self-signed "
     "one is usual on devices.",
     "If the issuer is an inspecting device, exempt this name from "
     "inspection; else renew the certificate or complete the chain on the "
     "server; check this host's clock."},
    {PHASE_TLS, CAUSE_LOCAL, "this host could not do TLS",
     "The TLS library failed here, or the trusted roots could not be "
     "loaded. The server is not to blame.",
     "Install ca-certificates and run 'preflight doctor'."},

    {PHASE_REQUEST, CAUSE_OK, "the request was sent",
     "The first message of the protocol was handed over without an error. "
     "No answer was required.",
     "Nothing to do; this alone does not prove that the target received "
     "it."},
    {PHASE_REQUEST, CAUSE_TIMEOUT, "the request could not be sent in time",
     "The connection is open, but the peer's window stayed closed, or its "
     "greeting, which must come first, did not come.",
     "Look at the service on the target: it accepts connections and does "
     "not serve them; else a device in between opens connections for it."},
    {PHASE_REQUEST, CAUSE_REFUSED, "the target's port is closed",
     "The first datagram was answered by an ICMP port unreachable of the "
     "target itself: the host lives, nothing listens on this UDP port. A "
     "firewall that rejects in the target's name looks the same.",
     "Check on the target that the service runs and listens (ss -lnu)."},
    {PHASE_REQUEST, CAUSE_PROHIBITED,
     "a device on the path prohibits the request",
     "An ICMP message of a policy, or a port unreachable from an address "
     "that is not the target's, answered the request. Its sender is the "
     "blocker.",
     "Allow this source, target and port at the blocker."},
    {PHASE_REQUEST, CAUSE_UNREACHABLE, "the target is reported unreachable",
     "A router answered the request with host or network unreachable or "
     "time exceeded, or nobody answers for the address on the local "
     "network.",
     "On the local network: is the target on and in this VLAN? Else follow "
     "the route from the router that reported it."},
    {PHASE_REQUEST, CAUSE_RESET,
     "the connection was torn down before the request",
     "The peer closed the connection while it was open but nothing had "
     "been answered. Access lists of services and inspecting devices do "
     "this.",
     "Check the service's access list and log for this host's address; "
     "then the firewall's application rules."},
    {PHASE_REQUEST, CAUSE_BAD_REPLY,
     "the greeting is not that of the expected protocol",
     "Something answered before the request could be made, but in another "
     "protocol. Another service on this port and a portal look alike; the "
     "facts hold what was heard.",
     "Check which service uses this port on the target."},
    {PHASE_REQUEST, CAUSE_REJECTED,
     "the service turned this host away in its greeting",
     "The right protocol answered and said no before the request: too many "
     "sessions, or this host is not on its access list.",
     "Add this host to the service's access list; look at the number of "
     "open sessions."},
    {PHASE_REQUEST, CAUSE_LOCAL, "this host could not send the request",
     "Sending failed here: buffers, descriptors, or a right that this "
     "program lacks. The target is not to blame.",
     "Run again with a lower --rate; 'preflight doctor' says what this "
     "host can test."},

    {PHASE_REPLY, CAUSE_OK, "the service answers",
     "The expected protocol answered the request: path, port and service "
     "work.",
     "Nothing to do."},
    {PHASE_REPLY, CAUSE_TIMEOUT, "the request was sent, no answer came",
     "Over UDP: several requests without a sound; a firewall that drops, a "
     "closed service on a silent host, and a service that ignores this "
     "host (SNMP community, access list) look alike. Over TCP: the "
     "connection stays open and dumb; inspection that drops content, or a "
     "hanging service.",
     "UDP: check the service and its access list on the target, then "
     "firewall drops for this port. TCP: check the service, then the "
     "firewall's application rules."},
    {PHASE_REPLY, CAUSE_REFUSED, "the target's port is closed",
     "An ICMP port unreachable came from the target itself: the host "
     "lives, nothing listens on this UDP port. A firewall that rejects in "
     "the target's name looks the same.",
     "Check on the target that the service runs and listens (ss -lnu)."},
    {PHASE_REPLY, CAUSE_PROHIBITED, "a device on the path prohibits it",
     "An ICMP message of a policy, or a port unreachable from an address "
     "that is not the target's, answered the request. Its sender is the "
     "blocker.",
     "Allow this source, target and port at the blocker."},
    {PHASE_REPLY, CAUSE_UNREACHABLE, "the target is reported unreachable",
     "A router answered the request with host or network unreachable or "
     "time exceeded, or nobody answers for the address on the local "
     "network.",
     "On the local network: is the target on and in this VLAN? Else follow "
     "the route from the router that reported it."},
    {PHASE_REPLY, CAUSE_RESET,
     "the connection was torn down instead of an answer",
     "The request went out and the connection was closed or reset without "
     "a complete answer. Application filters do this, and services that do "
     "not accept this host.",
     "Look in the service's log, then for a blocked application in the "
     "firewall's log."},
    {PHASE_REPLY, CAUSE_BAD_REPLY, "something else answered",
     "An answer came that is not the expected protocol, or not an answer "
     "to this request. Another service on the port, a portal, or a device "
     "that answers for the target look alike; the facts hold what was "
     "heard.",
     "Check which service uses this port on the target, and whether a "
     "portal or proxy stands in between."},
    {PHASE_REPLY, CAUSE_REJECTED, "the service answers, and says no",
     "The right protocol answered with a refusal: access denied, log-in "
     "failed, too many requests (kiss-o'-death), DNS REFUSED. Network and "
     "firewalls are fine.",
     "Check the credentials, and the service's access list for this host."},
    {PHASE_REPLY, CAUSE_UNTRUSTED,
     "the service answers, its certificate is not trusted",
     "The protocol answered over TLS, but chain or name of the certificate "
     "was not accepted; facts 'tls-trust' and 'tls-error' say why.",
     "Renew the certificate or complete the chain on the server, or exempt "
     "this name from TLS inspection; check this host's clock."},
    {PHASE_REPLY, CAUSE_NXDOMAIN,
     "the DNS server answers that the name does not exist",
     "The tested DNS server works, but does not know the name it was asked "
     "for. A wrong name, a missing zone and a filter look alike.",
     "Check the name in the requirement, then the zones and forwarders of "
     "that server."},
    {PHASE_REPLY, CAUSE_SERVFAIL, "the DNS server answers that it failed",
     "The tested DNS server works, but could not find the answer: its "
     "forwarders are unreachable, the zone is broken, or DNSSEC validation "
     "failed.",
     "On the DNS server, test its forwarders and its way to the internet."},
    {PHASE_REPLY, CAUSE_NO_DATA, "the DNS server has no record of this kind",
     "The tested DNS server works and knows the name, but has no record of "
     "the type it was asked for.",
     "Add the missing record to the zone, or correct the requirement."},
    {PHASE_REPLY, CAUSE_UNSYNCHRONISED, "the time server has no time itself",
     "An NTP answer came, marked as not synchronised (leap indicator 3, or "
     "stratum 0 or 16): path and service work, its time must not be used.",
     "Check the sources of that time server (chronyc sources, ntpq -p)."},
    {PHASE_REPLY, CAUSE_LOCAL, "this host could not read the answer",
     "Reading failed here: memory, a library, or a right that this program "
     "lacks. The target is not to blame.",
     "Run again; 'preflight doctor' says what this host can test."},
};

const size_t outcome_table_count =
    sizeof(outcome_table) / sizeof(outcome_table[0]);
