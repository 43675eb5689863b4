"""What each fault does to the plan. One function per fault (or family of faults), called with the fault."""

import json

import devices
import names
import wallclock
from pki import Unchained
from services import Service, peer, service_on
from shell import LabError
from topology import ROUTES, address_batch

# The customer's firewall filters what the LAN and the VLAN send, except to the DMZ.
FROM_LAN = 'iifname { "lan", "vlan" } oifname { "wan", "vlan" } '
_SCOPE = {"router": FROM_LAN, "isp": ""}

VERDICTS = {
    "drop": "drop",
    "prohibited": "reject with icmpx admin-prohibited",
    "hostunreach": "reject with icmpx host-unreachable",
    "portunreach": "reject with icmpx port-unreachable",
    "reset": "reject with tcp reset",
    "noroute": "reject with icmpx no-route",
}


def _match(hosts):
    """nft expressions that match a host's addresses, one per family."""
    v4, v6 = hosts.v4, hosts.v6 + tuple(names.nat64(item) for item in hosts.v4)
    return f"ip daddr {{ {', '.join(v4)} }}", f"ip6 daddr {{ {', '.join(v6)} }}"


def port_rule(fault, plan, _):
    """drop, prohibited, hostunreach, portunreach, reset on a forwarding node."""
    proto, port = fault.argument
    if fault.kind.name == "reset" and proto != "tcp":
        raise LabError(f"{fault.text}: only TCP can be reset")
    plan.rules[fault.node, "forward"].append(f"{_SCOPE[fault.node]}{proto} dport {port} {VERDICTS[fault.kind.name]}")


def return_drop(fault, plan, _):
    """The answers vanish, not the questions."""
    proto, port = fault.argument
    plan.rules["router", "forward"].append(f'iifname "wan" {proto} sport {port} drop')


_NEW = 'iifname { "lan", "vlan" } oifname "wan" tcp '


def syn_limit(fault, plan, _):
    """Flood protection: so many new connections a second, from the whole site."""
    plan.rules["router", "forward"].append(
        f"{_NEW}flags & (syn | ack) == syn limit rate over {fault.argument}/second drop")


def connection_limit(fault, plan, _):
    plan.rules["router", "forward"].append(f"{_NEW}dport {{ 80, 443 }} ct state new ct count over {fault.argument} drop")


_FLOW = "ip saddr . tcp sport . ip daddr . tcp dport"


def idle_drop(fault, plan, _):
    """A connection whose client says nothing for so long is forgotten; what it says then, vanishes."""
    plan.sets["router"].append("alive { type ipv4_addr . inet_service . ipv4_addr . inet_service; "
                               f"flags dynamic,timeout; timeout {fault.argument}s; }}")
    match = 'iifname { "lan", "vlan" } oifname "wan" meta nfproto ipv4 tcp '
    plan.rules["router", "forward"] += [
        f"{match}flags & syn == syn update @alive {{ {_FLOW} }} accept",
        f"{match}flags & (fin | rst) == 0 {_FLOW} @alive update @alive {{ {_FLOW} }} accept",
        f"{match}flags & (fin | rst) == 0 {_FLOW} != @alive drop"]


def tries_lost(fault, plan, _):
    """Every N-th new connection and datagram to the internet is lost: loss without chance."""
    match = 'iifname "wan" ip daddr { 198.51.100.0/24, 8.8.8.8, 8.8.4.4 } '
    for what in ("tcp flags & (syn | ack) == syn", "meta l4proto { udp, icmp }"):
        plan.rules["isp", "forward"].append(f"{match}{what} numgen inc mod {fault.argument} == 0 drop")


def start_lost(fault, plan, _):
    """The line wakes up late: the first bytes through the provider vanish."""
    plan.rules["isp", "forward"].append(f"quota until {fault.argument} bytes drop")
    plan.rearm_firewall.add("isp")


