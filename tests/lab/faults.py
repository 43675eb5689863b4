"""The table of faults: name, argument, where it can be, what it does, how it is proved, what it is."""

import ipaddress
import json
import re
import time
from dataclasses import dataclass

import answers
import boxes
import devices
import effects
import first_hop
import names
import one_port
import own_filters
import paths
import proofs
import runqueue
import topology
from shell import LabError


PROVED_WITHIN_S = 1.2       # of an idle machine


@dataclass(frozen=True)
class Argument:
    """How an argument is written, and what it means."""
    shape: str                  # for people
    pattern: str                # the whole argument
    value: object               # match -> value; raises KeyError or ValueError if it makes no sense


def _host(test):
    def value(match):
        host = names.HOSTS[match[0]]
        if not test(host):
            raise ValueError("not for this host")
        return host.name
    return value


def _device(node):
    if not node.startswith("lan-"):
        raise KeyError(node)
    return node


def _service(match):
    where = _device(match[1]), match[2]
    if where not in devices.SERVICES[devices.ESTATE]:
        raise KeyError(where)
    return where


def _switch(match):
    if match[0] != "lan-switch":
        raise KeyError(match[0])
    return match[0]


def _vendor(domain):
    if not any(host.name.endswith("." + domain) for host in names.WEB_HOSTS):
        raise KeyError(domain)
    return domain


_NAME = r"[a-z0-9.-]+"
PORT = Argument("PROTO/PORT", r"(tcp|udp)/(\d{1,5})", lambda match: (match[1], int(match[2])))
TCP_PORT = Argument("tcp/PORT", r"(tcp)/(\d{1,5})", lambda match: (match[1], int(match[2])))
HOST = Argument("HOST", _NAME, _host(lambda host: host.ports))
TLS_HOST = Argument("HOST", _NAME, _host(lambda host: 443 in host.ports and host is not names.FOREIGN))
MANY_HOST = Argument("HOST", _NAME, _host(lambda host: len(host.numbers) > 1 and host.ports))
DOMAIN = Argument("NAME", _NAME, lambda match: match[0])
DEVICE = Argument("NODE", _NAME, lambda match: _device(match[0]))
SWITCH = Argument("NODE", _NAME, _switch)
DEVICE_PORT = Argument("NODE:PORT", rf"({_NAME}):(\d{{1,5}})", lambda match: (_device(match[1]), int(match[2])))
SERVICE = Argument("NODE:SERVICE", rf"({_NAME}):([a-z0-9-]+)", _service)
DAYS = Argument("+-DAYSd", r"([+-]\d{1,5})d", lambda match: int(match[1]))
FIREWALL = Argument("nftables|iptables", r"nftables|iptables", lambda match: match[0])
PERCENT = Argument("PERCENT%", r"(\d{1,2})%", lambda match: int(match[1]))
COUNT = Argument("N", r"(\d{1,5})", lambda match: int(match[1]))
SECONDS = Argument("SECONDS", r"([+-]?\d{1,6})", lambda match: int(match[1]))
PREFIX = Argument("N", r"1[6-9]|2[0-3]", lambda match: int(match[0]))
LEARNED = Argument("permanent|learned", r"permanent|learned", lambda match: match[0])
PASSES = Argument("from|to|deaf", r"from|to|deaf", lambda match: match[0])
VIA = Argument("NETWORK:NEXTHOP", r"([0-9a-f.:]+/\d{1,3}):([0-9a-f:.]+)", first_hop.network_and_hop)
FLAP = Argument("PACKETS:SECONDS", r"(\d{1,5}):(\d{1,2})", lambda match: (int(match[1]), int(match[2])))
ROUTE = Argument("KIND", r"blackhole|prohibit|unreachable", lambda match: match[0])
VENDOR = Argument("DOMAIN", _NAME, lambda match: _vendor(match[0]))
MILLISECONDS = Argument("MSms", r"(\d{1,5})ms", lambda match: int(match[1]))
ONE_PORT = Argument("HOST:PROTO/PORT[-PORT]", r"(.+):(tcp|udp)/(\d{1,5})(-\d{1,5})?", one_port.value)
ONE_TCP_PORT = Argument("HOST:tcp/PORT[-PORT]", r"(.+):(tcp)/(\d{1,5})(-\d{1,5})?", one_port.value)
ONE_UDP_PORT = Argument("HOST:udp/PORT", r"(.+):(udp)/(\d{1,5})()", one_port.value)
RESOLVER = Argument("ADDRESS", r"[0-9a-f:.]+", lambda match: str(ipaddress.ip_address(match[0])))
ANSWER = Argument("KIND", r"status470|empty|page|script", lambda match: match[0])
FOR_ALL = Argument("MODE:PROTO/PORT",
                   r"(?:(http|banner|interim):(tcp)|(kod|unsync|refuse|reflect):(udp))/(\d{1,5})",
                   lambda match: (match[1] or match[3], match[2] or match[4], int(match[5])))
