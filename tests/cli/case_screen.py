"""One screen, progress, and what a terminal gets: the files of tests/golden/screens, and pseudo-terminals."""
import json
import os
import re
import sys

from harness import ROOT, TENANT, Bad

sys.path.insert(0, str(ROOT / "tests" / "lab"))
import screen_svg  # noqa: E402

SCREENS = ROOT / "tests" / "golden" / "screens"
GOLDEN = (ROOT / "tests" / "golden" / "not-ready.json").read_text()
RUN = ["run", "auvik-collector", "--set", TENANT, "--deadline", "5s"]
COLOUR = re.compile(r"\x1b\[[\d;]*m")
TERMINAL = {"TERM": "xterm"}

BAD = [
    Bad("A letter that needs a value cannot stand among flags.", ["run", "auvik-collector", "-vo"],
        ["'-o' needs a value"], formats=("text",)),
    Bad("An unknown letter among flags is told.", ["run", "auvik-collector", "-vz"], ["unknown option '-z'"],
        formats=("text",)),
    Bad("A long flag takes no value.", ["run", "auvik-collector", "--plain=1"], ["'--plain' takes no value"]),
]


def screens():
    found = sorted(SCREENS.glob("*.txt"))
    assert len(found) >= 11, found
    return [(p.stem, COLOUR.sub("", p.read_text()).splitlines()) for p in found]


def case_screens_fit(box):
    """Each screen has at most 22 lines of 79 columns (of 199 on the wide terminal), the verdict first and last."""
    for name, lines in screens():
        width = 199 if "-200-" in name else 79
        assert len(lines) <= 22, f"{name}: {len(lines)} lines"
        assert all(len(line) <= width for line in lines), name
        verdict = re.match(r"NOT READY|READY", lines[0])
        assert verdict and lines[-1].startswith(f"{verdict[0]}: "), name


def case_screens_add_up(box):
    """The counts of a screen add up to its last line, and its causes are numbered from 1."""
    for name, lines in screens():
        if "-200-" in name:
            continue  # side by side: the same numbers as at 80 columns, below
        rows = [x for x in lines if re.match(r"   (internet|servers|devices|this host|inbound) ", x)]
        counts = [(int(n), word) for x in rows for n, word in re.findall(r"(\d+) (pass|fail|skip|warn|untested|not)", x)]
        passed, total = map(int, re.search(r"(\d+) of (\d+) pass", lines[-1]).groups())
        assert sum(n for n, _ in counts) == total, (name, counts, total)
        assert sum(n for n, word in counts if word == "pass") == passed, (name, counts)
        causes = [int(x[0]) for x in lines if re.match(r"\d  [A-Z]", x)]
        assert causes == list(range(1, len(causes) + 1)), (name, causes)


def case_screens_differ_in_look_only(box):
    """With or without UTF-8 and colour the words are the same, and without colour there is no escape sequence."""
    for width in (80, 200):
        texts = {(c, p): (SCREENS / f"demo-{width}-{c}-{p}.txt").read_text()
                 for c in ("utf8", "ascii") for p in ("colour", "plain")}
        assert len({COLOUR.sub("", t) for t in texts.values()}) == 1, width
        assert all(("\x1b" in t) == (p == "colour") for (_, p), t in texts.items()), width
        assert texts["ascii", "plain"].isascii()


def case_the_picture_is_the_screen(box):
    """docs/screen.svg is made from the screen that is tested, and README.md shows it."""
    screen = (SCREENS / "demo-80-utf8-colour.txt").read_text()
    assert (ROOT / "docs" / "screen.svg").read_text() == screen_svg.picture(screen), "make screens"
    assert "(docs/screen.svg)" in (ROOT / "README.md").read_text()


def case_whole_report_goes_to_files(box):
    """A file of -o holds the whole report, whatever stdout shows; -v is the same text, -q a few lines."""
    box.make({"r.json": GOLDEN})
    done = box.preflight("render", "--from", "r.json", "-o", "r.txt", "-q")
    whole = box.preflight("render", "--from", "r.json", "-v")
    screen = box.preflight("render", "--from", "r.json")
    all_facts = box.preflight("render", "--from", "r.json", "-vv")
    assert (box.path / "r.txt").read_text() == whole.text
    assert "Requirements" in whole.text and "Requirements" not in screen.text
    assert len(done.text.splitlines()) == 3, done.text
    assert len(screen.text.splitlines()) <= 22 and "explain --from r.json 1" in screen.text, screen.text
    assert "banner: login:" in all_facts.text and "banner: login:" not in whole.text
    for words, env in ((["--verbose", "--verbose"], {}), ([], {"PREFLIGHT_VERBOSE": "2"})):
        assert box.preflight("render", "--from", "r.json", *words, env=env).text == all_facts.text, (words, env)


