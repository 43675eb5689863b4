"""Tickets: which causes they are about, the rules in them, and how long they get."""
import json
import re

from case_rules import in_a_namespace
from harness import ROOT, Bad

GOLDEN = (ROOT / "tests" / "golden" / "not-ready.json").read_text()
READY = (ROOT / "tests" / "golden" / "ready.json").read_text()
FILES = {"r.json": GOLDEN, "ready.json": READY}
RENDER = ["render", "--from", "r.json", "--format", "ticket"]
TEXT = ("text",)  # the words ask for tickets already

BAD = [
    Bad("an owner is one of eight.", [*RENDER, "--owner", "fw"], ["unknown owner 'fw'", "firewall", "vendor"],
        files=FILES, formats=TEXT),
    Bad("a finding's number is one of the report's.", [*RENDER, "--finding", "3"],
        ["--finding 3: the report has no such finding"], files=FILES, formats=TEXT),
    Bad("a finding's code is one of the report's, and the nearest is named.",
        [*RENDER, "--finding", "firewall-prohibit"], ["did you mean 'firewall-prohibits'?"], files=FILES,
        formats=TEXT),
    Bad("a report without findings has no number.",
        ["render", "--from", "ready.json", "--format", "ticket", "--finding", "1"], ["the report has no finding"],
        files=FILES, formats=TEXT),
    Bad("a dialect that is a document has no rules to paste.", [*RENDER, "--dialect", "csv"],
        ["'csv' has no rules to paste", "--dialect csv"], files=FILES, formats=TEXT),
    Bad("a report names no file as its profile.", [*RENDER, "--dialect", "nftables"],
        ["'../x.yaml' in the report is not the name of a profile"],
        files={"r.json": GOLDEN.replace('"auvik-collector"', '"../x.yaml"')}, formats=TEXT),
    Bad("a dialect is a known one.", [*RENDER, "--dialect", "fortigat"], ["did you mean 'fortigate'?"], files=FILES,
        formats=TEXT),
    Bad("merge takes no numbers, which differ from report to report.",
        ["merge", "r.json", "ready.json", "--format", "ticket", "--finding", "1"],
        ["numbers differ from report to report", "write a code"], files=FILES, formats=TEXT),
    Bad("merge wants a code that a report has.",
        ["merge", "r.json", "ready.json", "--format", "ticket", "--finding", "isp-down"],
        ["no report has it"], files=FILES, formats=TEXT),
    Bad("rules choose from a report only.", ["rules", "auvik-collector", "--dialect", "nftables", "--finding", "1"],
        ["add --from REPORT.json"], formats=TEXT),
    Bad("rules want a finding of the report.",
        ["rules", "auvik-collector", "--dialect", "nftables", "--from", "r.json", "--finding", "9"],
        ["--finding 9"], files=FILES, formats=TEXT),
] + [
    Bad(f"{words[0]}: --owner is for tickets.", [*words, "--owner", "device"], ["add --format ticket"], files=FILES)
    for words in (["render", "--from", "r.json"], ["compare", "ready.json", "r.json"], ["merge", "r.json"])
]


def tickets(box, *words, status=1):
    """The tickets that a command writes."""
    box.make(FILES)
    done = box.preflight(*words)
    assert done.status == status and done.errors == "", (done.status, done.errors)
    parts = re.split(r"^(?=TICKET )", done.text, flags=re.M)
    assert all(len(part.rstrip("\n")) < 2000 for part in parts)
    return [part for part in parts if part]


def case_one_a_cause(box):
    """Each cause is a ticket, with its owner, severity, change, evidence, test and way back."""
    found = tickets(box, *RENDER)
    assert [t.splitlines()[0] for t in found] == ["TICKET 1 of 2, for: firewall", "TICKET 2 of 2, for: device"]
    for text in found:
        for words in ("Subject:  ", "Severity: ", "Change:", "Seen:", "Verify, from the same host:", "Roll back:"):
            assert words in text, (words, text)


def case_chosen(box):
    """By owner, by number and by code; both must hold."""
    for words in (["--owner", "device"], ["--finding", "2"], ["--finding", "service-down"],
                  ["--owner", "dns,device", "--finding", "1,2"]):
        text, = tickets(box, *RENDER, *words)
        assert text.startswith("TICKET 1 of 1, for: device\n") and "service-down (finding 2)" in text, text
    text, = tickets(box, *RENDER, "--owner", "vendor")
    assert text.startswith("No cause of this report was asked for. NOT READY"), text
    # As PREFLIGHT_DIALECT, for other commands; here it is no mistake.
    done = box.preflight("render", "--from", "r.json", env={"PREFLIGHT_DIALECT": "nftables"})
    assert done.status == 1 and done.errors == "", done.errors


def case_compared(box):
    """From two reports: what fails now, and since when."""
    text, = tickets(box, "compare", "ready.json", "r.json", "--format", "ticket", "--owner", "firewall")
    assert re.search(r"^Since:    new since the report of 2026-", text, re.M), text


def case_merged(box):
    """From many: each site's own, and what could not be read."""
    document = json.loads(GOLDEN)
    document["run"].update(site="Branch", id="fedcba9876543210")
    box.make({"branch.json": json.dumps(document), "bad.json": "{"})
    found = tickets(box, "merge", "r.json", "branch.json", "bad.json", "--format", "ticket", "--owner", "firewall")
    assert len(found) == 2 and "Site:     Branch\n" in found[1], found
    assert "the report is MISSING: bad.json" in found[1], found[1]


def case_rules_in_a_ticket(box):
    """The rules are in the ticket where they fit; a cause that no rule helps has none."""
    for dialect, words in (("nftables", "tcp dport 443 accept"), ("fortigate", 'set fqdn "*.auvik.com"'),
                           ("mikrotik", "dst-port=443"), ("cisco-asa", "eq 443")):
        firewall, device = tickets(box, *RENDER, "--dialect", dialect)
        assert f"Rules for {dialect}:\n" in firewall and words in firewall, firewall
        assert "Rules for" not in device, device
    written = tickets(box, *RENDER, "--dialect", "nftables")[0].split("Rules for nftables:\n")[1].split("\n\n")[0]
    in_a_namespace(box, "nft", "-c", "-f", "-", text=written + "\n")
    # What does not fit is never cut: a command writes it.
    document = json.loads(GOLDEN)
    document["findings"][0]["remedy"] *= 3
    box.make({"r.json": json.dumps(document)})
    text = box.preflight(*RENDER, "--dialect", "fortigate", "--finding", "1").text
    assert "too long for a ticket" in text and "config firewall" not in text and len(text) <= 2000, text
    flat = re.sub(r"\s*\\?\n\s*", " ", text)
    assert "preflight rules --from r.json --dialect fortigate --finding 1" in flat, text
