"""The proof of each fault: a probe from the collector, made without preflight, that shows it.

A proof returns if the fault shows and raises NotShown if it does not. It runs inside the collector.
"""

import errno
import json
import re
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import devices
import hellos
import names
import probes
import runqueue
import wallclock
from probes import OPEN, REFUSED, SILENT, Icmp
from services import COMMUNITY
from shell import run
from topology import address

TENANT4 = names.public4(names.TENANT_NUMBER)
GOOGLE = names.HOSTS["www.google.com"]
SITE_SERVERS = ("10.2.0.1", "10.2.2.10")
PROXY = "10.2.2.10"


class NotShown(Exception):
    """The network does not behave as the fault says."""


def expect(what, seen, wanted):
    """`wanted` is a value or a test."""
    try:
        good = wanted(seen) if callable(wanted) else seen == wanted
    except (AttributeError, TypeError, IndexError):
        good = False        # an answer of another shape
    if not good:
        raise NotShown(f"{what}: {seen}" + ("" if callable(wanted) else f", expected {wanted}"))


def together(*calls):
    """Make several probes at once: silence costs its waiting time only once."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(function, *arguments) for function, *arguments in calls]]


def targets(proto, port, fault):
    """An IPv4 and an IPv6 address behind the node where that port answers, or is closed, on the healthy site."""
    if port == 53:
        return names.GOOGLE_DNS4[0], names.GOOGLE_DNS6[0]
    if (proto, port) == ("udp", 123):
        return names.public4(names.POOL_NUMBERS[0]), names.public6(names.POOL_NUMBERS[0])
    # A datagram proves something only where it is answered: by the service, or by a host that has none.
    answered = proto == "tcp" or port == 161 or port in hellos.UDP
    device = devices.holder(fault.site, proto, port)
    if device and answered and fault.node != "isp":
        return address(device, 4), address(device, 6)
    return GOOGLE.v4[0], GOOGLE.v6[0]


def call(proto, port, target, wait):
    if proto == "tcp":
        return probes.tcp(target, port, wait)
    if port == 53:
        return probes.dns(target, names.TENANT, "A", wait)
    if port == 123:
        return probes.ntp(target, wait)
    if port == 161:
        return probes.snmp(target, COMMUNITY, wait)
    return probes.udp(target, port, hellos.UDP[port].question if port in hellos.UDP else b"?", wait)


def _both(fault, wait):
    """The answers over IPv4 and IPv6 to the port that the fault names."""
    proto, port = fault.argument
    v4, v6 = targets(proto, port, fault)
    return together((call, proto, port, v4, wait), (call, proto, port, v6, wait))


def silent(fault, wait):
    for version, seen in zip((4, 6), _both(fault, wait)):
        expect(f"IPv{version}", seen, SILENT)


# ICMP type and code per family that the kernel sends for nft's icmpx words.
_ICMP = {"prohibited": ((3, 13), (1, 1)), "hostunreach": ((3, 1), (1, 3)), "portunreach": ((3, 3), (1, 4)),
         "noroute": ((3, 0), (1, 0))}


def icmp_refused(fault, wait):
    port = {"router": "lan", "isp": "wan"}[fault.node]
    answers = _both(fault, max(wait, 1.5))
    if SILENT in answers:  # a router sends one error a second, and what came before may have drawn it
        answers = _both(fault, max(wait, 1.5))
    for family, seen, numbers in zip((4, 6), answers, _ICMP[fault.kind.name]):
        expect(f"IPv{family}", seen, Icmp(address(fault.node, family, port), *numbers))


def reset(fault, wait):
    for version, seen in zip((4, 6), _both(fault, max(wait, 1.5))):
        expect(f"IPv{version}", seen, REFUSED)


def many_at_once(fault, wait):
    """Of thirty connections at once some find silence; one that comes alone and later, does not."""
    seen = together(*((probes.tcp, GOOGLE.v4[0], 443, wait) for _ in range(30)))
    expect("silent of 30", seen.count(SILENT), lambda count: count >= 5)
    expect("open of 30", seen.count(OPEN), lambda count: count >= 1)


def few_held(fault, wait):
    """Connections that stay open use the limit up."""
    held = [socket.create_connection((GOOGLE.v4[0], 443), wait) for _ in range(fault.argument)]
    try:
        expect("one more", probes.tcp(GOOGLE.v4[0], 443, wait), SILENT)
    finally:
        for sock in held:
            sock.close()


def idle_forgotten(fault, wait):
    """A connection that was quiet for too long is dead, a busy one is not."""
    for quiet, wanted in ((fault.argument + 0.3, SILENT), (0, OPEN)):
        with socket.create_connection((GOOGLE.v4[0], 80), wait) as sock:
            time.sleep(quiet)
            sock.settimeout(wait)
            sock.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
            try:
                seen = OPEN if sock.recv(64) else "closed"
            except TimeoutError:
                seen = SILENT
            expect(f"after {quiet} s", seen, wanted)


def every_nth_lost(fault, wait):
    seen = [probes.tcp(GOOGLE.v4[0], 443, wait) for _ in range(2 * fault.argument)]
    expect(f"silent of {len(seen)}", seen.count(SILENT), 2)


def start_vanishes(fault, wait):
    """The first packets through the provider get no answer, later ones do."""
    expect("at first", probes.ping("8.8.8.8", wait), None)
    done = subprocess.run(["ping", "-q", "-n", "-c", "300", "-i", "0.002", "-W", "0.2", "8.8.8.8"],
                          capture_output=True, text=True, check=False)
    expect("echoes of 300", int(done.stdout.split(" received")[0].split()[-1]), lambda count: count >= 50)


def all_denied(_, wait):
    """What the site sends to the internet and across the router vanishes."""
    seen = together((probes.tcp, GOOGLE.v4[0], 443, wait), (probes.tcp, GOOGLE.v6[0], 443, wait),
                    (probes.dns, names.GOOGLE_DNS4[0], names.TENANT, "A", wait),
                    (probes.tcp, address("lan-switch", 4), 22, wait), (probes.tcp, address("lan-switch", 6), 22, wait))
    for answer in seen:
        expect("call", answer, SILENT)
    expect("ping", probes.ping(address("lan-switch", 4), wait), None)


def layer7(error):
    """TCP opens, the first payload meets `error`."""
    def prove(fault, wait):
        port = fault.argument[1]
        for target in targets(*fault.argument, fault):
            expect(f"connection to {target}", probes.tcp(target, port, wait), OPEN)
        handshakes = together(*((probes.tls, target, GOOGLE.name, wait, port)
                                for target in targets(*fault.argument, fault)))
        for seen in handshakes:
            expect("handshake", seen.error, error)
    return prove


def echo_silent(fault, wait):
    targets = ([address("lan-switch", family) for family in (4, 6)] if fault.node == "router"
               else [GOOGLE.v4[0], GOOGLE.v6[0]])
    for seen in together(*((probes.ping, target, wait) for target in targets)):
        expect("ping", seen, None)


def locally_refused(fault, wait):
    for family, seen in zip((4, 6), _both(fault, max(wait, 1.5))):
        expect(f"IPv{family}", seen, Icmp(address("collector", family), *_ICMP["portunreach"][0 if family == 4 else 1]))


def locally_dropped(fault, wait):
    for seen in _both(fault, wait):
        expect("call", seen, SILENT if fault.argument[0] == "tcp" else "EPERM")


# --- time ---------------------------------------------------------------------------------------

def kiss_of_death(_, wait):
    for target in (names.public4(names.POOL_NUMBERS[0]), names.public6(names.POOL_NUMBERS[1])):
        expect("time", probes.ntp(target, wait), probes.Ntp(3, 0, b"RATE"))


def unsynchronised(_, wait):
    expect("time", probes.ntp(names.public4(names.POOL_NUMBERS[0]), wait),
           lambda seen: seen.leap == 3 and seen.reference != b"RATE")


def time_off(fault, wait):
    answer = probes.ntp(names.public4(names.POOL_NUMBERS[0]), wait)
    expect("time", answer, lambda seen: (seen.leap, seen.stratum) == (0, 2))
    raw = probes.udp(names.public4(names.POOL_NUMBERS[0]), 123, bytes([0x23]) + bytes(47), wait)
    seconds = int.from_bytes(raw[40:44], "big") - 2208988800 - time.time()
    expect("seconds ahead", seconds, lambda value: abs(value - fault.argument) < 5)


def pool_member_silent(_, wait):
    seen = together(*((probes.ntp, names.public4(number), wait) for number in names.POOL_NUMBERS[:2]))
    expect("first member", seen[0], SILENT)
    expect("second member", seen[1], lambda answer: answer.stratum == 2)


def clock_moved(fault, _):
    done = subprocess.run(["date", "+%s"], env=wallclock.environment(fault.argument), capture_output=True, check=True)
    days = (int(done.stdout) - time.time()) / 86400
    expect("days", round(days, 2), float(fault.argument))


# --- names --------------------------------------------------------------------------------------

def site_dns(test):
    """Both site resolvers answer the tenant's name as `test` says."""
    def prove(_, wait):
        for seen in together(*((probes.dns, server, names.TENANT, "A", wait) for server in SITE_SERVERS)):
            expect("DNS", seen, test)
    return prove


