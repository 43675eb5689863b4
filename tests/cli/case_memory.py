"""How much memory large reports take: a share of their size, whatever reads them."""
import json

from harness import ROOT, TENANT

MB = 1 << 20
GOLDEN = json.loads((ROOT / "tests" / "golden" / "not-ready.json").read_text())
# The most that a process had, in its own small parent: a child begins as a copy.
PEAK = """import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10)"""


# Sixteen ports of every address of the loopback, open until this one's parent ends.
OPEN = """import ctypes, pathlib, select, signal, socket
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
ports = [socket.create_server(("0.0.0.0", port), backlog=4096) for port in range(20001, 20017)]
pathlib.Path("ready").touch()
while True:
    for port in select.select(ports, [], [])[0]:
        port.accept()[0].close()"""
WIDE = """preflight: profile/1
name: wide
version: 2026.1.1
title: Many paths
sources:
  ports: {title: Ports, url: "https://example.com/ports", retrieved: 2026-11-20}
roles: {collector: the machine that runs the collector}
default_role: collector
scenarios: {core: all}
requirements:
  - {id: lan.tcp, title: Many ports, covers: [AUV-01], from: collector, to: device:any, scenario: core, level: required,
     check: tcp, ports: [20001-20016], transport: tcp, proof: connect, purpose: to be many, source: ports}
"""


def large(box, name, count):
    """A report whose first requirement has so many more results, each of a host of its own."""
    report = json.loads(json.dumps(GOLDEN))
    need = report["requirements"][0]
    first = next(r for r in report["results"] if r["requirement"] == need["id"])
    hosts = [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}" for i in range(count)]
    ids = [f"{need['id']}/{host}:tcp/443/v4#1" for host in hosts]
    need["results"] += ids
    need["devices"] += [{"name": host, "verdict": "fail"} for host in hosts]
    report["findings"][0]["results"] += ids
    report["results"].append("HERE")
    before, after = json.dumps(report, indent=2).split('"HERE"')
    one = json.dumps({**first, "id": "ID", "target": {**first["target"], "name": "HOST", "address": "HOST"}}, indent=2)
    with open(box.path / name, "w") as out:
        out.write(before)
        for i, (host, own) in enumerate(zip(hosts, ids)):
            out.write((",\n" if i else "") + one.replace('"ID"', f'"{own}"').replace("HOST", host))
        out.write(after)
    return (box.path / name).stat().st_size


def peak(box, *words, script=""):
    """Status and octets of one command."""
    done = box.preflight(*words, script=script + 'set -- python3 -c "$PEAK" "$@"',
                         env={"PEAK": PEAK, "OPEN": OPEN})
    status, octets = done.text.split()
    return int(status), int(octets)


def case_reports_are_read_as_a_stream(box):
    """Each reader of a report of 25 MB takes at most 16 MB and twice what it holds: merge one after the other."""
    size = large(box, "r.json", 24000)
    assert size > 20 * MB, size
    for words, status, held in (
        (["render", "--from", "r.json", "--format", "json"], 1, 1),
        (["render", "--from", "r.json", "--format", "text"], 1, 1),
        (["render", "--from", "r.json", "--format", "ticket"], 1, 1),
        (["explain", "--from", "r.json", "1"], 0, 1),
        (["compare", "r.json", "r.json"], 0, 2),
        (["run", "auvik-collector", "--set", TENANT, "--only", "no.such", "--baseline", "r.json"], 2, 1),
        (["merge", "r.json", "r.json", "r.json"], 1, 1),
        (["rules", "auvik-collector", "--set", TENANT, "--from", "r.json", "--dialect", "nftables"], 0, 1),
        (["plan", "auvik-collector", "--set", TENANT, "--only", "failed:r.json"], 0, 1),
    ):
        ended, octets = peak(box, *words)
        assert ended == status, (words, ended)
        assert octets <= 16 * MB + 2 * held * size, (words, octets / MB, size / MB)


def case_what_is_no_report_is_refused_early(box):
    """Another schema is refused at its first line, a wrong value where it stands, in little memory."""
    size = large(box, "r.json", 24000)
    text = (box.path / "r.json").read_text()
    box.make({"schema.json": text.replace("preflight.report/1", "x/1", 1),
              "field.json": text.replace('"started": "', '"started": "x', 1),
              "list.json": "[" + text + "]"})
    for name in ("schema.json", "field.json", "list.json"):
        ended, octets = peak(box, "render", "--from", name)
        assert ended == 2 and octets < 24 * MB < size + 16 * MB, (name, ended, octets / MB)


def case_a_probe_has_its_price(box):
    """A probe more of a run takes at most so many octets, from the plan to the last line of the report."""
    box.make({"wide.yaml": WIDE})
    is_open = """python3 -c "$OPEN" > errors 2>&1 &
while [ ! -e ready ]; do sleep 0.1; done
"""
    for state, status, most in (("closed", 1, 2100), ("open", 0, 1400)):
        octets = []
        for bits in (24, 22):
            (box.path / "ready").unlink(missing_ok=True)
            box.make({"site.yaml": f"preflight: inventory/1\ndevices:\n  - {{network: 127.1.0.0/{bits}, types: [any]}}\n"})
            ended, most_octets = peak(box, "run", "./wide.yaml", "--inventory", "site.yaml", "--max-probes", "65536",
                                      "--rate", "10000", "--fast", "--format", "json",
                                      script="ip link set lo up\n" + (is_open if state == "open" else ""))
            assert ended == status, (state, ended)
            octets.append(most_octets)
        price = (octets[1] - octets[0]) / (16 * (1022 - 254))
        assert price <= most, (state, price)
