"""Faults of one port: of one host's own firewall, or of this host's own sockets. What they do and how it is shown.

The hosts' input chains decide, so it is exactly this port of exactly this host, seen from everywhere alike.
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


_NODES = tuple(dict.fromkeys(port.node for port in topology.PORTS))


def _own(node):
    return tuple(topology.address(node, family, port.name) for port in topology.PORTS if port.node == node
                 for family in (4, 6))


def where(host):
    """(node, its addresses) of a node, a public name, or one literal address; KeyError if the lab has none such."""
    if host in _NODES:
        return host, _own(host)
    if host in names.HOSTS:
        return "internet", names.HOSTS[host].v4 + names.HOSTS[host].v6
    for node in _NODES:
        if host in _own(node):
            return node, (host,)
    if host in {prefix.split("/")[0] for prefix in names.public_addresses()}:
        return "internet", (host,)
    raise KeyError(host)


def value(match):
    """The argument HOST:PROTO/PORT."""
    where(match[1])
    return match[1], match[2], int(match[3])


def _rules(fault, plan, verdict):
    host, proto, port = fault.argument
    node, addresses = where(host)
    if host == node:        # what comes to a group, too
        plan.rules[node, "input"].append(f"{proto} dport {port} {verdict}")
        return
    for item in addresses:
        family = "ip" if ipaddress.ip_address(item).version == 4 else "ip6"
        plan.rules[node, "input"].append(f"{family} daddr {item} {proto} dport {port} {verdict}")


def closed(fault, plan, _):
    reject = "tcp reset" if fault.argument[1] == "tcp" else "icmpx port-unreachable"
    _rules(fault, plan, f"reject with {reject}")


def silent(fault, plan, _):
    _rules(fault, plan, "drop")


def _call(proto, target, port, wait):
    return probes.tcp(target, port, wait) if proto == "tcp" else probes.udp(target, port, b"?", wait)


def _reachable(addresses):
    """The collector sees the first address of each family: the others of a router are on its other sides."""
    families = {}
    for item in addresses:
        families.setdefault(ipaddress.ip_address(item).version, item)
    return tuple(families.values())


def refuses(fault, wait):
    host, proto, port = fault.argument
    targets = _reachable(where(host)[1])
    wanted = {target: REFUSED if proto == "tcp" else Icmp(target, *((1, 4) if ":" in target else (3, 3)))
              for target in targets}
    for target, seen in zip(targets, together(*((_call, proto, target, port, max(wait, 1.5)) for target in targets))):
        expect(f"{target} {proto}/{port}", seen, wanted[target])


def keeps_silent(fault, wait):
    host, proto, port = fault.argument
    targets = _reachable(where(host)[1])
    for target, seen in zip(targets, together(*((_call, proto, target, port, wait) for target in targets))):
        expect(f"{target} {proto}/{port}", seen, SILENT)


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