ONE_HOST = Argument("HOST", r".+", one_port.host)


@dataclass(frozen=True)
class Kind:
    """A row of the table. `nodes`: where it can be, the first is the default; none where the argument says it."""
    name: str
    argument: Argument | None
    nodes: tuple
    effect: object
    proof: object
    text: str


_FORWARDING = ("router", "isp")
_HERE = ("collector",)

KINDS = (
    Kind("drop", PORT, _FORWARDING, effects.port_rule, proofs.silent, "the firewall drops silently"),
    Kind("prohibited", PORT, _FORWARDING, effects.port_rule, proofs.icmp_refused,
         "the firewall rejects: administratively prohibited"),
    Kind("hostunreach", PORT, _FORWARDING, effects.port_rule, proofs.icmp_refused,
         "the firewall rejects: host unreachable"),
    Kind("portunreach", PORT, _FORWARDING, effects.port_rule, proofs.icmp_refused,
         "the firewall rejects: port unreachable"),
    Kind("noroute", PORT, _FORWARDING, effects.port_rule, proofs.icmp_refused, "the firewall rejects: no route"),
    Kind("return-drop", PORT, ("router",), effects.return_drop, proofs.silent, "the firewall drops the answers"),
    Kind("syn-limit", COUNT, ("router",), effects.syn_limit, proofs.many_at_once,
         "the firewall lets so many new connections a second pass"),
    Kind("connection-limit", COUNT, ("router",), effects.connection_limit, proofs.few_held,
         "the firewall lets so many connections to the web be open at once"),
    Kind("idle-drop", COUNT, ("router",), effects.idle_drop, proofs.idle_forgotten,
         "the firewall forgets connections that are quiet for so many seconds"),
    Kind("lost-tries", COUNT, ("isp",), effects.tries_lost, proofs.every_nth_lost,
         "every N-th new connection, and every N-th datagram, to the internet is lost"),
    Kind("start-lost", COUNT, ("isp",), effects.start_lost, proofs.start_vanishes,
         "the first bytes through the provider vanish"),
    Kind("reset", TCP_PORT, _FORWARDING, effects.port_rule, proofs.reset, "the firewall resets the connection attempt"),
    Kind("l7-silence", TCP_PORT, _FORWARDING, effects.layer7_silence, proofs.layer7(proofs.SILENT),
         "TCP opens, then the client's payload is dropped"),
    Kind("l7-reset", TCP_PORT, _FORWARDING, effects.layer7_reset, proofs.layer7("reset"),
         "TCP opens, then the client's payload is answered with a reset"),
    Kind("closed", ONE_PORT, (), one_port.closed, one_port.refuses,
         "one port of one host is closed: the host itself refuses"),
    Kind("silent", ONE_TCP_PORT, (), one_port.silent, one_port.keeps_silent,
         "one port of one host is silent: the host's own firewall drops"),
    Kind("large-lost", ONE_TCP_PORT, ("router",), one_port.large_lost, one_port.loses_large,
         "what one port of one host sends in large packets is lost on the way"),
    Kind("other-address", ONE_UDP_PORT, (), answers.other_address, answers.from_other_address,
         "a host answers on one port from an address that was not asked"),
    Kind("other-port", ONE_UDP_PORT, (), answers.other_port, answers.from_other_port,
         "a host answers on one port from another port"),
    Kind("other-number", ONE_UDP_PORT, (), answers.other_number, answers.with_other_number,
         "a host's DNS or NTP answers carry the number or the stamp of another question (IPv4)"),
    Kind("no-echo", ONE_HOST, (), one_port.no_echo, one_port.echoes_nothing, "one host does not answer echo requests"),
    Kind("held", PORT, _HERE, one_port.held, one_port.is_held, "another program holds the port"),
    Kind("leased-address", None, _HERE, effects.leased_address, proofs.address_expires,
         "the collector's IPv4 address is from a lease"),
    Kind("default-deny", FIREWALL, ("router",), effects.default_deny, proofs.all_denied,
         "the firewall drops all that the site opens; rules have a chain of their own, preflight or PREFLIGHT"),
    Kind("icmp-echo-drop", None, _FORWARDING, effects.echo_drop, proofs.echo_silent, "echo requests are dropped"),
    Kind("ntp-kod", None, ("internet",), effects.ntp_kiss, proofs.kiss_of_death, "time servers answer kiss-o'-death RATE"),
    Kind("ntp-unsync", None, ("internet",), effects.ntp_unsynchronised, proofs.unsynchronised,
         "time servers answer, but are not synchronised"),
    Kind("ntp-offset", SECONDS, ("internet",), effects.ntp_offset, proofs.time_off,
         "time servers are synchronised, and wrong"),
    Kind("pool-member-dead", None, ("isp",), effects.pool_member_dead, proofs.pool_member_silent,
         "one IPv4 address of the time pool is silent"),
    Kind("clock", DAYS, _HERE, effects.clock, proofs.clock_moved, "commands on the collector see a wrong wall clock"),
    Kind("dns-dead", None, ("router",), effects.dns_dead, proofs.site_dns(proofs.SILENT), "both site resolvers are silent"),
    Kind("dns-closed", None, ("router",), effects.dns_closed, proofs.site_dns(lambda seen: (seen.type, seen.code) == (3, 3)),
         "nothing listens on the site resolvers' port"),
    Kind("dns-redirect", None, ("router",), effects.dns_redirected, proofs.anybody_answers,
         "DNS to anybody outside is answered by the router"),
    Kind("dns-wildcard", TLS_HOST, ("internet",), effects.dns_wildcard, proofs.strangers_parked,
         "the provider gives names that nobody has, and this one, its parking host's address"),
    Kind("dns-nodata", DOMAIN, ("router",), effects.dns_nodata, proofs.name_empty,
         "both site resolvers know a name without an address"),
    Kind("hosts-pin", TLS_HOST, _HERE, effects.hosts_pin, proofs.pinned,
         "the collector's hosts file gives a name a stranger's address"),
    Kind("dns-servfail", None, ("router",), effects.dns_servfail, proofs.site_dns(lambda seen: seen.rcode == 2),
         "both site resolvers answer SERVFAIL"),
    Kind("dns-refused", None, ("router",), effects.dns_refused, proofs.site_dns(lambda seen: seen.rcode == 5),
         "both site resolvers answer REFUSED"),
    Kind("dns-second-dead", None, ("proxy",), effects.dns_second_dead, proofs.second_server_silent,
         "the second site resolver is silent"),
    Kind("dns-nxdomain", DOMAIN, ("router",), effects.dns_nxdomain, proofs.name_gone,
         "both site resolvers deny a name"),
    Kind("dns-hijack", None, ("router",), effects.dns_hijack, proofs.hijacked,
         "both site resolvers give every name a stranger's address"),
    Kind("dns-sinkhole", None, ("router",), effects.dns_sinkhole,
         proofs.site_dns(lambda seen: seen.data == ("0.0.0.0",)), "both site resolvers answer 0.0.0.0 for cloud names"),
    Kind("dns-denies", None, ("router",), answers.dns_denies, answers.all_denied_names,
         "both site resolvers deny every name that is not the site's"),
    Kind("dns-cut", COUNT, ("router",), answers.dns_cut, answers.answers_are_cut,
         "DNS answers over UDP are cut after so many octets, without TC"),
    Kind("dns-box", None, ("isp",), answers.dns_redirected_beyond, answers.beyond_answers,
         "DNS over UDP to anybody outside is answered by a box of the provider's (IPv4)"),
    Kind("resolver", RESOLVER, _HERE, answers.own_resolver, answers.asks_that_resolver,
         "the collector's only DNS server is this one"),
    Kind("search-wildcard", None, _HERE, answers.search_wildcard, answers.wildcard_has_all,
         "the collector's search domain has every name"),
    Kind("cdn-different-answer", None, ("router",), effects.cdn_different_answer, proofs.other_edge,
         "the site gets another, equally valid address of the CDN than 8.8.8.8 gives"),
    Kind("nat64-answers", None, ("router",), effects.nat64_answers, proofs.nat64,
         "AAAA answers are NAT64 addresses (64:ff9b::/96) that work"),
    Kind("captive-portal", None, ("router",), effects.captive_portal, proofs.captive,
         "web traffic is redirected to a login page"),
    Kind("block-page", HOST, ("router",), effects.block_page, proofs.blocked, "a web filter answers in place of the host"),
    Kind("tls-mitm-untrusted", None, ("router",), effects.tls_intercepted, proofs.intercepted(False),
         "TLS is opened by a box whose authority the collector does not know"),
    Kind("tls-mitm-trusted", None, ("router",), effects.tls_intercepted, proofs.intercepted(True),
         "TLS is opened by a box whose authority is in the collector's system store"),
    Kind("sni-reset", TLS_HOST, ("router",), effects.sni_reset, proofs.name_reset,
         "a connection is reset when its ClientHello asks for the host"),
    Kind("sni-drop", TLS_HOST, ("router",), answers.sni_drop, answers.name_swallowed,
         "a ClientHello that asks for the host vanishes"),
    Kind("proxy-only", None, ("router",), effects.proxy_only, proofs.only_by_proxy,
         "80 and 443 are dropped; the proxy still gets out"),
    Kind("proxy-407", None, ("proxy",), effects.proxy_needs_login, proofs.proxy_answers(407, 3129),
         "the proxy's port 3129 wants a login (true of the healthy site)"),
    Kind("proxy-forbids", None, ("proxy",), effects.proxy_forbids, proofs.proxy_answers(403),
         "the proxy answers 403 to CONNECT"),
    Kind("proxy-dead", None, ("proxy",), effects.proxy_dead, proofs.proxy_answers(proofs.REFUSED), "the proxy is stopped"),
    Kind("proxy-mute", None, ("proxy",), effects.proxy_replaced, proofs.proxy_swallows,
         "what holds the proxy's port accepts, and never answers"),
    Kind("proxy-hollow", None, ("proxy",), effects.proxy_replaced, proofs.proxy_hollow,
         "the proxy opens every tunnel, and closes it at once"),
    Kind("proxy-no-tunnels", None, ("proxy",), boxes.proxy_of_no_use, boxes.plain_only,
         "the proxy forwards plain HTTP, and closes every tunnel"),
    Kind("proxy-waits", None, ("proxy",), boxes.proxy_of_no_use, boxes.waits,
         "the proxy answers for itself; its own line is dead, and it waits"),
    Kind("proxy-socks", None, ("proxy",), boxes.proxy_of_no_use, boxes.speaks_socks, "a SOCKS server has the proxy's port"),
    Kind("proxy-account", None, ("proxy",), effects.proxy_needs_login, boxes.account_refused,
         "the proxy's port 3129 refuses an account (true of the healthy site)"),
    Kind("accepts-all", ONE_HOST, (), boxes.accepts, boxes.opens_everywhere,
         "a box opens every TCP port of a host, and stays silent"),
    Kind("accepts-resets", ONE_HOST, (), boxes.accepts, boxes.resets_everywhere,
         "a box opens every TCP port of a host, and resets it then"),
    Kind("accepts-one", ONE_TCP_PORT, (), boxes.accepts_one, boxes.opens_one,
         "a box opens one TCP port of a host behind the router, and stays silent; the host itself drops it"),
    Kind("accepts-one-resets", ONE_TCP_PORT, (), boxes.accepts_one, boxes.opens_one,
         "the same, and resets it then"),
    Kind("same-answer", ANSWER, ("router",), boxes.same_answer, boxes.answers_alike,
         "all plain web requests get one answer"),
    Kind("answers-for-all", FOR_ALL, ("router",), boxes.answers_for_all, boxes.one_answers_for_all,
         "the router answers a port for all hosts behind it, and wrong"),
    Kind("redirect-https", HOST, ("internet",), boxes.redirected_by_https, boxes.redirects_away_by_https,
         "the host's port 80 sends visitors to somebody else's site, by HTTPS"),
    Kind("bans", COUNT, ("router",), boxes.bans, boxes.ban_comes,
         "who opens more than N connections to lan-windows gets nothing through to it any more"),
    Kind("bans-all", COUNT, ("router",), boxes.bans_all, boxes.ban_of_all_comes,
         "who opens more than N flows through the router gets nothing through it any more"),
    Kind("ws-stripped", None, ("internet",), effects.websocket_stripped, proofs.upgrade_refused,
         "the Upgrade header is lost: the tenant answers 426"),
    Kind("tls-expired", TLS_HOST, ("internet",), effects.tls_expired, proofs.certificate_error("expired"),
         "the host's certificate has expired"),
    Kind("tls-wrong-name", TLS_HOST, ("internet",), effects.tls_wrong_name, proofs.certificate_error("mismatch"),
         "the host's certificate is for another name"),
    Kind("tls-not-yet", TLS_HOST, ("internet",), effects.tls_not_yet, proofs.certificate_error("not yet valid"),
         "the host's certificate begins in the future"),
    Kind("tls-self-signed", TLS_HOST, ("internet",), effects.tls_self_signed, proofs.certificate_error("self-signed"),
         "the host's certificate is self-signed"),
    Kind("tls-no-intermediate", TLS_HOST, ("internet",), effects.tls_no_intermediate,
         proofs.certificate_error("unable to get local issuer"), "the host does not send its intermediate certificate"),
    Kind("tls-old", TLS_HOST, ("internet",), effects.tls_old,
         proofs.tls_fails(lambda error: "protocol version" in error.lower() or "legacy sigalg" in error.lower()),
         "the host knows TLS 1.1 at most"),
    Kind("tls-missing", TLS_HOST, ("internet",), effects.tls_missing,
         proofs.tls_fails(lambda error: "wrong version number" in error.lower().replace("_", " ")),
         "the host speaks plain HTTP on 443"),
    Kind("redirect", HOST, ("internet",), effects.redirected, proofs.redirects_away,
         "the host's port 80 sends visitors to somebody else's site"),
    Kind("vendor-down", VENDOR, ("internet",), effects.vendor_down, proofs.vendor_silent,
         "all hosts of a domain are silent"),
    Kind("cdn-403", None, ("internet",), effects.cdn_forbidden, proofs.cdn_forbidden,
         "the CDN's name answers 403 over HTTPS"),
    Kind("service-down", TLS_HOST, ("internet",), effects.service_down, proofs.target_resets,
         "the host resets connections to 443"),
    Kind("one-address-dead", MANY_HOST, ("isp",), effects.one_address_dead, proofs.last_address_silent,
         "the last IPv4 address of the host is silent"),
    Kind("mtu-black-hole", None, ("isp",), effects.mtu_black_hole, proofs.large_lost,
         "packets over 1300 bytes vanish, both ways, without a word"),
    Kind("isp-down", None, ("isp",), effects.isp_down, proofs.nothing_beyond_router, "the provider drops everything"),
    Kind("ipv6-broken", None, ("isp",), effects.ipv6_broken, proofs.only_ipv6_silent, "the provider drops IPv6"),
    Kind("loss", PERCENT, ("isp",), effects.loss, proofs.some_lost, "the line to the provider loses packets, each way"),
    Kind("rtt", MILLISECONDS, ("isp",), effects.round_trip, proofs.slow, "the line to the provider is slow (round trip)"),
    Kind("no-default-route", None, _HERE, effects.no_default_route, proofs.unreachable_here(True),
         "the collector has no default route"),
    Kind("router-no-route", None, ("router",), effects.router_no_route, proofs.router_says_no_route,
         "the router has no default route"),
    Kind("local-route", ROUTE, _HERE, effects.rejecting_route, proofs.route_rejects,
         "a route of the collector rejects apt.my.auvik.com"),
    Kind("local-ports", COUNT, _HERE, effects.local_ports, proofs.ports_run_out,
         "the collector has so many local ports only"),
    Kind("local-buffer", None, _HERE, effects.local_buffer, proofs.buffers_run_out,
         "the collector's card takes one packet at a time: ENOBUFS"),
    Kind("line-rate", COUNT, ("isp",), effects.line_rate, proofs.slow_line,
         "the line to the provider carries so many kbit/s"),
    Kind("line-noise", None, ("isp",), effects.line_noise, proofs.noisy,
         "the line to the provider doubles, reorders and damages packets"),
    Kind("link-drops", COUNT, _HERE, effects.link_drops, proofs.strikes_later("ENETUNREACH"),
         "the collector's link goes down when it has sent so many packets"),
    Kind("address-goes", COUNT, _HERE, effects.address_goes, proofs.strikes_later("ENETUNREACH"),
         "the collector's IPv4 address is removed when it has sent so many packets"),
    Kind("link-down", None, _HERE, effects.link_down, proofs.unreachable_here(False), "the collector's interface is down"),
    Kind("local-reject", PORT, _HERE, effects.local_rule, proofs.locally_refused, "the collector's own firewall rejects"),
    Kind("local-drop", PORT, _HERE, effects.local_rule, proofs.locally_dropped, "the collector's own firewall drops"),
    Kind("local-input-drop", PORT, _HERE, own_filters.input_drop, own_filters.answers_kept,
         "the collector's own firewall drops the answers when they have come in"),
    Kind("local-reset", TCP_PORT, _HERE, own_filters.reset, own_filters.refused_unsent,
         "the collector's own firewall resets the connection attempt"),
    Kind("local-redirect", TCP_PORT, _HERE, own_filters.redirect, own_filters.refused_unsent,
         "the collector redirects connections to a port of its own on which nothing listens"),
    Kind("gateway-dead", None, ("router",), effects.gateway_dead, proofs.gateway_gone,
         "the router is gone from the collector's network (no ARP answer)"),
    Kind("wrong-prefix", PREFIX, _HERE, first_hop.wrong_prefix, first_hop.prefix_too_wide,
         "the collector takes more for its own network than is there: 10.2.0.2/N, and /48 over IPv6"),
    Kind("flat-network", None, ("router",), first_hop.flat_network, first_hop.one_wire,
         "the whole site is one /16 (IPv6: /48) on one wire"),
    Kind("gateway-is-host", None, _HERE, first_hop.gateway_is_host, first_hop.gateway_forwards_nothing,
         "the collector's default gateway is the printer, which forwards nothing"),
    Kind("gateway-passes-nothing", PASSES, ("router",), first_hop.gateway_passes_nothing, first_hop.first_hop_only,
         "the router passes on nothing from or to the collector; deaf: nor does it answer it for itself"),
    Kind("wrong-route", VIA, _HERE, first_hop.wrong_route, first_hop.route_leads_away,
         "the collector has a route of its own to a network behind the router, by a next hop that does not lead there"),
    Kind("gateway-link-address", LEARNED, _HERE, first_hop.gateway_link_address, first_hop.gateway_elsewhere,
         "the collector has a wrong link address for the router: by hand, or learned from one who claims to be it"),
    Kind("address-taken", None, ("lan-printer",), first_hop.address_taken, first_hop.somebody_else_answers,
         "the printer claims the collector's addresses, too, and the router sends to the printer"),
    Kind("foreign-address", None, _HERE, first_hop.foreign_address, first_hop.answers_get_lost,
         "the collector has addresses of another network, to which no answer comes back"),
    Kind("nonlocal-bind", None, _HERE, first_hop.nonlocal_bind, first_hop.binds_anything,
         "programs of the collector may bind addresses that it does not have"),
    Kind("routing-loop", None, ("internet",), paths.routing_loop, paths.goes_round,
         "the provider and the internet behind it send packets for the public hosts to each other"),
    Kind("site-route-lost", None, ("router",), paths.site_route_lost, paths.leaves_the_site,
         "the router has no IPv4 route to the devices' VLAN and sends their packets to the provider"),
    Kind("flows-lost", None, ("router",), paths.flows_lost, paths.half_of_flows_die,
         "half of all flows die, by their source port"),
    Kind("link-flaps", FLAP, ("router",), paths.link_flaps, paths.goes_and_returns,
         "the router's link to the LAN is out for SECONDS when so many packets have come to it"),
    Kind("host-off", DEVICE, (), effects.host_off, proofs.device_silent, "the device is off"),
    Kind("service-off", SERVICE, (), effects.service_off, proofs.service_stopped, "a service of the device is stopped"),
    Kind("snmp-wrong-community", SWITCH, (), effects.snmp_wrong_community, proofs.snmp_silent,
         "the device's SNMP community is another"),
    Kind("snmp-v3-only", SWITCH, (), effects.snmp_v3_only, proofs.snmp_version3,
         "the device's SNMP agent has no community, only an SNMPv3 user"),
    Kind("snmp-agent-off", SWITCH, (), effects.snmp_agent_off, proofs.snmp_refused,
         "the device's SNMP agent is stopped"),
    Kind("ssh-off", SWITCH, (), effects.ssh_off, proofs.ssh_refused, "the device's SSH server is stopped"),
    Kind("wrong-service", DEVICE_PORT, (), effects.wrong_service, proofs.stranger_answers,
         "a web server answers on a port of the device where another service is expected"),
    Kind("lan-self-signed", None, ("lan-switch",), effects.self_signed_device, proofs.device_certificate,
         "a device serves HTTPS with a self-signed certificate"),
)
_BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class Fault:
    text: str
    kind: Kind
    argument: object
    node: str
    site: str

    def apply(self, plan, context):
        self.kind.effect(self, plan, context)


