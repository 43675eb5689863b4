"""The state folder: where a lab is recorded, and how a running, crashed or absent one is told apart."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import namespaces
import runqueue
from shell import LabError

PROJECT = namespaces.PROJECT
# Both once more inside the lab, where not every server may pass the folders above them.
PROJECT_INSIDE, SERVICES_INSIDE = Path("/run/project"), Path("/run/lab")
ENVIRONMENT_MARK = "PREFLIGHT_LAB_EXEC"


def folder():
    return Path(os.environ.get("PREFLIGHT_LAB") or PROJECT / "build" / "lab").absolute()


def start_time(pid):
    """When a process started, in clock ticks since boot; None if there is none. Tells a reused pid apart."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


@dataclass(frozen=True)
class Supervisor:
    pid: int
    started: int

    def alive(self):
        return start_time(self.pid) == self.started


class State:
    """One lab's folder."""

    def __init__(self, path=None):
        self.path = path or folder()
        self.record = self.path / "supervisor.json"
        self.nodes = self.path / "nodes.json"
        self.log = self.path / "supervisor.log"
        self.lock = self.path / "lock"

    @contextlib.contextmanager
    def locked(self):
        """One command at a time may change the lab."""
        self.path.mkdir(parents=True, exist_ok=True)
        with open(self.lock, "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def supervisor(self):
        """The running supervisor, or None."""
        try:
            found = Supervisor(**json.loads(self.record.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return None
        return found if found.alive() else None

    def write_supervisor(self, pid):
        self.record.write_text(json.dumps({"pid": pid, "started": start_time(pid)}), encoding="ascii")

    def ask(self, request):
        """Send a request to the supervisor and return its answer's text; its refusal is an error."""
        home = os.getcwd()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            try:
                os.chdir(self.path)         # a socket's path has at most 107 bytes: use the short one
                sock.connect("control")
                sock.sendall(json.dumps(request).encode() + b"\n")
                with sock.makefile("r", encoding="utf-8") as stream:
                    answer = json.loads(stream.readline() or "null")
            except (OSError, ValueError) as error:
                raise LabError(f"the lab does not answer ({error}); see {self.log}") from error
            finally:
                os.chdir(home)
        if answer is None:
            raise LabError(f"the lab died; see {self.log}:\n{self.log_tail()}")
        if "error" in answer:
            raise LabError(answer["error"])
        return answer["text"]

    def log_tail(self):
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        return ""

    def remove(self):
        """End every process of the lab, and with them its namespaces and mounts; empty the folder."""
        supervisor = self.supervisor()
        guests = self._guests(supervisor)
        if supervisor:
            os.kill(supervisor.pid, signal.SIGKILL)
        for guest in guests:
            with contextlib.suppress(ProcessLookupError):
                os.kill(guest.pid, signal.SIGKILL)
        deadline = runqueue.clock() + 5
        for process in guests + ([supervisor] if supervisor else []):
            while process.alive():
                if runqueue.clock() > deadline:
                    raise LabError(f"process {process.pid} does not end")
                time.sleep(0.005)
        for entry in self.path.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry != self.lock:
                entry.unlink()

    def _guests(self, supervisor):
        """Commands that `exec` started: they carry this lab's mark, or are in one of its networks."""
        mark = f"{ENVIRONMENT_MARK}={self.path}".encode()
        networks = set()
        if supervisor:
            with contextlib.suppress(OSError, ValueError):
                entries = json.loads(self.nodes.read_text(encoding="ascii"))["nodes"].values()
                networks = {os.stat(f"/proc/{supervisor.pid}/fd/{handles['net']}").st_ino for handles in entries}
        guests = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                inside = os.stat(f"/proc/{entry}/ns/net").st_ino in networks
                with open(f"/proc/{entry}/environ", "rb") as file:
                    marked = mark in file.read().split(b"\0")
                started = start_time(entry)
                if (inside or marked) and started is not None:
                    guests.append(Supervisor(int(entry), started))
        return guests


def enter_node(state, name, user=None):
    """Move this process into a node (see namespaces.Node) as the given user."""
    supervisor = state.supervisor()
    if supervisor is None:
        raise LabError("no lab is up")
    try:
        table = json.loads(state.nodes.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise LabError("the lab is still coming up") from error
    if name not in table["nodes"]:
        raise LabError(f"no node {name!r}; there are {', '.join(table['nodes'])}")
    base = f"/proc/{supervisor.pid}"
    here = os.getcwd()
    try:
        handles = [(os.open(f"{base}/fd/{table['nodes'][name][kind]}", os.O_RDONLY), flag)
                   for kind, flag in namespaces.Node.KINDS]
        if os.geteuid() != 0:
            namespaces.setns(os.open(f"{base}/ns/user", os.O_RDONLY), namespaces.CLONE_NEWUSER)
        for handle, flag in handles:
            namespaces.setns(handle, flag)
            os.close(handle)
    except OSError as error:
        raise LabError(f"cannot enter {name}: {error}") from error
    os.chdir(here)
    for name_of_roots in ("SSL_CERT_FILE", "SSL_CERT_DIR"):     # the lab's roots are the node's own
        os.environ.pop(name_of_roots, None)
    os.environ.update(table["environment"].get(name, {}))
    os.environ[ENVIRONMENT_MARK] = str(state.path)
    if user is not None:
        try:
            namespaces.become(user)
        except OSError as error:
            raise LabError(f"cannot become user {user}: {error.strerror} "
                           "(a lab of an ordinary account has one user)") from error
