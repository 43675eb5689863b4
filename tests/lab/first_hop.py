"""Faults of this host's addresses and of its first hop: what they do and how it is shown.

Most change the addresses of a node; the lab then makes all nodes forget their neighbours.
"""

import errno
import ipaddress
import itertools
import json
import socket
import struct

import names
import probes
from paths import EXPIRED, expires
from probes import OPEN, SILENT, Icmp
from proofs import GOOGLE, NotShown, expect, together
from services import Service, peer
from shell import run
from topology import NODES, PORTS, ROUTES, address, address_batch, beside

WIDE4, WIDE6 = 16, 48                       # of the whole site
FOREIGN = ("10.77.0.2/24", "2001:db8:77::2/64")
NOBODY = "02:00:00:00:66:66"                # a link address that no card of the lab has
CLAIMANT_PORT = 5                           # of the printer's loopback: says that the claimant is there
_ROUTERS = tuple(address("router", family, "lan") for family in (4, 6))
_INSIDE = ("lan-switch", "proxy")         # behind the router
_ECHO = {4: "icmp type echo-request", 6: "icmpv6 type echo-request"}
_SERVERS = (names.GOOGLE_DNS4[0], names.GOOGLE_DNS6[0])
_BEYOND = (GOOGLE.v4[0], GOOGLE.v6[0])


def network_and_hop(match):
    return str(ipaddress.ip_network(match[1])), str(ipaddress.ip_address(match[2]))


# --- what they do -------------------------------------------------------------------------------

def _readdressed(plan, node, ports, routes):
    """Give a node's cards these addresses in place of its own: {card: addresses}, and these routes."""
    empty = "".join(f"addr flush dev {card} scope global\n" for card in ports)
    given = "".join(f"addr add {item} dev {card}{' nodad' if ':' in item else ''}\n"
                    for card, items in ports.items() for item in items)
    plan.commands.append((node, empty + given + "".join(f"route replace {route}\n" for route in routes),
                          empty + address_batch(node)))


def _widened(prefix, length4=WIDE4):
    return f"{prefix.split('/')[0]}/{WIDE6 if ':' in prefix else length4}"


def wrong_prefix(fault, plan, _):
    own = next(port for port in PORTS if port.node == "collector")
    _readdressed(plan, "collector", {own.name: [_widened(prefix, fault.argument) for prefix in (own.v4, own.v6)]},
                 ROUTES["collector"])


def flat_network(_, plan, __):
    """All of the site on one wire: one prefix, and the router's three ports are one."""
    inside = [port for port in PORTS
              if port.node in NODES[plan.site] and port.bridge in ("br-lan", "br-vlan", "br-dmz")]
    moved = [port.cable for port in inside if port.bridge != "br-lan" and port.node != "router"]
    plan.commands.append(("hub", "".join(f"link set {cable} master br-lan\n" for cable in moved),
                          "".join(f"link set {port.cable} master {port.bridge}\n" for port in inside)))
    gates = [port for port in inside if port.node == "router"]
    addresses = {"lan": [_widened(prefix) for port in gates for prefix in (port.v4, port.v6)], "vlan": (), "dmz": ()}
    _readdressed(plan, "router", addresses, ())
    for port in inside:
        if port.node != "router":
            more = [beside(prefix, number) for number in port.more for prefix in (port.v4, port.v6)]
            _readdressed(plan, port.node, {port.name: [_widened(item) for item in (port.v4, port.v6, *more)]},
                         ROUTES[port.node])


def gateway_is_host(_, plan, __):
    for family in (4, 6):
        plan.commands.append(("collector", f"route replace default via {address('lan-printer', family)}\n",
                              f"route replace default via {address('router', family, 'lan')}\n"))
    plan.forget.add("gateway-is-host")


def gateway_passes_nothing(fault, plan, _):
    """The router drops what it would forward for the collector: what comes `from` it, or what goes `to` it. `deaf`: it
    answers nothing for itself, either; without neighbour discovery it would be gone."""
    for family, match in ((4, "ip"), (6, "ip6")):
        own = address("collector", family)
        plan.rules["router", "forward"].append(f"{match} {'daddr' if fault.argument == 'to' else 'saddr'} {own} drop")
        if fault.argument == "deaf":
            plan.rules["router", "input"] += [f"{match} saddr {own} {what} drop" for what in
                                              ("meta l4proto { tcp, udp }", _ECHO[family])]


def wrong_route(fault, plan, _):
    plan.commands.append(("collector", f"route add {' via '.join(fault.argument)}\n",
                          f"route del {' via '.join(fault.argument)}\n"))