def parse(text, site=devices.ESTATE):
    """NAME[:ARG][@NODE] -> Fault. Where it is not known which site is up, the larger one is assumed."""
    body, _, node = text.partition("@")
    name, _, argument = body.partition(":")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise LabError(f"{text}: no fault {name!r} (see: lab faults)")
    if node and node not in kind.nodes:
        raise LabError(f"{text}: {name} can be at {', '.join(kind.nodes) or 'no other node'}, not at {node!r}")
    node = node or (kind.nodes or ("",))[0]
    value = _argument(text, kind, argument)
    if kind.argument in (DEVICE, DEVICE_PORT, SERVICE):
        device = value if kind.argument is DEVICE else value[0]
        if device not in topology.NODES[site] or kind.argument is SERVICE and value not in devices.SERVICES[site]:
            raise LabError(f"{text}: the site {site!r} has no {argument!r}")
    return Fault(text, kind, value, node, site)


def _argument(text, kind, given):
    if kind.argument is None:
        if given:
            raise LabError(f"{text}: {kind.name} takes no argument")
        return None
    match = re.fullmatch(kind.argument.pattern, given)
    try:
        if match:
            return kind.argument.value(match)
    except (KeyError, ValueError):
        pass
    raise LabError(f"{text}: {kind.name} wants {kind.argument.shape}, not {given!r}")


