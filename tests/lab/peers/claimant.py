"""Claims a host's addresses: answers whoever asks for them by ARP (RFC 826) or neighbour solicitation (RFC 4861).

    claimant.py PORT INTERFACE IPV4 IPV6 [insist]

With `insist` it goes on telling those who have asked, so that its claim overrules the owner's answer. It is ready
when it holds UDP port PORT of the loopback; it forwards nothing.
"""

import contextlib
import select
import socket
import struct
import sys

ETH_P_ARP, REQUEST, REPLY, PACKET_OUTGOING = 0x0806, 1, 2, 4
SOLICITATION, ADVERTISEMENT = 135, 136
ROUTER, SOLICITED, OVERRIDE = 1 << 31, 1 << 30, 1 << 29
EVERYBODY = "ff02::1"
INSISTS_EVERY_S = 0.02


class Arp:
    """The IPv4 address."""

    def __init__(self, interface, address, insist):
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
        self.wire.bind((interface, ETH_P_ARP))
        self.own, self.address, self.insist = self.wire.getsockname()[4], socket.inet_aton(address), insist
        self.askers = set()

    def hear(self):
        frame, (_, _, direction, *_) = self.wire.recvfrom(128)
        operation, hardware, protocol, _, target = struct.unpack_from("!H6s4s6s4s", frame, 20)
        if direction != PACKET_OUTGOING and operation == REQUEST and target == self.address:
            self.askers.add((hardware, protocol))
            self.tell(hardware, protocol)

    def tell(self, hardware, protocol):
        """An announcement (RFC 5227 1.1) is taken at once, a second answer only after a while."""
        about = (self.own, self.address) if self.insist else (hardware, protocol)
        self.wire.send(hardware + self.own + struct.pack("!HHHBBH6s4s6s4s", ETH_P_ARP, 1, 0x0800, 6, 4, REPLY,
                                                         self.own, self.address, *about))

    def repeat(self):
        for asker in self.askers:
            self.tell(*asker)


class Neighbour:
    """The IPv6 address."""

    def __init__(self, interface, own, address, insist):
        self.wire = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        self.index, self.own = socket.if_nametoindex(interface), own
        self.address = socket.inet_pton(socket.AF_INET6, address)
        group = bytes.fromhex("ff0200000000000000000001ff") + self.address[-3:]
        for option, value in ((socket.IPV6_UNICAST_HOPS, 255), (socket.IPV6_MULTICAST_HOPS, 255),
                              (socket.IPV6_MULTICAST_IF, self.index),
                              (socket.IPV6_JOIN_GROUP, group + struct.pack("@I", self.index))):
            self.wire.setsockopt(socket.IPPROTO_IPV6, option, value)
        self.flags = OVERRIDE | (ROUTER if insist else 0)
        self.askers = set()

    def hear(self):
        message, (sender, *_) = self.wire.recvfrom(256)
        if message[0] == SOLICITATION and message[8:24] == self.address:
            self.askers.add(sender.split("%")[0])
            self.tell(sender.split("%")[0])

    def tell(self, asker):
        """Who has no address yet (duplicate detection) is told with all others."""
        unknown = asker == "::"
        flags = self.flags | (0 if unknown else SOLICITED)
        message = struct.pack("!BBHI", ADVERTISEMENT, 0, 0, flags) + self.address + b"\2\1" + self.own
        self.wire.sendto(message, (EVERYBODY if unknown else asker, 0, 0, self.index))

    def repeat(self):
        for asker in self.askers:
            self.tell(asker)


def main():
    port, interface, v4, v6, *rest = sys.argv[1:]
    insist = rest == ["insist"]
    arp = Arp(interface, v4, insist)
    claims = {claim.wire: claim for claim in (arp, Neighbour(interface, arp.own, v6, insist))}
    ready = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ready.bind(("127.0.0.1", int(port)))
    while True:
        heard, _, _ = select.select(list(claims), [], [], INSISTS_EVERY_S if insist else None)
        with contextlib.suppress(OSError):      # a link that is down hears nothing
            for wire in heard:
                claims[wire].hear()
            for claim in claims.values() if insist else ():
                claim.repeat()


main()
