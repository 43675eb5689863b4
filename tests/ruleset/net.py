"""Two network namespaces and packets between them: a host under test, and the devices beside it."""
import ctypes
import os
import select
import socket
import struct
import subprocess
import time

import generate

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEWNET = 0x40000000
_QUIET = 0.02           # nothing more comes: a packet between the two takes microseconds


def _enter(descriptor):
    if _LIBC.setns(descriptor, _NEWNET) == -1:
        raise OSError(ctypes.get_errno(), "setns")


def _unshare():
    if _LIBC.unshare(_NEWNET) == -1:
        raise OSError(ctypes.get_errno(), "unshare")
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _run(*words, **options):
    subprocess.run(words, check=True, **options)


class Pair:
    """The host under test has the interface `under`; the devices are addresses of the other end."""

    def __init__(self):
        self.devices = _unshare()
        self.host = _unshare()
        self.listeners = {}
        _run("ip", "link", "add", generate.INTERFACE, "address", "02:00:00:00:00:01", "type", "veth",
             "peer", "name", "beside", "address", "02:00:00:00:00:02")
        _run("ip", "link", "set", "beside", "netns", f"/proc/self/fd/{self.devices}", pass_fds=(self.devices,))
        devices = generate.SOURCES4 + generate.SOURCES6
        self._addresses(generate.INTERFACE, generate.TARGETS.values(), "02:00:00:00:00:02", devices)
        _enter(self.devices)
        self._addresses("beside", devices, "02:00:00:00:00:01", generate.TARGETS.values())
        _enter(self.host)

    @staticmethod
    def _addresses(name, own, link, others):
        _run("ip", "link", "set", "lo", "up")
        _run("ip", "link", "set", name, "up")
        for address in own:
            _run("ip", "address", "add", f"{address}/{64 if ':' in address else 24}", "dev", name,
                 *(("nodad",) if ":" in address else ()))
        for address in others:
            _run("ip", "neighbour", "replace", address, "lladdr", link, "dev", name, "nud", "permanent")

    def listen(self, outgoing):
        """Every port is open at the end that receives: the host, or the devices."""
        _enter(self.devices if outgoing else self.host)
        for family in (4, 6):
            kind = socket.AF_INET if family == 4 else socket.AF_INET6
            for port in generate.PORTS:
                for transport in ("udp", "tcp"):
                    s = socket.socket(kind, socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM)
                    if family == 6:
                        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    s.bind(("", port))
                    s.setblocking(False)
                    if transport == "tcp":
                        s.listen(64)
                    self.listeners[outgoing, transport, family, port] = s
        _enter(self.host)

    @staticmethod
    def load(text):
        """Takes the place of all rules; what nft says against it, or None."""
        subprocess.run(("nft", "flush", "ruleset"), check=True)
        done = subprocess.run(("nft", "-f", "-"), input=text, text=True, capture_output=True)
        return done.stderr if done.returncode else None

    @staticmethod
    def load_tables(kind, texts):
        """The same by iptables: `kind` is nft or legacy, texts of IPv4 and IPv6."""
        subprocess.run(("nft", "flush", "ruleset"), check=True)
        for name, text in zip(("iptables", "ip6tables"), texts):
            done = subprocess.run((f"{name}-{kind}-restore",), input=text, text=True, capture_output=True)
            if done.returncode:
                return done.stderr
        return None

    @staticmethod
    def saved(kind):
        """What iptables-save and ip6tables-save write."""
        return [subprocess.run((f"{name}-{kind}-save",), check=True, capture_output=True).stdout for name in ("iptables", "ip6tables")]

    @staticmethod
    def forget_legacy():
        """The kernel's older tables stay until their namespace goes: empty, all accepted."""
        tables = "".join(f"*{table}\n" + "".join(f":{chain} ACCEPT [0:0]\n" for chain in chains) + "COMMIT\n" for table, chains in (
            ("filter", ("INPUT", "FORWARD", "OUTPUT")), ("raw", ("PREROUTING", "OUTPUT")), ("nat", ("PREROUTING",)),
            ("mangle", ("PREROUTING", "POSTROUTING"))))
        for name in ("iptables", "ip6tables"):
            subprocess.run((f"{name}-legacy-restore",), input=tables, text=True, check=True)

    @staticmethod
    def ruleset():
        return subprocess.run(("nft", "-j", "list", "ruleset"), check=True, capture_output=True).stdout

    def sender(self, outgoing, transport, family, device):
        """A socket of the end that sends, and its port."""
        _enter(self.host if outgoing else self.devices)
        s = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6,
                          socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM)
        _enter(self.host)
        s.setblocking(False)
        if transport == "tcp":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.bind((generate.TARGETS[family] if outgoing else device, 0))
        return s, s.getsockname()[1]

    def send(self, outgoing, packets, patience=_QUIET):
        """Which of the packets arrived, and the port that each came from: a list of (arrived, port)."""
        sent = []
        for number, (transport, family, device, port) in enumerate(packets):
            s, own = self.sender(outgoing, transport, family, device)
            target = device if outgoing else generate.TARGETS[family]
            try:
                if transport == "udp":
                    s.sendto(b"%d" % number, (target, port))
                else:
                    s.connect_ex((target, port))
            except OSError:
                pass            # this host refused to send it
            sent.append((s, own))
        arrived = self._collect(outgoing, packets, [s for s, _ in sent], patience)
        for s, _ in sent:
            s.close()
        return [(number in arrived, own) for number, (_, own) in enumerate(sent)]

    def _collect(self, outgoing, packets, sockets, patience):
        arrived = set()
        receivers = [s for (way, *_), s in self.listeners.items() if way == outgoing]
        for _ in range(2):
            time.sleep(patience)
            for s in receivers:
                arrived |= self._drain(s)
            for number, (transport, *_) in enumerate(packets):
                if transport == "tcp" and select.select([], [sockets[number]], [], 0)[1] and \
                        sockets[number].getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 and _is_open(sockets[number]):
                    arrived.add(number)
        return arrived

    @staticmethod
    def _drain(s):
        found = set()
        while True:
            try:
                if s.type == socket.SOCK_DGRAM:
                    found.add(int(s.recv(64)))
                else:
                    s.accept()[0].close()
            except BlockingIOError:
                return found


def _is_open(s):
    try:
        s.getpeername()
        return True
    except OSError:
        return False
