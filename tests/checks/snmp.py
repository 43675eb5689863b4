"""The snmp check proves an agent by its engine, and a community by an answer to it."""
import os
import shutil
import socket
import time

import daemon
from harness import Case, background, silent, udp

ENGINE = bytes.fromhex("80001f8880510ba0028017016b00000000")
WORD = b"lab-word"
os.environ["SNMP_WORD"] = WORD.decode()
os.environ["SNMP_OTHER_WORD"] = "other-word"
BARE = "no community was tried: --inventory FILE, or --set community=env:NAME"
IN_CLEAR = "SNMP communities are sent unencrypted: use SNMPv3 on devices that support it"
RIGHT, WRONG = ["community=env:SNMP_WORD"], ["community=env:SNMP_OTHER_WORD"]
UNKNOWN_ENGINES = bytes([0x2b, 6, 1, 6, 3, 15, 1, 1, 4, 0])


def ber(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def integer(value):
    return ber(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def elements(data):
    """The elements of a body: (tag, body)."""
    found, at = [], 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            octets = size & 0x7f
            size = int.from_bytes(data[at:at + octets], "big")
            at += octets
        found.append((tag, data[at:at + size]))
        at += size
    return found


def question(data):
    """(version, id, community or None) of what the check sent."""
    (_, message), = elements(data)
    parts = elements(message)
    version = int.from_bytes(parts[0][1], "big")
    inner = elements(parts[1 if version == 3 else 2][1])
    return version, int.from_bytes(inner[0][1], "big"), None if version == 3 else parts[1][1]


def report(ident, engine=ENGINE, boots=7, seconds=99, flags=b"\0"):
    usm = ber(0x30, ber(4, engine), integer(boots), integer(seconds), ber(4), ber(4), ber(4))
    counter = ber(0x30, ber(6, UNKNOWN_ENGINES), ber(0x41, b"\1"))
    pdu = ber(0xa8, integer(0), integer(0), integer(0), ber(0x30, counter))
    return ber(0x30, integer(3),
               ber(0x30, integer(ident), integer(65507), ber(4, flags), integer(3)),
               ber(4, usm), ber(0x30, ber(4, engine), ber(4), pdu))


def reports(**how):
    return udp(lambda data, nth: report(question(data)[1], **how))


def response(data, word=WORD, descr=b"Lab switch 1.0", status=0, ident=None, more=b""):
    """A GetResponse of an agent that was up for a day."""
    version, asked, _ = question(data)

    def value(last, body):
        return ber(0x30, ber(6, bytes([0x2b, 6, 1, 2, 1, 1, last, 0])), body)
    values = ber(0x30, value(3, ber(0x43, (8640000).to_bytes(4, "big"))),
                 value(1, ber(4, descr)), value(5, ber(4, b"lab-switch")), more)
    return ber(0x30, integer(version), ber(4, word),
               ber(0xa2, integer(asked if ident is None else ident), integer(status),
                   integer(0), values))


def agent(versions=(0, 1, 3), make=response):
    """Answers these versions, the right community only."""
    def handle(data, nth):
        version, ident, word = question(data)
        if version not in versions or (version != 3 and word != WORD):
            return None
        return report(ident) if version == 3 else make(data)
    return udp(handle)


def other_id(data, nth):
    return report(question(data)[1] ^ 1)


def forged_first(data, nth):
    return [other_id(data, nth), b"\x30\x80\x02\x01", b"junk", report(question(data)[1])]


def long_lengths(data, nth):
    """Every length on four octets, as some stacks write them."""
    def wide(tag, body):
        return bytes([tag, 0x84]) + len(body).to_bytes(4, "big") + body
    (_, message), = elements(report(question(data)[1]))
    return wide(0x30, b"".join(wide(t, b) for t, b in elements(message)))


def from_other_address(bed):
    """A device with two addresses answers from the one that was not asked."""
    other = bed.socket(2)
    other.bind(("127.0.0.2", 161))
    return from_elsewhere(bed, other)


def from_elsewhere(bed, other=None):
    """The answer comes from another port: not from whom we asked."""
    s, port = bed.bound(2)
    other = other or bed.bound(2)[0]

    def serve():
        while True:
            data, client = s.recvfrom(65536)
            other.sendto(report(question(data)[1]), client)
    background(serve)
    return port


def huge(data, nth):
    return report(question(data)[1], engine=bytes(20000))


def discovery_only(got):
    """One v3 message without a user per attempt, each with an id of its own."""
    asked = [question(data) for data in got]
    return ({v for v, _, _ in asked} == {3} and len({i for _, i, _ in asked}) == len(asked)
            and all(b"public" not in data for data in got))


def wait(bed, port):
    """Until the agent answers a discovery of ours."""
    usm = ber(0x30, ber(4), integer(0), integer(0), ber(4), ber(4), ber(4))
    asked = ber(0x30, integer(3),
                ber(0x30, integer(1), integer(65507), ber(4, b"\4"), integer(3)), ber(4, usm),
                ber(0x30, ber(4), ber(4), ber(0xa0, integer(1), integer(0), integer(0),
                                              ber(0x30))))
    s = bed.socket(socket.SOCK_DGRAM)
    s.connect((bed.host, port))
    s.settimeout(0.2)
    until = time.monotonic() + daemon.READY_WITHIN_S
    while time.monotonic() < until:
        try:
            s.send(asked)
            s.recv(65536)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("snmpd does not answer")


def snmpd(bed):
    """A real agent, where there is one."""
    where = daemon.folder()
    with open(f"{where}/config", "w") as f:
        f.write("sysName lab-switch\nrocommunity lab-word\n")
    port = daemon.free_port(bed, socket.SOCK_DGRAM)
    daemon.start(where, "snmpd", "-f", "-Lf", "/dev/null", "-C", "-c", f"{where}/config", "-p",
                 f"{where}/pid", f"udp:{bed.host}:{port}",
                 environment={"MIBS": "", "PATH": os.environ["PATH"],
                              "SNMP_PERSISTENT_DIR": where})
    wait(bed, port)
    return port


def real():
    if not shutil.which("snmpd"):
        return []
    return [Case("snmpd", "snmp", "REPLY-OK", snmpd, seconds=(0, 5),
                 facts={"vendor-number": 8072, "engine-boots": lambda v: v >= 1}),
            Case("snmpd-right-community", "snmp", "REPLY-OK", snmpd, params=RIGHT,
                 seconds=(0, 5), facts={"sys-name": "lab-switch", "version": "2c"}),
            Case("snmpd-version-1", "snmp", "REPLY-OK", snmpd, params=[*RIGHT, "version=1"],
                 seconds=(0, 5), facts={"sys-name": "lab-switch", "version": "1"}),
            Case("snmpd-wrong-community", "snmp", "REPLY-REJECTED", snmpd, params=WRONG,
                 seconds=(2, 6), facts={"agent-alive": True, "vendor-number": 8072})]


CASES = [
    Case("engine", "snmp", "REPLY-OK", reports(), families=(4, 6), exit=0, notes=[BARE],
         received=lambda got: len(got) == 1 and discovery_only(got),
         facts={"engine-id": ENGINE.hex(), "vendor-number": 8072, "engine-boots": 7,
                "engine-time": 99}, no_facts=("agent-alive", "version", "uptime")),
    Case("old-engine-format", "snmp", "REPLY-OK", reports(engine=bytes([0, 0, 0, 9]) + bytes(8)),
         facts={"vendor-number": 9}),
    Case("no-engine-id", "snmp", "REPLY-BAD-REPLY", reports(engine=b""), seconds=(4, 6), no_facts=("engine-id",)),
    Case("short-engine-id", "snmp", "REPLY-BAD-REPLY", reports(engine=b"abcd"), seconds=(4, 6), exit=1),
    Case("second-try", "snmp", "REPLY-OK",
         udp(lambda data, nth: report(question(data)[1]) if nth > 1 else None),
         seconds=(0.9, 3)),
    Case("long-lengths", "snmp", "REPLY-OK", udp(long_lengths)),
    Case("forged-first", "snmp", "REPLY-OK", udp(forged_first)),
    Case("other-id", "snmp", "REPLY-TIMEOUT", udp(other_id), seconds=(4, 6)),
    Case("other-port", "snmp", "REPLY-TIMEOUT", from_elsewhere, seconds=(4, 6),
         facts={"answers-from": lambda v: len(v) == 1 and v[0].startswith("127.0.0.1 port ")}, no_facts=("engine-id",)),
    Case("other-address", "snmp", "REPLY-TIMEOUT", from_other_address, seconds=(4, 6), exit=1,
         facts={"answers-from": lambda v: v == ["127.0.0.2 port 161"]}, no_facts=("engine-id",)),
    Case("right-community", "snmp", "REPLY-OK", agent(), params=RIGHT, families=(4, 6),
         notes=[IN_CLEAR], secrets=(WORD.decode(),),
         facts={"version": "2c", "uptime": 86400, "sys-descr": "Lab switch 1.0",
                "sys-name": "lab-switch"}, no_facts=("agent-alive", "error-status"),
         received=lambda got: [question(d)[0] for d in got] == [3, 1]),
    Case("wrong-community", "snmp", "REPLY-REJECTED", agent(), params=WRONG, exit=1,
         seconds=(2, 6), facts={"agent-alive": True, "engine-id": ENGINE.hex()}),
    Case("version-2c-only", "snmp", "REPLY-OK", agent((1,)), params=RIGHT,
         no_facts=("engine-id",)),
    Case("version-1-only", "snmp", "REPLY-OK", agent((0,)), params=[*RIGHT, "version=1"],
         facts={"version": "1"}),
    Case("community-refused", "snmp", "REPLY-REJECTED",
         agent(make=lambda data: response(data, status=16)), params=RIGHT, exit=1,
         verdict="not-ready", findings=["snmp-credentials"], unsaid=("SNMPv3 user",),
         facts={"refusal": "no-access"}, secrets=(WORD.decode(),)),
    Case("version-2c-only-wrong-community", "snmp", "REPLY-TIMEOUT", agent((1,)),
         params=WRONG, seconds=(4, 6)),
    Case("junk-first", "snmp", "REPLY-OK", params=RIGHT,
         peer=agent((0, 1), lambda data: [b"garbage", response(data)])),
    Case("error-status", "snmp", "REPLY-OK",
         agent(make=lambda data: response(data, status=2)), params=RIGHT,
         facts={"error-status": 2}),
    Case("other-request-id", "snmp", "REPLY-REJECTED",
         agent(make=lambda data: response(data, ident=7)), params=RIGHT, seconds=(2, 6)),
    Case("hostile-description", "snmp", "REPLY-OK",
         agent(make=lambda data: response(data, descr=b"\x1b[2J\x9b\r\n\xe2\x80\xae" * 400)),
         params=RIGHT, facts={"sys-descr": lambda v: len(v) <= 256}),
    Case("many-varbinds", "snmp", "REPLY-OK",
         agent(make=lambda data: response(
             data, more=ber(0x30, ber(6, b"\x2b\6"), ber(5)) * 2000)), params=RIGHT),
    Case("indefinite-length", "snmp", "REPLY-BAD-REPLY",
         udp(lambda data, nth: b"\x30\x80\x02\x01\x03\x00\x00"), seconds=(4, 6)),
    Case("absurd-length", "snmp", "REPLY-BAD-REPLY",
         udp(lambda data, nth: b"\x30\x84\xff\xff\xff\xff\x02\x01\x03"), seconds=(4, 6)),
    Case("cut", "snmp", "REPLY-BAD-REPLY",
         udp(lambda data, nth: report(question(data)[1])[:-30]), seconds=(4, 6)),
    Case("huge-engine", "snmp", "REPLY-BAD-REPLY", udp(huge), seconds=(4, 6)),
    Case("wrong-protocol", "snmp", "REPLY-BAD-REPLY", udp(lambda data, nth: b"hello\r\n"),
         seconds=(4, 6), exit=1),
    Case("silent", "snmp", "REPLY-TIMEOUT", udp(silent), seconds=(4, 8), exit=3,
         verdict="undecided", findings=[], received=lambda got: len(got) == 3 and discovery_only(got)),
    Case("refused", "snmp", "CONNECT-REFUSED", families=(4, 6), exit=1),
] + real()
