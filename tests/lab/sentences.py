"""What a finding says, held against what the report saw.

A sentence says no more than its evidence carries. An address, a port, a family
or a name in it occurs in the evidence that it cites (`[e3]`); where it cites
none, in the finding's own results (target, outcome, blocker, facts) or among
the facts of this host. A count is not larger than what there is to count.
`confirmed` has two witnesses, or one that nothing else can imitate. A report
that is not ready has a finding. problems() of a report is a list of lines,
empty where all of this holds.
"""
import functools
import ipaddress
import json
import re

CITED = re.compile(r"\[(e\d+)\]")
NETWORK = re.compile(r"(?<![\w.:])([0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*/\d{1,3})(?![\w.])")
ADDRESS = re.compile(r"(?<![\w.:%-])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\w)"
                     r"|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:-]|\.\w))")
PORT = re.compile(r"\b(?:tcp|udp)/(\d+)\b|\bport (\d+)\b")
FAMILY = re.compile(r"\bIPv([46])\b")
NAME = re.compile(r"(?<![\w.-])[\w-]+(?:\.[\w-]+)+\.?(?![\w-])|(?<![\w.-])\w+(?:-\w+)+(?![\w.-]*\w)")
COUNT = re.compile(r": (\d+)(?: of (\d+))?(?=$|;| \(| \[)|\((\d+)\)$|^(\d+) of (\d+) devices")

# One of these is enough for `confirmed`: nothing else can look like it.
UNFORGEABLE = {
    "kernel": "this host's kernel (or its TLS library) said it of itself: no device can have made it up",
    "policy": "an ICMP error with a policy code that quotes the packet: who sends it names itself as the one that blocks",
    "answer": "the far end's own answer to this very question (matched by connection, identifier or nonce) is what the "
              "finding reports, and no more: NXDOMAIN, REFUSED, 407, a banner, a refused login",
    "date": "the certificate's own dates, signed by its issuer, where another certificate or a time server shows that "
            "this host's clock is right",
    "link": "the device is on this host's own link: no other device is between them",
}
KERNEL = {"link-changed", "local-firewall", "local-no-network", "local-resource", "local-route", "no-default-route",
          "port-in-use", "route-policy", "tls-no-secure-renegotiation"}
ANSWER = {"block-page", "dns-no-data", "dns-nxdomain", "dns-refused", "dns-servfail", "dns-unexpected-address",
          "ntp-kiss-of-death", "ntp-unsynchronised", "proxy-auth-required", "proxy-forbids", "service-rejects",
          "snmp-credentials", "ssh-login-refused", "ssh-old-algorithms", "tls-chain-incomplete", "tls-version",
          "wrong-service"}
SILENCE = {"timeout", "local"}
# Addresses that the catalogue itself writes, as an example of what to ask.
CATALOGUE = {"8.8.8.8"}
# A sentence about another test of the run, which has no number to cite it by.
OTHER_TEST = re.compile(r"\banother server, | answers tests of another port$|"
                        r" in the same network answers$|, which is not one of this site's servers, ")
# What a count may be of beside the finding's own tests.
OTHERS = re.compile(r"\b(?:other|others|elsewhere|before|answered|attempts|again|owners?|works?|devices tested)\b")


