"""docs/benchmarks.md: one section for each group, between marks; what a run did not measure stays as it was."""

import os
import pathlib
import re
import subprocess
import time

import board
import figures
import took
from bed import DELAY_MS, LOSS_PERMILLE, ROOT

LOAD = os.getloadavg()[0]
PAGE = ROOT / "docs" / "benchmarks.md"
STATES = {"passed": "held", "failed": "**missed**", "known": "**missed**, known"}


def machine():
    """What the figures were measured on."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 2**20
    return f"{len(os.sched_getaffinity(0))} processors ({model[1] if model else os.uname().machine}), {memory:.0f} GB, Linux {os.uname().release}"


def program():
    return subprocess.run([took.PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def settings(rounds=None):
    """The line under a section's head."""
    when = time.strftime("%Y-%m-%d", time.gmtime())
    turn = f"{rounds} alternating rounds, " if rounds else ""
    return f"{program()}, {when}, {turn}{machine()}, load {LOAD:.1f} before the run.\n"


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(str(c) for c in row)} |" for row in rows]) + "\n"


def of_goals(values):
    """Each goal with what was measured; a goal that is missed says so."""
    return settings() + "\n" + held_table(values)


def held_table(values):
    known = board.read_goals()
    rows = []
    for name, value in values.items():
        goal = known[name]
        state = STATES[figures.held(goal, value)] + (f": {goal.reason}" if figures.held(goal, value) == "known" else "")
        rows.append((f"`{name}`", goal.source, board.number(value, ""), board.number(goal.bound, ""), goal.unit, goal.basis, state))
    return table(("goal", "of", "measured", "at most", "unit", "based on", "came of it"), rows)


def write(name, text):
    """Replaces the section of a group, or fails: the page has a place for each."""
    whole = PAGE.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)", re.DOTALL)
    if not place.search(whole):
        raise ValueError(f"{PAGE}: there is no place for {name}")
    PAGE.write_text(place.sub(lambda m: m[1] + text.rstrip("\n") + "\n" + m[2], whole), encoding="utf-8")


LINES = {False: "no delay", True: f"{DELAY_MS} ms and {LOSS_PERMILLE / 10:.0f} % loss each way"}
