"""Where the result goes: closed, full and broken pipes, files that cannot be."""
import os
import subprocess
import tempfile

from harness import PROGRAM, SECONDS, TENANT, UNSHARE_FILES, Bad, one_line, report

RUN = ["run", "auvik-collector", "--set", TENANT, "--deadline", "5s"]
# The words of one invocation per command, none of which fails by itself.
COMMANDS = {
    "help": ["--help"], "version": ["--version"], "help of run": ["run", "--help"],
    "list": ["list", "checks"], "list as JSON": ["list", "requirements", "--format", "json"],
    "plan": ["plan", "auvik-collector"],
    "plan as JSON": ["plan", "auvik-collector", "--format", "json"],
    "explain": ["explain", "CONNECT-TIMEOUT"], "schema": ["schema"], "doctor": ["doctor"],
    "doctor as JSON": ["doctor", "--format", "json"],
    "run": RUN, "run as JSON": [*RUN, "--format", "json"],
    "check": ["check", "tcp", "127.0.0.1:9", "--format", "json"],
}


def link(path):
    os.symlink("elsewhere.json", path)


BAD = [
    Bad("-o to a directory is refused before anything is sent.",
        [*RUN, "-o", "json=d"], ["-o d", "is not a regular file"], files={"d": lambda p: p.mkdir()}),
    Bad("-o through a symbolic link is refused.",
        [*RUN, "-o", "r.json"], ["-o r.json", "is not a regular file"], files={"r.json": link}),
    Bad("-o to a device is refused.", [*RUN, "-o", "json=/dev/null"],
        ["/dev/null", "is not a regular file"]),
    Bad("-o with an ending of no format tells how to name one.",
        [*RUN, "-o", "report.docx"], ["report.docx", "-o FORMAT=report.docx"]),
    Bad("-o without an ending tells how to name a format.",
        [*RUN, "-o", "report"], ["-o FORMAT=report"]),
    Bad("-o with an unknown format is told with the nearest one.",
        [*RUN, "-o", "jsno=r.txt"], ["unknown format 'jsno'", "did you mean 'json'?"]),
    Bad("-o without a name is refused.", [*RUN, "-o", "json="], ["-o json=", "name"]),
    Bad("-o into a folder that is missing is refused before anything is sent.",
        [*RUN, "-o", "no/such/r.json"], ["no/such", "No such file or directory"]),
    Bad("-o below a file is refused.",
        [*RUN, "-o", "f/r.json"], ["f/r.json", "Not a directory"], files={"f": "x"}),
    Bad("-o with terminal controls in the name is shown harmless.",
        [*RUN, "-o", "a\033[31m.docx"], ["\\x1b"], never=["\033"]),
    Bad("check looks at -o first, too.",
        ["check", "tcp", "127.0.0.1:9", "-o", "r.docx"], ["-o FORMAT=r.docx"]),
]


def case_stdout_closed(box):
    """With stdout closed every command ends with 3 and one line that says so."""
    for name, words in COMMANDS.items():
        done = box.preflight(*words, script="exec >&-")
        assert done.status == 3, f"{name}: exit {done.status} {done.errors}"
        assert "stdout is closed" in one_line(done), f"{name}: {done.errors}"


def case_stdout_full(box):
    """With a full disk behind stdout every command ends with 3 and one line."""
    for name, words in COMMANDS.items():
        with open("/dev/full", "wb") as full:
            done = box.preflight(*words, stdout=full)
        assert done.status == 3, f"{name}: exit {done.status} {done.errors}"
        assert "No space left" in one_line(done), f"{name}: {done.errors}"


def case_verdict_goes_before_output(box):
    """A failed requirement is told by the status, even where the report cannot be written."""
    for redirect, words in ((">/dev/full", "No space left"), (">&-", "stdout is closed")):
        done = box.preflight("check", "tcp", "127.0.0.1:9", script=f"ip link set lo up\nexec {redirect}")
        assert done.status == 1 and words in one_line(done), (redirect, done.status, done.errors)


def case_reader_went_away(box):
    """A reader that is gone is its own affair: 3, not a word, no signal."""
    for name, words in COMMANDS.items():
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = box.preflight(*words, stdout=writing)
        finally:
            os.close(writing)
        assert done.status == 3, f"{name}: exit {done.status} {done.errors}"
        assert done.errors == "", f"{name}: {done.errors}"