def second_server_silent(_, wait):
    seen = together(*((probes.dns, server, names.TENANT, "A", wait) for server in SITE_SERVERS))
    expect("first", seen[0], lambda answer: answer.rcode == 0)
    expect("second", seen[1], SILENT)


def name_gone(fault, wait):
    for server in SITE_SERVERS:
        expect(f"{fault.argument} at {server}", probes.dns(server, fault.argument, "A", wait),
               lambda answer: answer.rcode == 3)


def name_empty(fault, wait):
    for server in SITE_SERVERS:
        expect(f"{fault.argument} at {server}", probes.dns(server, fault.argument, "A", wait), probes.Dns(0, ()))


def anybody_answers(_, wait):
    """Even where no server is, DNS is answered."""
    for over_tcp in (False, True):
        expect("DNS at nobody's address", probes.dns(names.NOBODY4, names.TENANT, "A", wait, over_tcp),
               lambda answer: TENANT4 in answer.data)
    expect("another port there", probes.udp(names.NOBODY4, 123, b"?", wait), lambda seen: not isinstance(seen, bytes))


def strangers_parked(fault, wait):
    for name in (fault.argument, "no-such-name-at-all.example.com"):
        for server in SITE_SERVERS:
            expect(f"{name} at {server}", probes.dns(server, name, "A", wait),
                   lambda answer: answer.data == names.FOREIGN.v4)
    expect("a name that is there", probes.dns("10.2.0.1", GOOGLE.name, "A", wait),
           lambda answer: answer.data == GOOGLE.v4)


