"""A named pipe of IPC$ opens for a Windows account; a password that is refused is given once."""
import os
import shutil
import struct
import subprocess

import daemon
import ntlm
import smb
from asn1 import element as ber
from harness import Case, tcp

PASSWORD, WRONG = "canary-password", "canary-mistake"
SECRETS = (PASSWORD, WRONG)
os.environ.update(SMB_PASSWORD=PASSWORD, SMB_WRONG=WRONG)
MORE, DENIED, FAILURE, LOCKED = 0xc0000016, 0xc0000022, 0xc000006d, 0xc0000234
NO_PIPE, PENDING = 0xc0000034, 0x103

# RFC 4178 4.2.1: the one mechanism is NTLM.
NTLM = bytes.fromhex("2b06010401823702020a")
HELLO = ber(0x60, ber(6, bytes.fromhex("2b0601050502")),
            ber(0xa0, ber(0x30, ber(0xa0, ber(0x30, ber(6, NTLM))))))

PROFILE = """\
preflight: profile/1
name: p
version: "1"
title: Pipes of one device
sources: {doc: {title: none}}
roles: {server: here}
default_role: server
requirements:
  - {id: lan.pipe, title: pipe, from: server, to: "device:windows", level: required, check: smb,
     ports: [{port}], params: {pipe: srvsvc}, source: doc}
"""
TWICE = PROFILE + """\
  - {id: lan.other, title: pipe, from: server, to: "device:windows", level: required, check: smb,
     ports: [{port}], params: {pipe: other}, source: doc}
"""
INVENTORY = """\
preflight: inventory/1
devices:
  - {address: "{host}", types: [windows], name: server, credentials: [LIST]}
credentials:
  good: {kind: windows, user: nobody, password: env:SMB_PASSWORD}
  bad: {kind: windows, user: nobody, password: env:SMB_WRONG}
  stranger: {kind: windows, user: stranger, domain: LAB, password: env:SMB_PASSWORD}
"""


class Session:
    """One connection of a server that knows `nobody`; each step may be told otherwise."""

    def __init__(self, connection, steps):
        self.c = connection
        self.steps = steps
        self.key = None

    def read(self):
        size, = struct.unpack("!I", self.c.exactly(4))
        message = self.c.exactly(size)
        self.command, = struct.unpack_from("<H", message, 12)
        self.message, = struct.unpack_from("<Q", message, 24)
        return message

    def answer(self, status=0, body=b"\x09\0" + bytes(7), sign=False, tree=5, spoil=False, late=0):
        header = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, status, self.command, 8, 1, 0,
                             self.message + late, 0xfeff, tree, 77, bytes(16))
        whole = header + body
        if sign and self.key:
            whole = ntlm.signed(whole, self.key)
        if spoil:
            whole = whole[:50] + bytes([whole[50] ^ 1]) + whole[51:]
        self.c.sendall(smb.frame(whole))

    def setup(self, status, token=b"", flags=0):
        self.answer(status, struct.pack("<HHHH", 9, flags, 72, len(token)) + token,
                    sign=status == 0)

    def challenge(self, message):
        self.setup(MORE, ber(0xa1, ber(0x30, ber(0xa0, b"\x0a\1\1"), ber(0xa1, ber(6, NTLM)),
                                       ber(0xa2, ber(4, ntlm.challenge())))))

    def logon(self, message):
        answer = ntlm.Answer(message)
        self.key = answer.key(PASSWORD) if answer.user.decode("utf-16-le") == "nobody" else None
        done = ber(0xa1, ber(0x30, ber(0xa0, b"\x0a\1\0")))
        self.setup(0 if self.key else FAILURE, done if self.key else b"")
        return bool(self.key)

    def tree(self, message):
        path = message[72:].decode("utf-16-le")
        good = ntlm.is_signed(message, self.key) and path.endswith("\\IPC$")
        self.answer(0 if good else DENIED, struct.pack("<HBBIII", 16, 2, 0, 0, 0, 0x1f01ff),
                    sign=True)
        return good

    def create(self, message):
        offset, length = struct.unpack_from("<HH", message, 64 + 44)
        good = (ntlm.is_signed(message, self.key) and message[36:40] == struct.pack("<I", 5)
                and message[offset:offset + length].decode("utf-16-le") == "srvsvc")
        self.answer(0 if good else NO_PIPE, struct.pack("<H", 89) + bytes(86), sign=True)

    def run(self):
        self.read()
        self.c.sendall(smb.frame(smb.negotiated(0x0210, blob=HELLO)))
        names = ["challenge", "logon", "tree", "create"]
        at = 0
        while True:
            message = self.read()
            name = names[at]
            result = self.steps.get(name, getattr(Session, name))(self, message)
            at = 0 if name == "logon" and result is False else min(at + 1, 3)


