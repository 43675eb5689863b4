"""Faults of answers: they come, and not as they were asked for. What they do and how it is shown."""

import ipaddress
import secrets
import socket
import struct

import names
import probes
from one_port import where
from proofs import SITE_SERVERS, expect, together
from services import Service, peer
from shell import LabError
from topology import address

PARKING = "lan-printer"         # whose address a wildcard gives
WILD = "wild.example"
CUT_PORT = 5354


def _beside(item):
    """An address of the same /24 or /64 that no device has."""
    return str(ipaddress.ip_network(f"{item}/{64 if ':' in item else 24}", strict=False)[77])


def _answers(fault, plan, change):
    """Rules for what the host sends from the port; `change` says what becomes of an address's answers."""
    name, proto, port, _ = fault.argument
    if proto != "udp":
        raise LabError(f"{fault.text}: of UDP only")
    node, addresses = where(name)
    for item in addresses:
        family = "ip6" if ":" in item else "ip"
        plan.rules[node, "output"].append(f"{family} saddr {item} udp sport {port} {change(item)}")


# --- what they do -------------------------------------------------------------------------------

def other_address(fault, plan, _):
    """A device with several addresses, or a cluster: the wrong one answers."""
    _answers(fault, plan, lambda item: f"{'ip6' if ':' in item else 'ip'} saddr set {_beside(item)}")


def other_port(fault, plan, _):
    _answers(fault, plan, lambda item: "udp sport set 5300")


# Where DNS has its number and NTP the client's time stamp, in bits from the start of UDP's header.
_NUMBERS = {53: "@th,64,16 set 0x1234", 123: "@th,256,32 set 0x12345678"}


def other_number(fault, plan, _):
    """The checksum is left out (RFC 768), which IPv6 does not allow: there nothing is changed."""
    if fault.argument[2] not in _NUMBERS:
        raise LabError(f"{fault.text}: of DNS and NTP only")
    _answers(fault, plan, lambda item: "accept" if ":" in item else
             f"{_NUMBERS[fault.argument[2]]} udp checksum set 0")


def own_resolver(fault, plan, _):
    plan.resolv = f"nameserver {fault.argument}\n"


def search_wildcard(_, plan, __):
    """The search domain has every name. The site's own domain is not searched any more."""
    plan.resolv = f"search {WILD}\n" + "".join(f"nameserver {server}\n" for server in SITE_SERVERS)
    plan.resolver_lines += [f'local-zone: "{WILD}." redirect', f'local-data: "{WILD}. A {address(PARKING, 4)}"',
                            f'local-data: "{WILD}. AAAA {address(PARKING, 6)}"']


def dns_denies(_, plan, __):
    plan.resolver_lines.append('local-zone: "." always_nxdomain')


def dns_cut(fault, plan, _):
    """A relay of the router's cuts long answers over UDP, and leaves the TC bit as it is."""
    plan.extra["dns-cut"] = Service("dns-cut", "router", peer("dns_cut.py", CUT_PORT, fault.argument), (("udp", CUT_PORT),))
    plan.rules["router", "prerouting"].append(f'iifname "lan" udp dport 53 redirect to :{CUT_PORT}')


def dns_redirected_beyond(_, plan, context):
    """A box of the provider's, at hop 2, answers in the place of every server. IPv4 only."""
    plan.extra["isp-dns"] = Service("isp-dns", "isp", peer("dns_cut.py", CUT_PORT, 65535, names.ISP_RESOLVER),
                                    (("udp", CUT_PORT),))
    plan.extra["isp-resolver"] = context.catalogue.isp_resolver(plan.variant)
    plan.rules["isp", "prerouting"].append(f'iifname "wan" meta nfproto ipv4 udp dport 53 redirect to :{CUT_PORT}')


def sni_drop(fault, plan, _):
    """A filter that swallows the ClientHello of a name: it looks into packets, and drops those that hold it."""
    for program in ("iptables", "ip6tables"):
        rule = ("FORWARD", "-p", "tcp", "--dport", "443", "-m", "string", "--algo", "bm", "--string", fault.argument,
                "-j", "DROP")
        plan.commands.append(("router", (program, "-A", *rule), (program, "-D", *rule)))


