"""The plan: a line a requirement, all openings, and how long the run will take."""
import re

from harness import TENANT

PLAN = ["plan", "auvik-collector", "--set", TENANT]
FORTY = "preflight: inventory/1\ndevices:\n" + "".join(
    f"  - {{address: 10.2.0.{i}, types: [network-element, snmp], name: switch-{i}}}\n" for i in range(1, 41))


def plan(box, *words):
    """The lines, and the same as JSON."""
    box.make({"forty.yaml": FORTY})
    done = box.preflight(*PLAN, *words)
    document = box.preflight(*PLAN, *words, "--format", "json").json()
    assert done.status == 0 and done.errors == "", done.errors
    return done.text.splitlines(), document


def case_a_line_a_requirement(box):
    """Each requirement is a line with what it opens; the sum is below them."""
    lines, document = plan(box, "--inventory", "forty.yaml", "--scenario", "virtual-appliance")
    rows = {line.split()[0]: line for line in lines[1:-3]}
    assert list(rows) == [q["id"] for q in document["requirements"]]
    assert re.fullmatch(r"lan.ping +icmp +40  switch-1 and 39 more", rows["lan.ping"]), rows["lan.ping"]
    assert "same paths as cloud.google-servers" in rows["cloud.google-https"], rows
    assert "untested (needs-second-end)" in rows["inbound.tftp"], rows
    opened = [int(line.split()[2]) for line in rows.values() if re.match(r"\S+ +\S+ +\d+  ", line)]
    total = document["total"]
    assert sum(opened) == total["openings"] == sum(q["openings"] for q in document["requirements"]), total
    assert f" {total['openings']} openings (at most {total['openings_most']}," in lines[-3], lines[-3]


def case_untested_in_part(box):
    """A requirement that is sent in part says what is not, and why."""
    box.make({"forty.yaml": FORTY})
    text = box.preflight("plan", "auvik-collector").text
    row = next(line for line in text.splitlines() if line.startswith("cloud.no-inspection"))
    assert re.search(r" \d+  apt.my.auvik.com; 1 untested \(needs-input\): set tenant_url", row), row


def case_expected_time(box):
    """The time is that of the run, not of its longest probe; a slower rate takes longer."""
    lines, document = plan(box, "--inventory", "forty.yaml")
    total = document["total"]
    assert re.fullmatch(r"time: about [\d.]+ s if every path answers, about \d+ s where none does", lines[-2]), lines
    assert total["openings"] / 200 * 1000 <= total["answered_ms"] < total["blocked_ms"] <= 60000, total
    slow = plan(box, "--inventory", "forty.yaml", "--rate", "20")[1]["total"]
    assert slow["openings"] == total["openings"], (slow, total)
    assert slow["answered_ms"] >= (slow["openings"] - 1) / 20 * 1000 > total["answered_ms"], (slow, total)
    fast = plan(box, "--inventory", "forty.yaml", "--fast")[1]["total"]
    assert fast["answered_ms"] < total["answered_ms"], (fast, total)


def case_every_probe(box):
    """-v shows each probe with its packets, what a second round may add, and how the time comes about."""
    lines, document = plan(box, "-v")
    ids = {line.split()[0] for line in lines}
    assert {s["id"] for q in document["requirements"] for s in q["probes"]} <= ids
    text = "\n".join(lines)
    for words in ("at 200 openings and repeats a second and 20 to one target", "tried at least 3 times", "at most twice", "the last try waits 2.5 s",
                  "where an attempt gets no answer although its path works: 40 connections more"):
        assert words in text, words


def case_nothing_to_send(box):
    """Where nothing is sent, there is no time to take."""
    lines, document = plan(box, "--only", "inbound.*")
    assert document["total"]["openings"] == document["total"]["blocked_ms"] == 0, document["total"]
    assert "0 openings" in lines[-3], lines
