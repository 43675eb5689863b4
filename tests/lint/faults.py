#!/usr/bin/python3
"""Every fault and every finding has its test.

tests/faults-map.csv says which tests show each of the 76 known faults; each of
them must exist. Each code of the catalogue must be produced by a unit test
(expect_only, or a look for it or its code that must succeed) or by a row of the lab's table.
Prints what is missing; exit 1 when something is.
"""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
PROGRAM = os.environ.get("PREFLIGHT", str(ROOT / "build" / "preflight"))
FAULTS = [f"F{n:02}" for n in range(1, 77)]


def text(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def lab_rows():
    with open(TESTS / "lab" / "faults.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def there(kind, name, rows):
    """Is that test there?"""
    where, _, what = name.partition("/")
    if kind == "lab":
        return name in {row["fault"] for row in rows}
    if kind == "site":
        return f"def case_{name}(" in text(TESTS / "lab" / "site")
    if kind == "unit":
        source = text(TESTS / "unit" / f"test_{where}.c")
        return re.search(rf"\bvoid {what}\(void \*\*state\)", source) and re.search(
            rf"\b(?:story|cmocka_unit_test\w*|IN_FOLDER)\({what}[,)]", source)
    if kind == "checks":
        return case_of(text(TESTS / "checks" / f"{where}.py"), what)
    if kind == "cli":
        return f"def case_{what}(" in text(TESTS / "cli" / f"case_{where}.py")
    return False


def case_of(source, name):
    """A case by its name, also one that a function of the file names after its argument."""
    if re.search(rf'Case\("{name}"', source):
        return True
    prefix, _, rest = name.partition("-")
    made = re.search(rf'Case\(f"{prefix}-', source)
    return made and re.search(rf'\b\w+\("{rest}\b', source)


def check_map(rows, report):
    with open(TESTS / "faults-map.csv", newline="", encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    if [entry["fault"] for entry in entries] != FAULTS:
        report("tests/faults-map.csv: the faults are not F01 to F76 in order")
    for entry in entries:
        tests = entry["tests"].split(";")
        if not entry["tests"]:
            report(f"{entry['fault']} ({entry['what']}): no test")
        for test in filter(None, tests):
            kind, _, name = test.partition(":")
            if not there(kind, name, rows):
                report(f"{entry['fault']}: there is no test {test}")


def check_findings(rows, report):
    done = subprocess.run([PROGRAM, "list", "findings", "--format", "json"], capture_output=True, text=True, check=True)
    listed = json.loads(done.stdout)
    listed = listed["findings"] if isinstance(listed, dict) else listed
    source = "".join(text(path) for path in sorted((TESTS / "unit").glob("test_*.c")))
    shown = set(re.findall(r'expect_only\(\s*"([a-z0-9-]+)"', source))
    shown |= set(re.findall(r'assert_non_null\(\s*site_finding\(&site, "([a-z0-9-]+)"', source))
    shown |= set(re.findall(r'assert_string_equal\([^;"]*code,\s*"([a-z0-9-]+)"\)', source))
    shown |= {row["finding"] for row in rows if re.fullmatch(r"[a-z0-9-]+", row["finding"])}
    if len(listed) < 60:
        report("the catalogue of findings cannot be read")
    for entry in listed:
        if entry["code"] not in shown:
            report(f"finding {entry['code']}: no test produces it")


def main():
    problems = []
    rows = lab_rows()
    check_map(rows, problems.append)
    check_findings(rows, problems.append)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


sys.exit(main())
