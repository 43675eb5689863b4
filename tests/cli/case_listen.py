"""preflight listen, and a run that goes by who was heard: senders are in a
namespace of their own, at the other end of a cable."""
import json
import pathlib
import re
import signal
import time

from harness import PROGRAM, SECONDS, Bad, Done

SITE = """\
preflight: inventory/1
devices:
  - {address: 10.9.0.2, types: [network-element, snmp], name: core-switch}
  - {address: "2001:db8:9::2", types: [snmp], name: six}
  - {address: 10.9.0.77, types: [network-element], name: silent-switch}
"""
FILES = {"site.yaml": SITE}
WORDS = ["auvik-collector", "--scenario", "performance-site", "--inventory", "site.yaml"]

# 10.9.0.2 and .3 are at the far end. $peer is whose namespace that is; it ends
# with the program that this shell becomes.
CABLE = """set -e
ip link set lo up
unshare -n sleep 600 > /dev/null 2>&1 & peer=$!
( while kill -0 $$; do sleep 0.2; done; kill $peer ) > /dev/null 2>&1 &
until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
ip link add here type veth peer name there netns $peer
ip addr add 10.9.0.1/24 dev here
ip -6 addr add 2001:db8:9::1/64 dev here nodad
ip link set here up
far() { nsenter -t $peer -n "$@"; }
far ip link set lo up
far ip addr add 10.9.0.2/24 dev there
far ip addr add 10.9.0.3/24 dev there
far ip -6 addr add 2001:db8:9::2/64 dev there nodad
far ip link set there up
"""
# As soon as a listener holds 514/udp over both families, the script sends.
SENDS = CABLE + """
( until grep -q ':0202 ' /proc/net/udp && grep -q ':0202 ' /proc/net/udp6 \\
      && grep -q ':0015 ' /proc/net/tcp; do sleep 0.1; done
  far python3 "$SENDER" > sent.json 2> sender.err ) > /dev/null 2>&1 &
"""
SENDER = """\
import json, socket
def datagram(source, target, port, data, answered=False):
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.bind((source, 0))
        s.settimeout(60)
        s.sendto(data, (target, port))
        return len(s.recv(512)) if answered else 0
datagram("10.9.0.2", "10.9.0.1", 514, b"<34>1 2003-10-11T22:14:15.003Z m su - - - secret-words")
datagram("2001:db8:9::2", "2001:db8:9::1", 514, b"<165>Oct 11 22:14:15 m su: x")
datagram("10.9.0.3", "10.9.0.1", 514, b"<34>Oct 11 22:14:15 m su: x")
request = b"\\0\\1rfc1350.txt\\0octet\\0"
answer = datagram("10.9.0.2", "10.9.0.1", 69, request, True)
datagram("10.9.0.2", "10.9.0.1", 2055, (5).to_bytes(2, "big") + (1).to_bytes(2, "big") + bytes(68))
with socket.create_connection(("10.9.0.1", 21), 60) as s:
    greeting = s.recv(512)
    s.sendall(b"USER someone\\r\\n")
    rest = s.recv(512)
print(json.dumps({"answer": answer, "request": len(request), "greeting": len(greeting),
                  "rest": len(rest)}))
"""


def listen(box, *words, script=SENDS, **more):
    box.make({**FILES, "sender.py": SENDER})
    return box.preflight("listen", *WORDS, *words, script=script,
                         env={"SENDER": str(box.path / "sender.py")}, **more)


def requirements(document):
    return {x["id"]: x for x in document["requirements"]}


def results(document):
    return {x["id"]: x for x in document["results"]}


def case_each_sender_is_heard_and_named(box):
    """Each sender is heard over IPv4 and IPv6 on its port, with what it speaks; a device
    that was not heard is listed with its rule and the setting to look at; nothing of what
    came in is kept; no answer is longer than what it answers."""
    done = listen(box, "--until-heard", "--duration", "200s", "--format", "json",
                  "-o", "whole.txt")
    assert done.status == 0, done
    assert done.err == b"", done.errors
    document = done.json()
    rows, seen = requirements(document), results(document)
    assert {x["verdict"] for x in rows.values()} == {"pass"} and len(rows) == 4, rows
    facts = seen["inbound.syslog/core-switch:udp"]["facts"]
    assert facts == {"heard": ["10.9.0.2 514/udp"], "speaks": "syslog",
                     "said": "RFC 5424, severity critical"}, facts
    assert seen["inbound.syslog/six:udp"]["facts"]["heard"] == ["2001:db8:9::2 514/udp"], seen
    assert seen["inbound.ftp/core-switch:tcp"]["facts"]["speaks"] == "ftp", seen
    assert seen["inbound.tftp/core-switch:udp"]["facts"]["said"] == \
        "request to read the file rfc1350.txt", seen
    assert seen["inbound.flows/core-switch:udp"]["facts"]["said"] == "version 5, 1 flow", seen
    silent = seen["inbound.syslog/silent-switch:udp"]
    assert (silent["verdict"], silent["why"]) == ("untested", "needs-second-end"), silent
    assert "allow 514/udp from 10.9.0.77 to this host" in silent["reason"], silent
    assert "remote logging" in silent["reason"], silent
    stranger = [x for x in document["notes"] if "10.9.0.3 (514/udp)" in x]
    assert len(stranger) == 1, document["notes"]
    assert b"secret-words" not in done.out and b"someone" not in done.out
    for file in box.path.iterdir():
        assert file.name == "sender.py" or b"secret-words" not in file.read_bytes(), file
    sent = json.loads((box.path / "sent.json").read_text())
    assert sent["answer"] <= sent["request"] and sent["greeting"] <= 64 and sent["rest"] == 0, sent


