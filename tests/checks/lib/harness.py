"""Scripted peers on loopback, and what a case is.

A case file tests/checks/NAME.py has a docstring sentence and a list CASES.
Each case runs in a network namespace of its own, where only `lo` exists:
whatever the program does, nothing can leave.

    from harness import Case, tcp, udp

    def greet(connection):
        connection.sendall(b"hello\\r\\n")

    CASES = [Case("greeting", peer=tcp(greet), check="foo", code="REPLY-OK",
                  facts={"banner": "hello"})]
"""
import dataclasses
import errno
import socket
import struct
import threading
import time

LOOPBACK = {4: "127.0.0.1", 6: "::1"}
ATTEMPTS = 20
NAME = "peer"                      # of the program that the peers are, to the system


@dataclasses.dataclass
class Case:
    """One run of `preflight check`, or of other words, against one peer."""
    name: str
    check: str
    code: str                      # outcome of results[0]
    peer: object = None            # peer(bed) -> port; None: a closed port
    params: list = dataclasses.field(default_factory=list)  # "key=value"
    args: list = dataclasses.field(default_factory=list)    # more options
    families: tuple = (4,)         # 4, 6: the case is run for each
    words: list = None             # instead of `check ...`: {host} {port} {folder}
    files: dict = dataclasses.field(default_factory=dict)   # in {folder}; {host} {port}
    codes: list = None             # outcomes of all results, in order
    notes: list = None             # of the report
    secrets: tuple = ()            # in no output, in no form
    local: bool = False            # the check has no target
    target: str = None             # instead of loopback
    port: bool = True              # the target has one
    setup: list = dataclasses.field(default_factory=list)   # shell lines, before
    facts: dict = dataclasses.field(default_factory=dict)   # value or predicate
    no_facts: tuple = ()           # names that must be missing
    why: str = None
    children: list = None          # codes of the results that name it as parent
    blocker: str = None
    verdict: str = None            # of the report
    findings: list = None          # their codes
    owner: str = None              # of the first one
    said: tuple = ()               # in titles, evidence and remedies of the findings
    unsaid: tuple = ()             # in none of them, in whatever case
    exit: int = None
    seconds: tuple = (0, 4)        # least and most
    confirm: list = None           # an independent client: argv, {host} {port}
    confirm_says: str = ""
    received: object = None        # predicate on what the peer got, in order
    uid: int = None                # run the program as another user


class Bed:
    """What a peer gets: the family, and a list for what it receives."""

    def __init__(self, family):
        self.family = family
        self.host = LOOPBACK[family]
        self.received = []
        self.sockets = []

    def socket(self, kind):
        kin = socket.AF_INET6 if self.family == 6 else socket.AF_INET
        s = socket.socket(kin, kind)
        self.sockets.append(s)
        return s

    def bound(self, kind, port=0):
        s = self.socket(kind)
        if kind == socket.SOCK_STREAM:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((self.host, port))
        if kind == socket.SOCK_STREAM:
            s.listen(16)  # before the program can come
        return s, s.getsockname()[1]

    def pair(self):
        """A datagram and a listening socket on the same port."""
        for _ in range(ATTEMPTS):
            d, port = self.bound(socket.SOCK_DGRAM)
            try:
                s, _ = self.bound(socket.SOCK_STREAM, port)
                return d, s, port
            except OSError as e:
                if e.errno != errno.EADDRINUSE:
                    raise
        raise RuntimeError("no port is free for both transports")


def background(work, *args):
    threading.Thread(target=work, args=args, daemon=True).start()


def serve_udp(bed, s, handle):
    """handle(data, nth) -> None (silence), bytes, or a list of bytes."""
    nth = 0
    while True:
        data, client = s.recvfrom(65536)
        bed.received.append(data)
        nth += 1
        replies = handle(data, nth)
        if replies is None:
            continue
        for reply in [replies] if isinstance(replies, bytes) else replies:
            if isinstance(reply, float):
                time.sleep(reply)
            else:
                s.sendto(reply, client)


def serve_tcp(bed, s, talk):
    """talk(connection) in a thread of its own; closed when it returns."""
    def one(connection):
        wrapped = Connection(connection, bed)
        try:
            talk(wrapped)
        except OSError:
            pass
        finally:
            wrapped.close()

    while True:
        connection, _ = s.accept()
        background(one, connection)


class Connection:
    """A socket with what scripted peers need, no more."""

    def __init__(self, s, bed):
        self.s = s
        self.bed = bed

    def sendall(self, data):
        self.s.sendall(data)

    def split(self, data, size=1, pause=0.01):
        """Sends in pieces, a segment each."""
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(data), size):
            self.s.sendall(data[at:at + size])
            time.sleep(pause)

    def recv(self, size=65536):
        data = self.s.recv(size)
        if data:
            self.bed.received.append(data)
        return data

    def exactly(self, size):
        data = b""
        while len(data) < size:
            part = self.s.recv(size - len(data))
            if not part:
                raise ConnectionError("closed by the client")
            data += part
        self.bed.received.append(data)
        return data

    def hold(self):
        """Says nothing until the client goes."""
        while self.s.recv(65536):
            pass

    def reset(self):
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
        self.s.close()

    def close(self):
        self.s.close()


def udp(handle):
    """A peer for datagrams; see serve_udp."""
    def peer(bed):
        s, port = bed.bound(socket.SOCK_DGRAM)
        background(serve_udp, bed, s, handle)
        return port
    return peer


def tcp(talk):
    """A peer for connections; see serve_tcp."""
    def peer(bed):
        s, port = bed.bound(socket.SOCK_STREAM)
        background(serve_tcp, bed, s, talk)
        return port
    return peer


def both(handle, talk):
    """Datagrams and connections on one port."""
    def peer(bed):
        d, s, port = bed.pair()
        background(serve_udp, bed, d, handle)
        background(serve_tcp, bed, s, talk)
        return port
    return peer


def silent_tcp(bed):
    """SYNs are dropped: the accept queue is full."""
    s, port = bed.bound(socket.SOCK_STREAM)
    s.listen(0)  # a shorter queue from now on
    for _ in range(2):
        filler = bed.socket(socket.SOCK_STREAM)
        filler.setblocking(False)
        filler.connect_ex((bed.host, port))
    return port


def closed(bed):
    """A port that nobody has."""
    s, port = bed.bound(socket.SOCK_DGRAM)
    s.close()
    return port


def silent(data, nth):
    return None
