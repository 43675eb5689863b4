"""The wiring: nodes, ports, addresses, routes. Data, and the two functions that lay the cables.

Every cable ends in the hub (the supervisor's own network namespace), where bridges play the
switches. A cable is pulled by setting its hub end down: the node keeps its addresses.
"""

import ctypes
import fcntl
import socket
import struct
from dataclasses import dataclass

from devices import ESTATE, OFFICE
from shell import run

_OFFICE = ("collector", "router", "isp", "internet", "proxy", "lan-switch", "lan-windows", "lan-printer")
NODES = {OFFICE: _OFFICE,
         ESTATE: _OFFICE + ("lan-legacy", "lan-dc", "lan-server", "lan-database", "lan-unix", "lan-esxi", "lan-nas")}
FORWARDING = ("router", "isp")

BRIDGES = ("br-lan", "br-vlan", "br-dmz", "br-wan", "br-core")


@dataclass(frozen=True)
class Port:
    """A network card of a node; `cable` is the name of its other end in the hub."""
    node: str
    name: str
    cable: str
    bridge: str
    v4: str
    v6: str
    more: tuple = ()    # further addresses, by their last number in both families


def _vlan(node, number, more=()):
    return Port(node, "eth0", node, "br-vlan", f"10.2.1.{number}/24", f"2001:db8:2:1::{number}/64", more)


PORTS = (
    Port("collector", "eth0", "collector", "br-lan", "10.2.0.2/24", "2001:db8:2::2/64"),
    Port("router", "lan", "router-lan", "br-lan", "10.2.0.1/24", "2001:db8:2::1/64"),
    Port("router", "vlan", "router-vlan", "br-vlan", "10.2.1.1/24", "2001:db8:2:1::1/64"),
    Port("router", "dmz", "router-dmz", "br-dmz", "10.2.2.1/24", "2001:db8:2:2::1/64"),
    Port("router", "wan", "router-wan", "br-wan", "203.0.113.2/30", "2001:db8:113::2/64"),
    Port("isp", "wan", "isp-wan", "br-wan", "203.0.113.1/30", "2001:db8:113::1/64"),
    Port("isp", "core", "isp-core", "br-core", "198.18.0.1/30", "2001:db8:18::1/64"),
    Port("internet", "core", "internet", "br-core", "198.18.0.2/30", "2001:db8:18::2/64"),
    Port("proxy", "eth0", "proxy", "br-dmz", "10.2.2.10/24", "2001:db8:2:2::10/64"),
    _vlan("lan-switch", 10),
    _vlan("lan-windows", 20),
    Port("lan-printer", "eth0", "lan-printer", "br-lan", "10.2.0.20/24", "2001:db8:2::20/64"),
    _vlan("lan-legacy", 25),
    _vlan("lan-dc", 30),
    _vlan("lan-server", 40, (41, 42, 43, 44)),
    _vlan("lan-database", 50, (51, 52, 53)),
    _vlan("lan-unix", 60, (61, 62, 63, 64, 65)),
    _vlan("lan-esxi", 70, (71, 72)),
    _vlan("lan-nas", 80),
)

_FROM_LAN = ("default via 10.2.0.1", "default via 2001:db8:2::1")
_FROM_VLAN = ("default via 10.2.1.1", "default via 2001:db8:2:1::1")
ROUTES = {
    "collector": _FROM_LAN,
    "router": ("default via 203.0.113.1", "default via 2001:db8:113::1"),
    "isp": ("default via 198.18.0.2", "default via 2001:db8:18::2", "2001:db8:2::/48 via 2001:db8:113::2"),
    "internet": ("203.0.113.0/30 via 198.18.0.1", "2001:db8:113::/64 via 2001:db8:18::1",
                 "2001:db8:2::/48 via 2001:db8:18::1"),
    "proxy": ("default via 10.2.2.1", "default via 2001:db8:2:2::1"),
    "lan-printer": _FROM_LAN,
}
ROUTES.update((port.node, _FROM_VLAN) for port in PORTS if port.node.startswith("lan-") and port.bridge == "br-vlan")

# No router advertisements and no duplicate detection: addresses work at once and nothing is sent unasked.
SYSCTLS = {
    "net/ipv6/conf/all/accept_ra": "0", "net/ipv6/conf/default/accept_ra": "0",
    "net/ipv6/conf/all/accept_dad": "0", "net/ipv6/conf/default/accept_dad": "0",
    "net/ipv6/conf/default/router_solicitations": "0",
    # Link-local addresses are given like all others: the kernel would return one a second after its link.
    "net/ipv6/conf/default/addr_gen_mode": "1",
    # Setting a link down must not cost its static addresses.
    "net/ipv6/conf/all/keep_addr_on_down": "1", "net/ipv6/conf/default/keep_addr_on_down": "1",
    "net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/default/rp_filter": "0",
    "net/netfilter/nf_conntrack_acct": "1",
}
FORWARDING_SYSCTLS = {"net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1"}
# On devices, daemons that are not root (see services.renumbered) hold low ports.
DEVICE_SYSCTLS = {"net/ipv4/ip_unprivileged_port_start": "0"}