def layer7_silence(fault, plan, _):
    proto, port = fault.argument
    plan.rules[fault.node, "forward"].append(
        f"{_SCOPE[fault.node]}{proto} dport {port} ct original packets gt 2 drop")


def layer7_reset(fault, plan, _):
    proto, port = fault.argument
    plan.rules[fault.node, "forward"].append(
        f"{_SCOPE[fault.node]}{proto} dport {port} ct original packets gt 2 reject with tcp reset")


def default_deny(fault, plan, _):
    plan.closed[fault.node] = fault.argument


def echo_drop(fault, plan, _):
    for match in ("icmp type echo-request", "icmpv6 type echo-request"):
        plan.rules[fault.node, "forward"].append(f"{_SCOPE[fault.node]}{match} drop")


def local_rule(fault, plan, _):
    proto, port = fault.argument
    verdict = {"local-reject": "reject", "local-drop": "drop"}[fault.kind.name]
    plan.rules["collector", "output"].append(f"{proto} dport {port} {verdict}")


# --- time ---------------------------------------------------------------------------------------

def ntp_kiss(_, plan, __):
    plan.stopped.add("chrony")
    plan.extra["ntp-kod"] = Service("ntp-kod", "internet", peer("ntp_kod.py"), (("udp", 123),))


def ntp_unsynchronised(_, plan, __):
    plan.ntp_synchronised = False


def ntp_offset(fault, plan, __):
    plan.stopped.add("chrony")
    plan.extra["ntp-offset"] = Service("ntp-offset", "internet", peer("ntp_offset.py", fault.argument), (("udp", 123),))


def pool_member_dead(_, plan, __):
    plan.rules["isp", "forward"].append(f"ip daddr {names.public4(names.POOL_NUMBERS[0])} udp dport 123 drop")


def clock(fault, plan, _):
    plan.environment = wallclock.environment(fault.argument)


# --- names --------------------------------------------------------------------------------------

_DROP_QUERIES = "meta l4proto { tcp, udp } th dport 53 drop"


def dns_dead(_, plan, __):
    for node in ("router", "proxy"):
        plan.rules[node, "input"].append(_DROP_QUERIES)


def dns_second_dead(_, plan, __):
    plan.rules["proxy", "input"].append(_DROP_QUERIES)


def dns_closed(_, plan, __):
    for node in ("router", "proxy"):
        plan.rules[node, "input"].append("meta l4proto { tcp, udp } th dport 53 reject")


def dns_redirected(_, plan, __):
    for family, inside in (("ip", "10.0.0.0/8"), ("ip6", "2001:db8:2::/48")):
        for proto in ("udp", "tcp"):
            plan.rules["router", "prerouting"].append(
                f'iifname {{ "lan", "vlan" }} {family} daddr != {inside} {proto} dport 53 redirect to :53')


def dns_wildcard(fault, plan, context):
    """The provider's resolver gives names that nobody has its parking host; the given one is such a name."""
    plan.extra["isp-resolver"] = context.catalogue.isp_resolver(plan.variant, parked=fault.argument)
    plan.upstream = (names.ISP_RESOLVER,)


def dns_nodata(fault, plan, _):
    plan.resolver_lines.append(f'local-zone: "{fault.argument}." always_nodata')


def dns_servfail(_, plan, __):
    # A resolver that may ask nobody fails at once.
    plan.resolver_lines += ["do-not-query-address: 0.0.0.0/0", "do-not-query-address: ::/0"]


def dns_refused(_, plan, __):
    plan.resolver_lines += ["access-control: 10.0.0.0/8 refuse", "access-control: 2001:db8::/32 refuse"]


def dns_nxdomain(fault, plan, _):
    plan.resolver_lines.append(f'local-zone: "{fault.argument}." always_nxdomain')


def dns_hijack(_, plan, __):
    plan.resolver_lines += ['local-zone: "." redirect', f'local-data: ". 60 IN A {names.FOREIGN.v4[0]}"',
                            f'local-data: ". 60 IN AAAA {names.FOREIGN.v6[0]}"']


