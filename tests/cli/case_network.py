"""No network, no resolver, interrupted, out of time."""
import os
import signal
import socket
import sys
import tempfile
import time

from harness import PROGRAM, ROOT, SECONDS, TENANT, UNSHARE_FILES, Done, report

sys.path.append(str(ROOT / "tests" / "lab"))
import runqueue  # noqa: E402

RUN = ["run", "auvik-collector", "--set", TENANT]
JSON = ["--format", "json"]
# A cable into nowhere: what is sent to 10.9.0.0/24 leaves the card and vanishes.
BLACK_HOLE = """set -e
ip link set lo up
ip link add hole type veth peer name end
ip link set hole arp off
ip addr add 10.9.0.1/24 dev hole
ip link set end up
ip link set hole up
ip route add default via 10.9.0.254
"""
MANY = [f"10.9.0.{n}" for n in range(2, 50)]
# So long that no machine is too busy to do something else meanwhile.
PATIENT = ["--timeout", "60s"]
SLOW = """\
preflight: profile/1
name: slow
version: "1"
title: Many paths into nowhere, and one that answers at once
sources: {doc: {title: none}}
roles: {server: here}
default_role: server
requirements:
  - {id: near, title: near, from: server, to: internet, level: required, check: tcp,
     hosts: [127.0.0.1], ports: [9], source: doc}
  - {id: far, title: far, from: server, to: internet, level: required, check: tcp,
     hosts: [HOSTS], ports: [80], source: doc}
""".replace("HOSTS", ", ".join(MANY))


# UDP 9 of this machine is closed (the kernel says so), UDP 9 of the hole is silent.
UNHEARD = """\
preflight: profile/1
name: unheard
version: "1"
title: A datagram that nobody answers
sources: {doc: {title: none}}
roles: {server: here}
default_role: server
requirements:
  - {id: silent, title: silent, from: server, to: internet, level: required, check: udp,
     hosts: [10.9.0.9], ports: [9], params: {payload: "hex:00", expect: "hex:00"}, source: doc,
     untested: {why: no-witness, when: silent, reason: nobody answers here}}
  - {id: refused, title: refused, from: server, to: internet, level: required, check: udp,
     hosts: [127.0.0.1], ports: [9], params: {payload: "hex:00", expect: "hex:00"}, source: doc,
     untested: {why: no-witness, when: silent, reason: nobody answers here}}
"""


def undecided(document):
    """No path was proved, none is called failed; this host's own ports may pass."""
    assert document["verdict"] == "undecided", document["verdict"]
    for q in document["requirements"]:
        if q["to"] != "self":
            assert q["verdict"] not in ("pass", "fail"), (q["id"], q["verdict"])


def case_no_network_at_all(box):
    """Without any network: exit 3, a valid report, nothing passed, nothing called
    failed, and one finding that says so."""
    done = box.preflight(*RUN, *JSON)
    assert done.status == 3, (done.status, done.errors)
    document = report(done)
    undecided(document)
    assert {f["owner"] for f in document["findings"]} <= {"this-host"}, document["findings"]


def case_no_network_as_text(box):
    """As text the headline says undecided, in few lines and without a crash."""
    done = box.preflight(*RUN, "--quiet")
    assert done.status == 3 and done.errors == "", (done.status, done.errors)
    assert "UNDECIDED" in done.text.upper(), done.text


def case_loopback_only(box):
    """With loopback alone a device's address is unreachable from here: undecided."""
    done = box.preflight("check", "tcp", "10.9.0.5:22", *JSON, script="ip link set lo up")
    assert done.status == 3, done.status
    result = report(done)["results"][0]
    assert result["outcome"]["phase"] == "local", result["outcome"]


def resolver(box, content, *words, network=BLACK_HOLE):
    """The product with another /etc/resolv.conf, in a mount namespace."""
    box.make({"resolv.conf": content})
    script = f"mount --bind {box.path}/resolv.conf /etc/resolv.conf || exit 99\n{network}"
    return box.preflight(*words, script=script, unshare=UNSHARE_FILES)


