"""The mdns check collects whoever answers on the link; nobody is no verdict."""
import socket
import struct

from dnswire import Query, name, record
from harness import Case, background

PTR = 12
SERVICES = "_services._dns-sd._udp.local"
ROUTES = ["ip link set lo multicast on", "ip route add 224.0.0.0/4 dev lo",
          "ip addr add 10.9.0.1/32 dev lo", "ip addr add 10.9.0.2/32 dev lo"]


def member(bed, group, port):
    """A socket that hears the group on loopback."""
    s = bed.socket(socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((group, port))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 socket.inet_aton(group) + socket.inet_aton("127.0.0.1"))
    return s


def responders(group, port, make):
    """make(data, address) -> what address answers; from 10.9.0.1 and .2."""
    def peer(bed):
        s = member(bed, group, port)
        sources = {}
        for address in ["10.9.0.1", "10.9.0.2"]:
            sources[address] = bed.socket(socket.SOCK_DGRAM)
            sources[address].bind((address, 0))

        def serve():
            while True:
                data, client = s.recvfrom(65536)
                bed.received.append(data)
                for address, source in sources.items():
                    for answer in make(data, address):
                        source.sendto(answer, client)
        background(serve)
        return port
    return peer


def legacy(data, address):
    """RFC 6762 6.7: id and question repeated."""
    q = Query(data)
    service = {"10.9.0.1": "_http._tcp.local", "10.9.0.2": "_ipp._tcp.local"}[address]
    # .2 clears the unicast bit of the class, .1 (as avahi does) repeats it.
    question = None if address == "10.9.0.1" else name(SERVICES) + struct.pack("!HH", PTR, 1)
    return [q.reply([record(SERVICES, PTR, name(service))], flags=0x8400, question=question)]


def one_twice(data, address):
    """One responder, as if by multicast: id 0, no question; twice."""
    answer = (struct.pack("!HHHHHH", 0, 0x8400, 0, 1, 0, 0)
              + record(SERVICES, PTR, name("_http._tcp.local")))
    return [answer, answer] if address == "10.9.0.1" else []


def noise(data, address):
    q = Query(data)
    question = name(SERVICES) + struct.pack("!HH", PTR, 1)
    good = record(SERVICES, PTR, name("_http._tcp.local"))
    return [b"", b"hello", data, q.reply([good], ident=q.id ^ 1 or 7, question=question),
            q.reply([], flags=0x8400), q.reply([good], rcode=2)]


def asked_well(got):
    first = got[0]
    return (first[2:12] == bytes([0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            and first[12:] == name(SERVICES) + struct.pack("!HH", PTR, 0x8001))


def case(title, code, make, **more):
    return Case(title, "mdns", code, responders("224.0.0.251", 5353, make),
                target="224.0.0.251", setup=ROUTES, **more)


CASES = [
    case("two-responders", "REPLY-OK", legacy, received=asked_well, seconds=(0.4, 2), exit=0,
         facts={"count": 2, "responders": lambda v: sorted(v) == ["10.9.0.1", "10.9.0.2"],
                "services": lambda v: sorted(v) == ["_http._tcp.local", "_ipp._tcp.local"]}),
    case("one-as-multicast", "REPLY-OK", one_twice, seconds=(0.4, 2),
         facts={"count": 1, "responders": ["10.9.0.1"]}),
    case("noise", "LOCAL-LOCAL", noise, why="no-witness", seconds=(1, 3)),
    case("nobody", "LOCAL-LOCAL", lambda data, address: [], why="no-witness", seconds=(1, 3)),
]