def server(**steps):
    return tcp(lambda connection: Session(connection, steps).run())


def says(status, **how):
    """A step that ends in this status."""
    def step(session, message):
        session.answer(status, **how)
        return False
    return step


def case(name, code, peer, credentials="good", profile=PROFILE, **more):
    return Case(name, "smb", code, peer, families=more.pop("families", (4,)),
                words=["run", "{folder}/p.yaml", "--inventory", "{folder}/i.yaml"],
                files={"p.yaml": profile, "i.yaml": INVENTORY.replace("LIST", credentials)},
                secrets=SECRETS, **more)


def smbclient(password, says):
    """Samba's client sees the same: a logon, beyond which this peer is too small for it, or none."""
    line = ("smbclient //{host}/IPC$ -p {port} -m SMB2_10 --option='client min protocol=SMB2_10'"
            f" -U nobody%{password} -c exit 2>&1 | grep '{says}'")
    return ["sh", "-c", line]


def pending(session, message):
    session.answer(PENDING, sign=False)
    session.answer(0, struct.pack("<H", 89) + bytes(86), sign=True)


def guest(session, message):
    session.setup(0, flags=1)


def logons(count, users):
    """So many AUTHENTICATE messages, of these users."""
    def are(got):
        names = [ntlm.Answer(d).user.decode("utf-16-le") for d in got
                 if b"NTLMSSP\0\3" in d]
        return len(names) == count and set(names) == set(users)
    return are


def garbled(token):
    return lambda session, message: session.setup(MORE, token)


LONG = struct.pack("<HH", 2, 0xffff) + b"A" * 1000
WRONG_TEXT = "wrong user or password"

# A real server ------------------------------------------------------------------


def smbd(*lines):
    def start(bed):
        where = daemon.folder()
        text = ["[global]", "server role = standalone server", "smb ports = 445",
                "bind interfaces only = yes", "interfaces = lo", f"log file = {where}/log",
                f"passdb backend = tdbsam:{where}/passdb.tdb", *lines]
        text += [f"{kind} = {where}" for kind in ["private dir", "lock directory", "pid directory",
                                                  "state directory", "cache directory",
                                                  "ncalrpc dir"]]
        with open(f"{where}/config", "w") as f:
            f.write("\n".join(text) + "\n")
        subprocess.run(["pdbedit", "-s", f"{where}/config", "-a", "-t", "-u", "nobody"], check=True,
                       input=f"{PASSWORD}\n{PASSWORD}\n", text=True, capture_output=True)
        daemon.start(where, "smbd", "-F", "--no-process-group", "-s", f"{where}/config")
        daemon.wait_tcp(bed, 445)
        return 445
    return start


def real():
    if os.geteuid() != 0 or not shutil.which("smbd"):
        return []
    signing = "server signing = mandatory"
    open_pipe = {"pipe": "open", "credential": "good"}
    return [case("smbd-3.0.2", "REPLY-OK", smbd(signing), facts={**open_pipe, "dialect": "3.0.2"}),
            case("smbd-2.1", "REPLY-OK", smbd(signing, "server max protocol = SMB2_10"),
                 facts={**open_pipe, "dialect": "2.1"}),
            case("smbd-2.0.2", "REPLY-OK", smbd("server max protocol = SMB2_02"),
                 facts={**open_pipe, "dialect": "2.0.2"}),
            case("smbd-no-such-pipe", "REPLY-REJECTED", smbd(), profile=PROFILE.replace(
                "srvsvc", "nosuchpipe"), facts={"status": "0xc0000034", "credential": "good",
                                                "pipe": "nosuchpipe: no such pipe"}),
            case("smbd-wrong-then-right", "REPLY-OK", smbd(), credentials="stranger, bad, good",
                 facts={**open_pipe, "rejected": [f"stranger: {WRONG_TEXT}", f"bad: {WRONG_TEXT}"]},
                 no_facts=("status",)),
            case("smbd-wrong", "REPLY-REJECTED", smbd(), credentials="bad", exit=1,
                 facts={"status": "0xc000006d", "rejected": [f"bad: {WRONG_TEXT}"]}),
            case("smbd-guest", "REPLY-REJECTED", smbd("map to guest = bad user"),
                 credentials="stranger", facts={"rejected": [
                     "stranger: the server does not know the user and mapped it to the guest account"]})]


