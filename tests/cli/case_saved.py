"""Reports that were saved: compare, render, --baseline, --only failed:."""
import csv
import io
import json
import os
import re

import jsonschema

from harness import ROOT, TENANT, Bad, one_line, report, schema

RUN = ["run", "auvik-collector", "--set", TENANT]
GOLDEN = (ROOT / "tests" / "golden" / "not-ready.json").read_text()
READY = (ROOT / "tests" / "golden" / "ready.json").read_text()
ERROR = '{"schema": "preflight.error/1", "exit": 2, "errors": [{"message": "x"}]}'
FORMATS = ("text", "json", "jsonl", "csv", "junit", "tap", "markdown", "prometheus", "zabbix", "checkmk", "prtg",
           "prtg-xml", "line", "datto", "nagios", "value", "ticket")


def broken(old, new):
    assert old in GOLDEN, old
    return GOLDEN.replace(old, new, 1)


def reads(file):
    """Rows for each way to read a report: the same line, whichever command."""
    return [(what, [file if w == "REPORT" else w for w in line]) for what, line in (
        ("compare's old report", ["compare", "REPORT", "ready.json"]),
        ("compare's new report", ["compare", "ready.json", "REPORT"]),
        ("render", ["render", "--from", "REPORT"]),
        ("explain", ["explain", "--from", "REPORT", "1"]),
        ("again", ["again", "REPORT"]),
        ("--baseline", [*RUN, "--baseline", "REPORT"]),
        ("--only failed:", [*RUN, "--only", f"failed:{file}"]),
    )]


BAD = [
    Bad("compare needs two reports.", ["compare", "a.json"], ["two reports", "OLD.json NEW.json"]),
    Bad("compare takes no third.", ["compare", "a", "b", "c"], ["two reports"]),
    Bad("compare has its own formats.", ["compare", "a", "b", "--format", "line"],
        ["'line'", "text, html, ticket or json"], formats=("text",)),
    Bad("compare looks at --color.", ["compare", "r.json", "r.json", "--color", "green"],
        ["--color: 'green'"], files={"r.json": READY}, formats=("text",)),
    Bad("merge needs reports.", ["merge"], ["merge needs reports", "site-*.json"]),
    Bad("merge has its own formats.", ["merge", "r.json", "--format", "line"],
        ["'line'", "text, html, csv, ticket or json"], formats=("text",)),
    Bad("render needs a report.", ["render"], ["needs a report", "--from REPORT.json"]),
    Bad("A report that is given as a word is shown as it is given.", ["render", "r.json"],
        ["write preflight render --from r.json"], files={"r.json": READY}),
    Bad("render takes its report by --from only.",
        ["render", "r.json", "--from", "r.json"], ["one report, given with --from"], files={"r.json": READY}),
    Bad("render knows the formats of run.", ["render", "--from", "r.json", "--format", "tikcet"],
        ["'tikcet'", "did you mean 'ticket'?"], files={"r.json": READY}, formats=("text",)),
    Bad("render looks at -o before it writes.",
        ["render", "--from", "r.json", "-o", "r.docx"], ["-o FORMAT=r.docx"],
        files={"r.json": READY}),
] + [
    Bad(f"{what}: {proves}", words, ["r.json", *says], files={"ready.json": READY, "r.json": file},
        never=["\033"])
    for proves, file, says in (
        ("no JSON is told with its place.", "{", ["not JSON", "r.json:1:1"]),
        ("a document of errors is no report.", ERROR, ["errors of a run that did not start"]),
        ("another schema is told by its name.", broken("preflight.report/1", "x\\u001b[31m/2"),
         ["is of schema 'x\\x1b[31m/2', not preflight.report/1"]),
        ("some JSON is no report.", "[]", ["not a report of preflight"]),
        ("a field that is missing is named.", broken('"headline"', '"headlines"'),
         ["headline: is missing"]),
        ("a word that is none is named with its field.",
         broken('"cause": "prohibited"', '"cause": "evil\\u001b"'),
         ["results[0].outcome.cause: 'evil\\x1b' is not one of ok, timeout"]),
        ("a number out of range is named.", broken('"port": 443', '"port": 70000'),
         ["results[0].target.port: 70000 is not from 1 to 65535"]),
        ("a reference into nothing is named.", broken('"finding": "f1"', '"finding": "f9"'),
         ["results[0].finding: 'f9' is not in this report"]),
        ("a verdict that its requirements do not bear is refused.",
         broken('"verdict": "not-ready"', '"verdict": "ready"'),
         ["contradicts itself: its verdict is 'ready', but of 5 required requirements", "as the run wrote it"]),
        ("a list too deep is refused.", "[" * 100000, ["depth"]),
    )
    for what, words in reads("r.json")
] + [
    Bad(f"{what}: a file that is not there is told before anything is sent.", words,
        ["none.json", "No such file"], files={"ready.json": READY})
    for what, words in reads("none.json")
]


