"""Goals beside what was measured: prints each, counts what holds, keeps the figures for the page."""

import pathlib

import figures

HERE = pathlib.Path(__file__).resolve().parent


def read_goals():
    return figures.goals((HERE / "goals").read_text(encoding="utf-8"))


class Board:
    """What was held against a goal: name -> value, and what came of it."""

    def __init__(self, wanted=None):
        self.goals, self.wanted = read_goals(), wanted
        self.values, self.notes = {}, []

    def hold(self, measure):
        """Measures as often as the table allows (the least counts), and no more once everything holds.

        `measure()` gives name -> value. How often is in the table beforehand: once for what is counted, three times
        for what another process can lengthen but never shorten.
        """
        tries = 1
        best = {}
        while True:
            values = measure()
            for name, value in values.items():
                if tries <= self.goals[name].tries:
                    best[name] = value if name not in best else least(best[name], value)
            open_goals = [n for n in best if figures.held(self.goals[n], best[n]) != "passed" and tries < self.goals[n].tries]
            if not open_goals:
                break
            tries += 1
        for name, value in best.items():
            self.tell(name, value)
        return best

    def tell(self, name, value):
        """One figure; None is what could not be finished."""
        self.values[name] = value
        print(line_of(self.goals[name], value), flush=True)

    def note(self, text):
        self.notes.append(text)
        print(f"       {text}", flush=True)


def least(a, b):
    return b if a is None else a if b is None else min(a, b)


def number(value, unit):
    if value is None:
        return "not finished"
    digits = 0 if value >= 1000 or float(value).is_integer() else 2
    return f"{value:,.{digits}f} {unit}".strip()


WORDS = {"passed": "ok    ", "failed": "MISSED", "known": "known "}


def line_of(goal, value):
    state = figures.held(goal, value)
    text = f"{WORDS[state]} {goal.name}: {number(value, goal.unit)}, goal <= {number(goal.bound, goal.unit)} ({goal.basis})"
    if goal.reason:
        text += f"; {goal.reason}" if state == "known" else f"; it holds: its reason can go ({goal.reason})"
    return text


def sum_up(values):
    """Prints the missed ones once more, and the counts; the exit status."""
    table = read_goals()
    states = {name: figures.held(table[name], value) for name, value in values.items()}
    for state in ("known", "failed"):
        for name in sorted(n for n, s in states.items() if s == state):
            print(line_of(table[name], values[name]))
    count = list(states.values()).count
    print(f"{count('known')} known")
    print(f"{count('passed')} passed, {count('failed')} failed")
    return 1 if count("failed") else 0
