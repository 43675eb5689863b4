"""Linux namespaces by system call (Python 3.11 has no os.unshare and os.setns)."""

import contextlib
import ctypes
import os
import pickle
import socket
from pathlib import Path

from shell import LabError

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000

PROJECT = Path(__file__).resolve().parents[2]

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags):
    _checked(_libc.unshare(flags), "unshare")


def setns(fd, kind):
    _checked(_libc.setns(fd, kind), "setns")


def mount(source, target, kind, flags, data=""):
    _checked(_libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode()),
             f"mount {target}")


def bind(source, target):
    """Show `source` at `target`; a target that is missing is made only inside the lab's own /run."""
    target = os.path.realpath(target)
    if not os.path.exists(target) and target.startswith("/run/"):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="ascii"):
            pass
    mount(source, target, "", MS_BIND)


def own(kind):
    """An open handle on one of this process's namespaces ("net", "uts", "mnt")."""
    return os.open(f"/proc/self/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)


class Node:
    """The namespaces of one simulated machine, held open by their handles."""

    KINDS = (("net", CLONE_NEWNET), ("uts", CLONE_NEWUTS), ("mnt", CLONE_NEWNS))

    def __init__(self, name, mnt):
        """Create network and UTS namespace; `mnt` is the mount namespace to use with them."""
        self.name = name
        home = {kind: own(kind) for kind in ("net", "uts")}
        unshare(CLONE_NEWNET | CLONE_NEWUTS)
        socket.sethostname(name)
        self.handles = {"net": own("net"), "uts": own("uts"), "mnt": mnt}
        setns(home["net"], CLONE_NEWNET)
        setns(home["uts"], CLONE_NEWUTS)
        for handle in home.values():
            os.close(handle)

    @contextlib.contextmanager
    def network(self):
        """Be in the node's network for a moment (this process must have one thread)."""
        home = own("net")
        setns(self.handles["net"], CLONE_NEWNET)
        try:
            yield
        finally:
            setns(home, CLONE_NEWNET)
            os.close(home)

    def enter(self):
        """Move this process into the node: for a child between fork and exec."""
        for kind, flag in self.KINDS:
            setns(self.handles[kind], flag)


def map_single_user(uid, gid):
    """Make the one user that an ordinary account may map root in its new user namespace."""
    for path, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{path}", "w", encoding="ascii") as file:
            file.write(text)


def lay_open(folder):
    """Show `folder` at its own place to users who may not pass a folder above it, as in a home of mode 0700.

    A mount namespace of its own for this process: nobody else sees the difference.
    """
    closed = next((above for above in reversed(folder.parents) if not above.stat().st_mode & 0o001), None)
    if closed is None:
        return
    unshare(CLONE_NEWNS)
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    mount("open", str(closed), "tmpfs", 0, "mode=755,size=1m")
    mask = os.umask(0o022)
    folder.mkdir(parents=True)
    os.umask(mask)
    mount(f"/proc/self/fd/{handle}", str(folder), "", MS_BIND | MS_REC)
    os.close(handle)


def become(user):
    """Make this process an ordinary user, who can read and run what is in the project wherever that lies."""
    lay_open(PROJECT)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def call_in(node, function, *arguments):
    """Run a Python function in a child process inside the node and return its (picklable) result."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            node.enter()
            result = (True, function(*arguments))
        except Exception as error:  # the child must report every failure: nobody else will
            result = (False, f"{type(error).__name__}: {error}")
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    worked, result = pickle.loads(data) if data else (False, "the child process died")
    if not worked:
        raise LabError(f"in {node.name}: {getattr(function, '__name__', function)}: {result}")
    return result
