"""Completion in bash, zsh and fish, for real: keys go in, the line comes out."""
import os
import pathlib
import re
import select
import subprocess
import time

from harness import PROGRAM, ROOT, SECONDS, UNSHARE

SCRIPTS = ROOT / "packaging" / "completions"
ALL = "\x18a"      # insert everything that matches
SHOW = "\x14"      # print the line in <> and empty it
BASH = f"""PS1= PS2=
bind -x '"\\C-t": printf "<%s>\\n" "$READLINE_LINE"; READLINE_LINE='
bind '"\\C-xa": insert-completions'
. {SCRIPTS}/preflight.bash
"""
ZSH = f"""PS1= PROMPT_EOL_MARK=
fpath=("$PWD/functions" $fpath)
autoload -Uz compinit && compinit -u
show() {{ print -r -- "<$BUFFER>"; BUFFER=; }}
zle -N show; bindkey '^T' show
zle -C all complete-word _generic; bindkey '^Xa' all
zstyle ':completion:all:*' completer _all_matches _complete
zstyle ':completion:all:*' insert yes
"""
FISH = f"""source {SCRIPTS}/preflight.fish
while read line; complete -C (string trim -c '<>' -- $line); echo '<>'; end
exit 0
"""


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, box, command, setup):
        bin_folder = box.path / "bin"
        bin_folder.mkdir(exist_ok=True)
        if not (bin_folder / "preflight").exists():
            (bin_folder / "preflight").symlink_to(PROGRAM)
        env = box.env({"PATH": f"{bin_folder}:{os.environ['PATH']}", "TERM": "xterm",
                       "ZDOTDIR": str(box.path)})
        self.ours, theirs = os.openpty()
        self.process = subprocess.Popen([*UNSHARE, *command], cwd=box.path, env=env,
                                        stdin=theirs, stdout=theirs, stderr=theirs,
                                        start_new_session=True)
        os.close(theirs)
        self.send(setup + "echo '<''ready>'\n")
        assert self.line() == "ready"

    def send(self, text):
        os.write(self.ours, text.encode())

    def line(self):
        """What stands between < and >."""
        got, end = b"", time.monotonic() + SECONDS
        while not (found := re.search(rb"<([^<>]*)>\r?\n", got)):
            assert select.select([self.ours], [], [], end - time.monotonic())[0], got[-500:]
            got += os.read(self.ours, 65536)
        return found[1].decode()

    def one(self, text):
        """The line after the Tab key."""
        self.send(text + "\t" + SHOW)
        return self.line()

    def every(self, text):
        """All that completes the last word."""
        self.send(text + ALL + SHOW)
        before = text.rpartition(" ")[0]
        line = self.line()
        assert line.startswith(before), line
        return set(line[len(before):].split())

    def close(self):
        os.close(self.ours)
        self.process.kill()
        self.process.wait()


def bash(box):
    return Shell(box, ["bash", "--norc", "-i"], BASH)


def zsh(box):
    box.make({"functions/_preflight": (SCRIPTS / "preflight.zsh").read_text()})
    return Shell(box, ["zsh", "-f", "-i"], ZSH)


