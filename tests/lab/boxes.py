"""Faults of boxes in the middle: what they do and how it is shown."""

import ipaddress
import socket

import names
import one_port
import probes
from effects import ELSEWHERE, _OUTSIDE, _redirect
from probes import OPEN, REFUSED, SILENT
from proofs import GOOGLE, PROXY, NotShown, expect, together
from services import Service, peer

BOX_PORT, WEB_PORT, ALL_PORT = 7017, 7080, 7777
BANNED = "lan-windows"
OUTSIDE_PORTS = (53, 80, 123, 443)
# Numbers that no service has.
_NOBODY = (49151, 1024, 2)
_UBUNTU = names.HOSTS["security.ubuntu.com"]


# --- what they do -------------------------------------------------------------------------------

def accepts(fault, plan, _):
    """Every port of a host opens: at the router, or, where the host is on the collector's own link, right before it."""
    role = {"accepts-all": "accept", "accepts-resets": "slam"}[fault.kind.name]
    node, addresses = one_port.where(fault.argument)
    box = node if node == "lan-printer" else "router"
    plan.extra[role] = Service(role, box, peer("boxes.py", role, BOX_PORT), (("tcp", BOX_PORT),))
    for item in addresses:
        family = "ip" if ipaddress.ip_address(item).version == 4 else "ip6"
        plan.rules[box, "prerouting"].append(f"{family} daddr {item} meta l4proto tcp redirect to :{BOX_PORT}")


def accepts_one(fault, plan, time):
    """One port of a host opens at the router; the host itself drops what comes to it."""
    role = {"accepts-one": "accept", "accepts-one-resets": "slam"}[fault.kind.name]
    host, proto, _, ports = fault.argument
    one_port.silent(fault, plan, time)
    plan.extra[role] = Service(role, "router", peer("boxes.py", role, BOX_PORT), (("tcp", BOX_PORT),))
    for item in one_port.where(host)[1]:
        family = "ip" if ipaddress.ip_address(item).version == 4 else "ip6"
        plan.rules["router", "prerouting"].append(f"{family} daddr {item} {proto} dport {ports} redirect to :{BOX_PORT}")


def same_answer(fault, plan, _):
    """All plain web requests get one answer."""
    plan.extra["same-answer"] = Service("same-answer", "router", peer("boxes.py", "same", fault.argument, WEB_PORT),
                                        (("tcp", WEB_PORT),))
    for match in _OUTSIDE:
        _redirect(plan, match, 80, WEB_PORT)


def answers_for_all(fault, plan, _):
    """The router answers a port for whoever is behind it: in the internet, or, where devices have it, for them as well."""
    mode, proto, port = fault.argument
    plan.extra["for-all"] = Service("for-all", "router", peer("boxes.py", "for-all", mode, ALL_PORT), ((proto, ALL_PORT),))
    for match in _OUTSIDE if port in OUTSIDE_PORTS else ("fib daddr type != local",):
        plan.rules["router", "prerouting"].append(f'iifname "lan" {match} {proto} dport {port} redirect to :{ALL_PORT}')


def redirected_by_https(fault, plan, _):
    plan.redirects[fault.argument] = ELSEWHERE.replace("http:", "https:")


def bans(fault, plan, _):
    """Who opens more than N connections to lan-windows is a scanner, and gets nothing through to it any more."""
    _, addresses = one_port.where(BANNED)
    for item in addresses:
        version = ipaddress.ip_address(item).version
        ip = "ip" if version == 4 else "ip6"
        plan.sets["router"].append(f"banned{version} {{ type ipv{version}_addr; flags dynamic,timeout; timeout 120s; }}")
        to = f'iifname "lan" {ip} daddr {item} '
        plan.rules["router", "forward"] += [
            f"{to}{ip} saddr @banned{version} drop",
            f"{to}tcp flags & (syn | ack) == syn ct state new limit rate over {fault.argument}/hour "
            f"burst {fault.argument} packets add @banned{version} {{ {ip} saddr }} drop"]
    plan.rearm_firewall.add("router")


def bans_all(fault, plan, _):
    """Who opens more than N flows through the router is a scanner, and gets nothing through it any more."""
    for version in (4, 6):
        ip = "ip" if version == 4 else "ip6"
        plan.sets["router"].append(f"source{version} {{ type ipv{version}_addr; flags dynamic,timeout; timeout 120s; }}")
        plan.rules["router", "forward"] += [
            f'iifname "lan" {ip} saddr @source{version} drop',
            f'iifname "lan" meta nfproto ipv{version} ct state new limit rate over {fault.argument}/hour '
            f"burst {fault.argument} packets add @source{version} {{ {ip} saddr }} drop"]
    plan.rearm_firewall.add("router")


def proxy_of_no_use(fault, plan, _):
    role = {"proxy-no-tunnels": "plain-proxy", "proxy-waits": "waiting-proxy", "proxy-socks": "socks"}[fault.kind.name]
    plan.stopped.add("squid")
    plan.extra[role] = Service(role, "proxy", peer("boxes.py", role, 3128), (("tcp", 3128),))


# --- how they are shown -------------------------------------------------------------------------

def _targets(host):
    families = {}
    for item in one_port.where(host)[1]:
        families.setdefault(ipaddress.ip_address(item).version, item)
    return tuple(families.values())


def opens_everywhere(fault, wait):
    for target in _targets(fault.argument):
        for port, seen in zip(_NOBODY, together(*((probes.tcp, target, port, wait) for port in _NOBODY))):
            expect(f"{target} tcp/{port}", seen, OPEN)


