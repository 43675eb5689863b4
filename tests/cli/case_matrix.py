"""The requirement matrix (tests/matrix.csv) against the five profiles."""
import csv

from harness import ROOT

PROFILES = {"auvik-collector", "netwrix-auditor", "certero", "open-audit", "alloy-audit"}
FIELDS = {"id", "profile", "covers", "from", "to", "transport", "ports", "check", "level", "group", "scenario"}
# Rows whose words cannot be taken as they are; the requirement says why under `deviates`.
MAY_DEVIATE = {"AUV-04", "AUV-05", "NWX-05", "OAD-11", "OAD-12", "CER-21", "CER-28", "ALY-07", "ALY-08", "ALY-09",
               "ALY-22", "AUV-33"}
ROWS = 118
# Rows that one requirement may cover at once.
COVERS_MAX = 4


def matrix():
    with open(ROOT / "tests" / "matrix.csv", newline="") as f:
        return {row["id"]: row for row in csv.DictReader(f)}


def requirements(box):
    done = box.preflight("list", "requirements", "--format", "json")
    assert done.status == 0 and done.errors == "", (done.status, done.errors)
    return done.json()["requirements"]


def split(value, separators=";,+"):
    """'80;443', [80, '443'], 'udp+tcp': the single words."""
    found = set()
    for item in value if isinstance(value, list) else [value]:
        text = "" if item is None else str(item)
        for separator in separators:
            text = text.replace(separator, " ")
        found |= set(text.split())
    return found - {"-"}


def union(covering, field, separators=";,+"):
    return set().union(*(split(q[field], separators) for q in covering))


def case_matrix_is_whole(box):
    """The matrix has 118 rows with different ids, of the five products."""
    rows = matrix()
    assert len(rows) == ROWS, len(rows)
    with open(ROOT / "tests" / "matrix.csv", newline="") as f:
        assert sum(1 for _ in csv.reader(f)) == ROWS + 1
    assert {row["profile"] for row in rows.values()} == PROFILES


def case_fields(box):
    """Each requirement is listed with the fields that people and scripts look for."""
    listed = requirements(box)
    assert {q["profile"] for q in listed} == PROFILES
    for q in listed:
        assert FIELDS <= set(q), (q["id"], FIELDS - set(q))
        assert len(q["covers"]) <= COVERS_MAX, (q["id"], q["covers"])
        assert q["check"] or not q["covers"], q["id"]


def case_every_row_is_covered(box):
    """118 of 118: no row without a requirement, no requirement of an unknown row."""
    rows = matrix()
    claimed = {row for q in requirements(box) for row in q["covers"]}
    assert set(rows) == claimed, (sorted(set(rows) - claimed), sorted(claimed - set(rows)))


def differences(row, covering):
    """(what, wanted words, found words) where the requirements say less than the row."""
    level, _, group = row["level"].partition(":")
    ports = split(row["port"].replace("user-set", "-"))
    wanted = [("profile", {row["profile"]}, union(covering, "profile")),
              ("ports", ports, union(covering, "ports", ";, ")),
              ("scenario", {row["scenario"]}, union(covering, "scenario")),
              ("level", {level}, union(covering, "level"))]
    if row["transport"] != "local":
        wanted.append(("transport", split(row["transport"]), union(covering, "transport")))
    if group and ":" not in group:
        wanted.append(("group", {group}, union(covering, "group")))
    if not row["from"].startswith("device:"):
        wanted.append(("from", split(row["from"], ";"), union(covering, "from", ";,")))
    if row["to"].startswith("device:"):
        wanted.append(("to", split(row["to"], ";"), union(covering, "to", ";,")))
    return [(what, want, have) for what, want, have in wanted
            if not want <= have or (what == "profile" and want != have)]


def case_no_row_differs(box):
    """0 differ: level, group, scenario, ports, transport and both ends of each row
    are those of its requirements, but where a known row is deviated from."""
    listed = requirements(box)
    wrong = []
    for i, row in matrix().items():
        covering = [q for q in listed if i in q["covers"]]
        for what, want, have in differences(row, covering):
            if i in MAY_DEVIATE and any((q.get("deviates") or {}).get(i) for q in covering):
                continue
            wrong.append(f"{i}: {what} is {sorted(have)}, the matrix says {sorted(want)}")
    assert not wrong, "\n".join(wrong)
