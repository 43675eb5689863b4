"""The cases of a campaign, by seed: what is wrong, where, over which family, and what may be said about it."""

import random
from dataclasses import dataclass, replace

import campaign_nameless as nameless

# What no lab has must not be drawn: the faults' names, of `lab faults`, are handed in.
HEALTHY, SINGLE, PAIR = "healthy", "single", "pair"
ANY = ("*",)
CLOUD = ("web443/*", "web80/*", "ntp/*", "dns-udp/*", "dns-tcp/*")
NAMED = ("web443/*", "web80/*", "ntp/*")
OUTSIDE = CLOUD + ("resolver/*",)
# All that the router forwards.
BEYOND = CLOUD + ("*/lan-switch", "*/lan-windows", "resolver/10.2.2.10")
GATEWAY = BEYOND + ("resolver/*",)
# Hops from the collector, as campaign_truth.py counts them.
HOST, ON_LINK, ROUTER, ISP, FAR = 0, 1, 1, 2, 3
FIREWALL, INTERNET, VENDOR, DNS = "firewall", "internet", "vendor", "dns"
THIS_HOST, NETWORK, DEVICE, PROXY = "this-host", "local-network", "device", "proxy"
AT = {"router": ({FIREWALL}, ROUTER), "isp": ({INTERNET}, ISP)}

PORTS = {"tcp/443": ("web443/*",), "tcp/80": ("web80/*",), "udp/123": ("ntp/*",), "udp/53": ("dns-udp/*",),
         "tcp/53": ("dns-tcp/*",), "tcp/22": ("ssh/lan-switch",), "tcp/445": ("smb/lan-switch", "smb/lan-windows"),
         "udp/161": ("snmp/*",), "tcp/5985": ("winrm/*",)}
FAR_PORTS = ("tcp/443", "tcp/80", "udp/123", "udp/53", "tcp/53")
NEAR_PORTS = ("tcp/22", "tcp/445", "udp/161", "tcp/5985")
WEB = ("acme.us1.my.auvik.com", "apt.my.auvik.com", "www.google.com", "us.archive.ubuntu.com")
DEVICES = {"lan-switch": 2, "lan-windows": 2, "lan-printer": 1}


@dataclass(frozen=True)
class Item:
    """One thing that is not as usual. `codes` is empty where nothing need be said about it."""
    text: str
    faults: tuple = ()                  # of the lab
    commands: tuple = ()                # of campaign_nameless.py
    codes: frozenset = frozenset()      # findings that name it
    owners: frozenset = frozenset()
    hop: int | None = None              # where it is; None: it is at no place of the path
    scope: tuple = ()                   # globs of KIND/LABEL that it can touch
    also: frozenset = frozenset()       # findings that may be there beside it
    home: bool = False                  # of this host or its link
    optional: bool = False              # the paths may pass, and nothing need be said
    during: bool = False                # it strikes in the run: the verdict is `verdicts`
    verdicts: tuple = ()
    nameless: bool = False
    families: tuple = ("4", "6", "both")
    patience: float = 0.0               # seconds that an answer takes longer


def item(text, codes, owners, scope, hop=None, **more):
    made = Item(text, (text,), codes=frozenset(codes), owners=frozenset(owners), scope=tuple(scope), hop=hop)
    return replace(made, **{key: frozenset(value) if key == "also" else value for key, value in more.items()})


# --- makers: (random numbers) -> Item ---------------------------------------------------------------

def where_and_port(rng):
    node = rng.choice(("router", "router", "isp"))
    return node, rng.choice(FAR_PORTS if node == "isp" else FAR_PORTS + NEAR_PORTS)


def port_item(text, codes, node, port):
    """A port closed on the router or at the provider; there the site's resolver needs 53, too."""
    # A run over IPv6 alone asks no DNS server outside: 8.8.8.8 is the one that the product names.
    seen = {"families": ("4", "both")} if port in ("udp/53", "tcp/53") else {}
    if node == "isp" and port == "udp/53":
        return item(text, codes, {INTERNET, DNS}, PORTS[port] + ("resolver/*",) + NAMED, ISP,
                    also={"dns-server-dead", "dns-servfail"}, **seen)
    return item(text, codes, AT[node][0], PORTS[port], AT[node][1], **seen)


