"""The healthy estate, seen from the collector: each service that the office has not says its first words."""

import devices
import hellos
import probes
import topology
from probes import OPEN


def _answers(target, port, hello, wait):
    """What a server says to a hello: True if it is of the protocol, else the answer itself."""
    seen = probes.ask(target, port, hello.question, wait)
    return isinstance(seen, bytes) and bool(seen) and hello.good(seen) or seen


def _datagram(target, port, hello, wait):
    seen = probes.udp(target, port, hello.question, wait)
    return isinstance(seen, bytes) and hello.good(seen) or seen


def checks(wait):
    """As health._checks(): (what, wanted, function, arguments)."""
    found = []
    office = set(devices.SERVICES[devices.OFFICE])
    for (node, service), held in devices.SERVICES[devices.ESTATE].items():
        if (node, service) in office:
            continue
        for family in (4, 6):
            target = topology.address(node, family)
            for proto, port in held.sockets:
                found += _check(f"{service} of {node}, {proto}/{port}, IPv{family}", proto, port, target, wait)
    return found


def _check(what, proto, port, target, wait):
    if (proto, port) == ("udp", 69):
        return [(what, True, probes.speaks_tftp, (target, wait))]
    if proto == "udp":
        hello = hellos.UDP.get(port)
        if hello is None or port == 137 and ":" in target:      # NetBIOS is IPv4's
            return []
        return [(what, True, _datagram, (target, port, hello, wait))]
    if port in hellos.TLS:
        return [(what, True, probes.speaks_tls, (target, port, wait + 1))]
    if port in hellos.TCP:
        return [(what, True, _answers, (target, port, hellos.TCP[port], wait + 1))]
    return [(what, OPEN, probes.tcp, (target, port, wait))]