def dns_sinkhole(_, plan, __):
    plan.resolver_lines += [f'local-zone: "{domain}." always_null' for domain in names.CLOUD_DOMAINS]


def cdn_different_answer(_, plan, context):
    plan.extra["isp-resolver"] = context.catalogue.isp_resolver(plan.variant)
    plan.upstream = (names.ISP_RESOLVER,)


def nat64_answers(_, plan, __):
    plan.resolver_modules = "dns64 iterator"
    plan.resolver_lines += [f"dns64-prefix: {names.NAT64_PREFIX}/96", "dns64-synthall: yes"]


# --- middleboxes --------------------------------------------------------------------------------

def _redirect(plan, match, port, target=None):
    onto = f" to :{target}" if target else ""
    plan.rules["router", "prerouting"].append(f'iifname {{ "lan", "vlan" }} {match} tcp dport {port} redirect{onto}')


_OUTSIDE = ("meta nfproto ipv4 ip daddr != 10.0.0.0/8", "meta nfproto ipv6 ip6 daddr != 2001:db8:2::/48")


def captive_portal(_, plan, context):
    plan.wanted_leaves.append(("portal", ("login.portal.example",), None, 0))
    certificate, key = context.files("portal")
    plan.extra["portal"] = Service("portal", "router", peer("appliance.py", "portal", 80, 443, certificate, key),
                                   (("tcp", 80), ("tcp", 443)))
    for match in _OUTSIDE:
        for port in (80, 443):
            _redirect(plan, match, port)


def block_page(fault, plan, context):
    plan.wanted_leaves.append(("filter-page", ("blockpage.fortiguard.example",), context.pki.filter, 0))
    certificate, key = context.files("filter-page")
    plan.extra["block-page"] = Service("block-page", "router",
                                       peer("appliance.py", "block", 8080, 8443, certificate, key),
                                       (("tcp", 8080), ("tcp", 8443)))
    for match in _match(names.HOSTS[fault.argument]):
        _redirect(plan, match, 80, 8080)
        _redirect(plan, match, 443, 8443)


def tls_intercepted(fault, plan, context):
    """Every certificate is replaced by one of the corporate authority, which the host may or may not trust."""
    plan.corporate_root_trusted = fault.kind.name == "tls-mitm-trusted"
    hosts = [host for host in names.WEB_HOSTS if 443 in host.ports]
    subjects = {host.name: (host.name,) for host in hosts}
    subjects[names.CDN_NAME] = ("*.cloudfront.net",)
    for name, sans in subjects.items():
        plan.wanted_leaves.append((f"mitm-{name}", sans, context.pki.corporate, 0))
    table = {"files": {name: context.files(f"mitm-{name}") for name in subjects},
             "addresses": {item: host.name for host in hosts for item in names.web_addresses(host)}}
    path = context.catalogue.run / "intercept" / "table.json"
    plan.extra["intercept"] = Service("intercept", "router", peer("tls_relay.py", "intercept", 8444, path),
                                      (("tcp", 8444),), {"table.json": json.dumps(table)})
    for match in _OUTSIDE:
        _redirect(plan, match, 443, 8444)


def sni_reset(fault, plan, _):
    host = names.HOSTS[fault.argument]
    port = 8500 + host.numbers[0]
    plan.extra[f"sni-{host.name}"] = Service(f"sni-{host.name}", "router",
                                             peer("tls_relay.py", "filter", port, host.name), (("tcp", port),))
    for match in _match(host):
        _redirect(plan, match, 443, port)


def proxy_only(_, plan, __):
    plan.rules["router", "forward"].append('iifname { "lan", "vlan" } oifname "wan" tcp dport { 80, 443 } drop')


def mtu_black_hole(fault, plan, _):
    plan.rules[fault.node, "forward"].append("meta length > 1300 drop")


# --- servers ------------------------------------------------------------------------------------