def port_codes(port, common):
    return {*common, *({"ntp-blocked"} if port == "udp/123" else {"dns-tcp-blocked"} if port == "tcp/53" else ())}


def dropped(rng):
    node, port = where_and_port(rng)
    quiet = {"udp-no-answer"} if port.startswith("udp") else set()
    return port_item(f"drop:{port}@{node}", port_codes(port, {"firewall-drops"} | quiet), node, port)


def rejected(rng):
    node, port = where_and_port(rng)
    kind = rng.choice(("prohibited", "hostunreach", "portunreach", "noroute"))
    return port_item(f"{kind}:{port}@{node}", port_codes(port, {"firewall-prohibits", "path-unreachable"}), node, port)


def reset(rng):
    node = rng.choice(("router", "router", "isp"))
    port = rng.choice(("tcp/443", "tcp/80", "tcp/53") if node == "isp" else
                      ("tcp/443", "tcp/80", "tcp/22", "tcp/5985"))
    return port_item(f"reset:{port}@{node}", port_codes(port, {"firewall-resets"}), node, port)


def layer7(rng):
    node, kind = rng.choice(("router", "isp")), rng.choice(("l7-silence", "l7-reset"))
    port = rng.choice(("tcp/443", "tcp/80"))
    codes = {"payload-dropped"} if kind == "l7-silence" else {"payload-reset", "sni-filtered"}
    # From outside the box that lets a handshake pass has no address.
    return item(f"{kind}:{port}@{node}", codes, {FIREWALL, INTERNET, PROXY}, PORTS[port])


def answers_dropped(rng):
    port = rng.choice(FAR_PORTS)
    quiet = {"udp-no-answer"} if port.startswith("udp") else set()
    return item(f"return-drop:{port}", port_codes(port, {"firewall-drops", "target-silent"} | quiet),
                {FIREWALL, INTERNET}, PORTS[port])


def far_port(rng):
    host, kind = rng.choice(WEB), rng.choice(("closed", "silent"))
    port = rng.choice(("tcp/443",) if "auvik" in host else ("tcp/443", "tcp/80"))
    scope = (f"{PORTS[port][0].split('/')[0]}/{host}",)
    codes, owners = {"service-down"}, {VENDOR}
    if kind == "silent":
        codes, owners = {"target-silent", "firewall-drops", "vendor-outage"}, {VENDOR, INTERNET, FIREWALL}
    return item(f"{kind}:{host}:{port}", codes, owners, scope, FAR)


def device_port(rng):
    device, port, kind = rng.choice((
        ("lan-switch", "tcp/22", "ssh"), ("lan-windows", "tcp/5985", "winrm"), ("lan-windows", "tcp/445", "smb"),
        ("lan-switch", "udp/161", "snmp")))
    # SMB that the device itself refuses is as good as open: it proves the path.
    how = "closed" if port.startswith("udp") else "silent" if kind == "smb" else rng.choice(("closed", "silent"))
    codes, owners = {"service-down", "snmp-agent-off"}, {DEVICE}
    if how == "silent":
        codes, owners = {"target-silent", "firewall-drops"}, {DEVICE, FIREWALL}
    return item(f"{how}:{device}:{port}", codes, owners, (f"{kind}/{device}",), DEVICES[device])


def device_off(rng):
    device = rng.choice(tuple(DEVICES))
    return item(f"host-off:{device}", {"host-down", "arp-no-answer"}, {DEVICE},
                (f"*/{device}", "mdns/*", "ssdp/*") if device == "lan-printer" else (f"*/{device}",), DEVICES[device])


