"""How the cases of the command line are run: one box per case, no network.

A case file is tests/cli/case_*.py. It holds a table BAD of Bad(...) rows, or
functions case_*(box) whose docstrings say what they prove, or both.

Every invocation happens in a network namespace of its own, so that no packet
can leave this machine whatever the product does.
"""
import dataclasses
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(pathlib.Path(os.environ.get("PREFLIGHT", ROOT / "build" / "preflight")).resolve())
SECONDS = 240  # what has not ended by then hangs, on a busy machine as well
# A caller that ignores signals (nohup, a shell's background) would hand that on.
SIGNALS = ["env", "--default-signal=HUP,INT"]
UNSHARE = [*SIGNALS, "unshare", *(["-n"] if os.geteuid() == 0 else ["-Urn"])]
# The same with a mount namespace, for files such as /etc/resolv.conf.
UNSHARE_FILES = [*SIGNALS, "unshare", *(["-nm"] if os.geteuid() == 0 else ["-Urnm"])]
TENANT = "tenant_url=https://acme.us1.my.auvik.com"
# What a crash looks like, by status: signals, and the sanitizers' own.
CRASHES = {128 + n for n in (4, 6, 7, 8, 11)}


@dataclasses.dataclass
class Done:
    """How an invocation ended."""
    status: int
    out: bytes
    err: bytes

    @property
    def text(self):
        return self.out.decode("utf-8", "replace")

    @property
    def errors(self):
        return self.err.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)


@dataclasses.dataclass
class Bad:
    """A row: words that must be refused with one clear line."""
    proves: str
    words: list
    says: list = dataclasses.field(default_factory=list)   # all in that line
    status: int = 2
    never: list = dataclasses.field(default_factory=list)  # in no output
    files: dict = dataclasses.field(default_factory=dict)  # made before
    env: dict = dataclasses.field(default_factory=dict)
    formats: tuple = ("text", "json")


class Box:
    """A folder of its own, and the product in a namespace of its own."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="preflight-cli-"))
        os.chmod(self.path, 0o700)

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)

    def make(self, files):
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(path)
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content)

    def env(self, more=None):
        return {"PATH": os.environ["PATH"], "HOME": str(self.path), "LANG": "C.UTF-8",
                "PREFLIGHT_PROFILE_PATH": str(ROOT / "profiles"),
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""), **(more or {})}

    def start(self, *words, env=None, script=None, unshare=None, **more):
        """Starts the product; `script` is shell that runs before it, inside."""
        command = list(unshare or UNSHARE)
        if script is not None:
            command += ["sh", "-c", f'{script}\nexec "$@"', "sh"]
        command += [PROGRAM, *words]
        return subprocess.Popen(command, cwd=self.path, env=self.env(env),
                                stdin=subprocess.DEVNULL,
                                **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more})

    def on_a_terminal(self, *words, **more):
        """What one terminal shows of stdout and stderr together."""
        ours, theirs = os.openpty()
        with self.start(*words, stdout=theirs, stderr=theirs, **more) as process:
            os.close(theirs)
            shown = b""
            try:
                while data := os.read(ours, 65536):
                    shown += data
            except OSError:
                pass  # the other side is closed
            status = process.wait(SECONDS)
        os.close(ours)
        return Done(status, shown.replace(b"\r\n", b"\n"), b"")

    def preflight(self, *words, **more):
        with self.start(*words, **more) as process:
            try:
                out, err = process.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"{words}: still runs after {SECONDS} s") from None
        done = Done(process.returncode, out or b"", err or b"")
        assert_no_crash(done)
        return done


def assert_no_crash(done):
    assert done.status >= 0, f"ended by signal {-done.status}: {done.errors}"
    assert done.status not in CRASHES, f"exit {done.status}: {done.errors}"
    for mark in ("Sanitizer", "runtime error", "Assertion", "core dumped", "stack smashing"):
        assert mark not in done.errors, done.errors


@functools.lru_cache
def schema(name="report"):
    """A schema as the product itself gives it out."""
    done = subprocess.run([PROGRAM, "schema", name], capture_output=True, check=True)
    return json.loads(done.stdout)


def report(done):
    """The document of a machine format: alone on stdout, valid."""
    assert done.errors == "", f"stderr: {done.errors}"
    document = done.json()
    jsonschema.validate(document, schema())
    return document


def one_line(done):
    """The one line on stderr, without its newline."""
    assert done.out == b"", f"stdout: {done.text[:500]}"
    lines = done.errors.split("\n")
    assert len(lines) == 2 and lines[1] == "", f"not one line: {done.errors!r}"
    assert lines[0].startswith("preflight: "), lines[0]
    return lines[0]


def error_document(done):
    """The errors of a preflight.error/1 document, as one text."""
    assert done.errors == "", f"stderr: {done.errors!r}"
    document = done.json()
    jsonschema.validate(document, schema("error"))
    assert document["schema"] == "preflight.error/1", document
    assert document["exit"] == done.status, document
    return "\n".join(f"{e['file']}:{e['line']}:{e['column']}: {e['message']}; {e['suggestion']}"
                     for e in document["errors"])


def words_for(words, form):
    """The format goes right behind the command: the last word may lack a value."""
    return list(words) if form == "text" else [words[0], "--format", form, *words[1:]]


def refuse(box, row):
    """Runs a row in its formats."""
    box.make(row.files)
    for form in row.formats:
        done = box.preflight(*words_for(row.words, form), env=row.env)
        where = f"as {form}: "
        assert done.status == row.status, \
            f"{where}exit {done.status}, should be {row.status}\n{done.errors}{done.text[:800]}"
        said = one_line(done) if form == "text" else error_document(done)
        for part in row.says:
            assert part in said, f"{where}no {part!r} in {said!r}"
        for part in row.never:
            assert part.encode() not in done.out + done.err, f"{where}{part!r} in {said!r}"
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", done.out + done.err), \
            f"{where}control characters in {said!r}"
