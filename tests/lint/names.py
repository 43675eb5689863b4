#!/usr/bin/python3
"""Names of functions: each carries a prefix that says where it lives.

usage: names.py [ROOT]

A function is named after its file (the stem, or a leading part of it), after a
folder above it, or after a struct or enum that its file or its file's header
declares: `conn_send` in conn.c, `arena_printf` in mem.c, whose header declares
struct arena. A static name stands in one file only, a tag in one header. Prints file:line: message
for each offence; exit 1 when there is one.
"""
import pathlib
import re
import sys

from tree import ROOT, Offences, product

# Files that implement a header of another name: what that header declares.
SPEAKS_FOR = {
    "core/engine/services.c": ("probe", "fact", "attempt"),  # check.h
    "core/engine/engine.c": ("probe", "results"),            # engine_internal.h, result.h
    "core/engine/registry_find.c": ("check",),               # check.h
    "core/engine/sched.c": ("attempt", "target"),            # the schedule of attempts
    "report/model.c": ("where",),                            # enum where_at
    "profiles/read/requirement.c": ("level",),               # profile.h
}
# Folders that say how a file is stored, not what it is about.
MUTE = {"core", "base", "os", "linux", "net", "read", "plan"}
TAG = re.compile(r"^(?:struct|enum) (\w+) \{", re.MULTILINE)


def singular(word):
    return word[:-1] if word.endswith("s") else word


def declared(path):
    return set(TAG.findall(path.read_text())) if path.is_file() else set()


def prefixes(path, root):
    stem = path.stem
    parts = stem.split("_")
    found = {"_".join(parts[:k]) for k in range(1, len(parts) + 1)}
    found |= {folder for folder in path.relative_to(root).parts[:-1] if folder not in MUTE}
    for header in (path, path.with_suffix(".h"), path.with_name(f"{stem}_internal.h"),
                   path.parent.parent / f"{stem}.h"):
        found |= declared(header) | {f"{tag}s" for tag in declared(header)}
    if path.relative_to(root).parts[:2] == ("core", "os"):
        found.add("os")
    found |= set(SPEAKS_FOR.get(str(path.relative_to(root)), ()))
    return found | {singular(word) for word in found}


def functions(path):
    """(name, is static, line) of each function that the file defines."""
    lines = path.read_text().split("\n")
    for number, line in enumerate(lines):
        if line != "{":
            continue
        first = number - 1
        while first > 0 and not re.match(r"[A-Za-z_]", lines[first]):
            first -= 1
        head = " ".join(lines[first:number])
        before = lines[first - 1] if first > 0 else ""
        if re.match(r"[A-Za-z_][\w *]*$", before):  # the type has a line of its own
            head = f"{before} {head}"
        head = re.sub(r"__attribute__\(\(.*?\)\)\)?", "", head)
        head = re.sub(r"\b(STACK_OF|LHASH_OF)\(\w+\)", r"\1", head)
        if name := re.search(r"([A-Za-z_]\w*)\s*\(", head):
            yield name[1], bool(re.match(r"static\b", head)), number + 1


def main():
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    report = Offences(root)
    seen = {}
    for path in product(root):
        if path.suffix != ".c":
            continue
        known = prefixes(path, root)
        for name, is_static, number in functions(path):
            if name != "main" and not any(
                    name == word or name.startswith(f"{word}_") for word in known):
                report(path, number, f"{name}() has no prefix of its file: "
                                     f"'{path.stem}_' or a leading part of it")
            if name in seen:
                report(path, number, f"{name}() stands in {seen[name]}, too")
            seen.setdefault(name, path.relative_to(root))
    return report.finish()


sys.exit(main())
