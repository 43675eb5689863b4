"""The NetBIOS checks list a node's names, and take any answer to a session request as proof."""
import socket
import struct
import subprocess
import time

import controller
import daemon
from harness import Case, background, serve_udp, silent, tcp, udp

NS, SSN = "netbios-ns", "netbios-ssn"
# What nmbd 4.17.12 answered as a file server, without its id and its empty statistics; it sends
# no hardware address.
NMBD = bytes.fromhex(
    "8400000000010000000020434b41414141414141414141414141414141414141414141414141414141414100"
    "002100010000000000890546494c45533120202020202020202000040046494c455331202020202020202020"
    "03040046494c4553312020202020202020202004004c41422020202020202020202020200084004c41422020"
    "202020202020202020201e8400") + bytes(46)
# What Samba sends in its place as a domain controller: memory that it never wrote.
GARBAGE = bytes.fromhex("f0c77c1f357f")


def name(text, suffix):
    """First level encoding of RFC 1001 14.1."""
    padded = text.ljust(15, b" ") + bytes([suffix])
    return b"\x20" + bytes(65 + half for c in padded for half in (c >> 4, c & 15)) + b"\0"


WILDCARD = b"\x20CK" + b"A" * 30 + b"\0"
QUESTION = struct.pack("!5H", 0, 1, 0, 0, 0) + WILDCARD + struct.pack("!HH", 0x21, 1)
REQUEST = b"\x81\0\0\x44" + name(b"*SMBSERVER", 0x20) + name(b"PREFLIGHT", 0)


def status(entries, mac=bytes(6), count=None, statistics=bytes(40), owner=WILDCARD):
    """NODE STATUS RESPONSE of RFC 1002 4.2.18, without the id."""
    table = b"".join(text.ljust(15, b" ") + bytes([suffix]) + struct.pack("!H", flags)
                     for text, suffix, flags in entries)
    data = bytes([len(entries) if count is None else count]) + table + mac + statistics
    return (struct.pack("!5H", 0x8400, 0, 1, 0, 0) + owner
            + struct.pack("!HHIH", 0x21, 1, 0, len(data)) + data)


def answers(rest):
    return udp(lambda data, nth: data[:2] + rest)


def on_137(rest):
    """On the port that other clients insist on."""
    def peer(bed):
        s, port = bed.bound(socket.SOCK_DGRAM, 137)
        background(serve_udp, bed, s, lambda data, nth: data[:2] + rest)
        return port
    return peer


def forged(data, nth):
    return [b"\0\0" + NMBD if data[:2] != b"\0\0" else b"\1\1" + NMBD, data[:2] + NMBD[:90], b"x",
            data, data[:2] + NMBD]


def session(answer, pieces=None):
    def talk(connection):
        connection.exactly(len(REQUEST))
        if pieces:
            connection.split(answer, pieces)
        else:
            connection.sendall(answer)
        connection.hold()
    return tcp(talk)


WINDOWS = [(b"WS42", 0, 0x0400), (b"CORP", 0, 0x8400), (b"WS42", 0x20, 0x0400),
           (b"CORP", 0x1e, 0x8400), (b"\1\2__MSBROWSE__\2", 1, 0x8400)]
SAMBA = [(b"DC1", 0, 0x4400), (b"LAB", 0, 0xc400), (b"__SAMBA__", 0x20, 0xc600)]
LOOKUP = ["nmblookup", "-A", controller.ADDRESS]
DOMAIN_GROUP = "LAB             <1c> - <GROUP>"
MAC = bytes([0, 0x15, 0x5d, 0x0a, 0x0b, 0xfc])


def registered(bed):
    """The controller, when it has claimed its names: some seconds after its ports are bound."""
    port = controller.controller(137)(bed)
    for _ in range(5 * daemon.READY_WITHIN_S):
        said = subprocess.run(LOOKUP, capture_output=True, text=True).stdout
        if DOMAIN_GROUP in said and "<20> -         M" in said and "<1b>" in said:
            return port
        time.sleep(0.2)
    raise RuntimeError("the domain controller has not claimed its names")


def real():
    if not controller.here():
        return []
    there = {"setup": controller.LINK, "target": controller.ADDRESS}
    return [Case("samba-names", NS, "REPLY-OK", registered, **there,
                 facts={"computer": "DC1", "domain": "LAB",
                        "names": lambda v: "LAB<1b>" in v and "LAB<1c> group" in v},
                 no_facts=("mac",), confirm=LOOKUP, confirm_says=DOMAIN_GROUP),
            Case("samba-session", SSN, "REPLY-OK", controller.controller(139), **there,
                 facts={"answer": "positive"})]


