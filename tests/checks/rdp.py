"""The rdp check takes a connection confirmation as proof, and says what security was chosen."""
import pathlib
import shutil
import socket
import struct
import subprocess

import daemon
from harness import Case, background, serve_tcp, silent_tcp, tcp

REQUEST = bytes.fromhex("03000013 0ee00000000000 0100080003000000")
# [MS-RDPBCGR] 4.1.2, as printed there: a confirmation that chose standard RDP security.
PUBLISHED = bytes.fromhex("030000130ed000001234000200080000000000")


def confirm(negotiation=b"", kind=0xd0, size=None, inner=None):
    """TPKT and X.224 around what the server says of security."""
    body = bytes([kind, 0, 0, 0x12, 0x34, 0]) + negotiation
    body = bytes([len(body) if inner is None else inner]) + body
    return struct.pack("!BBH", 3, 0, len(body) + 4 if size is None else size) + body


def chose(protocol, kind=2, length=8, flags=0):
    return confirm(struct.pack("<BBHI", kind, flags, length, protocol))


def server(answer, pieces=None):
    def talk(connection):
        connection.exactly(19)
        if pieces:
            connection.split(answer, pieces)
        else:
            connection.sendall(answer)
        connection.hold()
    return tcp(talk)


def terminal_server(bed):
    """On port 3389, where an independent client tries this protocol first."""
    s, port = bed.bound(socket.SOCK_STREAM, 3389)

    def talk(connection):
        if connection.recv()[:2] == b"\3\0":
            connection.sendall(chose(2, flags=0x1f))  # as today's Windows
    background(serve_tcp, bed, s, talk)
    return port


def xrdp(layer):
    """A real server, with TLS or with the old security only."""
    def peer(bed):
        where = pathlib.Path(daemon.folder())
        port = daemon.free_port(bed, socket.SOCK_STREAM)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=peer", "-keyout", where / "key.pem", "-out",
                        where / "cert.pem"], check=True, capture_output=True)
        (where / "xrdp.ini").write_text(
            f"[Globals]\nport=tcp://{bed.host}:{port}\nsecurity_layer={layer}\n"
            f"certificate={where}/cert.pem\nkey_file={where}/key.pem\n"
            f"[Logging]\nLogFile={where}/log\nLogLevel=INFO\nEnableSyslog=false\n")
        daemon.start(str(where), "xrdp", "--nodaemon", "--config", str(where / "xrdp.ini"))
        daemon.wait_tcp(bed, port)
        return port
    return peer


def real():
    if not shutil.which("xrdp"):
        return []
    return [Case("xrdp", "rdp", "REPLY-OK", xrdp("negotiate"), facts={"security": "tls"}),
            Case("xrdp-old", "rdp", "REPLY-OK", xrdp("rdp"), facts={"security": "rdp"})]


def good(name, answer, **facts):
    return Case(name, "rdp", "REPLY-OK", server(answer), facts=facts)


def bad(name, answer):
    return Case(name, "rdp", "REPLY-BAD-REPLY", server(answer), exit=1)


CASES = [
    Case("published", "rdp", "REPLY-OK", server(PUBLISHED), families=(4, 6), exit=0,
         received=lambda got: got == [REQUEST], facts={"security": "rdp"}, no_facts=("failure",)),
    good("tls", chose(1), security="tls"),
    good("credssp", chose(2), security="credssp"),
    good("credssp-ex", chose(8), security="credssp-ex"),
    good("old-server", confirm(), security="rdp"),
    good("no-tls", chose(2, kind=3), security="rdp", failure="tls-not-allowed"),
    good("no-certificate", chose(3, kind=3), security="rdp", failure="no-certificate"),
    good("more-behind", chose(2) + b"\x16\3\1" * 5000, security="credssp"),
    Case("in-pieces", "rdp", "REPLY-OK", server(chose(2), 1), facts={"security": "credssp"}),
    Case("wants-credssp", "rdp", "REPLY-REJECTED", server(chose(5, kind=3)), exit=1,
         facts={"failure": "credssp-required"}, no_facts=("security",)),
    Case("wants-tls", "rdp", "REPLY-REJECTED", server(chose(1, kind=3)),
         facts={"failure": "tls-required"}),
    Case("client-certificate", "rdp", "REPLY-REJECTED", server(chose(6, kind=3)),
         facts={"failure": "client-certificate-required"}),
    bad("unknown-security", chose(0xffffffff)),
    bad("unknown-failure", chose(7, kind=3)),
    bad("failure-zero", chose(0, kind=3)),
    bad("unknown-kind", chose(0, kind=1)),
    bad("wrong-length-inside", chose(0, length=9)),
    bad("half-a-negotiation", confirm(b"\2\0\x08\0\0\0")),
    bad("negotiation-and-more", confirm(b"\2\0\x08\0\0\0\0\0\0")),
    bad("wrong-indicator", confirm(struct.pack("<BBHI", 2, 0, 8, 0), inner=15)),
    bad("disconnected", confirm(kind=0x80)),
    bad("echo-of-the-request", REQUEST),
    bad("too-short", b"\3\0\0\x0a" + bytes(6)),
    bad("length-zero", b"\3\0\0\0" + bytes(64)),
    bad("oversized", b"\3\0\xff\xff" + bytes(65531)),
    bad("reserved-set", b"\3\1" + PUBLISHED[2:]),
    bad("http", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    bad("ssh", b"SSH-2.0-OpenSSH_9.2\r\n"),
    bad("terminal-escapes", b"\x1b[2J\x1b]0;x\x07"),
    Case("cut", "rdp", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.exactly(19), c.sendall(PUBLISHED[:12])))),
    Case("stalled", "rdp", "REPLY-TIMEOUT",
         tcp(lambda c: (c.recv(), c.sendall(PUBLISHED[:12]), c.hold())), seconds=(4, 7)),
    Case("mute", "rdp", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 7), exit=1),
    Case("closed", "rdp", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("refused", "rdp", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "rdp", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
    Case("nmap-agrees", "rdp", "REPLY-OK", terminal_server, facts={"security": "credssp"},
         confirm=["nmap", "-Pn", "-n", "-sT", "-sV", "-p", "{port}", "{host}"],
         confirm_says="ms-wbt-server Microsoft Terminal Services"),
] + real()
