"""What is true of a case: from what was observed, which paths are broken, where, and which verdict follows.

The levels of the requirements are those of the profile's documents, written here once more on purpose: an oracle that
reads the product's profile would share its mistakes.
"""

import contextlib
import fnmatch
import ipaddress
import json
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROBE = ("python3", "-B", str(HERE / "campaign_probe.py"))
WEB443 = ("acme.us1.my.auvik.com", "apt.my.auvik.com", "checkip.amazonaws.com", "s3.amazonaws.com", "www.google.com",
          "us.archive.ubuntu.com")
WEB80 = ("www.google.com", "us.archive.ubuntu.com", "security.ubuntu.com", "archive.canonical.com")
DEVICES = {"lan-switch": ("10.2.1.10", "2001:db8:2:1::10"), "lan-windows": ("10.2.1.20", "2001:db8:2:1::20"),
           "lan-printer": ("10.2.0.20", "2001:db8:2::20")}
DEVICE_KINDS = {"ping": (0, tuple(DEVICES)), "smb": (445, tuple(DEVICES)), "snmp": (161, ("lan-switch",)),
                "ssh": (22, ("lan-switch",)), "telnet": (23, ("lan-switch",)), "winrm": (5985, ("lan-windows",))}
RECOMMENDED = ("dns-tcp", "mdns", "ssdp", "nobody")
# States of a path on which something other than silence or a refusal came back.
OPENED = ("open", "strange")
OVER_UDP = ("dns-udp", "resolver", "ntp", "snmp", "mdns", "ssdp")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# How many hops away what answers there is.
HOPS = {"lan-switch": 2, "lan-windows": 2, "lan-printer": 1, "10.2.0.1": 1, "10.2.2.10": 2}
FAR_HOP, WATCHED = 3, {"router": 1, "isp": 2, "internet": 3}


def entries(family):
    """What the probe is asked, for IPv4, IPv6 or both."""
    versions = {"4": [4], "6": [6], "both": [4, 6]}[family]

    def entry(kind, label, name, port, of=tuple(versions)):
        return {"kind": kind, "label": label, "name": name, "port": port, "versions": list(of)}
    found = [entry("web443", name, name, 443) for name in WEB443] + [entry("web80", name, name, 80) for name in WEB80]
    found += [entry("ntp", f"{k}.pool.ntp.org", f"{k}.pool.ntp.org", 123) for k in range(4)]
    found += [entry("resolver", server, server, 53, (4,)) for server in ("10.2.0.1", "10.2.2.10", "192.0.2.53")]
    if 4 in versions:
        found += [entry(kind, server, server, 53, (4,)) for kind in ("dns-udp", "dns-tcp")
                  for server in ("8.8.8.8", "8.8.4.4")]
        found += [entry("mdns", "group", "224.0.0.251", 5353, (4,)),
                  entry("ssdp", "group", "239.255.255.250", 1900, (4,))]
    version = 4 if 4 in versions else 6
    found += [entry(kind, device, DEVICES[device][version == 6], port, (version,))
              for kind, (port, devices) in DEVICE_KINDS.items() for device in devices]
    return found


def label(path):
    kind = "nobody" if path["name"] == "192.0.2.53" else path["kind"]
    return f"{kind}/{path['name']}"


def signature(path):
    return f"{path['state']} {path['said']}"


def own_address(address):
    """The IPv4 address in a NAT64 address (RFC 6052), or the address as it is."""
    number = ipaddress.ip_address(address)
    return str(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)) if number in NAT64 else address


class Looks:
    """The probe in one lab: what is usual there, and what is now."""

    def __init__(self, lab):
        self.lab = lab          # (node, argv) -> the words of a command there
        self.usual, self.addresses = {}, {}

    def _broken(self, path):
        """Does it answer otherwise than on the healthy site? HTTP without TLS does not show who answers there."""
        elsewhere = path["kind"] == "web80" and path["address"] and \
            own_address(path["address"]) not in self.addresses[label(path)]
        return bool(elsewhere) or signature(path) not in self.usual[label(path)]

    def _probe(self, question):
        done = subprocess.run(self.lab("collector", PROBE + ("ask",)), input=json.dumps(question), capture_output=True,
                              text=True, timeout=1200)
        if done.returncode != 0:
            raise RuntimeError(f"the probe failed: {done.stderr[-400:]}")
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def _watched(self, flows):
        """Watch the nodes of the path; afterwards `flows` maps each node to what passed its ports."""
        watchers = {node: subprocess.Popen(self.lab(node, PROBE + ("watch",)), stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True) for node in (*WATCHED, "collector")}
        try:
            for watcher in watchers.values():
                if watcher.stdout.readline() != "ready\n":
                    raise RuntimeError("a watcher did not start")
            yield
        finally:
            for node, watcher in watchers.items():
                said, _ = watcher.communicate()
                flows[node] = [tuple(flow) for flow in json.loads(said or "[]")]

    def learn(self):
        """The healthy site."""
        for path in self._probe({"wait": 1.5, "entries": entries("both") + entries("6")}):
            self.usual.setdefault(label(path), set()).add(signature(path))
            self.addresses.setdefault(label(path), set()).add(path["address"])

    def look(self, family, patience):
        """Every path of a family, with `broken`, and where it ends for those that are."""
        flows, wait = {}, 1.2 + patience
        with self._watched(flows):
            paths = self._probe({"wait": wait, "entries": entries(family)})
            for path in paths:
                path["broken"] = self._broken(path)
            walked = list({path["kind"]: path for path in paths if path["broken"] and path["address"]
                           and path["kind"] not in ("ping", "mdns", "ssdp")}.values())[:5]
            if walked:
                for path, hops in zip(walked, self._probe({"wait": 0.7 + patience, "walk": walked})):
                    path["hops"] = hops
        for path in paths:
            path["hop"] = place(path, flows) if path["broken"] and path["address"] else None
        return paths

    def after(self):
        """Once a run has ended: does anything of the internet answer?"""
        wanted = [entry for entry in entries("4") if entry["kind"] in ("dns-udp", "ping")]
        return self._probe({"wait": 1.0, "entries": wanted})


