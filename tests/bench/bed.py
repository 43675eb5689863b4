"""The bed of the measurements: a client, a router with a firewall, and 254 servers, in namespaces of their own.

    client 10.8.0.2 ---- line ---- .1 router .1 ------- 10.8.1.2 servers: 10.9.0.1 to .254, and 10.10.0.0/16
    2001:db8:8::2                  firewall             2001:db8:9::1 to ::fe

The line is a plain cable or the lab's program of 20 ms and 2 % each way (tests/lab/line.c). One listener answers for
all addresses. Of ten ports four are open, three closed, two dropped by the router, one is rejected by it as
administratively prohibited. What is silent as a whole: 10.9.1.0/24; echo requests to 63 of the 254.
"""

import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lab"))

from namespaces import Node, own, setns, CLONE_NEWNET  # noqa: E402
from shell import run                                  # noqa: E402
from topology import _no_offloads as no_offloads       # noqa: E402

libc = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
TOOLS = ROOT / "build" / "tests" / "bench"
LINE = ROOT / "build" / "tests" / "line"
HOSTS = 254
OPEN, CLOSED, DROPPED, PROHIBITED = (22, 80, 443, 9100), (25, 53, 110), (993, 8443), (8080,)
PORTS = tuple(sorted(OPEN + CLOSED + DROPPED + PROHIBITED))
CLASSES = {**{p: "open" for p in OPEN}, **{p: "closed" for p in CLOSED}, **{p: "dropped" for p in DROPPED},
           **{p: "prohibited" for p in PROHIBITED}}
SILENT_TO_PING = 63
DELAY_MS, LOSS_PERMILLE = 20, 20
COMMUNITY = "bench-community"


class Family:
    """What differs between IPv4 and IPv6."""

    def __init__(self, number, network, first):
        self.number, self.network, self.first = number, network, first
        self.base = first[:-1]

    def host(self, k):
        """Address of host 1 to 254."""
        return f"{self.base}{k}" if self.number == 4 else f"{self.base}{k:x}"

    def hosts(self):
        return [self.host(k) for k in range(1, HOSTS + 1)]

    def truth(self):
        """(address, port) -> class."""
        return {(host, port): CLASSES[port] for host in self.hosts() for port in PORTS}


V4 = Family(4, "10.9.0.0/24", "10.9.0.1")
V6 = Family(6, "2001:db8:9::1-2001:db8:9::fe", "2001:db8:9::1")
DEAD = "10.9.1.1"   # of the silent network
WIDE = "10.10.0.0/16"

CABLES = (("client", "lan", "router", "wan", "10.8.0", "2001:db8:8::"),
          ("router", "dmz", "servers", "eth0", "10.8.1", "2001:db8:81::"))
RULES = f"""\
table inet bench {{
	chain forward {{
		type filter hook forward priority 0;
		ip daddr 10.9.1.0/24 drop
		icmp type echo-request ip daddr 10.9.0.192-10.9.0.254 drop
		tcp dport {{ {", ".join(map(str, DROPPED))} }} drop
		tcp dport {{ {", ".join(map(str, PROHIBITED))} }} reject with icmpx admin-prohibited
	}}
}}
"""
ROUTES = {
    "client": ("route add default via 10.8.0.1", "-6 route add default via 2001:db8:8::1"),
    "router": ("route add 10.9.0.0/16 via 10.8.1.2", f"route add {WIDE} via 10.8.1.2",
               "-6 route add 2001:db8:9::/64 via 2001:db8:81::2"),
    "servers": ("route add local 10.9.0.0/16 dev lo", f"route add local {WIDE} dev lo", "-6 route add local 2001:db8:9::/64 dev lo",
                "route add default via 10.8.1.1", "-6 route add default via 2001:db8:81::1"),
}
SYSCTLS = {
    "client": ("net.ipv4.ip_local_port_range=10000 65000",),
    "router": ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"),
    "servers": ("net.core.somaxconn=4096", "net.ipv4.tcp_max_syn_backlog=8192", "net.ipv4.ip_nonlocal_bind=1"),
}


