"""The scorer held against reports made up here: each mark is missed by the report that deserves it, and by it alone."""

from dataclasses import replace

import campaign_cases as cases
import campaign_score as score

TARGETS = {"web443": ("198.51.100.11", "tcp", 443), "ssh": ("10.2.1.10", "tcp", 22)}
ALL = ("verdict", "cause", "owner", "place", "false alarm", "confirmed and wrong", "blamed on others")


def path(kind, name, state, said="", hop=None):
    address, _, port = TARGETS[kind]
    return {"kind": kind, "name": name, "version": 4, "address": address, "port": port, "state": state, "said": said,
            "hop": hop, "broken": hop is not None}


def finding(code, owner, hop=None, confidence="probable", results=("web443",)):
    where = {"at": "after-hop", "hop": hop, "address": None} if hop is not None else None
    return {"code": code, "owner": owner, "confidence": confidence, "blocker": None, "where": where,
            "results": list(results)}


def report(verdict, *findings, web="fail"):
    return {"verdict": verdict, "findings": list(findings), "results": [
        {"id": kind, "verdict": web if kind == "web443" else "pass",
         "target": {"address": address, "transport": transport, "port": port}}
        for kind, (address, transport, port) in TARGETS.items()]}


def case(*items):
    return cases.Case(0, 0, cases.SINGLE if items else cases.HEALTHY, "4", None, items)


DROP = cases.item("drop:tcp/443@router", {"firewall-drops"}, {"firewall"}, ("web443/*",), 1)
NAMELESS = replace(DROP, text="unnamed", codes=frozenset(), nameless=True)
LOCAL = cases.item("local-drop:tcp/443", {"local-firewall"}, {"this-host"}, ("web443/*",), 0, home=True)
SSH = path("ssh", "lan-switch", "open", "ssh")
DEAD = [path("web443", "acme.us1.my.auvik.com", "silent", hop=1), SSH]
MUTE = [path("web443", "acme.us1.my.auvik.com", "open", "tls silent", hop=3), SSH]
WELL = [path("web443", "acme.us1.my.auvik.com", "open", "tls"), SSH]
RIGHT = finding("firewall-drops", "firewall", 1)
# What is wrong, what was observed, the report, and the marks that it misses.
TABLE = (
    (case(DROP), DEAD, report("not-ready", RIGHT), ()),
    (case(DROP), DEAD, report("ready", RIGHT), ("verdict",)),
    (case(DROP), DEAD, report("not-ready", RIGHT, web="pass"), ("verdict",)),
    (case(DROP), DEAD, report("not-ready"), ("verdict", "cause", "owner", "place")),
    (case(DROP), DEAD, report("not-ready", finding("firewall-drops", "firewall", 3)), ("place",)),
    (case(DROP), DEAD, report("not-ready", finding("firewall-drops", "internet", 2)), ("owner",)),
    (case(DROP), DEAD, report("not-ready", finding("isp-down", "firewall", 1)), ("cause",)),
    (case(DROP), DEAD, report("not-ready", RIGHT, finding("host-down", "device")), ("cause", "owner")),
    (case(DROP), DEAD, report("not-ready", RIGHT, finding("host-down", "device", confidence="confirmed")),
     ("cause", "owner", "confirmed and wrong")),
    (case(LOCAL), DEAD, report("not-ready", RIGHT), ("cause", "owner", "blamed on others")),
    (case(LOCAL), DEAD, report("undecided", finding("local-firewall", "this-host")), ()),
    (case(NAMELESS), DEAD, report("not-ready", finding("unexplained", "local-network")), ()),
    (case(NAMELESS), DEAD, report("not-ready", RIGHT), ()),
    (case(NAMELESS), MUTE, report("not-ready", finding("firewall-drops", "firewall", 1)), ("cause",)),
    (case(NAMELESS), MUTE, report("not-ready", finding("payload-dropped", "firewall")), ()),
    (case(NAMELESS), DEAD, report("not-ready", finding("firewall-drops", "firewall", 1, "confirmed")),
     ("cause", "confirmed and wrong")),
    (case(), WELL, report("ready", web="pass"), ()),
    (case(), WELL, report("ready-with-warnings", finding("loss", "internet"), web="pass"), ("false alarm",)),
    (case(), WELL, report("not-ready", RIGHT), ("verdict", "false alarm")),
)


def complaints():
    """Words for each line of the table that is scored otherwise."""
    found = []
    for number, (one, paths, said, missed) in enumerate(TABLE, 1):
        result = score.score_case(one, paths, said)
        got = tuple(mark for mark in ALL if result.marks.get(mark) is False)
        if got != missed:
            found.append(f"FAIL the scorer, line {number} of its table: {got or 'nothing'} is missed, not "
                         f"{missed or 'nothing'} ({result.words})")
    return found