BAD += [
    Bad("explain --from needs a name.", ["explain", "--from", "r.json"], ["number of a finding"],
        files={"r.json": GOLDEN}),
    Bad("A finding that is not there is told with those that are.", ["explain", "--from", "r.json", "99"],
        ["no finding, requirement or code '99'", "its findings are 1 to "], files={"r.json": GOLDEN}),
    Bad("A healthy report has none.", ["explain", "--from", "r.json", "1"],
        ["'1'", "it has no findings"], files={"r.json": READY}),
    Bad("A requirement is suggested.", ["explain", "--from", "r.json", "cloud.tenan"],
        ["did you mean 'cloud.tenant'?"], files={"r.json": GOLDEN}),
    Bad("A number without a report is none.", ["explain", "2"], ["preflight explain --from REPORT 2"]),
]


def files(box):
    """A healthy report and one with failures, of two runs."""
    box.make({"old.json": READY.replace("0123456789abcdef", "fedcba9876543210"), "new.json": GOLDEN})


def case_render_is_the_same_document(box):
    """render --format json gives the bytes that were saved, and the status of the verdict."""
    files(box)
    done = box.preflight("render", "--from", "new.json", "--format", "json")
    assert done.text == GOLDEN and done.status == 1, done.status
    report(done)
    done = box.preflight("render", "--from", "old.json", "--format", "json")
    assert done.text == (box.path / "old.json").read_text() and done.status == 0, done.status
    done = box.preflight("render", "--from", "new.json", "--format", "line", "--exit-zero")
    assert done.status == 0, done.status


def without_verify(text):
    """A ticket of a report that is kept is verified by that file, another one by its requirements."""
    return re.sub(r"(?<=Verify, from the same host:\n)(?:  .*\n)+", "", text)


def case_render_every_format(box):
    """Every format of a saved report is the one of the run; -o writes files."""
    files(box)
    for name in FORMATS:
        done = box.preflight("render", "--from", "new.json", "--format", name)
        golden = ROOT / "tests" / "golden" / f"not-ready.{name}"
        assert done.errors == "", done.errors
        if name != "text":  # golden text has ASCII symbols
            assert without_verify(done.out.decode()) == without_verify(golden.read_bytes().decode()), name
    done = box.preflight("render", "--from", "new.json", "--quiet", "-o", "ticket=t", "-o", "r.txt",
                         env={"LANG": "C"})
    assert done.status == 1 and (box.path / "r.txt").exists()
    assert without_verify((box.path / "t").read_text()) == \
        without_verify((ROOT / "tests/golden/not-ready.ticket").read_text())


def case_a_plug_in_names_the_cause_first(box):
    """The first line for Nagios has fewer than 80 characters before its data, and the cause is not what is cut."""
    document = json.loads(GOLDEN)
    for blocker in ("10.0.0.1", "2001:db8:1234:5678:9abc:def0:1234:5678"):
        document["findings"][0]["blocker"]["address"] = blocker
        box.make({"r.json": json.dumps(document)})
        line = box.preflight("render", "--from", "r.json", "--format", "nagios").text.splitlines()[0].split(" | ")[0]
        assert line.startswith(f"PREFLIGHT CRITICAL - firewall {blocker} +1 more") and len(line) < 80, line
        assert line.endswith(": 2 of 5 paths fail" if blocker == "10.0.0.1" else "..."), line


def case_render_of_nothing(box):
    """A healthy report hands nothing off."""
    files(box)
    done = box.preflight("render", "--from", "old.json", "--format", "ticket")
    assert done.status == 0 and done.text.startswith("Nothing to hand off. READY"), done.text
    assert len(done.text.splitlines()) == 1, done.text


def case_compare_text(box):
    """compare says what is new, and ends with 1; the other way round it is fixed, and 0."""
    files(box)
    done = box.preflight("compare", "old.json", "new.json")
    assert done.status == 1 and done.errors == "", (done.status, done.errors)
    assert done.text.startswith("COMPARED: 2 new failures"), done.text
    assert "\n  cloud.vendor: pass, then fail\n" in done.text, done.text
    done = box.preflight("compare", "new.json", "old.json")
    assert done.status == 0 and "\nFixed\n  cloud.vendor" in done.text, done.text
    done = box.preflight("compare", "new.json", "new.json")
    assert done.status == 0 and "2 still failing" in done.text, done.text


