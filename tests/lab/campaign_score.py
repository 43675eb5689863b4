"""How a report fares against what is true: verdict, cause, owner, place, and what must never be said."""

from dataclasses import dataclass, field

import campaign_truth as truth

ROUTER_ADDRESSES = ("10.2.0.1", "10.2.1.1", "10.2.2.1", "203.0.113.2", "2001:db8:2::1", "2001:db8:2:1::1",
                    "2001:db8:2:2::1", "2001:db8:113::2")
ISP_ADDRESSES = ("203.0.113.1", "198.18.0.1", "2001:db8:113::1", "2001:db8:18::1")
HOST_ADDRESSES = ("10.2.0.2", "2001:db8:2::2")
HOP_OF = {**dict.fromkeys(ROUTER_ADDRESSES, 1), **dict.fromkeys(ISP_ADDRESSES, 2), **dict.fromkeys(HOST_ADDRESSES, 0),
          "10.2.2.10": 2, "2001:db8:2:2::10": 2, "198.18.0.2": 3, "2001:db8:18::2": 3,
          **{address: truth.HOPS[device] for device, both in truth.DEVICES.items() for address in both}}
HOME = ("this-host", "local-network")
PORT = {"web443": "tcp/443", "web80": "tcp/80", "ntp": "udp/123", "dns-udp": "udp/53", "dns-tcp": "tcp/53",
        "ssh": "tcp/22", "smb": "tcp/445", "snmp": "udp/161", "winrm": "tcp/5985"}


def met(path, *words):
    """An open connection that went on like this."""
    return path["state"] == "open" and any(word in path["said"] for word in words)


def reported(path):
    """An ICMP error that is not about the packet's time (11/0, and 3/0 over IPv6)."""
    over = f" {'3' if ':' in (path['address'] or '') else '11'}/0"
    return path["state"].startswith("icmp") and not path["state"].endswith(over)


# What a finding claims of its paths, as the states that ordinary sockets must have met there for it to be true. A code
# that is not here claims something of its own (an interception, a certificate, a captive portal, a device that is off),
# which no fault without a name has: said there, it is false.
CLAIMS = {
    "firewall-drops": lambda path: path["state"] == "silent",
    "target-silent": lambda path: path["state"] == "silent",
    "udp-no-answer": lambda path: path["state"] in ("silent", "strange"),
    "answers-elsewhere": lambda path: path["state"] == "silent",
    "answers-unmatched": lambda path: path["state"] == "strange",
    "ntp-blocked": lambda path: path["state"] == "silent" or path["state"].startswith("icmp"),
    "firewall-prohibits": reported,
    "path-unreachable": lambda path: path["state"].startswith("icmp"),
    "firewall-resets": lambda path: path["state"] == "refused",
    "payload-dropped": lambda path: met(path, "silent"),
    "payload-reset": lambda path: met(path, "reset", "ended"),
    "sni-filtered": lambda path: False,
    "service-silent": lambda path: met(path, "silent"),
    "service-resets": lambda path: met(path, "reset", "ended"),
    "mtu-black-hole": lambda path: met(path, "silent"),
    "dns-server-dead": lambda path: path["kind"] == "resolver" and path["state"] == "silent",
    "dns-servfail": lambda path: path["kind"] == "resolver" and path["said"].startswith("rcode 2"),
    "loss": lambda path: True,
    "flow-loss": lambda path: True,
    "unexplained": lambda path: True,
}
# Whom `unexplained` may name where the fault is on the path: neither this host nor a device.
UNEXPLAINED_OWNERS = {"firewall", "internet", "local-network", "vendor"}


@dataclass
class Score:
    """What was right (None: not asked), and words about what was not."""
    marks: dict = field(default_factory=dict)
    words: list = field(default_factory=list)

    def mark(self, what, right, words=""):
        self.marks[what] = right and self.marks.get(what, True)
        if not right:
            self.words.append(f"{what}: {words}")


def hops_of(report, finding):
    """The hops that a finding names: by an address, a number, its targets, or an owner that is at one place."""
    where = finding.get("where") or {}
    for address in ((finding.get("blocker") or {}).get("address"), where.get("address")):
        if address in HOP_OF:
            return {HOP_OF[address]}
    if where.get("hop") is not None:
        return {where["hop"]}
    if where.get("at") == "target" or finding["owner"] in ("device", "vendor"):
        return {HOP_OF.get(address, truth.FAR_HOP) for _, address, _ in keys(report, finding)}
    at = {"this-host": 0, "local-network": 1, "internet": 2}.get(finding["owner"])
    return set() if at is None else {at}


def keys(report, finding):
    """(transport, address, port) of the results that a finding explains."""
    targets = {result["id"]: result["target"] for result in report["results"]}
    return {(targets[name]["transport"], targets[name]["address"], targets[name]["port"]) for name in finding["results"]
            if name in targets}


def key_of(path):
    transport, _, port = {**PORT, "resolver": "udp/53"}.get(path["kind"], "icmp/0").partition("/")
    return transport, path["address"], int(port) or None


def is_true_of(finding, paths, report):
    """Is a generic finding true of at least one of its paths, as the sockets of the probe met them?"""
    claim, own = CLAIMS.get(finding["code"]), keys(report, finding)
    mine = [path for path in paths if key_of(path) in own]
    if finding["code"].startswith("dns-server") or finding["code"] == "dns-servfail":
        mine = paths        # such a finding explains the names, and is about the server
    return claim is not None and any(claim(path) for path in mine)