def _held(target, port, wait, hops=None):
    """What becomes of a connection on which nothing is sent; with few hops."""
    kind = socket.AF_INET6 if ":" in target else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as sock:
        sock.settimeout(wait)
        try:
            if hops and kind == socket.AF_INET:
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
            elif hops:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops)
            sock.connect((target, port))
            return sock.recv(16)
        except OSError as error:
            return type(error).__name__


def resets_everywhere(fault, wait):
    for target in _targets(fault.argument):
        for port in _NOBODY:
            expect(f"{target} tcp/{port}", _held(target, port, wait), "ConnectionResetError")


def opens_one(fault, wait):
    """The port opens with one hop, which no other port of that host does: it is behind the router."""
    host, _, port, _ = fault.argument
    comes = {"accepts-one": "TimeoutError", "accepts-one-resets": "ConnectionResetError"}[fault.kind.name]
    for target in _targets(host):
        expect(f"{target} tcp/{port}", _held(target, port, wait, 1), comes)
        # A router that has used up its allowance of ICMP errors says nothing.
        expect(f"{target} tcp/{_NOBODY[0]}, one hop", _held(target, _NOBODY[0], wait, 1),
               lambda seen: seen in ("OSError", "TimeoutError"))
        expect(f"{target} tcp/{_NOBODY[0]}", probes.tcp(target, _NOBODY[0], wait), REFUSED)


def answers_alike(_, wait):
    for family in ("v4", "v6"):
        seen = [probes.http_get(getattr(host, family)[0], host.name, wait) for host in (GOOGLE, _UBUNTU)]
        expect("status", seen[0].status, seen[1].status)
        expect("page", seen[0].body, seen[1].body)


def _with_one_hop(target, proto, port, wait):
    """What comes back of a packet that no router passes on."""
    if proto == "udp":
        return probes.udp(target, port, bytes([0x23]) + bytes(range(47)), wait, hops=1)
    v6 = ipaddress.ip_address(target).version == 6
    with socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setsockopt(*((socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if v6 else (socket.IPPROTO_IP, socket.IP_TTL)), 1)
        sock.settimeout(wait)
        try:
            sock.connect((target, port))
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            return sock.recv(4096)
        except OSError as error:
            return type(error).__name__


def one_answers_for_all(fault, wait):
    """Two hosts of different owners say the same, and the first hop says it."""
    _, proto, port = fault.argument
    for family in range(2):
        if port in OUTSIDE_PORTS:
            targets = [(host.v4, host.v6)[family][0] for host in (GOOGLE, _UBUNTU)]
        else:
            targets = [_targets(device)[family] for device in ("lan-switch", "lan-windows")]
        seen = together(*((_with_one_hop, target, proto, port, wait) for target in targets))
        expect(f"{targets[0]} {proto}/{port}", seen[0], lambda answer: isinstance(answer, bytes) and answer)
        expect(f"{targets[1]} {proto}/{port}", seen[1], seen[0])


def redirects_away_by_https(fault, wait):
    host = names.HOSTS[fault.argument]
    expect("port 80", probes.http_get(host.v4[0], host.name, wait),
           lambda answer: answer.status == 302 and answer.headers["Location"] == "https://elsewhere.example/")


def ban_comes(fault, wait):
    for target in _targets(BANNED):
        seen = [probes.tcp(target, 445, wait) for _ in range(fault.argument + 1)]
        expect("connections", seen[0], OPEN)
        expect("one more", seen[-1], SILENT)
        expect("another port", probes.tcp(target, 5985, wait), SILENT)
        expect("ping", probes.ping(target, wait), None)


def ban_of_all_comes(fault, wait):
    for target, other in zip(_targets(BANNED), _targets("lan-switch")):
        version = ipaddress.ip_address(target).version
        seen = [probes.tcp(target, 445, wait) for _ in range(fault.argument + 1)]
        expect("connections", seen[0], OPEN)
        expect("one more", seen[-1], SILENT)
        expect("another host", probes.tcp(other, 22, wait), SILENT)
        expect("the internet", probes.tcp((GOOGLE.v4 if version == 4 else GOOGLE.v6)[0], 443, wait), SILENT)
        expect("the router", probes.ping("10.2.0.1" if version == 4 else "2001:db8:2::1", wait),
               lambda seen: seen is not None)


def plain_only(_, wait):
    answer = probes.http_get(PROXY, GOOGLE.name, wait, f"http://{GOOGLE.name}/", port=3128)
    expect("plain HTTP", answer, lambda seen: seen.status == 200)
    with socket.create_connection((PROXY, 3128), wait) as sock:
        sock.settimeout(wait)
        sock.sendall(f"CONNECT {GOOGLE.name}:443 HTTP/1.1\r\n\r\n".encode())
        expect("the tunnel", sock.recv(64), b"")


def waits(_, wait):
    expect("for itself", probes.http_get(PROXY, PROXY, wait, port=3128), lambda seen: seen.status == 400)
    expect("CONNECT", probes.connect_through(PROXY, 3128, f"{names.TENANT}:443", wait), SILENT)


def speaks_socks(_, wait):
    with socket.create_connection((PROXY, 3128), wait) as sock:
        sock.settimeout(wait)
        sock.sendall(b"\x05\x01\x00")
        expect("SOCKS", sock.recv(2), b"\x05\x00")
    try:
        said = probes.connect_through(PROXY, 3128, f"{names.TENANT}:443", wait)
    except (IndexError, OSError):
        return
    raise NotShown(f"CONNECT: {said}")


def account_refused(_, wait):
    expect("CONNECT", probes.connect_through(PROXY, 3129, f"{names.TENANT}:443", wait + 1, "nobody:wrong"), 407)