def device_service(rng):
    return rng.choice((
        item("ssh-off:lan-switch", {"service-down"}, {DEVICE}, ("ssh/lan-switch",), 2),
        item("snmp-wrong-community:lan-switch", {"snmp-community-or-acl", "udp-no-answer"}, {DEVICE},
             ("snmp/lan-switch",), 2),
        item("snmp-v3-only:lan-switch", {"snmp-community-or-acl", "udp-no-answer"}, {DEVICE}, ("snmp/lan-switch",), 2),
        item("snmp-agent-off:lan-switch", {"snmp-agent-off"}, {DEVICE}, ("snmp/lan-switch",), 2),
        item("service-off:lan-windows:winrm", {"service-down"}, {DEVICE}, ("winrm/lan-windows",), 2),
        item("wrong-service:lan-switch:22", {"wrong-service"}, {DEVICE}, ("ssh/lan-switch",), 2),
        item(f"no-echo:{(device := rng.choice(tuple(DEVICES)))}", {"icmp-filtered-only"}, {DEVICE, FIREWALL},
             (f"ping/{device}",), DEVICES[device]),
        item("icmp-echo-drop@router", {"icmp-filtered-only"}, {FIREWALL, DEVICE},
             ("ping/lan-switch", "ping/lan-windows"))))


def site_dns(rng):
    tenant = WEB[0]
    either = ("resolver/*", *NAMED)
    return rng.choice((
        item("dns-dead", {"dns-server-dead"}, {DNS}, either), item("dns-closed", {"dns-server-dead"}, {DNS}, either),
        item("dns-servfail", {"dns-servfail"}, {DNS}, either), item("dns-refused", {"dns-refused"}, {DNS}, either),
        item("dns-hijack", {"dns-hijack"}, {DNS}, either),
        item("dns-sinkhole", {"dns-unexpected-address", "dns-hijack"}, {DNS}, either),
        item(f"dns-nxdomain:{tenant}", {"dns-nxdomain"}, {DNS, VENDOR}, ("resolver/*", f"web443/{tenant}")),
        item(f"dns-nodata:{tenant}", {"dns-no-data"}, {DNS, VENDOR}, ("resolver/*", f"web443/{tenant}")),
        item("dns-second-dead", {"dns-server-dead"}, {DNS}, ("resolver/10.2.2.10",)),
        item("dns-redirect", {"dns-intercepted"}, {FIREWALL, DNS}, ("nobody/*", "dns-udp/*", "dns-tcp/*"),
             families=("4", "both"))))


def certificate(rng):
    host = rng.choice(WEB)
    kind, codes = rng.choice((("tls-expired", {"tls-expired"}), ("tls-not-yet", {"tls-expired"}),
                              ("tls-wrong-name", {"tls-name-mismatch"}), ("tls-self-signed", {"tls-untrusted"}),
                              ("tls-no-intermediate", {"tls-chain-incomplete"}), ("tls-old", {"tls-version"}),
                              ("tls-missing", {"wrong-service"}), ("service-down", {"service-down"})))
    return item(f"{kind}:{host}", codes, {VENDOR, DNS} if kind == "tls-wrong-name" else {VENDOR}, (f"web443/{host}",))


def middlebox(rng):
    return rng.choice((
        item("captive-portal", {"captive-portal"}, {NETWORK, PROXY}, ("web443/*", "web80/*")),
        item("block-page:www.google.com", {"block-page"}, {PROXY, FIREWALL},
             ("web443/www.google.com", "web80/www.google.com")),
        item("tls-mitm-untrusted", {"tls-intercepted"}, {PROXY, FIREWALL}, ("web443/*",)),
        item("tls-mitm-trusted", {"tls-intercepted"}, {PROXY, FIREWALL}, ("web443/*",)),
        item(f"sni-reset:{(host := rng.choice(WEB))}", {"sni-filtered"}, {PROXY, FIREWALL}, (f"web443/{host}",)),
        item("ws-stripped", {"websocket-stripped"}, {PROXY, FIREWALL}, (f"web443/{WEB[0]}",)),
        item("proxy-only", {"proxy-needed", "firewall-drops"}, {PROXY, FIREWALL}, ("web443/*", "web80/*")),
        item("redirect:security.ubuntu.com", {"redirect-refused"}, {VENDOR}, ("web80/security.ubuntu.com",)),
        item("mtu-black-hole@isp", {"mtu-black-hole"}, {FIREWALL, INTERNET}, ("web443/*", "web80/*"))))


