"""Formats for other programs: their readers accept them, and read what the report says."""
import json
import re
import subprocess
from xml.etree import ElementTree

import consumers
from harness import ROOT, TENANT, Bad

GOLDEN = ROOT / "tests" / "golden"
NOT_READY = json.loads((GOLDEN / "not-ready.json").read_text())
READY = json.loads((GOLDEN / "ready.json").read_text())
HOSTILE = ("=cmd|'/c calc'!A1 \033[2J\033]0;x\007 <script>alert(1)</script> &amp; ]]> \"q\" 'a' | `b` *c* [d](http://e) "
           "# SKIP \\ \u202eabc\u2066 {#X} %s @you " + "n" * 10240)
FORMATS = ("text", "json", "html", "jsonl", "csv", "junit", "tap", "markdown", "prometheus", "zabbix", "checkmk",
           "prtg", "prtg-xml", "nagios", "datto", "line", "value", "ticket")

BAD = [
    Bad("An exit scheme that is none is told with the nearest one.",
        ["render", "--from", "r.json", "--exit-scheme", "nagio"], ["unknown exit scheme 'nagio'", "'nagios'"],
        files={"r.json": json.dumps(READY)}),
    Bad("JSON is not cut.", ["run", "auvik-collector", "--set", TENANT, "--format", "json", "--max-chars", "2000"],
        ["--max-chars: format 'json' cannot be cut", "--format text"], formats=("json",)),
    Bad("A tag is a name and a value.", ["check", "tcp", "127.0.0.1:9", "--tag", "customer"],
        ["--tag: 'customer' is not NAME=VALUE", "--tag customer=acme"]),
    Bad("A tag's name is a plain word.", ["check", "tcp", "127.0.0.1:9", "--tag", "a b=c"],
        ["--tag: 'a b=c' is not NAME=VALUE"]),
]


def agreed(report):
    """The report with summary, counts and verdict as its requirements have them."""
    must = [q for q in report["requirements"] if q["level"] in ("required", "alternative") and q["verdict"] != "not-needed"]
    count = {v: sum(q["verdict"] == v for q in must) for v in ("pass", "warn", "fail", "skip", "untested")}
    inbound = sum(q["why"] == "needs-second-end" for q in must)
    for verdict in report["summary"]:
        report["summary"][verdict] = sum(q["verdict"] == verdict for q in report["requirements"])
    report["counts"].update(required=len(must), works=count["pass"] + count["warn"], failed=count["fail"],
                            skipped=count["skip"], undecided=count["untested"] - inbound, inbound=inbound,
                            warnings=report["summary"]["warn"])
    word = ("not-ready" if count["fail"] + count["skip"] else "undecided" if count["untested"] > inbound or not count["pass"] + count["warn"] + count["warn"]
            else "ready-with-warnings" if report["summary"]["warn"] else "ready")
    report["verdict"], report["headline"] = word, word.upper().replace("-", " ") + ": as its requirements are"
    return report


def ready(verdict, why=None):
    """The ready report, each requirement of which has that verdict."""
    report = json.loads(json.dumps(READY))
    for q in report["requirements"]:
        q.update(verdict=verdict, why=why)
        for target in q["devices"]:
            target["verdict"] = verdict
    for result in report["results"]:
        result.update(verdict=verdict, why=why)
    return agreed(report)


def render(box, form, report=None, *more):
    """What the format says of a report, written to a file of the box."""
    (box.path / "r.json").write_text(json.dumps(NOT_READY if report is None else report))
    done = box.preflight("render", "--from", "r.json", "--format", form, *more)
    assert done.errors == "", done.errors
    return done