class Bed:
    """The namespaces, while the bed stands; `close` ends what was started in it."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="preflight-bench-")))
        self.folder.chmod(0o755)
        mnt = own("mnt")
        self.nodes = {name: Node(name, mnt) for name in ("client", "router", "servers", "hub")}
        self.line = None
        self._wire()
        self.start("servers", str(TOOLS / "serve"), *map(str, OPEN))
        self._settle()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()

    # Set-up ----------------------------------------------------------------------------------

    def _wire(self):
        for left, left_card, right, right_card, v4, v6 in CABLES:
            if left == "client":    # through the hub, where the line is
                self._cable(left, left_card, "hub", "near")
                self._cable("hub", "far", right, right_card)
            else:
                self._cable(left, left_card, right, right_card)
            self._address(left, left_card, v4, v6, 2 if left == "client" else 1)
            self._address(right, right_card, v4, v6, 1 if left == "client" else 2)
        self.ip("hub", "link add name both type bridge stp_state 0 mcast_snooping 0", "link set both up",
                "link set near master both up", "link set far master both up")
        for name, lines in ROUTES.items():
            self.ip(name, "link set lo up", *lines)
        for name, settings in SYSCTLS.items():
            self.run(name, "sysctl", "-qw", *settings)
        self.run("router", "nft", "-f", "-", stdin=RULES)

    def _settle(self):
        """Until both families are through: a card's own IPv6 address takes its time."""
        for family in (V4, V6):
            for _ in range(30):
                if self.run("client", str(TOOLS / "bare"), family.first, "1", str(OPEN[0])).endswith(" open\n"):
                    break
            else:
                sys.exit(f"bench: IPv{family.number} does not get through the bed")

    def _cable(self, left, left_card, right, right_card):
        handle = self.nodes[right].handles["net"]
        run(["ip", "link", "add", left_card, "type", "veth", "peer", "name", right_card, "netns", f"/proc/self/fd/{handle}"],
            enter=self._enter(left), pass_fds=(handle,))
        for node, card in ((left, left_card), (right, right_card)):
            with self.nodes[node].network():
                no_offloads(card)

    def _address(self, node, card, v4, v6, last):
        self.ip(node, f"addr add {v4}.{last}/24 dev {card}", f"addr add {v6}{last}/64 dev {card} nodad", f"link set {card} up")

    def _enter(self, name):
        node = self.nodes[name]
        return lambda: setns(node.handles["net"], CLONE_NEWNET)

    # Use -------------------------------------------------------------------------------------

    def ip(self, name, *lines):
        for line in lines:
            self.run(name, "ip", *line.split())

    def run(self, name, *command, stdin=None, env=None):
        """A command in a node; an error if it fails."""
        return run(list(command), stdin=stdin, enter=self._enter(name), env=env)

    def popen(self, name, command, **more):
        enter = self._enter(name)

        def begin():
            enter()
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)    # nothing outlives the bench
        return subprocess.Popen(command, preexec_fn=begin, **more)

    def start(self, name, *command, ready="ready", env=None):
        """A program of ours that runs until the bed ends, or until it is given to `end`."""
        process = self.popen(name, command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=env)
        self.stack.callback(self.end, process)
        if process.stdout.readline() != f"{ready}\n":
            sys.exit(f"bench: {command[0]} did not start")
        return process

    @staticmethod
    def end(process):
        """Ends a process that was started; its exit status."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        return process.wait()

    def set_line(self, lossy):
        """The line of 20 ms and 2 % each way, or the plain cable."""
        if lossy == (self.line is not None):
            return
        if lossy:
            self.ip("hub", "link set near nomaster", "link set far nomaster")
            self.line = self.start("hub", str(LINE), "--delay", str(DELAY_MS), "--loss", str(LOSS_PERMILLE),
                                   "near", "far")
        else:
            self.end(self.line)
            self.line = None
            self.ip("hub", "link set near master both", "link set far master both")

    def linear(self, count):
        """How often the client's kernel repeats a SYN each second before it doubles the wait."""
        self.run("client", "sysctl", "-qw", f"net.ipv4.tcp_syn_linear_timeouts={count}")

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.path(name)


def require_root():
    if os.geteuid() != 0:
        sys.exit("bench: it needs root, for its namespaces and for nmap -sS")
