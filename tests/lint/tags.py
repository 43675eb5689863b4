#!/usr/bin/python3
"""No two headers of the product define the same struct, enum or union tag.

C has one name space for all three: who includes both does not compile.
Prints file:line: message for each offence; exit 1 when there is one.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("core", "checks", "profiles", "report", "changes", "cmd")
DEFINED = re.compile(r"^(?:typedef )?(struct|enum|union) (\w+) \{", re.MULTILINE)


def defined():
    """Tag -> where it is defined: (file, line, kind)."""
    places = collections.defaultdict(list)
    for path in sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.h")):
        text = path.read_text()
        for match in DEFINED.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            places[match[2]].append((path.relative_to(ROOT), line, match[1]))
    return places


def main():
    wrong = 0
    for tag, places in defined().items():
        for path, line, kind in places[1:]:
            first = places[0]
            print(f"{path}:{line}: {kind} {tag} shares its tag with {first[2]} {tag} of {first[0]}:{first[1]}")
            wrong += 1
    return 1 if wrong else 0


sys.exit(main())
