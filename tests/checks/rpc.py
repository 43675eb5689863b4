"""The rpc check takes any answer to its bind as proof, and tries one port that the mapper names."""
import socket
import struct
import uuid

import controller
from harness import Case, background, serve_tcp, silent_tcp, tcp

LOOKUP = ["lookup=true"]
MAPPER = uuid.UUID("e1af8308-5d1f-11c9-91a4-08002b14a0fa")
MANAGEMENT = uuid.UUID("afa8bd80-7d8a-11c9-bef4-08002b102989")
NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860")
# What Samba 4.17.12 answered as a domain controller (tests/lab/peers/samba_dc): to the mapper's
# interface on 135, and on 49152, which does not have it; to a bind of another version; to an
# operation that does not exist (nca_s_op_rng_error).
ACCEPTED = bytes.fromhex(
    "05000c03100000003c00000001000000b810b810bfa800000400313335000000010000000000000004"
    "5d888aeb1cc9119fe808002b10486002000000")
REJECTED = bytes.fromhex(
    "05000c03100000003c00000001000000b810b810d0ad000006003439313532000100000002000100"
    "0000000000000000000000000000000000000000")
NAK = bytes.fromhex("05000d031000000018000000010000000400010500000000")
FAULT = bytes.fromhex("0500032310000000200000000200000018000000000000000200011c00000000")


def pdu(kind, body, call=1, flags=3, order="<"):
    """The common header of C706 12.6.3.1."""
    label = b"\x10\0\0\0" if order == "<" else bytes(4)
    return struct.pack("BBBB", 5, 0, kind, flags) + label + struct.pack(
        f"{order}HHI", 16 + len(body), 0, call) + body


def tower(*floors):
    return struct.pack("<H", len(floors)) + b"".join(
        struct.pack("<H", len(left)) + left + struct.pack("<H", len(right)) + right
        for left, right in floors)


def syntax(which, major):
    return b"\x0d" + which.bytes_le + struct.pack("<H", major), struct.pack("<H", 0)


def over(protocol, port, rpc=0x0b):
    """A tower of C706 appendix L; 7 is TCP, 0x1f HTTP, 0x0f a named pipe."""
    address = (b"\x09", bytes(4)) if protocol in (7, 0x1f) else (b"\x11", b"\0")
    value = struct.pack("!H", port) if protocol in (7, 0x1f) else b"\\pipe\\x\0"
    return tower(syntax(MANAGEMENT, 1), syntax(NDR, 2), (bytes([rpc]), b"\0\0"),
                 (bytes([protocol]), value), address)


def pad(data):
    return data + bytes(-len(data) % 4)


def listing(towers, count=None, status=0, order="<", annotation=b"service\0"):
    """The stub of an answer to ept_lookup: C706 appendix O, in NDR."""
    count = len(towers) if count is None else count
    out = bytes(20) + struct.pack(f"{order}IIII", count, 500, 0, count)
    for at, one in enumerate(towers):
        out += bytes(16) + struct.pack(f"{order}III", 0 if one is None else at + 1, 0,
                                       len(annotation)) + annotation
        out = pad(out)
    for one in towers:
        if one is not None:
            out = pad(out + struct.pack(f"{order}II", len(one), len(one)) + one)
    return out + struct.pack(f"{order}I", status)


def response(stub, fragment=4256, order="<"):
    """In fragments, each with what is still to come as a hint."""
    out = b""
    for at in range(0, len(stub), fragment):
        part = stub[at:at + fragment]
        flags = (at == 0) | (at + len(part) == len(stub)) << 1
        out += pdu(2, struct.pack(f"{order}IHBB", len(stub) - at, 0, 0, 0) + part, 2, flags, order)
    return out


def message(connection):
    """One PDU of the client."""
    head = connection.exactly(16)
    return head + connection.exactly(struct.unpack_from("<H", head, 8)[0] - 16)


def binds(answer=ACCEPTED, pieces=None):
    def talk(connection):
        message(connection)
        if pieces:
            connection.split(answer, pieces)
        else:
            connection.sendall(answer)
        connection.hold()
    return tcp(talk)


def mapper(make, pieces=None, second=ACCEPTED):
    """An endpoint mapper, and the service on the port it names; make(port) -> bytes."""
    def peer(bed):
        s, port = bed.bound(socket.SOCK_STREAM)

        def service(connection):
            message(connection)
            connection.sendall(second)
            connection.hold()

        def talk(connection):
            message(connection)
            connection.sendall(ACCEPTED)
            message(connection)
            if pieces:
                connection.split(make(port), pieces, 0.002)
            else:
                connection.sendall(make(port))
            connection.hold()

        background(serve_tcp, bed, s, service)
        return tcp(talk)(bed)
    return peer