def pinned(fault, _):
    seen = {item[4][0] for item in socket.getaddrinfo(fault.argument, 443, socket.AF_INET)}
    expect("address by the system", seen, set(names.FOREIGN.v4))


def hijacked(_, wait):
    for server in SITE_SERVERS:
        for host in (names.TENANT, GOOGLE.name):
            expect(host, probes.dns(server, host, "A", wait), lambda answer: answer.data == names.FOREIGN.v4)
    expect("certificate", probes.tls(names.FOREIGN.v4[0], names.TENANT, wait),
           lambda seen: seen.error and seen.issuer == "Parking Services")


def other_edge(_, wait):
    """Each of the site's servers that answers says so; another fault may have silenced one."""
    edge = names.OTHER_EDGE.v4[0]
    answers = [answer for server in SITE_SERVERS
               if (answer := probes.dns(server, names.TENANT, "A", wait)) != probes.SILENT]
    expect("site", answers, lambda all_of_them: answers and all(edge in answer.data for answer in all_of_them))
    expect("8.8.8.8", probes.dns("8.8.8.8", names.TENANT, "A", wait), lambda answer: TENANT4 in answer.data)
    expect("certificate", probes.tls(edge, names.TENANT, wait).error, "")


def nat64(_, wait):
    wanted = names.nat64(GOOGLE.v4[0])
    for server in SITE_SERVERS:
        expect("AAAA", probes.dns(server, GOOGLE.name, "AAAA", wait), lambda answer: answer.data == (wanted,))
    expect("certificate", probes.tls(wanted, GOOGLE.name, wait).error, "")


# --- middleboxes --------------------------------------------------------------------------------

def captive(_, wait):
    for target in (GOOGLE.v4[0], GOOGLE.v6[0]):
        expect("port 80", probes.http_get(target, GOOGLE.name, wait),
               lambda answer: answer.status == 302 and "login.portal.example" in answer.headers["Location"])
        expect("port 443", probes.tls(target, GOOGLE.name, wait).error, lambda error: "self-signed" in error)


def blocked(fault, wait):
    host = names.HOSTS[fault.argument]
    for target in (host.v4[0], host.v6[0]):
        expect("port 80", probes.http_get(target, host.name, wait),
               lambda answer: answer.status == 403 and answer.headers["Server"] == "FortiGuard")
        if 443 in host.ports:
            expect("port 443", probes.tls(target, host.name, wait),
                   lambda seen: seen.error and seen.issuer == "FortiGuard")