def hostile():
    """The report with hostile text wherever a report may hold free text."""
    report = json.loads(json.dumps(NOT_READY))
    report["headline"] = "NOT READY: " + HOSTILE
    report["notes"] = [HOSTILE]
    report["run"]["host"]["name"] = report["run"]["site"] = HOSTILE
    report["run"]["profiles"][0]["title"] = HOSTILE
    for q in report["requirements"]:
        q["title"] = q["reason"] = q["purpose"] = HOSTILE
    for r in report["results"]:
        r["reason"] = HOSTILE
        r["target"]["name"] = HOSTILE
        r["facts"] = {"banner": HOSTILE}
    for f in report["findings"]:
        f["title"] = f["impact"] = HOSTILE
        f["evidence"] = f["remedy"] = [HOSTILE]
    return report


def bare():
    """A report without optional parts: no result, finding, device, evidence, note."""
    report = json.loads(json.dumps(NOT_READY))
    for q in report["requirements"]:
        q["results"], q["devices"], q["title"] = [], [], None
    for name in ("results", "findings", "evidence", "notes", "devices", "groups"):
        report[name] = []
    return report


def many(count):
    """A report with so many results of one requirement."""
    report = json.loads(json.dumps(NOT_READY))
    one = next(r for r in report["results"] if r["verdict"] == "fail")
    q = next(q for q in report["requirements"] if q["id"] == one["requirement"])
    for i in range(count):
        report["results"].append({**one, "id": f"{one['id']}-{i}"})
        q["results"].append(f"{one['id']}-{i}")
    return report


def tool(words, text, status=0):
    done = subprocess.run(words, input=text, capture_output=True, check=False)
    assert done.returncode == status, (words, done.returncode, done.stdout[-500:], done.stderr[-1000:])
    return done.stdout.decode()


def each_report(box, form):
    """The format of each kind of report."""
    for report in (NOT_READY, READY, hostile(), bare()):
        done = render(box, form, report)
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", done.out), "controls"
        for sign in ("\u202e", "\u2066"):
            assert sign not in done.text, "bidi"
        yield report, done


def wanted(report):
    """Requirements that must hold and do not, by their ids."""
    return {q["id"] for q in report["requirements"] if q["verdict"] == "fail"}


def case_csv(box):
    """CSV is RFC 4180 without a formula: a row for each result."""
    for report, done in each_report(box, "csv"):
        rows = consumers.csv_rows(done.text)
        assert len(rows) == max(len(report["results"]), len(report["requirements"])), len(rows)
        assert [r["requirement"] for r in rows if r["verdict"] == "fail"] or report is not NOT_READY
    rows = consumers.csv_rows(render(box, "csv").text)
    row = next(r for r in rows if r["requirement"] == "cloud.tenant")
    assert (row["target"], row["port"], row["outcome"], row["finding"], row["blocker"]) == \
        ("acme.us1.my.auvik.com", "443", "CONNECT-PROHIBITED", "firewall-prohibits", "10.0.0.1"), row


def case_jsonl(box):
    """JSON Lines hold the report: a line for each part, its fields those of the report."""
    for report, done in each_report(box, "jsonl"):
        lines = [json.loads(line) for line in done.text.splitlines()]
        whole = render(box, "json", report).json()
        head, rest = lines[0], lines[1:]
        assert head.pop("type") == "report" and head["schema"] == "preflight.report/1"
        for name in ("requirements", "groups", "devices", "results", "evidence", "findings"):
            one = name if name == "evidence" else name[:-1]
            parts = [{k: v for k, v in line.items() if k != "type"} for line in rest if line["type"] == one]
            assert parts == whole.pop(name), name
        assert head == whole
        assert done.text == render(box, "jsonl", report).text, "not the same twice"


def case_junit(box):
    """JUnit: xmllint takes it by the schema, and a reader finds what fails; class and name are unique."""
    for report, done in each_report(box, "junit"):
        tool(["xmllint", "--noout", "--schema", str(ROOT / "tests/cli/junit.xsd"), "-"], done.out)
        suite = ElementTree.fromstring(done.out).find("testsuite")
        cases = suite.findall("testcase")
        names = [(c.get("classname"), c.get("name")) for c in cases]
        assert len(set(names)) == len(names) == int(suite.get("tests")) == len(report["requirements"]) + 1
        failed = {c.get("name") for c in cases if c.find("failure") is not None}
        assert len(failed) == int(suite.get("failures"))
        assert failed - {"verdict"} == wanted(report), failed
        assert ("verdict" in failed) == (report["verdict"] == "not-ready")
        assert len([c for c in cases if c.find("skipped") is not None]) == int(suite.get("skipped"))
    case = next(c for c in ElementTree.fromstring(render(box, "junit").out).iter("testcase")
                if c.get("name") == "cloud.tenant")
    assert "allow tcp/443" in case.find("failure").text, case.find("failure").text


