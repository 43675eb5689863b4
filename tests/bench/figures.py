"""The bench's own arithmetic: pure, and tested by `selftest`."""

import bisect
import collections
import statistics

NANO = 1_000_000_000
Packet = collections.namedtuple("Packet", "at way kind source sport target port")

# What each kind of answer shows of a path. A tool that cannot tell some classes apart answers with a wider word.
WIDER = {"filtered": {"dropped", "prohibited"}, "shut": {"closed", "dropped", "prohibited"}}


# Packets ---------------------------------------------------------------------------------------

def packets(lines):
    """The tap's lines, in order of time."""
    found = []
    for line in lines:
        at, way, kind, source, sport, target, port = line.split()
        found.append(Packet(int(at), way, kind, source, int(sport), target, int(port)))
    return sorted(found)


def openings(seen):
    """What opens something, and every repeat of one: SYN, echo request, datagram to which nothing has come back yet.

    A datagram of a flow that was answered is a packet of an open connection and does not count.
    """
    answered, found = set(), []
    for p in seen:
        if p.way == "in" and p.kind == "udp":
            answered.add((p.target, p.port, p.source, p.sport))
        elif p.way == "out" and (p.kind in ("syn", "echo") or
                                 (p.kind == "udp" and (p.source, p.sport, p.target, p.port) not in answered)):
            found.append(p)
    return found


def peak(times, width=NANO):
    """The most of these times (nanoseconds, in order) that lie in one window of this width, wherever it starts."""
    most = 0
    for i, start in enumerate(times):
        most = max(most, bisect.bisect_left(times, start + width, i) - i)
    return most


def peak_by_target(opened):
    """The highest peak of one target address."""
    times = collections.defaultdict(list)
    for p in opened:
        times[p.target].append(p.at)
    return max((peak(t) for t in times.values()), default=0)


def by_second(times):
    """How many of these times fall in each second from the first on."""
    if not times:
        return []
    counts = [0] * ((times[-1] - times[0]) // NANO + 1)
    for at in times:
        counts[(at - times[0]) // NANO] += 1
    return counts


def syns(opened, paths):
    """SYN of each of these paths (address, port)."""
    counts = dict.fromkeys(paths, 0)
    for p in opened:
        if p.kind == "syn" and (p.target, p.port) in counts:
            counts[p.target, p.port] += 1
    return counts


# Right and wrong ---------------------------------------------------------------------------------

def score(truth, said):
    """How right answers are: per class the share (percent) that was named as it is; open ports missed; false open.

    A wider word ("filtered" for dropped) is not a false answer, but not a right one either. A path without an answer
    is wrong.
    """
    total, right = collections.Counter(truth.values()), collections.Counter()
    missed = false_open = 0
    for path, is_so in truth.items():
        answer = said.get(path)
        right[is_so] += answer == is_so
        missed += is_so == "open" and answer != "open"
        false_open += is_so != "open" and answer == "open"
    false_open += sum(1 for path, answer in said.items() if path not in truth and answer == "open")
    return {"right": {c: 100 * right[c] / total[c] for c in total}, "missed": missed, "false_open": false_open}


def apart(truth, said):
    """Has a wrong answer been given, one that the truth excludes? Their number."""
    return sum(1 for path, answer in said.items() if path in truth and answer != truth[path]
               and truth[path] not in WIDER.get(answer, ()))


# Ratios ------------------------------------------------------------------------------------------

class Spread:
    """Minimum, median and maximum of some values."""

    def __init__(self, values):
        self.least, self.median, self.most = min(values), statistics.median(values), max(values)

    def text(self, digits=2):
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}-{self.most:.{digits}f})"


def ratios(ours, theirs):
    """Pair by pair: the runs of one round stand beside each other."""
    if len(ours) != len(theirs) or not ours:
        raise ValueError("each run needs its partner of the same round")
    return Spread([a / b for a, b in zip(ours, theirs)])


def doublings(costs):
    """What a doubling costs, from {size: cost}: the factor of each step, scaled to a step of two."""
    sizes = sorted(costs)
    return [(costs[b] / costs[a]) * 2 / (b / a) for a, b in zip(sizes, sizes[1:])]


# Goals -------------------------------------------------------------------------------------------

class Goal:
    """A row of the goals: `bound` is the most that may be measured."""

    def __init__(self, line):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 7:
            raise ValueError(f"a goal has seven columns: {line}")
        self.name, bound, self.unit, self.basis, tries, self.source, self.reason = cells
        self.bound, self.tries = float(bound), int(tries)
        if not (self.name and self.basis and self.source and self.tries > 0):
            raise ValueError(f"a goal has a name, a basis, a number of tries and a source: {line}")


def goals(text):
    """Name -> goal, from the table's text."""
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            goal = Goal(line)
            if goal.name in found:
                raise ValueError(f"{goal.name}: stands twice")
            found[goal.name] = goal
    return found


def held(goal, value):
    """`passed`, `failed`, or `known`: missed, with its reason in the table."""
    if value is not None and value <= goal.bound:
        return "passed"
    return "known" if goal.reason else "failed"