def _claimant(plan, v4, v6, *rest):
    plan.extra["claimant"] = Service("claimant", "lan-printer",
                                     peer("claimant.py", CLAIMANT_PORT, "eth0", v4, v6, *rest),
                                     (("udp", CLAIMANT_PORT),))
    plan.forget.add("claimant")


def _setting(plan, node, name, value, usual):
    plan.commands.append((node, ("sysctl", "-qw", f"{name}={value}"), ("sysctl", "-qw", f"{name}={usual}")))


def gateway_link_address(fault, plan, _):
    """The router's own word would be taken for the moment until the claimant insists. It is not asked for: the
    router does not verify its entries, and an answer from it does not change an entry that is there."""
    if fault.argument == "learned":
        for family in ("ipv4", "ipv6"):
            _setting(plan, "router", f"net.{family}.neigh.lan.delay_first_probe_time", 3600, 5)
        _setting(plan, "collector", "net.ipv4.neigh.eth0.locktime", 360000, 100)
        _claimant(plan, *_ROUTERS, "insist")
        return
    for item in _ROUTERS:
        plan.commands.append(("collector", f"neigh replace {item} lladdr {NOBODY} dev eth0 nud permanent\n",
                              f"neigh del {item} dev eth0\n"))


def address_taken(_, plan, __):
    """On the wire a route by way of the printer is an entry of the collector that has the printer's link address;
    the router still answers the collector's own questions for its link address, as a router does."""
    _claimant(plan, *(address("collector", family) for family in (4, 6)))
    for family in (4, 6):
        own = address("collector", family)
        plan.commands.append(("router", f"route add {own} via {address('lan-printer', family)} dev lan\n",
                              f"route del {own} via {address('lan-printer', family)} dev lan\n"))


def foreign_address(_, plan, __):
    _readdressed(plan, "collector", {"eth0": FOREIGN}, [f"default via {item} dev eth0 onlink" for item in _ROUTERS])


def nonlocal_bind(_, plan, __):
    for family in ("ipv4", "ipv6"):
        _setting(plan, "collector", f"net.{family}.ip_nonlocal_bind", 1, 0)


# --- how they are shown -------------------------------------------------------------------------

def _neighbour(target):
    """The kernel's entry: (link address or None, state)."""
    entries = json.loads(run(["ip", "-j", "neigh", "show", "to", target, "dev", "eth0"]) or "[]")
    return (entries[0].get("lladdr"), entries[0]["state"][0]) if entries else (None, "none")


def _pings(wait, *targets):
    """Who of them answers an echo request."""
    return [seen is not None for seen in together(*((probes.ping, target, wait) for target in targets))]


def _nothing_beyond(wait):
    for target, seen in zip(_BEYOND, together(*((probes.tcp, target, 443, wait) for target in _BEYOND))):
        expect(target, seen, SILENT)


def prefix_too_wide(_, wait):
    for family in (4, 6):
        far, near = address("lan-switch", family), address("lan-printer", family)
        expect("pings of switch and printer", _pings(wait, far, near), [False, True])
        expect(f"link address of {far}", _neighbour(far)[0], None)
        expect(f"link address of {near}", _neighbour(near)[0], lambda seen: seen)
        expect("the internet", probes.tcp(_BEYOND[family == 6], 443, wait), OPEN)


def one_wire(_, wait):
    """The proxy is a neighbour: it has a link address, and no hop lies between."""
    for family in (4, 6):
        target = address("proxy", family)
        expect(f"ping {target}", _pings(wait, target), [True])
        expect(f"link address of {target}", _neighbour(target)[0], lambda seen: seen)
        expect("the internet", probes.tcp(_BEYOND[family == 6], 443, wait), OPEN)


def gateway_forwards_nothing(_, wait):
    for family, beyond in zip((4, 6), _BEYOND):
        gateway = address("lan-printer", family)
        way = json.loads(run(["ip", "-j", "route", "get", beyond]))[0]
        expect(f"way to {beyond}", way["gateway"], gateway)
        expect("pings of gateway and router", _pings(wait, gateway, address("router", family, "lan")), [True, True])
    _nothing_beyond(wait)


def first_hop_only(fault, wait):
    """Packets that may make one hop expire at the router; all others vanish, and it answers for itself or not."""
    for family, router, beyond in zip((4, 6), _ROUTERS, _BEYOND):
        inside = [address(node, family) for node in _INSIDE]
        expect("pings of router and printer", _pings(wait, router, address("lan-printer", family)),
               [fault.argument != "deaf", True])
        expect("pings of switch and proxy", _pings(wait, *inside), [False, False])
        for target in (beyond, inside[0]):
            expect(f"hop 1 to {target}", expires(target, 1, max(wait, 1.0)), Icmp(router, *EXPIRED[family]))
    _nothing_beyond(wait)


