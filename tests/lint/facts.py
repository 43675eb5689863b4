#!/usr/bin/python3
"""Every fact that a rule asks for by name is in a facts table, or set by the core.

Any other name is never set: its rule never fires, and nothing says so. Followed are facts_find() and its kin, and every function that hands a
name on to them. Prints file:line: message for each offence; exit 1 when there
is one.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLES, READERS = ("core", "checks"), ("report", "changes", "cmd")
DECLARED = re.compile(r'\{[\s\\]*(?:\.name = )?"([^"]+)",[\s\\]*(?:\.type = )?FACT_')
# Those of this host and of evidence, which have no table.
SET = re.compile(r'\bfacts_(?:string|bytes|number|ms|bool|append)\([^;]*?"([^"]+)"')
FUNCTION = re.compile(r"^(?:\w[\w \t*]*?[ *])(\w+)\(([^;{}]*?)\)\n\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"\b(\w+)\(")
# Who takes a fact's name, and as which argument.
TAKES_NAME = {f"facts_{what}": 1 for what in ("find", "text", "is_true", "string", "number", "append")}


def sources(folders):
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.[ch]"))


def arguments(text, start):
    """Those of the call whose bracket is open just before `start`."""
    found, depth, begun, quoted = [], 0, start, False
    for at in range(start, len(text)):
        c = text[at]
        if c == '"' and text[at - 1] != "\\":
            quoted = not quoted
        if quoted:
            continue
        if c in ",)" and depth == 0:
            found.append(" ".join(text[begun:at].split()))
            begun = at + 1
            if c == ")":
                return found
        depth += (c in "([{") - (c in ")]}")
    return found


def calls(text, takers):
    """(offset, argument) of every call with a fact's name."""
    for match in CALL.finditer(text):
        if match[1] in takers:
            given = arguments(text, match.end())
            if takers[match[1]] < len(given):
                yield match.start(), given[takers[match[1]]]


def find_takers(texts):
    """Functions that hand a parameter on as a fact's name, however deep."""
    takers = dict(TAKES_NAME)
    functions = [m.groups() for text in texts for m in FUNCTION.finditer(text)]
    while True:
        before = len(takers)
        for name, parameters, body in functions:
            names = [re.sub(r"\W+$", "", p).split("*")[-1].split()[-1:] for p in parameters.split(",")]
            for _, given in calls(body, takers):
                if [given] in names:
                    takers.setdefault(name, names.index([given]))
        if len(takers) == before:
            return takers


def main():
    declared = {m[1] for path in sources(TABLES) for form in (DECLARED, SET) for m in form.finditer(path.read_text())}
    texts = {path: path.read_text() for path in sources(READERS)}
    takers = find_takers(texts.values())
    wrong = asked = 0
    for path, text in texts.items():
        for offset, given in calls(text, takers):
            for name in re.findall(r'"([^"]*)"', re.sub(r"\(.*?\)", "", given)):
                asked += 1
                if name not in declared:
                    line = text.count("\n", 0, offset) + 1
                    print(f"{path.relative_to(ROOT)}:{line}: no facts table has '{name}', and the core does not set it")
                    wrong += 1
    if asked < 100:
        print(f"tests/lint/facts.py:1: only {asked} names were found: the pattern is out of date")
        wrong += 1
    return 1 if wrong else 0


sys.exit(main())
