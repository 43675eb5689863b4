"""The db2 check exchanges attributes with a DRDA server and goes before any login."""
import os
import pathlib
import shutil
import socket
import struct

import daemon
from harness import Case, background, serve_tcp, silent_tcp, tcp

# Apache Derby 10.14.2.0, recorded.
DERBY = bytes.fromhex(
    "0085d0020001007f1443"
    "001d115ed585a3a6969992e28599a58599c39695a39996934094818995"
    "001814041403000724070007240f00071440000714740005"
    "00101147c1978183888540c4859982a8"
    "0018116dd585a3a6969992e28599a58599c39695a3999693"
    "001e115ac3e2e2f1f0f1f4f061f1f04bf1f44bf24bf04060404d6f6f6f5d")
EXCSAT = bytes.fromhex("0032d0010001002c10410004115e0004116d0004115a0018140414030007240700"
                       "08240f00081440000814740008" "00041147")
EXCSATRD = 0x1443


def text(words):
    """Code page 500, by Python's own table."""
    return words.encode("cp500")


def parameter(code, value):
    return struct.pack("!HH", 4 + len(value), code) + value


def answer(*parameters, code=EXCSATRD, magic=0xd0, size=None, inner=None):
    """DRDA volume 3: DSS header, object, parameters."""
    body = b"".join(parameters)
    body = struct.pack("!HH", 4 + len(body) if inner is None else inner, code) + body
    return struct.pack("!HBBH", 6 + len(body) if size is None else size, magic, 2, 1) + body


DB2 = answer(parameter(0x115e, text("db2inst1        db2sysc 0")),
             parameter(0x1404, bytes.fromhex("14030007")),
             parameter(0x1147, text("QDB2/LINUXX8664")),
             parameter(0x116d, text("ilmt-db.corp.example")), parameter(0x115a, text("SQL11055")))


def server(data, pieces=None):
    def talk(connection):
        connection.exactly(50)
        if pieces:
            connection.split(data, pieces)
        else:
            connection.sendall(data)
        connection.hold()
    return tcp(talk)


def derby(bed):
    """A real server, where there is one."""
    where = pathlib.Path(daemon.folder())
    port = daemon.free_port(bed, socket.SOCK_STREAM)
    jars = "/usr/share/java/derby.jar:/usr/share/java/derbynet.jar"
    daemon.start(str(where), "java", "-cp", jars, f"-Dderby.system.home={where}",
                 "org.apache.derby.drda.NetworkServerControl", "start", "-h", bed.host,
                 "-p", str(port))
    daemon.wait_tcp(bed, port)
    return port


def real():
    jars = [f"/usr/share/java/{name}.jar" for name in ("derby", "derbynet")]
    if not shutil.which("java") or not all(os.path.exists(jar) for jar in jars):
        return []
    return [Case("derby", "db2", "REPLY-OK", derby, seconds=(0, 10),
                 facts={"server-class": "Apache Derby", "server-name": "NetworkServerControl",
                        "release": lambda v: v.startswith("CSS10")})]


def well_known(bed):
    """On port 50000, where an independent client tries this protocol first."""
    s, port = bed.bound(socket.SOCK_STREAM, 50000)

    def talk(connection):
        if connection.recv()[2:3] == b"\xd0":
            connection.sendall(DB2)
    background(serve_tcp, bed, s, talk)
    return port


def outside(program, cases):
    return cases if shutil.which(program) else []


CASES = [
    Case("good", "db2", "REPLY-OK", server(DERBY), families=(4, 6), exit=0,
         received=lambda got: got == [EXCSAT],
         facts={"server-class": "Apache Derby", "server-name": "NetworkServerControl",
                "external-name": "NetworkServerControl main",
                "release": "CSS10140/10.14.2.0 - (???)"}),
    Case("in-pieces", "db2", "REPLY-OK", server(DERBY, 1), facts={"server-class": "Apache Derby"}),
    Case("db2", "db2", "REPLY-OK", server(DB2),
         facts={"server-class": "QDB2/LINUXX8664", "release": "SQL11055",
                "server-name": "ilmt-db.corp.example"}),
    Case("every-character", "db2", "REPLY-OK",
         server(answer(parameter(0x1147, text("azAZ09 ./-_:#@'=\"()+&*;,%<>?!")))),
         facts={"server-class": "azAZ09 ./-_:#@'=\"()+&*;,%<>??"}),
    Case("nothing-said", "db2", "REPLY-OK", server(answer()),
         no_facts=("server-class", "server-name", "release")),
    Case("all-octets", "db2", "REPLY-OK",
         server(answer(parameter(0x1147, bytes(range(256)) * 20), parameter(0x116d, b""),
                       parameter(0x115a, b"\x40" * 40))), no_facts=("server-name", "release")),
    Case("refusal", "db2", "REPLY-REJECTED",
         server(answer(parameter(0x1149, b"\0\x08"), code=0x1245)), exit=1,
         facts={"refusal": "0x1245"}),
    Case("other-object", "db2", "REPLY-BAD-REPLY", server(answer(code=0x2205))),
    Case("parameter-outside", "db2", "REPLY-BAD-REPLY",
         server(answer(struct.pack("!HH", 500, 0x1147) + b"xx"))),
    Case("parameter-one-outside", "db2", "REPLY-BAD-REPLY",
         server(answer(struct.pack("!HH", 5, 0x1147)))),
    Case("parameter-short", "db2", "REPLY-BAD-REPLY",
         server(answer(struct.pack("!HH", 3, 0x1147)))),
    Case("parameter-cut", "db2", "REPLY-BAD-REPLY", server(answer(b"\0\4"))),
    Case("object-one-outside", "db2", "REPLY-BAD-REPLY", server(answer(inner=5))),
    Case("continued", "db2", "REPLY-BAD-REPLY", server(b"\x80\0\xd0")),
    Case("parameter-endless", "db2", "REPLY-BAD-REPLY",
         server(answer(struct.pack("!HH", 0, 0x1147) * 9))),
    Case("object-outside", "db2", "REPLY-BAD-REPLY", server(answer(inner=500))),
    Case("object-short", "db2", "REPLY-BAD-REPLY", server(answer(inner=3))),
    Case("length-short", "db2", "REPLY-BAD-REPLY", server(answer(size=9))),
    Case("oversized", "db2", "REPLY-BAD-REPLY", server(b"\xff\xff\xd0\2\0\1" + bytes(70000))),
    Case("echo", "db2", "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("http", "db2", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold()))),
    Case("tls-alert", "db2", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\x15\3\1\0\2\2\x46"), c.hold()))),
    Case("cut", "db2", "REPLY-BAD-REPLY", tcp(lambda c: (c.recv(), c.sendall(DERBY[:60])))),
    Case("stalled", "db2", "REPLY-TIMEOUT",
         tcp(lambda c: (c.recv(), c.sendall(DERBY[:60]), c.hold())), seconds=(4, 7)),
    Case("mute", "db2", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 7), exit=1),
    Case("closed", "db2", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("refused", "db2", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "db2", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + real() + outside("nmap", [
    Case("nmap-agrees", "db2", "REPLY-OK", well_known, facts={"release": "SQL11055"},
         confirm=["nmap", "-Pn", "-n", "-sT", "-p", "{port}", "--script", "+drda-info", "{host}"],
         confirm_says="QDB2/LINUXX8664"),
])
