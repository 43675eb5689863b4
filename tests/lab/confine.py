"""What a unit of systemd sets around a program, without systemd: the settings are read from the unit's own file.

A setting that is neither set here nor known to need nothing is an error: the unit and what is tested cannot drift
apart. Needs root. Lists of system calls are those of this host's systemd (`systemd-analyze syscall-filter`).
"""

import ctypes
import errno
import functools
import os
import resource
import signal
import socket
import stat
import subprocess
from pathlib import Path

import namespaces
import seccomp
from shell import LabError

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parents[1] / "packaging" / "systemd" / "preflight-run.service"
STRICT = HERE / "restricted.conf"
DYNAMIC_USERS = range(61184, 65520)
CAPABILITIES = {"CAP_NET_RAW": 13}
LAST_CAPABILITY = 40
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
HOMES = ("/home", "/root", "/run/user")
PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 24, 38, 47, 2
NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW…
MOUNT_SETATTR, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, 0x8000, 1
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000

# What a unit may say that is not set here, and why the program cannot see the difference.
NEEDS_NOTHING = {
    "Type": "of the start, not of the process", "EnvironmentFile": "the test's own environment",
    "ExecStart": "the test's own command", "TimeoutStartSec": "of the start",
    "StateDirectory": "the tests' reports go to stdout", "StateDirectoryMode": "the same",
    "MemoryMax": "the memory of a control group; tests/faults has RLIMIT_AS",
    "SystemCallArchitectures": "a filter of libseccomp ends a program that calls by another ABI",
    "RestrictRealtime": "its calls are of @resources", "RestrictSUIDSGID": "the program makes no such file",
    "ProtectClock": "its calls are of @clock, and the device is not among PrivateDevices",
    "ProtectControlGroups": "within ProtectSystem=strict, as it is made here", "ProtectHostname": "needs a capability",
    "ProtectKernelLogs": "needs a capability", "ProtectKernelModules": "its calls are of @module",
    "ProtectKernelTunables": "within ProtectSystem=strict, as it is made here",
    "PrivateMounts": "the mounts are its own in any case",
    "RemoveIPC": "after the end", "KeyringMode": "the program has no keys in the kernel",
}
LISTS = {"CapabilityBoundingSet", "AmbientCapabilities", "RestrictAddressFamilies", "SystemCallFilter", "InaccessiblePaths"}

_libc = ctypes.CDLL(None, use_errno=True)


def read(paths):
    """The settings of [Service], name to value; lists are lists, and an empty value begins one anew."""
    settings, section = {}, None
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line
            elif line and line[0] not in "#;" and section == "[Service]":
                name, value = line.split("=", 1)
                if name in LISTS:
                    settings[name] = settings.get(name, []) + [value] if value else []
                else:
                    settings[name] = value
    for name in settings:
        if name not in NEEDS_NOTHING and name not in MOUNTS | FILTERS | PROCESS.keys():
            raise LabError(f"{name}=: tests/lab/confine.py does not know what it sets")
    return settings


def checked(result, what):
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(*arguments):
    checked(_libc.prctl(*(ctypes.c_ulong(a) for a in arguments)), "prctl")


# Mounts ---------------------------------------------------------------------

def cover(path, options):
    if os.path.isdir(path):
        namespaces.mount("none", path, "tmpfs", 0, options)


def private_tmp(_):
    for path in ("/tmp", "/var/tmp"):
        cover(path, "mode=1777")


def private_devices(_):
    handles = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES}
    links = {name: os.readlink(f"/dev/{name}") for name in ("fd", "stdin", "stdout", "stderr") if os.path.islink(f"/dev/{name}")}
    cover("/dev", "mode=755")
    for name, handle in handles.items():
        Path("/dev", name).touch()
        namespaces.mount(f"/proc/self/fd/{handle}", f"/dev/{name}", "", namespaces.MS_BIND)
        os.close(handle)
    for name, target in links.items():
        os.symlink(target, f"/dev/{name}")


def protect_proc(value):
    namespaces.mount("proc", "/proc", "proc", 0, f"hidepid={value}")


def protect_home(_):
    for path in HOMES:
        cover(path, "mode=000")


def inaccessible(values):
    for path in values:
        cover(path, "mode=000")


def read_only(value):
    """ProtectSystem=strict: everything but a private /tmp."""
    if value != "strict":
        raise LabError(f"ProtectSystem={value}: only strict is set here")
    for path, flags in (("/", AT_RECURSIVE), ("/tmp", None), ("/var/tmp", None)):
        attributes = (ctypes.c_uint64 * 4)(*((0, MOUNT_ATTR_RDONLY) if flags is None else (MOUNT_ATTR_RDONLY, 0)))
        checked(_libc.syscall(MOUNT_SETATTR, -100, path.encode(), flags or 0, attributes, ctypes.sizeof(attributes)),
                f"read-only {path}")


