/*
 * outcome_table.c - every outcome that can happen, in words for a technician.
 */
#include "core/base/outcome.h"

#include <stddef.h>

const struct outcome_entry outcome_table[] = {
    {PHASE_LOCAL, CAUSE_OK, "this host is as required",
     "The local check found what the requirement asks for. Nothing was sent "
     "to the network.",
     "Nothing to do."},
    {PHASE_LOCAL, CAUSE_TIMEOUT, "a check of this host did not finish in time",
     "A local test (a file, a command, a worker thread) was still running at "
     "its deadline. The result says nothing about the network.",
     "Check this host's CPU load and its network file systems, then run the "
     "check again."},
    {PHASE_LOCAL, CAUSE_REFUSED, "this host's own firewall refused the packet",
     "The refusal came from one of this host's own addresses, so no packet "
     "left this host. Nothing is known about the target.",
     "Look for a reject rule in the output chain of this host (nft list "
     "ruleset) or in its security software."},
    {PHASE_LOCAL, CAUSE_PROHIBITED, "this host's own rules blocked the packet",
     "Sending failed with EPERM or EACCES without an ICMP message, or an "
     "ICMP 'administratively prohibited' message came from one of this "
     "host's own addresses. The cause is a local firewall or a 'prohibit' "
     "route. Nothing is known about the target.",
     "Check the output rules (nft list ruleset) and the route to the "
     "target (ip route get ADDRESS) on this host."},
    {PHASE_LOCAL, CAUSE_UNREACHABLE, "this host has no route to the target",
     "The kernel returned ENETUNREACH, EINVAL or EHOSTUNREACH at once, "
     "without an ICMP message: there is no route, the route is of type "
     "'blackhole' or 'unreachable', or the interface is down. No packet left "
     "this host.",
     "Check the interface and the default route (ip addr, ip route get "
     "ADDRESS)."},
    {PHASE_LOCAL, CAUSE_RESET, "a service on this host closed the connection",
     "A local service accepted the connection and closed it without "
     "answering.",
     "Check the status and the log of that service on this host."},
    {PHASE_LOCAL, CAUSE_BAD_REPLY,
     "a local service or file gave an unexpected answer",
     "A local service, file or command was found, but its content does not "
     "have the expected format.",
     "Run the named command or open the named file yourself and compare."},
    {PHASE_LOCAL, CAUSE_REJECTED, "this host does not meet the requirement",
     "The local check ran and found that the requirement is not met. The "
     "facts show the value it found.",
     "Compare that value with the requirement and reconfigure this host."},
    {PHASE_LOCAL, CAUSE_UNSYNCHRONISED,
     "the clock of this host is not synchronised",
     "The kernel or the time service of this host reports that the clock "
     "does not follow any time source, or that its offset is too large. "
     "Kerberos logins and certificates depend on the clock.",
     "Check the time service (timedatectl, chronyc tracking) and its "
     "servers."},
    {PHASE_LOCAL, CAUSE_IN_USE, "another program on this host uses the port",
     "Binding the port failed with EADDRINUSE: another program on this host "
     "is already listening on it and would receive the packets meant for the "
     "product.",
     "Find the program (ss -lntup), then stop it or move it to another "
     "port."},
    {PHASE_LOCAL, CAUSE_LOCAL, "this host could not run the test",
     "Something was missing on this host: file descriptors, memory, local "
     "ports, a privilege, a file or an input. The target was not tested.",
     "Read the reason given with the result, or run 'preflight doctor' to "
     "see what this host can test."},

    {PHASE_RESOLVE, CAUSE_OK, "the name resolves",
     "The hosts file or a DNS server (fact 'resolver') returned at least one "
     "address. Whether that address answers was not tested.",
     "Nothing to do."},
    {PHASE_RESOLVE, CAUSE_TIMEOUT, "no DNS server answered",
     "Each configured server was queried several times and none replied. A "
     "firewall that drops port 53 and a server that is down look the same "
     "from here.",
     "Check that UDP and TCP 53 to the listed servers are allowed and that "
     "the servers are running; try 'preflight check dns SERVER'."},
    {PHASE_RESOLVE, CAUSE_REFUSED, "the DNS server's port is closed",
     "An ICMP port unreachable or a TCP reset came from the DNS server's own "
     "address: the host is up, but no DNS service is listening. A DNS answer "
     "with code REFUSED is RESOLVE-REJECTED instead.",
     "Correct the server's address in this host's resolver settings, or "
     "start the DNS service."},
    {PHASE_RESOLVE, CAUSE_PROHIBITED, "a device on the path prohibits DNS",
     "The query was answered by an ICMP 'administratively prohibited' "
     "message, or by a port unreachable that did not come from the DNS "
     "server. The device that sent it blocks the query.",
     "On that device, allow UDP and TCP 53 from this host to its DNS servers."},
    {PHASE_RESOLVE, CAUSE_UNREACHABLE, "the DNS server is unreachable",
     "A router reported that it has no route to the DNS server (ICMP "
     "unreachable or time exceeded), or no host answers for that address on "
     "the local network.",
     "Check the server's address in the resolver settings, then the route to "
     "it."},
    {PHASE_RESOLVE, CAUSE_RESET, "the DNS connection was closed early",
     "The answer did not fit into UDP, and the DNS server or a device on the "
     "path closed the TCP connection that should have carried it.",
     "Allow TCP 53 to the DNS servers without inspection, and check the "
     "server's log."},
    {PHASE_RESOLVE, CAUSE_BAD_REPLY, "the DNS answer is not valid",
     "Port 53 returned something that is not a valid answer to the query: "
     "malformed data, an answer for another name, or a CNAME loop. A captive "
     "portal or a device that rewrites DNS can cause this.",
     "Query the same name on another DNS server and compare; look for a DNS "
     "proxy in the router or firewall."},
    {PHASE_RESOLVE, CAUSE_REJECTED, "the DNS server refuses the query",
     "The server answered with REFUSED or a similar code: the path is open, "
     "but the server's access list does not include this host or this name.",
     "Allow this host on the DNS server (allow-query, recursion), or use the "
     "DNS server meant for this network."},
    {PHASE_RESOLVE, CAUSE_NXDOMAIN, "the name does not exist",
     "A DNS server answered NXDOMAIN: there is no such name. A mistyped "
     "name, a split DNS zone that lacks it and a DNS filter that hides it "
     "look the same from here.",
     "Check the spelling first, then query a public DNS server: if it knows "
     "the name, the local server filters the name or its zone lacks it."},
    {PHASE_RESOLVE, CAUSE_SERVFAIL,
     "the DNS server could not resolve the "
     "name",
     "The server answered SERVFAIL: its forwarders are unreachable, the zone "
     "is broken, or DNSSEC validation failed. The path to the server itself "
     "works.",
     "On the DNS server, test its forwarders and its internet access; try "
     "the name with DNSSEC checking off (dig +cd)."},
    {PHASE_RESOLVE, CAUSE_NO_DATA, "the name exists but has no address",
     "The server knows the name but has no A or AAAA record for an address "
     "family (IPv4, IPv6) that this host uses.",
     "Check which records the zone has (dig A, dig AAAA), then add the "
     "missing record or correct the name."},
    {PHASE_RESOLVE, CAUSE_LOCAL, "this host has no DNS server to ask",
     "The resolver settings do not list a DNS server, or this host could not "
     "send the query. Nothing is known about the name.",
     "Enter DNS servers in this host's network settings "
     "(/etc/resolv.conf)."},

    {PHASE_CONNECT, CAUSE_OK, "the connection opens",
     "A TCP connection to the target was established. The service itself has "
     "not sent anything yet: a device that answers for the target (SYN "
     "proxy) looks the same.",
     "Nothing to do; a requirement that needs proof 'service' must use a "
     "check that gets an answer."},
    {PHASE_CONNECT, CAUSE_TIMEOUT, "no answer to the connection attempt",
     "Several attempts got neither an answer nor an ICMP message. A firewall "
     "that drops packets, a host that is off and a missing return route look "
     "the same from here; the evidence shows the last hop that replied.",
     "Check that the target is on. Then search the log of the firewall at or "
     "behind the last hop that replied for drops of this address and port."},
    {PHASE_CONNECT, CAUSE_REFUSED, "the port refuses connections",
     "A TCP reset came, or an ICMP port unreachable from the target's own "
     "address. A closed port and a firewall that rejects with resets look "
     "the same unless their TTL differs.",
     "On the target, check that the service is running and listening on this "
     "port (ss -lnt). If it is, look for a firewall that rejects the "
     "connection."},
    {PHASE_CONNECT, CAUSE_PROHIBITED, "a device on the path prohibits it",
     "An ICMP 'administratively prohibited' or similar message came, or a "
     "port unreachable from an address that is not the target's. The rules "
     "of the device that sent it, or of a device behind it, reject this path.",
     "On the device that sent the message, allow this source, target and "
     "port."},
    {PHASE_CONNECT, CAUSE_UNREACHABLE, "the target is reported unreachable",
     "A router sent host unreachable, network unreachable or time exceeded, "
     "or no device on the local network answered ARP for the address (about "
     "3 seconds). Some firewalls also reject with host unreachable.",
     "If the target is on the local network, check that it is on and in this "
     "VLAN. Otherwise follow the route from the router that reported it."},
    {PHASE_CONNECT, CAUSE_RESET,
     "the connection was reset as soon as it opened",
     "The TCP connection was established and then reset before anything was "
     "sent. An access list of the service (TCP wrappers), a service at its "
     "connection limit or an inspecting firewall can cause this.",
     "Check the service's access list and log on the target for this "
     "host's address."},
    {PHASE_CONNECT, CAUSE_LOCAL, "this host could not open a connection",
     "The attempt failed on this host: no free file descriptor, local port "
     "or memory, or no usable source address. The target was not tested.",
     "Run again with a lower --rate; check 'ulimit -n', the local ports in "
     "use (ss -s) and --source."},

    {PHASE_PROXY, CAUSE_OK, "the proxy opens the tunnel",
     "The proxy answered CONNECT with status 2xx. The next phase tests the "
     "target's own protocol.",
     "Nothing to do."},
    {PHASE_PROXY, CAUSE_TIMEOUT, "the proxy did not answer",
     "Connecting to the proxy, or the CONNECT request, got no reply. A proxy "
     "that is itself waiting for a target that does not answer looks the "
     "same.",
     "Try another target through the same proxy. If that works, the path "
     "from the proxy to the target is blocked; otherwise check the proxy's "
     "address and port."},
    {PHASE_PROXY, CAUSE_REFUSED, "the proxy's port refuses connections",
     "The connection to the proxy was answered by a TCP reset, or by an ICMP "
     "port unreachable from the proxy itself. The target was not reached.",
     "Check the proxy's address and port, and that the proxy service is "
     "running."},
    {PHASE_PROXY, CAUSE_PROHIBITED, "a device prohibits the path to the proxy",
     "The connection to the proxy was answered by an ICMP 'administratively "
     "prohibited' message. The device that sent it blocks the path. The "
     "target was not reached.",
     "On that device, allow this host to reach the proxy's port."},
    {PHASE_PROXY, CAUSE_UNREACHABLE, "the proxy is unreachable",
     "A router reported that it has no route to the proxy, or no device on "
     "the local network answers for its address. The target was not reached.",
     "Check the proxy's address and the route to it."},
    {PHASE_PROXY, CAUSE_RESET,
     "the proxy closed the connection without an "
     "answer",
     "The proxy accepted the connection and closed it without an HTTP "
     "answer. Its policy may forbid the target, or the port may expect TLS "
     "or SOCKS.",
     "Search the proxy's log for this host's address; check that the port is "
     "an HTTP proxy port."},
    {PHASE_PROXY, CAUSE_BAD_REPLY, "what answered is not an HTTP proxy",
     "The answer to CONNECT was not an HTTP status line. Another service, a "
     "SOCKS proxy or a captive portal can cause this.",
     "Check the proxy's address, port and type (http://, not socks)."},
    {PHASE_PROXY, CAUSE_REJECTED, "the proxy refuses the tunnel",
     "The proxy answered CONNECT with an HTTP error (fact 'proxy-status'): "
     "407 asks for a log-in (fact 'proxy-schemes'), 403 is the proxy's "
     "policy, 502 to 504 mean that the proxy could not reach or resolve the "
     "target.",
     "With 407, give --proxy-auth. With 403, allow the host and port in the "
     "proxy's policy. With 502 to 504, test DNS and the firewall from the "
     "proxy."},
    {PHASE_PROXY, CAUSE_UNTRUSTED, "the proxy's own certificate is not trusted",
     "The https:// proxy presented a certificate that this host does not "
     "trust, so no credentials were sent.",
     "Install the proxy's CA certificate on this host, or use the name that "
     "is in the certificate."},
    {PHASE_PROXY, CAUSE_NXDOMAIN, "the proxy's name does not exist",
     "DNS answered that the proxy's name does not exist. The target was not "
     "reached.",
     "Check the spelling of --proxy, then the DNS zone."},
    {PHASE_PROXY, CAUSE_SERVFAIL, "the proxy's name could not be resolved",
     "The DNS server failed, refused or did not reply when asked for the "
     "proxy's name. The target was not reached.",
     "Fix name resolution on this host first, or give the proxy as an "
     "address."},
    {PHASE_PROXY, CAUSE_NO_DATA, "the proxy's name has no address",
     "DNS knows the proxy's name but has no record for an address family "
     "(IPv4, IPv6) that this host uses.",
     "Check the records of the proxy's name, or give the proxy as an "
     "address."},
    {PHASE_PROXY, CAUSE_LOCAL, "this host could not use the proxy",
     "Something needed for the proxy is missing on this host, such as its "
     "credentials or a log-in scheme that preflight supports.",
     "Check --proxy and --proxy-auth."},

    {PHASE_TLS, CAUSE_OK, "the TLS handshake works",
     "The handshake completed, and the certificate chain and name were "
     "accepted.",
     "Nothing to do."},
    {PHASE_TLS, CAUSE_TIMEOUT,
     "TCP connects, but the TLS handshake gets no answer",
     "The connection opened, but the first TLS message got no answer. A "
     "firewall that drops by content or server name, a path that loses large "
     "packets (MTU) or a service that does not use TLS on this port can "
     "cause this.",
     "Exempt the target from inspection at the firewall; test the path "
     "with large packets (ping -M do -s 1400)."},
    {PHASE_TLS, CAUSE_RESET,
     "the connection was reset during the TLS handshake",
     "The connection was reset or closed after the first TLS message. "
     "Firewalls that filter by server name do this, and so do servers that "
     "do not support the name or the TLS version.",
     "Search the firewall's log for a blocked application or URL category; "
     "exempt this name from inspection."},
    {PHASE_TLS, CAUSE_BAD_REPLY, "the answer is not valid TLS",
     "The answer is not TLS, or the two sides have no TLS version or cipher "
     "in common. A service without TLS on this port, a captive portal and a "
     "very old device look the same; see fact 'tls-error'.",
     "Check that this is the TLS port; on an old device, update its firmware "
     "or its TLS settings."},
    {PHASE_TLS, CAUSE_REJECTED, "the server refuses the TLS handshake",
     "The server understood the handshake and refused it with a TLS alert, "
     "such as unknown name, client certificate required or access denied.",
     "Check the name used, and whether the server asks for a client "
     "certificate."},
    {PHASE_TLS, CAUSE_UNTRUSTED, "the certificate is not trusted",
     "The handshake worked, but the certificate's chain or name was not "
     "accepted: facts 'tls-trust', 'tls-error' and 'tls-issuer' say why. If "
     "the issuer is the customer's firewall or proxy, TLS is being "
     "inspected. Self-signed certificates are common on devices.",
     "If the issuer is an inspecting device, exempt this name from "
     "inspection. Otherwise renew the certificate or complete the chain on "
     "the server, and check this host's clock."},
    {PHASE_TLS, CAUSE_LOCAL, "this host could not start TLS",
     "The TLS library failed on this host, or its trusted root certificates "
     "could not be loaded. The server is not the cause.",
     "Install ca-certificates and run 'preflight doctor'."},

    {PHASE_REQUEST, CAUSE_OK, "the request was sent",
     "The first message of the protocol was sent without an error. No answer "
     "was required.",
     "Nothing to do; this does not prove that the target received it."},
    {PHASE_REQUEST, CAUSE_TIMEOUT, "connected, but no request could be sent",
     "The connection is open, but the target accepted no data (its TCP "
     "window stayed closed), or did not send the greeting that must come "
     "first.",
     "Check the service on the target: it accepts connections but does not "
     "serve them. If it is healthy, a device on the path accepts connections "
     "on its behalf."},
    {PHASE_REQUEST, CAUSE_REFUSED, "the target's port is closed",
     "The first datagram was answered by an ICMP port unreachable from the "
     "target itself: the host is up, but nothing is listening on this UDP "
     "port. A firewall that rejects with the target's address looks the same.",
     "On the target, check that the service is running and listening (ss "
     "-lnu)."},
    {PHASE_REQUEST, CAUSE_PROHIBITED,
     "a device on the path prohibits the request",
     "The request was answered by an ICMP 'administratively prohibited' "
     "message, or by a port unreachable from an address that is not the "
     "target's. The device that sent it blocks the request.",
     "On the device that sent the message, allow this source, target and "
     "port."},
    {PHASE_REQUEST, CAUSE_UNREACHABLE, "the target is reported unreachable",
     "A router answered the request with host unreachable, network "
     "unreachable or time exceeded, or no device on the local network "
     "answers for the address.",
     "If the target is on the local network, check that it is on and in this "
     "VLAN. Otherwise follow the route from the router that reported it."},
    {PHASE_REQUEST, CAUSE_RESET, "the connection was closed before the request",
     "The connection opened and was closed before any answer. An access list "
     "of the service or an inspecting firewall can cause this.",
     "Check the service's access list and log for this host's address, then "
     "the firewall's application rules."},
    {PHASE_REQUEST, CAUSE_BAD_REPLY,
     "the greeting is not that of the expected protocol",
     "Something answered before the request was sent, but in another "
     "protocol. Another service on this port and a captive portal look the "
     "same; the facts show what was received.",
     "Check which service uses this port on the target."},
    {PHASE_REQUEST, CAUSE_REJECTED,
     "the service refused this host in its greeting",
     "The expected protocol answered with a refusal before the request: too "
     "many sessions, or this host is not on its access list.",
     "Add this host to the service's access list; check the number of open "
     "sessions."},
    {PHASE_REQUEST, CAUSE_LOCAL, "this host could not send the request",
     "Sending failed on this host: buffers, file descriptors or a missing "
     "privilege. The target is not the cause.",
     "Run again with a lower --rate; 'preflight doctor' shows what this host "
     "can test."},

    {PHASE_REPLY, CAUSE_OK, "the service answers",
     "The expected protocol answered the request: the path, the port and the "
     "service work.",
     "Nothing to do."},
    {PHASE_REPLY, CAUSE_TIMEOUT, "the request was sent but not answered",
     "UDP: several requests got no answer. A firewall that drops them, a "
     "host that drops packets to closed ports and a service that ignores "
     "this host (SNMP community, access list) look the same. TCP: the "
     "connection stays open but no data arrives, because inspection drops "
     "the content or the service hangs.",
     "UDP: check the service and its access list on the target, then the "
     "firewall's log for drops of this port. TCP: check the service, then "
     "the firewall's application rules."},
    {PHASE_REPLY, CAUSE_REFUSED, "the target's port is closed",
     "An ICMP port unreachable came from the target itself: the host is up, "
     "but nothing is listening on this UDP port. A firewall that rejects "
     "with the target's address looks the same.",
     "On the target, check that the service is running and listening (ss "
     "-lnu)."},
    {PHASE_REPLY, CAUSE_PROHIBITED, "a device on the path prohibits it",
     "The request was answered by an ICMP 'administratively prohibited' "
     "message, or by a port unreachable from an address that is not the "
     "target's. The device that sent it blocks the request.",
     "On the device that sent the message, allow this source, target and "
     "port."},
    {PHASE_REPLY, CAUSE_UNREACHABLE, "the target is reported unreachable",
     "A router answered the request with host unreachable, network "
     "unreachable or time exceeded, or no device on the local network "
     "answers for the address.",
     "If the target is on the local network, check that it is on and in this "
     "VLAN. Otherwise follow the route from the router that reported it."},
    {PHASE_REPLY, CAUSE_RESET, "the connection was closed without an answer",
     "The request was sent, and the connection was closed or reset before a "
     "complete answer. Application filters do this, and so do services that "
     "do not accept this host.",
     "Check the service's log, then search the firewall's log for a blocked "
     "application."},
    {PHASE_REPLY, CAUSE_BAD_REPLY, "another protocol answered",
     "The answer is not in the expected protocol, or does not belong to this "
     "request. Another service on the port, a captive portal and a device "
     "that answers instead of the target look the same; the facts show what "
     "was received.",
     "Check which service uses this port on the target, and whether a "
     "captive portal or a proxy is on the path."},
    {PHASE_REPLY, CAUSE_REJECTED,
     "the service answers but refuses the "
     "request",
     "The expected protocol answered with a refusal: access denied, log-in "
     "failed, too many requests (kiss-o'-death) or DNS REFUSED. The network "
     "and the firewalls are fine.",
     "Check the credentials and the service's access list for this host."},
    {PHASE_REPLY, CAUSE_UNTRUSTED,
     "the service answers, but its certificate is not trusted",
     "The protocol answered over TLS, but the certificate's chain or name "
     "was not accepted; facts 'tls-trust' and 'tls-error' say why.",
     "Renew the certificate or complete the chain on the server, or exempt "
     "this name from TLS inspection. Check this host's clock."},
    {PHASE_REPLY, CAUSE_NXDOMAIN,
     "the DNS server answers that the name does not exist",
     "The tested DNS server works but does not know the name. A wrong name, "
     "a missing zone and a filter look the same from here.",
     "Check the name in the requirement, then that server's zones and "
     "forwarders."},
    {PHASE_REPLY, CAUSE_SERVFAIL, "the DNS server answers that it failed",
     "The tested DNS server works but could not resolve the name: its "
     "forwarders are unreachable, the zone is broken, or DNSSEC validation "
     "failed.",
     "On the DNS server, test its forwarders and its internet access."},
    {PHASE_REPLY, CAUSE_NO_DATA, "the DNS server has no record of this kind",
     "The tested DNS server works and knows the name, but has no record of "
     "the requested type.",
     "Add the missing record to the zone, or correct the requirement."},
    {PHASE_REPLY, CAUSE_UNSYNCHRONISED, "the time server is not synchronised",
     "The NTP answer is marked as not synchronised (leap indicator 3, or "
     "stratum 0 or 16): the path and the service work, but its time must not "
     "be used.",
     "Check that time server's own sources (chronyc sources, ntpq -p)."},
    {PHASE_REPLY, CAUSE_LOCAL, "this host could not read the answer",
     "Reading failed on this host: memory, a library or a missing privilege. "
     "The target is not the cause.",
     "Run again; 'preflight doctor' shows what this host can test."},
};

const size_t outcome_table_count =
    sizeof(outcome_table) / sizeof(outcome_table[0]);