def place(path, flows):
    """The hop at which a broken path ends: 0 this host, 1 its link or the gateway, …; by what the nodes saw."""
    proto = "echo" if path["kind"] == "ping" else "udp" if path["kind"] in OVER_UDP else "tcp"
    there = (proto, path["address"], path["local"], path["port"])

    def passed(node, back):
        """Directions in which the flow passed the node: False in, True out."""
        return {flow[6] for flow in flows[node] if flow[0] == proto and
                ((flow[1], flow[4], flow[3]) if back else (flow[2], flow[3], flow[4])) == there[1:]}
    target = HOPS.get(path["name"], FAR_HOP)
    if not passed("collector", False):
        return 0
    if target == 1 and path["name"] != "10.2.0.1":
        return 1
    # What stopped on its way, then what stopped on its way back.
    for node in ("router", "isp")[:1 if target == 2 else 2]:
        if passed(node, False) in (set(), {False}):
            return WATCHED[node]
    for node in ("isp", "router")[0 if target == FAR_HOP else 1:]:
        if passed(node, True) == {False}:
            return WATCHED[node]
    return target


def proves_path(path):
    """SMB is about the path: a refusal of the device itself will do. Whose it is, cannot be seen from here."""
    return path["kind"] == "smb" and path["state"] == "refused"


def touched(item, paths):
    """The broken paths that the item's scope holds."""
    return [path for path in paths if path["broken"]
            and any(fnmatch.fnmatchcase(label(path), glob) for glob in item.scope)]


def _of_name(paths):
    """How a name or device fares over one family: "dead", "partial" or "works"."""
    broken = [path["broken"] for path in paths]
    return "dead" if all(broken) else "partial" if any(broken) else "works"


def _first_family(group):
    """The family that decides, and the other one where it was asked, too."""
    versions = sorted({path["version"] for path in group})
    return [_of_name([path for path in group if path["version"] == version]) for version in versions]


def states(paths):
    """{label: [state in the family that decides, state in the other]}"""
    groups = {}
    for path in paths:
        groups.setdefault(label(path), []).append(path)
    return {name: _first_family(group) for name, group in groups.items()}


def _weigh(name, fares, all_states, paths):
    """What one label's state does to the verdict: "fail", "warn", "either" of the two, "soft" (a warning or none)."""
    kind = name.split("/")[0]
    if fares[0] == "works":
        return "warn" if "dead" in fares[1:] else "soft" if "partial" in fares[1:] else ""
    if kind == "telnet":
        return ""
    if kind == "ssh":
        return "fail" if all_states["telnet/lan-switch"][0] != "works" else "warn"
    if kind == "resolver":
        dead = [other for other, state in all_states.items() if other.startswith("resolver/") and state[0] == "dead"]
        return "fail" if len(dead) == 2 else "warn"
    if kind == "ntp" and fares[0] == "partial":
        return "soft"
    if kind == "ntp" and all(path["said"] == "off" for path in paths if label(path) == name):
        return "either"     # a server whose clock is wrong is a warning; this host's own clock is not
    if kind in RECOMMENDED or fares[0] == "partial":
        return "warn"
    if kind == "smb" and name != "smb/lan-windows":
        silent = all(path["state"] == "silent" for path in paths if label(path) == name)
        return "warn" if silent else "either"
    if kind == "smb" and all(proves_path(path) for path in paths if label(path) == name):
        return "soft"
    return "fail"


def verdicts(case, paths):
    """The headlines that are right."""
    during = [item for item in case.items if item.during]
    all_states = states(paths)
    weights = {_weigh(name, fares, all_states, paths) for name, fares in all_states.items()}
    right = set()
    if "fail" in weights:
        right = {"not-ready"}
    elif "either" in weights:
        right = {"not-ready", "ready-with-warnings"}
    elif "warn" in weights:
        right = {"ready-with-warnings"}
    else:
        right = {"ready", "ready-with-warnings"}
    if any(item.home and touched(item, paths) for item in case.items) and "not-ready" in right:
        right.add("undecided")
    for item in during:
        if item.verdicts and "not-ready" not in right:
            right = set(item.verdicts) | ({"not-ready"} if "fail" in weights else set())
    return right
