"""What a command takes: wall clock, CPU, memory (took.c), its packets (tap.c), its instructions (callgrind)."""

import json
import re
import subprocess
import sys

import figures
from bed import TOOLS

PROGRAM = None      # set by the main program
RAN = (0, 1, 3)     # ready, not ready, undecided


def ran(status, command, said):
    """A command that did not do its work must not look like a cheap one."""
    if status not in RAN:
        sys.exit(f"bench: {' '.join(command)}: exit {status}: {said.strip()[-400:]}")


class Took:
    """One command in the client: status, wall, user, system (seconds), rss (MB), waited (seconds), stdout."""

    def __init__(self, bed, command, *, node="client", limits=(), env=None, stdin=None, keep=True, check=True):
        figures_file, output = bed.path("took"), bed.path("output")
        with open(output, "wb") as out, open(bed.path("errors"), "wb") as errors, open(stdin or "/dev/null", "rb") as source:
            process = bed.popen(node, [str(TOOLS / "took"), *limits, figures_file, *command], stdin=source, stdout=out,
                                stderr=errors, env=env)
            if process.wait() != 0:
                sys.exit(f"bench: {' '.join(command)}: cannot be measured")
        words = (bed.folder / "took").read_text().split()
        self.status = int(words[0])
        self.wall, self.user, self.system = map(float, words[1:4])
        self.rss, self.waited = int(words[4]) / 1024, float(words[5])
        self.cpu = self.user + self.system
        self.stdout = (bed.folder / "output").read_text(errors="replace") if keep else ""
        self.stderr = (bed.folder / "errors").read_text(errors="replace")
        if command[0] == PROGRAM and check:
            ran(self.status, command, self.stderr)


class Run(Took):
    """A run of preflight that writes JSON, with its report."""

    def __init__(self, bed, *words, **more):
        super().__init__(bed, [PROGRAM, *words, "--format", "json"], **more)
        if '"preflight.report/1"' not in self.stdout[:200]:
            sys.exit(f"bench: preflight {' '.join(words)}: exit {self.status}: {(self.stdout + self.stderr)[:400]}")
        self.report = json.loads(self.stdout)
        self.seconds = self.report["run"]["duration_ms"] / 1000


class Tapped:
    """The packets of the client while the context is open."""

    def __init__(self, bed):
        self.bed, self.packets = bed, []

    def __enter__(self):
        self.process = self.bed.start("client", str(TOOLS / "tap"), self.bed.path("tap"), "lan")
        return self

    def __exit__(self, kind, *_):
        status = self.bed.end(self.process)
        if kind is None:
            if status != 0:
                sys.exit("bench: the tap did not see every packet")
            self.packets = figures.packets((self.bed.folder / "tap").read_text().splitlines())
            self.openings = figures.openings(self.packets)


def instructions(bed, command, *, node="client"):
    """User instructions of a command, by callgrind: the same whatever else the machine does."""
    process = bed.popen(node, ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.communicate()[1]
    count = re.search(r"Collected : (\d+)", said)
    ran(process.returncode, command, said)
    if count is None:
        sys.exit(f"bench: valgrind {' '.join(command)}: {said[-400:]}")
    return int(count[1])


def system_calls(bed, command):
    """System calls of all threads of a command, by strace."""
    counts = bed.path("strace")
    process = bed.popen("client", ["strace", "-f", "-c", "-o", counts, *command], stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.communicate()[1]
    ran(process.returncode, command, said)
    total = re.search(r"^100\.00\s+\S+\s+(?:\d+\s+)?(\d+)(?:\s+\d+)?\s+total$", (bed.folder / "strace").read_text(), re.MULTILINE)
    if total is None:
        sys.exit(f"bench: strace {' '.join(command)}: {said[-400:]}")
    return int(total[1])
