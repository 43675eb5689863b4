#!/usr/bin/python3
"""Documents against the program: what one says the other must know.

Pages of checks, explain texts, manual pages, README, profiles. Runs after the
build (PREFLIGHT names another program than build/preflight). Prints
file: message for each offence; exit 1 when there is one.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PREFLIGHT", str(ROOT / "build" / "preflight"))
ENV = {**os.environ, "PREFLIGHT_PROFILE_PATH": str(ROOT / "profiles"),
       "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""}
OPTION = re.compile(r"^  (?:-(\w),|   ) --([\w-]+)", re.MULTILINE)
KINDS = {"enum": "word"}  # what a page may say for a type


def preflight(*words):
    return subprocess.run([PROGRAM, *words], cwd=ROOT, env=ENV, capture_output=True, text=True)


def listing(what):
    return json.loads(preflight("list", what, "--format", "json").stdout)[what]


def table(page, first):
    """Rows of the table whose head starts with this word: lists of cells."""
    rows = None
    for line in page.splitlines():
        cells = [c.strip().replace("\\|", "|")
                 for c in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if rows is None and cells[:1] == [first]:
            rows = []
        elif rows is not None and not cells:
            break
        elif rows is not None and set(cells[0]) - {"-", ":"}:
            rows.append(cells)
    return rows or []


def default_is(said, param):
    """A page says `none` or `-` where there is no default, `required` where it must be given."""
    if param["required"]:
        return said == "required"
    if param["default"] is None:
        return said in ("none", "-", "")
    return said.strip("`\"") == param["default"]


def check_rows(name, what, said, known, report):
    for word in [w for w in said if w not in known]:
        report(name, f"{what} '{word}' is not in the program")
    for word in [w for w in known if w not in said]:
        report(name, f"{what} '{word}' is missing")


def check_pages(report):
    checks = listing("checks")
    for check in checks:
        name = f"checks/{check['name'].replace('-', '_')}.md"
        path = ROOT / name
        if not path.is_file():
            report(name, "is missing")
            continue
        page = path.read_text()
        if not page.startswith(f"# {check['name']}\n"):
            report(name, f"must begin with '# {check['name']}'")
        params = {row[0]: row for row in table(page, "name")}
        check_rows(name, "parameter", params, [p["name"] for p in check["params"]], report)
        for param in check["params"]:
            row = params.get(param["name"])
            if row is None:
                continue
            kind = re.split(r"[:,; ]", row[1])[0]
            if KINDS.get(kind, kind) != param["type"]:
                report(name, f"parameter '{row[0]}' is a {param['type']}, not a {kind}")
            if not default_is(row[2], param):
                report(name, f"parameter '{row[0]}' has the default "
                             f"{param['default']!r}, not {row[2]!r}")
        facts = {row[0]: row[1] for row in table(page, "fact")}
        check_rows(name, "fact", facts, [f["name"] for f in check["facts"]], report)
        for fact in check["facts"]:
            if facts.get(fact["name"], fact["type"]) != fact["type"]:
                report(name, f"fact '{fact['name']}' is a {fact['type']}, "
                             f"not a {facts[fact['name']]}")
    pages = {p.stem.replace("_", "-") for p in (ROOT / "checks").glob("*.md")}
    for name in pages - {c["name"] for c in checks}:
        report(f"checks/{name}.md", "no check has this name")


def outcome_codes():
    """Every code that can happen, from the rows of the table in the source."""
    text = (ROOT / "core" / "base" / "outcome_table.c").read_text()
    return [f"{phase}-{cause}".replace("_", "-")
            for phase, cause in re.findall(r"\{\s*PHASE_(\w+),\s*CAUSE_(\w+),", text)]


def check_explain(report):
    codes = outcome_codes()
    if len(codes) < 30:
        report("core/base/outcome_table.c", "its rows cannot be read")
    for word in codes + [f["code"] for f in listing("findings")]:
        done = preflight("explain", word)
        if done.returncode != 0 or len(done.stdout.split()) < 10:
            report("preflight explain", f"says nothing of use about {word}")


def rendered(page, report):
    """The page as a reader sees it; what groff complains about is an offence."""
    done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-P", "cat", "-l", str(ROOT / page)],
                          env=ENV, capture_output=True, text=True)
    for line in done.stderr.splitlines():
        report(page, line)
    if len(done.stdout) < 1000:
        report(page, "cannot be rendered")
    return re.sub(r".\x08", "", done.stdout)


def helps():
    """command -> the options of its --help, with their letters."""
    text = preflight("--help").stdout
    commands = re.findall(r"^  (\w+) {2,}\S", text, re.MULTILINE)
    return {c: {m[2]: m[1] for m in OPTION.finditer(preflight(c, "--help").stdout)}
            for c in commands}


def check_manual(report):
    page = rendered("docs/preflight.1", report)
    known = helps()
    options = {o["name"]: o["letter"] for o in listing("options")}
    documented = re.findall(r"^ +(?:-(\w), )?--([a-z][a-z0-9-]*)", page, re.MULTILINE)
    for name, letter in options.items():
        if (letter or "", name) not in documented:
            report("docs/preflight.1", f"--{name} is not explained"
                                       + (f" with its letter -{letter}" if letter else ""))
    for _, name in documented:
        if name not in options:
            report("docs/preflight.1", f"--{name} is not an option of the program")
    for o in listing("options"):
        if o["help"][1:] not in " ".join(page.split()):
            report("docs/preflight.1", f"--{o['name']}: '{o['help']}' is missing")
    for command in known:
        if not re.search(rf"^ +preflight {command}\b", page, re.MULTILINE):
            report("docs/preflight.1", f"command {command} is not in the synopsis")


def check_readme(report):
    """README's tables hold each command and each option, with its argument and commands."""
    page = (ROOT / "README.md").read_text()
    said = {re.search(r"--([\w-]+)", row[0])[1]: row for row in table(page, "option")}
    check_rows("README.md", "option", said, [o["name"] for o in listing("options")], report)
    for o in listing("options"):
        row = said.get(o["name"], ["", "", ""])
        if not row[0].strip("`").endswith(f"--{o['name']} {o['argument'] or ''}".strip()):
            report("README.md", f"--{o['name']}: its argument is {o['argument']}")
        if o["help"] not in row[1]:
            report("README.md", f"--{o['name']}: '{o['help']}' is missing")
    said = [re.match(r"`(\w+)", row[0])[1] for row in table(page, "command")]
    check_rows("README.md", "command", said, [c["name"] for c in listing("commands")], report)


