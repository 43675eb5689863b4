"""Reports that pages are made of: the lab's demo, a fleet of thirty sites, hostile texts, ten thousand results.

A module of tests/browser/run and docs/generate_pages.
"""
import copy
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
SITES = 30
HOSTILE = ["<script>window.hostile=1</script>", "\"><img src=x onerror=window.hostile=1>", "</script><svg onload=window.hostile=1>",
           "<!--<script>", "javascript:window.hostile=1", "' onmouseover='window.hostile=1", "&lt;b&gt;&amp;#39;", "=cmd|' /C calc'!A0",
           "\u202egnp.exe", "{{7*7}}${7*7}", "]]><x>", "W" * 10000]


def golden(name):
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def site(report, number, name):
    """The report as another site's: its own run, name, host and time."""
    r = copy.deepcopy(report)
    r["run"].update(id=f"{number:016x}", site=name, started=f"2026-11-{1 + number % 28:02}T06:{number:02}:00Z")
    r["run"]["host"]["name"] = f"collector-{number:02}"
    return r


def without(report, code):
    """A report that lacks one cause: what it explained works."""
    r = copy.deepcopy(report)
    gone = {f["id"] for f in r["findings"] if f["code"] == code}
    r["findings"] = [f for f in r["findings"] if f["id"] not in gone]
    for result in r["results"]:
        if result["finding"] in gone:
            result.update(verdict="pass", reason="", finding=None, proof="service")
            result["outcome"].update(phase="reply", cause="ok", code="REPLY-OK", errno=None, error=None, icmp=None, blocker=None)
    results = {x["id"]: x for x in r["results"]}
    for q in r["requirements"]:
        mine = [results[i]["verdict"] for i in q["results"]]
        if q["verdict"] == "fail" and mine and "fail" not in mine:
            q.update(verdict="pass", reason="")
            for d in q["devices"]:
                d["verdict"] = "pass"
    return counted(r)


def counted(r):
    """Summary, counts and headline as the requirements have them."""
    must = [q for q in r["requirements"] if q["level"] in ("required", "alternative") and q["verdict"] != "not-needed"]
    for word in r["summary"]:
        r["summary"][word] = sum(q["verdict"] == word for q in r["requirements"])
    count = {w: sum(q["verdict"] == w for q in must) for w in ("pass", "warn", "fail", "skip", "untested")}
    inbound = sum(q["why"] == "needs-second-end" for q in must)
    r["counts"].update(required=len(must), works=count["pass"] + count["warn"], failed=count["fail"], skipped=count["skip"],
                       undecided=count["untested"] - inbound, inbound=inbound)
    bad = count["fail"] + count["skip"]
    if bad:
        r["verdict"] = "not-ready"
        r["headline"] = f"NOT READY: {bad} of {len(must)} required paths fail"
    return r


def fleet():
    """(file name, report) of each site; the last one did not arrive."""
    ready, demo = golden("site-ready"), golden("site-demo")
    causes = [demo, without(demo, "ntp-blocked"), without(demo, "firewall-prohibits"), without(demo, "snmp-agent-off")]
    for i in range(1, SITES):
        report = causes[i // 6 % len(causes)] if i % 6 == 0 else ready
        yield f"site-{i:02}.json", json.dumps(site(report, i, f"branch {i:02}"))
    yield f"site-{SITES:02}.json", ""


def hostile():
    """Every text that a report takes is one that wants to be something else."""
    r = golden("site-demo")
    turn = iter(HOSTILE * 1000)
    r["headline"] = "NOT READY: " + HOSTILE[0] + HOSTILE[1]
    r["notes"] = HOSTILE
    r["run"].update(site=next(turn), source=None)
    r["run"]["host"]["name"] = next(turn)
    for q in r["requirements"]:
        q.update(title=next(turn), reason=next(turn), purpose=next(turn))
    for f in r["findings"]:
        f.update(title=next(turn), impact=next(turn), evidence=HOSTILE, remedy=[next(turn), next(turn)], confirm_by=next(turn))
    for result in r["results"]:
        result["reason"] = next(turn)
    names = {}
    for d in r["devices"]:
        names[d["name"]] = d["name"] = next(turn)
    return json.dumps(r)


def many(devices):
    """So many devices, each with eight tests, one in ten of them failing."""
    r = golden("site-demo")
    kinds = [q for q in r["requirements"] if q["id"] in ("lan.ping", "lan.smb", "lan.snmp", "lan.ssh")]
    sample = {q["id"]: next(x for x in r["results"] if x["id"] == q["results"][0]) for q in kinds}
    keep = [x for x in r["results"] if x["requirement"] not in sample]
    finding = next(f for f in r["findings"] if f["code"] == "snmp-agent-off")
    finding["results"] = []
    r["devices"] = []
    for q in kinds:
        q.update(devices=[], results=[], verdict="pass", reason="")
    for i in range(devices):
        name, address = f"device-{i:04}", f"10.{3 + i // 65536}.{i // 256 % 256}.{i % 256}"
        r["devices"].append({"name": name, "address": address, "types": ["network-element", "snmp"], "state": "up",
                             "verdict": "fail" if i % 10 == 0 else "pass"})
        for q in kinds:
            for copy_number in (1, 2):
                bad = q["id"] == "lan.snmp" and i % 10 == 0
                x = copy.deepcopy(sample[q["id"]])
                x.update(id=f"{q['id']}/{name}:{copy_number}", verdict="fail" if bad else "pass", reason="no answer" if bad else "",
                         finding=finding["id"] if bad else None, evidence=[])
                x["target"].update(address=address, device=name)
                if bad:
                    finding["results"].append(x["id"])
                keep.append(x)
                q["results"].append(x["id"])
            q["devices"].append({"name": name, "verdict": "fail" if bad else "pass"})
            if bad:
                q.update(verdict="fail", reason="no answer")
    r["results"] = keep
    return json.dumps(counted(r))