def case_plain(box):
    """--plain has no colour even where it is asked for, no symbol and no column, in each length."""
    box.make({"r.json": GOLDEN})
    for words in ([], ["-v"], ["-vv"], ["-q"]):
        done = box.preflight("render", "--from", "r.json", "--plain", "--color", "always", *words)
        assert done.status == 1 and "\x1b" not in done.text, words
        assert not re.search(r"\S {2,}\S", done.text.replace("NOT READY  ", "")), (words, done.text)
        assert "✗" not in done.text and "✓" not in done.text


def case_umlauts_without_utf8(box):
    """In the C locale a name is spelled out."""
    box.make({"r.json": GOLDEN.replace("lan-switch", "B\u00fcro-Stra\u00dfe")})
    for locale, name in (("C", "Buero-Strasse"), ("C.UTF-8", "B\u00fcro-Stra\u00dfe")):
        done = box.preflight("render", "--from", "r.json", env={"LANG": locale})
        assert name in done.text, (locale, done.text)


def terminal(box, *words, env=None):
    """The exit status, and what a terminal shows, while a socket takes datagrams and says nothing."""
    done = box.on_a_terminal(*words, env={**TERMINAL, **(env or {})}, script=SILENT_PEER)
    return done.status, done.text


# A target that never answers.
SILENT = ["check", "ntp", "127.0.0.1:123"]
SILENT_PEER = ("ip link set lo up\npython3 -c 'import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
               " s.bind((\"127.0.0.1\", 123)); time.sleep(60)' <&- >/dev/null 2>&1 &\n"
               "until grep -q ':007B ' /proc/net/udp; do sleep 0.05; done")


def case_progress_on_a_terminal(box):
    """While a run lasts, a terminal is told what runs and how long it takes, in one line that is taken back."""
    status, shown = terminal(box, *SILENT)
    parts = shown.split("\r\x1b[K")
    told = [p for p in parts if "tested, about" in p]
    assert status == 1 and len(told) >= 3, shown
    assert all("0 of 1 tested" in p or "1 of 1 tested" in p for p in told), told
    assert all("\n" not in p for p in told), told
    assert "tested, about" not in parts[-1] and "FAIL" in parts[-1], parts[-1]


def case_progress_elsewhere(box):
    """No progress with -q, in a pipe, or with a machine format; on a dumb terminal no escape sequence."""
    for words, env in ((["-q"], {}), (["--format", "json"], {}), (["--format", "line"], {})):
        status, shown = terminal(box, *SILENT, *words, env=env)
        assert status == 1 and "tested, about" not in shown and "\x1b[K" not in shown, (words, shown)
    for words, env in (([], {"TERM": "dumb"}), (["--plain"], {})):
        status, shown = terminal(box, *SILENT, *words, env=env)
        assert status == 1 and "\x1b" not in shown, (words, env, shown)
    done = box.preflight(*SILENT, script=SILENT_PEER, env=TERMINAL)
    assert done.status == 1 and done.errors == "" and "\r" not in done.text, done


def case_one_document_on_a_terminal(box):
    """`run --format json` on terminals is one JSON document on stdout and silence on stderr, for errors too."""
    wrong = ([], ["zzz"], ["auvik-collector", "--no-such"], ["auvik-collector", "--set"], ["auvik-collector", "-z"],
             ["auvik-collector", "--inventory", "none.yaml"], ["auvik-collector", "-o", "no/such/r.json"],
             ["auvik-collector", "--set", TENANT, "--rate", "x"], ["auvik-collector", "--deadline", "never"],
             ["auvik-collector", "--only", "no.such"], ["auvik-collector", "--baseline", "none.json"])
    for words in [RUN[1:], *wrong]:
        done = apart(box, "run", "--format", "json", *words)
        assert done["err"] == "", (words, done)
        document = json.loads(done["out"])
        if words == RUN[1:]:
            assert document["schema"] == "preflight.report/1" and done["status"] == 3, done["status"]
        else:
            assert document["schema"] == "preflight.error/1", words
            assert document["exit"] == done["status"] == 2, (words, done["status"])
    done = apart(box, "rnu", "--format", "json")
    assert done["err"] == "" and json.loads(done["out"])["exit"] == done["status"] == 2, done


def apart(box, *words):
    """What the terminals of stdout and of stderr show, each its own."""
    pairs = [os.openpty(), os.openpty()]
    with box.start(*words, stdout=pairs[0][1], stderr=pairs[1][1], env=TERMINAL) as process:
        for _, theirs in pairs:
            os.close(theirs)
        shown = []
        for ours, _ in pairs:
            data = b""
            try:
                while more := os.read(ours, 65536):
                    data += more
            except OSError:
                pass  # the other side is closed
            shown.append(data.decode())
            os.close(ours)
        status = process.wait(60)
    return {"out": shown[0], "err": shown[1], "status": status}