def route_leads_away(fault, wait):
    """The kernel takes that next hop for addresses of the network, which do not answer; all others do."""
    network, hop = fault.argument
    family = 6 if ":" in network else 4
    near = address("lan-printer", family)
    targets = _BEYOND[family == 6], _SERVERS[family == 6], *(address(node, family) for node in _INSIDE)
    inside = [ipaddress.ip_address(item) in ipaddress.ip_network(network) for item in targets]
    for target in itertools.compress(targets, inside):
        expect(f"way to {target}", json.loads(run(["ip", "-j", "route", "get", target]))[0]["gateway"], hop)
    expect(f"pings of {targets}", _pings(wait, *targets), [not item for item in inside])
    expect(f"pings of router and {hop}", _pings(wait, _ROUTERS[family == 6], hop), [True, hop == near])
    expect(f"link address of {hop}", bool(_neighbour(hop)[0]), hop == near)


def gateway_elsewhere(fault, wait):
    """The entry of the gateway is the printer's or nobody's, and nothing comes back through it."""
    for family, router in zip((4, 6), _ROUTERS):
        printer = address("lan-printer", family)
        expect("pings of router and printer", _pings(wait, router, printer), [False, True])
        wanted = (NOBODY, "PERMANENT") if fault.argument == "permanent" else (_neighbour(printer)[0], "REACHABLE")
        expect(f"entry of {router}", _neighbour(router), wanted)
    _nothing_beyond(wait)


_ARP = struct.Struct("!6s6sHHHBBH6s4s6s4s")
_ETH_P_ARP = 0x0806


def _who_has(target, wait):
    """The link address in the answer to an ARP probe (RFC 5227 2.1.1) for an address of this host, or SILENT."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ARP)) as wire:
        wire.bind(("eth0", _ETH_P_ARP))
        wire.settimeout(wait)
        own, wanted = wire.getsockname()[4], socket.inet_aton(target)
        wire.send(_ARP.pack(b"\xff" * 6, own, _ETH_P_ARP, 1, 0x0800, 6, 4, 1, own, bytes(4), bytes(6), wanted))
        try:
            while True:
                *_, operation, hardware, protocol, _, _ = _ARP.unpack_from(wire.recv(128))
                if operation == 2 and protocol == wanted:
                    return hardware.hex(":")
        except TimeoutError:
            return SILENT


def _who_is(target, wait):
    """The same by neighbour solicitation (RFC 4861 4.3), asked from the link-local address."""
    wanted = socket.inet_pton(socket.AF_INET6, target)
    group = socket.inet_ntop(socket.AF_INET6, bytes.fromhex("ff0200000000000000000001ff") + wanted[-3:])
    index = socket.if_nametoindex("eth0")
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as wire:
        wire.settimeout(wait)
        for option, value in ((socket.IPV6_MULTICAST_HOPS, 255), (socket.IPV6_MULTICAST_IF, index),
                              (socket.IPV6_MULTICAST_LOOP, 0)):
            wire.setsockopt(socket.IPPROTO_IPV6, option, value)
        wire.sendto(struct.pack("!BBHI", 135, 0, 0, 0) + wanted, (group, 0, 0, index))
        try:
            while True:
                message = wire.recv(256)
                if message[0] == 136 and message[8:24] == wanted:
                    return message[26:32].hex(":")
        except TimeoutError:
            return SILENT


def somebody_else_answers(_, wait):
    for family, ask, router in zip((4, 6), (_who_has, _who_is), _ROUTERS):
        printer = address("lan-printer", family)
        expect("pings of router and printer", _pings(wait, router, printer), [False, True])
        expect(f"link address of {router}", _neighbour(router)[0],
               lambda seen, other=_neighbour(printer)[0]: seen and seen != other)
        expect("who has this host's address", ask(address("collector", family), wait), _neighbour(printer)[0])
    _nothing_beyond(wait)


def answers_get_lost(_, wait):
    """The router has a link address, but no answer comes back to an address of another network."""
    for router in _ROUTERS:
        expect(f"ping {router}", _pings(wait, router), [False])
        expect(f"link address of {router}", _neighbour(router)[0], lambda seen: seen)
    for family in (socket.AF_INET, socket.AF_INET6):
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((_BEYOND[family == socket.AF_INET6], 9))
            expect("source", sock.getsockname()[0], FOREIGN[family == socket.AF_INET6].split("/")[0])
    _nothing_beyond(wait)


def binds_anything(_, __):
    for family, target in ((socket.AF_INET, names.NOBODY4), (socket.AF_INET6, "2001:db8:ffff::251")):
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            try:
                sock.bind((target, 0))
            except OSError as error:
                raise NotShown(f"bind to {target}: {errno.errorcode[error.errno]}") from error