def tls_expired(fault, plan, context):
    slug = f"expired-{fault.argument}"
    plan.wanted_leaves.append((slug, (fault.argument,), context.pki.issuing, -200))
    plan.certificates[fault.argument] = slug


def tls_not_yet(fault, plan, context):
    slug = f"not-yet-{fault.argument}"
    plan.wanted_leaves.append((slug, (fault.argument,), context.pki.issuing, 200))
    plan.certificates[fault.argument] = slug


def tls_self_signed(fault, plan, context):
    slug = f"self-signed-{fault.argument}"
    plan.wanted_leaves.append((slug, (fault.argument,), None, 0))
    plan.certificates[fault.argument] = slug


def tls_no_intermediate(fault, plan, context):
    slug = f"unchained-{fault.argument}"
    plan.wanted_leaves.append((slug, (fault.argument,), Unchained(context.pki.issuing), 0))
    plan.certificates[fault.argument] = slug


def tls_old(fault, plan, _):
    plan.old_tls.add(fault.argument)


def tls_missing(fault, plan, _):
    plan.plain_tls.add(fault.argument)


ELSEWHERE = "http://elsewhere.example/"


def redirected(fault, plan, _):
    plan.redirects[fault.argument] = ELSEWHERE


def vendor_down(fault, plan, _):
    """The hosts of a domain and whatever else is at their addresses answer nothing."""
    for host in names.WEB_HOSTS:
        if host.name.endswith("." + fault.argument):
            for match in _match(host):
                plan.rules["internet", "input"].append(f"{match} drop")


def tls_wrong_name(fault, plan, context):
    plan.wanted_leaves.append(("wrong-name", ("another-customer.example",), context.pki.issuing, 0))
    plan.certificates[fault.argument] = "wrong-name"


def websocket_stripped(_, plan, __):
    plan.stripped_websocket = True


def cdn_forbidden(_, plan, __):
    plan.blocked_cdn = True


def service_down(fault, plan, _):
    # The target's own kernel resets: time to live and address are those of its other answers.
    for match in _match(names.HOSTS[fault.argument]):
        plan.rules["internet", "input"].append(f"{match} tcp dport 443 reject with tcp reset")


def one_address_dead(fault, plan, _):
    plan.rules["isp", "forward"].append(f"ip daddr {names.HOSTS[fault.argument].v4[-1]} drop")


def proxy_needs_login(_, __, ___):
    """Nothing to change: port 3129 of the healthy proxy wants a login. The proof shows it."""


def proxy_forbids(_, plan, __):
    plan.proxy_forbids = True


def proxy_dead(_, plan, __):
    plan.stopped.add("squid")


def proxy_replaced(fault, plan, _):
    """Another program holds the proxy's port."""
    role = {"proxy-mute": "mute", "proxy-hollow": "hollow-proxy"}[fault.kind.name]
    plan.stopped.add("squid")
    plan.extra[role] = Service(role, "proxy", peer("scripted.py", role, 3128), (("tcp", 3128),))


# --- paths --------------------------------------------------------------------------------------

def isp_down(_, plan, __):
    plan.rules["isp", "forward"].append("drop")
    plan.rules["isp", "input"].append("drop")


def ipv6_broken(_, plan, __):
    plan.rules["isp", "forward"].append("meta nfproto ipv6 drop")


def no_default_route(_, plan, __):
    plan.collector_default_route = False


def router_no_route(_, plan, __):
    for route in ROUTES["router"]:
        family = "-6" if "::" in route else "-4"
        plan.commands.append(("router", ("ip", family, "route", "del", *route.split()),
                              ("ip", family, "route", "replace", *route.split())))


def rejecting_route(fault, plan, _):
    """A route of the collector refuses the host's addresses."""
    for item in names.HOSTS["apt.my.auvik.com"].v4 + names.HOSTS["apt.my.auvik.com"].v6:
        plan.commands.append(("collector", ("ip", "route", "add", fault.argument, item),
                              ("ip", "route", "del", fault.argument, item)))