# --- how they are shown -------------------------------------------------------------------------

def _senders(target, port, wait):
    """Who answers to a question on that port: (address, port) of the first datagram, or SILENT; and its bytes."""
    question = {53: secrets.token_bytes(2) + struct.pack("!5H", 0x0100, 1, 0, 0, 0) + b"\3www\6google\3com\0\0\1\0\1",
                123: bytes([0x23]) + bytes(39) + b"lab-time",
                161: bytes.fromhex("303a020103300f02024a69020300ffe304010402010304103"
                                   "00e0400020100020100040004000400301204000400a00c020237f00201000201003000")}[port]
    with socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait)
        sock.sendto(question, (target, port))
        try:
            data, sender = sock.recvfrom(4096)
        except TimeoutError:
            return probes.SILENT, b"", question
        return sender[:2], data, question


def _shown(fault):
    """The addresses that the collector can ask: of a node the first of each family, else what was named."""
    families = {}
    for item in where(fault.argument[0])[1]:
        families.setdefault(ipaddress.ip_address(item).version, item)
    return tuple(families.values())


def from_other_address(fault, wait):
    for item in _shown(fault):
        expect(item, _senders(item, fault.argument[2], wait)[0], (_beside(item), fault.argument[2]))


def from_other_port(fault, wait):
    for item in _shown(fault):
        expect(item, _senders(item, fault.argument[2], wait)[0], (item, 5300))


def with_other_number(fault, wait):
    for item in _shown(fault):
        if ":" in item:
            continue
        at = slice(0, 2) if fault.argument[2] == 53 else slice(24, 28)
        sender, data, question = _senders(item, fault.argument[2], wait)
        expect(item, sender, (item, fault.argument[2]))
        expect("the number", data[at], {53: b"\x12\x34", 123: b"\x12\x34\x56\x78"}[fault.argument[2]])
        expect("is not the question's", question[:2] if fault.argument[2] == 53 else question[40:44],
               lambda sent, got=data[at]: sent != got)


def asks_that_resolver(fault, _):
    with open("/etc/resolv.conf", encoding="ascii") as file:
        expect("resolv.conf", file.read(), f"nameserver {fault.argument}\n")


def wildcard_has_all(_, wait):
    for server in SITE_SERVERS:
        expect(f"a made-up name at {server}", probes.dns(server, f"no-such-name.{WILD}", "A", wait),
               probes.Dns(0, (address(PARKING, 4),)))
    with open("/etc/resolv.conf", encoding="ascii") as file:
        expect("resolv.conf", file.read(), lambda text: text.startswith(f"search {WILD}\n"))


def all_denied_names(_, wait):
    questions = [(probes.dns, server, name, "A", wait) for server in SITE_SERVERS for name in (names.TENANT, "www.google.com")]
    for seen in together(*questions):
        expect("DNS", seen, probes.Dns(3, ()))


def answers_are_cut(fault, wait):
    question = b"\3apt\2my\5auvik\3com\0\0\1\0\1"
    for server in SITE_SERVERS:
        seen = probes.udp(server, 53, b"\7\7" + struct.pack("!5H", 0x0100, 1, 0, 0, 0) + question, wait)
        expect("octets", len(seen), fault.argument)
        expect("TC and records", (seen[2] & 2, struct.unpack_from("!H", seen, 6)[0]), lambda said: said[0] == 0 and said[1] > 0)
        expect("over TCP", probes.dns(server, "apt.my.auvik.com", "A", wait, True), lambda answer: len(answer.data) == 2)


def beyond_answers(_, wait):
    expect("DNS at nobody's address", probes.dns(names.NOBODY4, names.TENANT, "A", wait), lambda answer: answer.data)
    expect("over TCP", probes.dns(names.NOBODY4, names.TENANT, "A", wait, True), lambda seen: not isinstance(seen, probes.Dns))


def name_swallowed(fault, wait):
    host = names.HOSTS[fault.argument]
    for target in (host.v4[0], host.v6[0]):
        expect("the name", probes.tls(target, host.name, wait).error, probes.SILENT)
        expect("another name there", probes.tls(target, "other.example", wait).error, lambda error: "mismatch" in error)