def case_tap(box):
    """TAP: prove counts the tests, and fails with the report's verdict."""
    for report, done in each_report(box, "tap"):
        (box.path / "t.tap").write_bytes(done.out)
        proved = subprocess.run(["prove", "-v", "-e", "cat", "t.tap"], cwd=box.path, capture_output=True, check=False,
                                text=True, errors="replace")
        assert f"Tests={len(report['requirements']) + 1}," in proved.stdout, proved.stdout[-300:]
        assert (proved.returncode == 0) == (report["verdict"] == "ready"), proved.stdout[-300:]
        failed = set(re.findall(r"^not ok \d+ - ([^:]+):", done.text, re.M))
        assert failed - {"verdict"} == wanted(report), failed


def case_nothing_is_a_pass_that_is_not(box):
    """Where nothing could be tested, test cases and monitors do not read it as good."""
    report = ready("untested", "needs-second-end")
    (box.path / "t.tap").write_bytes(render(box, "tap", report).out)
    tool(["prove", "-e", "cat", str(box.path / "t.tap")], b"", status=1)
    assert 'errors="1"' in render(box, "junit", report).text
    assert consumers.prtg_state(consumers.prtg_json(render(box, "prtg", report).text)) == 1
    assert next(iter(consumers.checkmk_services(render(box, "checkmk", report).text).values()))[0] == 3
    assert 'verdict="undecided"} 1\n' in render(box, "prometheus", report).text


def case_markdown(box):
    """Markdown: no foreign text is markup, a link or a mention; a row for each requirement."""
    for report, done in each_report(box, "markdown"):
        rows = [line for line in done.text.splitlines() if line.startswith("| ")]
        assert len(rows) == len(report["requirements"]) + 2, len(rows)
        assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows), rows
        assert not re.search(r"<[a-z/!]|(?<!\\)[\[\]*`](?!(firewall-prohibits|service-down)|$)|://|@|^\s*=", done.text,
                             re.M), done.text[:600]


def case_prometheus(box):
    """promtool accepts the metrics, and they say the verdict."""
    for report, done in each_report(box, "prometheus"):
        tool(["promtool", "check", "metrics"], done.out)
        assert done.text.endswith("\n") and not re.search(r'"\} \S+ \S+$', done.text, re.M)
        assert f'verdict="{report["verdict"]}"}} 1\n' in done.text
        assert done.text.count("preflight_requirement{") == len(report["requirements"])


def case_prometheus_is_scraped(box):
    """node_exporter's textfile collector takes the file, and says so."""
    folder = box.path / "textfiles"
    folder.mkdir()
    (box.path / "r.json").write_text(json.dumps(hostile()))
    (box.path / "ready.json").write_text(json.dumps(READY))
    done = box.preflight("render", "--from", "r.json", "--quiet", "-o", f"prometheus={folder}/a.prom")
    assert done.status == 1, done.errors
    script = """ip link set lo up
prometheus-node-exporter --collector.disable-defaults --collector.textfile --collector.textfile.directory=textfiles \
    --web.listen-address=127.0.0.1:9100 >exporter.log 2>&1 &
exporter=$!
i=0
until curl -sf http://127.0.0.1:9100/metrics >metrics; do
    i=$((i + 1)); [ $i -lt 100 ] || { cat exporter.log; break; }; sleep 0.2
done
kill $exporter
wait $exporter || :"""
    box.preflight("schema", script=script)
    metrics = (box.path / "metrics").read_text()
    assert "node_textfile_scrape_error 0" in metrics, metrics[-2000:]
    assert re.search(r'preflight_verdict\{.*verdict="not-ready"\} 1', metrics), metrics[:2000]
    assert re.search(r'preflight_requirement\{.*requirement="cloud.tenant".*verdict="fail"\} 1', metrics)