def case_compare_json(box):
    """compare --format json follows its schema."""
    files(box)
    for pair in (("old.json", "new.json"), ("new.json", "old.json"), ("new.json", "new.json")):
        done = box.preflight("compare", *pair, "--format", "json")
        jsonschema.validate(done.json(), schema("comparison"))
    changes = {q["id"]: q["change"] for q in
               box.preflight("compare", "old.json", "new.json", "--format", "json",
                             "--exit-zero").json()["requirements"]}
    assert changes["cloud.vendor"] == "new" and changes["cloud.ntp"] == "added", changes


def warned(document):
    """The healthy report, with a warning: everything that says so agrees."""
    row = document["requirements"][0]
    row["verdict"] = "warn"
    for target in row["devices"]:
        target["verdict"] = "warn"
    document["summary"]["pass"] -= 1
    document["summary"]["warn"] += 1
    document["counts"]["warnings"] += 1
    document["verdict"] = "ready-with-warnings"
    document["headline"] = "READY WITH WARNINGS: 1 warning"


def case_compare_strict(box):
    """A new warning is 4 with --strict, else 0."""
    old = json.loads(READY)
    new = json.loads(READY)
    warned(new)
    box.make({"old.json": json.dumps(old), "new.json": json.dumps(new)})
    assert box.preflight("compare", "old.json", "new.json").status == 0
    assert box.preflight("compare", "old.json", "new.json", "--strict").status == 4
    assert box.preflight("compare", "old.json", "new.json", "--strict", "--exit-zero").status == 0


def case_compare_colour(box):
    """Colour is for terminals and --color always."""
    files(box)
    assert b"\033" not in box.preflight("compare", "old.json", "new.json").out
    assert b"\033[" in box.preflight("compare", "old.json", "new.json", "--color", "always").out


def case_compare_cannot_be_written(box):
    """compare and render on a full disk say so in one line; a verdict of 1 stays, 0 becomes 3."""
    files(box)
    for words in (["compare", "old.json", "new.json"], ["render", "--from", "old.json"],
                  ["compare", "old.json", "new.json", "--format", "json"]):
        with open("/dev/full", "wb") as full:
            done = box.preflight(*words, stdout=full)
        verdict = box.preflight(*words).status
        assert done.status == (verdict or 3) and "No space left" in one_line(done), (words, done.errors)


def case_merge(box):
    """merge shows sites side by side; one without a report is MISSING, and never ready."""
    files(box)
    box.make({"bad.json": "{"})
    words = ["merge", "old.json", "new.json", "bad.json", "none.json"]
    done = box.preflight(*words)
    assert done.status == 1 and done.errors == "", (done.status, done.errors)
    assert done.text.startswith("4 sites: 1 ready, 0 ready-with-warnings, 1 not-ready, 0 undecided,"
                                " 2 MISSING\n"), done.text
    document = box.preflight(*words, "--format", "json").json()
    jsonschema.validate(document, schema("merge"))
    assert [s["verdict"] for s in document["sites"]] == ["ready", "not-ready", "missing", "missing"]
    assert "not JSON" in document["sites"][2]["error"]
    row = next(q for q in document["requirements"] if q["id"] == "cloud.vendor")
    assert row["verdicts"] == ["pass", "fail", None, None], row
    table = list(csv.DictReader(io.StringIO(box.preflight(*words, "--format", "csv").text)))
    assert [r["auvik-collector/cloud.vendor"] for r in table] == ["pass", "fail", "", ""], table
    assert box.preflight("merge", "old.json").status == 0
    assert box.preflight("merge", "old.json", "none.json").status == 3
    assert box.preflight("merge", "none.json", "--exit-zero").status == 0


