"""SSH servers as peers: OpenSSH, dropbear, and paramiko where a server must misbehave.

The real ones know one user, TESTER, whose password is in a private copy of the
machine's files: each server runs in a mount namespace of its own.
"""
import os
import re
import shutil
import socket
import subprocess
import threading

import daemon

TESTER, PASSWORD = "tester", "right horse"
os.environ["SSH_RIGHT"] = PASSWORD
os.environ["SSH_WRONG"] = "battery staple"
PRIVATE = 'mount --bind "$0/passwd" /etc/passwd; mount --bind "$0/shadow" /etc/shadow; exec "$@"'
LOG = {"path": None}   # of the server that this case started


def account(where):
    """The machine's accounts and TESTER, for a mount namespace; its key is in where/id."""
    word = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=PASSWORD, text=True,
                          capture_output=True, check=True).stdout.strip()
    for name, line in (("passwd", f"{TESTER}:x:4242:65534::/nonexistent:/bin/sh"),
                       ("shadow", f"{TESTER}:{word}:19000:0:99999:7:::")):
        shutil.copy(f"/etc/{name}", f"{where}/{name}")
        with open(f"{where}/{name}", "a") as f:
            f.write(line + "\n")
    make_key(f"{where}/id", "ed25519")
    os.chmod(where, 0o755)
    shutil.copy(f"{where}/id.pub", f"{where}/authorized")


def make_key(path, kind, *more):
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path, *more], check=True)


def fingerprint(path):
    """As ssh-keygen prints it."""
    said = subprocess.run(["ssh-keygen", "-lf", path], capture_output=True, text=True, check=True)
    return said.stdout.split()[1]


def sshd(*options, keys=("ed25519",), pam=False, ports=1):
    """OpenSSH's server with these options; its log is LOG["path"]."""
    def peer(bed):
        where = daemon.folder()
        account(where)
        os.makedirs("/run/sshd", exist_ok=True)
        argv = [shutil.which("sshd"), "-D", "-E", f"{where}/log", "-f", "/dev/null"]
        for kind in keys:
            make_key(f"{where}/key_{kind}", kind)
            argv += ["-h", f"{where}/key_{kind}"]
        port = daemon.free_port(bed, socket.SOCK_STREAM)
        settings = ["PidFile=none", f"ListenAddress={bed.host}", f"Port={port}", "UseDNS=no",
                    f"AuthorizedKeysFile={where}/authorized", "StrictModes=no",
                    "LogLevel=VERBOSE", f"UsePAM={'yes' if pam else 'no'}", *options]
        for setting in settings:
            argv += ["-o", setting.replace("{where}", where)]
        LOG.update(path=f"{where}/log", where=where, bed=bed, port=port)
        daemon.start(where, "unshare", "-m", "sh", "-c", PRIVATE, where, *argv)
        daemon.wait_tcp(bed, port)
        return port
    return peer


def dropbear(*options):
    def peer(bed):
        where = daemon.folder()
        account(where)
        make_key(f"{where}/openssh", "ecdsa", "-b", "256", "-m", "PEM")
        subprocess.run(["dropbearconvert", "openssh", "dropbear", f"{where}/openssh",
                        f"{where}/key"], check=True, capture_output=True)
        port = daemon.free_port(bed, socket.SOCK_STREAM)
        LOG.update(path=f"{where}/log", where=where, bed=bed, port=port)
        daemon.start(where, "unshare", "-m", "sh", "-c",
                     PRIVATE.replace("exec", f'exec 2>{where}/log; exec'), where,
                     shutil.which("dropbear"), "-F", "-E", "-r", f"{where}/key", "-p",
                     f"{bed.host}:{port}", "-P", f"{where}/pid", *options)
        daemon.wait_tcp(bed, port)
        return port
    return peer


def logged(pattern):
    """How many lines of the server's log hold this."""
    with open(LOG["path"]) as f:
        return sum(bool(re.search(pattern, line)) for line in f)


def host_key(value):
    """The fact is the fingerprint of a key that the server holds, by ssh-keygen."""
    names = [n for n in os.listdir(LOG["where"]) if re.fullmatch(r"(key_\w+|openssh)\.pub", n)]
    return value in [fingerprint(f"{LOG['where']}/{n}") for n in names]


def client():
    """What OpenSSH's client sees of the same server: lists, and what it agreed on."""
    old = ["+" + ",".join(subprocess.run(["ssh", "-Q", q], capture_output=True, text=True,
                                         check=True).stdout.split())
           for q in ("kex", "HostKeyAlgorithms", "cipher", "mac")]
    done = subprocess.run(
        ["ssh", "-vv", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
         "-o", "UserKnownHostsFile=/dev/null", "-o", f"KexAlgorithms={old[0]}",
         "-o", f"HostKeyAlgorithms={old[1]}", "-o", f"Ciphers={old[2]}", "-o", f"MACs={old[3]}",
         "-o", "IdentityFile=/nonexistent", "-p", str(LOG["port"]), f"nobody@{LOG['bed'].host}"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = done.stderr
    theirs = said[said.index("peer server KEXINIT proposal"):]

    def find(pattern, text=theirs):
        found = re.search(pattern, text)
        return found and found[1]
    return {"kex": find(r"debug2: KEX algorithms: (\S*)").split(","),
            "host-key-algorithms": find(r"debug2: host key algorithms: (\S*)").split(","),
            "ciphers": find(r"debug2: ciphers ctos: (\S*)").split(","),
            "macs": find(r"debug2: MACs ctos: (\S*)").split(","),
            "kex-used": find(r"debug1: kex: algorithm: (\S*)"),
            "host-key": find(r"debug1: Server host key: \S+ (\S*)"),
            "cipher-used": find(r"debug1: kex: client->server cipher: (\S*)"),
            "mac-used": find(r"debug1: kex: client->server cipher: \S* MAC: (\S*)").strip("<>"),
            "auth-methods": find(r"Authentications that can continue: (\S*)").split(",")}


def as_the_client(name):
    """A predicate: this fact is what OpenSSH's client says."""
    def same(value):
        theirs = client()[name]
        return sorted(value) == sorted(theirs) if isinstance(theirs, list) else value == theirs
    return same


# A server that misbehaves where the keys are agreed already -------------------

def server(**how):
    """paramiko's server; `how` holds methods of its ServerInterface by name, and:
    transport(t) to spoil the transport before it starts, key(k) its host key."""
    import paramiko

    transport, key = how.pop("transport", None), how.pop("key", None)
    kind = type("Server", (paramiko.ServerInterface,), {
        "check_auth_none": lambda self, user: paramiko.AUTH_FAILED,
        "get_allowed_auths": lambda self, user: "password", **how})

    def peer(bed):
        s, port = bed.bound(socket.SOCK_STREAM)
        host = paramiko.ECDSAKey.generate()
        if key:
            key(host)

        def one(connection):
            t = paramiko.Transport(connection)
            t.add_server_key(host)
            kept.append(t)
            if transport:
                transport(t, bed)
            instance = kind()
            instance.bed, instance.transport = bed, t
            try:
                t.start_server(server=instance)
            except (paramiko.SSHException, EOFError, OSError):
                pass

        def serve():
            while True:
                threading.Thread(target=one, args=(s.accept()[0],), daemon=True).start()
        kept = []
        threading.Thread(target=serve, daemon=True).start()
        return port
    return peer