def intercepted(trusted):
    def prove(_, wait):
        for host, target in ((names.HOSTS[names.TENANT], TENANT4), (GOOGLE, GOOGLE.v6[0])):
            seen = probes.tls(target, host.name, wait)
            expect("issuer", seen.issuer, "Fortinet")
            expect("trust", seen.error == "", trusted)
        if trusted:
            expect("WebSocket through the box", probes.websocket(TENANT4, names.TENANT, wait),
                   lambda answer: answer.status == 101)
    return prove


def name_reset(fault, wait):
    host = names.HOSTS[fault.argument]
    for target in (host.v4[0], host.v6[0]):
        expect("the name", probes.tls(target, host.name, wait).error, "reset")
        expect("another name there", probes.tls(target, "other.example", wait).error, lambda error: "mismatch" in error)


def redirects_away(fault, wait):
    host = names.HOSTS[fault.argument]
    expect("port 80", probes.http_get(host.v4[0], host.name, wait),
           lambda answer: answer.status == 302 and answer.headers["Location"] == "http://elsewhere.example/")


def proxy_swallows(_, wait):
    expect("CONNECT", probes.connect_through(PROXY, 3128, f"{names.TENANT}:443", wait), SILENT)


def proxy_hollow(_, wait):
    with socket.create_connection((PROXY, 3128), wait) as sock:
        sock.settimeout(wait)
        sock.sendall(f"CONNECT {names.TENANT}:443 HTTP/1.1\r\n\r\n".encode())
        said = sock.recv(4096)
        expect("CONNECT", said.split()[1], b"200")
        expect("the tunnel's end", sock.recv(64), b"")


def only_by_proxy(_, wait):
    for seen in together((probes.tcp, GOOGLE.v4[0], 443, wait), (probes.tcp, GOOGLE.v6[0], 80, wait)):
        expect("direct connection", seen, SILENT)
    expect("proxy", probes.connect_through(PROXY, 3128, f"{names.TENANT}:443", wait + 1), 200)


def proxy_answers(status, port=3128):
    def prove(_, wait):
        expect("CONNECT", probes.connect_through(PROXY, port, f"{names.TENANT}:443", wait + 1), status)
    return prove


def large_lost(_, wait):
    small, large, v6 = together((probes.ping, GOOGLE.v4[0], wait), (probes.ping, GOOGLE.v4[0], wait, 1400, False),
                                (probes.ping, GOOGLE.v6[0], wait, 1400, False))
    expect("small", small, lambda seen: seen is not None)
    expect("large", large, None)
    expect("large over IPv6", v6, None)
    expect("handshake", probes.tls(GOOGLE.v4[0], GOOGLE.name, wait).error, SILENT)


# --- servers ------------------------------------------------------------------------------------

def certificate_error(words):
    def prove(fault, wait):
        host = names.HOSTS[fault.argument]
        for target in (host.v4[0], host.v6[0]):
            expect("certificate", probes.tls(target, host.name, wait).error, lambda error: words in error)
    return prove


def tls_fails(test):
    """A handshake that ends as `test` says, on every address."""
    def prove(fault, wait):
        host = names.HOSTS[fault.argument]
        for target in (host.v4[0], host.v6[0]):
            expect(f"handshake with {target}", probes.tls(target, host.name, wait).error, test)
    return prove


def vendor_silent(fault, wait):
    gone = [host for host in names.WEB_HOSTS if host.name.endswith("." + fault.argument)]
    for seen in together(*((probes.tcp, item, 443, wait) for host in gone for item in host.v4 + host.v6)):
        expect("a host of the vendor", seen, SILENT)
    expect("another vendor", probes.tcp(GOOGLE.v4[0], 443, wait), OPEN)


def upgrade_refused(_, wait):
    expect("WebSocket", probes.websocket(TENANT4, names.TENANT, wait), lambda answer: answer.status == 426)


def cdn_forbidden(_, wait):
    expect("CDN", probes.http_get(TENANT4, names.CDN_NAME, wait, secure=True), lambda answer: answer.status == 403)
    expect("WebSocket", probes.websocket(TENANT4, names.TENANT, wait), lambda answer: answer.status == 101)


def target_resets(fault, wait):
    host = names.HOSTS[fault.argument]
    for target in (*host.v4, host.v6[0]):
        expect(target, probes.tcp(target, 443, wait), REFUSED)
        if 80 in host.ports:
            expect(f"{target} port 80", probes.tcp(target, 80, wait), OPEN)