def case_what_is_heard_is_shown_at_once(box):
    """With text each sender is a line on stderr; stdout has the report only."""
    done = listen(box, "--until-heard", "--duration", "200s")
    assert "heard  core-switch (10.9.0.2) on 514/udp: syslog, RFC 5424" in done.errors, done.errors
    assert "heard  10.9.0.3 on 514/udp" in done.errors, done.errors
    assert "not a sender in the inventory" in done.errors, done.errors
    assert "heard  " not in done.text and done.text.startswith("READY"), done.text


def case_a_run_goes_by_the_report_of_listen(box):
    """run --inbound-from makes the inbound paths pass; a report of another version of the
    profile, of another host, or that is too old leaves them untested with that reason."""
    done = listen(box, "--until-heard", "--duration", "200s", "-o", "listen.json")
    assert done.status == 0, done

    def run(name):
        with_it = box.preflight("run", *WORDS, "--only", "inbound.*", "--inbound-from", name,
                                "--format", "json", script=CABLE)
        return with_it.status, requirements(with_it.json())

    status, rows = run("listen.json")
    assert status == 0 and {x["verdict"] for x in rows.values()} == {"pass"}, rows
    saved = json.loads((box.path / "listen.json").read_text())
    profile = saved["run"]["profiles"][0]
    changes = {
        "of another version of the profile": lambda: profile.update(version="2001.1.1"),
        "of another host": lambda: saved["run"]["host"].update(addresses=["192.0.2.9"]),
        "of another host ": lambda: saved["run"]["host"].update(name="elsewhere"),
        "more than 24 hours old": lambda: saved["run"].update(started="2026-01-01T00:00:00Z"),
        "not of this profile": lambda: [x.update({key: "alloy-audit"}) for x, key in
                                        [(profile, "name"), *((y, "profile") for y in
                                                              saved["requirements"])]],
    }
    for says, change in changes.items():
        saved = json.loads((box.path / "listen.json").read_text())
        profile = saved["run"]["profiles"][0]
        change()
        (box.path / "other.json").write_text(json.dumps(saved))
        status, rows = run("other.json")
        assert status == 3, (says, rows)
        for row in rows.values():
            assert row["verdict"] == "untested" and says.strip() in row["reason"], (says, row)


def case_a_run_listens_first(box):
    """run --listen holds the ports until all was heard, and tests then."""
    box.make({**FILES, "sender.py": SENDER})
    done = box.preflight("run", *WORDS, "--only", "inbound.*", "--listen", "200s", "--format",
                         "json", script=SENDS, env={"SENDER": str(box.path / "sender.py")})
    document = done.json()
    assert done.status == 0, document
    assert {x["verdict"] for x in document["requirements"]} == {"pass"}, document["requirements"]


def case_a_run_says_what_proves_an_inbound_path(box):
    """Without either, a note names the command, and nothing is taken for proved."""
    box.make(FILES)
    done = box.preflight("run", *WORDS, "--only", "inbound.*", "--format", "json")
    assert ("4 inbound paths not provable from here: preflight listen auvik-collector, then "
            "trigger a backup") in done.json()["notes"], done.json()["notes"]


def case_a_port_that_is_held_is_named(box):
    """Who holds the port already is said, and its path stays untested."""
    script = CABLE + """
python3 -c '
import socket, time
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(("0.0.0.0", 514))
b = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
b.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1); b.bind(("::", 514))
time.sleep(600)' > /dev/null 2>&1 & holder=$!
( while kill -0 $$; do sleep 0.2; done; kill $holder ) > /dev/null 2>&1 &
until grep -q ':0202 ' /proc/net/udp6; do sleep 0.05; done
"""
    done = listen(box, "--only", "inbound.syslog", "--duration", "1s", "--format", "json",
                  script=script)
    row = requirements(done.json())["inbound.syslog"]
    assert row["verdict"] == "untested", row
    assert "could not listen on 514/udp: it is held by python3 (pid " in row["reason"], row


