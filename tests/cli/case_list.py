"""Lists: a line each, all of what is named; and what is shown where no command is given."""
import os
import pty
import re
import subprocess

import harness

PLAIN = ("profiles", "checks", "formats", "findings", "commands", "options")


def rows(box, *words):
    """The lines of a list."""
    done = box.preflight("list", *words)
    assert done.status == 0 and done.errors == "", done.errors
    return done.text.splitlines()


def names(box, what):
    """What the JSON list holds, by name."""
    key = "code" if what == "findings" else "name"
    return [item[key] for item in box.preflight("list", what, "--format", "json").json()[what]]


def case_a_line_each(box):
    """Every list is short: a line for each thing, in the order of the JSON."""
    for what in PLAIN:
        found = [line.split()[0].removeprefix("--") for line in rows(box, what)]
        assert found == names(box, what), (what, found)


def case_named(box):
    """What is named is shown with all that is known, and nothing else; so does -v for all."""
    for what, name, words in (("checks", "smb", "named pipe of IPC$"), ("findings", "firewall-drops", "means"),
                              ("profiles", "certero", "scenario: "), ("options", "tolerate", "PREFLIGHT_TOLERATE")):
        found = rows(box, what, name)
        assert found[0].split()[0].removeprefix("--") == name, found
        assert [line for line in found if words in line], (what, found)
        assert not [line for line in found[1:] if not line.startswith("    ")], found
        document = box.preflight("list", what, name, "--format", "json").json()[what]
        assert len(document) == 1 and name in document[0].values(), document
        if what != "profiles":
            assert set(found) <= set(rows(box, what, "-v")), what


def case_requirements(box):
    """Of one profile or of a file: a line each, in 80 columns; -v says what each is for."""
    document = box.preflight("list", "requirements", "certero", "--format", "json").json()["requirements"]
    found = rows(box, "requirements", "certero")
    assert found[0] == f"certero 2026.11.1, {len(document)} requirements", found[0]
    assert [line.split()[0] for line in found[1:]] == [q["id"] for q in document]
    assert rows(box, "requirements", str(harness.ROOT / "profiles" / "certero.yaml")) == found
    long = rows(box, "requirements", "certero", "-v")
    assert set(found) <= set(long) and [line for line in long if line.startswith("    purpose")], long
    every = rows(box, "requirements")
    assert [line.split()[0] for line in every if line and line[0] != " "] == names(box, "profiles")


def on_a_terminal(box, *words, env=None):
    """What a terminal gets, and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*harness.UNSHARE, harness.PROGRAM, *words], cwd=box.path, stdin=theirs, stdout=theirs,
                               stderr=theirs, env={"HOME": str(box.path), "PATH": os.environ["PATH"],
                                                   "TERM": "xterm", **(env or {})})
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    return text.decode().replace("\r\n", "\n"), process.wait()


def case_alone(box):
    """preflight alone on a terminal: the profiles with a line each, and commands that can be typed."""
    text, status = on_a_terminal(box)
    assert status == 0 and len(text.splitlines()) <= 22, text
    assert not [line for line in text.splitlines() if len(line) > 79], text
    for profile in box.preflight("list", "profiles", "--format", "json").json()["profiles"]:
        assert re.search(rf"^  {profile['name']} +{re.escape(profile['title'])}, \d+ requirements$", text, re.M), text
    typed = re.findall(r"^  preflight (.*)$", text, re.M)
    assert typed[0] == "init auvik-collector > site.yaml" and len(typed) == 4, typed
    box.make({"site.yaml": box.preflight("init", "auvik-collector").text})
    words = typed[1].replace("run ", "plan ").replace(" -o report.json", "").split()
    assert box.preflight(*words).status == 0, words
