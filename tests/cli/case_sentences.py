"""The test of what findings say (tests/lab/sentences.py) finds what is doctored into a report."""
import copy
import json
import sys

from harness import ROOT

sys.path.insert(0, str(ROOT / "tests" / "lab"))

import sentences  # noqa: E402

V6 = "2001:db8::10"
ROWS = [  # id, name or device, address, port, transport, check, phase-cause, evidence
    ("a/v4", "a.example", "198.51.100.10", 443, "tcp", "https", "connect-timeout", ["e1"]),
    ("b/v4", "b.example", "198.51.100.11", 443, "tcp", "https", "connect-timeout", ["e1"]),
    ("b/v6", "b.example", V6, 443, "tcp", "https", "reply-ok", []),
    ("ntp", "0.pool.example", "198.51.100.12", 123, "udp", "ntp", "reply-ok", []),
    ("dns/1", None, "10.2.0.1", 53, "udp", "dns", "reply-timeout", []),
    ("dns/2", None, "10.2.2.10", 53, "udp", "dns", "reply-ok", []),
    ("ssh", "core-switch", "10.2.1.10", 22, "tcp", "ssh", "connect-timeout", ["e2"]),
]


def result(row):
    i, name, address, port, transport, check, ended, evidence = row
    phase, cause = ended.split("-")
    return {"id": i, "requirement": i, "check": check, "verdict": "pass" if cause == "ok" else "fail", "reason": "",
            "target": {"name": name, "device": name if i == "ssh" else None, "address": address, "port": port,
                       "transport": transport},
            "outcome": {"phase": phase, "cause": cause, "code": ended.upper(), "icmp": None, "blocker": None},
            "attempts": 3, "facts": {}, "evidence": evidence, "finding": None}


def finding(report, code, results, evidence, **more):
    report["findings"].append({"code": code, "confidence": "probable", "title": f"{code} here", "blocker": None,
                               "where": None, "evidence": evidence, "results": results, "remedy": ["Look at it"],
                               "evidence_ids": sorted({i for line in evidence for i in sentences.CITED.findall(line)}),
                               **more})
    for r in report["results"]:
        if r["id"] in results:
            r["finding"] = f"f{len(report['findings'])}"


def report():
    """A small report, none of whose sentences says too much."""
    out = {"verdict": "not-ready", "results": [result(row) for row in ROWS], "findings": [],
           "devices": [{"name": "core-switch", "address": "10.2.1.10"}],
           "run": {"host": {"name": "collector-7", "addresses": ["10.2.0.2"]}, "source": None, "on_behalf_of": None,
                   "proxy": None},
           "requirements": [{"id": row[0], "level": "required", "verdict": "pass" if "ok" in row[6] else "fail",
                             "why": None, "results": [row[0]]} for row in ROWS],
           "evidence": [
               {"id": "e1", "kind": "hop-walk", "target": "198.51.100.10:443",
                "observed": {"hops": ["10.2.0.1"], "last-hop": 1, "last-hop-address": "10.2.0.1", "reached": False}},
               {"id": "e2", "kind": "control", "target": "10.2.1.10",
                "observed": {"what": "ping", "ok": True, "cause": "ok"}},
               {"id": "e3", "kind": "neighbour", "target": "10.2.0.1",
                "observed": {"address": "10.2.0.1", "state": "reachable"}},
               {"id": "e4", "kind": "hop-walk", "target": f"[{V6}]:443",
                "observed": {"hops": ["2001:db8:2::1"], "last-hop": 1, "last-hop-address": "2001:db8:2::1"}}]}
    finding(out, "firewall-drops", ["a/v4", "b/v4"],
            ["packets reach hop 1, 10.2.0.1; nothing beyond it replies [e1]",
             "of these, hosts that answer over IPv6: 1", "a.example (198.51.100.10): no answer to 3 attempts"],
            title="tcp/443 to a.example and b.example is silently dropped",
            remedy=["On the firewall, allow tcp/443 from 10.2.0.2 to a.example"],
            where={"at": "after-hop", "hop": 1, "address": "10.2.0.1"})
    finding(out, "dns-server-dead", ["dns/1"],
            ["It did not answer, while another server, 10.2.2.10, answered the same query",
             "names that could not be resolved: 1"],
            title="The DNS server 10.2.0.1 does not answer")
    finding(out, "udp-no-answer", ["ssh"],
            ["ping of 10.2.1.10: ok [e2]", "core-switch answers other tests, but not on this port"],
            title="core-switch (10.2.1.10) does not answer on tcp/22")
    return out


def line(at, number, old, new):
    def change(r):
        text = r["findings"][at]["evidence"][number]
        assert old in text, (old, text)
        r["findings"][at]["evidence"][number] = text.replace(old, new)
    return change


def member(at, **more):
    return lambda r: r["findings"][at].update(more)


def nothing_found(r):
    r["findings"] = []
    for one in r["results"]:
        one["finding"] = None


