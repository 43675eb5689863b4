#!/usr/bin/python3
"""Names of facts: what the report reads, somebody writes.

usage: facts.py [ROOT]     after the build; PREFLIGHT names the program

Every literal that report/ gives to a look-up of facts stands in a table: that
of a check (`preflight list checks`), or fact_core, fact_host, fact_evidence in
core/base/facts.c. What the core writes about this host and as evidence stands
in those tables, too. Prints file:line: message for each offence; exit 1 when
there is one.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

from tree import ROOT, Offences, product

PROGRAM = os.environ.get("PREFLIGHT", str(ROOT / "build" / "preflight"))
READS = re.compile(r"\b(?:facts_(?:text|find|is_true)|correlation_number|\w+_by_fact)\(")
ARRAYS = re.compile(r"\bfacts\[\] = \{")
WRITES = re.compile(r"\bfacts_(?:string|bytes|number|ms|bool|append)\(")
# Who writes facts of this host, and evidence.
WRITERS = {"core/engine/engine_host.c": "fact_host", "core/os/linux/host.c": "fact_host",
           "core/engine/engine_names.c": "fact_core", "core/engine/evidence_write.c": "fact_evidence",
           "core/engine/evidence_flows.c": "fact_evidence"}


def inside(text, start):
    """What stands between the bracket that ends at start and its partner."""
    depth, at = 1, start
    while depth > 0:
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[at], 0)
        at += 1
    return text[start:at - 1]


def literals(text, pattern, most=None):
    """(literal, line) of each call or array; of each the first `most`."""
    for match in pattern.finditer(text):
        said = re.sub(r"\bcorrelation_is_check\([^)]*\)", "", inside(text, match.end()))
        for name in re.findall(r'"([a-z0-9-]+)"', said)[:most]:
            yield name, text.count("\n", 0, match.start()) + 1


def tables(root):
    """Name of a table -> the names in it."""
    text = (root / "core" / "base" / "facts.c").read_text()
    out = {name: set(re.findall(r'\{\s*"([a-z0-9-]+)",\s*FACT_', body)) for name, body in
           re.findall(r"const struct fact_def (fact_\w+)\[\] = \{(.*?)\n\};", text, re.DOTALL)}
    listed = subprocess.run([PROGRAM, "list", "checks", "--format", "json"], capture_output=True, text=True,
                            check=True).stdout
    out["checks"] = {fact["name"] for check in json.loads(listed)["checks"] for fact in check["facts"]}
    return out


def main():
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    report = Offences(root)
    known = tables(root)
    every = set().union(*known.values())
    for path in product(root):
        name = str(path.relative_to(root))
        text = path.read_text()
        if name.startswith("report/"):
            for pattern in (READS, ARRAYS):
                for fact, line in literals(text, pattern):
                    if fact not in every:
                        report(path, line, f"'{fact}' is a fact of no table")
        for fact, line in literals(text, WRITES, 1) if name in WRITERS else ():
            if fact not in known.get(WRITERS[name], ()):
                report(path, line, f"'{fact}' is missing in {WRITERS[name]}")
    return report.finish()


sys.exit(main())
