"""Faults of the paths beyond the first hop, and of the link of the router: what they do and how it is shown."""

import secrets
import socket

import names
import probes
import runqueue
from effects import FROM_LAN
from probes import OPEN, SILENT, Icmp
from proofs import GOOGLE, NotShown, expect, together
from services import Service, peer
from topology import address, address_batch, link_local

LOOP_TABLE, FLAP_PORT = "66", 6
_LOOPED4, _LOOPED6 = "198.51.100.0/24", "2001:db8:ffff::/64"
_ROUTER = address("router", 4, "lan")


# --- what they do -------------------------------------------------------------------------------

def routing_loop(_, plan, __):
    """What the provider passes on to the internet's hosts comes back to it. They are the node's own addresses, which go
    before all routes. Over IPv4 the rule for them moves behind one for what comes from the provider. An IPv6 error
    would have the address that was asked for, as it is the node's own: so there the node loses them."""
    way = {family: ("via", address("isp", family, "core")) for family in (4, 6)}
    for done, undone in (
            (("route", "add", "default", *way[4], "table", LOOP_TABLE), ("route", "flush", "table", LOOP_TABLE)),
            (("rule", "add", "pref", "50", "iif", "core", "to", _LOOPED4, "lookup", LOOP_TABLE),
             ("rule", "del", "pref", "50")),
            (("rule", "add", "pref", "100", "lookup", "local"), ("rule", "del", "pref", "100")),
            (("rule", "del", "pref", "0"), ("rule", "add", "pref", "0", "lookup", "local"))):
        plan.commands.append(("internet", ("ip", "-4", *done), ("ip", "-4", *undone)))
    lost = [item for item in names.public_addresses() if item.startswith(_LOOPED6.split("/")[0])]
    plan.commands.append(("internet", "".join(f"addr del {item} dev lo\n" for item in lost)
                          + f"route add {_LOOPED6} {' '.join(way[6])}\n",
                          f"route del {_LOOPED6}\n" + "".join(f"addr add {item} dev lo nodad\n" for item in lost)))
    for name in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
        plan.commands.append(("internet", ("sysctl", "-qw", f"{name}=1"), ("sysctl", "-qw", f"{name}=0")))


def site_route_lost(_, plan, __):
    """The router has no IPv4 route to the devices' VLAN any more: it hands their packets to the provider."""
    own = address("router", 4, "vlan")
    network = own.rsplit(".", 1)[0] + ".0/24"
    plan.commands.append(("router", ("ip", "-4", "route", "del", network),
                          ("ip", "-4", "route", "add", network, "dev", "vlan", "proto", "kernel", "scope", "link", "src", own)))


def flows_lost(_, plan, __):
    """A dead member of a bundle: half of all flows, by a bit of their source port, both kinds."""
    for proto in ("tcp", "udp"):
        plan.rules["router", "forward"].append(f"{FROM_LAN}{proto} sport & 2 == 2 drop")


def link_flaps(fault, plan, _):
    """The router's own end goes down, which costs it the link-local address: the collector's link stays up."""
    packets, seconds = fault.argument
    plan.extra["flap"] = Service("flap", "router",
                                 peer("tripwire.py", packets, FLAP_PORT, "lan", "in", "--", "sh", "-c",
                                      f"ip link set lan down; sleep {seconds}; ip link set lan up; "
                                      f"ip addr replace {link_local('router')}/64 dev lan nodad"),
                                 (("udp", FLAP_PORT),))
    plan.rearm.add("flap")
    plan.commands.append(("router", ("true",), address_batch("router")))


# --- how they are shown -------------------------------------------------------------------------

EXPIRED = {4: (11, 0), 6: (3, 0)}


def expires(target, hops, wait):
    """Who reports it. A router that has used up its allowance of ICMP errors gets one again each second."""
    for _ in range(3):
        seen = probes.udp(target, 33434, b"?", wait, hops=hops)
        if seen != probes.SILENT:
            break
    return seen


def goes_round(_, wait):
    """Packets that may make 3, 4, 5 and 6 hops expire behind the provider and at it, in turn."""
    for family, target, back in ((4, GOOGLE.v4[0], "wan"), (6, GOOGLE.v6[0], "core")):
        places = [Icmp(address(node, family, port), *EXPIRED[family])
                  for node, port in (("internet", "core"), ("isp", back))]
        seen = [expires(target, hops, max(wait, 1.0)) for hops in (3, 4, 5, 6)]
        expect(f"hops to {target}", seen, places * 2)
    expect("what does not loop", probes.dns(names.GOOGLE_DNS4[0], names.TENANT, "A", wait), lambda answer: answer.data)


def leaves_the_site(_, wait):
    """Packets for a device that may make two hops expire at the provider's router; they never arrive."""
    for device in ("lan-switch", "lan-windows"):
        expect(device, probes.ping(address(device), wait), lambda seen: seen is None)
        expect(f"hop 2 to {device}", expires(address(device), 2, max(wait, 1.0)), Icmp(address("isp", 4, "wan"), *EXPIRED[4]))
    expect("printer", probes.ping(address("lan-printer"), wait), lambda seen: seen is not None)


def half_of_flows_die(_, wait):
    """Of eight connections and eight datagrams of each family exactly those whose source port has the bit are lost."""
    for web, resolver in ((GOOGLE.v4[0], names.GOOGLE_DNS4[0]), (GOOGLE.v6[0], names.GOOGLE_DNS6[0])):
        first = 20000 + 8 * secrets.randbelow(1000)
        ports = range(first, first + 8)
        wanted = [not port & 2 for port in ports]
        opened = together(*((probes.tcp, web, 443, wait, port) for port in ports))
        expect(f"connections to {web}", opened, [OPEN if passes else SILENT for passes in wanted])
        question = names.TENANT, "A", wait, False
        answered = together(*((probes.dns, resolver, *question, port) for port in ports))
        expect(f"answers of {resolver}", [isinstance(seen, probes.Dns) for seen in answered], wanted)


def goes_and_returns(fault, wait):
    packets, seconds = fault.argument
    expect("before", probes.ping(_ROUTER, wait), lambda seen: seen is not None)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(packets):
            sock.sendto(b"?", (_ROUTER, 9))
    struck_by = runqueue.clock() + 1
    while probes.ping(_ROUTER, wait) is not None:
        if runqueue.clock() > struck_by:
            raise NotShown(f"nothing happened after {packets} packets")
    expect("printer", probes.ping(address("lan-printer"), wait), lambda seen: seen is not None)
    deadline = runqueue.clock() + seconds + 3
    while probes.ping(_ROUTER, wait) is None:
        if runqueue.clock() > deadline:
            raise NotShown(f"the router does not come back within {seconds} s")