def nobody_heard(r):
    r["evidence"][1]["observed"].update(ok=False, cause="timeout")


DOCTORED = [
    ("another address in a sentence that cites", line(0, 0, "10.2.0.1", "10.2.0.9"), "address 10.2.0.9"),
    ("another address in one that does not", line(0, 2, "198.51.100.10", "198.51.100.99"), "address 198.51.100.99"),
    ("an address that another test had", line(0, 2, "198.51.100.10", "198.51.100.12"), "address 198.51.100.12"),
    ("a citation of what is not there", line(0, 0, "[e1]", "[e9]"), "cites e9"),
    ("a citation that the finding has not", line(0, 0, "[e1]", "[e2]"), "cites e2"),
    ("a citation left out", line(0, 0, " [e1]", ""), "address 10.2.0.1"),
    ("evidence that is not in the report", member(0, evidence_ids=["e1", "e7"]), "has evidence e7"),
    ("evidence about the other family",
     lambda r: (member(0, evidence_ids=["e1", "e4"])(r),
                line(0, 0, "10.2.0.1; nothing beyond it replies [e1]", "2001:db8:2::1; no more [e4]")(r)),
     "another address family"),
    ("a family that none of its names has", line(2, 1, "this port", "this port over IPv6"), "IPv6 is in no"),
    ("a port that was not tested", line(2, 1, "this port", "tcp/23"), "port 23"),
    ("a port in words", line(2, 0, "ping of 10.2.1.10", "10.2.1.10 port 2222"), "port 2222"),
    ("a name of another test", line(0, 2, "a.example", "0.pool.example"), "name 0.pool.example"),
    ("a name that the evidence has not", line(0, 0, "hop 1,", "hop 1 of core-switch,"), "name core-switch"),
    ("the blamed server as another one", line(1, 0, "10.2.2.10", "10.2.0.1"), "no other server"),
    ("another server without its address", line(1, 0, ", 10.2.2.10,", ""), "no other server"),
    ("another server that was not asked", line(1, 0, "10.2.2.10", "10.2.2.11"), "address 10.2.2.11"),
    ("more names than there are tests", line(1, 1, ": 1", ": 2"), "counts 2 where there are 1"),
    ("a gateway that answers ARP only",
     lambda r: (member(0, evidence_ids=["e1", "e3"])(r), line(0, 1, "of these", "The gateway answers [e3], of these")(r)),
     "forwarded by the gateway"),
    ("a gateway that works, without a citation", line(0, 1, "of these", "The gateway works, of these"),
     "forwarded by the gateway"),
    ("a host that answered nothing else", nobody_heard, "no other test of core-switch was answered"),
    ("a title of another port", member(2, title="core-switch does not answer on udp/161"), "port 161"),
    ("a remedy for another address", member(0, remedy=["Allow tcp/443 to 198.51.100.77"]), "address 198.51.100.77"),
    ("a blocker that nobody saw", member(0, blocker={"address": "10.2.0.5", "name": None}), "blames 10.2.0.5"),
    ("a hop that nobody saw", member(0, where={"at": "hop", "hop": 1, "address": "10.2.0.5"}), "blames 10.2.0.5"),
    ("confirmed by one silence",
     lambda r: (member(1, confidence="confirmed", evidence=["It answered no query"])(r)), "one witness"),
    ("a finding without a word of what was seen", member(1, evidence=[]), "says nothing"),
    ("not ready without a finding", nothing_found, "not ready, and no finding"),
    ("a failure without a finding", lambda r: r["results"][6].update(finding=None), "ssh: fail, and no finding"),
    ("a test that this host could not make, without a finding",
     lambda r: (r["requirements"][6].update(verdict="untested", why="local"), r["results"][6].update(finding=None)),
     "ssh: untested, and no finding"),
]


def case_nothing_to_find(_box):
    """A report that says what it saw has no problem; nor do the golden ones of this version."""
    assert sentences.problems(report()) == []
    for name in ("ready", "not-ready", "baseline"):
        with open(ROOT / "tests" / "golden" / f"{name}.json", encoding="utf-8") as f:
            assert sentences.problems(json.load(f)) == [], name


def case_doctored(_box):
    """Each sentence, place, confidence or gap that is doctored in is found, and told by what is wrong with it."""
    for what, change, says in DOCTORED:
        doctored = copy.deepcopy(report())
        change(doctored)
        found = sentences.problems(doctored)
        assert any(says in problem for problem in found), (what, found)


def case_enough(_box):
    """Two witnesses are enough to confirm, and one kind that nothing else can imitate is."""
    two = report()
    member(2, confidence="confirmed")(two)
    assert sentences.problems(two) == []
    one = report()
    one["results"][4]["outcome"].update(phase="reply", cause="rejected", code="REPLY-REJECTED")
    member(1, code="dns-refused", confidence="confirmed", evidence=["It answered REFUSED"])(one)
    assert sentences.problems(one) == []