def hosts_file(box, text, *words):
    """The product with another /etc/hosts."""
    box.make({"hosts": text})
    return box.preflight(*words, script=f"mount --bind {box.path}/hosts /etc/hosts || exit 99\nip link set lo up",
                         unshare=UNSHARE_FILES)


BLOCKED = "0.0.0.0 ads-of-a-long-name-{}.tracking.example\n"


def case_long_hosts_file(box):
    """A hosts file of 12 MiB, as ad blockers have them, is read to its end."""
    text = "".join(BLOCKED.format(n) for n in range(260000)) + "127.0.0.1 last.lab.example\n"
    assert len(text) > 12 << 20
    document = report(hosts_file(box, text, "check", "tcp", "last.lab.example:9", *JSON))
    assert document["results"][0]["target"]["address"] == "127.0.0.1", document["results"]
    assert document["notes"] == [], document["notes"]


def case_hosts_file_without_end(box):
    """One of more than 64 MiB is read as far as that, and the report and doctor say so."""
    line = "0.0.0.0 " + " ".join("a" * 60 + f".b{n}" for n in range(16)) + "\n"
    text = "127.0.0.1 first.lab.example\n" + line * (68 * 1024 * 1024 // len(line))
    document = report(hosts_file(box, text, "check", "tcp", "first.lab.example:9", *JSON))
    assert document["results"][0]["target"]["address"] == "127.0.0.1", document["results"]
    assert ["hosts file" in note for note in document["notes"]] == [True], document["notes"]
    lines = hosts_file(box, text, "doctor").text.splitlines()
    assert [x for x in lines if x.startswith("note     hosts") and "64 MiB" in x], lines


def case_no_resolver(box):
    """With an empty resolv.conf no name can be looked up: 3, said once, in time."""
    begun = time.monotonic()
    done = resolver(box, "", *RUN, *JSON)
    assert done.status == 3, (done.status, done.errors, done.text[:500])
    document = report(done)
    assert document["verdict"] == "undecided"
    assert time.monotonic() - begun < SECONDS / 4
    codes = [f["code"] for f in document["findings"]]
    assert len(codes) == len(set(codes)), codes


def case_resolver_of_rubbish(box):
    """A resolv.conf full of rubbish is no crash."""
    for content in ("nameserver\n" * 50, "\0\1\2 nameserver 300.1.2.3\n", "nameserver ::%%\n",
                    "options " + "x" * 9000 + "\n", "search " + "a." * 2000 + "\n"):
        done = resolver(box, content, "check", "dns", "system-resolver",
                        "--set", "names=www.example.com", *JSON)
        assert done.status in (1, 3), (content[:20], done.status, done.errors)
        report(done)


def case_dead_resolver(box):
    """A resolver that never answers: names skip their paths, the run ends and
    blames the resolver, not each path."""
    done = resolver(box, "nameserver 10.9.0.53\n", "check", "https", "www.example.com:443", *JSON)
    assert done.status in (1, 3), (done.status, done.errors)
    document = report(done)
    assert document["results"][0]["outcome"]["phase"] == "resolve", document["results"]


def catches(process, number):
    """The product, after what prepares its network, listens to this signal."""
    with open(f"/proc/{process.pid}/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return (os.readlink(f"/proc/{process.pid}/exe") == PROGRAM
            and int(lines["SigCgt"], 16) >> (number - 1) & 1)


def hangs(process, host):
    """The product has sent its SYN to this host of the hole; with the last one, all paths before it have begun."""
    number = socket.inet_aton(host)[::-1].hex().upper()
    with open(f"/proc/{process.pid}/net/tcp") as table:
        return any(f" {number}:" in line and line.split()[3] == "02" for line in table)


def until(process, happens, *words):
    """Waits for an event of a process that has not ended, however busy the machine is."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and not happens(process, *words):
        assert time.monotonic() < deadline, f"no {happens.__name__} {words}"
        time.sleep(0.01)
    assert process.returncode is None, f"ended early: {process.returncode}"


def interrupt(box, signals, *words, last=MANY[-1]):
    """Sends the signals when all paths hang; the ended process and its seconds from then on, as on an idle machine."""
    box.make({"slow.yaml": SLOW})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with box.start(*words, *PATIENT, script=BLACK_HOLE, stdout=out, stderr=err) as process:
            until(process, catches, signals[0])
            until(process, hangs, last)
            waited, begun = runqueue.waited(process.pid), time.monotonic()
            for number in signals:
                os.kill(process.pid, number)  # send_signal() would wait for one that has ended
                time.sleep(0.02)
            assert runqueue.ended(process, SECONDS), "still runs"
            took = time.monotonic() - begun - (runqueue.waited(process.pid) - waited)
        out.seek(0), err.seek(0)
        return Done(process.returncode, out.read(), err.read()), took


def case_interrupted_check(box):
    """SIGINT while a connection hangs: 130, a valid partial report, within a second."""
    done, took = interrupt(box, [signal.SIGINT], "check", "tcp", "10.9.0.5:22", *JSON, last="10.9.0.5")
    assert done.status == 130, (done.status, done.errors)
    document = report(done)
    assert document["run"]["interrupted"] is True
    assert [r["why"] for r in document["results"]] == ["not-run"], document["results"]
    assert took < 1, took


def case_interrupted_run(box):
    """SIGINT in the middle of a run keeps what is known already."""
    done, took = interrupt(box, [signal.SIGINT], "run", "./slow.yaml", *JSON)
    assert done.status == 130, (done.status, done.errors)
    document = report(done)
    verdicts = {q["id"]: q["verdict"] for q in document["requirements"]}
    assert verdicts["near"] == "fail", verdicts
    assert len(document["results"]) == len(MANY) + 1
    assert took < 1, took


def case_terminated_and_hung_up(box):
    """SIGTERM is 143 and SIGHUP is 129, with the same partial report."""
    for number, status in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        done, took = interrupt(box, [number], "run", "./slow.yaml", *JSON)
        assert done.status == status, (done.status, done.errors)
        assert report(done)["run"]["interrupted"] is True
        assert took < 1, took


def case_interrupted_many_times(box):
    """An impatient user's second SIGINT ends at once, in whatever state."""
    done, took = interrupt(box, [signal.SIGINT] * 5, "run", "./slow.yaml", *JSON)
    assert done.status in (130, -signal.SIGINT), (done.status, done.errors)
    assert done.errors == "" and took < 1, (done.errors, took)


def case_interrupted_text(box):
    """As text an interrupted run says so and has nothing on stderr."""
    done, _ = interrupt(box, [signal.SIGINT], "run", "./slow.yaml")
    assert done.status == 130 and done.errors == "", (done.status, done.errors)
    assert "interrupted" in done.text.lower(), done.text[:400]


def case_interrupted_with_files(box):
    """The partial report reaches the files of -o, too."""
    done, _ = interrupt(box, [signal.SIGINT], "run", "./slow.yaml", "--quiet", "-o", "r.json")
    assert done.status == 130, (done.status, done.errors)
    done.out, done.err = (box.path / "r.json").read_bytes(), b""
    assert report(done)["run"]["interrupted"] is True


def case_exit_zero_does_not_hide_an_interrupt(box):
    """--exit-zero is about verdicts: an interrupted run stays 130."""
    done, _ = interrupt(box, [signal.SIGINT], "run", "./slow.yaml", "--exit-zero")
    assert done.status == 130, done.status


def case_out_of_time(box):
    """--deadline ends the run: what did not run is untested, the run undecided."""
    box.make({"slow.yaml": SLOW.replace("[127.0.0.1]", "[10.9.0.99]")})
    begun = time.monotonic()
    done = box.preflight("run", "./slow.yaml", "--deadline", "700ms", *PATIENT, *JSON, script=BLACK_HOLE)
    took = time.monotonic() - begun
    assert done.status == 3, (done.status, done.errors)
    document = report(done)
    assert {r["why"] for r in document["results"]} == {"not-run"}, document["results"][0]
    assert document["run"]["interrupted"] is False
    assert took < 60, took


def case_deadline_after_a_failure(box):
    """What had failed before the deadline is still a failure: 1 before 3."""
    box.make({"slow.yaml": SLOW})
    done = box.preflight("run", "./slow.yaml", "--deadline", "5s", *PATIENT, *JSON, script=BLACK_HOLE)
    assert done.status == 1, (done.status, done.errors)
    report(done)


def case_exit_zero(box):
    """--exit-zero is 0 whatever the verdict, but a mistake keeps its 2."""
    assert box.preflight(*RUN, "--exit-zero", "--quiet").status == 0
    assert box.preflight("run", "zzz", "--exit-zero").status == 2


def case_black_hole_is_a_failure(box):
    """Silence to every attempt is a failure of a required path: 1, CONNECT-TIMEOUT."""
    done = box.preflight("check", "tcp", "10.9.0.5:22", "--timeout", "300ms", *JSON,
                         script=BLACK_HOLE)
    assert done.status == 1, (done.status, done.errors)
    result = report(done)["results"][0]
    assert result["outcome"]["code"] == "CONNECT-TIMEOUT", result["outcome"]
    # SYNs of two sockets, as the kernel repeats them.
    assert 3 <= result["attempts"] <= 8, result["attempts"]


def case_refused(box):
    """A closed port of this machine answers at once: 1, CONNECT-REFUSED."""
    done = box.preflight("check", "tcp", "127.0.0.1:9", *JSON, script="ip link set lo up")
    assert done.status == 1, (done.status, done.errors)
    assert report(done)["results"][0]["outcome"]["code"] == "CONNECT-REFUSED"


# Until port 2222 (08AE) is open, however busy the machine is.
LISTENS = "until grep -q ':08AE ' /proc/net/tcp; do sleep 0.02; done"


def case_open_port(box):
    """An open port of this machine is 0 and proof connect."""
    script = "ip link set lo up\npython3 " + str(ROOT / "tests/cli/peer.py") + " & " + LISTENS
    done = box.preflight("check", "tcp", "127.0.0.1:2222", *JSON, script=script)
    assert done.status == 0, (done.status, done.errors, done.text[:400])
    result = report(done)["results"][0]
    assert (result["verdict"], result["proof"]) == ("pass", "connect"), result


def case_v6_of_this_machine(box):
    """A target in brackets is IPv6."""
    done = box.preflight("check", "tcp", "[::1]:9", *JSON, script="ip link set lo up")
    assert done.status in (1, 3), (done.status, done.errors)
    assert report(done)["results"][0]["target"]["family"] in (6, "v6", "ipv6")


def case_silence_of_what_never_answers(box):
    """`untested: {when: silent}`: silence is no-witness and asks for no second
    round, a refusal fails."""
    box.make({"unheard.yaml": UNHEARD})
    done = box.preflight("run", "./unheard.yaml", *JSON, script=BLACK_HOLE)
    document = report(done)
    verdicts = {q["id"]: (q["verdict"], q["why"]) for q in document["requirements"]}
    assert verdicts == {"silent": ("untested", "no-witness"), "refused": ("fail", None)}, verdicts
    silent = next(r for r in document["results"] if r["requirement"] == "silent")
    assert silent["outcome"]["code"] == "REPLY-TIMEOUT" and silent["attempts"] == 3, silent
    assert silent["evidence"] == [] and silent["finding"] is None, silent