CASES = [
    Case("nmbd", NS, "REPLY-OK", on_137(NMBD), exit=0,
         received=lambda got: len(got) == 1 and got[0][2:] == QUESTION,
         confirm=["nmblookup", "-A", "{host}"], confirm_says="FILES1          <20>",
         facts={"names": ["FILES1<00>", "FILES1<03>", "FILES1<20>", "LAB<00> group",
                          "LAB<1e> group"], "computer": "FILES1", "domain": "LAB"},
         no_facts=("mac", "rcode")),
    Case("windows", NS, "REPLY-OK", answers(status(WINDOWS, MAC)),
         facts={"computer": "WS42", "domain": "CORP", "mac": "00:15:5d:0a:0b:fc",
                "names": lambda v: v[4] == "\\x01\\x02__MSBROWSE__\\x02<01> group"}),
    Case("samba-without-mac", NS, "REPLY-OK",
         answers(status(SAMBA, GARBAGE)), no_facts=("mac",)),
    Case("no-statistics", NS, "REPLY-OK", answers(status(WINDOWS, b"", statistics=b"")),
         facts={"computer": "WS42"}, no_facts=("mac",)),
    Case("no-names", NS, "REPLY-OK", answers(status([], MAC)),
         facts={"mac": "00:15:5d:0a:0b:fc"}, no_facts=("names", "computer", "domain")),
    Case("name-pointer", NS, "REPLY-OK", answers(status(WINDOWS, owner=b"\xc0\x0c"))),
    Case("many-names", NS, "REPLY-OK", answers(status([(b"A", 0, 0)] * 255)),
         facts={"names": lambda v: len(v) == 32}),
    Case("hostile-names", NS, "REPLY-OK",
         answers(status([(b"\x1b]0;x\x07\xff\xff\r\n", 0, 0), (b"\xe2\x80\xae", 0, 0x8000)])),
         facts={"computer": "\\x1b]0;x\\x07\\xff\\xff\\x0d\\x0a"}),
    Case("forged-first", NS, "REPLY-OK", udp(forged), facts={"computer": "FILES1"}),
    Case("second-try", NS, "REPLY-OK",
         udp(lambda data, nth: data[:2] + NMBD if nth > 1 else None), seconds=(0.9, 3)),
    Case("oversized", NS, "REPLY-OK", answers(NMBD + bytes(60000))),
    Case("refusal", NS, "REPLY-REJECTED", answers(struct.pack("!5H", 0x8405, 0, 0, 0, 0)), exit=1,
         facts={"rcode": 5}),
    Case("dns", NS, "REPLY-BAD-REPLY",
         answers(struct.pack("!5H", 0x8183, 1, 0, 0, 0) + QUESTION[10:]), seconds=(4, 6)),
    Case("other-id", NS, "REPLY-BAD-REPLY",
         udp(lambda data, nth: bytes([data[0] ^ 1]) + data[1:2] + NMBD), seconds=(4, 6)),
    Case("absurd-count", NS, "REPLY-BAD-REPLY", answers(status(WINDOWS, count=255)),
         seconds=(4, 6)),
    Case("truncated", NS, "REPLY-BAD-REPLY", answers(NMBD[:100]), seconds=(4, 6)),
    Case("echo", NS, "REPLY-BAD-REPLY", udp(lambda data, nth: data), seconds=(4, 6)),
    Case("wrong-protocol", NS, "REPLY-BAD-REPLY", udp(lambda data, nth: b"hello\r\n"),
         seconds=(4, 6), exit=1),
    Case("silent", NS, "REPLY-TIMEOUT", udp(silent), seconds=(4, 6), exit=1,
         received=lambda got: len(got) == 3 and len({g[:2] for g in got}) > 1),
    Case("refused", NS, "CONNECT-REFUSED", exit=1),
    Case("not-over-ipv6", NS, "LOCAL-LOCAL", udp(silent), families=(6,), why="no-witness",
         received=lambda got: got == []),
    Case("positive", SSN, "REPLY-OK", session(b"\x82\0\0\0"), families=(4, 6), exit=0,
         received=lambda got: got == [REQUEST], facts={"answer": "positive"},
         no_facts=("error-code", "retarget")),
    Case("single-octets", SSN, "REPLY-OK", session(b"\x84\0\0\6\xc0\0\2\7\0\x8b", 1),
         facts={"answer": "retarget", "retarget": "192.0.2.7:139"}),
    Case("called-name-not-present", SSN, "REPLY-OK", session(b"\x83\0\0\1\x82"), exit=0,
         facts={"answer": "negative", "error-code": 0x82,
                "error-name": "called name not present"}),
    Case("no-reason", SSN, "REPLY-OK", session(b"\x83\0\0\1\x8f"),
         facts={"error-code": 0x8f, "error-name": "unspecified error"}),
    Case("unknown-reason", SSN, "REPLY-OK", session(b"\x83\0\0\1\x42"), facts={"error-code": 0x42},
         no_facts=("error-name",)),
    Case("keepalive-first", SSN, "REPLY-OK", session(b"\x85\0\0\0" * 3 + b"\x82\0\0\0")),
    Case("keepalives-only", SSN, "REPLY-BAD-REPLY", session(b"\x85\0\0\0" * 99)),
    Case("session-http", SSN, "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold())),
         exit=1),
    Case("session-echo", SSN, "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("session-absurd-length", SSN, "REPLY-BAD-REPLY", session(b"\x83\1\xff\xff")),
    Case("session-truncated", SSN, "REPLY-BAD-REPLY",
         tcp(lambda c: (c.exactly(len(REQUEST)), c.sendall(b"\x83\0\0\1")))),
    Case("session-closes", SSN, "REPLY-RESET", tcp(lambda c: c.exactly(len(REQUEST))), exit=1),
    Case("session-silent", SSN, "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(3, 7), exit=1),
    Case("session-refused", SSN, "CONNECT-REFUSED", families=(4, 6), exit=1),
] + real()
