"""The public names of the lab, their addresses, and the zone that holds them.

Public addresses come from 198.51.100.0/24 and 2001:db8:ffff::/64 (documentation ranges) plus Google's
two resolvers; the last number is the same in both families.
"""

import ipaddress
from dataclasses import dataclass

NAT64_PREFIX = "64:ff9b::"


def public4(number):
    return f"198.51.100.{number}"


def public6(number):
    return f"2001:db8:ffff::{number}"


def nat64(v4):
    """The NAT64 form of an IPv4 address under the well-known prefix (RFC 6052)."""
    return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(NAT64_PREFIX)) + int(ipaddress.IPv4Address(v4))))


@dataclass(frozen=True)
class Host:
    """A public host: `names[0]` is what faults call it; further names share its addresses."""
    names: tuple
    numbers: tuple
    ports: tuple = ()
    reverse: str = ""        # PTR of the first address; it resolves forward, too

    @property
    def name(self):
        return self.names[0]

    @property
    def v4(self):
        return tuple(public4(number) for number in self.numbers)

    @property
    def v6(self):
        return tuple(public6(number) for number in self.numbers)


TENANT = "acme.us1.my.auvik.com"
TENANT_ALIAS = "collectors.us1.my.auvik.com"
CDN_NAME = "d111111abcdef8.cloudfront.net"
TENANT_NUMBER = 11
OTHER_EDGE_NUMBER = 12
FOREIGN_NUMBER = 250


def ec2_name(number):
    return f"ec2-198-51-100-{number}.us-west-2.compute.amazonaws.com"


WEB_HOSTS = (
    Host((TENANT,), (TENANT_NUMBER,), (80, 443), ec2_name(TENANT_NUMBER)),
    Host(("apt.my.auvik.com",), (21, 22), (80, 443)),
    Host(("auvikapi.us1.my.auvik.com",), (31,), (80, 443)),
    Host(("checkip.amazonaws.com",), (41,), (80, 443)),
    Host(("s3.amazonaws.com",), (42,), (80, 443)),
    Host(("www.google.com",), (51,), (80, 443), "zrh11s03-in-f4.1e100.net"),
    Host(("us.archive.ubuntu.com",), (61,), (80, 443)),
    Host(("security.ubuntu.com",), (62,), (80,)),
    Host(("archive.canonical.com",), (63,), (80,)),
    Host(("connectivity-check.ubuntu.com",), (64,), (80, 443)),
    # What the other products' vendors have in their clouds.
    Host(("partners.netwrix.com", "customercentre.certero.com", "acme.alloyscan.com"), (65,), (443,)),
)
POOL_NUMBERS = (71, 72, 73, 74, 75, 76, 77, 78)
NTP_HOSTS = tuple(Host((f"{index}.pool.ntp.org",), tuple(POOL_NUMBERS[(2 * index + step) % 8] for step in range(4)))
                  for index in range(4))
FOREIGN = Host(("parking.example",), (FOREIGN_NUMBER,), (80, 443))
HOSTS = {host.name: host for host in WEB_HOSTS + NTP_HOSTS + (FOREIGN,)}

# The second edge of the content network: same service as the tenant's address, handed out by other resolvers.
OTHER_EDGE = Host((TENANT,), (OTHER_EDGE_NUMBER,), (80, 443), ec2_name(OTHER_EDGE_NUMBER))

GOOGLE_DNS4 = ("8.8.8.8", "8.8.4.4")
GOOGLE_DNS6 = (public6(8888), public6(8844))
# Never a server, and never routed (RFC 5737 3): whoever answers there, answers in everybody's place.
NOBODY4 = "192.0.2.53"
AUTHORITY = public4(53)
ISP_RESOLVER = public4(55)

# The domains a sinkhole or filter list would name.
CLOUD_DOMAINS = ("auvik.com", "amazonaws.com", "cloudfront.net", "google.com", "1e100.net", "ubuntu.com",
                 "canonical.com", "ntp.org")

# Names of the site itself: only the site's own resolvers know them.
SITE_NAMES = {
    "proxy.lab.example": ("10.2.2.10", "2001:db8:2:2::10"),
    "login.portal.example": ("10.2.0.1", "2001:db8:2::1"),
    "router.corp.example": ("10.2.0.1", "2001:db8:2::1"),
    "collector.corp.example": ("10.2.0.2", "2001:db8:2::2"),
    "lan-switch.corp.example": ("10.2.1.10", "2001:db8:2:1::10"),
    "lan-windows.corp.example": ("10.2.1.20", "2001:db8:2:1::20"),
    "lan-printer.corp.example": ("10.2.0.20", "2001:db8:2::20"),
}