def time_servers(rng):
    return rng.choice((
        item("ntp-kod", {"ntp-kiss-of-death"}, {VENDOR, INTERNET}, ("ntp/*",)),
        item("ntp-unsync", {"ntp-unsynchronised"}, {VENDOR, INTERNET}, ("ntp/*",)),
        item("ntp-offset:3600", {"server-clock-wrong"}, {VENDOR, INTERNET}, ("ntp/*",))))


def provider(rng):
    # Over IPv6 alone a run has names only, and without DNS no address of the internet: it can see no further than that.
    blind, without_dns = {"families": ("6",)}, {"dns-server-dead", "dns-servfail"}
    seeing = {"families": ("4", "both"), "also": without_dns}
    down, no_route = {"isp-down"}, {"isp-down", "path-unreachable"}
    return rng.choice((
        item("isp-down", down, {INTERNET}, OUTSIDE, ISP, **seeing),
        item("isp-down", down | without_dns, {INTERNET, DNS}, OUTSIDE, **blind),
        item("router-no-route", no_route, {INTERNET, FIREWALL, NETWORK}, OUTSIDE, ROUTER, **seeing),
        item("router-no-route", no_route | without_dns, {INTERNET, FIREWALL, NETWORK, DNS}, OUTSIDE, **blind),
        item("ipv6-broken", {"ipv6-broken-ipv4-fine"}, {INTERNET, FIREWALL}, CLOUD, families=("both",)),
        item("one-address-dead:apt.my.auvik.com", {"partial-address"}, {VENDOR, INTERNET},
             ("web443/apt.my.auvik.com",), families=("4", "both")),
        item("vendor-down:auvik.com", {"vendor-outage"}, {VENDOR},
             ("web443/acme.us1.my.auvik.com", "web443/apt.my.auvik.com"), FAR)))


def this_host(rng):
    port = rng.choice(("tcp/443", "tcp/80", "udp/123", "udp/53"))
    kind = rng.choice(("blackhole", "prohibit", "unreachable"))
    days = rng.choice(("+400d", "-400d"))
    scope = PORTS[port] + (("resolver/*", *NAMED) if port == "udp/53" else ())
    return rng.choice((
        item("no-default-route", {"no-default-route"}, {THIS_HOST}, BEYOND, HOST, home=True),
        item("link-down", {"local-no-network"}, {THIS_HOST}, ANY, HOST, home=True),
        item(f"local-reject:{port}", {"local-firewall"}, {THIS_HOST}, scope, HOST, home=True),
        item(f"local-drop:{port}", {"local-firewall"}, {THIS_HOST}, scope, HOST, home=True),
        item(f"local-route:{kind}", {"route-policy", "local-route"}, {THIS_HOST}, ("web443/apt.my.auvik.com",), HOST,
             home=True),
        item("hosts-pin:apt.my.auvik.com", {"hosts-file-pin"}, {THIS_HOST}, ("web443/apt.my.auvik.com",), HOST,
             home=True, families=("4", "both")),
        item(f"clock:{days}", {"clock-skewed"}, {THIS_HOST}, ("web443/*", "ntp/*"), HOST, home=True),
        item("gateway-dead", {"gateway-unreachable"}, {NETWORK}, GATEWAY, ON_LINK, home=True, also={"dns-server-dead"}),
        item("local-ports:4", {"local-resource"}, {THIS_HOST}, ANY, HOST, home=True, during=True,
             verdicts=("undecided",), families=("4",)),
        item("link-drops:80", {"link-changed"}, {THIS_HOST}, ANY, HOST, home=True, during=True,
             verdicts=("undecided", "not-ready"), families=("4", "both")),
        item("address-goes:80", {"link-changed"}, {THIS_HOST}, ANY, HOST, home=True, during=True,
             verdicts=("undecided", "not-ready"), families=("4",))))


