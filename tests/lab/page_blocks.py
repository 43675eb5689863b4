"""The pages of docs/ for people who use the program: what is in their fenced blocks, and running it.

    ```sh              a block of commands, run in the lab's collector
    ```sh root         run as root in a clean root of Debian, with the packages in the folder (tests/packages/run)
    ```yaml site.yaml  a file of that name, for the blocks below it
    ```text            shown by the block above: its lines in this order, where `...` stands for others
    <!-- fault: X -->  the lab has this fault from here on; `none` ends it

A command ends with 0, or as its comment says (`# exit 1`). Each block has a shell of its own.
"""
import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ("docs/before-an-installation.md", "docs/troubleshooting.md", "docs/in-an-rmm.md")
KINDS = ("sh", "sh root", "text")
TOKEN = re.compile(r"^<!-- fault: (?P<fault>.*?) -->$|^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclasses.dataclass
class Command:
    line: int
    text: str
    exit: int


@dataclasses.dataclass
class Part:
    """`kind` is a kind of block, `fault` or `file`; `name` the fault's or the file's."""
    kind: str
    name: str
    text: str
    line: int


def parts(page):
    """What a page holds, from top to bottom; a block of another kind is an error."""
    source = (ROOT / page).read_text()
    found = []
    for token in TOKEN.finditer(source):
        line = source[:token.start()].count("\n") + 1
        if token["fault"] is not None:
            found.append(Part("fault", token["fault"], "", line))
        elif token["info"] in KINDS:
            found.append(Part(token["info"], "", token["text"], line + 1))
        elif re.fullmatch(r"\w+ [\w.-]+", token["info"]):
            found.append(Part("file", token["info"].split()[1], token["text"], line + 1))
        elif page in PAGES:
            raise AssertionError(f"{page}:{line}: a block is ```sh, ```sh root, ```text, or ```yaml FILE")
    if page in PAGES and re.search(r"^(    |\t)\S", TOKEN.sub("", source), re.MULTILINE):
        raise AssertionError(f"{page}: an indented block is not run by a test")
    return found


def commands(part):
    """The commands of a block: a line, with those that continue it, and what it reads up to EOF."""
    lines, at = part.text.splitlines(), 0
    while at < len(lines):
        begun = at
        while lines[at].endswith("\\"):
            at += 1
        if "<<'EOF'" in lines[at]:
            at = lines.index("EOF", at)
        text = "\n".join(lines[begun:at + 1])
        at += 1
        if text.strip():
            ends = EXIT.search(text)
            yield Command(part.line + begun, EXIT.sub("", text), int(ends[1]) if ends else 0)


def script(part):
    """The block for sh; what each command ended with goes to descriptor 9."""
    return "".join(f"{command.text}\necho {command.line} $? >&9\n" for command in commands(part))


def problems(page, part, results):
    """Commands that ended otherwise than the page says. usage: with the lines of descriptor 9"""
    ended = dict(line.split() for line in results.splitlines())
    for command in commands(part):
        status = ended.get(str(command.line), "not run")
        if status != str(command.exit):
            yield f"{page}:{command.line}: {command.text}: exit {status}, the page says {command.exit}"


def missing(page, part, said):
    """Lines of a text block that the commands above it did not print, or not in this order."""
    printed = iter(line.rstrip() for line in said.splitlines())
    for number, line in enumerate(part.text.splitlines(), part.line):
        if line not in ("", "...") and not any(other == line for other in printed):
            return [f"{page}:{number}: '{line}' was not printed"]
    return []