class Fish:
    """fish says itself what would complete a line."""

    def __init__(self, box):
        env = box.env({"PATH": f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"})
        self.process = subprocess.Popen([*UNSHARE, "fish", "--no-config", "-c", FISH],
                                        cwd=box.path, env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def every(self, text):
        self.process.stdin.write(f"<{text}>\n")
        self.process.stdin.flush()
        words = set()
        while (line := self.process.stdout.readline()) != "<>\n":
            assert line, "fish ended"
            words.add(line.rstrip("\n").split("\t")[0])
        return words

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(SECONDS) == 0


def listing(box, what):
    return box.preflight("list", what, "--format", "json").json()[what]


def names(items):
    return {i["name"] for i in items}


def wanted(box):
    """(line, everything that completes its last word)."""
    options = listing(box, "options")
    profile = next(p for p in listing(box, "profiles") if p["name"] == "auvik-collector")
    requirements = {q["id"] for q in listing(box, "requirements")
                    if q["profile"] == "auvik-collector"}
    checks = listing(box, "checks")
    verify = next(c for c in checks if c["name"] == "https")["params"]
    yield "preflight ", names(listing(box, "commands")) | {"help"}
    for command in listing(box, "commands"):
        yield f"preflight {command['name']} -", {f"--{name}" for name in command["options"]}
    given = {f"--{o['name']}" for o in options
             if "run" in o["commands"] and o["name"] not in ("fast", "rate")}
    yield "preflight run --rate 5 --fast -", given
    run = "preflight run auvik-collector "
    yield run + "--role ", names(profile["roles"])
    yield run + "--scenario core,", {f"core,{n}" for n in names(profile["scenarios"])}
    yield run + "--set ", {f"{n}=" for n in names(profile["variables"])}
    yield run + "--skip cloud.", {q for q in requirements if q.startswith("cloud.")}
    yield run + "--only fail", {"failed:"}
    yield run + "--color ", {"auto", "always", "never"}
    yield "preflight run --format ", names(listing(box, "formats"))
    yield "preflight plan --format ", {"text", "json"}
    yield "preflight merge --format ", {"text", "csv", "html", "ticket", "json"}
    yield "preflight compare --format ", {"text", "html", "ticket", "json"}
    yield "preflight render --owner ", {"this-host", "local-network", "firewall", "proxy", "dns", "internet",
                                        "device", "vendor"}
    yield "preflight rules --finding firewall-d", {"firewall-drops"}
    yield "preflight rules --dialect f", {"fortigate"}
    yield "preflight check ", names(checks) | {q["id"] for q in listing(box, "requirements")}
    yield "preflight check https --set ", {f"{n}=" for n in names(verify)}
    yield "preflight explain firewall-d", {"firewall-drops"}
    yield "preflight explain CONNECT-TIMEOU", {"CONNECT-TIMEOUT"}
    yield "preflight explain untest", {"untested"}
    yield "preflight list ", {"profiles", "requirements", "checks", "formats", "findings",
                              "commands", "options"}
    yield "preflight list checks ", names(checks)
    yield "preflight list requirements auvik", {"auvik-collector"}
    yield "preflight schema r", {"report"}
    yield "preflight help rend", {"render"}
    yield "preflight nonsense ", set()


FILES = {"site.yaml": "", "report.json": ""}


def completes(box, shell):
    box.make(FILES)
    try:
        for line, words in wanted(box):
            found = shell.every(line)
            assert found == words, \
                f"{line}: not {sorted(words - found)}, but {sorted(found - words)}"
    finally:
        shell.close()


def case_bash(box):
    """bash completes commands, the options of each, and the values of every kind."""
    completes(box, bash(box))


def case_zsh(box):
    """zsh completes commands, the options of each, and the values of every kind."""
    completes(box, zsh(box))


def case_fish(box):
    """fish completes commands, the options of each, and the values of every kind."""
    completes(box, Fish(box))


def one_word(box, shell):
    """(before the Tab key, after it) of words that have one completion."""
    box.make(FILES)
    try:
        for before, after in (
                ("run --inven", "run --inventory "),
                ("run --inventory si", "run --inventory site.yaml "),
                ("run --inventory=si", "run --inventory=site.yaml "),
                ("run --only failed:re", "run --only failed:report.json "),
                ("run -o json=re", "run -o json=report.json "),
                ("run --format=da", "run --format=datto "),
                ("run --proxy-auth fi", "run --proxy-auth file:"),
                ("run --target snm", "run --target snmp="),
                ("run auvik-c", "run auvik-collector "),
                ("run ./si", "run ./site.yaml "),
                ("lint re", "lint report.json ")):
            line = shell.one(f"preflight {before}")
            assert line == f"preflight {after}", f"{before}: {line!r}"
    finally:
        shell.close()


def case_bash_files(box):
    """bash completes files after file options, with and without '=', and leaves a word open."""
    one_word(box, bash(box))


def case_zsh_files(box):
    """zsh completes files after file options, with and without '=', and leaves a word open."""
    one_word(box, zsh(box))


def case_fish_files(box):
    """fish completes files after file options, with and without '='."""
    box.make(FILES)
    shell = Fish(box)
    for before, after in (("--inventory si", "site.yaml"), ("-o json=re", "json=report.json"),
                          ("--inventory=si", "--inventory=site.yaml"),
                          ("--only failed:re", "failed:report.json")):
        assert shell.every(f"preflight run {before}") == {after}, before
    shell.close()


def case_descriptions(box):
    """Every word comes with what it is, harmless and in one line each."""
    done = box.preflight("__complete", "run", "-")
    helps = {f"--{o['name']}": o["help"] for o in listing(box, "options")}
    for line in done.text.splitlines():
        word, text = line.split("\t")
        assert helps[word] == text, line
    for words in ([], ["run", "--set"], ["\033", ""], ["run", "\033[1m"]):
        done = box.preflight("__complete", *words)
        assert done.status == 0 and done.errors == "" and b"\033" not in done.out, words