def first_hop(rng):
    """What the lab has since the first hop and the flows are looked at."""
    bad = ("not-ready",)
    return rng.choice((
        item("wrong-prefix:16", {"wrong-prefix"}, {THIS_HOST}, ("*/lan-switch", "*/lan-windows", "resolver/10.2.2.10"),
             HOST, home=True),
        item("flat-network;host-off:lan-switch;host-off:lan-windows", {"arp-no-answer", "host-down"}, {DEVICE},
             ("*/lan-switch", "*/lan-windows"), 1),
        item("gateway-is-host", {"gateway-not-forwarding"}, {THIS_HOST, NETWORK}, BEYOND, ON_LINK, home=True),
        item("gateway-link-address:permanent", {"gateway-link-address"}, {THIS_HOST, NETWORK}, GATEWAY, ON_LINK,
             home=True),
        item("gateway-link-address:learned", {"gateway-link-address", "gateway-silent"}, {NETWORK}, GATEWAY, ON_LINK,
             home=True),
        item("address-taken", {"address-conflict", "gateway-silent"}, {NETWORK}, GATEWAY, ON_LINK, home=True),
        item("foreign-address", {"foreign-address"}, {THIS_HOST}, ANY, HOST, home=True),
        item("routing-loop", {"routing-loop"}, {INTERNET}, CLOUD, ISP),
        item("flows-lost", {"flow-loss"}, {FIREWALL, INTERNET, NETWORK}, BEYOND, during=True, verdicts=bad),
        # The run may end while the gateway is away.
        item("link-flaps:60:8", {"link-lost", "gateway-unreachable"}, {NETWORK}, ANY, ON_LINK, home=True, during=True,
             verdicts=("not-ready", "undecided", "ready-with-warnings"), families=("4", "6"))))


def unnamed(rng):
    if rng.random() < 0.35:
        name, node = rng.choice(sorted(nameless.UDP_RULES)), rng.choice(("router", "isp"))
        if nameless.UDP_RULES[name][1] == "ntp":
            about = {"scope": PORTS["udp/123"]}
        elif node == "router":      # also what the second resolver, in another network of the site, answers
            about = {"scope": (*PORTS["udp/53"], "resolver/10.2.2.10"), "also": frozenset(("dns-server-dead",))}
        else:                       # also what the site's resolvers ask
            about = {"scope": (*PORTS["udp/53"], "resolver/*", *NAMED),
                     "also": frozenset(("dns-server-dead", "dns-servfail"))}
        owners = {FIREWALL, INTERNET} | ({DNS} if "also" in about else set())
        return Item(f"{name}@{node}", commands=(nameless.on_udp(name, node),), nameless=True, owners=frozenset(owners),
                    hop=AT[node][1], **about)
    name = rng.choice(sorted(nameless.WEB_RULES))
    _, passes, ports = nameless.WEB_RULES[name]
    port = rng.choice(ports)
    return Item(f"{name}:{port}@router", commands=(nameless.on_web(name, "router", port),), scope=(f"web{port}/*",),
                nameless=True, optional=passes, owners=frozenset((FIREWALL, INTERNET)),
                codes=frozenset(("loss", "flow-loss")) if passes else frozenset(), hop=ROUTER)


def poor_line(rng):
    """Loss that is not to be overlooked: a warning at the most, for TCP and DNS repeat what is lost."""
    text = rng.choice(("loss:10%", "loss:20%", "lost-tries:3"))
    return item(text, {"loss"}, {INTERNET}, CLOUD, during=True, optional=True, also={"slow-path"}, patience=2.0,
                verdicts=("ready", "ready-with-warnings"))


# --- what harms nothing -----------------------------------------------------------------------------

def harmless(text, **more):
    return Item(text, (text,), optional=True, **more)