def last_address_silent(fault, wait):
    host = names.HOSTS[fault.argument]
    port = host.ports[-1]
    first, last = together((probes.tcp, host.v4[0], port, wait), (probes.tcp, host.v4[-1], port, wait))
    expect("first address", first, OPEN)
    expect("last address", last, SILENT)


# --- paths --------------------------------------------------------------------------------------

def nothing_beyond_router(_, wait):
    for seen in together((probes.tcp, GOOGLE.v4[0], 443, wait), (probes.tcp, GOOGLE.v6[0], 443, wait),
                         (probes.dns, "8.8.8.8", names.TENANT, "A", wait)):
        expect("call", seen, SILENT)
    expect("router", probes.ping(address("router"), wait), lambda seen: seen is not None)
    expect("isp", probes.ping(address("isp"), wait), None)


def only_ipv6_silent(_, wait):
    v4, v6 = together((probes.tcp, GOOGLE.v4[0], 443, wait), (probes.tcp, GOOGLE.v6[0], 443, wait))
    expect("IPv4", v4, OPEN)
    expect("IPv6", v6, SILENT)


def unreachable_here(with_lan):
    def prove(_, wait):
        for target in (GOOGLE.v4[0], GOOGLE.v6[0]):
            expect(target, probes.tcp(target, 443, wait), "ENETUNREACH")
        expect("printer", probes.ping(address("lan-printer"), wait) is not None, with_lan)
    return prove


def address_expires(_, __):
    said = run(["ip", "-j", "-4", "address", "show", "dev", "eth0"])
    lifetimes = [entry["valid_life_time"] for card in json.loads(said) for entry in card["addr_info"]]
    expect("lifetimes", lifetimes, lambda seen: seen and all(0 < seconds <= 3600 for seconds in seen))


def gateway_gone(_, wait):
    for seen in together((probes.tcp, GOOGLE.v4[0], 443, wait), (probes.ping, address("router"), wait)):
        expect("call", seen, lambda answer: answer in (SILENT, None))
    expect("printer", probes.ping(address("lan-printer"), wait), lambda seen: seen is not None)


def router_says_no_route(_, wait):
    """A router that has said so often keeps silent for a while (it is charged twice for each): both will do."""
    for family, target, numbers in ((4, GOOGLE.v4[0], (3, 0)), (6, GOOGLE.v6[0], (1, 0))):
        told = Icmp(address("router", family, "lan"), *numbers)
        expect(f"IPv{family}", probes.tcp(target, 443, max(wait, 1.5)), lambda seen, told=told: seen in (SILENT, told))
    expect("router", probes.ping(address("router"), wait), lambda seen: seen is not None)
    expect("isp, next to it", probes.ping(address("isp"), wait), lambda seen: seen is not None)


# What connect() says for each kind of route (route(7)).
_ROUTE_ERRORS = {"blackhole": "EINVAL", "prohibit": "EACCES", "unreachable": "EHOSTUNREACH"}


def route_rejects(fault, wait):
    host = names.HOSTS["apt.my.auvik.com"]
    for target in host.v4 + host.v6:
        expect(target, probes.tcp(target, 443, wait), _ROUTE_ERRORS[fault.argument])
    expect("others", probes.tcp(GOOGLE.v4[0], 443, wait), OPEN)


def ports_run_out(fault, wait):
    """One socket more than there are ports, at the latest: one may still be closing."""
    held, refused = [], None
    try:
        while refused is None and len(held) <= fault.argument:
            try:
                held.append(socket.create_connection((GOOGLE.v4[0], 443), wait))
            except OSError as error:
                refused = error.errno
        expect(f"after {len(held)} sockets", refused, errno.EADDRNOTAVAIL)
    finally:
        for sock in held:
            sock.close()


def buffers_run_out(_, __):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        probes.listen_for_errors(sock)
        sock.connect((address("lan-printer"), 9))
        refused = 0
        for _ in range(200):
            try:
                sock.send(bytes(1000))
            except OSError as error:
                refused += error.errno == errno.ENOBUFS
    expect("ENOBUFS of 200", refused, lambda count: count >= 20)


def slow_line(fault, wait):
    """8 echoes of 1,000 octets need their time at that rate."""
    begun = time.monotonic()
    seen = together(*((probes.ping, "8.8.8.8", 4 + wait, 1000) for _ in range(8)))
    least = 8 * 1028 * 8 / (fault.argument * 1000) / 2
    expect("answers", [item for item in seen if item is None], [])
    expect("seconds", time.monotonic() - begun, lambda value: value > least)