def case_zabbix(box):
    """A real zabbix_sender sends every value, and the discovery is a list of requirements."""
    for report, done in each_report(box, "zabbix"):
        server = consumers.Zabbix()
        try:
            (box.path / "values").write_bytes(done.out)
            tool(["zabbix_sender", "-z", "127.0.0.1", "-p", str(server.port), "-s", "collector-1",
                  "-i", str(box.path / "values")], b"")
        finally:
            server.close()
        values = {v["key"]: v["value"] for v in server.values}
        assert len(values) == len(server.values) == len(done.text.splitlines()), len(values)
        assert {v["host"] for v in server.values} == {"collector-1"}
        assert values["preflight.verdict"] == report["verdict"]
        found = json.loads(values["preflight.requirements.discovery"])
        assert [f["{#REQUIREMENT}"] for f in found] == [q["id"] for q in report["requirements"]]
        for q in report["requirements"]:
            assert values[f"preflight.requirement[{q['id']}]"] == q["verdict"]


def case_checkmk(box):
    """Checkmk: four parts a line; the first service has the state of the site."""
    for report, done in each_report(box, "checkmk"):
        services = list(consumers.checkmk_services(done.text).values())
        assert len(services) == len(report["requirements"]) + 1
        assert services[0][0] == {"ready": 0, "not-ready": 2}[report["verdict"]]
        for q, service in zip(report["requirements"], services[1:]):
            assert (service[0] == 2) == (q["verdict"] == "fail"), (q["id"], service)


def case_prtg(box):
    """PRTG: JSON and XML have the same channels, whose limits give the state of the site."""
    for report, done in each_report(box, "prtg"):
        channels = consumers.prtg_json(done.text)
        tool(["xmllint", "--noout", "-"], render(box, "prtg-xml", report).out)
        other = consumers.prtg_xml(render(box, "prtg-xml", report).text)
        assert {n: {k: str(v) for k, v in c.items()} for n, c in channels.items()} == other
        assert consumers.prtg_state(channels) == {"ready": 0, "not-ready": 2}[report["verdict"]]
        assert int(channels["Failed"]["value"]) == report["counts"]["failed"] + report["counts"]["skipped"]


def case_prtg_has_fifty_channels(box):
    """A profile of sixty groups still fits a sensor, and no failure is lost."""
    report = json.loads(json.dumps(NOT_READY))
    one = report["requirements"][0]
    report["requirements"] += [{**one, "id": f"group{i}.x", "results": [], "verdict": "fail"} for i in range(60)]
    channels = consumers.prtg_json(render(box, "prtg", agreed(report)).text)
    failed = sum(int(c["value"]) for n, c in channels.items() if n.startswith("Failed in "))
    assert len(channels) == 50 and failed == 62, (len(channels), failed)


def case_lines(box):
    """Nagios, Datto: their contracts hold for any report."""
    for report, done in each_report(box, "nagios"):
        _, data, _ = consumers.nagios(done.text)
        assert int(data["failed"]) == report["counts"]["failed"], data
    for report, done in each_report(box, "datto"):
        consumers.datto(done.text)