def dead_service(bed):
    """The mapper names a port that does not let anybody in."""
    port = silent_tcp(bed)
    return mapper(lambda _: response(listing([over(7, port)])))(bed)


def several(port):
    """Pipes, a local one, HTTP, the mapper itself, then ours."""
    return listing([over(0x0f, 0), None, over(0x10, 0, rpc=0x0c), over(0x1f, 593), over(7, port)])


def bind(which, major):
    return pdu(11, struct.pack("<HHIIHH", 4280, 4280, 0, 1, 0, 1) + which.bytes_le
               + struct.pack("<I", major) + NDR.bytes_le + struct.pack("<I", 2))


def asked(*wanted):
    """The client's messages, one after the other."""
    return lambda got: b"".join(got) == b"".join(wanted)


QUESTION = pdu(0, struct.pack("<IHH", 40, 0, 2) + struct.pack("<IIII", 0, 0, 0, 1) + bytes(20)
               + struct.pack("<I", 500), 2)


def real():
    if not controller.here():
        return []
    return [Case("samba", "rpc", "REPLY-OK", controller.controller(135),
                 params=[*LOOKUP, "range=49152-65535"], setup=controller.LINK,
                 target=controller.ADDRESS, children=["REPLY-OK"],
                 facts={"answer": "accepted", "endpoints": lambda v: v > 20,
                        "tcp-ports": lambda v: set(v) == {"135", "49152", "49153", "49154"}}),
            Case("samba-dynamic", "rpc", "REPLY-OK", controller.controller(49152),
                 params=["dynamic=true"], setup=controller.LINK, target=controller.ADDRESS,
                 facts={"answer": "accepted"})]