def noisy(_, wait):
    """ping counts what comes twice."""
    done = subprocess.run(["ping", "-q", "-n", "-c", "300", "-i", "0.002", "-W", "0.2", "8.8.8.8"],
                          capture_output=True, text=True, check=False)
    expect("duplicates", done.stdout, lambda text: re.search(r"\+\d+ duplicates", text) is not None)


def strikes_later(test):
    """The wire lets the first packets pass and then strikes; the lab sets it up anew afterwards."""
    def prove(fault, wait):
        expect("before", probes.ping(address("lan-printer"), wait), lambda seen: seen is not None)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            deadline = runqueue.clock() + 1
            sent = 0
            while runqueue.clock() < deadline:
                try:
                    sock.sendto(b"?", (address("lan-printer"), 9))
                    sent += 1
                except OSError as error:
                    expect("error", errno.errorcode[error.errno], test)
                    expect("packets before it", sent, lambda count: count >= fault.argument // 2)
                    return
        raise NotShown(f"nothing happened after {sent} packets")
    return prove


def some_lost(fault, _):
    """Both ways lose: of 300 echoes about 2 x percent come to nothing; five times that is too many."""
    sent = 300
    done = subprocess.run(["ping", "-q", "-n", "-c", str(sent), "-i", "0.002", "-W", "0.2", "8.8.8.8"],
                          capture_output=True, text=True, check=False)
    received = int(done.stdout.split(" received")[0].split()[-1])
    expect("lost echoes", sent - received, lambda lost: 1 <= lost <= sent * fault.argument // 10)


def slow(fault, _):
    seen = probes.ping("8.8.8.8", 3.0 + fault.argument / 1000)
    expect("round trip in ms", seen, lambda value: fault.argument - 1 <= value <= fault.argument + 20)


# --- devices ------------------------------------------------------------------------------------

def device_silent(fault, wait):
    seen = together(*((probes.ping, address(fault.argument, family), wait) for family in (4, 6)))
    expect("ping", seen, [None, None])


def service_stopped(fault, wait):
    """Each TCP port is closed; so is the first UDP port (a host sends few ICMP errors a second)."""
    node, _ = fault.argument
    sockets = devices.SERVICES[fault.site][fault.argument].sockets
    streams = [port for proto, port in sockets if proto == "tcp"]
    datagrams = [port for proto, port in sockets if proto == "udp"][:1]
    for family, errors in ((4, (3, 3)), (6, (1, 4))):
        target = address(node, family)
        for port in streams:
            expect(f"{target} port {port}", probes.tcp(target, port, wait), REFUSED)
        for port in datagrams:
            expect(f"{target} UDP port {port}", probes.udp(target, port, b"?", wait), Icmp(target, *errors))


def snmp_silent(fault, wait):
    expect("SNMP", probes.snmp(address(fault.argument), COMMUNITY, wait), SILENT)
    expect("ping", probes.ping(address(fault.argument), wait), lambda seen: seen is not None)


# RFC 3414 4: the discovery of an engine, msgID 0x4a69. The answer is a REPORT (0xa8) with the same msgID.
_DISCOVERY = bytes.fromhex("303a020103300f02024a69020300ffe30401040201030410300e0400020100020100040004000400"
                           "301204000400a00c020237f00201000201003000")


def snmp_version3(fault, wait):
    target = address(fault.argument)
    expect("SNMPv2c", probes.snmp(target, COMMUNITY, wait), SILENT)
    expect("SNMPv3", probes.udp(target, 161, _DISCOVERY, wait),
           lambda answer: b"\x02\x02\x4a\x69" in answer and b"\xa8" in answer)


def snmp_refused(fault, wait):
    target = address(fault.argument)
    expect("SNMP", probes.snmp(target, COMMUNITY, wait), Icmp(target, 3, 3))


def ssh_refused(fault, wait):
    for family in (4, 6):
        expect("SSH", probes.tcp(address(fault.argument, family), 22, wait), REFUSED)


def stranger_answers(fault, wait):
    node, port = fault.argument
    expect("banner", probes.banner(address(node), port, wait + 0.5), lambda seen: seen.startswith(b"HTTP/1.1 400"))


def device_certificate(_, wait):
    expect("certificate", probes.tls(address("lan-switch"), "lan-switch", wait).error,
           lambda error: "self-signed" in error)