class Context:
    """What an effect may need beside the plan."""

    def __init__(self, catalogue, authorities):
        self.catalogue, self.pki = catalogue, authorities

    def files(self, slug):
        """Where the certificate and the key of a leaf will be, once the plan is applied."""
        return str(self.pki.folder / f"{slug}.pem"), str(self.pki.folder / f"{slug}.key")


def prove(fault, patience):
    """Repeat the fault's proof until it shows (returns "") or the time is over (returns what was seen)."""
    deadline = runqueue.clock() + PROVED_WITHIN_S
    while True:
        try:
            fault.kind.proof(fault, patience)
            return ""
        except proofs.NotShown as error:
            if runqueue.clock() > deadline:
                return str(error)
            patience *= runqueue.MORE_PATIENT
            time.sleep(0.02)


def as_json():
    return json.dumps([{"name": kind.name, "argument": kind.argument.shape if kind.argument else None,
                        "nodes": list(kind.nodes), "description": kind.text} for kind in KINDS], indent=2)


def as_text():
    rows = [(kind.name + (f":{kind.argument.shape}" if kind.argument else ""), ",".join(kind.nodes), kind.text)
            for kind in KINDS]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{name:{widths[0]}}  {nodes:{widths[1]}}  {text}" for name, nodes, text in rows)
