"""The tftp check takes an error from another port of the server as proof, and never writes."""
import os
import pathlib
import shutil
import socket
import struct
import time

import daemon
from harness import Case, background, silent, udp

ERROR, DATA = 5, 3
NONSENSE = [b"", b"\0", b"\0\4\0\0", b"\5\0\0\1", b"HTTP/1.1"]


def error(code=1, text=b"File not found", end=b"\0"):
    """RFC 1350 5"""
    return struct.pack("!HH", ERROR, code) + text + end


def elsewhere(handle):
    """Answers come from a port of their own, as RFC 1350 4 wants it."""
    def serve(bed, s):
        nth = 0
        while True:
            data, client = s.recvfrom(65536)
            bed.received.append(data)
            nth += 1
            replies = handle(data, nth)
            other, _ = bed.bound(socket.SOCK_DGRAM)
            for reply in [replies] if isinstance(replies, bytes) else replies or []:
                other.sendto(reply, client)

    def peer(bed):
        s, port = bed.bound(socket.SOCK_DGRAM)
        background(serve, bed, s)
        return port
    return peer


def asked_well(got):
    """A read request for a random name, octets."""
    return (len(got) == 1 and got[0][:12] == b"\0\1preflight-" and len(got[0]) == 35
            and got[0].endswith(b"\0octet\0"))


def stranger(bed):
    """Another address answers: it is not the server."""
    s, port = bed.bound(socket.SOCK_DGRAM)

    def serve():
        other = bed.socket(socket.SOCK_DGRAM)
        other.bind(("127.0.0.2", 0))
        while True:
            _, client = s.recvfrom(65536)
            other.sendto(error(), client)
    background(serve)
    return port


def tftpd(bed):
    """A real server, where there is one."""
    where = pathlib.Path(daemon.folder())
    port = daemon.free_port(bed, socket.SOCK_DGRAM)
    where.chmod(0o755)
    # An address would be looked up, and there is none but loopback's.
    daemon.start(str(where), "in.tftpd", "-L", "-4", "-s", "-a", f":{port}", "-u", "nobody",
                 str(where))
    wait_bound(port)
    return port


def wait_bound(port):
    for _ in range(20 * daemon.READY_WITHIN_S):
        if f":{port:04X} " in pathlib.Path("/proc/net/udp").read_text():
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing is bound to {port}")


def real():
    if os.geteuid() != 0 or not shutil.which("in.tftpd"):
        return []
    return [Case("tftpd-hpa", "tftp", "REPLY-OK", tftpd,
                 facts={"error-code": 1, "error-text": "File not found"})]


CASES = [
    Case("good", "tftp", "REPLY-OK", elsewhere(lambda d, n: error()), families=(4, 6), exit=0,
         received=asked_well,
         facts={"error-code": 1, "error-text": "File not found"}, no_facts=("data",)),
    Case("curl-agrees", "tftp", "REPLY-OK", elsewhere(lambda d, n: error()),
         confirm=["sh", "-c", "curl -sS -m 5 tftp://{host}:{port}/x 2>&1; echo status $?"],
         confirm_says="status 68"),
    Case("same-port", "tftp", "REPLY-OK", udp(lambda d, n: error(2, b"Access violation")),
         facts={"error-code": 2, "error-text": "Access violation"}),
    Case("no-end", "tftp", "REPLY-OK", elsewhere(lambda d, n: error(end=b"")),
         facts={"error-text": "File not found"}),
    Case("no-text", "tftp", "REPLY-OK", elsewhere(lambda d, n: error(0, b"", b"")),
         facts={"error-code": 0, "error-text": ""}),
    Case("has-the-file", "tftp", "REPLY-OK",
         elsewhere(lambda d, n: struct.pack("!HH", DATA, 1) + b"x" * 512), facts={"data": True}),
    Case("empty-file", "tftp", "REPLY-OK", elsewhere(lambda d, n: struct.pack("!HH", DATA, 1)),
         facts={"data": True}),
    Case("long-block", "tftp", "REPLY-BAD-REPLY",
         elsewhere(lambda d, n: struct.pack("!HH", DATA, 1) + bytes(513)), seconds=(4, 6)),
    Case("hostile-text", "tftp", "REPLY-OK",
         elsewhere(lambda d, n: error(text=b"\x1b[2J\x1b]0;x\x07\r\n\xff" + "\u202e".encode())),
         facts={"error-text": lambda v: v.startswith("\\x1b[2J")}),
    Case("oversized", "tftp", "REPLY-OK", elsewhere(lambda d, n: error(text=b"x" * 60000)),
         facts={"error-text": lambda v: len(v) <= 256}),
    Case("nonsense-first", "tftp", "REPLY-OK",
         elsewhere(lambda d, n: [*NONSENSE, b"hello", b"\0\5\0", b"\0\3\0\2x", error()])),
    *[Case(f"nonsense-{n}", "tftp", "REPLY-BAD-REPLY", elsewhere(lambda d, _, reply=reply: reply),
           seconds=(4, 6)) for n, reply in enumerate(NONSENSE, 1)],
    Case("second-try", "tftp", "REPLY-OK",
         elsewhere(lambda d, n: error() if n > 1 else None), seconds=(0.9, 3)),
    Case("truncated", "tftp", "REPLY-BAD-REPLY", elsewhere(lambda d, n: b"\0\5\0"),
         seconds=(4, 6)),
    Case("wrong-block", "tftp", "REPLY-BAD-REPLY",
         elsewhere(lambda d, n: struct.pack("!HH", DATA, 7) + b"x"), seconds=(4, 6)),
    Case("wrong-protocol", "tftp", "REPLY-BAD-REPLY", udp(lambda d, n: b"HTTP/1.1 400\r\n"),
         seconds=(4, 6), exit=1),
    Case("stranger", "tftp", "REPLY-TIMEOUT", stranger, seconds=(4, 6)),
    Case("refused", "tftp", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("silent", "tftp", "REPLY-TIMEOUT", udp(silent), seconds=(4, 6), exit=1,
         received=lambda got: len(got) == 3 and len(set(got)) == 3
         and all(g[:2] == b"\0\1" for g in got)),
] + real()