# The estate's machines, and their further names; all are in the VLAN.
ESTATE_NAMES = {
    "lan-legacy": 25, "dc1.ad": 30, "auditor": 40, "reports": 41, "endpoints": 42, "certero": 43, "open-audit": 44,
    "certero-db": 50, "ilmt-db": 51, "bigfix-db": 52, "sccm-db": 53, "lan-unix": 60, "hmc": 61, "other-unix": 62,
    "mail": 63, "ldap": 64, "labels": 65, "esxi": 70, "vcenter": 71, "xenserver": 72, "lan-nas": 80,
}
SITE_NAMES.update((f"{name}.corp.example", (f"10.2.1.{number}", f"2001:db8:2:1::{number}"))
                  for name, number in ESTATE_NAMES.items())


def web_addresses(host):
    """Every address at which a web host listens: both families and its NAT64 form."""
    return host.v4 + host.v6 + tuple(nat64(v4) for v4 in host.v4)


def public_addresses():
    """What the node `internet` carries on its loopback, as prefixes."""
    numbers = sorted({number for host in HOSTS.values() for number in host.numbers} | {OTHER_EDGE_NUMBER})
    v4 = [public4(number) for number in numbers] + [AUTHORITY, ISP_RESOLVER, *GOOGLE_DNS4]
    v6 = [public6(number) for number in numbers] + [*GOOGLE_DNS6] + [nat64(public4(number)) for number in numbers]
    return [f"{item}/32" for item in v4] + [f"{item}/128" for item in v6]


def _addresses(name, numbers):
    return ([f"{name}. A {public4(number)}" for number in numbers]
            + [f"{name}. AAAA {public6(number)}" for number in numbers])


def _reverse(name, numbers):
    return [f"{ipaddress.ip_address(address).reverse_pointer}. PTR {name}."
            for number in numbers for address in (public4(number), public6(number))]


def zone(variant, tenant_number=TENANT_NUMBER, parked=None):
    """One zone file for the whole public name space; `variant` says how the tenant's name is built.

    With `parked`, that host has no entry, and names that nobody has lead to the parking host.
    """
    lines = ["$TTL 60", ". SOA ns.lab.example. hostmaster.lab.example. 1 3600 600 86400 5", ". NS ns.lab.example.",
             f"ns.lab.example. A {AUTHORITY}"]
    if parked:
        for parent in ("com", "example.com", "auvik.com", "my.auvik.com", "us1.my.auvik.com"):
            lines += _addresses(f"*.{parent}", FOREIGN.numbers)
    if parked == TENANT:
        lines += _addresses(CDN_NAME, (tenant_number,))
    elif variant == "cloudfront":
        lines += [f"{TENANT}. CNAME {TENANT_ALIAS}.", f"{TENANT_ALIAS}. CNAME {CDN_NAME}."]
        lines += _addresses(CDN_NAME, (tenant_number,))
    else:
        lines += _addresses(TENANT, (tenant_number,))
    for number in (TENANT_NUMBER, OTHER_EDGE_NUMBER):
        lines += _addresses(ec2_name(number), (number,)) + _reverse(ec2_name(number), (number,))
    for host in WEB_HOSTS[1:] + (FOREIGN,):
        if host.name == parked:
            continue
        for name in host.names:
            lines += _addresses(name, host.numbers)
        if host.reverse:
            lines += _addresses(host.reverse, host.numbers)
        lines += _reverse(host.reverse or host.name, host.numbers)
    for host in NTP_HOSTS:
        lines += _addresses(host.name, host.numbers)
    for number in POOL_NUMBERS:
        lines += _addresses(f"time{number}.example", (number,)) + _reverse(f"time{number}.example", (number,))
    for v4, v6 in zip(GOOGLE_DNS4, GOOGLE_DNS6):
        lines += [f"dns.google. A {v4}", f"dns.google. AAAA {v6}"]
        lines += [f"{ipaddress.ip_address(address).reverse_pointer}. PTR dns.google." for address in (v4, v6)]
    return "\n".join(lines) + "\n"