def hosts_pin(fault, plan, _):
    plan.host_lines.append(f"{names.FOREIGN.v4[0]} {fault.argument}")


def local_ports(fault, plan, _):
    """So few local ports that connections run out of them."""
    first = 40000
    plan.commands.append(("collector",
                          ("sysctl", "-qw", f"net.ipv4.ip_local_port_range={first} {first + fault.argument - 1}"),
                          ("sysctl", "-qw", "net.ipv4.ip_local_port_range=32768 60999")))


def _shaped(node, device, *words):
    return (node, ("tc", "qdisc", "add", "dev", device, "root", "tbf", *words),
            ("tc", "qdisc", "del", "dev", device, "root"))


def local_buffer(_, plan, __):
    """The collector's card takes hardly more than one packet at a time: sending meets ENOBUFS."""
    plan.commands.append(_shaped("collector", "eth0", "rate", "2mbit", "burst", "1600", "limit", "1600"))


def line_rate(fault, plan, _):
    for node in ("router", "isp"):
        plan.commands.append(_shaped(node, "wan", "rate", f"{fault.argument}kbit", "burst", "1600", "latency", "4s"))


def line_noise(_, plan, __):
    """Five in a hundred packets twice, five overtaken, one in a hundred damaged."""
    plan.delay_ms = max(plan.delay_ms, 5)
    plan.noise = (50, 50, 10)


TRIPWIRE_PORT = 4   # of the collector's loopback: says that the wire is there


def _tripwire(plan, count, undo, *command):
    plan.extra["tripwire"] = Service("tripwire", "collector",
                                     peer("tripwire.py", count, TRIPWIRE_PORT, "eth0", "out", "--", *command),
                                     (("udp", TRIPWIRE_PORT),))
    plan.rearm.add("tripwire")
    plan.commands += [("collector", ("true",), tuple(words)) for words in undo]


def _restored():
    """Commands that give the collector back what it lost, in the order in which they are undone: last first."""
    lines = [("ip", *line.split()) for line in address_batch("collector").splitlines()]
    return reversed(lines)


def link_drops(fault, plan, _):
    _tripwire(plan, fault.argument, _restored(), "ip", "link", "set", "eth0", "down")


def address_goes(fault, plan, _):
    _tripwire(plan, fault.argument, _restored(), "ip", "addr", "del", "10.2.0.2/24", "dev", "eth0")


def link_down(_, plan, __):
    plan.collector_link_down = True


def leased_address(_, plan, __):
    plan.collector_leased = True


def gateway_dead(_, plan, __):
    plan.pulled.add("router-lan")


def loss(fault, plan, _):
    plan.loss_permille = fault.argument * 10


def round_trip(fault, plan, _):
    plan.delay_ms = fault.argument // 2


# --- devices ------------------------------------------------------------------------------------

def host_off(fault, plan, _):
    plan.pulled.add(fault.argument)


def service_off(fault, plan, _):
    plan.stopped.add(devices.SERVICES[plan.site][fault.argument].daemon)


def snmp_wrong_community(fault, plan, _):
    plan.communities[fault.argument] = "not-the-one-you-know"


def snmp_v3_only(fault, plan, _):
    plan.communities[fault.argument] = ""


def snmp_agent_off(_, plan, __):
    plan.stopped.add("snmpd")


def ssh_off(_, plan, __):
    plan.stopped.add("sshd")


def wrong_service(fault, plan, context):
    node, port = fault.argument
    holder = service_on(context.catalogue, plan, node, port)
    if holder:
        plan.stopped.add(holder)
    name = f"stranger-{node}-{port}"
    plan.extra[name] = Service(name, node, peer("scripted.py", "stranger", port), (("tcp", port),))


def self_signed_device(_, plan, context):
    plan.wanted_leaves.append(("device", ("lan-switch",), None, 0))
    certificate, key = context.files("device")
    plan.extra["device-web"] = Service("device-web", "lan-switch", peer("appliance.py", "device", 443, certificate, key),
                                       (("tcp", 443),))
