"""The smtp check waits for the greeting, says EHLO, may start TLS, and never begins a mail."""
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import time

import daemon
from harness import Case, background, serve_tcp, silent_tcp, tcp
from pki import Site, context, trust

BANNER = b"220 mail.example.com ESMTP Postfix\r\n"
# What Postfix 3.7 answers to EHLO, with and without TLS.
OFFERS = [b"mail.example.com", b"PIPELINING", b"SIZE 10240000", b"VRFY", b"ETRN", b"STARTTLS",
          b"ENHANCEDSTATUSCODES", b"8BITMIME", b"DSN", b"SMTPUTF8", b"CHUNKING"]
LOGIN = b"AUTH PLAIN LOGIN"
EHLO, QUIT, TLS = b"EHLO preflight.invalid\r\n", b"QUIT\r\n", b"STARTTLS\r\n"
BIDI = "\u202e".encode()


def lines(offers, code=b"250"):
    """RFC 5321 4.2: all but the last line have a hyphen behind the code."""
    return b"".join(code + (b" " if i == len(offers) - 1 else b"-") + line + b"\r\n"
                    for i, line in enumerate(offers))


class Server:
    """A mail server's dialogue; c is its side of STARTTLS."""

    def __init__(self, banner=BANNER, offers=None, secure_offers=None, replies=None, c=None):
        self.banner = banner
        self.c = c
        self.offers = lines(offers or OFFERS)
        self.secure = lines(secure_offers or [o for o in OFFERS if o != b"STARTTLS"] + [LOGIN])
        self.replies = {b"HELO": b"250 mail.example.com\r\n", b"QUIT": b"221 2.0.0 Bye\r\n",
                        b"STARTTLS": b"220 2.0.0 Ready to start TLS\r\n", **(replies or {})}

    def __call__(self, connection):
        connection.sendall(self.banner)
        secured = False
        while line := connection.recv():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"EHLO" and word not in self.replies:
                connection.sendall(self.secure if secured else self.offers)
                continue
            connection.sendall(self.replies.get(word, b"502 5.5.2 Error: command not "
                                                      b"recognized\r\n"))
            if word == b"QUIT":
                return
            if word == b"STARTTLS" and self.c:
                try:
                    connection.s = self.c.wrap_socket(connection.s, server_side=True)
                except (ssl.SSLError, OSError):
                    return
                secured = True


def server(**how):
    return tcp(Server(**how))


def secure(leaf="good", **how):
    """With STARTTLS, and the case's roots in place."""
    def peer(bed):
        talk = Server(c=context(Site(leaf)), **how)
        s, port = bed.bound(socket.SOCK_STREAM)
        background(serve_tcp, bed, s, talk)
        return port
    return peer


def says(data, hold=True):
    def talk(connection):
        connection.sendall(data)
        if hold:
            connection.hold()
    return tcp(talk)


def pieces(connection):
    connection.split(b"220-wait\r\n220 mail ESMTP\r\n", 1, 0.002)
    connection.recv()
    connection.split(lines(OFFERS), 1, 0.002)
    connection.recv()


def slow(connection):
    """As a server that looks our name up, or lets us wait on purpose."""
    connection.sendall(b"220-mail ESMTP\r\n")
    time.sleep(6)
    Server(b"220 go ahead\r\n")(connection)


def garbage_after_starttls(connection):
    connection.sendall(BANNER)
    connection.recv()
    connection.sendall(lines(OFFERS))
    connection.recv()
    connection.sendall(b"220 go ahead\r\n" + b"250 injected\r\n")
    connection.hold()


def resets_in_ehlo(connection):
    connection.sendall(BANNER)
    connection.recv()
    connection.reset()


def cut_in_ehlo(connection):
    connection.sendall(BANNER)
    connection.recv()
    connection.sendall(b"250-mail.example.com\r\n250-SIZE 1")


def said(*commands):
    return lambda got: got == list(commands)