def case_every_format_of_a_run(box):
    """What a run writes in a format is what render makes of its JSON, byte for byte; with a baseline, too."""
    box.make({"old.json": json.dumps(READY)})
    words = ["check", "tcp", "127.0.0.1:9", "--no-trace", "--tag", "customer=acme", "--tag", "rank=1"]
    for more in ([], ["--baseline", "old.json"]):
        files = [f"--output={form}=run.{form}" for form in FORMATS]
        done = box.preflight(*words, *more, *files, "--format", "json", script="ip link set lo up")
        assert done.status == 1 and done.errors == "", done.errors
        assert done.json()["run"]["tags"] == {"customer": "acme", "rank": "1"}, done.json()["run"]
        files = [f"--output={form}=render.{form}" for form in FORMATS]
        again = box.preflight("render", "--from", "run.json", *files, "--format", "json")
        assert again.out == done.out
        for form in FORMATS:
            ours, theirs = ((box.path / f"{who}.{form}").read_bytes() for who in ("run", "render"))
            assert ours == theirs, form
    listed = {f["name"] for f in box.preflight("list", "formats", "--format", "json").json()["formats"]}
    assert listed == set(FORMATS), listed


def case_many_results(box):
    """A hundred thousand results go through every format."""
    report = many(100000)
    (box.path / "r.json").write_text(json.dumps(report))
    for form in ("csv", "jsonl", "junit", "tap", "markdown", "prometheus", "zabbix", "checkmk", "prtg", "prtg-xml"):
        done = box.preflight("render", "--from", "r.json", "--format", form)
        assert done.status == 1 and done.errors == "", (form, done.errors)
        lines = done.text.count("\n")
        assert (lines > 100000) == (form in ("csv", "jsonl")), (form, lines)


def case_closed_half_way(box):
    """A reader that goes after one byte, and a full disk: no crash, no words but for the disk."""
    (box.path / "r.json").write_text(json.dumps(many(2000)))
    for form in FORMATS:
        with box.start("render", "--from", "r.json", "--format", form, script="set -o pipefail 2>/dev/null || :") as p:
            p.stdout.read(1)
            p.stdout.close()
            p.stdout = None
            errors, status = p.stderr.read(), p.wait(240)
        assert status in (1, 2) and errors == b"", (form, status, errors)
        with open("/dev/full", "wb") as full:
            done = box.preflight("render", "--from", "r.json", "--format", form, stdout=full)
        assert done.status in (1, 2) and "No space left" in done.errors, (form, done.status, done.errors)


def case_errors_in_the_format(box):
    """A mistake is told in the format of the monitor, which never shows it as good; nothing is on stderr."""
    for words in (["run", "auvik-colector"], ["run", "--bogus"], ["render", "--from", "none.json"],
                  ["render", "--from"], ["runn"]):
        for form, status in (("nagios", 3), ("datto", 2), ("line", 2), ("value", 2), ("prtg", 2), ("prtg-xml", 2),
                             ("checkmk", 2)):
            done = box.preflight(words[0], "--format", form, *words[1:])
            assert done.status == status and done.errors == "", (words, form, done.status, done.errors)
            if form == "nagios":
                assert consumers.nagios(done.text)[0].startswith("PREFLIGHT UNKNOWN - "), done.text
            elif form == "datto":
                assert consumers.datto(done.text)[0].startswith("ERROR: "), done.text
            elif form == "line":
                assert re.fullmatch(r"ERROR: [^\n]+\n", done.text), done.text
            elif form == "value":
                assert done.text == "-1\n", done.text
            elif form == "checkmk":
                (state, _, _), = consumers.checkmk_services(done.text).values()
                assert state == 3, done.text
            else:
                said = consumers.prtg_json(done.text) if form == "prtg" else consumers.prtg_xml(done.text)
                assert isinstance(said, str) and said, said


