"""The desired state of the lab. The healthy site is the empty plan; each fault changes one.

Everything that runs is derived from a plan, so taking the faults out of it restores the healthy site.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import devices
import names


@dataclass
class Plan:
    site: str = devices.OFFICE
    variant: str = "cloudfront"
    delay_ms: int = 0
    loss_permille: int = 0
    rules: dict = field(default_factory=lambda: defaultdict(list))   # (node, chain) -> nft rules
    resolver_lines: list = field(default_factory=list)               # for both site resolvers
    resolver_modules: str = "iterator"
    upstream: tuple = names.GOOGLE_DNS4                              # whom the router's resolver asks
    certificates: dict = field(default_factory=dict)                 # host -> slug it presents instead
    wanted_leaves: list = field(default_factory=list)                # (slug, names, authority, days from now)
    blocked_cdn: bool = False
    stripped_websocket: bool = False
    ntp_synchronised: bool = True
    proxy_forbids: bool = False
    communities: dict = field(default_factory=dict)                  # node -> SNMP community; "": none, SNMPv3 only
    stopped: set = field(default_factory=set)                        # services not to run
    extra: dict = field(default_factory=dict)                        # name -> services.Service, beside the usual ones
    closed: dict = field(default_factory=dict)                       # node -> "nftables" or "iptables": default deny
    pulled: set = field(default_factory=set)                         # hub ends of cables that are out
    collector_link_down: bool = False
    collector_default_route: bool = True
    collector_leased: bool = False                                   # its IPv4 address has a lifetime
    corporate_root_trusted: bool = False
    environment: dict = field(default_factory=dict)                  # of commands on the collector
    resolv: str = ""                                                 # the collector's resolv.conf; "": the usual one
    host_lines: list = field(default_factory=list)                   # beside the usual ones in the collector's hosts file
    commands: list = field(default_factory=list)                     # (node or "hub", what does it, what undoes it): argv, or lines for ip -batch
    forget: set = field(default_factory=set)                         # faults that change what nodes know of their neighbours
    sets: dict = field(default_factory=lambda: defaultdict(list))    # node -> nft sets that its rules use
    noise: tuple = (0, 0, 0)                                         # permille duplicated, reordered, corrupted
    plain_tls: set = field(default_factory=set)                      # hosts that speak no TLS on 443
    old_tls: set = field(default_factory=set)                        # hosts that know TLS 1.0 only
    redirects: dict = field(default_factory=dict)                    # host -> where its port 80 sends visitors
    rearm: set = field(default_factory=set)                          # services that their own proof has used up
    rearm_firewall: set = field(default_factory=set)                 # nodes whose rules count, and have counted the proof