def case_a_signal_ends_it_with_a_report(box):
    """SIGTERM: what was heard until then is in the report, and exit 143; where it was to
    listen for ever, that is how it ends."""
    for words, status in ((["--duration", "500s"], 143), (["--duration", "forever"], 0)):
        box.make({**FILES, "sender.py": SENDER})
        with box.start("listen", *WORDS, *words, "--format", "json", script=SENDS,
                       env={"SENDER": str(box.path / "sender.py")}) as process:
            until = time.monotonic() + SECONDS
            while not (box.path / "sent.json").is_file() or \
                    not (box.path / "sent.json").read_text().endswith("\n"):
                assert time.monotonic() < until, (box.path / "sender.err").read_text()
                time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=SECONDS)
        done = Done(process.returncode, out, err)
        document = done.json()
        assert done.status == status, (words, done)
        assert document["run"]["interrupted"] == (status == 143), document["run"]
        assert requirements(document)["inbound.syslog"]["verdict"] == "pass", document
        (box.path / "sent.json").unlink()


# Templates without end, lengths that lie, absurd BER, 64 KiB of syslog; then connections
# that say nothing, more than are kept.
FLOOD = """\
import os, socket, struct
bad = [b"<34>" + b"x" * 65000,
       struct.pack(">HHIIII", 9, 500, 0, 0, 0, 7) + struct.pack(">HH", 0, 4) * 300,
       struct.pack(">HHIII", 10, 65535, 0, 0, 9) + os.urandom(200),
       struct.pack(">II4sIIII", 5, 1, b"abcd", 0, 1, 5, 0xffffffff) + os.urandom(64),
       b"\\x30\\x84\\xff\\xff\\xff\\xff" + os.urandom(60), b"\\0\\1" + b"a" * 500, b"<999>", b""]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    for i in range(40000):
        s.sendto(bad[i % 8], ("10.9.0.1", (514, 2055, 4739, 6343, 69)[i % 5]))
kept = []
for i in range(2000):
    c = socket.socket()
    c.setblocking(False)
    try:
        c.connect(("10.9.0.1", 21))
    except BlockingIOError:
        pass
    kept.append(c)
    if len(kept) > 700:
        kept.pop(0).close()
print("{}")
"""
MIB = 64


def case_a_flood_costs_little_and_is_counted(box):
    """40,000 malformed datagrams and 2,000 silent connections: at most 64 MiB, no crash, no
    more than what one sender was heard with; SIGTERM ends it with an accurate report."""
    box.make({**FILES, "sender.py": FLOOD})
    with box.start("listen", *WORDS, "--duration", "500s", "--format", "json", script=SENDS,
                   env={"SENDER": str(box.path / "sender.py")}) as process:
        until = time.monotonic() + SECONDS
        while not (box.path / "sent.json").is_file() or \
                not (box.path / "sent.json").read_text().endswith("\n"):
            assert time.monotonic() < until, (box.path / "sender.err").read_text()
            time.sleep(0.1)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=SECONDS)
    done = Done(process.returncode, out, err)
    assert done.status == 143, done
    assert "Name:\tpreflight\n" in status, status
    assert int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) <= MIB * 1024, status
    heard = [x["facts"].get("heard") for x in done.json()["results"]]
    assert {place for places in heard if places for place in places} <= {
        f"10.9.0.2 {place}" for place in ("21/tcp", "69/udp", "514/udp", "2055/udp", "4739/udp",
                                          "6343/udp")}, heard
    assert requirements(done.json())["inbound.syslog"]["verdict"] == "pass", done.text


def case_a_second_listener_names_the_first(box):
    """A listener that is started twice names the other one, and proves nothing."""
    script = CABLE + f"""
"{PROGRAM}" listen auvik-collector --duration forever > /dev/null 2>&1 & first=$!
( while kill -0 $$; do sleep 0.2; done; kill $first ) > /dev/null 2>&1 &
until grep -q ':0045 ' /proc/net/udp6; do sleep 0.05; done
"""
    done = listen(box, "--only", "inbound.tftp", "--duration", "1s", "--format", "json",
                  script=script)
    row = requirements(done.json())["inbound.tftp"]
    assert row["verdict"] == "untested", row
    assert "could not listen on 69/udp: it is held by preflight (pid " in row["reason"], row


BAD = [
    Bad("A profile is needed.", ["listen"], ["listen needs a profile"]),
    Bad("A time is a time.", ["listen", "auvik-collector", "--duration", "soon"],
        ["--duration", "soon"]),
    Bad("A role that nobody connects to has nothing to listen for.",
        ["listen", "auvik-collector", "--role", "workstation"],
        ["nothing to listen for", "--role"]),
    Bad("Who was heard is of now, or of a report.",
        ["run", "auvik-collector", "--listen", "1s", "--inbound-from", "x.json"],
        ["--listen", "--inbound-from"]),
    Bad("A report that is not there.", ["run", "auvik-collector", "--inbound-from", "none.json"],
        ["none.json"]),
    Bad("A file that is not a report.", ["run", "auvik-collector", "--inbound-from", "bad.json"],
        ["bad.json"], files={"bad.json": "{}"}),
]
