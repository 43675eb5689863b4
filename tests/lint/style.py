#!/usr/bin/python3
"""House style that no formatter knows: sizes, banned functions, layers.

Prints file:line: message for each offence; exit 1 when there is one.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_MAX, CHECK_MAX, FUNCTION_MAX, LINE_MAX = 600, 300, 60, 80

BANNED = re.compile(
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|strncpy|atoi|atol|atof|"
    r"sscanf|system|popen|gmtime|localtime|ctime|asctime|alloca)\s*\(")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|#if 0")

# Who may include whom: a layer and those below it (design of the folders).
LAYERS = {
    "core": {"core", "checks"},      # check.h is the contract of the engine
    "checks": {"core", "checks"},
    "profiles": {"core", "checks", "profiles"},
    "report": {"core", "checks", "profiles", "report"},
    "changes": {"core", "checks", "profiles", "report", "changes"},
    "cmd": {"core", "checks", "profiles", "report", "changes", "cmd"},
}

# A vendor library's header appears in one adapter (a module's own files).
ADAPTERS = {
    r"uv\.h": r"core/loop\.c",
    r"ares\.h": r"core/(resolver|nameserver|question)[a-z_]*\.[ch]",
    r"curl/.*": r"core/http[a-z_]*\.[ch]",
    r"openssl/.*": r"core/(tls[a-z_]*|http[a-z_]*|sha256|digest|mac)\.[ch]",
    r"yaml\.h": r"profiles/tree\.c",
    r"jansson\.h": r"core/json\.c",
    r"net-snmp/.*": r"core/snmp[a-z_]*\.c",
    r"libssh/.*": r"core/ssh[a-z_]*\.c",
}


def tracked(*patterns):
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / p for p in out.stdout.split() if (ROOT / p).is_file()]


def layer_of(path):
    return path.relative_to(ROOT).parts[0]


def headers():
    """Name of a header -> the layer it lives in."""
    return {p.name: layer_of(p) for p in tracked("*.h")}


def check_includes(path, number, line, where, report):
    own = re.match(r'#include "([^"]+)"', line)
    vendor = re.match(r"#include <([^>]+)>", line)
    layer = layer_of(path)
    if own and layer in LAYERS:
        target = where.get(pathlib.PurePath(own[1]).name)
        if target and target not in LAYERS[layer]:
            report(path, number, f"{layer} must not include {own[1]} of {target}")
    if vendor and layer in LAYERS:
        name = str(path.relative_to(ROOT))
        for header, adapter in ADAPTERS.items():
            if re.fullmatch(header, vendor[1]) and not re.fullmatch(adapter, name):
                report(path, number, f"<{vendor[1]}> belongs into {adapter}")


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


def check_c(path, where, report):
    lines = path.read_text().split("\n")
    most = CHECK_MAX if layer_of(path) == "checks" else FILE_MAX
    if len(lines) - 1 > most:
        report(path, len(lines), f"{len(lines) - 1} lines (at most {most})")
    check_functions(path, lines, report)
    if layer_of(path) == "checks" and path.suffix == ".c" \
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
        check_includes(path, number, line, where, report)


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
    offences = []

    def report(path, number, message):
        offences.append(f"{path.relative_to(ROOT)}:{number}: {message}")

    where = headers()
    for path in tracked("*.c", "*.h"):
        check_c(path, where, report)
    for path in tracked("*.c", "*.h", "*.py", "*.sh", "*.mk", "Makefile"):
        check_any(path, report)
    print("\n".join(offences), end="\n" if offences else "")
    return 1 if offences else 0


sys.exit(main())
