"""A report whatever this host does: limits, signals, hung mounts, pipes without a writer."""
import json
import os
import pathlib
import signal
import sys
import time

from harness import SECONDS, UNSHARE_FILES, Bad, error_document, one_line, report

JSON = ["--format", "json"]
LOCAL = ["check", "https", "127.0.0.1:9", *JSON]
# The store of trusted roots is a mount that has gone: whoever reads it, waits. A connection opens, so that the
# handshake wants them.
OPEN = ["check", "https", "127.0.0.1:2222", *JSON]
HUNG = f"""mount -t tmpfs none /etc/ssl/certs && mkfifo /etc/ssl/certs/ca-certificates.crt
mount -t tmpfs none /usr/share/ca-certificates && ip link set lo up
{sys.executable} {pathlib.Path(__file__).parent}/peer.py >/dev/null 2>&1 &
until ss -Hltn sport = 2222 | grep -q .; do sleep 0.02; done"""

BAD = [
    Bad("A name that no file can have is told before the run.",
        ["check", "tcp", "127.0.0.1:9", "-o", "x" * 300 + ".json"], ["-o x", "cannot write"], formats=("text",)),
]


def limited(box, words, what, value):
    """One document under the limit, and the status of a report or of an error."""
    done = box.preflight(*words, script=f"ip link set lo up\nulimit {what} {value}")
    if b'"preflight.error/1"' in done.out:
        assert done.status == 3, (value, done.status)
        error_document(done)
        return None
    assert done.status in (1, 3), (value, done.status, done.errors)
    return report(done)




def case_few_descriptors(box):
    """With any number of descriptors from 4 on there is a document; with 16 the port is tested."""
    for most in (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24):
        document = limited(box, LOCAL, "-n", most)
    assert document["results"][0]["outcome"]["code"] == "CONNECT-REFUSED", document["results"][0]["outcome"]


def case_little_memory(box):
    """With 64 MiB of address space the verdict is as always."""
    document = limited(box, LOCAL, "-v", 64 << 10)
    assert document["results"][0]["outcome"]["code"] == "CONNECT-REFUSED", document["results"][0]["outcome"]


def case_no_threads(box):
    """A user who may have no more processes gets the same verdict."""
    limit = "prlimit --nproc=1" + (" setpriv --reuid 65534 --clear-groups" if os.geteuid() == 0 else "")
    done = box.preflight(*LOCAL, script=f'ip link set lo up\nexec {limit} "$@"')
    assert report(done)["results"][0]["outcome"]["code"] == "CONNECT-REFUSED"


def case_file_too_large(box):
    """A file that may not grow is one line; the verdict stays, no draft is left, what was there is whole."""
    box.make({"old.json": "{}"})
    done = box.preflight("check", "tcp", "127.0.0.1:9", *JSON, "-o", "old.json",
                         script="ip link set lo up\nulimit -f 1")
    assert done.status == 1, (done.status, done.errors)
    assert "cannot write old.json" in done.errors, done.errors
    assert (box.path / "old.json").read_text() == "{}"
    assert [p.name for p in box.path.iterdir()] == ["old.json"]


def ends(process):
    """What it wrote, its status, and how long it took to end."""
    begun = time.monotonic()
    out, _ = process.communicate(timeout=60)
    return json.loads(out), process.returncode, time.monotonic() - begun


def soonest(run, most):
    """One of a few runs ends in time: a busy machine holds up some of them, a worker that is waited for holds up each."""
    took = []
    while not took or took[-1] > most:
        assert len(took) < 5, (took, most)
        took.append(run())


def case_hung_roots_and_the_deadline(box):
    """A worker that hangs on a dead mount holds the report at most a second beyond the deadline."""
    def run():
        with box.start(*OPEN, "--deadline", "1s", unshare=UNSHARE_FILES, script=HUNG) as process:
            wait_until_started(process)
            document, status, took = ends(process)
        assert (document["schema"], status) == ("preflight.report/1", 3), (document, status)
        return took
    soonest(run, 2)


def case_hung_roots_and_a_signal(box):
    """SIGTERM ends a run whose worker hangs, within a second; the report is there."""
    def run():
        with box.start(*OPEN, "--deadline", "60s", "-o", "r.json", unshare=UNSHARE_FILES, script=HUNG) as process:
            draft_is_there(box)
            process.send_signal(signal.SIGTERM)
            document, status, took = ends(process)
        assert (document["run"]["interrupted"], status) == (True, 143), (document["run"], status)
        assert [p.name for p in box.path.iterdir()] == ["r.json"]
        (box.path / "r.json").unlink()
        return took
    soonest(run, 1)


def draft_is_there(box):
    """The run has begun: its outputs are opened before the first packet."""
    deadline = time.monotonic() + SECONDS
    while not any(p.name.endswith(".tmp") for p in box.path.iterdir()):
        assert time.monotonic() < deadline, "no draft"
        time.sleep(0.01)


def case_second_signal(box):
    """The second signal ends the program at once, and no draft is left."""
    with box.start(*OPEN, "--deadline", "10m", "-o", "r.json", unshare=UNSHARE_FILES, script=HUNG) as process:
        draft_is_there(box)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)
    assert process.returncode in (130, 143), process.returncode
    assert not any(p.name.endswith(".tmp") for p in box.path.iterdir())


def case_signals_at_any_moment(box):
    """SIGTERM while the program starts, plans, runs or writes: one document, and its own status."""
    for ms in range(0, 120, 6):
        with box.start(*LOCAL, script="ip link set lo up") as process:
            wait_until_started(process)
            time.sleep(ms / 1000)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=SECONDS)
        assert process.returncode in (1, 3, 143), (ms, process.returncode, err)
        assert json.loads(out)["schema"].startswith("preflight."), (ms, out[:200])


def wait_until_started(process):
    """The shell before it has gone: its first instructions are behind it."""
    while process.poll() is None:
        with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
            text = file.read()
        if "Name:\tpreflight" in text and int(caught(text), 16) & 1 << (signal.SIGTERM - 1):
            return
        time.sleep(0.001)


def caught(status):
    return next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))


def case_nohup(box):
    """A SIGHUP that the caller has chosen to ignore stays ignored."""
    with box.start(*LOCAL, script="trap '' HUP\nip link set lo up") as process:
        wait_until_started(process)
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1 and not json.loads(out)["run"]["interrupted"]


def case_pipe_without_a_writer(box):
    """A pipe that nobody writes to ends in one line, after ten seconds."""
    os.mkfifo(box.path / "r.json")
    done = box.preflight("render", "--from", "r.json")
    assert done.status == 2 and "r.json" in one_line(done), (done.status, done.errors)


def case_pipe_with_a_writer(box):
    """A report may come through a pipe."""
    made = box.preflight("check", "tcp", "127.0.0.1:9", *JSON, script="ip link set lo up")
    box.make({"r.json": made.out})
    done = box.preflight("render", "--from", "p", *JSON, script="mkfifo p; cat r.json > p &")
    assert done.json()["run"]["id"] == made.json()["run"]["id"]
