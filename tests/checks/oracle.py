"""The oracle check takes a listener's answer to a TNS ping as proof, whatever it says."""
import shutil
import socket
import struct

from harness import Case, background, serve_tcp, silent_tcp, tcp

# What listeners said to tnscmd10g's ping and version, as published.
PONG = b"(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=0)(ALIAS=LISTENER))"
DENIED = (b"(DESCRIPTION=(TMP=)(VSNNUM=186647040)(ERR=1189)"
          b"(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))")
UNKNOWN = (b"(DESCRIPTION=(TMP=)(VSNNUM=352321536)(ERR=12514)"
           b"(ERROR_STACK=(ERROR=(CODE=12514)(EMFI=4))))")


def packet(kind, body=b"", size=None, checksum=0):
    return struct.pack("!HHBBH", 8 + len(body) if size is None else size, checksum, kind, 0,
                       0) + body


def refuse(text, size=None):
    return packet(4, b"\x22\0" + struct.pack("!H", len(text) if size is None else size) + text)


def server(answer, pieces=None):
    def talk(connection):
        connection.exactly(87)
        if pieces:
            connection.split(answer, pieces)
        else:
            connection.sendall(answer)
        connection.hold()
    return tcp(talk)


def asked_well(got):
    """87 octets, as tnsping sends them."""
    return (len(got) == 1 and got[0][:26] == bytes.fromhex(
        "0057000001000000" "0138012c000008007fff7f080000" "0100001d")
        and got[0][26:58] == b"\0\x3a" + bytes(30) and got[0][58:] == b"(CONNECT_DATA=(COMMAND=ping))")


def tns_ping(bed):
    """On port 1521, where an independent client tries this protocol first."""
    s, port = bed.bound(socket.SOCK_STREAM, 1521)

    def talk(connection):
        if connection.recv()[4:5] == b"\1":
            connection.sendall(refuse(DENIED))
    background(serve_tcp, bed, s, talk)
    return port


def outside(program, cases):
    return cases if shutil.which(program) else []


CASES = [
    Case("good", "oracle", "REPLY-OK", server(refuse(PONG)), families=(4, 6), exit=0,
         received=asked_well, facts={"tns-type": "refuse", "error": 0, "alias": "LISTENER"},
         no_facts=("version",)),
    Case("in-pieces", "oracle", "REPLY-OK", server(refuse(PONG), 1), facts={"alias": "LISTENER"}),
    Case("not-authorised", "oracle", "REPLY-OK", server(refuse(DENIED)),
         facts={"error": 1189, "version": "11.2.0.2.0"}, no_facts=("alias",)),
    Case("no-such-service", "oracle", "REPLY-OK", server(refuse(UNKNOWN)),
         facts={"error": 12514, "version": "21.0.0.0.0"}),
    Case("version-19", "oracle", "REPLY-OK", server(refuse(b"(VSNNUM=318767104)")),
         facts={"version": "19.0.0.0.0"}),
    Case("version-10", "oracle", "REPLY-OK", server(refuse(b"(VSNNUM=169870336)")),
         facts={"version": "10.2.0.4.0"}),
    Case("accept", "oracle", "REPLY-OK", server(packet(2, bytes(24))),
         facts={"tns-type": "accept"}),
    Case("redirect", "oracle", "REPLY-OK",
         server(packet(5, b"\0\x2b(ADDRESS=(PROTOCOL=tcp)(HOST=x)(PORT=1522))")),
         facts={"tns-type": "redirect"}),
    Case("resend", "oracle", "REPLY-OK", server(packet(11)), facts={"tns-type": "resend"}),
    Case("no-text", "oracle", "REPLY-OK", server(refuse(b"")), no_facts=("error", "alias")),
    Case("no-values", "oracle", "REPLY-OK", server(refuse(b"(ERR=)(ALIAS=)(VSNNUM=)")),
         no_facts=("error", "alias", "version")),
    Case("wrong-values", "oracle", "REPLY-OK",
         server(refuse(b"(ERR=1x)(VSNNUM=4294967296)(ALIAS=a")),
         no_facts=("error", "alias", "version")),
    Case("largest-error", "oracle", "REPLY-OK",
         server(refuse(b"(ALIAS=\x1b[2J\xff)(ERR=4294967295)")),
         facts={"error": 4294967295, "alias": r"\x1b[2J\xff"}),
    Case("hostile-text", "oracle", "REPLY-OK",
         server(refuse(b"(ALIAS=\x1b[2J\x1b]0;x\x07\r\n\xff" + "\u202e".encode()
                       + b")(ERR=99999999999999)(VSNNUM=-1)(ERR=1")),
         facts={"alias": lambda v: v.startswith("\\x1b[2J")}, no_facts=("error", "version")),
    Case("long-alias", "oracle", "REPLY-OK", server(refuse(b"(ALIAS=" + b"x" * 8000 + b")"))),
    Case("length-outside", "oracle", "REPLY-BAD-REPLY", server(refuse(PONG, 5000))),
    Case("no-body", "oracle", "REPLY-BAD-REPLY", server(packet(4))),
    Case("short", "oracle", "REPLY-BAD-REPLY", server(packet(4, size=7))),
    Case("oversized", "oracle", "REPLY-BAD-REPLY", server(packet(4, bytes(70000), 0xffff))),
    Case("too-long", "oracle", "REPLY-BAD-REPLY", server(packet(4, size=0x2001))),
    Case("wrong-type", "oracle", "REPLY-BAD-REPLY", server(packet(6, bytes(10)))),
    Case("echo", "oracle", "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("tls-alert", "oracle", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\x15\3\1\0\2\2\x46"), c.hold()))),
    Case("http", "oracle", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold()))),
    Case("cut", "oracle", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(refuse(PONG)[:30])))),
    Case("stalled", "oracle", "REPLY-TIMEOUT",
         tcp(lambda c: (c.recv(), c.sendall(refuse(PONG)[:30]), c.hold())), seconds=(4, 7)),
    Case("mute", "oracle", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 7), exit=1),
    Case("not-invited", "oracle", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("refused", "oracle", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "oracle", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + outside("nmap", [
    Case("nmap-agrees", "oracle", "REPLY-OK", tns_ping, facts={"error": 1189},
         confirm=["nmap", "-Pn", "-n", "-sT", "-sV", "--version-light", "-p", "{port}", "{host}"],
         confirm_says="Oracle TNS Listener"),
])
