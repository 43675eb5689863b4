/* findings_local.c - causes on this host and on its own network. */
#include "report/diagnose/findings.h"

const struct finding_entry findings_local[] = {
    {.code = "local-no-network",
     .owner = OWNER_THIS_HOST,
     .title = "This host has no network: {detail}",
     .meaning = "No interface of this host is up, or none has an address. "
		"Nothing that was tested says anything about the site.",
     .decided = "The kernel lists no interface that is up and running, and "
		"refused the probes before anything was sent.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Plug in the cable, or connect the virtual network card "
		    "(ip link shows what this host sees)",
		    "Check that the interface has an address (ip address)",
		    "Run preflight again"}}}},
    {.code = "no-default-route",
     .owner = OWNER_THIS_HOST,
     .title = "This host has no default route",
     .meaning = "Packets to other networks have nowhere to go. Devices on "
		"this host's own network may still work.",
     .decided = "The routing table has no default route and the kernel "
		"refused the probes as unreachable at once.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Set the gateway of this host (DHCP or static "
		    "configuration; ip route shows what there is)",
		    "Run preflight again"}}}},
    {.code = "local-route",
     .owner = OWNER_THIS_HOST,
     .title = "This host's routing table refuses {targets}",
     .meaning = "A route on this host rejects these addresses, or none "
		"leads to them, while others work.",
     .decided = "The kernel refused the probes at once; a default route is "
		"there and other addresses were reached.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Look for the route that matches: ip route get ADDRESS",
		    "Remove a blackhole, unreachable or prohibit route, or add "
		    "the missing one"}}}},
    {.code = "route-policy",
     .owner = OWNER_THIS_HOST,
     .title = "A route of this host ({detail}) rejects {targets}",
     .meaning = "Somebody has put a route there that refuses these addresses "
		"(or a VPN client has): the packets never left this host. The "
		"far end has not been tested.",
     .decided = "The kernel refused the probes at once, with the error that "
		"a blackhole, prohibit or unreachable route gives.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Find the route: ip route get ADDRESS; ip route show table "
		    "all type {detail}",
		    "Remove it, or the policy (VPN client, fail2ban, ip rule) "
		    "that put it there",
		    "Run preflight again: what lies behind is not tested "
		    "yet"}}}},
    {.code = "link-changed",
     .owner = OWNER_THIS_HOST,
     .title = "This host lost its network while the tests ran",
     .meaning = "A link, an address or the default gateway went away in the "
		"middle. What was answered before counts; what was still open "
		"is untested, and says nothing about its target.",
     .decided = "The kernel gave notice of the loss, and tests that ended "
		"after it had no answer.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Look for the cause: a loose cable, a roaming WLAN, a DHCP "
		    "lease that ran out, a VPN that reconnects (journalctl -k, "
		    "ip monitor)",
		    "Run preflight again: --only failed:REPORT repeats what "
		    "was not tested"}}}},
    {.code = "local-resource",
     .owner = OWNER_THIS_HOST,
     .title = "This host has no room for more connections: {detail}",
     .meaning = "The kernel refused sockets: no local port, descriptor, "
		"buffer or memory was left. What could not be sent says "
		"nothing about its target.",
     .decided = "Opening or sending failed on this host with the error of an "
		"exhausted resource.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Look at who uses it up: ss -s, ulimit -n, sysctl "
		    "net.ipv4.ip_local_port_range",
		    "Run preflight again when the host is less busy, or with a "
		    "lower --rate"}}}},
    {.code = "local-firewall",
     .owner = OWNER_THIS_HOST,
     .title = "This host's own firewall blocks {paths}",
     .meaning = "The packets were refused by this host before they reached "
		"the network. The far end and the firewalls on the way have "
		"not been tested.",
     .decided = "Sending failed with \"not permitted\", or an ICMP rejection "
		"came from this host's own address.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Allow outgoing {paths} in this host's firewall (nft list "
		    "ruleset, iptables -S OUTPUT, ufw status)",
		    "Run preflight again: what lies behind is not tested "
		    "yet"}}}},
    {.code = "port-in-use",
     .owner = OWNER_THIS_HOST,
     .title = "{paths} of this host is held by {detail}",
     .meaning = "The product must listen on this port itself; while another "
		"program holds it, it cannot.",
     .decided = "Binding the port failed because it is in use.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Find the program: ss -lntup",
		    "Stop it, or move it to another port or host"}}}},
    {.code = "gateway-unreachable",
     .owner = OWNER_LOCAL_NETWORK,
     .title = "The default gateway {subject} does not answer",
     .meaning = "This host knows its gateway, but the gateway is not there: "
		"nothing outside this network can be reached.",
     .decided = "The gateway answers no ARP (or neighbour) request, and no "
		"target behind it answered anything.",
     .lookalikes = "A wrong gateway address or a wrong VLAN on this host's "
		   "port looks the same.",
     .remedies = {{OWNER_LOCAL_NETWORK,
		   {"Check that {subject} is the right gateway and is powered "
		    "on",
		    "Check the VLAN of the switch port this host hangs on",
		    "Ping {subject} from another host of the same network"}}},
     .confirm_by = "ARP for {subject} from another host of the same network"},
    {.code = "isp-down",
     .owner = OWNER_INTERNET,
     .title = "The internet does not answer; the gateway does",
     .meaning = "Every test of the internet failed, whatever its port and "
		"name, while the local network works: the uplink is down, or "
		"everything is blocked.",
     .decided = "No internet address answered on any port; at least "
		"two different ports (or names) were tried; and the "
		"gateway is known to be alive: it passes packets on, "
		"answers on the local network, or other networks "
		"behind it answer.",
     .lookalikes = "A firewall that lets nothing out looks the same from "
		   "here.",
     .remedies = {{OWNER_INTERNET,
		   {"Check the uplink: modem, line, provider status",
		    "From the router, ping its provider's gateway",
		    "If the uplink works, look for a firewall rule that denies "
		    "this host ({source}) everything"}}},
     .confirm_by = "a test from the router itself, or from another host"},
    {.code = "clock-skewed",
     .owner = OWNER_THIS_HOST,
     .title = "This host's clock is wrong: {detail}",
     .meaning = "Certificates are judged by this host's clock. With the "
		"clock wrong, good ones look expired or not yet valid, and "
		"every secure connection of the product fails.",
     .decided = "The network time (NTP, or the dates of web servers) "
		"differs from this clock; or certificates of three "
		"unrelated owners are outside their validity and none "
		"is valid.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Set the clock (timedatectl set-ntp true, or chronyc "
		    "makestep)",
		    "In a virtual machine, check the time of the hypervisor",
		    "Run preflight again"}}},
     .confirm_by = "comparing this host's clock with a trusted one"},
    {.code = "tls-not-yet-valid-because-clock",
     .owner = OWNER_THIS_HOST,
     .title = "This host's clock seems to be behind: certificates are not "
	      "yet valid",
     .meaning = "Servers of several owners show certificates that begin in "
		"the future, by this host's clock. Servers do not do that; a "
		"clock that is behind does.",
     .decided = "Certificates of three or more owners are not yet valid, none "
		"is valid, and no time server or web server told the time.",
     .lookalikes = "A clock that is wrong by another cause: see "
		   "clock-skewed, which is measured.",
     .remedies = {{OWNER_THIS_HOST,
		   {"Set the clock (timedatectl set-ntp true, or chronyc "
		    "makestep); a dead battery of the mainboard sets it back "
		    "to its first day",
		    "In a virtual machine, check the time of the hypervisor",
		    "Run preflight again"}}},
     .confirm_by = "comparing this host's clock with a trusted one"},
    {.code = "network-silent",
     .owner = OWNER_LOCAL_NETWORK,
     .title = "Nothing answers in {subject}",
     .meaning = "The whole network is silent: nothing in it answered any "
		"test.",
     .decided = "An inventory entry of which every address was probed; or "
		"at least three devices that share a /24 (IPv6: /64), all of "
		"them silent, while the same test works elsewhere.",
     .lookalikes = "A wrong network in the inventory, a missing route, or a "
		   "firewall in front of it.",
     .remedies = {{OWNER_LOCAL_NETWORK,
		   {"Check that {subject} is the right network",
		    "Check that the gateway routes to it and lets {source} "
		    "in",
		    "Ping one of its hosts from inside that network"}}},
     .confirm_by = "a ping from a host inside {subject}"},
    {.code = NULL}};