def address(node, family=4, port=None):
    """The node's own address, without prefix length (the first port's, if none is named)."""
    for entry in PORTS:
        if entry.node == node and port in (None, entry.name):
            return (entry.v4 if family == 4 else entry.v6).split("/")[0]
    raise KeyError(node)


def beside(prefix, number):
    """The address in the same network whose last number is another; with the prefix length."""
    own, _, length = prefix.partition("/")
    separator = ":" if ":" in own else "."
    return f"{own.rpartition(separator)[0]}{separator}{number}/{length}"


def _link_local(port):
    """fe80:: with the host part of the port's other address."""
    return "fe80::" + port.v6.rpartition(":")[2]


def link_local(node):
    """The link-local address of the node's first port."""
    return next(_link_local(port) for port in PORTS if port.node == node).split("/")[0]


def prepare(node):
    """Settle the kernel of a node before it gets its ports, which take over the defaults; runs inside the node."""
    set_sysctls(SYSCTLS)
    if node in FORWARDING:
        set_sysctls(FORWARDING_SYSCTLS)
    if node.startswith("lan-"):
        set_sysctls(DEVICE_SYSCTLS)
    if node == "collector":
        # Ordinary users may ping, as on an installed Debian; a namespace starts without that.
        set_sysctls({"net/ipv4/ping_group_range": f"0 {_highest_group()}"})


def _highest_group():
    """The highest group this user namespace knows (in an ordinary user's lab there is one)."""
    with open("/proc/self/gid_map", encoding="ascii") as file:
        first, _, count = map(int, file.readline().split())
    return min(first + count - 1, 2**31 - 1)


def set_sysctls(values):
    """Write kernel settings of the network namespace this process is in."""
    for path, value in values.items():
        with open(f"/proc/sys/{path}", "w", encoding="ascii") as file:
            file.write(value)


# ethtool.h: commands that switch one offload off.
_OFFLOADS = {"tx checksum": 0x17, "scatter": 0x19, "tso": 0x1f, "gso": 0x24, "gro": 0x2c}
_SIOCETHTOOL = 0x8946


def plain_frames(node):
    """Switch the offloads of a node's cards off, so that each frame on a cable is one real packet."""
    for port in PORTS:
        if port.node == node:
            _no_offloads(port.name)


def _no_offloads(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for command in _OFFLOADS.values():
            value = bytearray(struct.pack("II", command, 0))
            buffer = (bytes(device, "ascii").ljust(16, b"\0")
                      + struct.pack("P", ctypes.addressof(ctypes.c_char.from_buffer(value))) + bytes(16))
            fcntl.ioctl(control, _SIOCETHTOOL, buffer)


def lay_cables(handles):
    """In the hub: bridges, and one cable per port into the namespace of its node."""
    set_sysctls({"net/ipv6/conf/all/disable_ipv6": "1", "net/ipv6/conf/default/disable_ipv6": "1"})
    lines = []
    for bridge in BRIDGES:
        lines += [f"link add {bridge} type bridge stp_state 0 mcast_snooping 0", f"link set {bridge} up"]
    for port in PORTS:
        if port.node not in handles:
            continue
        lines += [f"link add {port.cable} type veth peer name {port.name} netns /proc/self/fd/{handles[port.node]}",
                  f"link set {port.cable} master {port.bridge} up"]
    run(["ip", "-batch", "-"], stdin="\n".join(lines) + "\n", pass_fds=tuple(handles.values()))


def address_batch(node, public=()):
    """The `ip -batch` text that gives a node its addresses and routes; may be run again."""
    lines = ["link set lo up"]
    for port in PORTS:
        if port.node == node:
            lines += [f"addr replace {port.v4} dev {port.name}", f"addr replace {port.v6} dev {port.name} nodad",
                      f"addr replace {_link_local(port)} dev {port.name} nodad",
                      f"link set {port.name} up"]
            for number in port.more:
                lines += [f"addr replace {beside(port.v4, number)} dev {port.name}",
                          # Deprecated: never the source of what the node sends by itself, as with IPv4.
                          f"addr replace {beside(port.v6, number)} dev {port.name} nodad preferred_lft 0"]
    lines += [f"addr replace {item} dev lo nodad" if ":" in item else f"addr replace {item} dev lo" for item in public]
    lines += [f"route replace {route}" for route in ROUTES[node]]
    return "\n".join(lines) + "\n"


def lease_batch(node, seconds=3600):
    """The `ip -batch` text that makes the node's IPv4 addresses end, as those of a lease; `address_batch` undoes it."""
    return "".join(f"addr change {port.v4} dev {port.name} valid_lft {seconds} preferred_lft {seconds}\n"
                   for port in PORTS if port.node == node)