MOUNTS = {"PrivateTmp": private_tmp, "PrivateDevices": private_devices, "ProtectProc": protect_proc,
          "ProtectHome": protect_home, "InaccessiblePaths": inaccessible, "ProtectSystem": read_only}


# The process ----------------------------------------------------------------

def dynamic_user(_):
    """A user of its own; what it may keep of root's rights follows from the capabilities."""
    user = DYNAMIC_USERS[os.getpid() % len(DYNAMIC_USERS)]
    prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def bounding(names):
    kept = {CAPABILITIES[name] for words in names for name in words.split()}
    for number in range(LAST_CAPABILITY + 1):
        if number not in kept:
            prctl(PR_CAPBSET_DROP, number)


def ambient(names):
    mask = sum(1 << CAPABILITIES[name] for words in names for name in words.split())
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    checked(_libc.capset(header, (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)), "capset")
    for words in names:
        for name in words.split():
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAPABILITIES[name], 0, 0)


def tasks(value):
    """Of a user of its own, the limit of a control group."""
    resource.setrlimit(resource.RLIMIT_NPROC, (int(value), int(value)))


def no_new_privileges(_):
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


# In the order in which they must be set.
PROCESS = {"UMask": lambda value: os.umask(int(value, 8)), "TasksMax": tasks, "CapabilityBoundingSet": bounding,
           "DynamicUser": dynamic_user, "AmbientCapabilities": ambient, "NoNewPrivileges": no_new_privileges}


# Filters --------------------------------------------------------------------

def load(rules):
    """Rules (error, call, arguments…): what fails; all else stays allowed."""
    table = seccomp.SyscallFilter(seccomp.ALLOW)
    for number, call, *arguments in rules:
        table.add_rule(seccomp.ERRNO(number), call, *arguments)
    table.load()


def families(values):
    allowed = sorted(getattr(socket, name) for words in values for name in words.split())
    argument = functools.partial(seccomp.Arg, 0)
    refused = [argument(seccomp.EQ, n) for n in range(allowed[0], allowed[-1]) if n not in allowed]
    refused += [argument(seccomp.LT, allowed[0]), argument(seccomp.GT, allowed[-1])]
    load((errno.EAFNOSUPPORT, "socket", one) for one in refused)


def no_writable_code(_):
    mask = functools.partial(seccomp.Arg, 2, seccomp.MASKED_EQ)
    load([(errno.EPERM, "mmap", mask(PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC)),
          *((errno.EPERM, call, mask(bit, bit)) for call, bit in
            (("mprotect", PROT_EXEC), ("pkey_mprotect", PROT_EXEC), ("shmat", SHM_EXEC)))])


def personality(_):
    load([(errno.EPERM, "personality", seccomp.Arg(0, seccomp.NE, 0))])


def no_namespaces(_):
    bits = [1 << n for n in range(32) if NEW_NAMESPACES >> n & 1]
    load([(errno.EPERM, "unshare"), (errno.EPERM, "setns"), (errno.ENOSYS, "clone3"),
          *((errno.EPERM, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, bit, bit)) for bit in bits)])


@functools.cache
def groups():
    """Groups of system calls as this host's systemd has them: name to calls and further groups."""
    out, name = {}, None
    done = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        if line.startswith("@"):
            name = line.strip()
            out[name] = []
        elif line.startswith("    ") and name and not line.strip().startswith("#"):
            out[name].append(line.strip())
        elif line.strip() and not line[0].isspace():
            name = None
    return out


def calls(name):
    return {name} if name[0] != "@" else set().union(*(calls(one) for one in groups()[name]))


def call_filter(values):
    allowed = set()
    for words in values:
        named = set().union(*(calls(word) for word in words.lstrip("~").split()))
        allowed = allowed - named if words[0] == "~" else allowed | named
    table = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in allowed | calls("@default"):
        if seccomp.resolve_syscall(seccomp.Arch(), name) >= 0:
            table.add_rule(seccomp.ALLOW, name)
    table.load()


# The last one forbids what loads the others.
FILTERS = {"RestrictAddressFamilies": families, "MemoryDenyWriteExecute": no_writable_code, "LockPersonality": personality,
           "RestrictNamespaces": no_namespaces, "SystemCallErrorNumber": lambda value: None, "SystemCallFilter": call_filter}


def enter(paths):
    """Make this process what the unit would make of it; an exec has to follow."""
    settings = read(paths)
    if os.geteuid() != 0:
        raise LabError("a unit's settings need root")
    if settings.get("SystemCallErrorNumber") != "EPERM":
        raise LabError("SystemCallErrorNumber= must be EPERM")
    groups()
    namespaces.unshare(namespaces.CLONE_NEWNS)
    namespaces.mount("none", "/", "", namespaces.MS_REC | namespaces.MS_PRIVATE)
    os.chdir("/")
    for table in (MOUNTS, PROCESS, FILTERS):
        for name, function in table.items():
            if name in settings and settings[name] != "no":
                function(settings[name])