def case_reader_of_one_byte(box):
    """`| head -c1` of a large document is 3 without a word, or done in time."""
    for words in (["plan", "auvik-collector", "--format", "json"], ["schema"], ["list", "checks"]):
        with box.start(*words) as process, subprocess.Popen(
                ["head", "-c1"], stdin=process.stdout, stdout=subprocess.DEVNULL) as head:
            process.stdout.close()
            process.stdout = None
            head.wait(10)
            errors = process.stderr.read()
            status = process.wait(10)
        assert status in (0, 3) and errors == b"", (words, status, errors)


def case_error_of_a_closed_stdout(box):
    """An error as JSON that cannot be written keeps its status and is one line, no crash."""
    done = box.preflight("plan", "zzz", "--format", "json", script="exec >&-")
    assert done.status == 2, done.status
    one_line(done)


def case_stderr_closed(box):
    """With stderr closed the status still tells."""
    done = box.preflight("plan", "zzz", script="exec 2>&-")
    assert done.status == 2 and done.out == b"", (done.status, done.text)


def case_all_closed(box):
    """With all three descriptors closed no socket takes their place."""
    done = box.preflight("check", "tcp", "127.0.0.1:9", script="exec <&- >&- 2>&-")
    assert done.status == 3, done.status


def case_files_of_several_formats(box):
    """-o writes files beside stdout, by ending or by name, readable by nobody else."""
    done = box.preflight(*RUN, "--quiet", "-o", "r.json", "-o", "text=r.out")
    assert done.status == 3, done.errors
    assert {p.name for p in box.path.iterdir()} == {"r.json", "r.out"}
    assert (box.path / "r.json").stat().st_mode & 0o777 == 0o600
    text = (box.path / "r.json").read_bytes()
    done.out, done.err = text, b""
    assert report(done)["verdict"] == "undecided"
    assert b"\033" not in (box.path / "r.out").read_bytes()


def case_old_file_survives_a_full_disk(box):
    """Where the disk is full the old report stays as it was: 3 and one line."""
    disk = tempfile.mkdtemp(dir=box.path)
    script = (f"mount -t tmpfs -o size=8k none {disk} && echo old > {disk}/r.json"
              f" && dd if=/dev/zero of={disk}/filler bs=4k 2>/dev/null; cd {disk}")
    check = f'"$@"; status=$?; cat {disk}/r.json; ls {disk}; exit $status'
    words = [*UNSHARE_FILES, "sh", "-c", f"{script}\n{check}", "sh"]
    done = subprocess.run([*words, PROGRAM, *RUN, "--quiet", "-o", "r.json"], cwd=box.path,
                          env=box.env(), capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert "cannot write r.json: No space left" in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stdout.endswith("old\nfiller\nr.json\n"), done.stdout[-200:]


def case_machine_format_on_a_terminal(box):
    """JSON is alone where stdout and stderr are one terminal, as in Ansible."""
    done = box.on_a_terminal("check", "tcp", "127.0.0.1:9", "--format", "json",
                             script="ip link set lo up", env={"TERM": "xterm"})
    assert done.status == 1, done
    report(done)
    done = box.on_a_terminal("check", "tcp", "--format", "json", env={"TERM": "xterm"})
    assert done.status == 2 and done.json()["schema"] == "preflight.error/1", done


def case_text_on_a_terminal(box):
    """Text on a terminal is coloured, unless NO_COLOR is set."""
    done = box.on_a_terminal("check", "tcp", "127.0.0.1:9", script="ip link set lo up",
                             env={"TERM": "xterm"})
    assert done.status == 1 and b"\033[" in done.out, done
    done = box.on_a_terminal("check", "tcp", "127.0.0.1:9", script="ip link set lo up",
                             env={"TERM": "xterm", "NO_COLOR": "1"})
    assert done.status == 1 and b"\033[3" not in done.out, done


def case_machine_format_is_alone(box):
    """JSON in a pipe: no colour even where it is asked for, nothing on stderr."""
    done = box.preflight("check", "tcp", "127.0.0.1:9", "--format", "json", "--color", "always",
                         script="ip link set lo up")
    assert done.status == 1 and b"\033" not in done.out, done.status
    report(done)


def case_colour(box):
    """Colour is for --color always and for CLICOLOR_FORCE, not for NO_COLOR, not for pipes."""
    words = ["check", "tcp", "127.0.0.1:9"]
    for more, env, coloured in (
            ([], {}, False), (["--color", "always"], {}, True),
            (["--color", "always"], {"NO_COLOR": "1"}, True),
            ([], {"CLICOLOR_FORCE": "1"}, True),
            ([], {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
            (["--color", "never"], {"CLICOLOR_FORCE": "1"}, False)):
        done = box.preflight(*words, *more, env=env, script="ip link set lo up")
        assert done.status == 1, done.errors
        assert (b"\033[" in done.out) == coloured, (more, env, done.text)
