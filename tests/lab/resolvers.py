"""Configuration of the name servers: nsd holds the zone, unbound resolves for the public and for the site."""

import ipaddress

import names
from topology import address

# Documentation and private ranges: unbound answers NXDOMAIN for them by itself unless told not to.
_REVERSE_ZONES = ("10.in-addr.arpa.", "100.51.198.in-addr.arpa.", "113.0.203.in-addr.arpa.",
                  "8.b.d.0.1.0.0.2.ip6.arpa.")


def nsd(folder, zone_file):
    return f"""server:
  ip-address: {names.AUTHORITY}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "{zone_file}"
"""


def _unbound(folder, interfaces, modules="iterator", extra=()):
    lines = ["server:", '  username: ""', '  chroot: ""', f'  directory: "{folder}"',
             f'  pidfile: "{folder}/unbound.pid"', '  logfile: ""', "  use-syslog: no", "  verbosity: 1",
             f'  module-config: "{modules}"', "  do-daemonize: no", "  num-threads: 1", "  do-not-query-localhost: no",
             "  access-control: 0.0.0.0/0 allow", "  access-control: ::/0 allow", "  cache-max-negative-ttl: 5",
             "  unblock-lan-zones: yes", "  insecure-lan-zones: yes", "  minimal-responses: yes",
             # A late answer is still an answer: an alias chain on a slow line takes seconds.
             "  discard-timeout: 0", "  qname-minimisation: no", "  outgoing-range: 256", "  infra-host-ttl: 5"]
    lines += [f"  interface: {item}" for item in interfaces]
    lines += [f"  local-zone: {item} transparent" for item in _REVERSE_ZONES]
    lines += [f"  {line}" for line in extra]
    return "\n".join(lines + ["remote-control:", "  control-enable: no"]) + "\n"


def public_resolver(folder):
    """8.8.8.8 and 8.8.4.4: they ask the authority for everything."""
    text = _unbound(folder, names.GOOGLE_DNS4 + names.GOOGLE_DNS6)
    return text + f'stub-zone:\n  name: "."\n  stub-addr: {names.AUTHORITY}\n  stub-prime: no\n'


def isp_resolver(folder, zone_file):
    """A resolver with its own copy of the zone: another, equally valid view of the content network."""
    text = _unbound(folder, (names.ISP_RESOLVER,))
    return text + (f'auth-zone:\n  name: "."\n  zonefile: "{zone_file}"\n  for-downstream: no\n  for-upstream: yes\n'
                   "  fallback-enabled: no\n")


def _site_data():
    lines = ['local-zone: "corp.example." static', 'local-zone: "lab.example." static',
             'local-zone: "portal.example." static']
    for name, addresses in names.SITE_NAMES.items():
        for item in addresses:
            parsed = ipaddress.ip_address(item)
            kind = "A" if parsed.version == 4 else "AAAA"
            lines.append(f'local-data: "{name}. {kind} {item}"')
        lines += [f'local-data-ptr: "{item} {name}"' for item in addresses]
    return lines


def site_resolver(folder, node, plan):
    """The site's resolvers: the router's asks the internet, the second one asks the router's.

    The second must not depend on what the router lets pass from the DMZ to the internet.
    """
    # Cold, unbound expects an answer in 376 ms and drops later ones: on a slow line it would never have one.
    patience = [f"unknown-server-time-limit: {376 + 3 * plan.delay_ms}"]
    if node == "router":
        interfaces = [address("router", family, port) for port in ("lan", "vlan", "dmz") for family in (4, 6)]
        forward = plan.upstream
    else:
        interfaces = [address(node, 4), address(node, 6)]
        forward = (address("router", 4, "dmz"),)
    text = _unbound(folder, interfaces + ["127.0.0.1"], plan.resolver_modules,
                    patience + _site_data() + plan.resolver_lines)
    return text + 'forward-zone:\n  name: "."\n' + "".join(f"  forward-addr: {item}\n" for item in forward)