def case_a_report_contradicts_itself(box):
    """A report whose parts do not agree is refused, and the part is named; nothing of it is corrected."""
    def twice(name):
        return lambda d: d[name].append(json.loads(json.dumps(d[name][0])))

    def edit(name, i, **fields):
        return lambda d: d[name][i].update(fields)

    first = json.loads(GOLDEN)["results"][0]["id"]
    for change, says in (
        (twice("results"), "has the id of another one"),
        (twice("findings"), "has the id of another one"),
        (edit("results", 0, requirement="cloud.vendor"), "requirements[0] lists a result of another requirement"),
        (edit("requirements", 0, verdict="pass"), "requirements[0] has a better verdict than one of its targets"),
        (edit("requirements", 4, verdict="fail"), "has a verdict that none of its targets has"),
        (edit("requirements", 0, results=[]), "results[0] is not listed once by its requirement"),
        (edit("requirements", 0, results=[first, first]), "results[0] is not listed once by its requirement"),
        (edit("results", 0, finding="f2"), "lists a result that another finding explains"),
        (lambda d: d["counts"].update(works=5), "counts.works is 5, but its requirements give 2"),
        (lambda d: d["counts"].update(undecided=99), "counts.undecided is 99"),
        (lambda d: d.update(verdict="undecided"), "its verdict is 'undecided'"),
        (lambda d: d.update(headline="READY: all 5 required paths work"), "its headline does not begin with"),
    ):
        document = json.loads(GOLDEN)
        change(document)
        box.make({"r.json": json.dumps(document)})
        done = box.preflight("render", "--from", "r.json")
        assert done.status == 2 and "r.json: contradicts itself: " in one_line(done), (says, done.errors, done.text)
        assert says in done.errors, (says, done.errors)


def case_merge_counts_a_run_once(box):
    """The same run twice, under whatever name, is one site, and merge says so."""
    files(box)
    box.make({"copy.json": GOLDEN})
    words = ["merge", "old.json", "new.json", "copy.json", "new.json"]
    done = box.preflight(*words)
    assert done.text.startswith("2 sites: 1 ready"), done.text
    assert "\n- copy.json is the same run as new.json: it counts once\n" in done.text, done.text
    document = box.preflight(*words, "--format", "json").json()
    jsonschema.validate(document, schema("merge"))
    assert len(document["sites"]) == 2 and len(document["notes"]) == 2, document["notes"]


def case_byte_order_mark(box):
    """A file of an editor that puts a mark in front is read as one without it: report, inventory, profile."""
    mark = b"\xef\xbb\xbf"
    profile = (ROOT / "profiles" / "open-audit.yaml").read_bytes()
    box.make({"r.json": mark + GOLDEN.encode(), "s.yaml": mark + b"preflight: inventory/1\ndevices: []\n",
              "s.csv": mark + b"address,types\n10.0.0.1,snmp\n", "p.yaml": mark + profile,
              "e.json": mark, "two.json": mark * 2 + GOLDEN.encode()})
    assert box.preflight("render", "--from", "r.json", "--format", "json").text == GOLDEN
    for name in ("s.yaml", "s.csv", "p.yaml"):
        done = box.preflight("lint", name)
        assert done.status == 0, (name, done.errors)
    for name in ("e.json", "two.json"):
        assert "not JSON" in one_line(box.preflight("render", "--from", name)), name


def case_a_pipe_is_a_report(box):
    """A report may come from anything that can be read."""
    files(box)
    os.mkfifo(box.path / "pipe")
    done = box.preflight("compare", "old.json", "pipe", script="cat new.json > pipe &")
    assert done.status == 1, done.errors


def case_baseline(box):
    """A run with --baseline says what changed, and keeps its status; JSON can be saved again."""
    run = [*RUN, "--only", "cloud.tenant,cloud.vendor", "--deadline", "5s"]
    first = box.preflight(*run, "--format", "json")
    assert report(first)["comparison"] is None
    box.make({"first.json": first.text})
    second = box.preflight(*run, "--format", "json", "--baseline", "first.json")
    assert second.status == first.status, second.errors
    comparison = report(second)["comparison"]
    assert comparison["old"]["id"] == report(first)["run"]["id"]
    assert comparison["summary"]["new"] == 0 and comparison["requirements"] == [], comparison
    box.make({"second.json": second.text})
    again = box.preflight("render", "--from", "second.json", "--format", "json")
    assert again.text == second.text
    text = box.preflight(*run, "--baseline", "first.json")
    assert "baseline   0 new failures, 0 fixed, " in text.text, text.text
    assert "Compared with the baseline of " in box.preflight(*run, "-v", "--baseline", "first.json").text
    line = box.preflight(*run, "--baseline", "first.json", "--format", "line")
    assert "[0 new failures, 0 fixed, " in line.text, line.text


def case_command_of_a_report(box):
    """The report tells the words that repeat it, without those of the output."""
    run = [*RUN, "--only", "cloud.tenant", "--deadline", "5s", "--quiet", "--strict"]
    done = box.preflight(*run, "--format", "json", "-o", "r.txt", env={"PREFLIGHT_RATE": "50"})
    assert report(done)["run"]["command"] == [
        "run", "auvik-collector", "--set", TENANT, "--deadline", "5s", "--rate", "50"]
    again = box.preflight(*report(done)["run"]["command"], "--only", "cloud.tenant", "--format", "json")
    assert report(again)["verdict"] == report(done)["verdict"]