def case_exit_schemes(box):
    """Each scheme's status for each verdict; nagios has its own without the option, which wins."""
    warn, undecided = ready("warn"), ready("untested", "needs-input")
    table = {"default": (0, 0, 1, 3, 2), "nagios": (0, 1, 2, 3, 3), "sam": (0, 2, 3, 4, 4), "prtg": (0, 1, 4, 2, 2)}
    for scheme, statuses in table.items():
        for report, status in zip((READY, warn, NOT_READY, undecided), statuses):
            for more in (["--exit-scheme", scheme], ["--exit-scheme", scheme, "--exit-zero"]):
                done = render(box, "line", report, *more)
                assert done.status == (0 if "--exit-zero" in more else status), (scheme, report["verdict"], done.status)
        done = box.preflight("render", "--from", "none.json", "--exit-scheme", scheme)
        assert done.status == statuses[4], (scheme, done.status)
        done = box.preflight("render", "--bogus", env={"PREFLIGHT_EXIT_SCHEME": scheme})
        assert done.status == statuses[4], (scheme, done.status)
    assert [render(box, "nagios", r).status for r in (READY, warn, NOT_READY, undecided)] == [0, 1, 2, 3]
    assert render(box, "nagios", warn, "--exit-scheme", "default").status == 0
    (box.path / "old.json").write_text(json.dumps({**READY, "run": {**READY["run"], "id": "00000000000000aa"}}))
    render(box, "json")
    assert box.preflight("compare", "old.json", "r.json", "--exit-scheme", "nagios").status == 2
    assert box.preflight("merge", "old.json", "r.json", "--exit-scheme", "sam").status == 3
    assert "exit 2" in render(box, "text", None, "--exit-scheme", "nagios").text


def case_max_chars(box):
    """--max-chars prints whole lines of the format, says what is left out, and keeps the end of a block."""
    (box.path / "r.json").write_text(json.dumps(hostile()))
    for form in ("text", "markdown", "nagios", "datto", "ticket", "line"):
        whole = box.preflight("render", "--from", "r.json", "--format", form)
        for most in (400, 1000, 5000, 1000000):
            done = box.preflight("render", "--from", "r.json", "--format", form, "--max-chars", str(most))
            assert done.status == whole.status and len(done.text) <= most, (form, most, len(done.text))
            if len(whole.text) <= most:
                assert done.text == whole.text
                continue
            lines, said = done.text.splitlines(), [n for n in done.text.splitlines() if "left out)" in n]
            if form == "datto":
                assert lines[-1] == "<-End Diagnostic->", lines[-1]
                consumers.datto(done.text)
            if said:
                cut, left = lines.index(said[0]), int(said[0][1:].split()[0])
                first = int(lines[0] != whole.text.splitlines()[0])  # too long: cut inside
                assert lines[first:cut] == whole.text.splitlines()[first:cut], (form, most)
                assert not first or lines[0].endswith("..."), lines[0]
                assert left + cut == len(whole.text.splitlines()) - (form == "datto"), (form, most, done.text, whole.text[:600])
    done = box.preflight("render", "--from", "r.json", "--format", "datto", "--max-chars", "399")
    assert done.status == 2 and "400" in done.text, done.text


def case_compact(box):
    """--compact is one line of the same document, errors and lists as well."""
    for words in (["render", "--from", "r.json", "--format", "json"], ["list", "checks", "--format", "json"],
                  ["compare", "r.json", "r.json", "--format", "json"], ["schema"], ["render", "--format", "json"]):
        render(box, "json")
        done, wide = box.preflight(*words, "--compact"), box.preflight(*words)
        assert done.text.count("\n") == 1 and done.json() == wide.json(), words
        assert done.status == wide.status


def case_keys_of_findings(box):
    """A finding's key is unique, and the same in the next run; its blocker's addresses are addresses."""
    words = ["check", "tcp", "127.0.0.1:9", "--format", "json"]
    first, second = (box.preflight(*words, script="ip link set lo up").json()["findings"] for _ in range(2))
    keys = [f["key"] for f in first]
    assert keys == [f["key"] for f in second] and len(set(keys)) == len(keys) > 0, keys
    assert keys[0].startswith(first[0]["code"]) and keys[0].endswith("tcp/9"), keys
    found = NOT_READY["findings"][0]
    assert found["key"] == "firewall-prohibits:10.0.0.1:tcp/443", found["key"]
    assert found["blocker"]["addresses"] == ["10.0.0.1"], found["blocker"]
    kinds = {d["name"]: d["kind"] for q in NOT_READY["requirements"] for d in q["devices"]}
    assert kinds["lan-switch"] == "device" and kinds["apt.my.auvik.com"] == "host", kinds
