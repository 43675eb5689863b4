"""The tds check takes an answer to PRELOGIN as proof, in clear or inside TLS, and never logs in."""
import pathlib
import shutil
import socket
import ssl
import struct

import daemon
from harness import Case, background, serve_tcp, silent_tcp, tcp
from pki import Site, context, trust

# MS-TDS 4.1, the client's side.
QUESTION = bytes.fromhex("1201002f00000100" "00001a0006" "0100200001" "0200210001" "0300220004"
                         "0400260001" "ff" "090000000000" "01" "00" "b80d0000" "01")
# SQL Server 2008 R2, as published (layout: MS-TDS 2.2.6.5).
ANSWER = bytes.fromhex("0401002b00000100" "00001a0006" "0100200001" "0200210001" "0300220000"
                       "0400220001" "ff" "0a3206510000" "02" "00" "00")
# The same of SQL Server 2008 to four options, as nmap knows it.
FOUR = bytes.fromhex("0401002500000100" "0000150006" "01001b0001" "02001c0001" "03001d0000" "ff"
                     "0a0006400000" "02" "00")
VERSION, ENCRYPTION, INSTANCE = 0, 1, 2


def packet(payload, kind=4, status=1):
    """MS-TDS 2.2.3.1"""
    return struct.pack("!BBHHBB", kind, status, 8 + len(payload), 0, 1, 0) + payload


def prelogin(*options):
    """MS-TDS 2.2.6.5: rows of token, offset and length, then the values."""
    rows, values, at = b"", b"", 5 * len(options) + 1
    for token, value in options:
        rows += struct.pack("!BHH", token, at + len(values), len(value))
        values += value
    return packet(rows + b"\xff" + values)


def error(number, text):
    """MS-TDS 2.2.7.10"""
    body = struct.pack("<IBBH", number, 1, 20, len(text)) + text.encode("utf-16-le")
    return packet(b"\xaa" + struct.pack("<H", len(body)) + body)


def version(major, minor, build):
    return (VERSION, struct.pack("!BBHH", major, minor, build, 0))


NEW = prelogin(version(16, 0, 4135), (ENCRYPTION, b"\3"), (INSTANCE, b"\0"), (3, b""), (4, b"\0"))


def server(answer, pieces=None, size=47):
    def talk(connection):
        connection.exactly(size)
        if pieces:
            connection.split(answer, pieces)
        else:
            connection.sendall(answer)
        connection.hold()
    return tcp(talk)


def drops(connection):
    connection.recv()


def strict(end, leaf="good"):
    """A server that takes TDS 8.0 only: end() is what it does to others."""
    def peer(bed):
        c = context(Site(leaf), lambda c: c.set_alpn_protocols(["tds/8.0"]))

        def talk(connection):
            if connection.s.recv(1, socket.MSG_PEEK) != b"\x16":
                end(connection)
                return
            try:
                connection.s = c.wrap_socket(connection.s, server_side=True)
            except (ssl.SSLError, OSError):
                return
            connection.exactly(47)
            connection.sendall(NEW)
            connection.hold()

        s, port = bed.bound(socket.SOCK_STREAM)
        background(serve_tcp, bed, s, talk)
        return port
    return peer


def asked_well(got):
    return got == [QUESTION]


def changed(at, value):
    return ANSWER[:at] + bytes([value]) + ANSWER[at + 1:]


def well_known(talk):
    """On port 1433, where an independent client tries this protocol first."""
    def peer(bed):
        s, port = bed.bound(socket.SOCK_STREAM, 1433)
        background(serve_tcp, bed, s, talk)
        return port
    return peer


def answers_once(connection):
    if connection.recv()[:1] == b"\x12":
        connection.sendall(FOUR)


TSQL = ["sh", "-c", "TDSVER=7.4 TDSDUMP=/dev/stdout timeout 5 tsql -H {host} -p {port} -U u -P p "
        "</dev/null; true"]


def tdspool(bed):
    """FreeTDS's own server, where there is one; it needs no database to answer."""
    where = pathlib.Path(daemon.folder())
    port = daemon.free_port(bed, socket.SOCK_STREAM)
    (where / "conf").write_text(
        f"[mypool]\nuser = u\npassword = p\ndatabase = d\nserver = nosuch\nserver user = s\n"
        f"server password = s\nport = {port}\nmin pool conn = 0\nmax pool conn = 1\n"
        f"max pool user = 10\n")
    daemon.start(str(where), "tdspool", "-c", f"{where}/conf", "mypool")
    daemon.wait_tcp(bed, port)
    return port


def outside(program, cases):
    return cases if shutil.which(program) else []