def names_item(finding, item, paths, report):
    """Does the finding speak of this item, by cause?"""
    if finding["code"] in item.codes or not item.nameless:
        return finding["code"] in item.codes
    return finding["confidence"] != "confirmed" and is_true_of(finding, truth.touched(item, paths), report)


def right_owner(finding, item):
    owners = item.owners | (UNEXPLAINED_OWNERS if finding["code"] == "unexplained" and item.nameless else set())
    return finding["owner"] in owners


def active(case, paths):
    """The items that show: in the probe's answers, or only in the run."""
    return [item for item in case.items if item.during and not item.optional
            or not item.optional and truth.touched(item, paths)]


def false_passes(report, paths):
    """Paths that no packet opened, and that a test calls open; and tests that fail where the probe was answered."""
    dead = {key_of(path) for path in paths if path["broken"] and path["kind"] in PORT
            and path["state"].split()[0] not in truth.OPENED and not truth.proves_path(path)}
    well = {key_of(path) for path in paths if path["kind"] in PORT and not path["broken"]}
    well -= {key_of(path) for path in paths if path["broken"]}
    for result in report["results"]:
        target = result["target"]
        key = target["transport"], target["address"], target["port"]
        if result["verdict"] == "pass" and key in dead:
            yield f"passes, and is dead: {result['id']}"
        if result["verdict"] == "fail" and key in well:
            yield f"fails, and works: {result['id']}"


def _verdict(score, case, paths, report):
    right = truth.verdicts(case, paths)
    score.mark("verdict", report["verdict"] in right, f"{report['verdict']}, not {' or '.join(sorted(right))}")
    if not any(item.during for item in case.items):
        for words in list(false_passes(report, paths))[:2]:
            score.mark("verdict", False, words)
    if report["verdict"] == "not-ready":
        score.mark("verdict", bool(report["findings"]), "not ready, and without a finding")


def _allowed(case):
    """Codes that may be there beside what shows."""
    return {code for item in case.items for code in item.codes | item.also}


def _said(finding):
    return f"{finding['code']} ({finding['confidence']}, {finding['owner']})"


def _healthy(score, case, report):
    strange = [finding for finding in report["findings"] if finding["code"] not in _allowed(case)]
    bad = report["verdict"] not in ("ready", "ready-with-warnings")
    score.mark("false alarm", not strange and not bad, f"{report['verdict']}, {', '.join(map(_said, strange)) or '-'}")


def _causes(score, case, paths, report, shown):
    """Each item that shows is named, and nothing else is."""
    matched = {id(item): [finding for finding in report["findings"] if names_item(finding, item, paths, report)]
               for item in shown}
    known = [finding for finding in report["findings"] if finding["code"] in _allowed(case)]
    known += [finding for found in matched.values() for finding in found]
    strange = [finding for finding in report["findings"] if finding not in known]
    for item in shown:
        score.mark("cause", bool(matched[id(item)]), f"nothing names {item.text}; "
                   f"there is {', '.join(map(_said, report['findings'])) or 'nothing'}")
    score.mark("cause", not strange, f"beside it {', '.join(map(_said, strange))}")
    for item in shown:
        right = [finding for finding in matched[id(item)] or report["findings"] if right_owner(finding, item)]
        score.mark("owner", bool(right), f"{item.text} is of {' or '.join(sorted(item.owners))}, "
                   f"not {', '.join(sorted({finding['owner'] for finding in report['findings']})) or 'of anybody'}")
    others = [finding for finding in strange if not any(right_owner(finding, item) for item in shown)]
    score.mark("owner", not others, f"blames {', '.join(map(_said, others))}")
    return matched, strange


def _list(hops):
    return "/".join(map(str, sorted(hops)))


def _places(score, paths, report, shown, matched):
    """Within one hop of where the probe saw the paths end."""
    for item in shown:
        seen = {path["hop"] for path in truth.touched(item, paths) if path["hop"] is not None}
        findings = matched[id(item)] or report["findings"]
        claimed = {hop for finding in findings for hop in hops_of(report, finding)}
        # What lets a connection open, and what no rule names, need not have a place; a wrong one is wrong.
        states = {path["state"] for path in truth.touched(item, paths)}
        if item.hop is None or not claimed and (item.nameless or states == {"open"}):
            continue
        seen |= {item.hop}
        score.mark("place", any(abs(hop - true) <= 1 for hop in claimed for true in seen),
                   f"{item.text} is at hop {_list(seen)}, not {_list(claimed) or 'anywhere'}")


def _never(score, report, shown, matched, strange):
    """What must not happen once: confirmed and wrong; this host's or its link's fault blamed on others."""
    for finding in report["findings"]:
        items = [item for item in shown if finding in matched[id(item)]]
        wrong = finding in strange or items and not any(right_owner(finding, item) for item in items)
        score.mark("confirmed and wrong", not (wrong and finding["confidence"] == "confirmed"), _said(finding))
    if any(item.home for item in shown):
        blamed = [finding for finding in strange if finding["owner"] not in HOME]
        score.mark("blamed on others", not blamed, ", ".join(map(_said, blamed)))


def score_case(case, paths, report):
    score = Score()
    shown = active(case, paths)
    _verdict(score, case, paths, report)
    if not shown:
        _healthy(score, case, report)
        return score
    matched, strange = _causes(score, case, paths, report, shown)
    _places(score, paths, report, shown, matched)
    _never(score, report, shown, matched, strange)
    return score