def texts(value):
    """Every text and number in a piece of JSON."""
    if isinstance(value, dict):
        return [t for v in value.values() for t in texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [] if value is None else [str(value)]


def parsed(text):
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def addresses(text):
    """The addresses in a text; of networks, the networks."""
    networks = {n for n in NETWORK.findall(text) if parsed(n.rpartition("/")[0])}
    for n in networks:
        text = text.replace(n, " ")
    return {a for a in map(parsed, ADDRESS.findall(text)) if a}, {ipaddress.ip_network(n, False) for n in networks}


def ends(target):
    """Address and port of "10.2.0.1:53", "[2001:db8::1]:53" or an address alone."""
    if parsed(target):
        return parsed(target), None
    host, _, port = target.rpartition(":")
    return parsed(host.strip("[]")), int(port) if port.isdigit() else None


class Ground:
    """What one sentence may stand on."""

    def __init__(self):
        self.addresses, self.ports, self.families, self.words = set(), set(), set(), set()

    def add_text(self, *more):
        for text in more:
            found, networks = addresses(text)
            self.addresses |= found | {n.network_address for n in networks}
            self.ports |= {int(a or b) for a, b in PORT.findall(text)}
            self.words |= set(map(str.lower, NAME.findall(text))) | {text.lower()}

    def add_address(self, address):
        if address:
            self.addresses.add(address)
            self.families.add(address.version)

    def add_result(self, result):
        target = result["target"]
        self.add_address(target["address"] and parsed(target["address"]))
        if target["port"]:
            self.ports.add(target["port"])
        self.add_text(*texts([target["name"], target["device"], result["outcome"]["blocker"], result["facts"],
                              result["reason"], result["id"]]))

    def add_evidence(self, evidence):
        address, port = ends(evidence["target"] or "")
        self.add_address(address)
        if port:
            self.ports.add(port)
        self.add_text(*texts(evidence["observed"]))

    def lacks(self, line):
        """What the line names and this does not hold."""
        found, networks = addresses(line)
        out = [f"address {a}" for a in sorted(found - self.addresses, key=str)]
        out += [f"network {n}" for n in networks
                if not any(a.version == n.version and a in n for a in self.addresses)]
        out += [f"port {p}" for p in sorted({int(a or b) for a, b in PORT.findall(line)} - self.ports)]
        return out + [f"IPv{f}" for f in FAMILY.findall(line) if int(f) not in self.families]


class Walk:
    """One report."""

    def __init__(self, report):
        self.report = report
        self.results = {r["id"]: r for r in report["results"]}
        self.evidence = {e["id"]: e for e in report["evidence"]}
        self.names = {t.lower() for r in report["results"] for t in (r["target"]["name"], r["target"]["device"])
                      if t and re.search(r"[.\d-]", t) and not parsed(t)}
        self.names |= {d["name"].lower() for d in report["devices"] if d["name"] and re.search(r"[.\d-]", d["name"])}
        self.by_address = {}
        for r in report["results"]:
            self.by_address.setdefault(r["target"]["address"], []).append(r)

    def name_address(self, ground):
        """Names that stand for addresses of the ground: devices, targets."""
        for a in list(ground.addresses):
            for r in self.by_address.get(str(a), ()):
                ground.add_text(*texts([r["target"]["name"], r["target"]["device"]]))
        for d in self.report["devices"]:
            if d["address"] and parsed(d["address"]) in ground.addresses:
                ground.add_text(d["name"])

    def own(self, finding):
        """What the finding's results and this host carry."""
        ground = Ground()
        for i in finding["results"]:
            ground.add_result(self.results[i])
        run = self.report["run"]
        ground.add_text(*texts([run["host"], run["source"], run["on_behalf_of"], run["proxy"]]))
        self.name_address(ground)
        return ground

    def cited(self, ids):
        ground = Ground()
        for i in ids:
            ground.add_evidence(self.evidence[i])
            for r in self.report["results"]:
                if i in r["evidence"]:
                    ground.add_text(*texts([r["target"]["name"], r["target"]["device"], r["target"]["address"]]))
        self.name_address(ground)
        return ground

    def same_names(self, finding):
        """Results of the names that the finding is about: of both families."""
        names = {self.results[i]["target"][k] for i in finding["results"] for k in ("name", "device")} - {None}
        return [r for r in self.report["results"] if {r["target"]["name"], r["target"]["device"]} & names]

    def strange_names(self, line, ground):
        said = {n.lower() for n in NAME.findall(line)} & self.names
        return [f"name {n}" for n in sorted(said) if n not in ground.words]

    # One line ------------------------------------------------------------

    def line(self, finding, line, own):
        ids = CITED.findall(line)
        missing = [i for i in ids if i not in self.evidence or i not in finding["evidence_ids"]]
        if missing:
            return [f"cites {' '.join(missing)}, which it has not"]
        ground = self.cited(ids) if ids else own
        families = own.families or self.cited([i for i in finding["evidence_ids"] if i in self.evidence]).families
        if not ids:  # what it says of the other family is about the same names
            ground.families = families | {parsed(r["target"]["address"]).version
                                          for r in self.same_names(finding) if r["target"]["address"]}
        lacks = ground.lacks(line) + self.strange_names(line, ground)
        if lacks and not ids and OTHER_TEST.search(line) and self.other_test(line):
            lacks = []
        out = [f"{what} is in no {'evidence that it cites' if ids else 'result of its own'}" for what in lacks]
        # A question to a DNS server is about a name, whatever family the server is asked over.
        names = all(self.evidence[i]["kind"] == "resolver" for i in ids)
        if ids and not names and families and ground.families and not ground.families & families:
            out.append("its evidence is of another address family than its tests")
        return out + self.count(finding, line) + self.claims(finding, line, ids)

    def other_test(self, line):
        """One other test of the run, which was answered, carries the whole sentence."""
        for result in self.report["results"]:
            if result["outcome"]["cause"] == "ok":
                ground = Ground()
                ground.add_result(result)
                self.name_address(ground)
                if not ground.lacks(line) + self.strange_names(line, ground):
                    return True
        return False

    def count(self, finding, line):
        most = len(self.report["results"]) if OTHERS.search(line) else len(finding["results"])
        if "attempts" in line:
            most = sum(r["attempts"] for r in self.report["results"]) + len(self.evidence) * 8
        counts = [int(n) for groups in COUNT.findall(line) for n in groups if n and "TTL" not in line]
        return [f"counts {n} where there are {most}" for n in counts if n > most]

    def claims(self, finding, line, ids):
        """Words that claim more than a name or a number."""
        out = []
        if re.search(r"\banother (?:\w+ )?server\b", line):
            blamed, _ = addresses(finding["title"])
            named = set().union(*(self.cited([i]).addresses for i in ids)) | addresses(line)[0]
            if not named - blamed:
                out.append("names no other server than the one that it blames")
        if re.search(r"\bgateway (?:\S+ )?(?:answers|forwards|works)\b", line, re.I) and not any(
                self.evidence[i]["observed"].get("hops") or self.evidence[i]["observed"].get("ok") for i in ids):
            out.append("nothing that it cites was forwarded by the gateway")
        if m := re.search(r"^(\S+)(?: \(\S+\))? answers other tests", line):
            if not self.answers(finding, m[1]):
                out.append(f"no other test of {m[1]} was answered")
        return out

    def answers(self, finding, name):
        """Another test of that target was answered, or a control."""
        places = {r["target"]["address"] for r in self.report["results"]
                  if name in (r["target"]["name"], r["target"]["device"], r["target"]["address"])}
        heard = {str(ends(e["target"] or "")[0]) for e in self.report["evidence"]
                 if e["observed"].get("cause") in ("ok", "refused") or e["observed"].get("state") == "reachable"}
        return bool(places & heard) or any(
            r["outcome"]["cause"] not in SILENCE | {"unreachable", "prohibited"} for r in self.report["results"]
            if r["target"]["address"] in places and r["id"] not in finding["results"])

    # One finding ---------------------------------------------------------

    def witnesses(self, finding):
        """Kinds that are enough alone, and how many others there are."""
        results = [self.results[i] for i in finding["results"]]
        spoke = [r for r in results if r["outcome"]["cause"] not in SILENCE and r["outcome"]["phase"] != "local"]
        enough = set()
        if finding["code"] in KERNEL:
            enough.add("kernel")
        if any(r["outcome"]["cause"] == "prohibited" and r["outcome"]["icmp"] for r in results):
            enough.add("policy")
        if finding["code"] in ANSWER and spoke:
            enough.add("answer")
        if finding["code"] == "tls-expired" and any(
                r["facts"].get("tls-trust") == "public" or (r["check"] == "ntp" and r["outcome"]["cause"] == "ok")
                for r in self.report["results"]):
            enough.add("date")
        if finding["code"] in ("arp-no-answer", "service-down"):
            enough.add("link")
        places = {(r["target"]["address"], r["target"]["port"], r["outcome"]["code"]) for r in results}
        others = sum(bool(OTHER_TEST.search(line)) for line in finding["evidence"])
        return enough, len(places) + len(finding["evidence_ids"]) + others

    def finding(self, finding):
        out = []
        own = self.own(finding)
        for i in finding["evidence_ids"]:
            if i not in self.evidence:
                out.append(f"has evidence {i}, which is not in the report")
        for line in finding["evidence"]:
            out += [f"{what}: {line}" for what in self.line(finding, line, own)]
        whole = self.own(finding)
        known = [i for i in finding["evidence_ids"] if i in self.evidence]
        ground = self.cited(known)
        for part in ("addresses", "ports", "families", "words"):
            getattr(whole, part).update(getattr(ground, part))
        whole.addresses |= set(map(parsed, CATALOGUE))
        whole.families |= {4, 6}  # a remedy may be about both
        blocker = finding["blocker"] or {}
        for where in (blocker.get("address"), (finding["where"] or {}).get("address")):
            if where and parsed(where) not in whole.addresses:
                out.append(f"blames {where}, which is in none of its evidence")
        for line in [finding["title"], *finding["remedy"]]:
            out += [f"{what} is in none of its evidence: {line}"
                    for what in whole.lacks(line) + self.strange_names(line, whole)]
        if finding["confidence"] == "confirmed":
            enough, count = self.witnesses(finding)
            if not enough and count < 2:
                out.append("is confirmed by one witness that others can imitate")
        if not finding["evidence"]:
            out.append("says nothing of what was seen")
        return [f"{finding['code']}: {what}" for what in out]

    def silent(self):
        """Requirements that must hold, failed, and no finding says why."""
        out = []
        if self.report["verdict"] == "not-ready" and not self.report["findings"]:
            out.append("not ready, and no finding")
        for q in self.report["requirements"]:
            bad = q["verdict"] in ("fail", "skip") or (q["verdict"] == "untested" and q["why"] == "local")
            if q["level"] in ("required", "alternative") and bad and q["results"] and not any(
                    self.results[i]["finding"] for i in q["results"]):
                out.append(f"{q['id']}: {q['verdict']}, and no finding")
        return out


def problems(report):
    """Everything that a report says without having seen it."""
    walk = Walk(report)
    return [p for f in report["findings"] for p in walk.finding(f)] + walk.silent()