CASES = [
    Case("good", "tds", "REPLY-OK", server(ANSWER), families=(4, 6), exit=0, received=asked_well,
         facts={"version": "10.50.1617", "encryption": "not-supported"},
         no_facts=("instance", "error"), children=[]),
    Case("new", "tds", "REPLY-OK", server(NEW),
         facts={"version": "16.0.4135", "encryption": "required"}),
    Case("in-pieces", "tds", "REPLY-OK", server(ANSWER, 1), facts={"version": "10.50.1617"}),
    Case("version-alone", "tds", "REPLY-OK", server(prelogin(version(15, 0, 2000)))),
    Case("unknown-option", "tds", "REPLY-OK",
         server(prelogin(version(15, 0, 2000), (9, b"xyz"), (ENCRYPTION, b"\x20"))),
         facts={"encryption": "0x20"}),
    Case("instance", "tds", "REPLY-OK", server(NEW, size=54), params=["instance=CERTERO"],
         received=lambda got: b"\x01CERTERO\0\xb8" in got[0], facts={"instance": True}),
    Case("other-instance", "tds", "REPLY-REJECTED",
         server(prelogin(version(16, 0, 1000), (INSTANCE, b"\1")), size=54),
         params=["instance=CERTERO"], facts={"instance": False}, exit=1),
    Case("strict", "tds", "REPLY-OK", strict(drops), params=["strict=true"], exit=0,
         facts=trust("public", alpn="tds/8.0", version="16.0.4135")),
    Case("strict-untrusted", "tds", "REPLY-OK", strict(drops, "self-signed"),
         params=["strict=true"], facts=trust("unknown-root")),
    Case("strict-only", "tds", "REPLY-RESET", strict(drops), children=["REPLY-OK"], exit=0),
    Case("strict-only-reset", "tds", "REPLY-RESET", strict(lambda c: (c.recv(), c.reset())),
         children=["REPLY-OK"]),
    Case("strict-only-alert", "tds", "REPLY-BAD-REPLY",
         strict(lambda c: (c.recv(), c.sendall(b"\x15\3\1\0\2\2\x46"))), children=["REPLY-OK"]),
    Case("closed-on-both", "tds", "REPLY-RESET", tcp(drops), children=["TLS-RESET"], exit=1),
    Case("strict-no-tls", "tds", "TLS-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(ANSWER * 9), c.hold())),
         params=["strict=true"], children=[]),
    Case("server-error", "tds", "REPLY-REJECTED",
         server(error(17142, "SQL Server service has been paused.")), exit=1,
         facts={"error": 17142, "error-text": "SQL Server service has been paused."}),
    Case("hostile-error", "tds", "REPLY-REJECTED",
         server(error(1, "\x1b[2J\r\n\u202e\u009b" + "x" * 500)),
         facts={"error-text": lambda v: v.startswith("\\x1b[2J")}),
    Case("cut-error", "tds", "REPLY-BAD-REPLY",
         server(packet(b"\xaa\x10\0\1\0\0\0\1\x14\xff\xff"))),
    Case("no-version", "tds", "REPLY-BAD-REPLY", server(prelogin((ENCRYPTION, b"\0")))),
    Case("empty-table", "tds", "REPLY-BAD-REPLY", server(prelogin())),
    Case("endless-table", "tds", "REPLY-BAD-REPLY",
         server(packet(struct.pack("!BHH", 0, 0, 6) + b"\1\0\0\0\0" * 700))),
    Case("offset-outside", "tds", "REPLY-BAD-REPLY", server(changed(9, 0xff))),
    Case("length-outside", "tds", "REPLY-BAD-REPLY", server(changed(11, 0xff))),
    Case("short-version", "tds", "REPLY-BAD-REPLY", server(prelogin((VERSION, b"\x10")))),
    Case("length-zero", "tds", "REPLY-BAD-REPLY", server(b"\4\1\0\0" + bytes(40))),
    Case("oversized", "tds", "REPLY-BAD-REPLY", server(b"\4\1\xff\xff" + bytes(70000))),
    Case("cut", "tds", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(ANSWER[:30]))), children=[]),
    Case("echo", "tds", "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("http", "tds", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold()))),
    Case("stalled", "tds", "REPLY-TIMEOUT",
         tcp(lambda c: (c.recv(), c.sendall(ANSWER[:20]), c.hold())), seconds=(4, 7)),
    Case("mute", "tds", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 7), exit=1,
         children=[]),
    Case("refused", "tds", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "tds", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + outside("nmap", [
    Case("nmap-agrees", "tds", "REPLY-OK", well_known(answers_once), seconds=(0, 12),
         confirm=["nmap", "-Pn", "-n", "-sT", "-sV", "--version-light", "-p", "{port}", "{host}"],
         confirm_says="Microsoft SQL Server 2008 10.00.1600; RTM"),
]) + outside("tdspool", [
    Case("tdspool", "tds", "REPLY-OK", tdspool,
         facts={"version": "10.0.1600", "encryption": "not-supported"}),
    Case("tdspool-other-instance", "tds", "REPLY-REJECTED", tdspool, params=["instance=x"],
         facts={"instance": False}),
]) + outside("tsql", [
    Case("tsql-agrees", "tds", "REPLY-OK",
         tcp(lambda c: (c.recv(), c.sendall(ANSWER), c.recv())), confirm=TSQL,
         confirm_says="detected crypt flag 2"),
])