CASES = [
    case("good", "REPLY-OK", server(), exit=0, received=logons(1, ["nobody"]),
         facts={"pipe": "open", "credential": "good", "dialect": "2.1"},
         no_facts=("status", "rejected"), confirm=smbclient(PASSWORD, "tree connect failed")),
    case("good-ipv6", "REPLY-OK", server(), families=(6,), facts={"pipe": "open"}),
    case("no-credential", "REPLY-OK", server(), credentials="", exit=0, received=logons(0, []),
         facts={"pipe": "not tried: no credential of kind windows"}),
    case("wrong-once", "REPLY-REJECTED", server(), credentials="bad", profile=TWICE, exit=1,
         confirm=smbclient(WRONG, "NT_STATUS_LOGON_FAILURE"),
         codes=["REPLY-REJECTED", "REPLY-REJECTED"], received=logons(1, ["nobody"]),
         facts={"status": "0xc000006d", "rejected": [f"bad: {WRONG_TEXT}"]}),
    case("second-credential-works", "REPLY-OK", server(), credentials="bad, stranger, good",
         received=logons(3, ["nobody", "stranger"]),
         facts={"credential": "good", "rejected": [f"bad: {WRONG_TEXT}", f"stranger: {WRONG_TEXT}"]}),
    case("locked", "REPLY-REJECTED", server(logon=says(LOCKED)), received=logons(1, ["nobody"]),
         facts={"rejected": ["good: the account is locked"], "status": "0xc0000234"}),
    case("guest", "REPLY-REJECTED", server(logon=guest),
         facts={"rejected": ["good: the server does not know the user and mapped it to the guest account"]}),
    case("no-ntlm", "REPLY-REJECTED", server(challenge=says(0xc00000bb)),
         facts={"rejected": ["good: the server does not accept NTLM"]}),
    case("unknown-status", "REPLY-REJECTED", server(logon=says(0xc0ffee00)),
         facts={"rejected": ["good: refused"], "status": "0xc0ffee00"}),
    case("share-denied", "REPLY-REJECTED", server(tree=says(DENIED)),
         facts={"pipe": "IPC$: access denied", "credential": "good", "status": "0xc0000022"}),
    case("no-such-pipe", "REPLY-REJECTED", server(), profile=PROFILE.replace("srvsvc", "other"),
         facts={"pipe": "other: no such pipe", "credential": "good"}),
    case("pending-first", "REPLY-OK", server(create=pending), facts={"pipe": "open"}),
    # A yes counts only with the session's signature.
    case("share-unsigned", "REPLY-BAD-REPLY",
         server(tree=lambda s, m: s.answer(0, bytes(16))), no_facts=("pipe",)),
    case("pipe-unsigned", "REPLY-BAD-REPLY",
         server(create=lambda s, m: s.answer(0, bytes(88))), no_facts=("pipe",)),
    case("pipe-badly-signed", "REPLY-BAD-REPLY",
         server(create=lambda s, m: s.answer(0, bytes(88), sign=True, spoil=True)),
         no_facts=("pipe",)),
    # Hostile and broken.
    case("challenge-is-none", "REPLY-BAD-REPLY", server(challenge=garbled(b"x" * 200))),
    case("challenge-cut", "REPLY-BAD-REPLY", server(challenge=garbled(ntlm.challenge()[:40]))),
    case("challenge-points-outside", "REPLY-BAD-REPLY",
         server(challenge=garbled(ntlm.challenge()[:44] + b"\xff\xff\xff\xff"))),
    case("challenge-long", "REPLY-BAD-REPLY", server(challenge=garbled(ntlm.challenge(LONG * 8)))),
    case("challenge-lies", "REPLY-OK", server(challenge=garbled(ntlm.challenge(LONG)))),
    case("challenge-empty", "REPLY-OK", server(challenge=garbled(ntlm.challenge(b"")))),
    case("other-message", "REPLY-BAD-REPLY",
         server(tree=lambda s, m: s.answer(0, bytes(16), sign=True, late=1))),
    case("hangs-up-at-logon", "REPLY-RESET", server(logon=lambda s, m: s.c.reset())),
    case("silent-at-logon", "REPLY-TIMEOUT", server(logon=lambda s, m: None), seconds=(4, 7)),
] + real()