SILENT_ODDITIES = tuple(Item(text, commands=commands, optional=True) for text, commands in nameless.ODDITIES)
LAB_ODDITIES = (
    harmless("leased-address"), harmless("cdn-different-answer", families=("4",)), harmless("cdn-403"),
    harmless("pool-member-dead"), harmless("lan-self-signed"), harmless("nat64-answers", families=("6",)),
    harmless("loss:1%", patience=1.0), harmless("loss:2%", patience=1.0), harmless("rtt:300ms", patience=1.0),
    harmless("rtt:900ms", patience=2.7), harmless("line-noise", patience=0.5), harmless("line-rate:128", patience=3.0),
    harmless("proxy-407"),
    # The probe asks for more at once than these bear: it looks before.
    harmless("connection-limit:2", during=True, patience=0.1), harmless("start-lost:3000", during=True),
    harmless("local-buffer", during=True),
    item("dns-second-dead", {"dns-server-dead"}, {DNS}, ("resolver/10.2.2.10",), optional=True))

MAKERS = (dropped, dropped, rejected, rejected, reset, layer7, answers_dropped, far_port, device_port, device_port,
          device_off, device_service, device_service, site_dns, site_dns, certificate, middlebox, middlebox,
          time_servers, provider, provider, this_host, this_host, this_host, first_hop, first_hop, first_hop, unnamed,
          unnamed, unnamed, poor_line)


@dataclass(frozen=True)
class Case:
    seed: int
    number: int
    kind: str
    family: str             # "4", "6" or "both"
    user: int | None
    items: tuple

    @property
    def text(self):
        return " + ".join(entry.text for entry in self.items) or "nothing"


def there(entry, names):
    """Has this lab the item's faults?"""
    return all(part.split(":")[0].split("@")[0] in names for text in entry.faults for part in text.split(";"))


def _roots(glob):
    return glob.partition("/")[0::2]


def overlap(one, other):
    """Could one path be touched by both?"""
    def meet(a, b):
        return all(x == y or "*" in (x, y) for x, y in zip(_roots(a), _roots(b)))
    wide = [tuple(glob if "/" in glob else "*/*" for glob in entry.scope) for entry in (one, other)]
    return any(meet(a, b) for a in wide[0] for b in wide[1])


def _draw(rng, names, family):
    while True:
        entry = rng.choice(MAKERS)(rng)
        if family in entry.families and there(entry, names):
            return entry


def _pair(rng, names, family):
    """Two causes that share no path, and of which neither hides the other."""
    while True:
        one, other = _draw(rng, names, family), _draw(rng, names, family)
        nodes = [command[0] for entry in (one, other) for command in entry.commands]
        if not overlap(one, other) and len(nodes) == len(set(nodes)):
            return one, other


def _oddities(rng, names, family, count):
    pool = [entry for entry in SILENT_ODDITIES + LAB_ODDITIES if family in entry.families and there(entry, names)]
    found = []
    for entry in rng.sample(pool, len(pool)):
        nodes = {command[0] for other in found for command in other.commands}
        lines = [other for other in (*found, entry) if other.faults and other.patience]
        if len(found) < count and not nodes & {command[0] for command in entry.commands} and len(lines) < 2:
            found.append(entry)
    return tuple(found)


def case(seed, number, names):
    """The case of a number: the same for the same seed, whatever else is run."""
    rng = random.Random(f"{seed}/{number}")
    family = rng.choice(("4", "4", "6", "both"))
    user = rng.choice((None, None, None, None, 65534))
    if number % 9 in (0, 4):        # 2 of 9 are healthy
        return Case(seed, number, HEALTHY, family, user, _oddities(rng, names, family, rng.choice((0, 1, 2))))
    if rng.random() < 0.3:
        return Case(seed, number, PAIR, family, user, _pair(rng, names, family))
    entry = _draw(rng, names, family)
    # Beside what is wrong, now and then something that is only odd.
    odd = rng.sample(SILENT_ODDITIES, 1) if rng.random() < 0.2 else []
    odd = [extra for extra in odd if not {c[0] for c in extra.commands} & {c[0] for c in entry.commands}]
    return Case(seed, number, SINGLE, family, user, (entry, *odd))