def case_explain_in_its_run(box):
    """A finding by number, id or code, and a requirement: what was seen, decided, looks alike, confirms."""
    files(box)
    first = box.preflight("explain", "--from", "new.json", "1")
    assert first.status == 0 and first.errors == "", first.errors
    for label in ("Owner", "Confidence", "Seen", "Explains", "Decided", "Looks alike", "Do", "Confirm"):
        assert f"\n{label} " in first.text, (label, first.text)
    assert box.preflight("explain", "--from", "new.json", "f1").text == first.text
    code = json.loads(GOLDEN)["findings"][0]["code"]
    assert first.text in box.preflight("explain", "--from", "new.json", code).text
    item, = box.preflight("explain", "--from", "new.json", "1", "--format", "json").json()["items"]
    saved = json.loads(GOLDEN)["findings"][0]
    assert item["seen"] == saved["evidence"] and item["results"] == saved["results"], item
    assert item["decided"] and item["code"] == code, item
    text = box.preflight("explain", "--from", "new.json", "cloud.tenant").text
    assert "\nVerdict           fail: " in text and "\nTests " in text and "\nCause " in text, text


def case_explain_by_any_name(box):
    """A matrix id, an outcome code and any word of a report are explained in that run, too."""
    files(box)
    ask = lambda word: box.preflight("explain", "--from", "new.json", word).text  # noqa: E731
    assert ask("AUV-01") == ask("cloud.tenant")
    assert ask("CONNECT-TIMEOUT").startswith("CONNECT-TIMEOUT: ") and "\nTests             fail cloud.vendor/" in \
        ask("CONNECT-TIMEOUT"), ask("CONNECT-TIMEOUT")
    assert "no test of this run ended so" in ask("TLS-UNTRUSTED")
    item, = box.preflight("explain", "--from", "new.json", "CONNECT-TIMEOUT", "--format", "json").json()["items"]
    assert item["kind"] == "code of a run" and len(item["results"]) == 1, item
    for word in ("probable", "lost", "isp-down", "cloud.aws"):
        assert ask(word) == box.preflight("explain", word).text != "", word


LABELS = {
    "screen": re.compile(r"^ {0,3}([a-z][a-z ]*?)(?: for [\d, ]+)? {2,}\S", re.M),
    "whole": re.compile(r"^ *([A-Z][a-z]+(?: [a-z]+)?):(?: |$)", re.M),
    "plain": re.compile(r"^(?:Next, )?([A-Za-z][a-z ]*?)(?: for \d.*?| \d.*?|, .*?)?: ", re.M),
    "explain": re.compile(r"^([A-Z][a-z]+(?: [a-z]+)?) {3,}\S", re.M),
}


def case_every_label_is_explained(box):
    """Each word that stands in front of what a report says has a meaning."""
    baseline = (ROOT / "tests" / "golden" / "baseline.json").read_text()
    box.make({"new.json": GOLDEN, "b.json": baseline})
    found = set()
    for file in ("new.json", "b.json"):
        for look, words in (("screen", []), ("whole", ["-v"]), ("plain", ["--plain"]),
                            ("whole", ["--format", "ticket"])):
            labels = set(LABELS[look].findall(box.preflight("render", "--from", file, *words).text))
            assert len(labels) >= 4, (look, labels)
            found |= labels
        for name in ("1", "cloud.tenant", "CONNECT-TIMEOUT"):
            found |= set(LABELS["explain"].findall(box.preflight("explain", "--from", file, name).text))
    assert {"lost", "Owner", "Severity", "inbound", "Blocker", "Confidence", "Cause", "then"} <= found, found
    unknown = [label for label in sorted(found) if box.preflight("explain", label).status != 0]
    assert not unknown, unknown


def case_explain_is_harmless(box):
    """A stranger's report moves no cursor, and a finding of tomorrow is told as one."""
    saved = json.loads(GOLDEN)
    saved["findings"][0].update(code="of-tomorrow", title="x\u001b[31m", evidence=["a\nFAKE \u202eb"])
    box.make({"r.json": json.dumps(saved)})
    done = box.preflight("explain", "--from", "r.json", "1")
    assert "x\\x1b[31m" in done.text and "no finding of this name" in done.text, done.text
    assert "\033" not in done.text and "\nFAKE" not in done.text and "\u202e" not in done.text, done.text
