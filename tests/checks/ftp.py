"""The ftp check reads the greeting, says QUIT and nothing else."""
import os
import pathlib
import shutil
import socket

import daemon
from harness import Case, silent_tcp, tcp

BANNER = b"220 (vsFTPd 3.0.3)\r\n"
MANY = b"220-Welcome\r\n 220 is not the end\r\n\r\n220-x\r\n220 ready\r\n"
BIDI = "\u202e".encode()


def server(banner=BANNER, bye=b"221 Goodbye.\r\n"):
    """Greets, answers every line as a server does that nobody has logged in to."""
    def talk(connection):
        connection.sendall(banner)
        while line := connection.recv():
            quitting = line.upper().startswith(b"QUIT")
            connection.sendall(bye if quitting else b"530 Please login with USER and PASS.\r\n")
            if quitting:
                return
    return tcp(talk)


def says(data, hold=True):
    def talk(connection):
        connection.sendall(data)
        if hold:
            connection.hold()
    return tcp(talk)


def pieces(connection):
    connection.split(MANY, 1, 0.002)
    connection.hold()


def endless(connection):
    while True:
        connection.sendall(b"2" + b"2" * 4096)


def only_quit(got):
    return got == [b"QUIT\r\n"]


def vsftpd(bed):
    """A real server, where there is one."""
    where = pathlib.Path(daemon.folder())
    port = daemon.free_port(bed, socket.SOCK_STREAM)
    (where / "empty").mkdir()
    (where / "config").write_text(
        f"listen=YES\nlisten_address={bed.host}\nlisten_port={port}\nbackground=NO\n"
        f"anonymous_enable=YES\nsecure_chroot_dir={where}/empty\nseccomp_sandbox=NO\n")
    daemon.start(str(where), "vsftpd", f"{where}/config")
    daemon.wait_tcp(bed, port)
    return port


def real():
    if os.geteuid() != 0 or not shutil.which("vsftpd"):
        return []
    return [Case("vsftpd", "ftp", "REPLY-OK", vsftpd, facts={"banner": "(vsFTPd 3.0.3)"})]


CASES = [
    Case("good", "ftp", "REPLY-OK", server(), families=(4, 6), exit=0, received=only_quit,
         facts={"banner": "(vsFTPd 3.0.3)", "code": 220}),
    Case("curl-agrees", "ftp", "REPLY-OK", server(),
         confirm=["sh", "-c", "curl -sS -m 5 ftp://{host}:{port}/ 2>&1; test $? = 67"],
         confirm_says="Access denied"),
    Case("many-lines", "ftp", "REPLY-OK", server(MANY), received=only_quit,
         facts={"banner": "Welcome"}),
    Case("in-pieces", "ftp", "REPLY-OK", tcp(pieces), facts={"banner": "Welcome"}, seconds=(2, 10)),
    Case("no-goodbye", "ftp", "REPLY-OK", tcp(lambda c: (c.sendall(BANNER), c.recv()))),
    Case("never-goodbye", "ftp", "REPLY-OK", says(b"220 a\r\n"), seconds=(0, 14),
         facts={"code": 220, "banner": "a"}),
    Case("reset-at-quit", "ftp", "REPLY-OK",
         tcp(lambda c: (c.sendall(BANNER), c.recv(), c.reset()))),
    Case("bare-newline", "ftp", "REPLY-OK", server(b"220 old\n"), facts={"banner": "old"}),
    Case("later", "ftp", "REPLY-OK", says(b"120 ready in 5 minutes\r\n"), facts={"code": 120},
         received=lambda got: not got),
    Case("too-many", "ftp", "REPLY-REJECTED", says(b"421 Too many users\r\n", False), exit=1,
         facts={"code": 421, "banner": "Too many users"}),
    Case("not-you", "ftp", "REPLY-REJECTED", says(b"530 Not you\r\n"), facts={"code": 530}),
    Case("hostile-text", "ftp", "REPLY-OK",
         server(b"220-\x1b]0;owned\x07\x1b[2J" + BIDI + b"\x9b\0\xff\r\n\x1b[2J\r\n220 x\r\n"),
         facts={"banner": lambda v: v.startswith("\\x1b]0;owned\\x07")}),
    Case("smtp", "ftp", "REPLY-BAD-REPLY", says(b"220 mail.example.com ESMTP Postfix\r\n")),
    Case("ssh", "ftp", "REPLY-BAD-REPLY", says(b"SSH-2.0-x")),
    Case("wrong-code", "ftp", "REPLY-BAD-REPLY", says(b"200 news server ready\r\n")),
    Case("login-first", "ftp", "REPLY-BAD-REPLY", says(b"331 password\r\n")),
    Case("no-code", "ftp", "REPLY-BAD-REPLY", says(b"2a")),
    Case("cut", "ftp", "REPLY-BAD-REPLY", says(b"220-Welcome\r\n220 re", False)),
    Case("cut-first-line", "ftp", "REPLY-BAD-REPLY", says(b"220 a", False)),
    Case("no-last-line", "ftp", "REPLY-BAD-REPLY", says(b"220-a\r\n", False)),
    Case("endless-line", "ftp", "REPLY-BAD-REPLY", tcp(endless)),
    Case("endless-lines", "ftp", "REPLY-BAD-REPLY", says(b"220-x\r\n" + b"more\r\n" * 10000)),
    Case("mute", "ftp", "REQUEST-TIMEOUT", tcp(lambda c: c.hold()), seconds=(14, 19), exit=1,
         received=lambda got: not got),
    Case("half-a-line", "ftp", "REQUEST-TIMEOUT", says(b"220 wel"), seconds=(14, 19)),
    Case("closed-at-once", "ftp", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("refused", "ftp", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "ftp", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + real()
