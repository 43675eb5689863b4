"""The ssh check takes an identification string as proof, and describes what the server offers."""
import os
import shutil
import socket
import struct
import subprocess
import time

import daemon
from harness import Case, silent_tcp, tcp

BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
IDENT = b"SSH-2.0-preflight_"
BIDI = "\u202e".encode()


def packet_of(payload):
    """A packet of RFC 4253 6."""
    padding = 8 - (5 + len(payload)) % 8 + 8
    return struct.pack("!IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)


def kexinit(kex="curve25519-sha256,diffie-hellman-group1-sha1", keys="ssh-ed25519,ssh-rsa",
            ciphers="aes256-ctr,3des-cbc", macs="hmac-sha2-256,hmac-md5", back=None):
    """RFC 4253 7.1 in a packet of section 6; back: (ciphers, MACs) of the server's direction."""
    ciphers_back, macs_back = back or ("arcfour", "none")
    lists = [kex, keys, ciphers, ciphers_back, macs, macs_back, "none", "none", "", ""]
    payload = b"\x14" + bytes(range(16))
    for names in lists:
        payload += struct.pack("!I", len(names)) + names.encode()
    return packet_of(payload + bytes(5))


def server(banner=BANNER, packet=None, hold=True):
    def talk(connection):
        connection.sendall(banner)
        if packet is not None:
            connection.sendall(packet)
        if hold:
            connection.recv()
            connection.hold()
    return tcp(talk)


def polite(connection):
    """As sshd does: the packet when the client has said who it is."""
    connection.sendall(BANNER)
    connection.recv()
    connection.sendall(kexinit())
    connection.hold()


def late_reset(connection):
    time.sleep(0.1)
    connection.reset()


def drip(connection):
    connection.split(BANNER + kexinit(), 7, 0.005)
    connection.hold()


def slow(connection):
    connection.split(b"SSH-2.0-slow\r\n", 1, 0.15)
    connection.sendall(kexinit())
    connection.hold()


def endless(connection):
    while True:
        connection.sendall(b"x" * 4096)


def stalled(connection):
    connection.sendall(b"SSH-2.0-Open")
    connection.hold()


def reset_after_banner(connection):
    connection.sendall(BANNER)
    connection.recv()
    connection.reset()


def shy(connection):
    """It sends nothing before the client has."""
    connection.recv()
    connection.sendall(BANNER + kexinit())
    connection.hold()


def waits_for_the_list(connection):
    """It sends its KEXINIT after the client's."""
    connection.sendall(BANNER)
    seen = b""
    while b"\r\n" not in seen or len(seen) < seen.index(b"\r\n") + 200:
        seen += connection.recv()
    at = seen.index(b"\r\n") + 2
    length, padding, kind = struct.unpack("!IBB", seen[at:at + 6])
    if kind == 20 and (length + 4) % 8 == 0 and padding >= 4:
        connection.sendall(kexinit())
    connection.hold()


def late(seconds, goes_on):
    def talk(connection):
        time.sleep(seconds)
        goes_on(connection)
    return tcp(talk)


def web(connection):
    """A web server: it waits for a request, and cannot read this one."""
    if connection.recv():
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def octets(connection):
    connection.split(BANNER + kexinit(), 1, 1)


DISCONNECT = packet_of(b"\x01" + struct.pack("!II", 12, 17) + b"too many sessions" + bytes(4))
IGNORE = packet_of(b"\x02" + struct.pack("!I", 4) + b"noop")
BRIEF = ["--timeout", "3s"]


def sshd(bed):
    """A real server, where there is one."""
    where = daemon.folder()
    port = daemon.free_port(bed, socket.SOCK_STREAM)
    os.makedirs("/run/sshd", exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{where}/key"],
                   check=True)
    daemon.start(where, shutil.which("sshd"), "-D", "-f", "/dev/null", "-h", f"{where}/key",
                 "-o", f"PidFile={where}/pid", "-o", f"ListenAddress={bed.host}", "-p",
                 str(port))
    daemon.wait_tcp(bed, port)
    return port


def real():
    if os.geteuid() != 0 or not shutil.which("sshd") or not shutil.which("ssh-keyscan"):
        return []
    return [Case("sshd", "ssh", "REPLY-OK", sshd,
                 confirm=["ssh-keyscan", "-T", "2", "-p", "{port}", "{host}"],
                 confirm_says="ssh-ed25519",
                 facts={"protocol": "2.0", "software": lambda v: v.startswith("OpenSSH"),
                        "kex": lambda v: any(k.startswith("curve25519") for k in v),
                        "host-key-algorithms": ["ssh-ed25519"], "kexinit": True})]


def listed(*names):
    return lambda value: set(value or []) == set(names)


CASES = [
    Case("good", "ssh", "REPLY-OK", tcp(polite), families=(4, 6), exit=0,
         facts={"banner": "SSH-2.0-OpenSSH_9.2p1 Debian-2", "software": "OpenSSH_9.2p1",
                "protocol": "2.0", "kexinit": True,
                "kex": ["curve25519-sha256", "diffie-hellman-group1-sha1"],
                "host-key-algorithms": ["ssh-ed25519", "ssh-rsa"],
                "ciphers": ["aes256-ctr", "3des-cbc"], "macs": ["hmac-sha2-256", "hmac-md5"],
                "weak": listed("diffie-hellman-group1-sha1", "ssh-rsa", "3des-cbc",
                               "hmac-md5")},
         received=lambda got: b"".join(got).startswith(IDENT)
         and b"".join(got).endswith(b"\r\n") and len(b"".join(got)) < 64),
    Case("at-once", "ssh", "REPLY-OK", server(packet=kexinit()), facts={"kexinit": True}),
    Case("in-pieces", "ssh", "REPLY-OK", tcp(drip), facts={"kexinit": True}),
    Case("modern", "ssh", "REPLY-OK",
         server(packet=kexinit("curve25519-sha256", "ssh-ed25519", "aes256-ctr",
                               "hmac-sha2-256")), no_facts=("weak",)),
    Case("shy", "ssh", "REPLY-OK", tcp(shy), verdict="ready"),
    Case("waits-for-the-list", "ssh", "REPLY-OK", tcp(waits_for_the_list), seconds=(2, 6),
         facts={"kexinit": True}),
    Case("debug-first", "ssh", "REPLY-OK", server(packet=IGNORE + kexinit()),
         facts={"kexinit": True}),
    Case("banner-alone", "ssh", "REPLY-TIMEOUT", server(), seconds=(14, 19), exit=1,
         facts={"kexinit": False, "tcp-received": len(BANNER)}, findings=["ssh-no-keys"],
         unsaid=("no data", "was sent but not")),
    Case("banner-alone-brief", "ssh", "REPLY-TIMEOUT", server(), args=BRIEF, seconds=(3, 8),
         families=(4, 6), findings=["ssh-no-keys"]),
    Case("kexinit-cut", "ssh", "REPLY-RESET", server(packet=b"\0\0\3", hold=False), exit=1,
         facts={"kexinit": False}, findings=["ssh-no-keys"]),
    Case("kexinit-stalled", "ssh", "REPLY-TIMEOUT", server(packet=b"\0\0\3"), args=BRIEF,
         seconds=(3, 8), facts={"kexinit": False}, findings=["ssh-no-keys"]),
    Case("disconnects", "ssh", "REPLY-REJECTED", server(packet=DISCONNECT), exit=1,
         facts={"disconnect": "too many sessions", "kexinit": False},
         findings=["ssh-no-keys"], said=("too many sessions",)),
    Case("old-only", "ssh", "REPLY-OK",
         server(packet=kexinit("diffie-hellman-group1-sha1", "ssh-rsa,ssh-ed25519",
                               "aes256-ctr,aes128-cbc,3des-cbc", "hmac-sha2-256,hmac-md5",
                               ("arcfour,aes256-ctr", "hmac-sha2-256"))),
         facts={"old-only": ["kex"], "ciphers": lambda v: len(v) == 3,
                "weak": listed("diffie-hellman-group1-sha1", "ssh-rsa", "aes128-cbc", "3des-cbc",
                               "hmac-md5"),
                "weak-why": lambda v: len(v) == 5
                and "ssh-rsa: RFC 8332 1 (SHA-1), OpenSSH 8.8" in v}),
    Case("many-algorithms", "ssh", "REPLY-OK", server(packet=kexinit(kex="aaa," * 499 + "aaa")),
         facts={"kex": lambda v: len(v) == 32}),
    Case("banner-then-close", "ssh", "REPLY-RESET", server(hold=False), exit=1,
         findings=["ssh-no-keys"], owner="device"),
    Case("banner-then-reset", "ssh", "REPLY-RESET", tcp(reset_after_banner), exit=1,
         facts={"software": "OpenSSH_9.2p1"}, findings=["ssh-no-keys"]),
    Case("after-6-seconds", "ssh", "REPLY-OK", late(6, polite), seconds=(6, 12),
         verdict="ready-with-warnings", findings=["service-slow"]),
    Case("after-4-seconds", "ssh", "REPLY-OK", late(4, polite), seconds=(4, 9),
         verdict="ready", findings=[]),
    Case("octet-a-second", "ssh", "REPLY-TIMEOUT", tcp(octets), seconds=(14, 19), exit=1,
         facts={"tcp-received": lambda v: 10 < v < 20}, findings=["service-slow"],
         unsaid=("no data",)),
    Case("web-server", "ssh", "REPLY-BAD-REPLY", tcp(web), findings=["wrong-service"]),
    Case("late-web-server", "ssh", "REPLY-BAD-REPLY", late(6, web), seconds=(6, 12),
         findings=["wrong-service"]),
    Case("slow-banner", "ssh", "REPLY-OK", tcp(slow), seconds=(2, 8),
         facts={"software": "slow"}),
    Case("version-1", "ssh", "REPLY-OK", server(b"SSH-1.5-Cisco-1.25\n"),
         facts={"protocol": "1.5"}, verdict="ready-with-warnings"),
    Case("version-1.99", "ssh", "REPLY-OK", server(b"SSH-1.99-Cisco-1.25\n", kexinit()),
         facts={"protocol": "1.99", "software": "Cisco-1.25", "kexinit": True}),
    Case("lines-first", "ssh", "REPLY-OK", server(b"Hello\r\n\nthere\n" + BANNER, kexinit()),
         facts={"greeting": "Hello"}),
    Case("hostile-text", "ssh", "REPLY-OK",
         server(b"\x1b]0;owned\x07\x1b[2J\r\n" + b"SSH-2.0-\x1b[2J" + BIDI + b"\x9b x\r\n",
                kexinit(kex="\x1b[2J,\x07")), facts={"greeting": r"\x1b]0;owned\x07\x1b[2J"}),
    Case("absurd-packet", "ssh", "REPLY-BAD-REPLY",
         server(packet=b"\x7f\xff\xff\xff" + bytes(64)), facts={"kexinit": False}, exit=1,
         findings=["ssh-no-keys"]),
    Case("junk-after-the-banner", "ssh", "REPLY-BAD-REPLY",
         server(packet=b"Protocol mismatch.\r\n"), findings=["ssh-no-keys"]),
    Case("full-server", "ssh", "REPLY-REJECTED",
         server(b"Exceeded MaxStartups\r\n", hold=False), exit=1,
         facts={"greeting": "Exceeded MaxStartups"}),
    Case("ftp", "ssh", "REPLY-BAD-REPLY", server(b"220 ready\r\n"), args=BRIEF, seconds=(3, 7)),
    Case("http", "ssh", "REPLY-BAD-REPLY", server(b"HTTP/1.1 400 Bad\r\n\r\n", hold=False)),
    *[Case(f"no-ssh-{n}", "ssh", "REPLY-BAD-REPLY", server(text), args=BRIEF, seconds=(0, 7))
      for n, text in enumerate([b"SSH-\r\n", b"SSH-3.0-x\r\n", b"SSH-2.0\r\n", b"\xff\xfb\x01"], 1)],
    Case("twenty-lines", "ssh", "REPLY-BAD-REPLY", server(b"no end\n" * 20)),
    Case("endless-line", "ssh", "REPLY-BAD-REPLY", tcp(endless)),
    Case("endless-lines", "ssh", "REPLY-BAD-REPLY", server(b"more\r\n" * 10000)),
    Case("stalled-banner", "ssh", "REPLY-TIMEOUT", tcp(stalled), args=BRIEF, seconds=(3, 7),
         findings=["unexplained"]),
    Case("mute", "ssh", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(14, 19), exit=1,
         findings=["service-silent"]),
    Case("closed-at-once", "ssh", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("reset-at-once", "ssh", "REPLY-RESET", tcp(late_reset)),
    Case("refused", "ssh", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "ssh", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + real()
