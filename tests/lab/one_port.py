"""Faults of one port: of one host's own firewall, or of this host's own sockets. What they do and how it is shown.

The hosts' input chains decide, so it is exactly this port (or range) of exactly this host, from everywhere alike.
"""

import errno
import ipaddress
import socket

import names
import probes
import topology
from probes import REFUSED, SILENT, Icmp
from proofs import NotShown, expect, together
from services import Service, peer


_PUBLIC = {name: host for host in names.HOSTS.values() for name in host.names}
_NODES = tuple(dict.fromkeys(port.node for port in topology.PORTS))


def _own(node):
    """All addresses of a node, its own first."""
    ports = [port for port in topology.PORTS if port.node == node]
    return (tuple(topology.address(node, family, port.name) for port in ports for family in (4, 6))
            + tuple(topology.beside(prefix, number).split("/")[0] for port in ports for number in port.more
                    for prefix in (port.v4, port.v6)))


def where(host):
    """(node, its addresses) of a node, a name, or one literal address; KeyError if the lab has none such."""
    if host in _NODES:
        return host, _own(host)
    if host in _PUBLIC:
        return "internet", _PUBLIC[host].v4 + _PUBLIC[host].v6
    if host in names.SITE_NAMES:
        return where(names.SITE_NAMES[host][0])[0], names.SITE_NAMES[host]
    for node in _NODES:
        if host in _own(node):
            return node, (host,)
    if host in {prefix.split("/")[0] for prefix in names.public_addresses()}:
        return "internet", (host,)
    raise KeyError(host)


def value(match):
    """The argument HOST:PROTO/PORT or HOST:PROTO/FIRST-LAST: (host, protocol, first port, ports as nft has them)."""
    where(match[1])
    return match[1], match[2], int(match[3]), match[3] + (match[4] or "")


def host(match):
    where(match[0])
    return match[0]


def _rules(plan, name, what, verdict):
    """Rules for what comes to the host; `what` says it per family."""
    node, addresses = where(name)
    if name == node:        # what comes to a group, too
        plan.rules[node, "input"] += [f"{words} {verdict}" for words in dict.fromkeys(what.values())]
        return
    for item in addresses:
        version = ipaddress.ip_address(item).version
        plan.rules[node, "input"].append(f"{'ip' if version == 4 else 'ip6'} daddr {item} {what[version]} {verdict}")


def closed(fault, plan, _):
    name, proto, _, ports = fault.argument
    reject = "tcp reset" if proto == "tcp" else "icmpx port-unreachable"
    _rules(plan, name, dict.fromkeys((4, 6), f"{proto} dport {ports}"), f"reject with {reject}")


def silent(fault, plan, _):
    name, proto, _, ports = fault.argument
    _rules(plan, name, dict.fromkeys((4, 6), f"{proto} dport {ports}"), "drop")


def no_echo(fault, plan, _):
    _rules(plan, fault.argument, {4: "icmp type echo-request", 6: "icmpv6 type echo-request"}, "drop")


LARGE = 600


def large_lost(fault, plan, _):
    """What the port sends in large packets vanishes on its way, silently: a link with a smaller MTU behind the router."""
    name, proto, _, ports = fault.argument
    for item in where(name)[1]:
        plan.rules[fault.node, "forward"].append(f"{'ip6' if ':' in item else 'ip'} saddr {item} {proto} sport {ports} "
                                                 f"meta length > {LARGE} drop")


def _call(proto, target, port, wait):
    return probes.tcp(target, port, wait) if proto == "tcp" else probes.udp(target, port, b"?", wait)


def _reachable(addresses):
    """The collector sees the first address of each family: the others of a router are on its other sides."""
    families = {}
    for item in addresses:
        families.setdefault(ipaddress.ip_address(item).version, item)
    return tuple(families.values())


def refuses(fault, wait):
    name, proto, port, _ = fault.argument
    targets = _reachable(where(name)[1])
    wanted = {target: REFUSED if proto == "tcp" else Icmp(target, *((1, 4) if ":" in target else (3, 3)))
              for target in targets}
    for target, seen in zip(targets, together(*((_call, proto, target, port, max(wait, 1.5)) for target in targets))):
        expect(f"{target} {proto}/{port}", seen, wanted[target])


def keeps_silent(fault, wait):
    name, proto, port, _ = fault.argument
    targets = _reachable(where(name)[1])
    for target, seen in zip(targets, together(*((_call, proto, target, port, wait) for target in targets))):
        expect(f"{target} {proto}/{port}", seen, SILENT)


def _octets(target, port, question, wait, segment):
    """How many octets come back to a question."""
    heard = 0
    with socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET) as sock:
        sock.settimeout(wait)
        if segment:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        try:
            sock.connect((target, port))
            sock.sendall(question)
            while data := sock.recv(4096):
                heard += len(data)
        except TimeoutError:
            pass
    return heard


def loses_large(fault, wait):
    """An SSH server's identification comes, its first packet only in small segments."""
    name, _, port, _ = fault.argument
    for target in _reachable(where(name)[1]):
        any_size, small = together(*((_octets, target, port, b"SSH-2.0-probe\r\n", max(wait, 0.6), segment)
                                     for segment in (0, LARGE - 100)))
        expect(f"{target} tcp/{port}, octets in segments of any size", any_size, lambda n: 0 < n < LARGE)
        expect(f"{target} tcp/{port}, octets in small segments", small, lambda n: n > LARGE)


def echoes_nothing(fault, wait):
    targets = _reachable(where(fault.argument)[1])
    expect("ping", together(*((probes.ping, target, wait) for target in targets)), [None] * len(targets))


# --- sockets of the collector -------------------------------------------------------------------

def held(fault, plan, _):
    proto, port = fault.argument
    name = f"holder-{proto}-{port}"
    plan.extra[name] = Service(name, fault.node, peer("holder.py", proto, port), ((proto, port),))


def is_held(fault, _):
    proto, port = fault.argument
    kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as sock:
        try:
            sock.bind(("0.0.0.0", port))
        except OSError as error:
            expect(f"{proto}/{port}", error.errno, errno.EADDRINUSE)
            return
    raise NotShown(f"{proto}/{port}: can be bound")
