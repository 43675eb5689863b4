"""Faults of this host's own packet filter, beside what the kernel reports: what they do and how it is shown.

Each proof sees on a packet socket what leaves and what comes in, and on a plain socket what a program gets.
"""

import socket
import struct

import proofs
from proofs import expect
from probes import REFUSED, SILENT

_ETH_P_ALL = 3
_ADDRESSES = {4: (12, 4), 6: (8, 16)}       # where the source is in the header, and its size


def input_drop(fault, plan, _):
    proto, port = fault.argument
    plan.rules["collector", "input"].append(f"{proto} sport {port} drop")


def reset(fault, plan, _):
    plan.rules["collector", "output"].append(f"tcp dport {fault.argument[1]} reject with tcp reset")


def redirect(fault, plan, _):
    """As a VPN client or a proxy does that is not running: nothing listens on 3333."""
    plan.rules["collector", "own_nat"].append(f"tcp dport {fault.argument[1]} redirect to :3333")


def _ends(packet):
    """((source, port), (target, port)) of an IP packet without options."""
    version = packet[0] >> 4
    start, size = _ADDRESSES[version]
    ports = struct.unpack_from("!HH", packet, 20 if version == 4 else 40)
    return (packet[start:start + size], ports[0]), (packet[start + size:start + 2 * size], ports[1])


def _watched(proto, port, target, wait):
    """(what the program got, whether a packet left, whether one came in)."""
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    far, left, came = (socket.inet_pton(family, target), port), False, False
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL)) as wire:
        wire.bind(("eth0", _ETH_P_ALL))
        seen = proofs.call(proto, port, target, wait)
        wire.setblocking(False)
        while True:
            try:
                packet, origin = wire.recvfrom(128)
            except BlockingIOError:
                return seen, left, came
            if origin[1] not in (0x0800, 0x86dd):
                continue
            source, goal = _ends(packet)
            left = left or (origin[2] == socket.PACKET_OUTGOING and goal == far)
            came = came or (origin[2] != socket.PACKET_OUTGOING and source == far)


def answers_kept(fault, wait):
    """The answer comes in, and the program does not get it."""
    for target in proofs.targets(*fault.argument, fault):
        expect(f"call of {target}, left, came", _watched(*fault.argument, target, wait), (SILENT, True, True))


def refused_unsent(fault, wait):
    for target in proofs.targets(*fault.argument, fault):
        expect(f"call of {target}, left, came", _watched(*fault.argument, target, wait), (REFUSED, False, False))
