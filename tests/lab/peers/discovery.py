"""A printer that lets itself be found: mDNS (RFC 6762) and SSDP (UPnP Device Architecture 2.0).

    discovery.py INTERFACE NAME IPV4 IPV6
"""

import select
import socket
import struct
import sys

INTERFACE, NAME, IPV4, IPV6 = sys.argv[1:]
A, PTR, AAAA, ANY = 1, 12, 28, 255
UNICAST_WANTED = 0x8000
MDNS_PORT, SSDP_PORT = 5353, 1900
LIFETIME_S = 120


def encode(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


RECORDS = (
    ("_services._dns-sd._udp.local", PTR, encode("_ipp._tcp.local")),
    ("_services._dns-sd._udp.local", PTR, encode("_pdl-datastream._tcp.local")),
    ("_ipp._tcp.local", PTR, encode(f"{NAME}._ipp._tcp.local")),
    ("_pdl-datastream._tcp.local", PTR, encode(f"{NAME}._pdl-datastream._tcp.local")),
    (f"{NAME}.local", A, socket.inet_pton(socket.AF_INET, IPV4)),
    (f"{NAME}.local", AAAA, socket.inet_pton(socket.AF_INET6, IPV6)),
)


def questions(message):
    """(name, type, unicast wanted) of each question; the sender writes them uncompressed."""
    count, at = struct.unpack_from("!H", message, 4)[0], 12
    for _ in range(count):
        labels = []
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode("utf-8", "replace"))
            at += 1 + message[at]
        kind, space = struct.unpack_from("!HH", message, at + 1)
        at += 5
        yield ".".join(labels).lower(), kind, bool(space & UNICAST_WANTED)


def answer_mdns(sock, group, message, sender):
    """A query from another port than 5353 comes from a simple client: it gets a plain DNS answer (6.7)."""
    number, flags = struct.unpack_from("!HH", message)
    if flags & 0x8000:
        return
    simple = sender[1] != MDNS_PORT
    for name, kind, unicast in questions(message):
        found = [data for data in RECORDS if data[0] == name and kind in (data[1], ANY)]
        if not found:
            continue
        records = b"".join(encode(owner) + struct.pack("!HHIH", own, 1, LIFETIME_S, len(data)) + data
                           for owner, own, data in found)
        asked = encode(name) + struct.pack("!HH", kind, 1) if simple else b""
        header = struct.pack("!6H", number if simple else 0, 0x8400, 1 if simple else 0, len(found), 0, 0)
        target = sender if simple or unicast else (group, MDNS_PORT)
        sock.sendto(header + asked + records, target)


def answer_ssdp(sock, _, message, sender):
    lines = message.decode("utf-8", "replace").split("\r\n")
    fields = {name.strip().upper(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    wanted = fields.get("ST")
    if not lines[0].startswith("M-SEARCH * HTTP/1.1") or wanted not in ("ssdp:all", "upnp:rootdevice"):
        return
    reply = ("HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=120", "EXT:", f"LOCATION: http://{IPV4}/description.xml",
             "SERVER: Lab/1.0 UPnP/2.0 printer/1.0", "ST: upnp:rootdevice", f"USN: uuid:{NAME}::upnp:rootdevice")
    sock.sendto("\r\n".join((*reply, "", "")).encode(), sender)


def listen(group, port):
    """A socket that hears a group on the interface."""
    index = socket.if_nametoindex(INTERFACE)
    family = socket.AF_INET6 if ":" in group else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                        socket.inet_pton(family, group) + struct.pack("I", index))
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                        socket.inet_aton(group) + struct.pack("=4sI", bytes(4), index))
    sock.bind(("", port))
    return sock


def main():
    services = {listen(group, port): (group, function) for group, port, function in (
        ("224.0.0.251", MDNS_PORT, answer_mdns), ("ff02::fb", MDNS_PORT, answer_mdns),
        ("239.255.255.250", SSDP_PORT, answer_ssdp), ("ff02::c", SSDP_PORT, answer_ssdp))}
    while True:
        for sock in select.select(list(services), [], [])[0]:
            message, sender = sock.recvfrom(9000)
            group, function = services[sock]
            try:
                function(sock, group, message, sender)
            except (IndexError, struct.error):
                pass        # not a message: a device stays silent


main()
