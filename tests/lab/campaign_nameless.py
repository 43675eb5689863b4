"""Faults that no rule of the product names, and oddities that harm nothing: what they do to a node.

A function returns (node, what does it, what undoes it), both for `sh` on that node. What a fault of these shows is
not asserted here: campaign_probe.py looks.
"""

TABLE = "campaign"
# After conntrack (-200) and before the faults of the lab (0): a flow is known before its packets are changed.
_HOOKS = {"forward": "type filter hook forward priority -140; policy accept;",
          "output": "type filter hook output priority -140; policy accept;"}
_SEEN = "set seen { type inet_proto . inet_service . inet_service; flags dynamic,timeout; timeout 20s; }"


def ruleset(node, rules, hook="forward", sets=()):
    """nft rules in a table of their own."""
    lines = [f"table inet {TABLE} {{", *sets, f"chain {hook} {{", _HOOKS[hook], *rules, "}", "}"]
    text = "\n".join(lines)
    return node, f"nft -f - <<'RULES'\n{text}\nRULES\n", f"nft delete table inet {TABLE}"


# name: (rules, may the paths pass all the same?, ports on which it shows). Each is a few words of nft.
_CLIENT_SYN = "tcp dport {port} tcp flags & (syn | ack) == syn"
_SERVER_SYN = "tcp sport {port} tcp flags & (syn | ack) == (syn | ack)"
WEB_RULES = {
    # A SYN's answer acknowledges another number.
    "wrong-ack": ((f"{_SERVER_SYN} tcp ackseq set 1",), False, (443, 80)),
    # Packets have one hop left.
    "time-to-live": (("meta nfproto ipv4 tcp dport {port} ip ttl set 1",
                      "meta nfproto ipv6 tcp dport {port} ip6 hoplimit set 1"), False, (443, 80)),
    # The server's window is always closed.
    "window-zero": (("tcp sport {port} tcp window set 0",), False, (443, 80)),
    # Of each flow the answers after the third are lost.
    "third-answer": (("tcp sport {port} ct reply packets gt 3 drop",), False, (443,)),
    # A SYN with time stamps is lost.
    "syn-options": ((f"{_CLIENT_SYN} tcp option timestamp exists drop",), False, (443, 80)),
    "bad-checksum": (("tcp sport {port} tcp checksum set 0x1234",), False, (443, 80)),
    # The first data of the server end its side of the connection.
    "early-end": (("tcp sport {port} tcp flags & (fin | syn | rst | psh) == psh tcp flags set fin | ack",), False,
                  (443,)),
    # The first SYN of each flow is lost.
    "first-syn": ((f"{_CLIENT_SYN} meta l4proto . th sport . th dport != @seen "
                   "add @seen {{ meta l4proto . th sport . th dport }} drop",), True, (443, 80)),
    # IPv4 packets with an odd identification are lost.
    "odd-number": (("meta nfproto ipv4 tcp dport {port} ip id & 1 == 1 drop",), True, (443, 80)),
}
# The same for UDP, and the service that it concerns. A checksum of 0 is none (RFC 768); over IPv6 it is not allowed.
UDP_RULES = {
    # DNS answers carry the number of another question, or come from another port, or are lost if they are long.
    "other-transaction": (("udp sport 53 @th,64,16 set 0x1234 udp checksum set 0",), "dns"),
    "other-port": (("udp sport 53 udp sport set 5300",), "dns"),
    "long-answers": (("udp sport 53 meta length > 60 drop",), "dns"),
    # NTP answers are of another mode.
    "not-a-server": (("udp sport 123 @th,64,8 set 0x23 udp checksum set 0",), "ntp"),
}


def on_web(name, node, port):
    sets = (_SEEN,) if name == "first-syn" else ()
    return ruleset(node, [rule.format(port=port) for rule in WEB_RULES[name][0]], sets=sets)


def on_udp(name, node):
    return ruleset(node, UDP_RULES[name][0])


def _spare(name, *lines):
    undo = "ip link del spare"
    return name, (("collector", "\n".join(("ip link add spare type veth peer name spare-end", *lines)), undo),)


# Of the collector and its neighbours; each must leave the site as ready as it was. A link that goes down takes routes,
# addresses and entries with it: then there is nothing to undo.
ODDITIES = (
    ("other default routes of higher metric", (
        ("collector", "ip route add default via 10.2.0.20 metric 500; "
         "ip -6 route add default via 2001:db8:2::20 metric 2048 dev eth0",
         "ip route del default metric 500 || :; ip -6 route del default metric 2048 || :"),)),
    ("further addresses on the same card", (
        ("collector", "ip addr add 10.2.0.77/24 dev eth0; ip addr add 10.99.0.5/24 dev eth0; "
         "ip addr add 2001:db8:2::77/64 dev eth0 nodad preferred_lft 0",
         "ip addr del 10.2.0.77/24 dev eth0 || :; ip addr del 10.99.0.5/24 dev eth0 || :; "
         "ip addr del 2001:db8:2::77/64 dev eth0 || :"),)),
    _spare("a second card with a network of its own", "ip addr add 172.16.9.1/24 dev spare", "ip link set spare up"),
    _spare("a second card that is down", "ip addr add 172.16.9.1/24 dev spare"),
    ("a right entry for the gateway, by hand", (
        ("collector", "ping -nqc1 10.2.0.1 > /dev/null; "
         "mac=$(ip neigh show 10.2.0.1 dev eth0 | sed 's/.*lladdr \\([^ ]*\\).*/\\1/'); "
         "ip neigh replace 10.2.0.1 lladdr $mac dev eth0 nud permanent", "ip neigh del 10.2.0.1 dev eth0 || :"),)),
    ("an own firewall that drops other ports", (
        ruleset("collector", ["tcp dport 9999 drop", "udp dport 9998 drop"], "output"),)),
    ("a blackhole for a network that is not used", (
        ("collector", "ip route add blackhole 172.20.0.0/16; ip -6 route add blackhole 2001:db8:dead::/48",
         "ip route del blackhole 172.20.0.0/16; ip -6 route del blackhole 2001:db8:dead::/48"),)),
    ("addresses that this host lacks can be bound", (
        ("collector", "sysctl -qw net.ipv4.ip_nonlocal_bind=1 net.ipv6.ip_nonlocal_bind=1",
         "sysctl -qw net.ipv4.ip_nonlocal_bind=0 net.ipv6.ip_nonlocal_bind=0"),)),
    ("SYN repeats that double at once, no time stamps", (
        ("collector", "sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 net.ipv4.tcp_timestamps=0",
         "sysctl -qw net.ipv4.tcp_syn_linear_timeouts=4 net.ipv4.tcp_timestamps=1"),)),
    ("a gateway that answers no ping", (
        ("router", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1 net.ipv6.icmp.echo_ignore_all=1",
         "sysctl -qw net.ipv4.icmp_echo_ignore_all=0 net.ipv6.icmp.echo_ignore_all=0"),)),
    ("a provider's router that reports nothing", (
        ruleset("isp", ["icmp type { time-exceeded, destination-unreachable } drop",
                        "icmpv6 type { time-exceeded, destination-unreachable } drop"], "output"),)),
)
