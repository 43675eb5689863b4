"""--help and --version: complete, readable, and true."""
import re

ARGUMENTS = {"run": ["auvik-collector"], "plan": ["auvik-collector"], "check": ["tcp", "127.0.0.1:9"],
             "list": ["formats"], "explain": ["CONNECT-OK"], "again": ["x"], "lint": ["x"], "schema": [], "doctor": []}
OPTION = re.compile(r"^  (?:-(\w),|   ) --([\w-]+)(?: (\S+))?", re.MULTILINE)


def commands(box):
    """The commands that --help lists."""
    done = box.preflight("--help")
    assert done.status == 0 and done.errors == "", done.errors
    return re.findall(r"^  (\w+) {2,}\S", done.text, re.MULTILINE)


def options(text):
    """name -> (letter, argument) of the options that a help text lists."""
    part = text.partition("\noptions:\n")[2].partition("\n\n")[0]
    return {m[2]: (m[1], m[3]) for m in OPTION.finditer(part)}


def case_commands(box):
    """--help lists every command, -h and help are the same, and no word is lost."""
    assert set(commands(box)) >= set(ARGUMENTS), commands(box)
    assert box.preflight("-h").out == box.preflight("help").out == box.preflight("--help").out


def case_no_command(box):
    """Without a command the usage goes to stderr and the status is 2."""
    done = box.preflight()
    assert done.status == 2 and done.out == b"" and "usage: preflight" in done.errors


def case_readable(box):
    """Every help starts with the usage, fits into 80 columns and ends with a newline."""
    for command in ["", *commands(box)]:
        done = box.preflight(*([command] if command else []), "--help")
        assert done.status == 0 and done.errors == "", (command, done.errors)
        assert "usage: preflight " + command in done.text, command
        assert done.text.endswith("\n") and "\t" not in done.text, command
        for line in done.text.splitlines():
            assert len(line) <= 80, f"{command}: {len(line)} columns: {line}"
            assert line == line.rstrip(), f"{command}: blank at the end: {line!r}"


def case_help_of_a_command(box):
    """`help run` and `run -h` are `run --help`."""
    for command in commands(box):
        wanted = box.preflight(command, "--help").out
        assert box.preflight(command, "-h").out == wanted, command
        assert box.preflight("help", command).out == wanted, command


def case_complete(box):
    """A command takes exactly the options that its help lists."""
    helps = {c: options(box.preflight(c, "--help").text) for c in commands(box)}
    every = {name: option for found in helps.values() for name, option in found.items()}
    assert len(every) >= 25, sorted(every)
    for command, found in helps.items():
        assert "help" in found, command
        for name, (letter, argument) in every.items():
            for word in [f"--{name}"] + ([f"-{letter}"] if letter else []):
                value = found.get(name, (letter, argument))[1]
                done = box.preflight(command, word, *(["1"] if value else []), "--help")
                if name in found:
                    assert done.status == 0, f"{command} {word}: {done.errors}"
                else:
                    assert done.status == 2 and "unknown option" in done.errors, f"{command} {word}"


def case_table(box):
    """--help shows of each option what `list options` says: letter, argument, default, help."""
    listed = box.preflight("list", "options", "--format", "json").json()["options"]
    assert len(listed) >= 30 and len({o["name"] for o in listed}) == len(listed), listed
    for command in commands(box):
        text = box.preflight(command, "--help").text
        taken = [o for o in listed if command in o["commands"]]
        assert list(options(text)) == [o["name"] for o in taken], command
        flat = " ".join(text.split())
        for o in taken:
            letter, argument = options(text)[o["name"]]
            takes = None if command in o["flag_in"] else o["argument"]
            assert letter == o["letter"], (command, o)
            assert takes is None or argument == takes, (command, o)
            default = f" ({o['default']})" if o["default"] else ""
            assert f"--{o['name']} {takes or ''}".strip() + f" {o['help']}{default}" \
                in flat, (command, o)
            required = f" --{o['name']} {o['argument']} "
            assert (command in o["required_by"]) == (required in text.splitlines()[0]), command


def case_commands_listed(box):
    """`list commands` is what --help shows: names, summaries, arguments and options."""
    listed = box.preflight("list", "commands", "--format", "json").json()["commands"]
    assert [c["name"] for c in listed] == commands(box)
    for c in listed:
        text = box.preflight(c["name"], "--help").text
        assert text.splitlines()[0].endswith(f"[OPTION...] {c['arguments']}".rstrip()), c
        assert text.splitlines()[2] == c["summary"] + ".", c
        assert list(options(text)) == c["options"], c


def case_examples_work(box):
    """The examples in the help of plan, list and explain do what they say."""
    for command in ("plan", "list", "explain"):
        text = box.preflight(command, "--help").text.replace("\\\n", " ")
        examples = [line.split()[1:] for line in text.splitlines()
                    if line.startswith("  preflight ")]
        assert examples, f"{command} has no example"
        for words in examples:
            if "--inventory" in words:
                box.make({"site.yaml": "preflight: inventory/1\ndevices: []\n"})
            done = box.preflight(*words)
            assert done.status == 0, f"{words}: {done.errors}"


def case_version(box):
    """--version is one line with the release, and the commit where this is not it."""
    done = box.preflight("--version")
    assert done.status == 0 and done.errors == "", done.errors
    assert re.fullmatch(r"preflight \d+\.\d+\.\d+(\+[\w-]+)?\n", done.text), done.text


def case_exit_statuses(box):
    """--help tells the exit statuses."""
    text = box.preflight("--help").text
    for word in ("0 ready", "1 not ready", "2 usage", "3 undecided", "4 warnings"):
        assert word in text, word