def postfix(bed):
    """A real server, where there is one."""
    where = pathlib.Path(daemon.folder())
    port = daemon.free_port(bed, socket.SOCK_STREAM)
    where.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (where / name).mkdir()
    shutil.chown(where / "data", "postfix")
    site = Site("good")
    (where / "key").write_bytes(site.leaf.key.read_bytes() + site.chain.read_bytes())
    (where / "etc" / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {where}/queue
data_directory = {where}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.com
inet_interfaces = {bed.host}
maillog_file_prefixes = {where}
maillog_file = {where}/log
smtpd_tls_security_level = may
smtpd_tls_chain_files = {where}/key
""")
    (where / "etc" / "master.cf").write_text(f"""
{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
""")
    subprocess.run(["postfix", "-c", f"{where}/etc", "check"], check=True, capture_output=True)
    # Not by `postfix start-fg`: what that starts would outlive it.
    daemon.start(str(where), "/usr/lib/postfix/sbin/master", "-c", f"{where}/etc", "-d")
    daemon.wait_tcp(bed, port)
    return port


def real():
    if os.geteuid() != 0 or not shutil.which("postfix"):
        return []
    return [Case("postfix", "smtp", "REPLY-OK", postfix,
                 params=["starttls=required", "verify=true"],
                 facts=trust("public", banner="mail.example.com ESMTP Postfix", starttls=True,
                             size=10240000))]


CURL = ["sh", "-c", "curl -sS -v -m 5 smtp://{host}:{port} -X 'QUIT' 2>&1"]

CASES = [
    Case("good", "smtp", "REPLY-OK", server(), families=(4, 6), exit=0, received=said(EHLO, QUIT),
         facts={"banner": "mail.example.com ESMTP Postfix", "starttls": True, "size": 10240000},
         no_facts=("auth", "tls-version", "code")),
    Case("curl-agrees", "smtp", "REPLY-OK", server(), confirm=CURL,
         confirm_says="250-SIZE 10240000"),
    Case("login", "smtp", "REPLY-OK",
         server(offers=[b"mail", b"AUTH=LOGIN", b"AUTH CRAM-MD5  PLAIN", b"size"]),
         facts={"starttls": False, "auth": ["CRAM-MD5", "PLAIN"]}, no_facts=("size",)),
    Case("one-line", "smtp", "REPLY-OK", server(offers=[b"mail"]), facts={"starttls": False}),
    Case("in-pieces", "smtp", "REPLY-OK", tcp(pieces), seconds=(0.3, 6),
         facts={"banner": "wait", "size": 10240000}),
    Case("slow-greeting", "smtp", "REPLY-OK", tcp(slow), seconds=(6, 14)),
    Case("old-server", "smtp", "REPLY-OK",
         server(replies={b"EHLO": b"500 Command unrecognized\r\n"}),
         received=said(EHLO, b"HELO preflight.invalid\r\n", QUIT)),
    Case("no-goodbye", "smtp", "REPLY-OK",
         tcp(lambda c: (c.sendall(BANNER), c.recv(), c.sendall(lines(OFFERS)), c.recv()))),
    Case("never-goodbye", "smtp", "REPLY-OK", seconds=(0, 19),
         peer=tcp(lambda c: (c.sendall(BANNER), c.recv(), c.sendall(lines(OFFERS)), c.hold()))),
    Case("nonsense-goodbye", "smtp", "REPLY-OK", server(replies={b"QUIT": b"nonsense"}),
         facts={"starttls": True}),
    Case("knows-no-greeting", "smtp", "REPLY-BAD-REPLY",
         server(replies={b"EHLO": b"502 what?\r\n", b"HELO": b"502 what?\r\n"})),
    Case("odd-offers", "smtp", "REPLY-OK",
         server(offers=[b"x", b"size 99999999999999999999", b"AUTH", b"AUTH=OLD", b"Auth   A  B ",
                        b"SIZE"]), facts={"auth": ["A", "B"]}, no_facts=("size",)),
    Case("starttls-trusted", "smtp", "REPLY-OK", secure(),
         params=["starttls=required", "verify=true"], facts=trust("public")),
    Case("starttls", "smtp", "REPLY-OK", secure(), params=["starttls=required"],
         received=said(EHLO, TLS, EHLO, QUIT), exit=0,
         facts=trust("public", starttls=True, auth=["PLAIN", "LOGIN"])),
    Case("starttls-untrusted", "smtp", "REPLY-OK", secure("self-signed"),
         params=["starttls=required"], facts=trust("unknown-root")),
    Case("starttls-verified", "smtp", "TLS-UNTRUSTED", secure("self-signed"), exit=1,
         params=["starttls=required", "verify=true"], received=said(EHLO, TLS),
         facts=trust("unknown-root")),
    Case("starttls-offered", "smtp", "REPLY-OK", server(), params=["starttls=offered"],
         received=said(EHLO, QUIT)),
    Case("starttls-not-offered", "smtp", "REPLY-REJECTED", server(offers=[b"mail", LOGIN]),
         params=["starttls=offered"], received=said(EHLO, QUIT), exit=1,
         facts={"starttls": False, "auth": ["PLAIN", "LOGIN"]}),
    Case("starttls-missing", "smtp", "REPLY-REJECTED", server(offers=[b"mail"]),
         params=["starttls=required"], received=said(EHLO, QUIT), facts={"starttls": False}),
    Case("starttls-refused", "smtp", "REPLY-REJECTED",
         server(replies={b"STARTTLS": b"454 4.7.0 TLS not available\r\n"}),
         params=["starttls=required"], facts={"code": 454, "refusal": "4.7.0 TLS not available"}),
    Case("starttls-injected", "smtp", "REPLY-BAD-REPLY", tcp(garbage_after_starttls),
         params=["starttls=required"]),
    Case("starttls-no-tls", "smtp", "TLS-BAD-REPLY", server(), params=["starttls=required"]),
    Case("refuses", "smtp", "REPLY-REJECTED", says(b"554 5.7.1 You are not welcome\r\n"), exit=1,
         received=lambda got: not got,
         facts={"code": 554, "refusal": "5.7.1 You are not welcome"}),
    Case("refuses-in-lines", "smtp", "REPLY-REJECTED", says(b"554-no\r\n554 never\r\n"),
         received=lambda got: not got),
    Case("refuses-name-in-lines", "smtp", "REPLY-REJECTED",
         server(replies={b"EHLO": b"550-bad\r\n550 name\r\n"}), facts={"refusal": "name"}),
    Case("wrong-code", "smtp", "REPLY-BAD-REPLY", says(b"200 news\r\n")),
    Case("imap", "smtp", "REPLY-BAD-REPLY", says(b"* OK imap\r\n")),
    Case("busy", "smtp", "REPLY-REJECTED", says(b"421 4.7.0 try later\r\n", False),
         facts={"code": 421}),
    Case("refuses-name", "smtp", "REPLY-REJECTED",
         server(replies={b"EHLO": b"550 Access denied - Invalid HELO name\r\n"}),
         facts={"code": 550}),
    Case("hostile-text", "smtp", "REPLY-OK",
         server(banner=b"220 \x1b]0;owned\x07\x1b[2J" + BIDI + b"\x9b\0\r\n",
                offers=[b"\x1b[2J", b"AUTH \x1b[2J \xff", b"SIZE 99999999999999999999",
                        b"SIZE -1"]),
         facts={"banner": lambda v: v.startswith("\\x1b]0;owned\\x07"),
                "auth": ["\\x1b[2J", "\\xff"]}, no_facts=("size",)),
    Case("many-methods", "smtp", "REPLY-OK",
         server(offers=[b"mail", b"AUTH " + b" ".join(b"M%d" % i for i in range(500))]),
         facts={"auth": lambda v: len(v) == 32}),
    Case("ftp", "smtp", "REPLY-BAD-REPLY",
         server(banner=b"220 (vsFTPd 3.0.3)\r\n",
                replies={b"EHLO": b"530 Please login with USER and PASS.\r\n"}),
         facts={"code": 530}),
    Case("other-ftp", "smtp", "REPLY-BAD-REPLY",
         server(banner=b"220 FTP\r\n", replies={b"EHLO": b"500 Unknown command\r\n",
                                                b"HELO": b"500 Unknown command\r\n"})),
    Case("ssh", "smtp", "REPLY-BAD-REPLY", says(b"SSH-2.0-x")),
    Case("http", "smtp", "REPLY-BAD-REPLY", says(b"HTTP/1.1 400 Bad Request\r\n\r\n", False)),
    Case("pop3", "smtp", "REPLY-BAD-REPLY", says(b"+OK ready\r\n")),
    Case("tls-from-the-start", "smtp", "REPLY-BAD-REPLY", says(b"\x15\x03\x01\0\2\2\x28")),
    Case("cut", "smtp", "REPLY-BAD-REPLY", tcp(cut_in_ehlo)),
    Case("endless-line", "smtp", "REPLY-BAD-REPLY", says(b"220 " + b"x" * 100000)),
    Case("endless-lines", "smtp", "REPLY-BAD-REPLY", says(b"220-x\r\n" * 10000)),
    Case("endless-offers", "smtp", "REPLY-BAD-REPLY", server(offers=[b"X" * 60] * 1000)),
    Case("mute", "smtp", "REQUEST-TIMEOUT", tcp(lambda c: c.hold()), seconds=(14, 19), exit=1,
         received=lambda got: not got),
    Case("closed-at-once", "smtp", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("reset-in-ehlo", "smtp", "REPLY-RESET", tcp(resets_in_ehlo),
         facts={"banner": "mail.example.com ESMTP Postfix"}),
    Case("refused", "smtp", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "smtp", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + real()
