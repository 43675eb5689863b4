"""How long processes were ready to run while others had the processors (/proc/PID/schedstat).

A test whose subject is a time takes this away: those seconds are the machine's, not the program's. On an idle machine
they are none.
"""

import contextlib
import os
import select
import time

MORE_PATIENT = 1.5      # how much longer the next try of a probe waits


def waited(pid):
    """Seconds of all threads of a process; one that has ended tells until it has been waited for."""
    seconds = 0.0
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                seconds += int(file.read().split()[1]) / 1e9
    return seconds


def waited_here():
    """Seconds of all processes in this one's network namespace."""
    here, seconds = os.readlink("/proc/self/ns/net"), 0.0
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/ns/net") == here:
                seconds += waited(pid)
    return seconds


def ended(process, seconds):
    """Has this child ended, at the latest after so many seconds? It can still be asked about, and waited for."""
    descriptor = os.pidfd_open(process.pid)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def clock():
    """Seconds as they pass on an idle machine: of those in which processes waited for a processor, only a tenth counts.

    For a limit after which something counts as broken: on a busy machine it is up to ten times as far.
    """
    stalled = 0.0
    with contextlib.suppress(OSError), open("/proc/pressure/cpu", encoding="ascii") as file:
        stalled = int(file.readline().rsplit("=", 1)[1]) / 1e6
    return time.monotonic() - 0.9 * stalled