def source_keys():
    """Every key that a profile or an inventory may have, from the readers' tables."""
    keys = set()
    for name in ("profile", "requirement", "inventory", "device"):
        text = (ROOT / "profiles" / "read" / f"{name}.c").read_text()
        keys |= set(re.findall(r"\bKEY\((\w+), READER_", text))
        keys |= set(re.findall(r'\{"(\w+)",\s*READER_', text))
    text = (ROOT / "profiles" / "read" / "credential.c").read_text()
    for kind, key in re.findall(r'\{"([\w-]+)",\s*"(\w+)",\s*(?:true|false)', text):
        keys |= {kind, key}
    text = (ROOT / "profiles" / "read" / "profile.c").read_text()
    keys |= set(re.findall(r'"([\w-]+)"', re.search(r"device_types\[\] = \{(.*?)\}", text, re.S)[1]))
    return keys


def check_profile_manual(report):
    name = "docs/preflight-profile.5"
    rendered(name, report)
    source = (ROOT / name).read_text()
    keys = source_keys()
    lines = re.findall(r"^\.(?:It )?(?:Ic|Li) (.*)$", source, re.MULTILINE)
    explained = {word for line in lines for word in re.split(r"[ :,;*]+", line)}
    if len(keys) < 70:
        report(name, "the readers' tables cannot be read")
    for key in sorted(keys):
        if key not in explained:
            report(name, f"key or word '{key}' is not explained")
    for i, text in enumerate(re.findall(r"^\.Bd.*?\n(.*?)^\.Ed", source, re.S | re.M)):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml" if ": " in text else ".csv") as file:
            file.write(text)
            file.flush()
            done = preflight("lint", file.name)
            if done.returncode != 0:
                report(name, f"example {i + 1}: {done.stderr.strip()}")


