"""nftables: what is always loaded, the rules that faults ask for, and the packet counter."""

import json

import names
from shell import run

# What the collector sends, without the kernel's own neighbour and group housekeeping.
_COUNT = """table inet count {
  counter sent { }
  chain output {
    type filter hook output priority -400; policy accept;
    oifname "lo" return
    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query, \
mld-listener-report, mld-listener-done, mld2-listener-report } return
    counter name sent
  }
}
"""

# LAN, VLAN and DMZ leave by one address.
_MASQUERADE = """table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "wan" masquerade
  }
}
"""

# chrony listens on every address of the node: only the pool's are time servers.
_TIME_SERVERS = f"""table inet base {{
  chain input {{
    type filter hook input priority 10; policy accept;
    udp dport 123 ip daddr != {{ {", ".join(map(names.public4, names.POOL_NUMBERS))} }} reject
    udp dport 123 ip6 daddr != {{ {", ".join(map(names.public6, names.POOL_NUMBERS))}, \
{", ".join(names.nat64(names.public4(number)) for number in names.POOL_NUMBERS)} }} reject
  }}
}}
"""

BASE = {"collector": _COUNT, "router": _MASQUERADE, "internet": _TIME_SERVERS}

_HOOKS = {
    "prerouting": "type nat hook prerouting priority dstnat; policy accept;",
    "forward": "type filter hook forward priority 0; policy accept;",
    "input": "type filter hook input priority 0; policy accept;",
    "output": "type filter hook output priority 0; policy accept;",
    "own_nat": "type nat hook output priority -100; policy accept;",
}

# The first line makes the second one safe where the table does not exist yet.
NOTHING = "table inet fault\ndelete table inet fault\n"


def ruleset(chains, sets=()):
    """A file that replaces the fault table in one step; "" if there is nothing to load."""
    if not any(chains.values()):
        return ""
    blocks = [f"  set {item}\n" for item in sets]
    blocks += [f"  chain {name} {{\n    {_HOOKS[name]}\n" + "".join(f"    {rule}\n" for rule in rules) + "  }\n"
              for name, rules in sorted(chains.items())]
    return NOTHING + "table inet fault {\n" + "".join(blocks) + "}\n"


# A firewall that drops what no rule allows, as its administrator would write it. Rules for the site go into a chain
# of their own, which is empty. The DMZ may do what it likes: the proxy's way out is not the subject.
_DENY_NFTABLES = """table inet filter {
  chain preflight {
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "dmz" accept
    jump preflight
  }
}
"""
_DENY_IPTABLES = """*filter
:FORWARD DROP [0:0]
:PREFLIGHT - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i dmz -j ACCEPT
-A FORWARD -j PREFLIGHT
COMMIT
"""
_TABLES = ("inet filter", "ip filter", "ip6 filter")
_OPEN = ["nft", "-f", "-"], "".join(f"table {name}\ndelete table {name}\n" for name in _TABLES)
_CLOSED = {None: (), "nftables": ((["nft", "-f", "-"], _DENY_NFTABLES),),
           "iptables": ((["iptables-restore"], _DENY_IPTABLES), (["ip6tables-restore"], _DENY_IPTABLES))}


def close(node, kind):
    """Default deny by `kind` of firewall, or none of it any more."""
    for command, text in (_OPEN, *_CLOSED[kind]):
        run(command, stdin=text, enter=node.enter)


def count(node, reset):
    """Packets the node has sent since the last reset."""
    if reset:
        run(["nft", "reset", "counter", "inet", "count", "sent"], enter=node.enter)
        return 0
    listing = json.loads(run(["nft", "-j", "list", "counter", "inet", "count", "sent"], enter=node.enter))
    return next(item["counter"]["packets"] for item in listing["nftables"] if "counter" in item)