NO_WITNESS = {"why": "no-witness", "children": [], "exit": 3}
CASES = [
    Case("bind", "rpc", "REPLY-OK", binds(), families=(4, 6), exit=0, children=[],
         received=asked(bind(MAPPER, 3)), facts={"answer": "accepted"},
         no_facts=("endpoints", "reason", "status")),
    Case("single-octets", "rpc", "REPLY-OK", binds(pieces=1)),
    Case("dynamic", "rpc", "REPLY-OK", binds(), params=["dynamic=true"],
         received=asked(bind(MANAGEMENT, 1))),
    Case("rejected", "rpc", "REPLY-OK", binds(REJECTED), exit=0,
         facts={"answer": "rejected", "reason": 1}),
    Case("nak", "rpc", "REPLY-OK", binds(NAK), facts={"answer": "nak", "reason": 4}),
    Case("fault", "rpc", "REPLY-OK", binds(pdu(3, struct.pack("<IHBBII", 24, 0, 0, 0, 5, 0))),
         facts={"answer": "fault", "status": "0x00000005"}),
    Case("bare-nak", "rpc", "REPLY-OK", binds(NAK[:16] + bytes(2) + NAK[18:]),
         facts={"answer": "nak", "reason": 0}),
    Case("fault-big-endian", "rpc", "REPLY-OK",
         binds(pdu(3, struct.pack(">IHBBII", 24, 0, 0, 0, 5, 0), order=">")),
         facts={"answer": "fault", "status": "0x00000005"}),
    Case("big-endian", "rpc", "REPLY-OK",
         binds(pdu(13, struct.pack(">HBBB", 4, 1, 5, 0), order=">")), facts={"reason": 4}),
    Case("lookup", "rpc", "REPLY-OK", mapper(lambda port: response(several(port))), params=LOOKUP,
         families=(4, 6), exit=0, children=["REPLY-OK"],
         received=asked(bind(MAPPER, 3), QUESTION, bind(MANAGEMENT, 1)),
         facts={"endpoints": 5, "tcp-ports": lambda v: len(v) == 1,
                "dynamic-port": lambda v: v > 1024}),
    Case("lookup-in-fragments", "rpc", "REPLY-OK",
         mapper(lambda port: response(several(port), 50), 9), params=LOOKUP,
         children=["REPLY-OK"]),
    Case("lookup-big-endian", "rpc", "REPLY-OK",
         mapper(lambda port: response(listing([over(7, port)], order=">"), order=">")),
         params=LOOKUP, children=["REPLY-OK"]),
    Case("lookup-child-rejects", "rpc", "REPLY-OK",
         mapper(lambda port: response(several(port)), second=REJECTED), params=LOOKUP, exit=0,
         children=["REPLY-OK"]),
    Case("lookup-child-refused", "rpc", "REPLY-OK",
         mapper(lambda _: response(listing([over(7, 1)]))), params=LOOKUP, exit=1,
         children=["CONNECT-REFUSED"], facts={"dynamic-port": 1}),
    Case("lookup-child-silent", "rpc", "REPLY-OK", dead_service, params=LOOKUP, exit=1,
         children=["CONNECT-TIMEOUT"], seconds=(3, 8)),
    Case("lookup-child-of-another-kind", "rpc", "REPLY-OK",
         mapper(lambda port: response(several(port)), second=b"220 ftp\r\n"), params=LOOKUP,
         exit=1, children=["REPLY-BAD-REPLY"]),
    Case("nothing-in-range", "rpc", "LOCAL-LOCAL",
         mapper(lambda port: response(several(port))), params=[*LOOKUP, "range=1-1023"],
         **NO_WITNESS, facts={"endpoints": 5}),
    Case("nothing-over-tcp", "rpc", "LOCAL-LOCAL",
         mapper(lambda _: response(listing([over(0x1f, 593), over(0x0f, 0)]))), params=LOOKUP,
         **NO_WITNESS),
    Case("nothing-registered", "rpc", "LOCAL-LOCAL",
         mapper(lambda _: response(listing([], status=0x16c9a0d6))), params=LOOKUP, **NO_WITNESS,
         facts={"endpoints": 0, "status": "0x16c9a0d6"}),
    Case("lookup-denied", "rpc", "LOCAL-LOCAL", mapper(lambda _: FAULT), params=LOOKUP,
         **NO_WITNESS, facts={"answer": "accepted", "status": "0x1c010002"}),
    Case("lookup-not-offered", "rpc", "LOCAL-LOCAL", binds(REJECTED), params=LOOKUP, **NO_WITNESS),
    Case("lookup-nak", "rpc", "LOCAL-LOCAL", binds(NAK), params=LOOKUP, **NO_WITNESS),
    Case("lookup-cut-in-fragments", "rpc", "REPLY-BAD-REPLY", params=LOOKUP,
         peer=tcp(lambda c: (message(c), c.sendall(ACCEPTED), message(c),
                             c.sendall(response(several(1), 50)[:74])))),
    Case("lookup-reset", "rpc", "REPLY-RESET",
         tcp(lambda c: (message(c), c.sendall(ACCEPTED), message(c), c.reset())), params=LOOKUP,
         exit=1, facts={"answer": "accepted"}),
    Case("lookup-silent", "rpc", "REPLY-TIMEOUT", mapper(lambda _: b""), params=LOOKUP,
         seconds=(3, 7), exit=1, facts={"answer": "accepted"}),
    Case("lookup-too-many", "rpc", "REPLY-BAD-REPLY",
         mapper(lambda _: response(listing([over(7, 1)], count=0xffffffff))), params=LOOKUP),
    Case("lookup-cut", "rpc", "REPLY-BAD-REPLY",
         mapper(lambda port: response(several(port)[:-9])), params=LOOKUP),
    Case("lookup-long-annotation", "rpc", "REPLY-BAD-REPLY",
         mapper(lambda port: response(listing([over(7, port)], annotation=b"A" * 65))),
         params=LOOKUP),
    Case("lookup-endless", "rpc", "REPLY-BAD-REPLY",
         mapper(lambda _: pdu(2, bytes(5000), 2, 0) * 60), params=LOOKUP),
    Case("http", "rpc", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold())),
         exit=1),
    Case("echo", "rpc", "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("oversized", "rpc", "REPLY-BAD-REPLY", binds(pdu(12, bytes(9000)))),
    Case("too-short", "rpc", "REPLY-BAD-REPLY", binds(ACCEPTED[:8] + b"\x08\0" + ACCEPTED[10:])),
    Case("other-call", "rpc", "REPLY-BAD-REPLY", binds(pdu(13, bytes(8), call=7))),
    Case("truncated", "rpc", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(ACCEPTED[:30])))),
    Case("closes", "rpc", "REPLY-RESET", tcp(lambda c: c.recv()), exit=1),
    Case("silent", "rpc", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(3, 7), exit=1),
    Case("refused", "rpc", "CONNECT-REFUSED", families=(4, 6), exit=1),
] + real()