def check_commands(name, report):
    """make targets and preflight commands in a document exist, and so do the options."""
    # A block of text is what the program prints.
    text = re.sub(r"^```text$.*?^```$", "", (ROOT / name).read_text(), flags=re.MULTILINE | re.DOTALL)
    rules = "".join(p.read_text() for p in [ROOT / "Makefile", *ROOT.glob("tests/**/*.mk"), *ROOT.glob("packaging/**/*.mk")])
    targets = {word for names in re.findall(r"^([\w -]+):", rules, re.MULTILINE) for word in names.split()}
    code = "\n".join(re.findall(r"^    .*$|`[^`]+`|^```.*?^```", text, re.MULTILINE | re.DOTALL))
    for target in re.findall(r"\bmake +([a-z][\w-]*)", code):
        if target not in targets:
            report(name, f"make {target}: there is no such target")
    known = helps()
    for command, rest in re.findall(r"\bpreflight ([a-z]+)\b((?:\\\n|[^\n`])*)", code):
        if command not in known and command != "help":
            report(name, f"preflight {command}: there is no such command")
            continue
        for option in re.findall(r"--([a-z][\w-]*)", rest):
            if option not in known.get(command, {}):
                report(name, f"preflight {command} has no option --{option}")
    every = {option for options in known.values() for option in options} | {"version"}
    for option in re.findall(r"`--([a-z][\w-]*)[^`]*`", text):
        if option not in every:
            report(name, f"--{option}: there is no such option")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        if not (ROOT / name).parent.joinpath(target).exists():
            report(name, f"{target}: there is no such file")
    for folder in re.findall(r"^\| `(\w+/)`", text, re.MULTILINE):
        if not (ROOT / folder).is_dir():
            report(name, f"{folder}: there is no such folder")


def check_profiles(report):
    for path in sorted((ROOT / "profiles").glob("*.yaml")) + [ROOT / "tests" / "lab" / "site.yaml"]:
        done = preflight("lint", str(path.relative_to(ROOT)))
        for line in done.stderr.splitlines():
            report(str(path.relative_to(ROOT)), line)
        if done.returncode != 0 and not done.stderr:
            report(str(path.relative_to(ROOT)), f"lint ends with {done.returncode}")


def main():
    offences = []

    def report(name, message):
        offences.append(f"{name}: {message}")

    if not os.access(PROGRAM, os.X_OK):
        print(f"{PROGRAM}: is not built")
        return 1
    check_pages(report)
    check_explain(report)
    check_manual(report)
    check_profile_manual(report)
    rendered("docs/preflight-findings.7", report)
    check_readme(report)
    for script in ("docs/generate", "docs/generate_options"):
        done = subprocess.run([ROOT / script, "--check"], env={**ENV, "PREFLIGHT": PROGRAM},
                              capture_output=True, text=True)
        for line in (done.stdout + done.stderr).splitlines():
            report(*line.split(": ", 1)) if ": " in line else report(script, line)
    for name in ("README.md", "CONTRIBUTING.md", *(f"docs/{name}.md" for name in (
            "architecture", "writing-a-check", "before-an-installation", "troubleshooting", "in-an-rmm", "inbound"))):
        check_commands(name, report)
    check_profiles(report)
    print("\n".join(offences), end="\n" if offences else "")
    return 1 if offences else 0


sys.exit(main())
