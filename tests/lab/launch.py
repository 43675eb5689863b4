"""Starting the supervisor: the first process in its own user (if needed), pid, mount and network namespaces."""

import os
import sys
import time
from pathlib import Path

import namespaces
import runqueue
from shell import LabError

# An ordinary account's PATH lacks the folders of the daemons.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SUPERVISOR = Path(__file__).resolve().parent / "supervisor.py"


def start(state):
    """Start the supervisor detached from this terminal; return when it listens."""
    reader, writer = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(reader)
        _become_supervisor(state, writer)
    os.close(writer)
    with os.fdopen(reader, "r", encoding="utf-8") as pipe:
        said = pipe.readline().strip()
    os.waitpid(first, 0)
    if not said.startswith("pid "):
        raise LabError(said or f"the supervisor did not start:\n{state.log_tail()}")
    state.write_supervisor(int(said.split()[1]))
    _wait_for_socket(state)


def _become_supervisor(state, writer):
    """In the first child: make the namespaces, fork process 1 into them, report its pid, end."""
    try:
        os.setsid()
        flags = (namespaces.CLONE_NEWNS | namespaces.CLONE_NEWUTS | namespaces.CLONE_NEWIPC
                 | namespaces.CLONE_NEWPID | namespaces.CLONE_NEWNET)
        uid, gid = os.geteuid(), os.getegid()
        if uid != 0:
            namespaces.unshare(namespaces.CLONE_NEWUSER)
            namespaces.map_single_user(uid, gid)
        namespaces.unshare(flags)
        pid = os.fork()
        if pid == 0:
            _exec_supervisor(state)
        os.write(writer, f"pid {pid}\n".encode())
    except OSError as error:
        os.write(writer, f"no permission for namespaces ({error}): run as root, or allow user namespaces\n".encode())
    os._exit(0)


def _exec_supervisor(state):
    """In process 1: only the log stays open."""
    log = os.open(state.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    null = os.open("/dev/null", os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.closerange(3, 1024)
    os.environ["PREFLIGHT_LAB"] = str(state.path)
    os.environ["PATH"] = PATH
    os.execv(sys.executable, [sys.executable, "-B", str(SUPERVISOR)])


def _wait_for_socket(state):
    """The supervisor's first line in its log says that it listens."""

    deadline = runqueue.clock() + 5
    while "listening" not in state.log_tail():
        if runqueue.clock() > deadline or state.supervisor() is None:
            raise LabError(f"the supervisor did not start:\n{state.log_tail()}")
        time.sleep(0.01)
