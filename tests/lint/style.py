#!/usr/bin/python3
"""House style that no formatter knows: sizes, banned functions.

Prints file:line: message for each offence; exit 1 when there is one.
"""
import pathlib
import re
import sys

from tree import ROOT, Offences, tracked

FILE_MAX, CHECK_MAX, FUNCTION_MAX, LINE_MAX = 600, 300, 60, 80

BANNED = re.compile(
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|strncpy|atoi|atol|atof|"
    r"sscanf|system|popen|gmtime|localtime|ctime|asctime|alloca)\s*\(")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|#if 0")


def is_check(path):
    """One file for one check; what two share lies in checks/shared."""
    return path.parent == ROOT / "checks"


def check_functions(path, lines, report):
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_MAX:
                report(path, start,
                       f"function of {number - start - 1} lines (at most {FUNCTION_MAX})")
            start = None


def check_c(path, report):
    lines = path.read_text().split("\n")
    most = CHECK_MAX if is_check(path) else FILE_MAX
    if len(lines) - 1 > most:
        report(path, len(lines), f"{len(lines) - 1} lines (at most {most})")
    check_functions(path, lines, report)
    if is_check(path) and path.suffix == ".c" \
            and any("probe_spawn(" in line for line in lines) \
            and not any(line.startswith("    .children = ") for line in lines):
        report(path, 1, "calls probe_spawn(): .children belongs into its table (packet bounds)")
    for number, line in enumerate(lines, 1):
        width = len(line.expandtabs(8))
        if width > LINE_MAX:
            report(path, number, f"{width} columns (at most {LINE_MAX})")
        code = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        banned = BANNED.search(code)
        if banned and not code.lstrip().startswith(("*", "/*")):
            report(path, number, f"{banned[1]}() is not used here")


def check_any(path, report):
    if path.resolve() == pathlib.Path(__file__).resolve():
        return
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if UNFINISHED.search(line):
            report(path, number, "left for later")
        if line != line.rstrip() and path.suffix != ".md":
            report(path, number, "blank at the end of the line")


def main():
    report = Offences()
    for path in tracked("*.c", "*.h"):
        check_c(path, report)
    for path in tracked("*.c", "*.h", "*.py", "*.sh", "*.mk", "Makefile"):
        check_any(path, report)
    return report.finish()


sys.exit(main())
