"""The healthy site, seen from the collector: every service that the lab promises answers."""

import time
from concurrent.futures import ThreadPoolExecutor

import devices
import estate_health
import names
import probes
import runqueue
import services
import topology
from probes import OPEN, REFUSED


def _checks(wait, variant):
    """(what, function, wanted answer or test) of every promise."""
    checks = []

    def add(what, wanted, function, *arguments):
        checks.append((what, wanted, function, arguments))

    for server in (*names.GOOGLE_DNS4, *names.GOOGLE_DNS6, "10.2.0.1", "10.2.2.10", "2001:db8:2::1"):
        add(f"DNS at {server}", lambda answer: names.public4(names.TENANT_NUMBER) in answer.data,
            probes.dns, server, names.TENANT, "A", wait)
    for server in names.GOOGLE_DNS4:
        add(f"DNS over TCP at {server}", lambda answer: answer.data, probes.dns, server, names.TENANT, "AAAA", wait, True)
    if variant == "cloudfront":
        add("alias of the tenant", lambda answer: names.CDN_NAME in answer.data,
            probes.dns, "10.2.0.1", names.TENANT, "A", wait)
    for host in names.WEB_HOSTS:
        for address in names.web_addresses(host):
            for port in host.ports:
                add(f"{host.name} at {address} port {port}", OPEN, probes.tcp, address, port, wait)
        if 443 in host.ports:
            add(f"certificate of {host.name}", "", lambda *rest: probes.tls(*rest).error, host.v4[0], host.name, wait)
    add("WebSocket of the tenant", lambda answer: answer.status == 101,
        probes.websocket, names.public4(names.TENANT_NUMBER), names.TENANT, wait)
    for number in names.POOL_NUMBERS:
        for address in (names.public4(number), names.public6(number)):
            add(f"time at {address}", lambda answer: (answer.leap, answer.stratum) == (0, 2), probes.ntp, address, wait)
    for node in ("lan-switch", "lan-windows", "lan-printer"):
        for family in (4, 6):
            add(f"ping {node}", lambda answer: answer is not None,
                probes.ping, topology.address(node, family), wait)
    for node, port, wanted in (("lan-switch", 22, OPEN), ("lan-switch", 23, OPEN), ("lan-switch", 445, REFUSED),
                               ("lan-windows", 445, OPEN), ("lan-windows", 139, OPEN), ("lan-windows", 5985, OPEN),
                               ("lan-printer", 9100, OPEN), ("lan-printer", 445, REFUSED)):
        for family in (4, 6):
            add(f"{node} port {port}", wanted, probes.tcp, topology.address(node, family), port, wait)
    add("SNMP of lan-switch", lambda answer: b"Lab switch" in answer,
        probes.snmp, topology.address("lan-switch"), services.COMMUNITY, wait)
    printer = topology.address("lan-printer")
    add("mDNS", printer, probes.mdns, "224.0.0.251", "eth0", wait)
    add("mDNS over IPv6", topology.link_local("lan-printer"), probes.mdns, "ff02::fb", "eth0", wait)
    add("SSDP", printer, probes.ssdp, "239.255.255.250", "eth0", wait)
    target = f"{names.TENANT}:443"
    add("proxy", 200, probes.connect_through, "10.2.2.10", 3128, target, wait)
    add("proxy without login", 407, probes.connect_through, "10.2.2.10", 3129, target, wait)
    add("proxy with login", 200, probes.connect_through, "10.2.2.10", 3129, target, wait,
        f"{services.PROXY_USER}:{services.PROXY_PASSWORD}")
    return checks


def _problem(check):
    what, wanted, function, arguments = check
    try:
        seen = function(*arguments)
        good = wanted(seen) if callable(wanted) else seen == wanted
    except Exception as error:  # an answer of another shape is a problem like any other
        seen, good = f"{type(error).__name__}: {error}", False
    return None if good else f"{what}: {seen}"


def wait(patience, variant, site):
    """The problems that remain when all checks have passed once, or the time is over (of an idle machine)."""
    deadline = runqueue.clock() + 4 + 8 * patience
    left, problems = None, []
    with ThreadPoolExecutor(64) as pool:
        while True:
            checks = _checks(patience, variant)
            if site == devices.ESTATE:
                checks += estate_health.checks(patience)
            left = range(len(checks)) if left is None else left
            problems = list(zip(left, pool.map(_problem, [checks[index] for index in left])))
            problems = [(index, text) for index, text in problems if text]
            left = [index for index, _ in problems]
            if not left or runqueue.clock() > deadline:
                break
            patience *= runqueue.MORE_PATIENT
            time.sleep(0.02)
    return [text for _, text in problems]
